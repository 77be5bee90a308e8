//! Two-factor sign-in: setting it up, signing in with it, recovery codes, and where the team asks for it.

use crate::{
    answer::{Answer, shape},
    person::{Client, Person, Proof},
    socketio::Polling,
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};

/// An app that makes codes.
struct App(Secret);

impl App {
    /// One that was shown the secret.
    fn shown(setup: &Value) -> Self {
        let typed = setup["secret"].as_str().unwrap().replace(' ', "");
        Self(Secret::try_from_base32(typed).unwrap())
    }

    /// The code of now, or of the step after it, which a hub takes as well.
    fn code(&self, steps_ahead: u64) -> String {
        let totp = Builder::new().with_secret(self.0.clone()).build().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        totp.generate(now + 30 * steps_ahead).to_string()
    }

    /// A code that is right at no moment near now.
    fn wrong(&self) -> String {
        let totp = Builder::new().with_secret(self.0.clone()).build().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let right: Vec<_> = (0..5).map(|step| totp.generate(now - 30 + 30 * step).to_string()).collect();
        (100..200).map(|ahead| totp.generate(now + 30 * ahead).to_string()).find(|code| !right.contains(code)).unwrap()
    }
}

/// Sets it up with the code of now, and gives the app and the recovery codes.
async fn set_up(person: &Person) -> (App, Vec<String>) {
    let setup = person.post("/users/me/two-factor/setup", &json!({})).await.is(200);
    let app = App::shown(&setup);
    let confirmed = person.put("/users/me/two-factor", &json!({"code": app.code(0)})).await.is(200);
    let codes = confirmed["recoveryCodes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (app, codes.collect())
}

async fn log_in(stranger: &Client, name: &str, more: Value) -> Answer {
    let mut body = json!({"email": name, "password": PASSWORD});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stranger.post("/auth/login", &body).await
}

async fn acts_of(admin: &Person, person: &Person) -> Vec<String> {
    let page = admin.get(&format!("/admin/audit?limit=100&person={}", person.id)).await.is(200);
    let mut acts: Vec<_> =
        page["entries"].as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap().to_owned()).collect();
    acts.reverse();
    acts
}

#[tokio::test]
async fn it_is_on_once_a_code_was_given_and_then_a_sign_in_needs_one() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let off = bob.get("/users/me/two-factor").await.is(200);
    assert_eq!(off, json!({"since": null, "codesLeft": 0, "required": false}));
    let answer = bob.post("/users/me/two-factor/setup", &json!({})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let setup = answer.is(200);
    let uri = setup["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Northlight:bob?secret="), "{uri}");
    assert!(setup["qr"].as_str().unwrap().contains("<svg"), "{setup}");
    let app = App::shown(&setup);
    bob.put("/users/me/two-factor", &json!({"code": app.wrong()})).await.refused(401, "code_invalid");
    world.login("bob").await;

    let first = app.code(0);
    let confirmed = bob.put("/users/me/two-factor", &json!({"code": first})).await.is(200);
    let codes = confirmed["recoveryCodes"].as_array().unwrap();
    assert_eq!((codes.len(), codes[0].as_str().unwrap().len()), (10, 14));
    let on = bob.get("/users/me/two-factor").await.is(200);
    assert_eq!((&on["codesLeft"], on["since"].is_string()), (&json!(10), true));
    assert!(!on.to_string().contains("secret"), "{on}");
    bob.post("/users/me/two-factor/setup", &json!({})).await.refused(409, "conflict");

    let stranger = world.stranger();
    let wrong = json!({"email": "bob", "password": "not this one", "code": app.code(1)});
    stranger.post("/auth/login", &wrong).await.refused(401, "invalid_credentials");
    let needed = log_in(&stranger, "bob", json!({})).await.refused(401, "code_needed");
    assert!(needed["ticket"].as_str().unwrap().len() > 40, "{needed}");
    log_in(&stranger, "bob", json!({"code": first})).await.refused(401, "code_invalid");
    let second = app.code(1);
    let signed_in = log_in(&stranger, "bob", json!({"code": second})).await.is(200);
    assert_eq!(signed_in["message"], "Login successful");
    log_in(&stranger, "bob", json!({"code": second})).await.refused(401, "code_invalid");
    // The others go in as before.
    world.login("ann").await;
    let acts = acts_of(&ann, &bob).await;
    let expected =
        ["person_joined", "signed_in", "two_factor_on", "sign_in_failed", "sign_in_code_failed", "signed_in"];
    assert_eq!(acts, expected);
}

#[tokio::test]
async fn a_browser_goes_on_by_its_ticket() {
    let (world, ann) = World::new().await;
    let (app, codes) = set_up(&ann).await;
    let stranger = world.stranger();
    let first = log_in(&stranger, "ann", json!({"session": "cookie"})).await;
    assert_eq!(first.cookie(), None);
    let ticket = first.refused(401, "code_needed")["ticket"].clone();
    let go_on = async |ticket: &Value, code: &str| {
        let body = json!({"ticket": ticket, "code": code, "session": "cookie"});
        stranger.post("/auth/login/code", &body).await
    };
    go_on(&json!("nonsense"), &app.code(1)).await.refused(401, "sign_in_expired");
    go_on(&ticket, &app.wrong()).await.refused(401, "code_invalid");
    let other = log_in(&stranger, "ann", json!({})).await.refused(401, "code_needed")["ticket"].clone();
    let answer = go_on(&ticket, &app.code(1)).await;
    assert_snapshot!(shape(&answer.is(200)), @r#"
    {
      "message": "Login successful",
      "success": true,
      "user": {
        "avatar": null,
        "bot": false,
        "createdAt": "[time]",
        "deletedAt": null,
        "email": "ann@example.org",
        "id": "[id]",
        "name": "Ann",
        "role": "owner",
        "statusEmoji": "",
        "statusText": "",
        "statusUntil": null,
        "suspendedAt": null,
        "timeZone": null,
        "title": "",
        "username": "ann",
        "version": 1
      }
    }
    "#);
    assert!(answer.cookie().is_some());
    // Who is in needs no other way in.
    go_on(&ticket, &codes[0]).await.refused(401, "sign_in_expired");
    go_on(&other, &codes[0]).await.refused(401, "sign_in_expired");
}

#[tokio::test]
async fn a_ticket_is_void_once_the_password_is_another() {
    let (world, ann) = World::new().await;
    let (app, _) = set_up(&ann).await;
    let ticket = log_in(&world.stranger(), "ann", json!({})).await.refused(401, "code_needed")["ticket"].clone();
    let change = json!({"currentPassword": PASSWORD, "newPassword": "another long password"});
    ann.put("/users/me/password", &change).await.is(204);
    let body = json!({"ticket": ticket, "code": app.code(1)});
    world.stranger().post("/auth/login/code", &body).await.refused(401, "sign_in_expired");
}

#[tokio::test]
async fn recovery_codes_work_once_each_and_are_made_anew_with_the_password() {
    let (world, ann) = World::new().await;
    let (_, codes) = set_up(&ann).await;
    let stranger = world.stranger();
    let typed = codes[0].replace('-', " ").to_uppercase();
    log_in(&stranger, "ann", json!({"code": typed})).await.is(200);
    log_in(&stranger, "ann", json!({"code": codes[0]})).await.refused(401, "code_invalid");
    assert_eq!(ann.get("/users/me/two-factor").await.is(200)["codesLeft"], 9);
    let renew = "/users/me/two-factor/recovery-codes";
    ann.post(renew, &json!({"password": "not this one"})).await.refused(400, "wrong_password");
    let renewed = ann.post(renew, &json!({"password": PASSWORD})).await.is(200);
    log_in(&stranger, "ann", json!({"code": codes[1]})).await.refused(401, "code_invalid");
    log_in(&stranger, "ann", json!({"code": renewed["recoveryCodes"][9]})).await.is(200);
    let acts = acts_of(&ann, &ann).await;
    let expected = ["team_started", "two_factor_on", "recovery_code_used", "sign_in_code_failed", "password_wrong"];
    assert_eq!(acts[..5], expected);
    assert_eq!(acts[5..], ["recovery_codes_renewed", "recovery_code_used"]);
}

#[tokio::test]
async fn codes_cannot_be_guessed_at_leisure() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (app, codes) = set_up(&bob).await;
    let stranger = world.stranger();
    let tries = futures_util::future::join_all((0..12).map(|_| log_in(&stranger, "bob", json!({"code": app.wrong()}))));
    let mut statuses: Vec<_> = tries.await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![401; 10], vec![429; 2]].concat());
    let refused = log_in(&stranger, "bob", json!({"code": codes[0]})).await;
    refused.refused(429, "rate_limited");
    assert!((1..=900).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    // The first step still says that the password is right, and nobody else is kept out.
    log_in(&stranger, "bob", json!({})).await.refused(401, "code_needed");
    world.login("ann").await;
}

#[tokio::test]
async fn it_is_switched_off_with_the_password_and_not_by_a_program() {
    let (world, ann) = World::new().await;
    let (_, codes) = set_up(&ann).await;
    let made = ann.post("/tokens", &json!({"name": "Script", "scopes": ["admin"]})).await.is(201);
    let script = ann.with_token(made["token"].as_str().unwrap());
    let off = "/users/me/two-factor/off";
    script.post(off, &json!({"password": PASSWORD})).await.refused(403, "forbidden");
    script.post("/users/me/two-factor/setup", &json!({})).await.refused(403, "forbidden");
    ann.post(off, &json!({"password": codes[0]})).await.refused(400, "wrong_password");
    ann.post(off, &json!({"password": PASSWORD})).await.is(204);
    ann.post(off, &json!({"password": PASSWORD})).await.is(204);
    world.login("ann").await;
    assert_eq!(ann.get("/users/me/two-factor").await.is(200)["since"], Value::Null);
}

#[tokio::test]
async fn a_reset_link_gives_a_password_and_no_way_around_the_code() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (app, _) = set_up(&bob).await;
    let made = ann.post(&format!("/users/{}/reset-link", bob.id), &json!({})).await.is(201);
    let path = made["url"].as_str().unwrap().replace("/reset/", "/auth/reset/");
    world.stranger().post(&path, &json!({"password": PASSWORD})).await.is(204);
    log_in(&world.stranger(), "bob", json!({})).await.refused(401, "code_needed");
    log_in(&world.stranger(), "bob", json!({"code": app.code(1)})).await.is(200);
}

#[tokio::test]
async fn an_admin_switches_it_off_for_those_they_outrank_only() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    set_up(&bob).await;
    let path = |person: &Person| format!("/admin/people/{}/two-factor", person.id);
    amy.delete(&path(&ann)).await.refused(403, "forbidden");
    amy.delete(&path(&amy)).await.refused(403, "forbidden");
    ann.delete(&path(&ann)).await.refused(400, "validation");
    bob.delete(&path(&amy)).await.refused(403, "forbidden");
    log_in(&world.stranger(), "bob", json!({})).await.refused(401, "code_needed");
    let mut socket = ann.socket().await;
    amy.delete(&path(&bob)).await.is(204);
    let told = socket.until("person.updated").await;
    assert_eq!((&told["data"]["account"]["id"], &told["data"]["twoFactor"]), (&json!(bob.id), &json!(false)));
    amy.delete(&path(&bob)).await.is(204);
    world.login("bob").await;
    let resets = ann.get("/admin/audit?act=two_factor_reset").await.is(200);
    assert_eq!(resets["entries"].as_array().unwrap().len(), 1);
    assert_eq!((&resets["entries"][0]["actor"], &resets["entries"][0]["target"]), (&json!(amy.id), &json!(bob.id)));
}

#[tokio::test]
async fn where_the_team_asks_for_it_nothing_else_works_before_and_programs_go_on() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let made = bob.post("/tokens", &json!({"name": "Script", "scopes": ["write"]})).await.is(201);
    let script = bob.with_token(made["token"].as_str().unwrap());
    let ask = async |rule: &str| ann.patch("/admin/settings", &json!({"twoFactor": rule})).await;
    let problem = ask("everyone").await.refused(400, "validation");
    assert_eq!(problem["errors"][0]["field"], "twoFactor");
    set_up(&ann).await;
    ask("admins").await.is(200);
    bob.bootstrap().await;

    let mut socket = bob.socket().await;
    let mut of_script = script.socket().await;
    ask("everyone").await.is(200);
    assert_eq!(socket.closed().await, 4010);
    let general = ann.general().await;
    for path in ["/bootstrap", "/users/me", "/sessions", &format!("/channels/{general}/messages")] {
        bob.get(path).await.refused(403, "two_factor_required");
    }
    bob.post(&format!("/channels/{general}/messages"), &json!({"body": "x"})).await.refused(403, "two_factor_required");
    let mut held = bob.connect().await;
    held.send(&json!({"type": "hello", "protocol": 1, "client": "tab", "visible": true})).await;
    assert_eq!(held.closed().await, 4010);
    let Proof::Bearer(token) = &bob.proof else { panic!("a client has a token") };
    let answer = Polling::open(&bob).await.says_hello(token).await;
    assert!(answer.starts_with('4') && answer.contains("Authentication failed"), "{answer}");
    script.bootstrap().await;
    script.post(&format!("/channels/{general}/messages"), &json!({"body": "still here"})).await.is(201);
    of_script.until("message.created").await;
    ann.bootstrap().await;

    // Who signs in, or joins, comes as far as setting it up, and can leave.
    let again = world.login("bob").await;
    assert_eq!(again.get("/users/me/two-factor").await.is(200)["required"], true);
    again.get("/bootstrap").await.refused(403, "two_factor_required");
    again.post("/auth/logout", &json!({})).await.is(204);
    let cy = world.join(&ann, "Cy", "guest").await;
    cy.get("/bootstrap").await.refused(403, "two_factor_required");
    set_up(&bob).await;
    bob.bootstrap().await;
    bob.socket().await;

    // Switched off by an admin, it is the first thing to do again.
    let mut socket = bob.socket().await;
    ann.delete(&format!("/admin/people/{}/two-factor", bob.id)).await.is(204);
    assert_eq!(socket.closed().await, 4010);
    ask("optional").await.is(200);
    bob.bootstrap().await;
}

#[tokio::test]
async fn it_outlasts_a_restart_and_a_backup_and_goes_with_its_person() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (app, codes) = set_up(&bob).await;
    log_in(&world.stranger(), "bob", json!({"code": codes[0]})).await.is(200);
    world.restart().await;
    log_in(&world.stranger(), "bob", json!({"code": codes[0]})).await.refused(401, "code_invalid");

    let backup = crate::backups::made(&ann).await;
    let file = world.directory.as_ref().unwrap().path().join("copy.zip");
    std::fs::write(&file, crate::backups::downloaded(&ann, &backup).await).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    crate::restore::restore(&file, &elsewhere.path().join("data")).await.unwrap();
    world.stop().await;
    world.config.data = Some(elsewhere.path().join("data"));
    world.start().await.unwrap();
    log_in(&world.stranger(), "bob", json!({})).await.refused(401, "code_needed");
    log_in(&world.stranger(), "bob", json!({"code": app.code(1)})).await.is(200);
    let ann = world.login("ann").await;
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    assert!(world.app().journal.directory().two_factor.is_empty());
}

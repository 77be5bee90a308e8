//! By which server mail is sent.

use crate::{
    answer::shape,
    person::Person,
    smtp::{Mood, Smtp},
    world::World,
};
use hearth_server::config::Config;
use hearth_server::mail::MailConfig;
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Has the hub send mail by this server.
pub(crate) async fn set_up(ann: &Person, server: SocketAddr) -> Value {
    let body = json!({
        "server": server.ip().to_string(), "port": server.port(), "security": "none", "from": "hub@example.org",
        "address": "http://hub.example.org:4327",
    });
    ann.patch("/admin/mail", &body).await.is(200)
}

async fn tested(ann: &Person) -> Value {
    ann.post("/admin/mail/test", &json!({})).await.is(200)
}

fn answer(outcome: &Value) -> &str {
    outcome["answer"].as_str().unwrap()
}

#[tokio::test]
async fn mail_is_set_up_and_its_password_is_in_no_answer_row_or_backup() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let before = ann.get("/admin/mail").await.is(200);
    assert_eq!(
        (&before["ready"], &before["server"], &before["sources"]["server"]),
        (&json!(false), &json!(null), &json!("default"))
    );
    assert!(before["suggestedAddress"].as_str().unwrap().starts_with("http://"), "{before}");
    let body = json!({
        "server": "SMTP.example.org", "port": 2525, "security": "tls", "user": "hub", "password": "s3cret-of-the-post",
        "from": "Hub@example.org", "address": "https://chat.example.org/",
    });
    let mut made = ann.patch("/admin/mail", &body).await.is(200);
    made["suggestedAddress"] = json!("…");
    assert_snapshot!(shape(&made), @r#"
    {
      "address": "https://chat.example.org",
      "from": "hub@example.org",
      "last": null,
      "passwordSet": true,
      "port": 2525,
      "ready": true,
      "refused": [],
      "security": "tls",
      "server": "smtp.example.org",
      "sources": {
        "address": "dashboard",
        "from": "dashboard",
        "password": "dashboard",
        "port": "dashboard",
        "security": "dashboard",
        "server": "dashboard",
        "user": "dashboard"
      },
      "suggestedAddress": "…",
      "user": "hub",
      "usualPort": 465
    }
    "#);
    let audit = ann.get("/admin/audit?act=mail_changed").await;
    assert_eq!(audit.is(200)["entries"][0]["detail"], "server, port, security, user, password, from, address");
    assert!(!audit.text.contains("s3cret"), "{}", audit.text);

    let data = world.config.data.clone().unwrap();
    let file = data.join("mail-password");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "s3cret-of-the-post");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let backup = ann.post("/admin/backups", &json!({})).await.is(201);
    crate::backups::ready(&ann, backup["id"].as_str().unwrap()).await;
    world.stop().await;
    for entry in walk(&data) {
        if entry != file {
            let bytes = std::fs::read(&entry).unwrap();
            assert!(!contains(&bytes, b"s3cret-of-the-post"), "{}", entry.display());
        }
    }
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    let mut again = ann.get("/admin/mail").await.is(200);
    again["suggestedAddress"] = json!("…");
    assert_eq!(again, made);

    let bob = world.login(bob.account["username"].as_str().unwrap()).await;
    bob.get("/admin/mail").await.refused(403, "forbidden");
    bob.patch("/admin/mail", &json!({"server": null})).await.refused(403, "forbidden");
    bob.post("/admin/mail/test", &json!({})).await.refused(403, "forbidden");
    assert_eq!(
        bob.get("/users/me/mail").await.is(200),
        json!({"ready": true, "address": "bob@example.org", "refused": null})
    );

    let moved = ann.patch("/admin/mail", &json!({"server": "smtp.example.net"})).await.is(200);
    assert_eq!(moved["passwordSet"], json!(false), "it is for the server that it was given for");
    let gone = ann.patch("/admin/mail", &json!({"server": null, "user": "", "password": null})).await.is(200);
    assert_eq!((&gone["server"], &gone["passwordSet"], &gone["ready"]), (&json!(null), &json!(false), &json!(false)));
    assert!(!file.exists());
    ann.post("/admin/mail/test", &json!({})).await.refused(400, "validation");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let (_world, ann) = World::new().await;
    for (field, value) in [
        ("server", json!("smtp.example.org:25")),
        ("server", json!("a b")),
        ("port", json!(0)),
        ("port", json!(65_536)),
        ("security", json!("ssl")),
        ("user", json!("x".repeat(321))),
        ("password", json!("a\nb")),
        ("from", json!("hub")),
        ("from", json!("Hub <hub@example.org>")),
        ("address", json!("chat.example.org")),
        ("address", json!("javascript:alert(1)")),
        ("address", json!("https://chat.example.org/path")),
        ("unknown", json!(1)),
    ] {
        let refused = ann.patch("/admin/mail", &json!({field: value})).await.refused(400, "validation");
        assert!(refused["error"].as_str().unwrap().contains(field), "{refused}");
    }
    assert_eq!(ann.get("/admin/mail").await.is(200)["server"], json!(null));
}

#[tokio::test]
async fn what_the_configuration_says_holds_and_is_shown_as_its() {
    let mail = MailConfig {
        server: Some("smtp.example.org".to_owned()),
        password: Some("x".to_owned()),
        ..MailConfig::default()
    };
    let world = World::with(Config { mail, ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    let shown = ann.get("/admin/mail").await.is(200);
    assert_eq!((&shown["server"], &shown["passwordSet"]), (&json!("smtp.example.org"), &json!(true)));
    let sources = &shown["sources"];
    assert_eq!(
        (&sources["server"], &sources["password"], &sources["from"]),
        (&json!("file"), &json!("file"), &json!("default"))
    );
    for field in ["server", "password"] {
        ann.patch("/admin/mail", &json!({field: "other"})).await.refused(409, "fixed_by_configuration");
    }
    let shown = ann.patch("/admin/mail", &json!({"from": "hub@example.org"})).await.is(200);
    assert_eq!((&shown["ready"], &shown["sources"]["from"]), (&json!(true), &json!("dashboard")));
}

#[tokio::test]
async fn a_test_says_what_the_server_said() {
    let (_world, ann) = World::new().await;
    let smtp = Smtp::start(Mood::default()).await;
    set_up(&ann, smtp.address).await;
    let outcome = tested(&ann).await;
    assert_eq!(outcome["delivered"], true, "{outcome}");
    assert!(answer(&outcome).contains("queued as T1"), "{outcome}");
    let mails = smtp.take();
    assert_eq!((mails[0].from.as_str(), mails[0].to.as_str()), ("hub@example.org", "ann@example.org"));
    assert_eq!(mails[0].header("Subject"), "Mail from Northlight works");
    assert_eq!(ann.get("/admin/mail").await.is(200)["last"], outcome);

    let other = ann.post("/admin/mail/test", &json!({"to": "Other@example.org"})).await.is(200);
    assert_eq!((&other["delivered"], smtp.take()[0].to.as_str()), (&json!(true), "other@example.org"));
    ann.post("/admin/mail/test", &json!({"to": "nobody"})).await.refused(400, "validation");

    smtp.set(Mood { unknown: ["ann@example.org".to_owned()].into(), ..Mood::default() });
    let outcome = tested(&ann).await;
    assert_eq!(outcome["delivered"], false);
    assert!(answer(&outcome).contains("550") && answer(&outcome).contains("no such mailbox"), "{outcome}");
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_servers_words() {
    let (_world, ann) = World::new().await;
    let smtp = Smtp::start(Mood { login: Some(("hub", "right")), ..Mood::default() }).await;
    set_up(&ann, smtp.address).await;
    for (patch, words) in [
        (json!({}), "530"),
        (json!({"user": "hub", "password": "wrong"}), "535 "),
        (json!({"password": "right"}), "queued"),
    ] {
        ann.patch("/admin/mail", &patch).await.is(200);
        let outcome = tested(&ann).await;
        let said = answer(&outcome);
        assert!(said.replace(')', " ").contains(words), "{patch}: {outcome}");
        assert!(!said.contains("wrong") && !said.contains("right"), "{outcome}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_spoken_to_safely_is_not_spoken_to() {
    let (_world, ann) = World::new().await;
    let smtp = Smtp::start(Mood::default()).await;
    set_up(&ann, smtp.address).await;
    for security in ["starttls", "tls"] {
        ann.patch("/admin/mail", &json!({"security": security})).await.is(200);
        let outcome = tested(&ann).await;
        assert_eq!(outcome["delivered"], false, "{security}: {outcome}");
        assert!(answer(&outcome).to_lowercase().contains("tls") || answer(&outcome).contains("corrupt"), "{outcome}");
    }
    assert!(smtp.take().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_as_such() {
    let (_world, ann) = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    set_up(&ann, nobody).await;
    let outcome = tested(&ann).await;
    assert_eq!(outcome["delivered"], false);
    assert!(answer(&outcome).to_lowercase().contains("refused"), "{outcome}");
}

//! The audit log: what is written down, who reads it, and how it pages.

use crate::{
    person::{Person, id},
    world::{PASSWORD, World, soon},
};
use hearth_server::config::{Config, LimitConfig};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// The log's entries that a query gives, the newest first.
async fn entries(actor: &Person, query: &str) -> Vec<Value> {
    let page = actor.get(&format!("/admin/audit?limit=100{query}")).await.is(200);
    page["entries"].as_array().unwrap().clone()
}

/// What was done, the oldest first.
fn acts(entries: &[Value]) -> Vec<&str> {
    entries.iter().rev().map(|entry| entry["act"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_act_of_administration_is_written_down_with_who_whom_and_from_where() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.patch(&format!("/users/{}", bob.id), &json!({"role": "guest"})).await.is(200);
    ann.patch(&format!("/users/{}", bob.id), &json!({"title": "Builder"})).await.is(200);
    ann.post(&format!("/users/{}/reset-link", bob.id), &json!({})).await.is(201);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    ann.delete(&format!("/users/{}/suspension", bob.id)).await.is(200);
    let invite = id(&ann.post("/invites", &json!({"label": "For the fair"})).await.is(201));
    ann.delete(&format!("/invites/{invite}")).await.is(204);
    let group = id(&ann.post("/groups", &json!({"handle": "design", "name": "Design"})).await.is(201));
    let path = format!("/groups/{group}");
    ann.patch(&path, &json!({"name": "Drawing"})).await.is(200);
    ann.patch(&path, &json!({"name": "Drawing"})).await.is(200);
    ann.delete(&path).await.is(204);
    ann.get(&format!("/channels/{}/export", ann.general().await)).await;
    ann.patch("/admin/settings", &json!({"registration": "open"})).await.is(200);
    ann.patch("/admin/settings", &json!({"registration": "open"})).await.is(200);
    let token = id(&ann.post("/tokens", &json!({"name": "Door", "scopes": ["read"]})).await.is(201));
    ann.delete(&format!("/tokens/{token}")).await.is(204);
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    let all = entries(&ann, "").await;
    assert_eq!(
        acts(&all),
        [
            "team_started",
            "invite_created",
            "person_joined",
            "role_changed",
            "profile_changed",
            "reset_link_created",
            "person_suspended",
            "person_resumed",
            "invite_created",
            "invite_revoked",
            "group_created",
            "group_changed",
            "group_removed",
            "channel_exported",
            "settings_changed",
            "token_created",
            "token_revoked",
            "person_removed",
        ]
    );
    let of = |act: &str| all.iter().find(|entry| entry["act"] == act).unwrap();
    let role = of("role_changed");
    assert_eq!((&role["actor"], &role["target"]), (&json!(ann.id), &json!(bob.id)));
    assert_eq!((&role["detail"], &role["address"]), (&json!("member → guest"), &json!("127.0.0.1")));
    assert_eq!(of("profile_changed")["detail"], "title");
    assert_eq!(of("settings_changed")["detail"], "registration: open");
    assert_eq!(of("token_revoked")["detail"], "Door");
    assert_eq!(of("group_changed")["detail"], "Drawing");
    assert_eq!(of("channel_exported")["detail"], "general");
    assert_eq!(of("person_removed")["detail"], "Bob");
    let numbers: Vec<_> = all.iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=18).rev().collect::<Vec<_>>(), "without holes");
}

#[tokio::test]
async fn what_was_refused_leaves_no_entry() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let before = entries(&ann, "").await.len();
    bob.patch("/admin/settings", &json!({"registration": "open"})).await.refused(403, "forbidden");
    bob.delete(&format!("/users/{}", ann.id)).await.refused(403, "forbidden");
    ann.patch(&format!("/users/{}", ann.id), &json!({"role": "member"})).await.refused(409, "last_owner");
    assert_eq!(entries(&ann, "").await.len(), before);
}

#[tokio::test]
async fn sign_ins_and_refused_ones_are_seen_without_what_was_typed() {
    let limits = LimitConfig { sign_in: 3, register: 0, messages: 0 };
    let world = World::with(Config { limits, ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let try_in = async |name: &str, password: &str| {
        world.stranger().post("/auth/login", &json!({"email": name, "password": password})).await.status
    };
    assert_eq!(try_in("bob", "wrong password").await, 401);
    assert_eq!(try_in("my secret password", "x").await, 401);
    assert_eq!(try_in("bob", PASSWORD).await, 200);
    assert_eq!(try_in("bob", "wrong again").await, 401);
    assert_eq!(try_in("bob", PASSWORD).await, 429);
    assert_eq!(try_in("bob", PASSWORD).await, 429, "written down once a minute");
    let of_bob = entries(&ann, &format!("&person={}", bob.id)).await;
    assert_eq!(acts(&of_bob), ["person_joined", "sign_in_failed", "signed_in", "sign_in_limited"]);
    let failed = entries(&ann, "&act=sign_in_failed").await;
    assert_eq!((failed.len(), &failed[1]["times"]), (2, &json!(2)));
    assert_eq!(failed[0]["target"], Value::Null);
    assert!(!ann.get("/admin/audit").await.text.contains("my secret"));
}

#[tokio::test]
async fn who_guesses_passwords_does_not_fill_the_log() {
    let (world, ann) = World::new().await;
    for _ in 0..7 {
        let guess = json!({"email": "ann", "password": "not this one"});
        world.stranger().post("/auth/login", &guess).await.refused(401, "invalid_credentials");
    }
    world
        .stranger()
        .post("/auth/login", &json!({"email": "nobody", "password": "x"}))
        .await
        .refused(401, "invalid_credentials");
    let failed = entries(&ann, "&act=sign_in_failed").await;
    assert_eq!(failed.len(), 2);
    assert_eq!((&failed[0]["times"], &failed[0]["target"]), (&json!(1), &Value::Null));
    assert_eq!((&failed[1]["times"], &failed[1]["target"]), (&json!(7), &json!(ann.id)));
    assert!(failed[1]["lastAt"].as_str() > failed[1]["at"].as_str(), "{}", failed[1]);
    ann.post("/invites", &json!({"label": "after"})).await.is(201);
    let numbers: Vec<_> = entries(&ann, "").await.iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [4, 3, 2, 1]);
}

#[tokio::test]
async fn what_is_counted_is_on_disk() {
    let (mut world, ann) = World::on_disk().await;
    let guess = json!({"email": "ann", "password": "not this one"});
    for _ in 0..3 {
        world.stranger().post("/auth/login", &guess).await.refused(401, "invalid_credentials");
    }
    world.restart().await;
    world.stranger().post("/auth/login", &guess).await.refused(401, "invalid_credentials");
    let failed = entries(&ann, "&act=sign_in_failed").await;
    let times: Vec<_> = failed.iter().map(|entry| &entry["times"]).collect();
    assert_eq!(times, [&json!(1), &json!(3)]);
}

#[tokio::test]
async fn own_acts_that_matter_are_written_down_too() {
    let (_world, ann) = World::new().await;
    ann.patch("/users/me", &json!({"email": "ann@example.net"})).await.is(200);
    ann.patch("/users/me", &json!({"email": "ann@example.net"})).await.is(200);
    ann.patch("/users/me", &json!({"title": "Owner"})).await.is(200);
    let wrong = json!({"currentPassword": "not this one", "newPassword": "another long password"});
    ann.put("/users/me/password", &wrong).await.refused(400, "wrong_password");
    ann.post("/projects", &json!({"key": "OPS", "name": "Operations"})).await.is(201);
    ann.get("/projects/OPS/export?format=csv").await;
    let all = entries(&ann, "").await;
    assert_eq!(acts(&all), ["team_started", "email_changed", "password_wrong", "project_exported"]);
    assert_eq!((&all[2]["detail"], &all[2]["target"]), (&json!("ann@example.net"), &Value::Null));
    assert_eq!((&all[1]["target"], &all[0]["detail"]), (&json!(ann.id), &json!("OPS")));
}

#[tokio::test]
async fn the_log_pages_backwards_by_number() {
    let (_world, ann) = World::new().await;
    for number in 0..12 {
        ann.post("/invites", &json!({"label": format!("{number}")})).await.is(201);
    }
    let mut seen = Vec::new();
    let mut before = String::new();
    loop {
        let page = ann.get(&format!("/admin/audit?limit=5&act=invite_created{before}")).await.is(200);
        let entries = page["entries"].as_array().unwrap().clone();
        seen.extend(entries.iter().map(|entry| entry["detail"].as_str().unwrap().to_owned()));
        if page["hasBefore"] == false {
            break;
        }
        assert_eq!(entries.len(), 5);
        before = format!("&before={}", entries[4]["number"]);
    }
    assert_eq!(seen, (0..12).rev().map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(ann.get("/admin/audit?before=1").await.is(200), json!({"entries": [], "hasBefore": false}));
    for query in ["limit=0", "limit=101", "act=nonsense", "before=-1", "person=nobody"] {
        ann.get(&format!("/admin/audit?{query}")).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn the_log_is_exported_as_a_table_without_formulas() {
    let (_world, ann) = World::new().await;
    ann.post("/invites", &json!({"label": "=HYPERLINK(\"x\"), with \"quotes\""})).await.is(201);
    let response = ann.request(Method::GET, "/admin/audit.csv?act=invite_created").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"audit.csv\"");
    let text = response.text().await.unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0], "number,time,act,actor,target,address,detail,times,last");
    assert!(
        lines[1].contains(r#",invite_created,ann,,127.0.0.1,"'=HYPERLINK(""x""), with ""quotes""",1,20"#),
        "{text}"
    );
}

#[tokio::test]
async fn the_log_is_kept_over_a_restart_and_goes_on_counting() {
    let (mut world, ann) = World::on_disk().await;
    ann.post("/invites", &json!({"label": "before"})).await.is(201);
    world.restart().await;
    ann.post("/invites", &json!({"label": "after"})).await.is(201);
    let all = entries(&ann, "").await;
    assert_eq!(acts(&all), ["team_started", "invite_created", "invite_created"]);
    assert_eq!(all[0]["number"], 3);
    assert_eq!((&all[0]["detail"], &all[1]["detail"]), (&json!("after"), &json!("before")));
}

#[tokio::test]
async fn a_backup_is_begun_made_downloaded_and_removed_in_the_log() {
    let (_world, ann) = World::with_backups().await;
    let backup = crate::backups::made(&ann).await;
    crate::backups::downloaded(&ann, &backup).await;
    ann.delete(&format!("/admin/backups/{}", id(&backup))).await.is(204);
    let expected = ["team_started", "backup_started", "backup_made", "backup_downloaded", "backup_removed"];
    // That it was made is written after the list shows it.
    soon("the entry", async {
        loop {
            let all = entries(&ann, "").await;
            let mut found = acts(&all);
            found.sort_unstable();
            let mut wanted = expected;
            wanted.sort_unstable();
            if found == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

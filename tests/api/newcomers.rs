//! Adding many people from a table.

use crate::{answer::shape, world::World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn outcomes(lines: &Value) -> Vec<&str> {
    lines.as_array().unwrap().iter().map(|line| line["outcome"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_dry_run_says_what_would_come_of_each_line_and_does_nothing() {
    let (world, ann) = World::new().await;
    world.join(&ann, "Bob", "member").await;
    let csv = "name,login,role\nCy Lee,cy@example.org,guest\nBob,bob,\nDee,d,\nEve,eve,owner";
    let before = ann.bootstrap().await;
    let lines = ann.post("/admin/people", &json!({"csv": csv, "dryRun": true})).await.is(200);
    assert_eq!(outcomes(&lines), ["new", "exists", "refused", "refused"]);
    assert_snapshot!(shape(&lines[0]), @r#"
    {
      "email": "cy@example.org",
      "expiresAt": null,
      "line": 2,
      "name": "Cy Lee",
      "outcome": "new",
      "problem": null,
      "role": "guest",
      "url": null,
      "userId": null,
      "username": "cy.lee"
    }
    "#);
    assert!(lines[2]["problem"].as_str().unwrap().starts_with("user name "), "{lines}");
    assert_eq!(ann.bootstrap().await, before);
}

#[tokio::test]
async fn who_is_added_signs_in_by_a_link_and_stands_in_general() {
    let (world, ann) = World::new().await;
    let mut socket = ann.socket().await;
    let csv = "Cy,cy@example.org\nGil,gil,guest";
    let answer = ann.post("/admin/people", &json!({"csv": csv})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let lines = answer.is(200);
    assert_eq!(outcomes(&lines), ["added", "added"]);
    assert_eq!(socket.until("user.created").await["data"]["user"]["username"], "cy");
    assert_eq!(socket.until("user.created").await["data"]["user"]["username"], "gil");
    let stranger = world.stranger();
    let login = |password: &str| json!({"email": "cy@example.org", "password": password});
    for password in ["", "a password that nobody has"] {
        stranger.post("/auth/login", &login(password)).await.refused(401, "invalid_credentials");
    }
    let link = lines[0]["url"].as_str().unwrap().replace("/reset/", "/auth/reset/");
    assert_eq!(stranger.get(&link).await.is(200), json!({"name": "Cy", "username": "cy"}));
    stranger.post(&link, &json!({"password": "a password of my own"})).await.is(204);
    let signed_in = stranger.post("/auth/login", &login("a password of my own")).await.is(200);
    let cy = crate::person::Person::signed_in(&stranger, signed_in);
    assert_eq!(cy.bootstrap().await["memberships"].as_array().unwrap().len(), 1);
    // The same table again adds nobody, and gives no links.
    let again = ann.post("/admin/people", &json!({"csv": csv})).await.is(200);
    assert_eq!(outcomes(&again), ["exists", "exists"]);
    assert_eq!(again[0]["url"], Value::Null);
    let log = ann.get("/admin/audit?act=person_added").await.is(200);
    assert_eq!((log["entries"].as_array().unwrap().len(), &log["entries"][1]["target"]), (2, &json!(cy.id)));
}

#[tokio::test]
async fn nobody_is_added_above_who_adds_them() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    bob.post("/admin/people", &json!({"csv": "Cy"})).await.refused(403, "forbidden");
    let lines = amy.post("/admin/people", &json!({"csv": "Cy,cy,admin\nDee,dee,owner"})).await.is(200);
    assert_eq!(outcomes(&lines), ["added", "refused"]);
    let big = json!({"csv": "Bob\n".repeat(501)});
    for body in [json!({"csv": ""}), json!({"csv": "name,role"}), big, json!({"csv": "\"Bob\nCy\0"})] {
        let problem = ann.post("/admin/people", &body).await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], "csv");
    }
}

#[tokio::test]
async fn a_table_of_two_hundred_is_added_in_order() {
    let (_world, ann) = World::new().await;
    let csv: String = (0..200).map(|number| format!("Person {number},p{number}\n")).collect();
    let lines = ann.post("/admin/people", &json!({"csv": csv})).await.is(200);
    assert!(outcomes(&lines).iter().all(|outcome| *outcome == "added"));
    assert_eq!(ann.bootstrap().await["users"].as_array().unwrap().len(), 201);
}

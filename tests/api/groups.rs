//! Groups of people that a message can name.

use crate::{person::Person, world::World};
use serde_json::{Value, json};

async fn make(person: &Person, handle: &str, members: &[&Person]) -> Value {
    let members: Vec<_> = members.iter().map(|member| &member.id).collect();
    person.post("/groups", &json!({"handle": handle, "name": "Design", "memberIds": members})).await.is(201)
}

async fn mentions(person: &Person, channel: &str) -> u64 {
    let bootstrap = person.bootstrap().await;
    let mine = bootstrap["memberships"].as_array().unwrap();
    mine.iter().find(|place| place["channelId"] == channel).unwrap()["mentions"].as_u64().unwrap()
}

#[tokio::test]
async fn a_group_names_all_who_are_in_it_and_in_the_conversation() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let dee = world.join(&ann, "Dee", "member").await;
    let den = ann.channel("den", "private", &[&bob, &cy]).await;
    let mut to_dee = dee.socket().await;
    let group = make(&bob, "@Design", &[&ann, &bob, &dee]).await;
    assert_eq!((&group["handle"], &group["version"]), (&json!("design"), &json!(1)));
    assert_eq!(to_dee.expect("group.created").await["data"]["group"], group);
    assert_eq!(dee.bootstrap().await["groups"], json!([group]));

    let said = cy.say(&den, "what do you say, @design?").await;
    assert_eq!(said["mentions"]["people"].as_array().unwrap().len(), 3);
    for (person, count) in [(&ann, 1), (&bob, 1), (&cy, 0)] {
        assert_eq!(mentions(person, &den).await, count, "{}", person.account["name"]);
    }
    cy.say(&den, "`@design` is a word, and @designs another").await;
    assert_eq!(mentions(&ann, &den).await, 1);

    // Who is in it counts when the message is sent.
    let path = format!("/groups/{}", group["id"].as_str().unwrap());
    let next = ann.patch(&path, &json!({"memberIds": [cy.id], "handle": "makers"})).await.is(200);
    assert_eq!((&next["handle"], &next["version"]), (&json!("makers"), &json!(2)));
    bob.say(&den, "@design is nobody now, @makers").await;
    assert_eq!((mentions(&ann, &den).await, mentions(&cy, &den).await), (1, 1));
    ann.delete(&path).await.is(204);
    to_dee.expect("group.updated").await;
    to_dee.expect("group.deleted").await;
    bob.say(&den, "@makers").await;
    assert_eq!(mentions(&cy, &den).await, 1);
    ann.delete(&path).await.refused(404, "not_found");
    ann.patch(&path, &json!({"name": "Again"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_word_names_one_person_or_one_group() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let group = make(&ann, "design", &[]).await;
    for handle in ["design", "bob", "channel", "two words", "", "x", &"x".repeat(33)] {
        let body = json!({"handle": handle, "name": "Other"});
        ann.post("/groups", &body).await.refused(400, "validation");
    }
    ann.post("/groups", &json!({"handle": "other", "name": " "})).await.refused(400, "validation");
    let stranger = uuid::Uuid::now_v7();
    let body = json!({"handle": "other", "name": "Other", "memberIds": [stranger]});
    ann.post("/groups", &body).await.refused(404, "not_found");
    bob.patch("/users/me", &json!({"username": "design"})).await.refused(409, "username_taken");
    let path = format!("/groups/{}", group["id"].as_str().unwrap());
    ann.patch(&path, &json!({"handle": "BOB"})).await.refused(400, "validation");
    let stale = ann.request(reqwest::Method::PATCH, &path).header("if-match", "\"7\"").json(&json!({"name": "New"}));
    assert_eq!(ann.send(stale).await.refused(412, "version_mismatch")["current"]["name"], "Design");

    // Somebody called Design who joins gets another user name.
    let design = world.join(&ann, "Design", "member").await;
    assert_ne!(design.account["username"], "design");
}

#[tokio::test]
async fn groups_outlive_a_restart_and_lose_who_leaves_the_team() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    make(&ann, "design", &[&ann, &bob]).await;
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    let listed = ann.get("/groups").await.is(200);
    assert_eq!((&listed[0]["memberIds"], &listed[0]["version"]), (&json!([ann.id]), &json!(2)));
    world.restart().await;
    assert_eq!(ann.get("/groups").await.is(200), listed);
    let gil = world.join(&ann, "Gil", "guest").await;
    gil.post("/groups", &json!({"handle": "mine", "name": "Mine"})).await.refused(403, "forbidden");
}

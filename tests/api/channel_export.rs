//! A channel's history as a file.

use crate::{
    person::{Person, id},
    world::World,
};
use serde_json::{Value, json};

async fn lines(person: &Person, channel: &str) -> Vec<Value> {
    let answer = person.get(&format!("/channels/{channel}/export")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_message_and_reply_is_in_it_once() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let channel = ann.channel("kiln-room", "public", &[&bob]).await;
    // More than are read at a time.
    for number in 1..=205 {
        ann.say(&channel, &format!("message {number}")).await;
    }
    ann.reply(&channel, 3, "a reply").await;
    bob.reply(&channel, 3, "another").await;
    ann.delete(&format!("/channels/{channel}/messages/4")).await.is(200);
    let exported = lines(&ann, &channel).await;
    let (head, messages) = exported.split_first().unwrap();
    assert_eq!((&head["channel"]["name"], &head["channel"]["id"]), (&json!("kiln-room"), &json!(channel)));
    assert_eq!(messages.len(), 207);
    let said: Vec<_> = messages[1..6].iter().map(|line| (&line["body"], &line["replyTo"])).collect();
    let expected = [
        (json!("message 2"), Value::Null),
        (json!("message 3"), Value::Null),
        (json!("a reply"), json!(3)),
        (json!("another"), json!(3)),
        (json!(""), Value::Null),
    ];
    assert_eq!(said, expected.iter().map(|(body, to)| (body, to)).collect::<Vec<_>>());
    assert_eq!(messages[4]["author"], json!({"name": "Bob", "username": "bob"}));
    assert!(messages[5]["deletedAt"].is_string());
    assert_eq!(messages[206]["body"], "message 205");
}

#[tokio::test]
async fn it_can_be_read_by_people() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    ann.say(&general, "first line\nsecond line").await;
    ann.reply(&general, 1, "yes").await;
    let answer = ann.get(&format!("/channels/{general}/export?format=text")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"general.txt\"; filename*=UTF-8''general.txt"
    );
    let text: Vec<_> = answer.text.lines().collect();
    assert!(text[0].starts_with("[20") && text[0].ends_with(" UTC] Ann"), "{text:?}");
    assert_eq!(text[1..3], ["  first line", "  second line"]);
    assert!(text[4].starts_with("    [20"), "{text:?}");
    assert_eq!(text[5], "      yes");
    ann.get(&format!("/channels/{general}/export?format=pdf")).await.refused(400, "validation");
}

#[tokio::test]
async fn an_empty_channel_is_a_file_and_a_direct_conversation_belongs_to_both() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let direct = id(&ann.post("/direct", &json!({"userIds": [bob.id]})).await.is(201));
    assert_eq!(lines(&bob, &direct).await.len(), 1);
    bob.say(&direct, "between us").await;
    assert_eq!(lines(&bob, &direct).await[1]["body"], "between us");
    cy.get(&format!("/channels/{direct}/export")).await.refused(404, "not_found");
    let general = ann.general().await;
    bob.get(&format!("/channels/{general}/export")).await.refused(403, "forbidden");
    world.stranger().get(&format!("/channels/{general}/export")).await.refused(401, "no_token");
}

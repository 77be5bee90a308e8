//! Replies in threads: how they begin, who follows them, what is counted.

use crate::{
    answer::shape,
    person::{Person, id},
    world::World,
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let general = ann.general().await;
    (world, ann, bob, cy, general)
}

/// The id of the thread that a reply is in.
pub(crate) fn thread_of(reply: &Value) -> String {
    reply["channelId"].as_str().unwrap().to_owned()
}

async fn root(person: &Person, channel: &str, number: u32) -> Value {
    person.get(&format!("/channels/{channel}/messages/{number}")).await.is(200)
}

#[tokio::test]
async fn the_first_reply_begins_a_thread_with_numbers_of_its_own() {
    let (_world, ann, bob, _cy, general) = team().await;
    ann.say(&general, "Who has the key?").await;
    assert_eq!(root(&ann, &general, 1).await["thread"], Value::Null);
    let path = format!("/channels/{general}/messages/1/replies");
    let answer = bob.post(&path, &json!({"body": "I have", "clientKey": "key"})).await;
    let reply = answer.is(201);
    let thread = thread_of(&reply);
    assert_ne!(thread, general);
    assert_eq!(answer.header("location"), format!("/api/v1/channels/{thread}/messages/1"));
    assert_eq!(bob.reply(&general, 1, "Here it is").await["number"], 2);
    assert_snapshot!(shape(&root(&ann, &general, 1).await["thread"]), @r#"
    {
      "id": "[id]",
      "lastAt": "[time]",
      "lastNumber": 2,
      "people": [
        "[id]"
      ],
      "replies": 2,
      "version": 2
    }
    "#);
    let history = ann.get(&format!("/channels/{thread}/messages")).await.is(200)["data"].take();
    let bodies: Vec<_> = history.as_array().unwrap().iter().map(|message| &message["body"]).collect();
    assert_eq!(bodies, ["I have", "Here it is"]);
    let page = ann.get(&format!("/channels/{general}/messages")).await.is(200)["data"].take();
    assert_eq!(page.as_array().unwrap().len(), 1, "replies stand beside the channel, not in it");
    assert_eq!(page[0]["thread"]["replies"], 2);
    assert_eq!(ann.membership(&general).await["unread"], 0);
}

#[tokio::test]
async fn people_who_reply_first_at_once_begin_one_thread() {
    let (_world, ann, bob, cy, general) = team().await;
    ann.say(&general, "Lunch?").await;
    let replies = join_all((0..12).map(|number| [&ann, &bob, &cy][number % 3].reply(&general, 1, "yes"))).await;
    let mut numbers: Vec<_> = replies.iter().map(|reply| reply["number"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert!(replies.iter().all(|reply| reply["channelId"] == replies[0]["channelId"]));
    assert_eq!(root(&bob, &general, 1).await["thread"]["people"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_retried_reply_finds_the_first_one() {
    let (_world, ann, _bob, _cy, general) = team().await;
    ann.say(&general, "one").await;
    ann.say(&general, "two").await;
    let send = |root: u32, body: &'static str| {
        let path = format!("/channels/{general}/messages/{root}/replies");
        let ann = &ann;
        async move { ann.post(&path, &json!({"body": body, "clientKey": "key"})).await }
    };
    let first = join_all((0..6).map(|_| send(1, "once"))).await;
    assert_eq!(first.iter().filter(|answer| answer.status == 201).count(), 1);
    let reply = first[0].json()["data"].take();
    assert!(first.iter().all(|answer| answer.json()["data"] == reply));
    assert_eq!(root(&ann, &general, 1).await["thread"]["replies"], 1);
    let problem = send(2, "elsewhere").await.refused(400, "validation");
    assert_eq!(problem["errors"][0]["field"], "clientKey");
    assert_eq!(root(&ann, &general, 2).await["thread"], Value::Null, "a refused reply begins nothing");
}

#[tokio::test]
async fn replying_being_named_and_having_begun_it_follow_a_thread() {
    let (world, ann, bob, cy, general) = team().await;
    let dee = world.join(&ann, "Dee", "member").await;
    ann.say(&general, "Who comes?").await;
    let thread = thread_of(&bob.reply(&general, 1, "Me. `@dee` is only code").await);
    bob.reply(&general, 1, "And you, @cy?").await;
    for (person, unread) in [(&ann, json!(2)), (&bob, Value::Null), (&cy, json!(1)), (&dee, Value::Null)] {
        let place = person.membership(&thread).await;
        assert_eq!(place["unread"], unread, "{}", person.account["name"]);
    }
    assert_eq!(ann.membership(&thread).await["thread"], json!({"channelId": general, "number": 1}));
    assert_eq!(ann.membership(&general).await["unread"], 0, "threads are counted apart from their channel");
    ann.put(&format!("/channels/{thread}/read"), &json!({"number": 2})).await.is(200);
    assert_eq!(ann.membership(&thread).await, Value::Null, "what is read is not listed at the start");
    dee.put(&format!("/channels/{thread}/read"), &json!({"number": 2})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_thread_can_be_followed_and_left_alone() {
    let (_world, ann, bob, cy, general) = team().await;
    ann.say(&general, "Who comes?").await;
    let thread = thread_of(&bob.reply(&general, 1, "Me").await);
    let path = format!("/threads/{thread}/follow");
    let mut socket = cy.socket().await;
    let place = cy.put(&path, &json!({})).await.is(200);
    assert_eq!((&place["readNumber"], &place["unread"]), (&json!(1), &json!(0)), "what was said before is read");
    assert_eq!(socket.expect("thread.followed").await["data"]["membership"], place);
    assert_eq!(cy.put(&path, &json!({})).await.is(200), place);
    bob.reply(&general, 1, "And I bring cake").await;
    assert_eq!(cy.membership(&thread).await["unread"], 1);
    for _ in 0..2 {
        cy.delete(&path).await.is(204);
    }
    bob.reply(&general, 1, "Two cakes").await;
    assert_eq!(cy.membership(&thread).await, Value::Null);
    let opened = cy.get(&format!("/channels/{general}/messages/1/thread")).await.is(200);
    assert_eq!((&opened["membership"], &opened["root"]["thread"]["replies"]), (&Value::Null, &json!(3)));
    cy.reply(&general, 1, "I come after all").await;
    bob.reply(&general, 1, "Good").await;
    assert_eq!(cy.membership(&thread).await["unread"], 1, "whoever replies follows again");
    let nowhere = format!("/threads/{}/follow", uuid::Uuid::now_v7());
    cy.put(&nowhere, &json!({})).await.refused(404, "not_found");
    cy.put(&format!("/threads/{general}/follow"), &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn everyone_in_a_direct_conversation_follows_its_threads() {
    let (_world, ann, bob, cy, _general) = team().await;
    let group = ann.direct(&[&bob, &cy]).await;
    ann.say(&group, "Shall we?").await;
    let thread = thread_of(&bob.reply(&group, 1, "Yes").await);
    assert_eq!(cy.membership(&thread).await["unread"], 1);
    assert_eq!(ann.membership(&thread).await["unread"], 1);
}

#[tokio::test]
async fn a_reply_that_is_also_sent_to_the_channel_says_the_same_in_both() {
    let (_world, ann, bob, _cy, general) = team().await;
    ann.say(&general, "Where is it?").await;
    let path = format!("/channels/{general}/messages/1/replies");
    let reply = bob.post(&path, &json!({"body": "In the attic", "alsoToChannel": true})).await.is(201);
    let thread = thread_of(&reply);
    assert_eq!(reply["twin"], json!({"channelId": general, "number": 2, "root": 1}));
    let copy = root(&ann, &general, 2).await;
    assert_eq!(copy["twin"], json!({"channelId": thread, "number": 1, "root": 1}));
    assert_eq!((&copy["body"], &copy["authorId"]), (&json!("In the attic"), &json!(bob.id)));
    assert_eq!(ann.membership(&general).await["unread"], 1);

    bob.patch(&format!("/channels/{thread}/messages/1"), &json!({"body": "In the shed"})).await.is(200);
    assert_eq!(root(&ann, &general, 2).await["body"], "In the shed");
    bob.patch(&format!("/channels/{general}/messages/2"), &json!({"body": "In the yard"})).await.is(200);
    assert_eq!(root(&ann, &thread, 1).await["body"], "In the yard");
    // A reply to the one in the channel goes where that one is from.
    assert_eq!(thread_of(&ann.reply(&general, 2, "Thanks").await), thread);

    bob.delete(&format!("/channels/{general}/messages/2")).await.is(200);
    assert!(root(&ann, &thread, 1).await["deletedAt"].is_string());
    assert_eq!(root(&ann, &general, 1).await["thread"]["replies"], 1);
    assert_eq!(ann.membership(&general).await["unread"], 0);
}

#[tokio::test]
async fn a_deleted_root_keeps_its_thread_and_deleted_replies_do_not_count() {
    let (_world, ann, bob, _cy, general) = team().await;
    ann.say(&general, "A question").await;
    ann.say(&general, "Another").await;
    let thread = thread_of(&bob.reply(&general, 1, "An answer").await);
    ann.reply(&general, 1, "Thanks").await;
    let gone = ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    assert_eq!(gone["thread"]["replies"], 2);
    bob.reply(&general, 1, "Still here").await;
    bob.delete(&format!("/channels/{thread}/messages/1")).await.is(200);
    bob.delete(&format!("/channels/{thread}/messages/3")).await.is(200);
    let shown = root(&ann, &general, 1).await["thread"].take();
    assert_eq!((&shown["replies"], &shown["people"]), (&json!(1), &json!([ann.id])));
    assert_eq!(ann.membership(&thread).await["unread"], 0);
    ann.delete(&format!("/channels/{general}/messages/2")).await.is(200);
    let path = format!("/channels/{general}/messages/2/replies");
    bob.post(&path, &json!({"body": "Too late"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_cannot_be_a_reply_is_refused() {
    let (_world, ann, bob, _cy, general) = team().await;
    ann.say(&general, "A question").await;
    let thread = thread_of(&bob.reply(&general, 1, "An answer").await);
    let replies = |channel: &str, number: u32| format!("/channels/{channel}/messages/{number}/replies");
    bob.post(&replies(&thread, 1), &json!({"body": "deeper"})).await.refused(400, "validation");
    bob.post(&replies(&general, 0), &json!({"body": "x"})).await.refused(404, "not_found");
    bob.post(&replies(&general, 9), &json!({"body": "x"})).await.refused(404, "not_found");
    for body in [json!({"body": " "}), json!({"body": "x", "alsoToChannel": "yes"}), json!({"body": "x", "to": 1})] {
        bob.post(&replies(&general, 1), &body).await.refused(400, "validation");
    }
    // A thread is no channel: it has no name, no members and no archive of its own.
    for path in ["", "/members"] {
        ann.get(&format!("/channels/{thread}{path}")).await.refused(404, "not_found");
    }
    ann.patch(&format!("/channels/{thread}"), &json!({"name": "x"})).await.refused(404, "not_found");
    ann.put(&format!("/channels/{thread}/members/me"), &json!({})).await.refused(404, "not_found");
    ann.delete(&format!("/channels/{thread}/members/me")).await.refused(404, "not_found");
    let listed = ann.get("/channels?limit=100").await;
    assert!(!listed.text.contains(&thread));
    ann.patch(&format!("/channels/{general}"), &json!({"archived": true})).await.is(200);
    bob.post(&replies(&general, 1), &json!({"body": "x"})).await.refused(409, "channel_archived");
    let path = format!("/channels/{thread}/messages");
    bob.post(&path, &json!({"body": "x"})).await.refused(409, "channel_archived");
    assert_eq!(bob.get(&path).await.is(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn threads_are_the_same_after_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    ann.say(&general, "A question").await;
    for number in 0..4 {
        bob.reply(&general, 1, &format!("Answer {number}")).await;
    }
    let thread = root(&ann, &general, 1).await["thread"].take();
    ann.delete(&format!("/channels/{}/messages/2", id(&thread))).await.is(200);
    let before = (root(&ann, &general, 1).await, ann.membership(&id(&thread)).await);
    world.restart().await;
    assert_eq!((root(&ann, &general, 1).await, ann.membership(&id(&thread)).await), before);
    assert_eq!(ann.reply(&general, 1, "Thanks").await["number"], 5);
    assert_eq!(bob.membership(&id(&thread)).await["unread"], 1);
}

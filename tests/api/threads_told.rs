//! Who is told of what is said in a thread, and the list of those that one follows.

use crate::{person::Person, threads::thread_of, world::World};
use serde_json::{Value, json};

#[tokio::test]
async fn a_reply_is_told_to_all_who_may_read_it_and_counted_for_those_who_follow() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let eve = world.join(&ann, "Eve", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let zoo = ann.channel("zoo", "public", &[&bob]).await;
    let den = ann.channel("den", "private", &[&bob, &gil]).await;
    let hall = ann.channel("hall", "private", &[&bob, &eve, &gil]).await;
    for channel in [&zoo, &den] {
        ann.say(channel, "a question").await;
    }
    let (mut to_ann, mut to_eve, mut to_gil) = (ann.socket().await, eve.socket().await, gil.socket().await);
    let in_zoo = bob.reply(&zoo, 1, "an answer").await;
    let in_den = bob.reply(&den, 1, "another").await;
    ann.say(&hall, "the end").await;
    let names = |events: &[Value]| -> Vec<String> {
        events.iter().map(|event| format!("{} {}", event["name"], event["channelId"])).collect()
    };
    let of = |name: &str, reply: &Value| format!("\"{name}\" {}", reply["channelId"]);
    let heard = to_ann.events_until_said("the end").await;
    let expected: Vec<_> = [&in_zoo, &in_den]
        .into_iter()
        .flat_map(|reply| ["thread.followed", "message.created", "thread.replied"].map(|name| of(name, reply)))
        .collect();
    assert_eq!(names(&heard), expected);
    assert_eq!(heard[1]["data"]["message"], in_zoo);
    let root = ann.get(&format!("/channels/{zoo}/messages/1")).await.is(200);
    assert_eq!(heard[1]["data"]["root"], json!({"channelId": zoo, "number": 1, "thread": root["thread"]}));
    assert_eq!(names(&to_eve.events_until_said("the end").await), [of("message.created", &in_zoo)]);
    assert_eq!(names(&to_gil.events_until_said("the end").await), [of("message.created", &in_den)]);
}

#[tokio::test]
async fn whoever_leaves_a_channel_leaves_its_threads() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let zoo = ann.channel("zoo", "public", &[&bob]).await;
    let mut threads = Vec::new();
    for channel in [&den, &zoo] {
        ann.say(channel, "a question").await;
        threads.push(thread_of(&bob.reply(channel, 1, "mine").await));
        ann.reply(channel, 1, "news").await;
    }
    bob.leave(&den).await;
    bob.leave(&zoo).await;
    let (in_den, in_zoo) = (&threads[0], &threads[1]);
    for path in [
        format!("/channels/{in_den}/messages"),
        format!("/channels/{in_den}/messages/1"),
        format!("/channels/{in_den}/messages/1/revisions"),
        format!("/channels/{den}/messages/1/thread"),
    ] {
        bob.get(&path).await.refused(404, "not_found");
    }
    let body = json!({"body": "still mine?"});
    bob.patch(&format!("/channels/{in_den}/messages/1"), &body).await.refused(404, "not_found");
    bob.post(&format!("/channels/{in_den}/messages"), &body).await.refused(404, "not_found");
    bob.post(&format!("/channels/{den}/messages/1/replies"), &body).await.refused(404, "not_found");
    bob.put(&format!("/threads/{in_den}/follow"), &json!({})).await.refused(404, "not_found");
    // A public channel stays readable, its threads with it; to write or follow takes joining.
    assert_eq!(bob.get(&format!("/channels/{in_zoo}/messages")).await.is(200)["data"].as_array().unwrap().len(), 2);
    bob.post(&format!("/channels/{in_zoo}/messages"), &body).await.refused(403, "forbidden");
    bob.put(&format!("/threads/{in_zoo}/follow"), &json!({})).await.refused(403, "forbidden");
    let bootstrap = bob.bootstrap().await.to_string();
    assert!(!bootstrap.contains(in_den.as_str()) && !bootstrap.contains(in_zoo.as_str()));
    assert_eq!(bob.get("/threads").await.is(200)["data"], json!([]));
    ann.add(&den, &bob).await;
    ann.reply(&den, 1, "are you back?").await;
    assert_eq!(bob.membership(in_den).await, Value::Null, "coming back follows nothing by itself");
}

#[tokio::test]
async fn typing_in_a_thread_reaches_those_in_its_channel() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    ann.say(&general, "a question").await;
    let thread = thread_of(&ann.reply(&general, 1, "an answer").await);
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    to_bob.send(&json!({"type": "typing", "channelId": thread})).await;
    let frame = to_ann.frame("typing").await;
    assert_eq!((&frame["channelId"], &frame["userId"]), (&json!(thread), &json!(bob.id)));
}

async fn listed(person: &Person, query: &str) -> Vec<(String, usize, u64)> {
    let answer = person.get(&format!("/threads{query}")).await.is(200);
    let entry = |entry: &Value| {
        let body = entry["root"]["body"].as_str().unwrap().to_owned();
        let latest = entry["latest"].as_array().unwrap();
        assert!(latest.iter().all(|reply| reply["channelId"] == entry["membership"]["channelId"]));
        (body, latest.len(), entry["membership"]["unread"].as_u64().unwrap())
    };
    answer["data"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn the_threads_that_one_follows_are_listed_with_the_newest_first() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    for number in 1..=5 {
        ann.say(&general, &format!("question {number}")).await;
    }
    for number in [2, 4, 1, 4, 4] {
        bob.reply(&general, number, "an answer").await;
    }
    let entry = |number: u32, latest, unread| (format!("question {number}"), latest, unread);
    assert_eq!(listed(&ann, "").await, [entry(4, 2, 3), entry(1, 1, 1), entry(2, 1, 1)]);
    assert_eq!(listed(&ann, "?limit=1&page=2").await, [entry(1, 1, 1)]);
    let thread = ann.get(&format!("/channels/{general}/messages/4")).await.is(200)["thread"]["id"].take();
    ann.put(&format!("/channels/{}/read", thread.as_str().unwrap()), &json!({"number": 3})).await.is(200);
    assert_eq!(listed(&ann, "?filter=unread").await, [entry(1, 1, 1), entry(2, 1, 1)]);
    assert_eq!(listed(&ann, "?filter=all").await[0], entry(4, 2, 0));
    for query in ["?filter=some", "?page=0", "?limit=101"] {
        ann.get(&format!("/threads{query}")).await.refused(400, "validation");
    }
}

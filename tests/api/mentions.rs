//! Mentions: whom a message speaks to, what is counted, and the list of them.

use crate::{person::Person, threads::thread_of, world::World};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let general = ann.general().await;
    (world, ann, bob, cy, general)
}

async fn counted(person: &Person, channel: &str) -> (u64, u64) {
    let place = person.membership(channel).await;
    (place["unread"].as_u64().unwrap_or_default(), place["mentions"].as_u64().unwrap_or_default())
}

async fn edit(person: &Person, channel: &str, number: u32, body: &str) -> Value {
    person.patch(&format!("/channels/{channel}/messages/{number}"), &json!({"body": body})).await.is(200)
}

#[tokio::test]
async fn whom_a_message_names_is_decided_when_it_is_sent() {
    let (world, ann, bob, cy, general) = team().await;
    let said = ann.say(&general, "@bob, see `@cy` and @Nobody. @here!").await;
    assert_eq!(said["mentions"], json!({"everyone": false, "here": true, "people": [bob.id]}));
    assert_eq!(counted(&bob, &general).await, (1, 1));
    assert_eq!(counted(&cy, &general).await, (1, 0));
    // Whoever joins later, or was not in the channel, was not spoken to.
    let den = ann.channel("den", "private", &[&bob]).await;
    let said = ann.say(&den, "@cy @bob @channel").await;
    assert_eq!(said["mentions"]["people"].as_array().unwrap().len(), 2);
    ann.add(&den, &cy).await;
    assert_eq!(counted(&cy, &den).await, (0, 0));
    assert_eq!(counted(&bob, &den).await, (1, 1), "named twice is one message");
    let nobody = world.join(&ann, "Nobody", "member").await;
    assert_eq!(counted(&nobody, &general).await, (0, 0));
    assert_eq!(counted(&ann, &den).await, (0, 0), "nobody speaks to oneself");
}

#[tokio::test]
async fn those_who_are_named_are_told_their_count_and_reading_clears_it() {
    let (_world, ann, bob, cy, general) = team().await;
    let (mut to_bob, mut to_cy) = (bob.socket().await, cy.socket().await);
    ann.say(&general, "hello @bob").await;
    to_bob.expect("message.created").await;
    let told = to_bob.expect("mentions.updated").await;
    assert_eq!(told["data"], json!({"channelId": general, "mentions": 1}));
    ann.say(&general, "@channel").await;
    assert_eq!(to_bob.expect("message.created").await["data"]["message"]["mentions"]["everyone"], true);
    ann.say(&general, "the end").await;
    assert_eq!(to_bob.events_until_said("the end").await, [json!(null); 0], "to all, the message itself says so");
    let names = crate::socket::names;
    assert_eq!(names(&to_cy.events_until_said("the end").await), ["message.created", "message.created"]);
    assert_eq!(counted(&bob, &general).await, (3, 2));
    let read = bob.put(&format!("/channels/{general}/read"), &json!({"number": 1})).await.is(200);
    assert_eq!((&read["unread"], &read["mentions"]), (&json!(2), &json!(1)));
    bob.say(&general, "I am here").await;
    assert_eq!(counted(&bob, &general).await, (0, 0));
}

#[tokio::test]
async fn here_speaks_to_those_who_are() {
    let (_world, ann, bob, cy, general) = team().await;
    let mut to_bob = bob.socket().await;
    ann.say(&general, "@here, lunch").await;
    to_bob.expect("message.created").await;
    assert_eq!(to_bob.expect("mentions.updated").await["data"]["mentions"], 1);
    assert_eq!(counted(&cy, &general).await, (1, 0));
    edit(&ann, &general, 1, "@here, lunch is ready").await;
    assert_eq!(counted(&bob, &general).await, (1, 1), "who was here stays spoken to");
    edit(&ann, &general, 1, "lunch").await;
    assert_eq!(counted(&bob, &general).await, (1, 0));
}

#[tokio::test]
async fn an_edit_and_a_deletion_change_who_is_spoken_to() {
    let (_world, ann, bob, cy, general) = team().await;
    ann.say(&general, "@bob").await;
    ann.say(&general, "@channel").await;
    let (mut to_bob, mut to_cy) = (bob.socket().await, cy.socket().await);
    edit(&ann, &general, 1, "@cy").await;
    assert_eq!(to_bob.until("mentions.updated").await["data"]["mentions"], 1);
    assert_eq!(to_cy.until("mentions.updated").await["data"]["mentions"], 2);
    edit(&ann, &general, 2, "not all").await;
    assert_eq!(to_cy.until("mentions.updated").await["data"]["mentions"], 1);
    assert_eq!((counted(&bob, &general).await, counted(&cy, &general).await), ((2, 0), (2, 1)));
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    assert_eq!(to_cy.until("mentions.updated").await["data"]["mentions"], 0);
    assert_eq!((counted(&bob, &general).await, counted(&cy, &general).await), ((1, 0), (1, 0)));
}

#[tokio::test]
async fn a_mention_in_a_thread_counts_there_and_once() {
    let (_world, ann, bob, cy, general) = team().await;
    ann.say(&general, "a question").await;
    let path = format!("/channels/{general}/messages/1/replies");
    let reply = bob.post(&path, &json!({"body": "@cy knows", "alsoToChannel": true})).await.is(201);
    let thread = thread_of(&reply);
    assert_eq!(counted(&cy, &thread).await, (1, 1));
    assert_eq!(counted(&cy, &general).await, (2, 0), "what is said in both places speaks to somebody in one");
    let listed = cy.get("/mentions").await.is(200)["data"].take();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["thread"], json!({"channelId": general, "number": 1}));
    assert_eq!(listed[0]["message"], reply);
}

#[tokio::test]
async fn the_list_of_mentions_has_the_newest_first_and_none_that_is_gone() {
    let (_world, ann, bob, _cy, general) = team().await;
    let den = ann.channel("den", "private", &[&bob]).await;
    for number in 1..=5 {
        ann.say(&general, &format!("@bob {number}")).await;
    }
    ann.say(&den, "@channel secret").await;
    ann.say(&general, "to nobody").await;
    ann.delete(&format!("/channels/{general}/messages/2")).await.is(200);
    edit(&ann, &general, 4, "not to bob").await;
    let bodies = |page: &Value| -> Vec<String> {
        let entry = |entry: &Value| entry["message"]["body"].as_str().unwrap().to_owned();
        page["data"].as_array().unwrap().iter().map(entry).collect()
    };
    let first = bob.get("/mentions?limit=3").await.json();
    assert_eq!(bodies(&first), ["@channel secret", "@bob 5"]);
    assert_eq!(first["pagination"], json!({"before": 4, "hasBefore": true}));
    let second = bob.get("/mentions?limit=3&before=4").await.json();
    assert_eq!(bodies(&second), ["@bob 3", "@bob 1"]);
    assert_eq!(second["pagination"]["hasBefore"], false);
    ann.remove(&den, &bob).await;
    assert!(!bob.get("/mentions").await.text.contains("secret"));
    assert_eq!(ann.get("/mentions").await.is(200)["data"], json!([]));
    bob.get("/mentions?limit=0").await.refused(400, "validation");
}

#[tokio::test]
async fn a_channel_is_muted_for_oneself() {
    let (_world, ann, bob, cy, general) = team().await;
    let path = format!("/channels/{general}/notifications");
    let mut to_bob = bob.socket().await;
    let place = bob.put(&path, &json!({"level": "nothing", "muted": true})).await.is(200);
    assert_eq!(to_bob.expect("membership.updated").await["data"]["membership"], place);
    assert_eq!((&place["level"], &place["muted"]), (&json!("nothing"), &json!(true)));
    assert_eq!(bob.membership(&general).await, place);
    assert_eq!(cy.membership(&general).await["muted"], false);
    ann.patch(&format!("/channels/{general}/members/{}", bob.id), &json!({"role": "manager"})).await.is(200);
    assert_eq!(bob.membership(&general).await["muted"], true, "another role changes nothing of it");
    for body in [json!({"level": "some", "muted": true}), json!({"level": "nothing"}), json!({"muted": 1})] {
        bob.put(&path, &body).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn words_to_be_told_of_count_as_mentions_and_stay_ones_own() {
    let (_world, ann, bob, _cy, general) = team().await;
    let mut to_bob = bob.socket().await;
    let set = bob.put("/users/me/alerts", &json!({"words": ["Roof", "red kite", "roof"]})).await.is(200);
    assert_eq!(set, json!({"words": ["red kite", "roof"]}));
    assert_eq!(to_bob.expect("alerts.updated").await["data"], set);
    assert_eq!(bob.bootstrap().await["alerts"], set["words"]);
    assert_eq!(ann.get("/users/me/alerts").await.is(200), json!({"words": []}));
    let said = ann.say(&general, "The ROOF leaks").await;
    assert_eq!(said["mentions"], json!({"everyone": false, "here": false, "people": []}), "nobody else learns of it");
    ann.say(&general, "roofing").await;
    assert_eq!(counted(&bob, &general).await, (2, 1));
    edit(&ann, &general, 1, "The floor leaks").await;
    edit(&ann, &general, 2, "A red kite").await;
    assert_eq!(counted(&bob, &general).await, (2, 1));
    assert_eq!(bob.get("/mentions").await.is(200)["data"][0]["message"]["number"], 2);
    let many: Vec<_> = (0..31).map(|number| format!("word {number}")).collect();
    for words in [json!(["x"]), json!(["x".repeat(41)]), json!(["a\nb"]), json!(many), json!("roof")] {
        bob.put("/users/me/alerts", &json!({"words": words})).await.refused(400, "validation");
    }
    bob.put("/users/me/alerts", &json!({"words": []})).await.is(200);
    ann.say(&general, "roof").await;
    assert_eq!(counted(&bob, &general).await, (3, 1));
}

#[tokio::test]
async fn mentions_are_exact_after_anything_and_after_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut random = StdRng::seed_from_u64(11);
    let texts = ["hello", "@bob", "@channel", "@bob and @channel", "@ann"];
    // Whether each message speaks to bob, and whether it is there.
    let mut messages: Vec<(bool, bool)> = Vec::new();
    let mut read = 0;
    for _ in 0..120 {
        let last = u32::try_from(messages.len()).unwrap();
        let (which, number) = (random.random_range(0..5), random.random_range(0..=last));
        match random.random_range(0..8) {
            0..4 => {
                ann.say(&general, texts[which]).await;
                messages.push(((1..4).contains(&which), true));
            }
            4..6 if number > 0 && messages[number as usize - 1].1 => {
                edit(&ann, &general, number, texts[which]).await;
                messages[number as usize - 1].0 = (1..4).contains(&which);
            }
            6 if number > 0 => {
                ann.delete(&format!("/channels/{general}/messages/{number}")).await.is(200);
                messages[number as usize - 1].1 = false;
            }
            _ => {
                bob.put(&format!("/channels/{general}/read"), &json!({"number": number})).await.is(200);
                read = read.max(number as usize);
            }
        }
        let unread = messages.iter().skip(read).filter(|(_, there)| *there).count() as u64;
        let mentions = messages.iter().skip(read).filter(|(speaks, there)| *speaks && *there).count() as u64;
        assert_eq!(counted(&bob, &general).await, (unread, mentions));
    }
    let before = counted(&bob, &general).await;
    let listed = bob.get("/mentions?limit=100").await.json();
    world.restart().await;
    assert_eq!(counted(&bob, &general).await, before);
    assert_eq!(bob.get("/mentions?limit=100").await.json(), listed);
    ann.say(&general, "@bob").await;
    assert_eq!(counted(&bob, &general).await, (before.0 + 1, before.1 + 1));
}

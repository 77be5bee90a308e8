//! What people want to be reminded of.

use crate::{
    person::Person,
    socket::names,
    threads::thread_of,
    world::{World, soon},
};
use hearth_server::{
    attention::{self, Notice},
    clock::{self, Timestamp},
    ids::UserId,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    (world, ann, bob, den)
}

fn in_millis(millis: u64) -> Value {
    json!(clock::now().plus(Duration::from_millis(millis)))
}

fn at(text: &str, millis: u64) -> Value {
    json!({"text": text, "dueAt": in_millis(millis)})
}

fn of(channel: &str, number: u32, millis: u64) -> Value {
    json!({"message": {"channelId": channel, "number": number}, "dueAt": in_millis(millis)})
}

const TOMORROW: u64 = 24 * 3_600 * 1_000;

/// A reminder for tomorrow.
pub(crate) fn far(text: &str) -> Value {
    at(text, TOMORROW)
}

fn path(reminder: &Value) -> String {
    format!("/reminders/{}", reminder["id"].as_str().unwrap())
}

/// The reminders of a person with the messages that they are of.
async fn list(person: &Person) -> Vec<Value> {
    person.get("/reminders?limit=100").await.is(200)["data"].as_array().unwrap().clone()
}

async fn texts(person: &Person) -> Vec<Value> {
    list(person).await.iter().map(|one| one["reminder"]["text"].clone()).collect()
}

/// Waits until the first reminder of a person has come to this.
async fn until(person: &Person, state: &str) -> Value {
    soon("the reminder", async {
        loop {
            let first = list(person).await[0]["reminder"].clone();
            if first["state"] == state {
                return first;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}

#[tokio::test]
async fn somebody_is_reminded_at_the_moment_and_nobody_else_learns_of_it() {
    let (_world, ann, bob, den) = team().await;
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    let later = bob.post("/reminders", &far("water the plants")).await.is(201);
    let first = bob.post("/reminders", &at(" call the baker ", 600)).await.is(201);
    assert_eq!((&first["text"], &first["state"]), (&json!("call the baker"), &json!("waiting")));
    assert_eq!((&first["message"], &first["version"]), (&Value::Null, &json!(1)));
    assert_eq!(bob.bootstrap().await["reminders"], json!([first, later]), "the first to come first");
    assert_eq!(ann.bootstrap().await["reminders"], json!([]));
    assert!(list(&ann).await.is_empty());
    assert_eq!(to_bob.expect("reminder.updated").await["data"], json!({"reminder": later}));
    assert_eq!(to_bob.expect("reminder.updated").await["data"], json!({"reminder": first}));

    let told = soon("the reminder", to_bob.until("reminder.due")).await["data"]["reminder"].clone();
    let moment: Timestamp = serde_json::from_value(first["dueAt"].clone()).unwrap();
    assert!(clock::now() >= moment, "not before");
    assert_eq!((&told["id"], &told["state"], &told["version"]), (&first["id"], &json!("due"), &json!(2)));
    assert_eq!(list(&bob).await[0], json!({"reminder": told, "message": null}));
    ann.say(&den, "the end").await;
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0], "nobody else learns of it");
    assert_eq!(names(&to_bob.events_until_said("the end").await), [""; 0], "and it is told once");
}

#[tokio::test]
async fn it_can_be_changed_put_off_done_and_deleted() {
    let (_world, ann, bob, _den) = team().await;
    let one = bob.post("/reminders", &at("call the bakre", 200)).await.is(201);
    until(&bob, "due").await;
    let fixed = bob.patch(&path(&one), &json!({"text": "call the baker"})).await.is(200);
    assert_eq!((&fixed["text"], &fixed["state"]), (&json!("call the baker"), &json!("due")));
    let moment = in_millis(300);
    let snoozed = bob.patch(&path(&one), &json!({"dueAt": moment})).await.is(200);
    assert_eq!((&snoozed["state"], &snoozed["dueAt"]), (&json!("waiting"), &moment));
    until(&bob, "due").await;
    let done = bob.patch(&path(&one), &json!({"done": true})).await.is(200);
    assert_eq!(done["state"], "done");
    assert!(done["doneAt"].is_string());
    assert_eq!(bob.patch(&path(&one), &json!({"done": true})).await.is(200), done, "it is done already");
    let again = bob.patch(&path(&one), &json!({"done": false})).await.is(200);
    assert_eq!((&again["state"], &again["doneAt"]), (&json!("due"), &Value::Null));
    let early = bob.post("/reminders", &far("early")).await.is(201);
    bob.patch(&path(&early), &json!({"done": true})).await.is(200);
    assert_eq!(bob.patch(&path(&early), &json!({"done": false})).await.is(200)["state"], "waiting");

    for answer in [ann.patch(&path(&one), &json!({"done": true})).await, ann.get(&path(&one)).await] {
        assert!([404, 405].contains(&answer.status), "{}", answer.text);
    }
    ann.delete(&path(&one)).await.is(204);
    assert_eq!(texts(&bob).await, ["call the baker", "early"], "nobody else deletes it");
    let mut to_bob = bob.socket().await;
    bob.delete(&path(&one)).await.is(204);
    bob.delete(&path(&one)).await.is(204);
    assert_eq!(to_bob.expect("reminder.removed").await["data"], json!({"id": one["id"]}));
    assert_eq!(texts(&bob).await, ["early"]);
}

#[tokio::test]
async fn of_a_message_it_says_what_that_says_as_long_as_it_may_be_read() {
    let (_world, ann, bob, den) = team().await;
    ann.say(&den, "The key is under the mat").await;
    let thread = thread_of(&ann.reply(&den, 1, "The left one").await);
    let one = bob.post("/reminders", &of(&den, 1, TOMORROW)).await.is(201);
    assert_eq!(one["message"], json!({"channelId": den, "number": 1, "thread": null}));
    let two = bob.post("/reminders", &of(&thread, 1, TOMORROW + 1_000)).await.is(201);
    assert_eq!(two["message"]["thread"], json!({"channelId": den, "number": 1}));
    let bodies = |list: Vec<Value>| list.into_iter().map(|one| one["message"]["body"].clone()).collect::<Vec<_>>();
    assert_eq!(bodies(list(&bob).await), ["The key is under the mat", "The left one"]);

    ann.patch(&format!("/channels/{den}/messages/1"), &json!({"body": "The key is in the pot"})).await.is(200);
    assert_eq!(list(&bob).await[0]["message"]["body"], "The key is in the pot");
    ann.remove(&den, &bob).await;
    let kept = list(&bob).await;
    assert_eq!((&kept[0]["message"], &kept[1]["message"]), (&Value::Null, &Value::Null));
    assert_eq!(kept[0]["reminder"], one);
    assert!(!json!(kept).to_string().contains("key"));
    assert!(!bob.bootstrap().await.to_string().contains("the pot"));
    bob.post("/reminders", &of(&den, 1, TOMORROW)).await.refused(404, "not_found");
    bob.patch(&path(&one), &json!({"done": true})).await.is(200);

    ann.add(&den, &bob).await;
    ann.delete(&format!("/channels/{den}/messages/1")).await.is(200);
    bob.post("/reminders", &of(&den, 1, TOMORROW)).await.refused(404, "not_found");
    let gone = list(&bob).await.into_iter().find(|shown| shown["reminder"]["id"] == one["id"]).unwrap();
    assert_eq!(gone["message"]["body"], "");
}

#[tokio::test]
async fn what_came_due_while_the_server_was_off_is_told_once_when_it_starts() {
    let (mut world, ann) = World::on_disk().await;
    ann.post("/reminders", &at("while it was off", 400)).await.is(201);
    ann.post("/reminders", &far("tomorrow")).await.is(201);
    world.stop().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    let due = until(&ann, "due").await;
    assert_eq!((&due["text"], &due["version"]), (&json!("while it was off"), &json!(2)));
    world.restart().await;
    let ann = world.login("ann").await;
    let again = list(&ann).await;
    assert_eq!(again[0]["reminder"], due, "not a second time");
    assert_eq!(again[1]["reminder"]["state"], "waiting");
}

#[tokio::test]
async fn who_is_suspended_is_reminded_when_they_are_back_and_who_left_never() {
    let (world, ann, bob, _den) = team().await;
    let eve = world.join(&ann, "Eve", "member").await;
    bob.post("/reminders", &at("for bob", 300)).await.is(201);
    eve.post("/reminders", &at("for eve", 300)).await.is(201);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    ann.delete(&format!("/users/{}", eve.id)).await.is(200);
    let (bob_id, eve_id): (UserId, UserId) = (bob.id.parse().unwrap(), eve.id.parse().unwrap());
    tokio::time::sleep(Duration::from_millis(400)).await;
    {
        let directory = world.app().journal.directory();
        assert_eq!(directory.reminders().of(eve_id).count(), 0, "they go with the person");
        assert_eq!(directory.reminders().due_for(bob_id), 0, "it waits");
        assert_eq!(directory.reminders().of(bob_id).count(), 1);
    }
    ann.delete(&format!("/users/{}/suspension", bob.id)).await.is(200);
    let bob = world.login("bob").await;
    assert_eq!(until(&bob, "due").await["text"], "for bob");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_there_is_an_end_to_it() {
    let (_world, ann, bob, den) = team().await;
    ann.say(&den, "hello").await;
    for wish in [
        at("", TOMORROW),
        at(" \n ", TOMORROW),
        at(&"x".repeat(501), TOMORROW),
        at("past", 0),
        at("far", 6 * 366 * TOMORROW),
        json!({"text": "when"}),
        json!({"text": "when", "dueAt": "tomorrow"}),
        json!({"text": "who", "dueAt": in_millis(TOMORROW), "userId": ann.id}),
    ] {
        bob.post("/reminders", &wish).await.refused(400, "validation");
    }
    bob.post("/reminders", &of(&den, 7, TOMORROW)).await.refused(404, "not_found");
    let one = bob.post("/reminders", &far("fine")).await.is(201);
    for patch in [json!({"text": ""}), json!({"dueAt": in_millis(0)}), json!({"text": "x".repeat(501)})] {
        bob.patch(&path(&one), &patch).await.refused(400, "validation");
    }
    let with_note = bob.post("/reminders", &of(&den, 1, TOMORROW)).await.is(201);
    bob.patch(&path(&with_note), &json!({"text": "ask again"})).await.is(200);
    bob.patch(&path(&with_note), &json!({"text": ""})).await.is(200);
    for _ in 2..200 {
        bob.post("/reminders", &far("again")).await.is(201);
    }
    bob.post("/reminders", &far("one too many")).await.refused(400, "validation");
    ann.post("/reminders", &far("the most is each person's own")).await.is(201);
    bob.patch(&path(&one), &json!({"done": true})).await.is(200);
    bob.post("/reminders", &far("room for one")).await.is(201);
    bob.patch(&path(&one), &json!({"done": false})).await.refused(400, "validation");
}

#[tokio::test]
async fn of_what_is_done_the_last_hundred_are_kept() {
    let (_world, ann, _bob, _den) = team().await;
    let mut to_ann = ann.socket().await;
    let mut first = Value::Null;
    for number in 0..101 {
        let one = ann.post("/reminders", &far(&format!("number {number}"))).await.is(201);
        ann.patch(&path(&one), &json!({"done": true})).await.is(200);
        if number == 0 {
            first = one["id"].clone();
        }
    }
    assert_eq!(soon("the oldest", to_ann.until("reminder.removed")).await["data"]["id"], first);
    let kept = texts(&ann).await;
    assert_eq!((kept.len(), &kept[0], &kept[99]), (100, &json!("number 100"), &json!("number 1")));
}

#[tokio::test]
async fn the_desktop_app_tells_of_it_and_counts_it_unless_its_person_wants_quiet() {
    let (world, ann, bob, den) = team().await;
    ann.say(&den, "The key is under the mat").await;
    bob.put(&format!("/channels/{den}/read"), &json!({"number": 1})).await.is(200);
    let user: UserId = bob.id.parse().unwrap();
    let (told, mut notices) = tokio::sync::mpsc::unbounded_channel();
    let show = move |notice: Notice| _ = told.send(notice);
    tokio::spawn(attention::notices(Arc::clone(world.app()), move || Some(user), show));
    let before = attention::standing(world.app(), Some(user)).unread;
    bob.post("/reminders", &at("call the baker", 200)).await.is(201);
    let notice = soon("the notice", notices.recv()).await.unwrap();
    assert_eq!(notice, Notice { title: "Reminder".to_owned(), text: "call the baker".to_owned() });
    bob.post("/reminders", &of(&den, 1, 200)).await.is(201);
    assert_eq!(soon("the notice", notices.recv()).await.unwrap().text, "A message in #den");
    assert_eq!(attention::standing(world.app(), Some(user)).unread, before + 2);

    let until = in_millis(3_600_000);
    bob.patch("/users/me/notifications", &json!({"snoozedUntil": until})).await.is(200);
    let mut to_bob = bob.socket().await;
    bob.post("/reminders", &at("in the quiet", 200)).await.is(201);
    soon("the reminder", to_bob.until("reminder.due")).await;
    bob.patch("/users/me/notifications", &json!({"snoozedUntil": null})).await.is(200);
    bob.post("/reminders", &at("aloud", 200)).await.is(201);
    assert_eq!(soon("the notice", notices.recv()).await.unwrap().text, "aloud");
    assert_eq!(attention::standing(world.app(), Some(user)).unread, before + 4);
}

//! What of tasks has a day: those that come again, reminders, calendars.

use crate::{
    board::{board, project, status, task},
    person::{Person, id},
    task_news::inbox,
    world::World,
};
use chrono::{Days, Local, NaiveDate, NaiveDateTime, Utc};
use hearth_server::{clock::Timestamp, tasks};
use serde_json::{Value, json};

async fn team() -> (World, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    project(&ann, "OPS", true, &[&bob]).await;
    (world, ann, bob)
}

/// So many days from today, where the hub is and in UTC, which may be on different days.
fn day(from_now: i64) -> String {
    shifted(Utc::now().date_naive(), from_now).to_string()
}

fn shifted(date: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { date - by } else { date + by }
}

/// A moment so many days from now.
fn moment(days: i64) -> Timestamp {
    Timestamp::from_millis(hearth_server::clock::now().millis() + days * 86_400_000)
}

async fn repeat(world: &World, days: i64) -> usize {
    world.within(async move |app| tasks::repeat(&app, moment(days)).await.unwrap()).await
}

async fn remind(world: &World, now: NaiveDateTime) -> usize {
    world.within(async move |app| tasks::remind(&app, now).await.unwrap()).await
}

async fn detail(person: &Person, key: &str) -> Value {
    person.get(&format!("/tasks/{key}")).await.is(200)
}

#[tokio::test]
async fn the_next_one_is_made_when_a_task_is_done_and_carries_on_what_it_was() {
    let (_world, ann, bob) = team().await;
    let done = status(&ann, "OPS", "Done").await;
    let rule = json!({"rule": "FREQ=DAILY;INTERVAL=2;COUNT=2", "again": "done", "timeZone": "Europe/Vienna"});
    let body = json!({
        "title": "Water the plants", "description": "All of them", "due": day(1), "start": day(0), "priority": "high",
        "assigneeIds": [bob.id], "estimate": 2, "recurrence": rule,
    });
    let made = ann.post("/projects/OPS/tasks", &body).await.is(201);
    assert_eq!(made["recurrence"], rule);
    ann.post("/tasks/OPS-1/checklist", &json!({"text": "Hall"})).await.is(200);
    ann.patch("/tasks/OPS-1/checklist/1", &json!({"done": true})).await.is(200);
    ann.post("/tasks/OPS-1/comments", &json!({"body": "hello"})).await.is(201);
    let mut told = bob.socket().await;
    bob.patch("/tasks/OPS-1", &json!({"status": done})).await.is(200);
    assert!(told.expect("task.updated").await["data"]["task"]["recurrence"].is_null(), "there is one with the rule");
    let event = told.expect("task.created").await["data"]["task"].clone();
    let next = detail(&ann, "OPS-2").await;
    assert_eq!(next["task"], event);
    for (field, value) in [
        ("title", json!("Water the plants")),
        ("due", json!(day(3))),
        ("start", json!(day(2))),
        ("priority", json!("high")),
        ("assigneeIds", json!([bob.id])),
        ("estimate", json!(2)),
        ("comments", json!(0)),
        ("closedAt", Value::Null),
        ("statusId", made["statusId"].clone()),
    ] {
        assert_eq!(event[field], value, "{field}");
    }
    assert_eq!(event["recurrence"]["rule"], "FREQ=DAILY;INTERVAL=2;COUNT=1");
    assert_eq!(next["description"], "All of them");
    assert_eq!(next["checklist"], json!([{"id": 1, "text": "Hall", "done": false}]));
    let history = ann.get("/tasks/OPS-1/activity").await.is(200);
    let last = history["entries"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["field"], &last["to"]), (&json!("recurred"), &json!("OPS-2")));
    // To and fro makes no further one, and the last of the rule has none.
    let todo = made["statusId"].clone();
    for status in [&todo, &json!(done)] {
        ann.patch("/tasks/OPS-1", &json!({"status": status})).await.is(200);
    }
    ann.post("/tasks/OPS-2/move", &json!({"status": done})).await.is(200);
    assert_eq!(board(&ann, "OPS").await.len(), 2);
}

#[tokio::test]
async fn the_next_one_is_made_on_its_day_once_however_often_the_hub_looks_or_starts() {
    let (mut world, ann) = World::on_disk().await;
    project(&ann, "OPS", true, &[]).await;
    let rule = json!({"rule": "FREQ=DAILY", "again": "schedule"});
    ann.post("/projects/OPS/tasks", &json!({"title": "Open the shop", "due": day(0), "recurrence": rule}))
        .await
        .is(201);
    assert_eq!(repeat(&world, 0).await, 0, "not before the day");
    assert_eq!(repeat(&world, 1).await, 1);
    assert_eq!(repeat(&world, 1).await, 0);
    world.restart().await;
    let ann = world.login("ann").await;
    assert_eq!(repeat(&world, 1).await, 0);
    let all = async || -> Vec<(u64, String, bool)> {
        let mut tasks = board(&ann, "OPS").await;
        tasks.sort_by_key(|task| task["number"].as_u64());
        let seen = tasks.iter().map(|task| {
            let due = task["due"].as_str().unwrap().to_owned();
            (task["number"].as_u64().unwrap(), due, task["recurrence"].is_object())
        });
        seen.collect()
    };
    assert_eq!(all().await, [(1, day(0), false), (2, day(1), true)]);
    // Of what was missed while the hub was off only the last is made up for.
    assert_eq!(repeat(&world, 9).await, 1);
    assert_eq!(all().await.last(), Some(&(3, day(9), true)));
    // Several hubs' worth of looking at once still make one.
    let (one, two) = tokio::join!(repeat(&world, 10), repeat(&world, 10));
    assert_eq!(one + two, 1);
    // A project that is archived rests, and a deleted task comes again no more until it is taken back.
    ann.patch("/projects/OPS", &json!({"archived": true})).await.is(200);
    assert_eq!(repeat(&world, 20).await, 0);
    ann.patch("/projects/OPS", &json!({"archived": false})).await.is(200);
    ann.delete("/tasks/OPS-4").await.is(200);
    assert_eq!(repeat(&world, 20).await, 0);
    ann.post("/tasks/OPS-4/restore", &json!({})).await.is(200);
    assert_eq!(repeat(&world, 20).await, 1);
    ann.patch("/tasks/OPS-5", &json!({"recurrence": null})).await.is(200);
    assert_eq!(repeat(&world, 30).await, 0);
}

#[tokio::test]
async fn a_rule_is_looked_at_before_it_is_kept() {
    let (_world, ann, _bob) = team().await;
    task(&ann, "OPS", "Door").await;
    let set = async |wish: Value| ann.patch("/tasks/OPS-1", &json!({"recurrence": wish})).await;
    let kept = set(json!({"rule": "RRULE:FREQ=WEEKLY;BYDAY=FR,MO", "again": "done"})).await.is(200);
    assert_eq!(kept["recurrence"]["rule"], "FREQ=WEEKLY;BYDAY=MO,FR");
    assert!(kept["due"].is_string(), "without a day it gets the first that the rule says");
    for bad in [
        json!({"rule": "FREQ=HOURLY", "again": "done"}),
        json!({"rule": "FREQ=DAILY", "again": "never"}),
        json!({"rule": "FREQ=DAILY", "again": "done", "timeZone": "Europe/Atlantis"}),
        json!({"rule": "FREQ=DAILY"}),
        json!("FREQ=DAILY"),
    ] {
        set(bad).await.refused(400, "validation");
    }
    let ended = json!({"title": "x", "recurrence": {"rule": "FREQ=DAILY;UNTIL=20200101", "again": "done"}});
    ann.post("/projects/OPS/tasks", &ended).await.refused(400, "validation");
    let without = ann.patch("/tasks/OPS-1", &json!({"due": null})).await.is(200);
    assert!(without["recurrence"].is_null(), "without a day there is none to follow");
    let preview = ann.get("/recurrence?rule=FREQ=MONTHLY;BYMONTHDAY=-1&due=2027-01-31").await.is(200);
    assert_eq!(preview["next"], json!(["2027-02-28", "2027-03-31", "2027-04-30"]));
    let preview = ann.get("/recurrence?rule=FREQ=WEEKLY;BYDAY=MO").await.is(200);
    assert_eq!(preview["next"].as_array().unwrap().len(), 3);
    ann.get("/recurrence?rule=nonsense").await.refused(400, "validation");
    ann.get("/recurrence?rule=FREQ=DAILY&due=2027-02-30").await.refused(400, "validation");
}

#[tokio::test]
async fn parts_that_come_again_are_closed_with_their_whole_and_each_has_its_next() {
    let (_world, ann, _bob) = team().await;
    let done = status(&ann, "OPS", "Done").await;
    let rule = json!({"rule": "FREQ=WEEKLY", "again": "done"});
    task(&ann, "OPS", "Whole").await;
    for title in ["One", "Two"] {
        let body = json!({"title": title, "parent": 1, "due": day(0), "recurrence": rule, "description": title});
        ann.post("/projects/OPS/tasks", &body).await.is(201);
    }
    ann.post("/tasks/OPS-1/move", &json!({"status": done, "withParts": true})).await.is(200);
    let mut open: Vec<_> = board(&ann, "OPS").await.into_iter().filter(|task| task["closedAt"].is_null()).collect();
    open.sort_by_key(|task| task["number"].as_u64());
    let seen: Vec<_> = open.iter().map(|task| (task["number"].clone(), task["title"].clone())).collect();
    assert_eq!(seen, [(json!(4), json!("One")), (json!(5), json!("Two"))]);
    assert_eq!(detail(&ann, "OPS-5").await["description"], "Two");
    assert_eq!(task(&ann, "OPS", "Later").await["number"], 6);
}

#[tokio::test]
async fn of_a_due_day_people_are_told_once_before_and_once_after() {
    let (world, ann, bob) = team().await;
    let cy = world.join(&ann, "Cy", "member").await;
    let due = shifted(Local::now().date_naive(), 10);
    let body = json!({"title": "Door", "due": due.to_string(), "assigneeIds": [bob.id]});
    ann.post("/projects/OPS/tasks", &body).await.is(201);
    for person in [&bob, &ann] {
        person.put("/news/read", &json!({})).await.is(204);
    }
    cy.put("/tasks/OPS-1/watch", &json!({"watch": "watching"})).await.is(200);
    cy.put("/projects/OPS/notifications", &json!({"level": "mine"})).await.is(200);
    let at = |days: i64, hour: u32| shifted(due, days).and_hms_opt(hour, 0, 0).unwrap();
    assert_eq!(remind(&world, at(-3, 12)).await, 0);
    assert_eq!(remind(&world, at(-1, 6)).await, 0, "not in the night");
    assert_eq!(remind(&world, at(-1, 9)).await, 1);
    assert_eq!(remind(&world, at(-1, 9)).await, 0);
    assert_eq!(remind(&world, at(0, 9)).await, 0);
    assert_eq!(inbox(&bob).await[0].0, "due_soon");
    assert_eq!(inbox(&ann).await[0].0, "due_soon", "she made it and watches it");
    assert_eq!(inbox(&cy).await, [], "who only wants to hear of their own is not told");
    assert_eq!(remind(&world, at(1, 9)).await, 1);
    assert_eq!(remind(&world, at(1, 9)).await, 0);
    assert_eq!((inbox(&bob).await[0].0.as_str(), inbox(&bob).await.len()), ("overdue", 3));
    let news = bob.bootstrap().await["news"].clone();
    assert_eq!(news.as_array().unwrap().last().unwrap()["byId"], Value::Null);
    // Put off, it begins anew; closed, there is nothing more to tell.
    let later = shifted(due, 20);
    ann.patch("/tasks/OPS-1", &json!({"due": later.to_string()})).await.is(200);
    assert_eq!(remind(&world, later.and_hms_opt(9, 0, 0).unwrap()).await, 1);
    let done = status(&ann, "OPS", "Done").await;
    ann.patch("/tasks/OPS-1", &json!({"status": done})).await.is(200);
    assert_eq!(remind(&world, shifted(later, 2).and_hms_opt(9, 0, 0).unwrap()).await, 0);
    // Whoever sets a day that is near, or past, knows.
    let near = json!({"title": "Near", "due": day(0), "assigneeIds": [bob.id]});
    ann.post("/projects/OPS/tasks", &near).await.is(201);
    ann.post("/projects/OPS/tasks", &json!({"title": "Past", "due": "2020-01-01"})).await.is(201);
    assert_eq!(remind(&world, shifted(Utc::now().date_naive(), 0).and_hms_opt(23, 0, 0).unwrap()).await, 0);
}

#[tokio::test]
async fn a_calendar_reads_what_its_owner_may_see_as_long_as_they_may() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    project(&ann, "OPS", true, &[&bob]).await;
    project(&ann, "SEC", false, &[&bob]).await;
    for (key, title, person) in [("OPS", "Door; with, commas", &bob), ("SEC", "Secret", &bob), ("OPS", "Ann's", &ann)] {
        let body = json!({"title": title, "due": "2027-03-01", "start": "2027-02-27", "assigneeIds": [person.id]});
        ann.post(&format!("/projects/{key}/tasks"), &body).await.is(201);
    }
    task(&ann, "OPS", "Without a day").await;
    let feed = async |person: &Person, body: Value| -> String {
        let made = person.post("/users/me/feeds", &body).await.is(201);
        made["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned()
    };
    let mine = feed(&bob, json!({})).await;
    let of_project = feed(&bob, json!({"project": "SEC"})).await;
    let stranger = world.stranger();
    let read = stranger.get(&mine).await;
    assert_eq!((read.status, read.header("content-type")), (200, "text/calendar; charset=utf-8"));
    for line in ["SUMMARY:OPS-1 Door\\; with\\, commas", "DTSTART;VALUE=DATE:20270227", "DTEND;VALUE=DATE:20270302"] {
        assert!(read.text.lines().any(|found| found.trim_end() == line), "{line}\n{}", read.text);
    }
    assert!(read.text.contains("Secret") && !read.text.contains("Ann's") && !read.text.contains("Without"));
    let tag = read.header("etag").to_owned();
    let again = stranger.request(reqwest::Method::GET, &mine).header("if-none-match", &tag);
    assert_eq!(stranger.send(again).await.status, 304);
    assert!(stranger.get(&of_project).await.text.contains("Secret"));
    let listed = bob.get("/users/me/feeds").await.is(200);
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["projectId"]), (2, &Value::Null));
    assert!(!bob.get("/users/me/feeds").await.text.contains("url"), "an address is shown once");
    bob.post("/users/me/feeds", &json!({"project": "NO"})).await.refused(404, "not_found");
    stranger.get("/feeds/nonsense").await.refused(404, "not_found");
    stranger.post(&mine, &json!({})).await.refused(405, "method_not_allowed");

    world.restart().await;
    let (ann, bob, stranger) = (world.login("ann").await, world.login("bob").await, world.stranger());
    assert_eq!(stranger.get(&mine).await.status, 200);
    // Another address, and the one before works no more; also not from what was kept of it.
    let renewed = feed(&bob, json!({})).await;
    stranger.get(&mine).await.refused(404, "not_found");
    assert_eq!(stranger.get(&renewed).await.status, 200);
    let sec = id(&ann.get("/projects/SEC").await.is(200));
    ann.delete(&format!("/projects/{sec}/members/{}", bob.id)).await.is(204);
    stranger.get(&of_project).await.refused(404, "not_found");
    bob.delete(&format!("/users/me/feeds/{sec}")).await.is(204);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    stranger.get(&renewed).await.refused(404, "not_found");
    ann.delete(&format!("/users/{}/suspension", bob.id)).await.is(200);
    assert_eq!(stranger.get(&renewed).await.status, 200);
    let bob = world.login("bob").await;
    bob.delete("/users/me/feeds/mine").await.is(204);
    bob.delete("/users/me/feeds/mine").await.refused(404, "not_found");
    stranger.get(&renewed).await.refused(404, "not_found");
    let last = feed(&bob, json!({"project": "OPS"})).await;
    assert_eq!(stranger.get(&last).await.status, 200);
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    stranger.get(&last).await.refused(404, "not_found");
}

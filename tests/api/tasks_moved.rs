//! Cards on the board: where they stand, and that everybody comes to see the same.

use crate::{
    board::{board, project, status, task, titles},
    person::Person,
    world::World,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// The keys of a column in their order.
fn column(tasks: &[Value], status: u64) -> Vec<String> {
    let mut found: Vec<_> = tasks.iter().filter(|task| task["statusId"] == status).collect();
    found.sort_by_key(|task| task["rank"].as_str().unwrap().to_owned());
    let ranks: BTreeSet<_> = found.iter().map(|task| task["rank"].as_str().unwrap()).collect();
    assert_eq!(ranks.len(), found.len(), "no rank is there twice");
    found.iter().map(|task| task["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_card_stands_where_it_was_put_and_a_neighbour_that_is_gone_is_passed_over() {
    let (_world, ann) = World::new().await;
    project(&ann, "OPS", true, &[]).await;
    project(&ann, "WEB", true, &[]).await;
    for title in ["one", "two", "three", "four"] {
        task(&ann, "OPS", title).await;
    }
    let elsewhere = task(&ann, "WEB", "elsewhere").await;
    let (todo, doing) = (status(&ann, "OPS", "To do").await, status(&ann, "OPS", "In progress").await);
    let order = async || titles(&board(&ann, "OPS").await).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let go = async |key: &str, body: Value| ann.post(&format!("/tasks/{key}/move"), &body).await.is(200);
    assert_eq!(order().await, ["four", "three", "two", "one"]);
    go("OPS-1", json!({"status": todo, "before": "OPS-3"})).await;
    assert_eq!(order().await, ["four", "one", "three", "two"]);
    go("OPS-4", json!({"status": todo, "after": "OPS-1", "before": "OPS-3"})).await;
    assert_eq!(order().await, ["one", "four", "three", "two"]);
    go("OPS-2", json!({"status": doing})).await;
    assert_eq!(order().await, ["one", "four", "three", "two"]);
    go("OPS-1", json!({"status": doing, "after": "2"})).await;
    assert_eq!(order().await, ["four", "three", "two", "one"]);
    // In another column, of another project, deleted, never there.
    ann.delete("/tasks/OPS-3").await.is(200);
    let other = elsewhere["id"].as_str().unwrap();
    for gone in ["OPS-4", "OPS-3", "OPS-99", other, "nonsense"] {
        go("OPS-1", json!({"status": doing, "after": gone, "before": gone})).await;
    }
    assert_eq!(order().await, ["four", "two", "one"]);
    go("OPS-1", json!({"status": doing, "after": "OPS-1"})).await;
    assert_eq!(order().await, ["four", "two", "one"]);
    ann.post("/tasks/OPS-1/move", &json!({"status": 99})).await.refused(400, "validation");
    let history = ann.get("/tasks/OPS-1/activity").await.is(200);
    let fields: Vec<_> = history["entries"].as_array().unwrap().iter().map(|act| act["field"].clone()).collect();
    assert_eq!(fields, ["created", "status"], "where a card stands in its column is not history");
}

/// What a client holds by applying events alone.
#[derive(Default)]
struct Held(BTreeMap<u64, Value>);

impl Held {
    fn apply(&mut self, event: &Value) {
        let data = &event["data"];
        if event["name"] == "task.ranked" {
            for pair in data["ranks"].as_array().unwrap() {
                if let Some(task) = self.0.get_mut(&pair[0].as_u64().unwrap()) {
                    task["rank"] = pair[1].clone();
                }
            }
        } else if let Some(task) = data.get("task") {
            self.0.insert(task["number"].as_u64().unwrap(), task.clone());
        }
    }

    fn tasks(&self) -> Vec<Value> {
        self.0.values().filter(|task| task["deletedAt"].is_null()).cloned().collect()
    }
}

#[tokio::test]
async fn moves_at_random_by_several_people_come_to_one_order_everywhere() {
    let (world, ann) = World::new().await;
    let mut people = vec![ann.clone()];
    for name in ["Bob", "Cid", "Dee"] {
        people.push(world.join(&ann, name, "member").await);
    }
    project(&ann, "OPS", true, &people.iter().skip(1).collect::<Vec<_>>()).await;
    let columns = [status(&ann, "OPS", "Backlog").await, status(&ann, "OPS", "To do").await];
    let mut sockets = join_all(people.iter().map(|person| person.socket())).await;
    for number in 1..=12 {
        task(&ann, "OPS", &format!("task {number}")).await;
    }
    let walk = async |person: &Person, mut seed: u64| {
        for _ in 0..60 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let dice = |sides: u64, shift: u32| (seed >> shift) % sides;
            let key = format!("OPS-{}", dice(12, 33) + 1);
            let answer = match dice(12, 29) {
                0 => person.delete(&format!("/tasks/{key}")).await,
                1..=2 => person.post(&format!("/tasks/{key}/restore"), &json!({})).await,
                _ => {
                    let status = columns[usize::try_from(dice(2, 40)).unwrap()];
                    let beside = format!("OPS-{}", dice(12, 45) + 1);
                    let body = if dice(2, 50) == 0 {
                        json!({"status": status, "after": beside})
                    } else {
                        json!({"status": status, "before": beside})
                    };
                    person.post(&format!("/tasks/{key}/move"), &body).await
                }
            };
            assert!([200, 404].contains(&answer.status), "{}", answer.text);
        }
    };
    join_all(people.iter().zip(1..).map(|(person, seed)| walk(person, seed))).await;
    let general = ann.general().await;
    ann.say(&general, "the end").await;
    let there = board(&ann, "OPS").await;
    for socket in &mut sockets {
        let mut held = Held::default();
        let told = socket.events_until_said("the end").await;
        told.iter().for_each(|event| held.apply(event));
        for status in columns {
            assert_eq!(column(&held.tasks(), status), column(&there, status));
        }
        for task in &there {
            assert_eq!(held.0[&task["number"].as_u64().unwrap()], *task);
        }
    }
}

#[tokio::test]
async fn many_moves_into_one_gap_stay_in_order_and_are_told() {
    let (world, ann) = World::new().await;
    project(&ann, "OPS", true, &[]).await;
    let todo = status(&ann, "OPS", "To do").await;
    for number in 1..=40 {
        task(&ann, "OPS", &format!("task {number}")).await;
    }
    let mut socket = ann.socket().await;
    let mut held =
        Held(board(&ann, "OPS").await.into_iter().map(|task| (task["number"].as_u64().unwrap(), task)).collect());
    // Always right behind the first card: the narrowest gap there is.
    let mut expected: Vec<_> = (2..=40).rev().map(|number| format!("OPS-{number}")).collect();
    for turn in 0..600 {
        let key = format!("OPS-{}", turn % 39 + 1);
        if key == "OPS-40" {
            continue;
        }
        ann.post(&format!("/tasks/{key}/move"), &json!({"status": todo, "after": "OPS-40"})).await.is(200);
        expected.retain(|other| *other != key);
        expected.insert(1, key);
    }
    let there = board(&ann, "OPS").await;
    assert_eq!(column(&there, todo), expected);
    assert!(there.iter().all(|task| task["rank"].as_str().unwrap().len() <= 48));
    let general = ann.general().await;
    ann.say(&general, "the end").await;
    let told = socket.events_until_said("the end").await;
    assert!(told.iter().any(|event| event["name"] == "task.ranked"), "the column was numbered anew");
    told.iter().for_each(|event| held.apply(event));
    assert_eq!(column(&held.tasks(), todo), expected);
    drop(world);
}

#[tokio::test]
async fn a_project_of_two_thousand_tasks_is_opened_and_changed_quickly() {
    let (mut world, ann) = World::on_disk().await;
    project(&ann, "OPS", true, &[]).await;
    project(&ann, "WEB", true, &[]).await;
    for start in (0..2_000).step_by(50) {
        join_all((start..start + 50).map(|number| {
            ann.post_owned("/projects/OPS/tasks", json!({"title": format!("A task of many, number {number}")}))
        }))
        .await;
    }
    task(&ann, "WEB", "alone").await;
    world.restart().await;
    let ann = world.login("Ann").await;
    let todo = status(&ann, "OPS", "To do").await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let since = Instant::now();
        assert_eq!(ann.get("/projects/OPS/tasks").await.is(200).as_array().unwrap().len(), 2_000);
        times.push(since.elapsed());
    }
    let mut moves = Vec::new();
    for number in 1..=40 {
        let since = Instant::now();
        let body = json!({"status": todo, "after": format!("OPS-{}", 2_000 - number * 7)});
        ann.post(&format!("/tasks/OPS-{number}/move"), &body).await.is(200);
        moves.push(since.elapsed());
    }
    let since = Instant::now();
    assert_eq!(board(&ann, "WEB").await.len(), 1);
    let small = since.elapsed();
    times.sort();
    moves.sort();
    // Wide: other tests run beside it. The aims are 60 and 10 ms.
    assert!(times[0].as_millis() < 600 && moves[20].as_millis() < 100, "{times:?} {moves:?}, beside one: {small:?}");
}

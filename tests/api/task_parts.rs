//! Tasks that are parts of others.

use crate::{
    board::{board, project, status, task, titles},
    person::Person,
    world::World,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn team() -> (World, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    project(&ann, "OPS", true, &[&bob]).await;
    (world, ann, bob)
}

async fn part(person: &Person, title: &str, parent: u32) {
    person.post("/projects/OPS/tasks", &json!({"title": title, "parent": parent})).await.is(201);
}

async fn parts(person: &Person, key: &str) -> Vec<String> {
    let detail = person.get(&format!("/tasks/{key}")).await.is(200);
    titles(detail["subtasks"].as_array().unwrap()).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn tasks_are_parts_of_others_to_a_bounded_depth_and_never_in_a_circle() {
    let (_world, ann, bob) = team().await;
    task(&ann, "OPS", "1").await;
    for number in 2..=8 {
        part(&ann, &number.to_string(), number - 1).await;
    }
    let refused = ann.post("/projects/OPS/tasks", &json!({"title": "9", "parent": 8})).await;
    assert_eq!(refused.refused(400, "validation")["errors"][0]["field"], "parent");
    task(&ann, "OPS", "alone").await;
    part(&ann, "its part", 9).await;
    ann.patch("/tasks/OPS-9", &json!({"parent": 7})).await.refused(400, "validation");
    ann.patch("/tasks/OPS-9", &json!({"parent": 6})).await.is(200);
    ann.patch("/tasks/OPS-1", &json!({"parent": 10})).await.refused(400, "validation");
    // Two who each make the other's task a part of theirs at once: one of them is refused.
    for number in [11, 12] {
        task(&ann, "OPS", &number.to_string()).await;
    }
    for _ in 0..5 {
        let (one, two) = tokio::join!(async { ann.patch("/tasks/OPS-11", &json!({"parent": 12})).await }, async {
            bob.patch("/tasks/OPS-12", &json!({"parent": 11})).await
        },);
        let mut both = [one.status, two.status];
        both.sort_unstable();
        assert_eq!(both, [200, 400]);
        for key in ["OPS-11", "OPS-12"] {
            ann.patch(&format!("/tasks/{key}"), &json!({"parent": null})).await.is(200);
        }
    }
    let detail = bob.get("/tasks/OPS-9").await.is(200);
    assert_eq!(detail["whole"]["key"], "OPS-6");
    assert_eq!(parts(&bob, "OPS-6").await, ["7", "alone"]);
}

#[tokio::test]
async fn a_task_is_deleted_with_its_parts_or_without_and_taken_back_as_it_was() {
    let (_world, ann, bob) = team().await;
    task(&ann, "OPS", "Whole").await;
    part(&ann, "Part", 1).await;
    part(&ann, "Part of part", 2).await;
    part(&ann, "Gone before", 1).await;
    ann.delete("/tasks/OPS-4").await.is(200);
    // Without: the parts stay, by themselves.
    ann.delete("/tasks/OPS-1").await.is(200);
    assert_eq!(titles(&board(&bob, "OPS").await), ["Part of part", "Part"]);
    assert_eq!(bob.get("/tasks/OPS-2").await.is(200)["whole"], Value::Null);
    ann.post("/projects/OPS/tasks", &json!({"title": "more", "parent": 2})).await.is(201);
    ann.post("/tasks/OPS-1/restore", &json!({})).await.is(200);
    assert_eq!(parts(&bob, "OPS-1").await, ["Part"]);
    // With: all that is below goes, is told, and comes back together.
    let mut told = bob.socket().await;
    ann.delete("/tasks/OPS-1?parts=true").await.is(200);
    let mut gone = Vec::new();
    for _ in 0..4 {
        gone.push(told.expect("task.deleted").await["data"]["task"]["number"].clone());
    }
    assert_eq!(gone, [1, 2, 3, 5]);
    assert_eq!(titles(&board(&bob, "OPS").await), [""; 0]);
    bob.post("/tasks/OPS-1/restore", &json!({})).await.is(200);
    let mut back = board(&bob, "OPS").await.iter().map(|task| task["number"].as_u64().unwrap()).collect::<Vec<_>>();
    back.sort_unstable();
    assert_eq!(back, [1, 2, 3, 5], "what was deleted before stays deleted");
    assert_eq!(parts(&bob, "OPS-2").await, ["Part of part", "more"]);
}

#[tokio::test]
async fn a_guest_does_not_delete_others_tasks_with_their_own() {
    let (world, ann, _bob) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let path = format!("/projects/OPS/members/{}", gil.id);
    ann.put(&path, &json!({"role": "member"})).await.is(200);
    task(&gil, "OPS", "Gil's").await;
    part(&ann, "Ann's", 1).await;
    gil.delete("/tasks/OPS-1?parts=true").await.refused(403, "forbidden");
    assert_eq!(board(&gil, "OPS").await.len(), 2, "nothing of it was done");
    gil.delete("/tasks/OPS-1").await.is(200);
}

#[tokio::test]
async fn parts_move_with_their_task_or_stay() {
    let (_world, ann, bob) = team().await;
    let (done, todo) = (status(&ann, "OPS", "Done").await, status(&ann, "OPS", "To do").await);
    task(&ann, "OPS", "Whole").await;
    for number in 0..3 {
        part(&ann, &format!("Part {number}"), 1).await;
    }
    let cancelled = status(&ann, "OPS", "Cancelled").await;
    ann.patch("/tasks/OPS-4", &json!({"status": cancelled})).await.is(200);
    ann.patch("/tasks/OPS-1", &json!({"status": done})).await.is(200);
    let statuses = async || -> Vec<u64> {
        let mut tasks = board(&bob, "OPS").await;
        tasks.sort_by_key(|task| task["number"].as_u64());
        tasks.iter().map(|task| task["statusId"].as_u64().unwrap()).collect()
    };
    assert_eq!(statuses().await, [done, todo, todo, cancelled]);
    let mut told = bob.socket().await;
    ann.post("/tasks/OPS-1/move", &json!({"status": done, "withParts": true})).await.is(200);
    assert_eq!(statuses().await, [done, done, done, cancelled], "what is closed already stays where it is");
    for _ in 0..2 {
        assert!(told.expect("task.moved").await["data"]["task"]["closedAt"].is_string());
    }
    let tasks = board(&bob, "OPS").await;
    let places: BTreeSet<_> = tasks.iter().map(|task| format!("{} {}", task["statusId"], task["rank"])).collect();
    assert_eq!(places.len(), tasks.len(), "each stands in a place of its own");
    // Others who move cards at the same time disturb nothing.
    let others = (0..20).map(|number| {
        let ann = ann.clone();
        async move {
            let body = json!({"status": if number % 2 == 0 { done } else { todo }, "withParts": number % 3 == 0});
            ann.post("/tasks/OPS-1/move", &body).await.is(200);
        }
    });
    join_all(others).await;
    let listed = board(&bob, "OPS").await;
    let mut places: Vec<_> =
        listed.iter().map(|task| (task["statusId"].clone().to_string(), task["rank"].to_string())).collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 4, "no two stand in one place");
}

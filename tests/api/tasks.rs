//! Tasks: numbers, fields, history, taking back.

use crate::{
    board::{board, project, status, task, titles},
    person::{Person, id},
    world::World,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    project(&ann, "OPS", true, &[&bob]).await;
    (world, ann, bob)
}

/// What the history of a task says, field by field.
async fn history(person: &Person, key: &str) -> Vec<(String, Value, Value)> {
    let part = person.get(&format!("/tasks/{key}/activity")).await.is(200);
    let entries = part["entries"].as_array().unwrap().iter().enumerate();
    entries
        .map(|(place, act)| {
            assert_eq!(act["number"], place + 1, "the history is numbered without holes");
            (act["field"].as_str().unwrap().to_owned(), act["from"].clone(), act["to"].clone())
        })
        .collect()
}

#[tokio::test]
async fn tasks_are_numbered_without_holes_and_answer_to_id_and_key() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    project(&ann, "OPS", true, &[&bob]).await;
    project(&ann, "WEB", true, &[&bob]).await;
    let made = join_all((0..60).map(|number| {
        let (person, key) = (if number % 2 == 0 { &ann } else { &bob }, if number % 3 == 0 { "WEB" } else { "OPS" });
        async move { task(person, key, &format!("task {number}")).await }
    }))
    .await;
    let mut numbers: Vec<_> = made
        .iter()
        .filter(|task| task["key"].as_str().unwrap().starts_with("OPS"))
        .map(|task| task["number"].as_u64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    let refused = ann.post("/projects/OPS/tasks", &json!({"title": ""})).await;
    refused.refused(400, "validation");
    world.restart().await;
    let ann = world.login("Ann").await;
    let next = task(&ann, "OPS", "after a restart").await;
    assert_eq!(next["key"], "OPS-41", "what was refused took no number");
    let by_key = ann.get("/tasks/ops-41").await.is(200);
    assert_eq!(by_key["task"], next);
    assert_eq!(ann.get(&format!("/tasks/{}", id(&next))).await.is(200), by_key);
    for unknown in ["OPS-42", "OPS-0", "NO-1", "OPS", "-", "OPS-x"] {
        ann.get(&format!("/tasks/{unknown}")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn of_each_field_the_last_word_stands_and_people_and_labels_come_and_go_one_by_one() {
    let (_world, ann, bob) = team().await;
    let labels = json!({"labels": [{"name": "safety", "hue": 1}, {"name": "launch"}]});
    let labels = ann.put("/projects/OPS/labels", &labels).await.is(200)["labels"].clone();
    let (safety, launch) = (&labels[0]["id"], &labels[1]["id"]);
    task(&ann, "OPS", "Door").await;
    let mut told = bob.socket().await;
    // Both looked at the same state and each changes something else.
    let (one, two) = tokio::join!(
        ann.send(ann.request(Method::PATCH, "/tasks/OPS-1").json(
            &json!({"title": "Fix the door", "addAssigneeIds": [ann.id], "addLabelIds": [safety], "due": "2026-12-01"})
        )),
        bob.send(
            bob.request(Method::PATCH, "/tasks/OPS-1")
                .json(&json!({"priority": "high", "addAssigneeIds": [bob.id], "addLabelIds": [launch], "estimate": 3}))
        ),
    );
    assert_eq!((one.status, two.status), (200, 200));
    let task = ann.get("/tasks/OPS-1").await.is(200)["task"].clone();
    assert_eq!(
        (&task["title"], &task["priority"], &task["due"]),
        (&json!("Fix the door"), &json!("high"), &json!("2026-12-01"))
    );
    assert_eq!((task["assigneeIds"].as_array().unwrap().len(), task["labelIds"].as_array().unwrap().len()), (2, 2));
    assert_eq!(told.expect("task.updated").await["data"]["task"]["version"], 2);
    let second = told.expect("task.updated").await;
    assert_eq!(second["data"]["task"], task, "an event carries the whole of what a board shows");
    ann.patch("/tasks/OPS-1", &json!({"removeAssigneeIds": [ann.id], "due": null})).await.is(200);
    let task = bob.get("/tasks/OPS-1").await.is(200)["task"].clone();
    assert_eq!((&task["assigneeIds"], &task["due"]), (&json!([bob.id]), &Value::Null));
    // What changes nothing is no change.
    let version = task["version"].clone();
    let same = bob.patch("/tasks/OPS-1", &json!({"title": "Fix the door", "addAssigneeIds": [bob.id]})).await.is(200);
    assert_eq!(same["version"], version);
    let fields: Vec<_> = history(&ann, "OPS-1").await.into_iter().map(|(field, ..)| field).collect();
    assert_eq!(fields.iter().filter(|field| *field == "assignee").count(), 3);
    assert_eq!(fields.last().map(String::as_str), Some("assignee"));
    for (bad, field) in [
        (json!({"title": " "}), "title"),
        (json!({"due": "2026-02-30"}), "due"),
        (json!({"start": "2026-12-02", "due": "2026-12-01"}), "due"),
        (json!({"estimate": 10_000}), "estimate"),
        (json!({"addLabelIds": [999]}), "labelIds"),
        (json!({"status": 999}), "status"),
        (json!({"parent": 1}), "parent"),
        (json!({"parent": 77}), "parent"),
    ] {
        let refused = ann.patch("/tasks/OPS-1", &bad).await.refused(400, "validation");
        assert_eq!(refused["errors"][0]["field"], field, "{bad}");
    }
    ann.patch("/tasks/OPS-1", &json!({"addAssigneeIds": [uuid::Uuid::now_v7()]})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_stale_description_is_refused_with_the_present_one() {
    let (_world, ann, bob) = team().await;
    task(&ann, "OPS", "Door").await;
    let write = async |person: &Person, text: &str, version: u32| {
        let request =
            person.request(Method::PUT, "/tasks/OPS-1/description").header("if-match", format!("\"{version}\""));
        person.send(request.json(&json!({"description": text}))).await
    };
    let mut told = bob.socket().await;
    assert_eq!(write(&ann, "by ann", 0).await.is(200), json!({"description": "by ann", "descriptionVersion": 1}));
    let event = told.expect("task.described").await;
    assert_eq!((&event["data"]["description"], &event["data"]["task"]["described"]), (&json!("by ann"), &json!(true)));
    let stale = write(&bob, "by bob", 0).await.refused(412, "version_mismatch");
    assert_eq!(stale["current"], json!({"description": "by ann", "descriptionVersion": 1}));
    write(&bob, "by both", 1).await.is(200);
    let detail = ann.get("/tasks/OPS-1").await.is(200);
    assert_eq!((&detail["description"], &detail["descriptionVersion"]), (&json!("by both"), &json!(2)));
    write(&ann, &"x".repeat(32_001), 2).await.refused(400, "validation");
}

#[tokio::test]
async fn a_deleted_task_is_gone_until_it_is_taken_back_and_after_thirty_days_for_good() {
    let (world, ann, bob) = team().await;
    task(&ann, "OPS", "Stays").await;
    let gone = task(&ann, "OPS", "Goes").await;
    bob.patch("/tasks/OPS-2", &json!({"addAssigneeIds": [bob.id]})).await.is(200);
    bob.post("/tasks/OPS-2/comments", &json!({"body": "why?"})).await.is(201);
    ann.delete("/tasks/OPS-2").await.is(200);
    ann.get("/tasks/OPS-2").await.refused(404, "not_found");
    ann.patch("/tasks/OPS-2", &json!({"title": "no"})).await.refused(404, "not_found");
    ann.delete("/tasks/OPS-2").await.refused(404, "not_found");
    assert_eq!(titles(&board(&ann, "OPS").await), ["Stays"]);
    assert_eq!(bob.get("/users/me/tasks").await.is(200), json!([]));
    let bin = bob.get("/projects/OPS/tasks?deleted=true").await.is(200);
    assert_eq!(titles(bin.as_array().unwrap()), ["Goes"]);

    bob.post("/tasks/OPS-2/restore", &json!({})).await.is(200);
    bob.post("/tasks/OPS-2/restore", &json!({})).await.refused(404, "not_found");
    assert_eq!(titles(&board(&ann, "OPS").await), ["Goes", "Stays"]);
    assert_eq!(titles(bob.get("/users/me/tasks").await.is(200).as_array().unwrap()), ["Goes"]);
    let fields: Vec<_> = history(&ann, "OPS-2").await.into_iter().map(|(field, ..)| field).collect();
    assert_eq!(fields, ["created", "assignee", "deleted", "restored"]);

    ann.delete("/tasks/OPS-2").await.is(200);
    let after = |days: i64| {
        hearth_server::clock::Timestamp::from_millis(hearth_server::clock::now().millis() + days * 86_400_000)
    };
    assert_eq!(world.within(async move |app| hearth_server::tasks::sweep(&app, after(29)).await.unwrap()).await, 0);
    assert_eq!(world.within(async move |app| hearth_server::tasks::sweep(&app, after(31)).await.unwrap()).await, 1);
    bob.post("/tasks/OPS-2/restore", &json!({})).await.refused(404, "not_found");
    bob.get(&format!("/tasks/{}/comments", id(&gone))).await.refused(404, "not_found");
    assert_eq!(task(&ann, "OPS", "Next").await["number"], 3, "its number is not given again");
}

#[tokio::test]
async fn a_label_that_goes_from_the_project_goes_from_its_tasks() {
    let (_world, ann, bob) = team().await;
    let labels = json!({"labels": [{"name": "safety"}, {"name": "launch"}]});
    let project = ann.put("/projects/OPS/labels", &labels).await.is(200);
    let (safety, launch) = (&project["labels"][0]["id"], &project["labels"][1]["id"]);
    for number in 1..=3 {
        let body = json!({"title": format!("task {number}"), "labelIds": [safety, launch]});
        ann.post("/projects/OPS/tasks", &body).await.is(201);
    }
    ann.delete("/tasks/OPS-3").await.is(200);
    let mut told = bob.socket().await;
    let kept = json!({"labels": [{"id": launch, "name": "start"}]});
    ann.put("/projects/OPS/labels", &kept).await.is(200);
    for _ in 0..3 {
        assert_eq!(told.expect("task.updated").await["data"]["task"]["labelIds"], json!([launch]));
    }
    assert_eq!(told.expect("project.updated").await["data"]["project"]["labels"][0]["name"], "start");
    ann.post("/tasks/OPS-3/restore", &json!({})).await.is(200);
    for task in board(&bob, "OPS").await {
        assert_eq!(task["labelIds"], json!([launch]));
    }
    assert_eq!(history(&ann, "OPS-1").await.last(), Some(&("label".to_owned(), json!("safety"), Value::Null)));
    let again = json!({"labels": [{"id": launch, "name": "start"}, {"name": "safety"}]});
    let again = ann.put("/projects/OPS/labels", &again).await.is(200);
    assert_ne!(&again["labels"][1]["id"], safety, "a number is never used again");
    for bad in [
        json!([{"name": "two words"}]),
        json!([{"name": "a"}, {"name": "A"}]),
        json!([{"id": 999, "name": "a"}]),
        json!([{"name": "a", "hue": 12}]),
    ] {
        ann.put("/projects/OPS/labels", &json!({"labels": bad})).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn statuses_are_ordered_and_named_by_the_project_and_none_with_tasks_goes() {
    let (_world, ann, _bob) = team().await;
    task(&ann, "OPS", "Door").await;
    let project = ann.get("/projects/OPS").await.is(200);
    let mut statuses = project["statuses"].as_array().unwrap().clone();
    let todo = statuses.iter().position(|status| status["name"] == "To do").unwrap();
    let without: Vec<_> = statuses.iter().filter(|status| status["name"] != "To do").collect();
    ann.put("/projects/OPS/statuses", &json!({"statuses": without})).await.refused(409, "status_in_use");
    statuses[todo]["name"] = json!("Next");
    statuses[todo]["group"] = json!("done");
    statuses.swap(0, 1);
    statuses.retain(|status| status["name"] != "Cancelled");
    statuses.push(json!({"name": "Review", "group": "active"}));
    let changed = ann.put("/projects/OPS/statuses", &json!({"statuses": statuses})).await.is(200);
    let names: Vec<_> =
        changed["statuses"].as_array().unwrap().iter().map(|status| status["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Next", "Backlog", "In progress", "Done", "Review"]);
    assert_eq!(changed["statuses"][0]["group"], "active", "what a status means does not change under its tasks");
    let request = ann.request(Method::PUT, "/projects/OPS/statuses").header("if-match", "\"1\"");
    let stale = ann.send(request.json(&json!({"statuses": statuses}))).await.refused(412, "version_mismatch");
    assert_eq!(stale["current"]["statuses"], changed["statuses"]);
    ann.put("/projects/OPS/statuses", &json!({"statuses": []})).await.refused(400, "validation");
}

#[tokio::test]
async fn a_task_has_a_checklist_parts_and_relations_on_both_sides() {
    let (_world, ann, bob) = team().await;
    for title in ["Door", "Lock", "Key"] {
        task(&ann, "OPS", title).await;
    }
    let list = ann.post("/tasks/OPS-1/checklist", &json!({"text": "Measure"})).await.is(200);
    bob.post("/tasks/OPS-1/checklist", &json!({"text": "Paint"})).await.is(200);
    let (one, two) = tokio::join!(
        ann.send(ann.request(Method::PATCH, "/tasks/OPS-1/checklist/1").json(&json!({"done": true}))),
        bob.send(bob.request(Method::PATCH, "/tasks/OPS-1/checklist/2").json(&json!({"done": true}))),
    );
    assert_eq!((one.status, two.status, list.as_array().unwrap().len()), (200, 200, 1));
    ann.delete("/tasks/OPS-1/checklist/1").await.is(200);
    ann.delete("/tasks/OPS-1/checklist/1").await.is(200);
    ann.patch("/tasks/OPS-1/checklist/1", &json!({"done": true})).await.refused(404, "not_found");
    let detail = ann.get("/tasks/OPS-1").await.is(200);
    assert_eq!(detail["checklist"], json!([{"id": 2, "text": "Paint", "done": true}]));
    assert_eq!((&detail["task"]["checks"], &detail["task"]["checksDone"]), (&json!(1), &json!(1)));

    ann.patch("/tasks/OPS-2", &json!({"parent": 1})).await.is(200);
    ann.patch("/tasks/OPS-3", &json!({"parent": 2})).await.is(200);
    ann.patch("/tasks/OPS-1", &json!({"parent": 3})).await.refused(400, "validation");
    assert_eq!(titles(ann.get("/tasks/OPS-1").await.is(200)["subtasks"].as_array().unwrap()), ["Lock"]);

    project(&ann, "SEC", false, &[]).await;
    task(&ann, "SEC", "Secret").await;
    ann.put("/tasks/OPS-1/relations/blocks/OPS-2", &json!({})).await.is(204);
    ann.put("/tasks/OPS-1/relations/blocks/OPS-2", &json!({})).await.is(204);
    ann.put("/tasks/OPS-1/relations/relates/SEC-1", &json!({})).await.is(204);
    let seen = async |person: &Person, key: &str| -> Vec<(String, String)> {
        let detail = person.get(&format!("/tasks/{key}")).await.is(200);
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let relations = detail["relations"].as_array().unwrap();
        relations.iter().map(|one| (word(&one["kind"]), word(&one["task"]["key"]))).collect()
    };
    let pair = |kind: &str, key: &str| (kind.to_owned(), key.to_owned());
    assert_eq!(seen(&ann, "OPS-1").await, [pair("blocks", "OPS-2"), pair("relates", "SEC-1")]);
    assert_eq!(seen(&bob, "OPS-1").await, [pair("blocks", "OPS-2")], "of what bob may not know he is told nothing");
    assert_eq!(seen(&bob, "OPS-2").await, [pair("blocked_by", "OPS-1")]);
    bob.delete("/tasks/OPS-2/relations/blocked_by/OPS-1").await.is(204);
    assert_eq!(seen(&bob, "OPS-1").await, []);
    bob.put("/tasks/OPS-1/relations/blocks/SEC-1", &json!({})).await.refused(404, "not_found");
    bob.put("/tasks/OPS-1/relations/blocks/OPS-1", &json!({})).await.refused(400, "validation");
    bob.put("/tasks/OPS-1/relations/likes/OPS-2", &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn people_talk_about_a_task_and_take_back_their_own_words() {
    let (_world, ann, bob) = team().await;
    task(&ann, "OPS", "Door").await;
    let mut told = bob.socket().await;
    let said = ann.post("/tasks/OPS-1/comments", &json!({"body": "@bob, look at `@ann`"})).await.is(201);
    assert_eq!(said["mentions"], json!([bob.id]));
    let event = told.expect("task.commented").await;
    assert_eq!((&event["data"]["comment"], &event["data"]["task"]["comments"]), (&said, &json!(1)));
    bob.patch("/tasks/OPS-1/comments/1", &json!({"body": "mine"})).await.refused(403, "forbidden");
    bob.delete("/tasks/OPS-1/comments/1").await.refused(403, "forbidden");
    let edited = ann.patch("/tasks/OPS-1/comments/1", &json!({"body": "look"})).await.is(200);
    assert_eq!((&edited["body"], edited["editedAt"].is_string()), (&json!("look"), true));
    bob.post("/tasks/OPS-1/comments", &json!({"body": "done"})).await.is(201);
    // Ann manages the project.
    ann.delete("/tasks/OPS-1/comments/2").await.is(200);
    bob.patch("/tasks/OPS-1/comments/2", &json!({"body": "again"})).await.refused(404, "not_found");
    let listed = bob.get("/tasks/OPS-1/comments").await.is(200);
    let bodies: Vec<_> = listed["entries"].as_array().unwrap().iter().map(|one| one["body"].clone()).collect();
    assert_eq!((bodies, &listed["hasBefore"]), (vec![json!("look"), json!("")], &json!(false)));
    assert_eq!(bob.get("/tasks/OPS-1").await.is(200)["task"]["comments"], 1);
    for bad in ["", " ", &"x".repeat(16_001)] {
        ann.post("/tasks/OPS-1/comments", &json!({"body": bad})).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn a_task_of_a_message_is_linked_both_ways() {
    let (world, ann, bob) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let den = ann.channel("den", "private", &[&bob, &gil]).await;
    ann.say(&den, "> **Fix** the door\nbefore it rains").await;
    let mut told = gil.socket().await;
    let source = json!({"channelId": den, "number": 1});
    let made = bob.post("/projects/OPS/tasks", &json!({"source": source})).await.is(201);
    assert_eq!((&made["title"], &made["source"]), (&json!("Fix the door"), &source));
    let link = json!([{"projectId": made["projectId"], "number": 1}]);
    let event = told.expect("message.linked").await;
    assert_eq!(event["data"], json!({"channelId": den, "number": 1, "tasks": link}));
    let message = async || ann.get(&format!("/channels/{den}/messages/1")).await.is(200);
    assert_eq!(message().await["tasks"], link);
    ann.patch(&format!("/channels/{den}/messages/1"), &json!({"body": "changed"})).await.is(200);
    let second = ann.post("/projects/OPS/tasks", &json!({"title": "Another", "source": source})).await.is(201);
    assert_eq!(message().await["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(second["title"], "Another");
    gil.get("/tasks/OPS-1").await.refused(404, "not_found");

    let cave = ann.channel("cave", "private", &[]).await;
    ann.say(&cave, "secret").await;
    let hidden = json!({"source": {"channelId": cave, "number": 1}});
    bob.post("/projects/OPS/tasks", &hidden).await.refused(404, "not_found");
    bob.post("/projects/OPS/tasks", &json!({"source": {"channelId": den, "number": 9}}))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn lists_are_filtered_and_my_tasks_are_the_open_ones() {
    let (_world, ann, bob) = team().await;
    let labels = ann.put("/projects/OPS/labels", &json!({"labels": [{"name": "safety"}]})).await.is(200);
    let safety = &labels["labels"][0]["id"];
    let done = status(&ann, "OPS", "Done").await;
    for body in [
        json!({"title": "Late door", "assigneeIds": [ann.id], "due": "2020-01-01", "priority": "low"}),
        json!({"title": "Window", "labelIds": [safety], "priority": "urgent"}),
        json!({"title": "Roof", "assigneeIds": [ann.id, bob.id]}),
        json!({"title": "Old door", "assigneeIds": [ann.id], "status": done}),
    ] {
        ann.post("/projects/OPS/tasks", &body).await.is(201);
    }
    let list = async |query: &str| -> Vec<String> {
        let found = ann.get(&format!("/projects/OPS/tasks?{query}")).await.is(200);
        let mut found: Vec<_> = titles(found.as_array().unwrap()).into_iter().map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(list("assignee=me").await, ["Late door", "Old door", "Roof"]);
    assert_eq!(list("assignee=none").await, ["Window"]);
    assert_eq!(list(&format!("assignee={},none", bob.id)).await, ["Roof", "Window"]);
    assert_eq!(list("label=Safety").await, ["Window"]);
    assert_eq!(list("priority=low,urgent").await, ["Late door", "Window"]);
    assert_eq!(list("status=done&q=DOOR").await, ["Old door"]);
    assert_eq!(list("q=ops-3").await, ["Roof"]);
    for bad in ["status=nothing", "label=nothing", "assignee=bob", "priority=huge"] {
        ann.get(&format!("/projects/OPS/tasks?{bad}")).await.refused(400, "validation");
    }
    assert_eq!(titles(ann.get("/users/me/tasks").await.is(200).as_array().unwrap()), ["Late door", "Roof"]);
    ann.patch("/tasks/OPS-1", &json!({"status": done})).await.is(200);
    assert_eq!(titles(ann.get("/users/me/tasks").await.is(200).as_array().unwrap()), ["Roof"]);
    let task = ann.get("/tasks/OPS-1").await.is(200)["task"].clone();
    assert!(task["closedAt"].is_string());
    let keys = bob.get("/tasks?keys=OPS-1,OPS-3,OPS-99,NO-1,nonsense").await.is(200);
    assert_eq!(keys.as_array().unwrap().len(), 2);
}

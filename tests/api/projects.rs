//! Projects: making, changing, who is in them, their files, what stays after a restart.

use crate::{
    board::{project, status, task},
    person::{Person, id},
    socket::names,
    world::World,
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_project_is_made_found_by_id_and_key_and_stays_after_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let body = json!({"key": "ops", "name": "Operations", "icon": "🛠️", "hue": 3, "memberIds": [bob.id]});
    let made = ann.post("/projects", &body).await.is(201);
    assert_eq!((&made["key"], &made["leadId"]), (&json!("OPS"), &json!(ann.id)));
    let groups: Vec<_> =
        made["statuses"].as_array().unwrap().iter().map(|one| one["group"].as_str().unwrap()).collect();
    assert_eq!(groups, ["backlog", "active", "active", "done", "cancelled"]);
    assert_eq!(made["members"].as_array().unwrap().len(), 2);
    for name in ["OPS", "ops", &id(&made)] {
        assert_eq!(bob.get(&format!("/projects/{name}")).await.is(200), made);
    }
    ann.post("/projects", &json!({"key": "OPS", "name": "Again"})).await.refused(409, "project_key_taken");
    for (bad, field) in [
        (json!({"key": "O", "name": "x"}), "key"),
        (json!({"key": "1OPS", "name": "x"}), "key"),
        (json!({"key": "OÄS", "name": "x"}), "key"),
        (json!({"key": "TOOLONGKEY", "name": "x"}), "key"),
        (json!({"key": "OK", "name": " "}), "name"),
        (json!({"key": "OK", "name": "x", "icon": "not an emoji"}), "icon"),
        (json!({"key": "OK", "name": "x", "hue": 12}), "hue"),
    ] {
        let refused = ann.post("/projects", &bad).await.refused(400, "validation");
        assert_eq!(refused["errors"][0]["field"], field, "{bad}");
    }
    ann.patch("/projects/OPS", &json!({"name": "Ops", "leadId": bob.id})).await.is(200);
    ann.patch("/projects/OPS", &json!({"leadId": uuid::Uuid::now_v7()})).await.refused(400, "validation");
    task(&ann, "OPS", "Door").await;
    let before = ann.get("/projects/OPS").await.is(200);
    let detail = ann.get("/tasks/OPS-1").await.is(200);
    world.restart().await;
    let ann = world.login("Ann").await;
    assert_eq!(ann.get("/projects/OPS").await.is(200), before);
    assert_eq!(ann.get("/tasks/OPS-1").await.is(200), detail);
    assert_eq!(task(&ann, "OPS", "Window").await["key"], "OPS-2");
}

#[tokio::test]
async fn an_archived_project_is_read_and_not_written() {
    let (_world, ann) = World::new().await;
    project(&ann, "OPS", true, &[]).await;
    task(&ann, "OPS", "Door").await;
    ann.patch("/projects/OPS", &json!({"archived": true})).await.is(200);
    ann.get("/tasks/OPS-1").await.is(200);
    ann.post("/projects/OPS/tasks", &json!({"title": "no"})).await.refused(409, "project_archived");
    ann.patch("/tasks/OPS-1", &json!({"title": "no"})).await.refused(409, "project_archived");
    ann.post("/tasks/OPS-1/move", &json!({"status": 1})).await.refused(409, "project_archived");
    ann.post("/tasks/OPS-1/comments", &json!({"body": "no"})).await.refused(409, "project_archived");
    ann.patch("/projects/OPS", &json!({"archived": false})).await.is(200);
    task(&ann, "OPS", "Window").await;
}

#[tokio::test]
async fn who_leaves_or_is_shut_out_is_told_and_sees_nothing_more() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cid = world.join(&ann, "Cid", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    project(&ann, "OPS", true, &[&bob, &gil]).await;
    task(&ann, "OPS", "Door").await;
    let (mut to_bob, mut to_cid, mut to_gil) = (bob.socket().await, cid.socket().await, gil.socket().await);
    ann.delete(&format!("/projects/OPS/members/{}", gil.id)).await.is(204);
    assert_eq!(to_gil.expect("project.left").await["data"]["projectId"], ann.get("/projects/OPS").await.is(200)["id"]);
    gil.get("/projects/OPS").await.refused(404, "not_found");
    to_bob.expect("project.updated").await;
    to_cid.expect("project.updated").await;
    ann.patch("/projects/OPS", &json!({"public": false})).await.is(200);
    to_bob.expect("project.closed").await;
    to_bob.expect("project.updated").await;
    to_cid.expect("project.closed").await;
    cid.get("/tasks/OPS-1").await.refused(404, "not_found");
    task(&ann, "OPS", "Window").await;
    let general = ann.general().await;
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_cid.events_until_said("the end").await), [""; 0]);
    assert_eq!(names(&to_bob.events_until_said("the end").await), ["task.created"]);
    ann.delete("/projects/OPS/members/me").await.refused(400, "validation");
    ann.put(&format!("/projects/OPS/members/{}", ann.id), &json!({"role": "viewer"})).await.refused(400, "validation");
    // Who leaves the team leaves its projects; somebody manages them still.
    world.join(&ann, "Dee", "admin").await;
    ann.put(&format!("/projects/OPS/members/{}", bob.id), &json!({"role": "manager"})).await.is(200);
    ann.delete("/projects/OPS/members/me").await.is(204);
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    ann.get("/projects/OPS").await.refused(404, "not_found");
}

/// A project whose tasks try the exports.
async fn varied() -> (World, Person, Vec<Value>) {
    let (world, ann) = World::new().await;
    project(&ann, "OPS", true, &[]).await;
    let labels = ann.put("/projects/OPS/labels", &json!({"labels": [{"name": "safety"}]})).await.is(200);
    let label = &labels["labels"][0]["id"];
    let done = status(&ann, "OPS", "Done").await;
    for body in [
        json!({"title": "Plain", "status": done, "estimate": 5}),
        json!({"title": "=1+1, \"quoted\"\tand, commas", "labelIds": [label], "assigneeIds": [ann.id]}),
        json!({"title": "扉を直す صندوق", "due": "2026-12-01", "priority": "urgent", "parent": 1}),
    ] {
        let title = body["title"].as_str().unwrap().replace('\t', " ");
        let mut body = body.clone();
        body["title"] = json!(title);
        ann.post("/projects/OPS/tasks", &body).await.is(201);
    }
    let tasks = ann.get("/projects/OPS/tasks").await.is(200).as_array().unwrap().clone();
    (world, ann, tasks)
}

#[tokio::test]
async fn an_export_reads_back_as_what_the_view_shows() {
    let (_world, ann, tasks) = varied().await;
    let json: Value = serde_json::from_str(&ann.get("/projects/OPS/export?format=json").await.text).unwrap();
    assert_eq!(json, json!(tasks));
    let answer = ann.get("/projects/OPS/export?format=csv").await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"OPS.csv\"");
    let text = answer.text.strip_prefix('\u{feff}').unwrap().to_owned();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let cell = |row: &csv::StringRecord, head: &str| row[heads.iter().position(|one| one == head).unwrap()].to_owned();
    for (row, task) in rows.iter().zip(&tasks) {
        assert_eq!(cell(row, "Key"), task["key"].as_str().unwrap());
        // A spreadsheet must not take a title for a formula.
        assert_eq!(cell(row, "Title").trim_start_matches('\''), task["title"].as_str().unwrap());
        assert!(!cell(row, "Title").starts_with('='));
        assert_eq!(cell(row, "Due"), task["due"].as_str().unwrap_or_default());
        assert_eq!(cell(row, "Priority"), task["priority"].as_str().unwrap());
    }
    let urgent = rows.iter().find(|row| cell(row, "Priority") == "urgent").unwrap();
    assert_eq!((cell(urgent, "Parent"), cell(urgent, "Status")), ("OPS-1".to_owned(), "To do".to_owned()));
    let filtered = ann.get("/projects/OPS/export?format=json&priority=urgent").await.text;
    assert_eq!(serde_json::from_str::<Vec<Value>>(&filtered).unwrap().len(), 1);
    ann.get("/projects/OPS/export?format=pdf").await.refused(400, "validation");
}

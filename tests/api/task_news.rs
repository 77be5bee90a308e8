//! What people are told of tasks: on the one list with mentions, counted, and asked again who may see it.

use crate::{
    board::{project, status, task},
    person::{Person, id},
    world::World,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    project(&ann, "OPS", true, &[&bob, &cy]).await;
    (world, ann, bob, cy)
}

/// What somebody was told, the newest first: kind, task, words, unread.
pub(crate) async fn inbox(person: &Person) -> Vec<(String, String, Value, bool)> {
    let list = person.get("/mentions").await.is(200)["data"].take();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let news = list.as_array().unwrap().iter().map(|entry| &entry["news"]).filter(|news| news.is_object());
    news.map(|news| {
        (word(&news["kind"]), word(&news["task"]["key"]), news["words"].clone(), news["unread"].as_bool().unwrap())
    })
    .collect()
}

fn entry(kind: &str, key: &str, words: Value, unread: bool) -> (String, String, Value, bool) {
    (kind.to_owned(), key.to_owned(), words, unread)
}

async fn waiting(person: &Person) -> usize {
    person.bootstrap().await["news"].as_array().unwrap().len()
}

#[tokio::test]
async fn who_is_assigned_named_or_watches_is_told_and_nobody_of_what_they_did() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    project(&ann, "OPS", true, &[&bob, &cy]).await;
    let mut told = bob.socket().await;
    let made = json!({"title": "Door", "description": "ask @cy", "assigneeIds": [bob.id]});
    ann.post("/projects/OPS/tasks", &made).await.is(201);
    told.expect("task.created").await;
    let added = told.expect("news.added").await["data"]["news"].clone();
    assert_eq!((&added["kind"], &added["number"], &added["byId"]), (&json!("assigned"), &json!(1), &json!(ann.id)));
    assert_eq!(added["place"], 1);
    bob.post("/tasks/OPS-1/comments", &json!({"body": "Which one, @ann?"})).await.is(201);
    let done = status(&ann, "OPS", "Done").await;
    bob.patch("/tasks/OPS-1", &json!({"status": done})).await.is(200);
    assert_eq!(inbox(&bob).await, [entry("assigned", "OPS-1", Value::Null, true)]);
    assert_eq!(inbox(&cy).await, [entry("mentioned", "OPS-1", Value::Null, true)], "named, but cy does not watch");
    let to_ann =
        [entry("status", "OPS-1", json!("Done"), true), entry("mentioned", "OPS-1", json!("Which one, @ann?"), true)];
    assert_eq!(inbox(&ann).await, to_ann, "of two reasons the nearer one");
    world.restart().await;
    let (ann, bob) = (world.login("ann").await, world.login("bob").await);
    assert_eq!((inbox(&ann).await, waiting(&ann).await, waiting(&bob).await), (to_ann.to_vec(), 2, 1));
    // What was said in a comment is told as it is now, and not at all once it is taken back.
    bob.patch("/tasks/OPS-1/comments/1", &json!({"body": "Which door, @ann and @cy?"})).await.is(200);
    assert_eq!(inbox(&ann).await[1].2, "Which door, @ann and @cy?");
    assert_eq!(inbox(&world.login("cy").await).await.len(), 2, "an edit tells those whom it names in addition");
    bob.delete("/tasks/OPS-1/comments/1").await.is(200);
    assert_eq!(inbox(&ann).await.len(), 1);
}

#[tokio::test]
async fn news_and_mentions_stand_in_one_list_and_each_is_read_where_it_is() {
    let (_world, ann, bob, cy) = team().await;
    let general = ann.general().await;
    ann.say(&general, "hello @bob").await;
    for title in ["Door", "Lock"] {
        ann.post("/projects/OPS/tasks", &json!({"title": title, "assigneeIds": [bob.id]})).await.is(201);
    }
    ann.say(&general, "again @bob").await;
    let list = bob.get("/mentions").await.is(200)["data"].take();
    let kinds: Vec<_> = list.as_array().unwrap().iter().map(|entry| entry["message"].is_object()).collect();
    assert_eq!(kinds, [true, false, false, true]);
    let mut told = bob.socket().await;
    bob.put("/news/read", &json!({"task": "OPS-2"})).await.is(204);
    assert_eq!(told.expect("news.read").await["data"]["places"], json!([3]));
    assert_eq!(waiting(&bob).await, 1);
    assert_eq!(bob.bootstrap().await["news"][0]["number"], 1);
    bob.put("/news/read", &json!({"upTo": 1})).await.is(204);
    assert_eq!(waiting(&bob).await, 1, "that is a mention");
    bob.put("/news/read", &json!({})).await.is(204);
    assert_eq!(told.expect("news.read").await["data"]["places"], json!([2]));
    bob.put("/news/read", &json!({})).await.is(204);
    assert_eq!(inbox(&bob).await.iter().filter(|entry| entry.3).count(), 0);
    cy.put("/news/read", &json!({"task": "NO-9"})).await.refused(404, "not_found");
    let token = bob.post("/tokens", &json!({"name": "x", "scopes": ["read"]})).await.is(201);
    let reader = bob.with_token(token["token"].as_str().unwrap());
    reader.put("/news/read", &json!({})).await.refused(403, "forbidden");
    reader.put("/tasks/OPS-1/watch", &json!({"watch": "muted"})).await.refused(403, "forbidden");
    reader.put("/projects/OPS/notifications", &json!({"level": "mine"})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn watching_begins_by_itself_and_ends_when_one_says_so() {
    let (_world, ann, bob, cy) = team().await;
    let watch = async |person: &Person| person.get("/tasks/OPS-1").await.is(200)["watch"].clone();
    task(&ann, "OPS", "Door").await;
    assert_eq!((watch(&ann).await, watch(&bob).await), (json!("watching"), json!("off")));
    ann.patch("/tasks/OPS-1", &json!({"addAssigneeIds": [bob.id]})).await.is(200);
    cy.post("/tasks/OPS-1/comments", &json!({"body": "hello"})).await.is(201);
    let watchers = ann.get("/tasks/OPS-1").await.is(200)["watcherIds"].as_array().unwrap().len();
    assert_eq!((watch(&bob).await, watch(&cy).await, watchers), (json!("watching"), json!("watching"), 3));
    let before = ann.get("/tasks/OPS-1").await.is(200)["task"]["updatedAt"].clone();
    let mut told = cy.socket().await;
    cy.put("/tasks/OPS-1/watch", &json!({"watch": "off"})).await.is(200);
    let event = told.expect("task.updated").await;
    assert_eq!(event["data"]["watcherIds"].as_array().unwrap().len(), 2);
    assert_eq!(event["data"]["task"]["updatedAt"], before, "that is no news of the task");
    assert_eq!(told.expect("watch.updated").await["data"]["watch"], "off");
    bob.put("/tasks/OPS-1/watch", &json!({"watch": "muted"})).await.is(200);
    bob.put("/news/read", &json!({})).await.is(204);
    ann.post("/tasks/OPS-1/comments", &json!({"body": "@bob!"})).await.is(201);
    ann.patch("/tasks/OPS-1", &json!({"removeAssigneeIds": [bob.id]})).await.is(200);
    ann.patch("/tasks/OPS-1", &json!({"addAssigneeIds": [bob.id]})).await.is(200);
    assert_eq!((waiting(&bob).await, waiting(&cy).await), (0, 0));
    assert_eq!(watch(&bob).await, "muted", "and stays so");
    assert!(!ann.get("/tasks/OPS-1").await.text.contains("muted"), "that is bob's own affair");
    bob.put("/tasks/OPS-1/watch", &json!({"watch": "watching"})).await.is(200);
    ann.post("/tasks/OPS-1/comments", &json!({"body": "still there?"})).await.is(201);
    assert_eq!(waiting(&bob).await, 1);
}

#[tokio::test]
async fn of_each_project_people_are_told_as_much_as_they_want() {
    let (_world, ann, bob, cy) = team().await;
    let mut told = bob.socket().await;
    bob.put("/projects/OPS/notifications", &json!({"level": "mine"})).await.is(200);
    assert_eq!(told.expect("news.level").await["data"]["projectLevel"]["level"], "mine");
    cy.put("/projects/OPS/notifications", &json!({"level": "nothing"})).await.is(200);
    let made = json!({"title": "Door", "assigneeIds": [bob.id, cy.id], "description": "@cy"});
    ann.post("/projects/OPS/tasks", &made).await.is(201);
    ann.post("/tasks/OPS-1/comments", &json!({"body": "hello"})).await.is(201);
    assert_eq!(inbox(&bob).await, [entry("assigned", "OPS-1", Value::Null, true)]);
    assert_eq!(inbox(&cy).await, []);
    let levels = bob.bootstrap().await["projectLevels"].clone();
    assert_eq!(levels[0]["level"], "mine");
    bob.put("/projects/OPS/notifications", &json!({"level": null})).await.is(200);
    assert_eq!(bob.bootstrap().await["projectLevels"], json!([]));
    ann.post("/tasks/OPS-1/comments", &json!({"body": "hello"})).await.is(201);
    assert_eq!(waiting(&bob).await, 2);
    project(&ann, "SEC", false, &[]).await;
    bob.put("/projects/SEC/notifications", &json!({"level": "mine"})).await.refused(404, "not_found");
    bob.put("/projects/OPS/notifications", &json!({"level": "loud"})).await.refused(400, "validation");
}

#[tokio::test]
async fn who_may_not_see_a_task_is_told_nothing_of_it() {
    let (world, ann, bob, cy) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    project(&ann, "SEC", false, &[&bob]).await;
    ann.post("/projects/SEC/tasks", &json!({"title": "Secret", "assigneeIds": [bob.id], "description": "@cy @gil"}))
        .await
        .is(201);
    ann.post("/tasks/SEC-1/comments", &json!({"body": "@cy @gil @bob"})).await.is(201);
    assert_eq!((waiting(&cy).await, waiting(&gil).await, waiting(&bob).await), (0, 0, 2));
    let cursor = bob.cursor().await;
    let project_id = ann.get("/projects/SEC").await.is(200)["id"].as_str().unwrap().to_owned();
    ann.delete(&format!("/projects/{project_id}/members/{}", bob.id)).await.is(204);
    assert_eq!(inbox(&bob).await, [], "nor afterwards of what one was told before");
    let (_socket, _) = bob.resume(&cursor).await;
    assert!(!bob.get("/bootstrap").await.text.contains("Secret"));
    // Still assigned and watching, but not in the project.
    ann.post("/tasks/SEC-1/comments", &json!({"body": "@bob"})).await.is(201);
    ann.put(&format!("/projects/{project_id}/members/{}", bob.id), &json!({})).await.is(200);
    assert_eq!(inbox(&bob).await.len(), 2, "what was told while in it is there again, and nothing else");
    // One who cannot sign in is told nothing.
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    ann.post("/tasks/SEC-1/comments", &json!({"body": "@bob"})).await.is(201);
    ann.delete(&format!("/users/{}/suspension", bob.id)).await.is(200);
    assert_eq!(inbox(&world.login("bob").await).await.len(), 2);
}

#[tokio::test]
async fn moving_to_and_fro_is_one_piece_of_news_and_a_deleted_task_is_none() {
    let (_world, ann, bob, _cy) = team().await;
    ann.post("/projects/OPS/tasks", &json!({"title": "Door", "assigneeIds": [bob.id]})).await.is(201);
    bob.put("/news/read", &json!({})).await.is(204);
    let (done, todo) = (status(&ann, "OPS", "Done").await, status(&ann, "OPS", "To do").await);
    for status in [done, todo, done, todo, done] {
        ann.post("/tasks/OPS-1/move", &json!({"status": status})).await.is(200);
    }
    ann.post("/tasks/OPS-1/move", &json!({"status": done})).await.is(200);
    assert_eq!(inbox(&bob).await[0], entry("status", "OPS-1", json!("Done"), true));
    assert_eq!((inbox(&bob).await.len(), waiting(&bob).await), (2, 1));
    let mut told = bob.socket().await;
    ann.delete("/tasks/OPS-1").await.is(200);
    told.until("news.read").await;
    assert_eq!((waiting(&bob).await, inbox(&bob).await.len()), (0, 0));
    ann.post("/tasks/OPS-1/restore", &json!({})).await.is(200);
    assert_eq!(waiting(&bob).await, 0);
    // However much comes, a bounded number is unread.
    let said = (0..60).map(|_| async { ann.post("/tasks/OPS-1/comments", &json!({"body": "@bob"})).await.is(201) });
    join_all(said).await;
    assert_eq!(waiting(&bob).await, 60);
    let places: Vec<_> =
        bob.bootstrap().await["news"].as_array().unwrap().iter().map(|one| one["place"].as_u64().unwrap()).collect();
    assert_eq!(places, (3..=62).collect::<Vec<_>>(), "places are without holes");
    assert_eq!(id(&ann.get("/tasks/OPS-1").await.is(200)["task"]).len(), 36);
}

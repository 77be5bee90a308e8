//! A project with tasks, as tests talk about it.

use crate::person::{Person, id};
use serde_json::{Value, json};

/// A project of this key with these others in it as members; gives its id.
pub(crate) async fn project(owner: &Person, key: &str, public: bool, others: &[&Person]) -> String {
    let others: Vec<_> = others.iter().map(|other| &other.id).collect();
    let body = json!({"key": key, "name": format!("Project {key}"), "public": public, "memberIds": others});
    id(&owner.post("/projects", &body).await.is(201))
}

/// Makes a task and gives it.
pub(crate) async fn task(person: &Person, project: &str, title: &str) -> Value {
    person.post(&format!("/projects/{project}/tasks"), &json!({"title": title})).await.is(201)
}

/// The tasks of a project as its board has them.
pub(crate) async fn board(person: &Person, project: &str) -> Vec<Value> {
    person.get(&format!("/projects/{project}/tasks")).await.is(200).as_array().unwrap().clone()
}

/// The id of a status by its name.
pub(crate) async fn status(person: &Person, project: &str, name: &str) -> u64 {
    let project = person.get(&format!("/projects/{project}")).await.is(200);
    let found = project["statuses"].as_array().unwrap().iter().find(|status| status["name"] == name);
    found.unwrap_or_else(|| panic!("no status {name}"))["id"].as_u64().unwrap()
}

/// The titles of what a list has, in its order.
pub(crate) fn titles(tasks: &[Value]) -> Vec<&str> {
    tasks.iter().map(|task| task["title"].as_str().unwrap()).collect()
}

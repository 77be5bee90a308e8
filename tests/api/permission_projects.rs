//! The part of the permission table that is about projects, asked through the API and the socket.

use crate::{
    answer::Answer,
    permission_walk::{Cast, Verdict, common_room},
    person::Person,
    socket::names,
};
use hearth_server::permission::{Action, Relation, Role, TABLE, allowed};
use serde_json::json;

pub(crate) fn about_a_project(action: Action) -> bool {
    matches!(
        action,
        Action::ViewProject
            | Action::JoinProject
            | Action::LeaveProject
            | Action::EditProject
            | Action::SetProjectMember
            | Action::EditTask
            | Action::DeleteTask
            | Action::Comment
            | Action::EditComment
            | Action::DeleteComment
    )
}

/// How somebody stands to a project.
const STANDINGS: [Option<&str>; 4] = [None, Some("viewer"), Some("member"), Some("manager")];

/// A new project with two tasks and two comments on each: ann's and the actor's, who stands to it like this afterwards.
async fn project(cast: &mut Cast, public: bool, actor: &Person, standing: Option<&str>) -> String {
    let key = cast.name().to_uppercase().replace("NAME", "P");
    let body = json!({"key": key, "name": key, "public": public, "memberIds": [cast.tom.id, actor.id]});
    cast.ann.post("/projects", &body).await.is(201);
    for person in [&cast.ann, actor] {
        person.post(&format!("/projects/{key}/tasks"), &json!({"title": "A task"})).await.is(201);
    }
    for person in [&cast.ann, actor] {
        person.post(&format!("/tasks/{key}-1/comments"), &json!({"body": "hello"})).await.is(201);
    }
    let member = format!("/projects/{key}/members/{}", actor.id);
    match standing {
        None => drop(cast.ann.delete(&member).await.is(204)),
        Some(role) => drop(cast.ann.put(&member, &json!({"role": role})).await.is(200)),
    }
    key
}

/// Every answer of the API by which this action could be taken. What is acted on is the actor's own or ann's.
async fn try_it(cast: &Cast, action: Action, actor: &Person, key: &str, own: bool) -> Vec<Answer> {
    let path = format!("/projects/{key}");
    let number = if own { 2 } else { 1 };
    let task = format!("/tasks/{key}-{number}");
    let comment = format!("/tasks/{key}-1/comments/{number}");
    match action {
        Action::ViewProject => vec![
            actor.get(&path).await,
            actor.get(&format!("{path}/tasks")).await,
            actor.get(&format!("{path}/export?format=csv")).await,
            actor.get(&task).await,
            actor.get(&format!("{task}/comments")).await,
            actor.get(&format!("{task}/activity")).await,
            actor.put(&format!("{task}/watch"), &json!({"watch": "muted"})).await,
            actor.put(&format!("{task}/watch"), &json!({"watch": "watching"})).await,
            actor.put(&format!("{path}/notifications"), &json!({"level": "mine"})).await,
            actor.post("/users/me/feeds", &json!({"project": key})).await,
            actor.put("/news/read", &json!({"task": format!("{key}-{number}")})).await,
        ],
        Action::JoinProject => vec![actor.put(&format!("{path}/members/me"), &json!({})).await],
        Action::LeaveProject => vec![actor.delete(&format!("{path}/members/me")).await],
        Action::EditProject => {
            let labels = actor.put(&format!("{path}/labels"), &json!({"labels": [{"name": "new"}]})).await;
            let mut statuses = cast.ann.get(&path).await.is(200)["statuses"].clone();
            statuses[0]["name"] = json!("Renamed");
            vec![
                labels,
                actor.put(&format!("{path}/statuses"), &json!({"statuses": statuses})).await,
                actor.patch(&path, &json!({"name": "Changed"})).await,
                actor.patch(&path, &json!({"archived": true})).await,
            ]
        }
        Action::SetProjectMember => vec![
            actor.put(&format!("{path}/members/{}", cast.una.id), &json!({"role": "viewer"})).await,
            actor.delete(&format!("{path}/members/{}", cast.tom.id)).await,
        ],
        Action::EditTask => vec![
            actor.post(&format!("{path}/tasks"), &json!({"title": "Another"})).await,
            actor.put(&format!("{path}/filters"), &json!({"filters": [{"name": "Late", "path": "list"}]})).await,
            actor.patch(&task, &json!({"title": "Changed"})).await,
            actor.put(&format!("{task}/description"), &json!({"description": "Changed"})).await,
            actor.post(&format!("{task}/move"), &json!({"status": 1})).await,
            actor.post(&format!("{task}/checklist"), &json!({"text": "One"})).await,
            actor.patch(&format!("{task}/checklist/1"), &json!({"done": true})).await,
            actor.delete(&format!("{task}/checklist/1")).await,
            actor.put(&format!("/tasks/{key}-1/relations/relates/{key}-2"), &json!({})).await,
            actor.delete(&format!("/tasks/{key}-1/relations/relates/{key}-2")).await,
        ],
        Action::DeleteTask => {
            vec![actor.delete(&task).await, {
                // Deleted by ann where it was not by the actor.
                cast.ann.delete(&task).await;
                actor.post(&format!("{task}/restore"), &json!({})).await
            }]
        }
        Action::Comment => vec![actor.post(&format!("{task}/comments"), &json!({"body": "hello"})).await],
        Action::EditComment => vec![actor.patch(&comment, &json!({"body": "changed"})).await],
        Action::DeleteComment => vec![actor.delete(&comment).await],
        other => panic!("{other:?} is not about a project"),
    }
}

fn relation(public: bool, standing: Option<&str>, own: bool) -> Relation {
    Relation {
        own,
        viewer: standing.is_some(),
        member: matches!(standing, Some("member" | "manager")),
        manager: standing == Some("manager"),
        public,
        ..Relation::NONE
    }
}

#[tokio::test]
async fn in_projects_everyone_may_do_what_the_table_says_and_nothing_else() {
    let mut cast = Cast::new().await;
    let mut tried = 0;
    for role in Role::ALL {
        let actor = cast.person(role).await;
        for (action, _) in TABLE.iter().filter(|(action, _)| about_a_project(*action)) {
            for public in [true, false] {
                for standing in STANDINGS {
                    // Who is in it has nothing to join, and the last manager does not leave.
                    if *action == Action::JoinProject && standing.is_some() {
                        continue;
                    }
                    for own in [false, true] {
                        let key = project(&mut cast, public, &actor, standing).await;
                        let is = relation(public, standing, own);
                        let expected = if !allowed(Action::ViewProject, role, is) {
                            Verdict::NotFound
                        } else if allowed(*action, role, is) {
                            Verdict::Done
                        } else {
                            Verdict::Forbidden
                        };
                        for answer in try_it(&cast, *action, &actor, &key, own).await {
                            let found = Verdict::of(&answer);
                            assert_eq!(
                                found, expected,
                                "{role:?} {action:?} public={public} {standing:?} own={own}: {} {}",
                                answer.asked, answer.text
                            );
                            tried += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[tokio::test]
async fn sockets_replay_lists_and_bootstrap_tell_of_a_project_what_the_table_says() {
    let mut cast = Cast::new().await;
    for role in Role::ALL {
        let actor = cast.person(role).await;
        let room = common_room(&mut cast, &[&actor]).await;
        for public in [true, false] {
            for standing in STANDINGS {
                let key = project(&mut cast, public, &actor, standing).await;
                let cursor = actor.cursor().await;
                let (mut live, resume) = actor.resume(&cursor).await;
                assert_eq!(resume, "replayed");
                cast.ann.patch(&format!("/projects/{key}"), &json!({"name": "Changed"})).await.is(200);
                cast.ann.patch(&format!("/tasks/{key}-1"), &json!({"addAssigneeIds": [cast.ann.id]})).await.is(200);
                cast.ann.say(&room, "the end").await;
                let sees = allowed(Action::ViewProject, role, relation(public, standing, false));
                let expected = if sees { vec!["project.updated", "task.updated"] } else { Vec::new() };
                let told = live.events_until_said("the end").await;
                assert_eq!(names(&told), expected, "live: {role:?} public={public} {standing:?}");
                let (mut back, _) = actor.resume(&cursor).await;
                assert_eq!(
                    back.events_until_said("the end").await,
                    told,
                    "replay: {role:?} public={public} {standing:?}"
                );
                let bootstrap = actor.bootstrap().await;
                let listed = |list: &serde_json::Value| {
                    list.as_array().unwrap().iter().any(|project| project["key"] == key.as_str())
                };
                assert_eq!(listed(&bootstrap["projects"]), sees, "{role:?} public={public} {standing:?}");
                let mut found = false;
                for page in 1..=10 {
                    let list = actor.get(&format!("/projects?limit=100&page={page}")).await.json();
                    found |= listed(&list["data"]);
                }
                assert_eq!(found, sees, "{role:?} public={public} {standing:?}");
                let peeked = actor.get(&format!("/tasks?keys={key}-1")).await.is(200);
                assert_eq!(peeked.as_array().unwrap().len(), usize::from(sees));
            }
        }
    }
}

//! Filters of tasks that are kept under a name.

use crate::{person::Person, socket::names, world::World};
use serde_json::{Value, json};

const MINE: &str = "/users/me/filters";

async fn team() -> (World, Person, Person, Value) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let body = json!({"key": "OPS", "name": "Operations", "memberIds": [bob.id]});
    let project = ann.post("/projects", &body).await.is(201);
    (world, ann, bob, project)
}

fn named(filters: &Value) -> Vec<&str> {
    filters.as_array().unwrap().iter().map(|filter| filter["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_filter_of_ones_own_is_on_all_of_ones_devices_and_nobody_elses() {
    let (_world, ann, bob, project) = team().await;
    let general = ann.general().await;
    let (mut other_device, mut to_ann) = (bob.socket().await, ann.socket().await);
    let body = json!({"projectId": project["id"], "name": " Mine, late ", "path": "list?assignee=me&sort=due"});
    let made = bob.post(MINE, &body).await;
    let kept = made.is(201);
    let id = kept[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/api/v1{MINE}/{id}"));
    let expected = json!([{
        "id": id, "projectId": project["id"], "name": "Mine, late", "path": "list?assignee=me&sort=due",
    }]);
    assert_eq!(kept, expected);
    assert_eq!(other_device.expect("filters.updated").await["data"], json!({"filters": expected}));
    assert_eq!(bob.get(MINE).await.is(200), expected);
    assert_eq!(bob.bootstrap().await["filters"], expected);

    let mine = format!("{MINE}/{id}");
    let changed = bob.patch(&mine, &json!({"name": "Late"})).await.is(200);
    assert_eq!((&changed[0]["name"], &changed[0]["path"]), (&json!("Late"), &expected[0]["path"]));
    ann.patch(&mine, &json!({"name": "Hers"})).await.refused(404, "not_found");
    ann.delete(&mine).await.refused(404, "not_found");
    assert_eq!(ann.bootstrap().await["filters"], json!([]));
    assert_eq!(bob.delete(&mine).await.is(200), json!([]));
    bob.delete(&mine).await.refused(404, "not_found");
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0], "nobody else learns of it");
}

#[tokio::test]
async fn a_filter_has_a_name_and_a_view_of_a_project_that_one_may_see() {
    let (world, ann, bob, project) = team().await;
    let body = |name: &str, path: &str| json!({"projectId": project["id"], "name": name, "path": path});
    for (name, path) in
        [("", "list"), ("  ", "list"), ("a\nb", "list"), ("x", ""), ("x", "../chat"), ("x", "list#x"), ("x", "?q=a")]
    {
        bob.post(MINE, &body(name, path)).await.refused(400, "validation");
    }
    bob.post(MINE, &body(&"x".repeat(61), "list")).await.refused(400, "validation");
    bob.post(MINE, &body("x", &format!("list?q={}", "x".repeat(600)))).await.refused(400, "validation");
    let hidden = ann.post("/projects", &json!({"key": "SECRET", "name": "Hidden", "public": false})).await.is(201);
    let of_hidden = json!({"projectId": hidden["id"], "name": "x", "path": "list"});
    bob.post(MINE, &of_hidden).await.refused(404, "not_found");
    for _ in 0..100 {
        bob.post(MINE, &body("x", "list")).await.is(201);
    }
    bob.post(MINE, &body("x", "list")).await.refused(400, "validation");
    world.stranger().get(MINE).await.refused(401, "no_token");
}

#[tokio::test]
async fn a_project_shares_filters_with_everybody_in_it() {
    let (world, ann, bob, _project) = team().await;
    let eve = world.join(&ann, "Eve", "member").await;
    let mut to_ann = ann.socket().await;
    let wish = |filters: Value| json!({ "filters": filters });
    let first = wish(json!([{"name": "Late", "path": "list?sort=due"}, {"name": "Plan", "path": "timeline"}]));
    let shared = bob.put("/projects/OPS/filters", &first).await.is(200);
    assert_eq!(named(&shared["filters"]), ["Late", "Plan"]);
    assert_eq!(to_ann.expect("project.updated").await["data"]["project"], shared);
    let (late, plan) = (&shared["filters"][0]["id"], &shared["filters"][1]["id"]);
    let next = wish(
        json!([{"id": plan, "name": "The plan", "path": "timeline?zoom=quarter"}, {"name": "New", "path": "board"}]),
    );
    let shared = ann.put("/projects/OPS/filters", &next).await.is(200);
    assert_eq!(named(&shared["filters"]), ["The plan", "New"]);
    assert_eq!(&shared["filters"][0]["id"], plan);
    assert_ne!(&shared["filters"][1]["id"], late, "a number is never used again");
    assert_eq!(eve.bootstrap().await["projects"][0]["filters"], shared["filters"]);
    eve.put("/projects/OPS/filters", &first).await.refused(403, "forbidden");
    for bad in [
        json!([{"name": "A", "path": "list"}, {"name": "a", "path": "board"}]),
        json!([{"id": 999, "name": "A", "path": "list"}]),
        json!([{"name": "A", "path": "/chat"}]),
    ] {
        ann.put("/projects/OPS/filters", &wish(bad)).await.refused(400, "validation");
    }
    let many: Vec<_> = (0..51).map(|n| json!({"name": format!("N{n}"), "path": "list"})).collect();
    ann.put("/projects/OPS/filters", &wish(json!(many))).await.refused(400, "validation");
    ann.patch("/projects/OPS", &json!({"archived": true})).await.is(200);
    ann.put("/projects/OPS/filters", &first).await.refused(409, "project_archived");
}

#[tokio::test]
async fn filters_outlive_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let project = ann.post("/projects", &json!({"key": "OPS", "name": "Operations"})).await.is(201);
    let mine = json!({"projectId": project["id"], "name": "Mine", "path": "list?assignee=me"});
    let mine = ann.post(MINE, &mine).await.is(201);
    let shared = json!({"filters": [{"name": "Late", "path": "list?sort=due"}]});
    let shared = ann.put("/projects/OPS/filters", &shared).await.is(200);
    world.restart().await;
    assert_eq!(ann.get(MINE).await.is(200), mine);
    assert_eq!(ann.get("/projects/OPS").await.is(200)["filters"], shared["filters"]);
}

//! Channels and direct conversations: making, finding, changing, archiving.

use crate::{
    answer::shape,
    person::{Person, id},
    world::World,
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

fn names(channels: &Value) -> Vec<&str> {
    channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap()).collect()
}

async fn team() -> (World, Person, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    (world, ann, bob, gil)
}

#[tokio::test]
async fn a_new_channel_is_told_to_those_who_may_see_it() {
    let (_world, ann, bob, gil) = team().await;
    let (mut to_bob, mut to_gil) = (bob.socket().await, gil.socket().await);
    let body = json!({"name": "#Launch-Week", "kind": "public", "topic": " Ship it "});
    let answer = ann.post("/channels", &body).await;
    let channel = answer.is(201);
    assert_snapshot!(shape(&channel), @r#"
    {
      "archivedAt": null,
      "createdAt": "[time]",
      "createdBy": "[id]",
      "id": "[id]",
      "kind": "public",
      "members": [
        {
          "role": "manager",
          "userId": "[id]"
        }
      ],
      "name": "launch-week",
      "pinned": [],
      "topic": "Ship it",
      "version": 1
    }
    "#);
    assert_eq!(answer.header("location"), format!("/api/v1/channels/{}", id(&channel)));
    assert_eq!(to_bob.expect("channel.created").await["data"]["channel"], channel);
    assert_snapshot!(shape(&to_bob.expect("member.joined").await), @r#"
    {
      "channelId": "[id]",
      "cursor": "[cursor]",
      "data": {
        "channel": {
          "archivedAt": null,
          "createdAt": "[time]",
          "createdBy": "[id]",
          "id": "[id]",
          "kind": "public",
          "members": [
            {
              "role": "manager",
              "userId": "[id]"
            }
          ],
          "name": "launch-week",
          "pinned": [],
          "topic": "Ship it",
          "version": 1
        },
        "joinedAt": "[time]",
        "lastMessageAt": null,
        "lastNumber": 0,
        "member": {
          "role": "manager",
          "userId": "[id]"
        }
      },
      "name": "member.joined",
      "type": "event"
    }
    "#);
    assert_eq!(bob.get(&format!("/channels/{}", id(&channel))).await.is(200), channel);
    gil.get(&format!("/channels/{}", id(&channel))).await.refused(404, "not_found");

    ann.add(&id(&channel), &gil).await;
    let first = to_gil.expect("member.joined").await;
    assert_eq!(first["data"]["channel"]["id"], channel["id"], "a guest hears of it when they are in it");
}

#[tokio::test]
async fn a_private_channel_is_known_to_its_members_only() {
    let (world, ann, bob, _gil) = team().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let mut to_cy = cy.socket().await;
    let mut to_bob = bob.socket().await;
    let secret = ann.channel("secret", "private", &[&bob]).await;
    ann.say(&secret, "for your eyes only").await;
    assert_eq!(to_bob.expect("channel.created").await["channelId"], secret);

    for path in ["", "/members", "/messages", "/messages/1", "/messages/1/revisions"] {
        let problem = cy.get(&format!("/channels/{secret}{path}")).await.refused(404, "not_found");
        assert_eq!(problem["error"], "Channel not found");
    }
    cy.put(&format!("/channels/{secret}/members/me"), &json!({})).await.refused(404, "not_found");
    cy.post(&format!("/channels/{secret}/messages"), &json!({"body": "hi"})).await.refused(404, "not_found");
    assert_eq!(names(&cy.get("/channels").await.is(200)["data"]), ["general"]);
    let general = ann.general().await;
    ann.say(&general, "now").await;
    assert_eq!(to_cy.events_until_said("now").await, [json!(null); 0]);
    bob.add(&secret, &cy).await;
    assert_eq!(cy.get(&format!("/channels/{secret}")).await.is(200)["name"], "secret");
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_letters_and_kind() {
    let (_world, ann, bob, gil) = team().await;
    ann.channel("launch", "private", &[]).await;
    for name in ["launch", "#LAUNCH", " Launch "] {
        let body = json!({"name": name, "kind": "public"});
        bob.post("/channels", &body).await.refused(409, "channel_name_taken");
    }
    gil.post("/channels", &json!({"name": "mine", "kind": "public"})).await.refused(403, "forbidden");

    let bodies =
        (0..12).map(|number| json!({"name": "race", "kind": if number % 2 == 0 { "public" } else { "private" }}));
    let answers = join_all(bodies.map(|body| {
        let bob = bob.clone();
        async move { bob.post("/channels", &body).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    answers.iter().filter(|answer| answer.status != 201).for_each(|answer| {
        answer.refused(409, "channel_name_taken");
    });
}

#[tokio::test]
async fn a_channel_that_does_not_fit_is_refused() {
    let (_world, ann, _bob, _gil) = team().await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("#")),
        ("name", json!("two words")),
        ("name", json!("-_-")),
        ("name", json!("a\0")),
        ("name", json!("a\u{202e}b")),
        ("name", json!("x".repeat(81))),
        ("kind", json!("direct")),
        ("kind", json!("secret")),
        ("topic", json!("x".repeat(251))),
        ("memberIds", json!(["bob"])),
        ("memberIds", json!("all")),
        ("members", json!([])),
    ] {
        let mut body = json!({"name": "fits", "kind": "public"});
        body[field] = value;
        let problem = ann.post("/channels", &body).await.refused(400, "validation");
        assert!(problem["detail"].as_str().unwrap().contains(field), "{field}: {problem}");
    }
    let unknown = json!({"name": "fits", "kind": "public", "memberIds": ["018f0000-0000-7000-8000-000000000000"]});
    ann.post("/channels", &unknown).await.refused(404, "not_found");
    assert_eq!(names(&ann.get("/channels").await.is(200)["data"]), ["general"]);
    ann.channel("営業", "public", &[]).await;
}

#[tokio::test]
async fn channels_are_listed_by_name_with_direct_ones_last() {
    let (_world, ann, bob, gil) = team().await;
    ann.direct(&[&bob]).await;
    ann.channel("zoo", "public", &[]).await;
    ann.channel("attic", "private", &[&gil]).await;
    let list = ann.get("/channels").await.is(200);
    assert_eq!(names(&list["data"]), ["attic", "general", "zoo", ""]);
    assert_eq!(list["pagination"], json!({"page": 1, "limit": 20, "total": 4, "pages": 1}));
    assert_eq!(names(&bob.get("/channels").await.is(200)["data"]), ["general", "zoo", ""]);
    assert_eq!(names(&gil.get("/channels").await.is(200)["data"]), ["attic"]);
    assert_eq!(names(&ann.get("/channels?kind=private").await.is(200)["data"]), ["attic"]);
    assert_eq!(names(&ann.get("/channels?q=OO&limit=1").await.is(200)["data"]), ["zoo"]);
    ann.get("/channels?kind=secret").await.refused(400, "validation");
}

#[tokio::test]
async fn a_channel_is_renamed_and_its_old_name_is_free() {
    let (_world, ann, bob, _gil) = team().await;
    let launch = ann.channel("launch", "public", &[&bob]).await;
    let path = format!("/channels/{launch}");
    let mut socket = bob.socket().await;
    let channel = bob.patch(&path, &json!({"name": "Landing", "topic": "Softly"})).await.is(200);
    assert_eq!(
        (&channel["name"], &channel["topic"], &channel["version"]),
        (&json!("landing"), &json!("Softly"), &json!(2))
    );
    assert_eq!(socket.expect("channel.updated").await["data"]["channel"], channel);
    assert_eq!(bob.patch(&path, &json!({"topic": "Softly"})).await.is(200), channel, "nothing changed");
    bob.patch(&path, &json!({"name": "general"})).await.refused(409, "channel_name_taken");
    bob.patch(&path, &json!({"name": "a b"})).await.refused(400, "validation");
    ann.channel("launch", "public", &[]).await;

    let stale = bob.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({"topic": "Hard"}));
    let problem = bob.send(stale).await.refused(412, "version_mismatch");
    assert_eq!(problem["current"], channel);
}

#[tokio::test]
async fn an_archived_channel_can_be_read_and_nothing_else() {
    let (_world, ann, bob, gil) = team().await;
    let old = ann.channel("old", "public", &[&bob]).await;
    bob.say(&old, "the last word").await;
    let path = format!("/channels/{old}");
    bob.patch(&path, &json!({"archived": true})).await.refused(403, "forbidden");
    let archived = ann.patch(&path, &json!({"archived": true})).await.is(200);
    assert!(archived["archivedAt"].is_string());
    assert_eq!(ann.patch(&path, &json!({"archived": true})).await.is(200), archived);

    bob.post(&format!("{path}/messages"), &json!({"body": "more"})).await.refused(409, "channel_archived");
    bob.patch(&format!("{path}/messages/1"), &json!({"body": "less"})).await.refused(409, "channel_archived");
    bob.delete(&format!("{path}/messages/1")).await.refused(409, "channel_archived");
    ann.put(&format!("{path}/members/{}", gil.id), &json!({})).await.refused(409, "channel_archived");
    assert_eq!(bob.get(&format!("{path}/messages/1")).await.is(200)["body"], "the last word");
    bob.put(&format!("{path}/read"), &json!({"number": 1})).await.is(200);
    bob.leave(&old).await;

    let back = ann.patch(&path, &json!({"archived": false})).await.is(200);
    assert_eq!(back["archivedAt"], Value::Null);
    bob.enter(&old).await;
    assert_eq!(bob.say(&old, "again").await["number"], 2);
}

#[tokio::test]
async fn there_is_one_direct_conversation_between_the_same_people() {
    let (world, ann, bob, gil) = team().await;
    let mut to_bob = bob.socket().await;
    let answer = ann.post("/direct", &json!({"userIds": [bob.id]})).await;
    let direct = answer.is(201);
    assert_eq!((&direct["kind"], &direct["name"]), (&json!("direct"), &json!("")));
    assert_eq!(direct["members"].as_array().unwrap().len(), 2);
    assert_eq!(to_bob.expect("channel.created").await["data"]["channel"], direct);
    let again = bob.post("/direct", &json!({"userIds": [ann.id, bob.id, ann.id]})).await;
    assert_eq!(again.is(200), direct);
    gil.get(&format!("/channels/{}", id(&direct))).await.refused(404, "not_found");

    let three = ann.direct(&[&bob, &gil]).await;
    assert_eq!(gil.direct(&[&ann, &bob]).await, three);
    assert_ne!(three, id(&direct));

    let notes = ann.post("/direct", &json!({"userIds": []})).await.is(201);
    assert_eq!(ann.post("/direct", &json!({"userIds": [ann.id]})).await.is(200), notes);
    ann.say(&id(&notes), "remember the milk").await;

    let answers = join_all((0..10).map(|_| bob.post_owned("/direct", json!({"userIds": [gil.id]})))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);

    let mut crowd = Vec::new();
    for number in 0..7 {
        crowd.push(world.join(&ann, &format!("Dee{number}"), "member").await.id);
    }
    crowd.extend([bob.id.clone(), gil.id.clone()]);
    ann.post("/direct", &json!({"userIds": crowd})).await.refused(400, "validation");
    ann.post("/direct", &json!({"userIds": crowd[..8]})).await.is(201);
    let unknown = json!({"userIds": ["018f0000-0000-7000-8000-000000000000"]});
    ann.post("/direct", &unknown).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_direct_conversation_cannot_be_changed_left_or_joined() {
    let (_world, ann, bob, gil) = team().await;
    let direct = ann.direct(&[&bob]).await;
    let path = format!("/channels/{direct}");
    ann.patch(&path, &json!({"name": "ours"})).await.refused(403, "forbidden");
    ann.patch(&path, &json!({"archived": true})).await.refused(403, "forbidden");
    ann.put(&format!("{path}/members/{}", gil.id), &json!({})).await.refused(403, "forbidden");
    ann.delete(&format!("{path}/members/{}", bob.id)).await.refused(403, "forbidden");
    ann.delete(&format!("{path}/members/me")).await.refused(403, "forbidden");
    ann.patch(&format!("{path}/members/{}", bob.id), &json!({"role": "manager"})).await.refused(403, "forbidden");
    assert_eq!(ann.get(&path).await.is(200)["members"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_group_becomes_a_channel_with_all_that_was_said() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let others = json!({"userIds": [bob.id, cy.id, gil.id]});
    let group = id(&ann.post("/direct", &others).await.is(201));
    bob.say(&group, "shall we?").await;
    let path = format!("/channels/{group}/convert");

    gil.post(&path, &json!({"name": "summer"})).await.refused(403, "forbidden");
    let dee = world.join(&ann, "Dee", "member").await;
    dee.post(&path, &json!({"name": "summer"})).await.refused(404, "not_found");
    ann.post(&path, &json!({"name": "two words"})).await.refused(400, "validation");
    ann.post(&path, &json!({"name": "general"})).await.refused(409, "channel_name_taken");
    let pair = id(&ann.post("/direct", &json!({"userIds": [bob.id]})).await.is(201));
    ann.post(&format!("/channels/{pair}/convert"), &json!({"name": "pair"})).await.refused(400, "validation");
    let general = ann.general().await;
    ann.post(&format!("/channels/{general}/convert"), &json!({"name": "other"})).await.refused(400, "validation");

    ann.delete(&format!("/users/{}", cy.id)).await.is(200);
    let mut to_bob = bob.socket().await;
    let channel = bob.post(&path, &json!({"name": "Summer"})).await.is(200);
    assert_eq!((&channel["kind"], &channel["name"]), (&json!("private"), &json!("summer")));
    let members = channel["members"].as_array().unwrap();
    assert_eq!(members.len(), 3, "who left the team is not in it: {members:?}");
    let role = |person: &Person| {
        members.iter().find(|member| member["userId"] == person.id).unwrap()["role"].as_str().unwrap().to_owned()
    };
    assert_eq!((role(&bob), role(&ann)), ("manager".to_owned(), "member".to_owned()));
    assert_eq!(to_bob.expect("channel.updated").await["data"]["channel"]["name"], "summer");
    assert_eq!(ann.get(&format!("/channels/{group}/messages/1")).await.is(200)["body"], "shall we?");
    assert_eq!(ann.get(&format!("/channels/{group}")).await.is(200), channel);

    // The same people can begin anew, and the channel is one like all others.
    let again = ann.post("/direct", &others).await;
    again.refused(404, "not_found");
    let fresh = id(&ann.post("/direct", &json!({"userIds": [bob.id, gil.id]})).await.is(201));
    assert_ne!(fresh, group);
    bob.post(&path, &json!({"name": "again"})).await.refused(400, "validation");
    bob.put(&format!("/channels/{group}/members/{}", dee.id), &json!({})).await.is(200);
    ann.delete(&format!("/channels/{group}/members/me")).await.is(204);
}

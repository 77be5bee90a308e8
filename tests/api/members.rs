//! Who is in a channel.

use crate::{answer::shape, person::Person, world::World};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let dee = world.join(&ann, "Dee", "member").await;
    (world, ann, bob, dee)
}

fn role(members: &Value, person: &Person) -> Value {
    let found = members.as_array().unwrap().iter().find(|member| member["userId"] == person.id);
    found.map_or(Value::Null, |member| member["role"].clone())
}

#[tokio::test]
async fn joining_counts_what_was_said_before_as_read() {
    let (_world, ann, bob, _dee) = team().await;
    let zoo = ann.channel("zoo", "public", &[]).await;
    for text in ["one", "two", "three"] {
        ann.say(&zoo, text).await;
    }
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    let channel = bob.put(&format!("/channels/{zoo}/members/me"), &json!({})).await.is(200);
    assert_eq!(role(&channel["members"], &bob), "member");
    let joined = to_ann.expect("member.joined").await;
    assert_snapshot!(shape(&joined["data"]), @r#"
    {
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
          },
          {
            "role": "member",
            "userId": "[id]"
          }
        ],
        "name": "zoo",
        "pinned": [],
        "topic": "",
        "version": 1
      },
      "joinedAt": "[time]",
      "lastMessageAt": "[time]",
      "lastNumber": 3,
      "member": {
        "role": "member",
        "userId": "[id]"
      }
    }
    "#);
    assert_eq!(to_bob.expect("member.joined").await["data"], joined["data"]);
    let membership = bob.membership(&zoo).await;
    assert_eq!((&membership["readNumber"], &membership["unread"]), (&json!(3), &json!(0)));
    assert_eq!(membership["joinedAt"], joined["data"]["joinedAt"]);

    assert_eq!(bob.put(&format!("/channels/{zoo}/members/me"), &json!({})).await.is(200), channel);
    ann.say(&zoo, "four").await;
    to_bob.expect("message.created").await;
    assert_eq!(bob.membership(&zoo).await["unread"], 1);
    assert_eq!(bob.get(&format!("/channels/{zoo}/members")).await.is(200), channel["members"]);
}

#[tokio::test]
async fn leaving_is_told_to_the_one_who_left_too() {
    let (_world, ann, bob, _dee) = team().await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    bob.leave(&den).await;
    for socket in [&mut to_ann, &mut to_bob] {
        assert_eq!(socket.expect("member.left").await["data"], json!({"channelId": den, "userId": bob.id}));
    }
    ann.say(&den, "just us now").await;
    let general = ann.general().await;
    ann.say(&general, "hello").await;
    assert_eq!(to_bob.events_until_said("hello").await, [json!(null); 0]);
    bob.get(&format!("/channels/{den}/messages")).await.refused(404, "not_found");
    bob.delete(&format!("/channels/{den}/members/me")).await.refused(404, "not_found");
    assert_eq!(bob.membership(&den).await, Value::Null);
}

#[tokio::test]
async fn a_manager_removes_and_a_member_does_not() {
    let (_world, ann, bob, dee) = team().await;
    let den = bob.channel("den", "private", &[&ann, &dee]).await;
    let path = |person: &Person| format!("/channels/{den}/members/{}", person.id);
    dee.delete(&path(&ann)).await.refused(403, "forbidden");
    bob.remove(&den, &ann).await;
    let problem = bob.delete(&path(&ann)).await.refused(404, "not_found");
    assert_eq!(problem["error"], "Member not found");
    dee.add(&den, &ann).await;
    dee.put(&path(&ann), &json!({"role": "manager"})).await.is(200);
    assert_eq!(role(&bob.get(&format!("/channels/{den}/members")).await.is(200), &ann), "member");
}

#[tokio::test]
async fn when_the_last_manager_leaves_the_longest_member_takes_over() {
    let (world, ann, bob, dee) = team().await;
    let den = ann.channel("den", "private", &[]).await;
    ann.add(&den, &bob).await;
    ann.add(&den, &dee).await;
    let mut socket = dee.socket().await;
    ann.leave(&den).await;
    socket.expect("member.left").await;
    let heir = socket.expect("member.updated").await;
    assert_eq!(heir["data"]["member"], json!({"userId": bob.id, "role": "manager"}));
    assert_eq!(heir["data"]["channel"], dee.get(&format!("/channels/{den}")).await.is(200));

    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    let members = dee.get(&format!("/channels/{den}/members")).await.is(200);
    assert_eq!(members, json!([{"userId": dee.id, "role": "manager"}]));
    dee.leave(&den).await;
    assert!(world.app().journal.directory().channel_named("den").is_some(), "its history is not lost");
}

#[tokio::test]
async fn managers_are_made_and_unmade_but_never_to_none() {
    let (_world, ann, bob, dee) = team().await;
    let den = bob.channel("den", "private", &[&ann, &dee]).await;
    let path = |person: &Person| format!("/channels/{den}/members/{}", person.id);
    let (manager, member) = (json!({"role": "manager"}), json!({"role": "member"}));
    ann.patch(&path(&dee), &manager).await.refused(403, "forbidden");
    bob.patch(&path(&bob), &member).await.refused(400, "validation");
    bob.patch(&path(&dee), &json!({})).await.refused(400, "validation");
    bob.patch(&path(&dee), &json!({"role": "king"})).await.refused(400, "validation");
    let mut socket = ann.socket().await;
    let channel = bob.patch(&path(&dee), &manager).await.is(200);
    assert_eq!(role(&channel["members"], &dee), "manager");
    let updated = socket.expect("member.updated").await;
    assert_eq!(updated["data"], json!({"channel": channel, "member": {"userId": dee.id, "role": "manager"}}));
    assert_eq!(dee.patch(&path(&bob), &member).await.is(200)["members"].as_array().unwrap().len(), 3);
    dee.patch(&path(&dee), &member).await.refused(400, "validation");
}

#[tokio::test]
async fn someone_who_is_not_in_the_team_cannot_be_added() {
    let (_world, ann, bob, dee) = team().await;
    let den = ann.channel("den", "private", &[]).await;
    ann.delete(&format!("/users/{}", dee.id)).await.is(200);
    for nobody in [dee.id.as_str(), "018f0000-0000-7000-8000-000000000000", "nobody"] {
        let answer = ann.put(&format!("/channels/{den}/members/{nobody}"), &json!({})).await;
        assert_eq!(answer.refused(404, "not_found")["error"], "User not found");
    }
    let body = json!({"role": "member", "unread": 7});
    ann.put(&format!("/channels/{den}/members/{}", bob.id), &body).await.refused(400, "validation");
}

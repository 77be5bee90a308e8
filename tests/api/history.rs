//! Reading a channel's history by number.

use crate::{answer::shape, person::Person, world::World};
use futures_util::{StreamExt, stream};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// #general with this many messages.
async fn told(count: usize) -> (World, Person, String) {
    let (world, ann) = World::new().await;
    let general = ann.general().await;
    let said: Vec<_> = stream::iter(0..count)
        .map(|number| {
            let (ann, general) = (ann.clone(), general.clone());
            async move { ann.say(&general, &format!("message {number}")).await }
        })
        .buffered(16)
        .collect()
        .await;
    assert_eq!(said.len(), count);
    (world, ann, general)
}

/// The numbers of a page and where it stands.
async fn page(ann: &Person, channel: &str, query: &str) -> (Vec<u64>, Value) {
    let mut answer = ann.get(&format!("/channels/{channel}/messages?{query}")).await.is(200);
    let numbers =
        answer["data"].as_array().unwrap().iter().map(|message| message["number"].as_u64().unwrap()).collect();
    (numbers, answer["pagination"].take())
}

#[tokio::test]
async fn a_page_is_found_before_after_and_around_any_number() {
    let (_world, ann, general) = told(120).await;
    let all: Vec<u64> = (1..=120).collect();
    for (query, from, to) in [
        ("", 71, 120),
        ("limit=20", 101, 120),
        ("limit=100", 21, 120),
        ("before=71", 21, 70),
        ("before=21&limit=100", 1, 20),
        ("before=9999", 71, 120),
        ("after=0", 1, 50),
        ("after=100", 101, 120),
        ("after=50&limit=1", 51, 51),
        ("around=60", 35, 84),
        ("around=60&limit=1", 60, 60),
        ("around=1&limit=10", 1, 10),
        ("around=0&limit=10", 1, 10),
        ("around=119", 71, 120),
        ("around=4294967295", 71, 120),
    ] {
        let (numbers, position) = page(&ann, &general, query).await;
        assert_eq!(numbers, all[from - 1..to], "{query}");
        let expected = json!({"before": from, "after": to, "hasBefore": from > 1, "hasAfter": to < 120});
        assert_eq!(position, expected, "{query}");
    }
}

#[tokio::test]
async fn walking_by_the_positions_given_meets_every_message_once_either_way() {
    let (_world, ann, general) = told(53).await;
    let mut back = Vec::new();
    let mut query = "limit=7".to_owned();
    loop {
        let (mut numbers, position) = page(&ann, &general, &query).await;
        numbers.extend(back);
        back = numbers;
        if position["hasBefore"] == false {
            break;
        }
        query = format!("limit=7&before={}", position["before"]);
    }
    let mut forth = Vec::new();
    let mut query = "limit=7&after=0".to_owned();
    loop {
        let (numbers, position) = page(&ann, &general, &query).await;
        forth.extend(numbers);
        if position["hasAfter"] == false {
            break;
        }
        query = format!("limit=7&after={}", position["after"]);
    }
    assert_eq!(back, (1..=53).collect::<Vec<_>>());
    assert_eq!(forth, back);
}

#[tokio::test]
async fn a_page_of_nothing_is_empty() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    assert_snapshot!(shape(&ann.get(&format!("/channels/{general}/messages")).await.json()), @r#"
    {
      "data": [],
      "pagination": {
        "after": null,
        "before": null,
        "hasAfter": false,
        "hasBefore": false
      },
      "success": true
    }
    "#);
    for query in ["before=1", "after=0", "around=7", "before=0"] {
        assert_eq!(page(&ann, &general, query).await.0, [0; 0], "{query}");
    }
    ann.say(&general, "one").await;
    for query in ["before=1", "after=1", "after=4294967295", "before=0"] {
        let (numbers, position) = page(&ann, &general, query).await;
        assert_eq!((numbers, &position["before"]), (Vec::new(), &Value::Null), "{query}");
    }
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=many",
        "before=-1",
        "after=1.5",
        "around=99999999999",
        "before=1&after=1",
        "around=$ne",
    ] {
        ann.get(&format!("/channels/{general}/messages?{query}")).await.refused(400, "validation");
    }
    for path in ["0", "1", "-1", "x", "99999999999", "1.0"] {
        ann.get(&format!("/channels/{general}/messages/{path}")).await.refused(404, "not_found");
    }
    for channel in ["018f0000-0000-7000-8000-000000000000", "general", "%F0%9F", "*"] {
        ann.get(&format!("/channels/{channel}/messages")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_page_shows_every_kind_of_message() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let path = format!("/channels/{general}/messages");
    ann.post(&path, &json!({"body": "with a key", "clientKey": "key-1"})).await.is(201);
    bob.say(&general, "edited").await;
    bob.patch(&format!("{path}/2"), &json!({"body": "edited twice"})).await.is(200);
    bob.say(&general, "deleted").await;
    bob.delete(&format!("{path}/3")).await.is(200);
    assert_snapshot!(shape(&ann.get(&path).await.is(200)), @r#"
    {
      "data": [
        {
          "alias": null,
          "authorId": "[id]",
          "bare": false,
          "body": "with a key",
          "channelId": "[id]",
          "clientKey": "key-1",
          "createdAt": "[time]",
          "deletedAt": null,
          "editedAt": null,
          "files": [],
          "mentions": {
            "everyone": false,
            "here": false,
            "people": []
          },
          "number": 1,
          "poll": null,
          "reactions": [],
          "reactionsVersion": 0,
          "tasks": [],
          "thread": null,
          "twin": null,
          "version": 1
        },
        {
          "alias": null,
          "authorId": "[id]",
          "bare": false,
          "body": "edited twice",
          "channelId": "[id]",
          "clientKey": null,
          "createdAt": "[time]",
          "deletedAt": null,
          "editedAt": "[time]",
          "files": [],
          "mentions": {
            "everyone": false,
            "here": false,
            "people": []
          },
          "number": 2,
          "poll": null,
          "reactions": [],
          "reactionsVersion": 0,
          "tasks": [],
          "thread": null,
          "twin": null,
          "version": 2
        },
        {
          "alias": null,
          "authorId": "[id]",
          "bare": false,
          "body": "",
          "channelId": "[id]",
          "clientKey": null,
          "createdAt": "[time]",
          "deletedAt": "[time]",
          "editedAt": null,
          "files": [],
          "mentions": {
            "everyone": false,
            "here": false,
            "people": []
          },
          "number": 3,
          "poll": null,
          "reactions": [],
          "reactionsVersion": 0,
          "tasks": [],
          "thread": null,
          "twin": null,
          "version": 2
        }
      ],
      "pagination": {
        "after": 3,
        "before": 1,
        "hasAfter": false,
        "hasBefore": false
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn members_who_are_not_in_a_public_channel_can_read_it_and_not_speak() {
    let (world, ann, general) = told(3).await;
    let bob = world.join(&ann, "Bob", "member").await;
    bob.leave(&general).await;
    assert_eq!(page(&bob, &general, "").await.0, [1, 2, 3]);
    bob.post(&format!("/channels/{general}/messages"), &json!({"body": "hi"})).await.refused(403, "forbidden");
    bob.put(&format!("/channels/{general}/read"), &json!({"number": 1})).await.refused(404, "not_found");
}

//! Incoming webhooks, as programs made for Slack use them.

use crate::{
    answer::{Answer, shape},
    person::{Client, Person, id},
    world::World,
};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

/// A new webhook: itself and where to post.
async fn hook(person: &Person, channel: &str) -> (Value, String) {
    let made = person.post(&format!("/channels/{channel}/hooks"), &json!({"name": "Builds"})).await.is(201);
    let url = made["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    (made, url)
}

/// Posts to a webhook as a program does: with nothing that says who it is.
async fn post(program: &Client, url: &str, body: &Value) -> Answer {
    program.post(url, body).await
}

/// It was refused with this word, in plain text.
#[track_caller]
fn refused(answer: &Answer, status: u16, word: &str) {
    assert_eq!((answer.status, answer.text.as_str()), (status, word), "{}", answer.asked);
    assert!(answer.header("content-type").starts_with("text/plain"));
}

async fn newest(person: &Person, channel: &str) -> Value {
    let page = person.get(&format!("/channels/{channel}/messages")).await.is(200);
    page["data"].as_array().unwrap().iter().max_by_key(|message| message["number"].as_u64()).unwrap().clone()
}

#[tokio::test]
async fn what_a_program_posts_is_said_by_the_bot_of_the_webhook() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let builds = ann.channel("builds", "private", &[&bob]).await;
    let (made, url) = hook(&ann, &builds).await;
    assert_snapshot!(shape(&made), @r#"
    {
      "botId": "[id]",
      "channelId": "[id]",
      "createdAt": "[time]",
      "createdBy": "[id]",
      "id": "[id]",
      "name": "Builds",
      "url": "[url]",
      "usedAt": null
    }
    "#);
    let mut socket = bob.socket().await;
    let program = world.stranger();
    let answer = post(&program, &url, &json!({"text": "*Green* <https://ci.example/7|#7>", "username": "CI", "icon_emoji": ":rocket:", "mrkdwn": true})).await;
    refused(&answer, 200, "ok");
    let told = socket.until("message.created").await["data"]["message"].clone();
    assert_eq!(told["body"], "**Green** [#7](https://ci.example/7)");
    assert_eq!((&told["authorId"], &told["alias"]), (&made["botId"], &json!({"name": "CI", "emoji": "🚀"})));
    assert_eq!(newest(&bob, &builds).await, told);
    // The bot is a person of the team like any other, and its webhook was used.
    let bot = ann.get(&format!("/users/{}", made["botId"].as_str().unwrap())).await.is(200);
    assert_eq!((&bot["bot"], &bot["name"], &bot["role"]), (&json!(true), &json!("Builds"), &json!("guest")));
    let listed = ann.get(&format!("/channels/{builds}/hooks")).await.is(200);
    assert!(listed[0]["usedAt"].is_string() && listed[0].get("url").is_none(), "{listed}");
    assert_eq!(ann.get("/bots").await.is(200), json!([]), "the bots of webhooks are managed with them");
    let form = program.request(Method::POST, &url).header("content-type", "application/x-www-form-urlencoded");
    let form = form.body("payload=%7B%22text%22%3A%22by+form%22%7D");
    refused(&program.send(form).await, 200, "ok");
    let said = newest(&bob, &builds).await;
    assert_eq!((&said["body"], &said["alias"]), (&json!("by form"), &Value::Null));
}

#[tokio::test]
async fn blocks_and_attachments_become_text() {
    let (world, ann) = World::new().await;
    let general = ann.general().await;
    let (_, url) = hook(&ann, &general).await;
    let body = json!({
        "text": "for notifications",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "*api* is _out_"}, "fields": [{"type": "mrkdwn", "text": "*By* ann"}]},
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "one"}, {"type": "plain_text", "text": "two"}]},
            {"type": "actions", "elements": []},
        ],
        "attachments": [{
            "fallback": "unseen", "color": "#ff0000", "title": "Log", "title_link": "https://ci.example/log",
            "text": "two\nlines", "fields": [{"title": "Took", "value": 7, "short": true}],
        }, {"fallback": "only this"}],
    });
    refused(&post(&world.stranger(), &url, &body).await, 200, "ok");
    assert_eq!(
        newest(&ann, &general).await["body"],
        "**Deploy**\n\n**api** is _out_\n**By** ann\n\n---\n\none · two\n\n> **[Log](https://ci.example/log)**\n> two\n> lines\n> **Took:** 7\n\n> only this"
    );
    let long = json!({"text": "x".repeat(40_000)});
    refused(&post(&world.stranger(), &url, &long).await, 200, "ok");
    assert_eq!(newest(&ann, &general).await["body"].as_str().unwrap().len(), 16_000);
    refused(&post(&world.stranger(), &url, &json!({"text": "<!here> look"})).await, 200, "ok");
    assert_eq!(newest(&ann, &general).await["mentions"]["here"], true);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_in_slacks_words() {
    let (world, ann) = World::new().await;
    let builds = ann.channel("builds", "public", &[]).await;
    let (made, url) = hook(&ann, &builds).await;
    let program = world.stranger();
    for (body, word) in [
        (json!({}), "no_text"),
        (json!({"text": " "}), "no_text"),
        (json!({"text": 5}), "invalid_payload"),
        (json!(["text"]), "invalid_payload"),
        (json!({"blocks": [{"text": "x"}]}), "invalid_blocks"),
        (json!({"blocks": vec![json!({"type": "divider"}); 51]}), "invalid_blocks"),
        (json!({"attachments": vec![json!({"text": "x"}); 101]}), "too_many_attachments"),
    ] {
        refused(&post(&program, &url, &body).await, 400, word);
    }
    let raw = program.request(Method::POST, &url).body("{");
    refused(&program.send(raw).await, 400, "invalid_payload");
    let form = program.request(Method::POST, &url).header("content-type", "application/x-www-form-urlencoded");
    refused(&program.send(form.body("text=x")).await, 400, "invalid_payload");
    let huge = program.request(Method::POST, &url).body(vec![b' '; 300 << 10]);
    refused(&program.send(huge).await, 400, "invalid_payload");
    let text = json!({"text": "hello"});
    refused(&post(&program, "/hooks/nothing", &text).await, 404, "no_service");
    // Its secret opens nothing else.
    let secret = url.rsplit('/').next().unwrap();
    program.with_token(secret).get("/users/me").await.refused(401, "invalid_token");

    let suspension = format!("/users/{}/suspension", made["botId"].as_str().unwrap());
    ann.put(&suspension, &json!({})).await.is(200);
    refused(&post(&program, &url, &text).await, 403, "action_prohibited");
    ann.delete(&suspension).await.is(200);
    ann.patch(&format!("/channels/{builds}"), &json!({"archived": true})).await.is(200);
    refused(&post(&program, &url, &text).await, 410, "channel_is_archived");
    ann.post(&format!("/channels/{builds}/hooks"), &json!({"name": "Late"})).await.refused(409, "channel_archived");
    ann.patch(&format!("/channels/{builds}"), &json!({"archived": false})).await.is(200);
    ann.delete(&format!("/channels/{builds}/members/{}", made["botId"].as_str().unwrap())).await.is(204);
    refused(&post(&program, &url, &text).await, 403, "action_prohibited");
}

#[tokio::test]
async fn a_webhook_is_managed_by_who_manages_the_channel() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = bob.channel("den", "private", &[]).await;
    let (made, url) = hook(&bob, &den).await;
    let path = format!("/channels/{den}/hooks/{}", id(&made));
    ann.get(&format!("/channels/{den}/hooks")).await.refused(404, "not_found");
    ann.delete(&path).await.refused(404, "not_found");
    let program = world.stranger();
    let again = bob.post(&format!("{path}/rotate"), &json!({})).await.is(200);
    let other = again["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    refused(&post(&program, &url, &json!({"text": "old"})).await, 404, "no_service");
    refused(&post(&program, &other, &json!({"text": "new"})).await, 200, "ok");
    // An admin sees that it is there and can end it, without seeing the channel.
    assert_eq!(ann.get("/admin/hooks").await.is(200)[0]["id"], made["id"]);
    bob.get("/admin/hooks").await.refused(403, "forbidden");
    ann.delete(&format!("/admin/hooks/{}", id(&made))).await.is(204);
    refused(&post(&program, &other, &json!({"text": "gone"})).await, 404, "no_service");
    let bot = made["botId"].as_str().unwrap();
    ann.get(&format!("/users/{bot}")).await.refused(404, "not_found");
    assert_eq!(newest(&bob, &den).await["body"], "new");
    bob.delete(&path).await.refused(404, "not_found");
    // A bot that is taken out of the team takes its webhook with it.
    let (made, url) = hook(&bob, &den).await;
    ann.delete(&format!("/users/{}", made["botId"].as_str().unwrap())).await.is(200);
    refused(&post(&program, &url, &json!({"text": "gone"})).await, 404, "no_service");
    assert_eq!(bob.get(&format!("/channels/{den}/hooks")).await.is(200), json!([]));
    let log = ann.get("/admin/audit?limit=100").await.is(200);
    let entries = log["entries"].as_array().unwrap().iter();
    let told: Vec<_> =
        entries.map(|entry| entry["act"].as_str().unwrap()).filter(|act| act.starts_with("hook")).collect();
    assert_eq!(told, ["hook_created", "hook_removed", "hook_rotated", "hook_created"]);
    let direct = id(&bob.post("/direct", &json!({"userIds": [ann.id]})).await.json()["data"]);
    bob.post(&format!("/channels/{direct}/hooks"), &json!({"name": "x"})).await.refused(403, "forbidden");
    bob.post(&format!("/channels/{den}/hooks"), &json!({"name": " "})).await.refused(400, "validation");
}

#[tokio::test]
async fn a_webhook_outlasts_a_restart_and_a_channel_has_a_number_of_them() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let (_, url) = hook(&ann, &general).await;
    for _ in 1..20 {
        hook(&ann, &general).await;
    }
    let path = format!("/channels/{general}/hooks");
    ann.post(&path, &json!({"name": "Builds"})).await.refused(400, "validation");
    world.restart().await;
    refused(&post(&world.stranger(), &url, &json!({"text": "again", "username": "Night"})).await, 200, "ok");
    let said = newest(&ann, &general).await;
    assert_eq!((&said["body"], &said["alias"]["name"]), (&json!("again"), &json!("Night")));
    let edited = format!("/channels/{general}/messages/{}", said["number"]);
    ann.patch(&edited, &json!({"body": "mine"})).await.refused(403, "forbidden");
    assert_eq!(ann.get(&path).await.is(200).as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn the_name_that_was_asked_for_is_shown_beside_the_bots_own() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    let (_, url) = hook(&ann, &general).await;
    let body = json!({"text": "a red kite", "username": "CI", "icon_emoji": ":kite:"});
    refused(&post(&ann, &url, &body).await, 200, "ok");
    let export = ann.get(&format!("/channels/{general}/export?format=text")).await;
    assert!(export.text.contains("CI (Builds)"), "{}", export.text);
    let hit = crate::receiver::until("the search to find it", async || {
        let found = ann.get("/search?q=kite").await.is(200);
        found["data"]["messages"].as_array()?.first().cloned()
    })
    .await;
    assert_eq!(hit["alias"], json!({"name": "CI", "emoji": "🪁"}));
}

#[tokio::test]
async fn who_knows_no_secret_has_nothing_read() {
    let (world, _ann) = World::new().await;
    let program = world.stranger();
    refused(&post(&program, "/hooks/unknown", &json!({"text": "x".repeat(300_000)})).await, 404, "no_service");
    let none = program.request(Method::POST, "/hooks/unknown").body("no json");
    refused(&program.send(none).await, 404, "no_service");
}

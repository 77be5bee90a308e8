//! Mails of what somebody missed.

use crate::{
    mail::set_up,
    person::{Client, Person, Proof},
    smtp::{Mail, Mood, Smtp},
    world::World,
};
use chrono::Timelike;
use hearth_server::{
    clock,
    mail::{Looked, look},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// Sends what is due so many minutes from now.
async fn later(world: &World, minutes: u64) -> Looked {
    world.within(move |app| async move { look(&app, clock::now().plus(Duration::from_secs(minutes * 60))).await }).await
}

/// A team whose hub sends mail from now on.
async fn team() -> (World, Person, Person, Smtp) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let smtp = posted(&world, &ann).await;
    (world, ann, bob, smtp)
}

async fn posted(world: &World, ann: &Person) -> Smtp {
    let smtp = Smtp::start(Mood::default()).await;
    set_up(ann, smtp.address).await;
    assert_eq!(later(world, 0).await, Looked::default());
    smtp
}

fn only(mut mails: Vec<Mail>) -> Mail {
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

#[tokio::test]
async fn who_was_not_here_gets_one_mail_of_what_speaks_to_them() {
    let (world, ann, bob, smtp) = team().await;
    let cyd = world.join(&ann, "Cyd", "member").await;
    cyd.patch(&format!("/users/{}", cyd.id), &json!({"name": "Cyd <b>"})).await.is(200);
    let general = ann.general().await;
    let design = ann.channel("design", "private", &[&bob]).await;
    ann.say(&general, "nothing for anybody").await;
    ann.say(&general, "@bob look at <this> & that").await;
    ann.say(&design, "@channel the draft is up").await;
    let direct = cyd.direct(&[&bob]).await;
    cyd.say(&direct, "are you there?").await;
    ann.reply(&general, 1, "@bob in a thread").await;

    assert_eq!(later(&world, 30).await, Looked::default(), "not before an hour");
    assert_eq!(later(&world, 61).await, Looked { sent: 1, failed: 0 });
    let mail = only(smtp.take());
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("hub@example.org", "bob@example.org"));
    assert!(mail.header("From").contains("Northlight") && mail.header("From").contains("<hub@example.org>"));
    assert_eq!(mail.header("Subject"), "4 messages for you in Northlight");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    let words = mail.words();
    for part in [
        "Cyd <b> (",
        "): are you there?",
        "): @bob look at <this> & that",
        "#design",
        "Thread in #general",
        "http://hub.example.org:4327/chat/general/m/2",
        "http://hub.example.org:4327/chat/general/m/1/thread/1",
        "http://hub.example.org:4327/settings/notifications",
        "@bob look at &lt;this&gt; &amp; that",
        "Cyd &lt;b&gt;",
    ] {
        assert!(words.contains(part), "{part} is not in\n{words}");
    }
    assert!(!words.contains("nothing for anybody") && !words.contains("{{"), "{words}");
    let direct_first = words.find("are you there?").unwrap() < words.find("look at").unwrap();
    assert!(direct_first, "{words}");

    assert_eq!(later(&world, 200).await, Looked::default(), "once");
    ann.say(&general, "@bob and again").await;
    assert_eq!(later(&world, 300).await, Looked { sent: 1, failed: 0 });
    let words = only(smtp.take()).words();
    assert!(words.contains("and again") && !words.contains("are you there?"), "{words}");
}

#[tokio::test]
async fn nothing_is_mailed_twice_after_a_restart_nor_anything_of_before_mail_was_set_up() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    ann.say(&general, "@bob before there was mail").await;
    let smtp = posted(&world, &ann).await;
    assert_eq!(later(&world, 90).await, Looked::default());
    ann.say(&general, "@bob the first").await;
    assert_eq!(later(&world, 90).await.sent, 1);
    let words = only(smtp.take()).words();
    assert!(words.contains("the first") && !words.contains("before there was mail"), "{words}");

    world.restart().await;
    assert_eq!(later(&world, 400).await, Looked::default());
    let ann = world.login("ann").await;
    ann.say(&general, "@bob the second").await;
    smtp.set(Mood { busy: true, ..Mood::default() });
    assert_eq!(later(&world, 400).await, Looked { sent: 0, failed: 1 });
    smtp.set(Mood::default());
    assert_eq!(later(&world, 401).await, Looked::default(), "not at once");
    world.restart().await;
    assert_eq!(later(&world, 500).await.sent, 1, "what the server did not take is tried again");
    let words = only(smtp.take()).words();
    assert!(words.contains("the second") && !words.contains("the first"), "{words}");
    drop(bob);
}

#[tokio::test]
async fn what_was_read_left_or_taken_back_is_not_mailed_and_who_is_here_gets_none() {
    let (world, ann, bob, smtp) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let general = ann.general().await;
    let den = ann.channel("den", "private", &[&bob, &gil]).await;
    ann.say(&den, "@bob @gil a secret").await;
    ann.reply(&den, 1, "@bob @gil another").await;
    ann.remove(&den, &bob).await;
    ann.remove(&den, &gil).await;
    ann.say(&general, "@bob read").await;
    let read = json!({"number": 1});
    bob.put(&format!("/channels/{general}/read"), &read).await;
    ann.say(&general, "@bob taken back").await;
    ann.delete(&format!("/channels/{general}/messages/2")).await.is(200);
    assert_eq!(later(&world, 120).await, Looked::default());

    ann.say(&general, "@bob here").await;
    let mut here = bob.socket().await;
    here.frame("presence").await;
    assert_eq!(later(&world, 120).await, Looked::default(), "Bob is here");
    here.send(&json!({"type": "presence", "state": "away"})).await;
    here.send(&json!({"type": "ping"})).await;
    here.frame("pong").await;
    assert_eq!(later(&world, 30).await, Looked::default(), "not for long enough away");
    assert_eq!(later(&world, 120).await.sent, 1);
    assert!(only(smtp.take()).words().contains("@bob here"));
}

#[tokio::test]
async fn how_often_is_everybodys_own_choice() {
    let (world, ann, bob, smtp) = team().await;
    let general = ann.general().await;
    let wish = async |wish: Value| bob.patch("/users/me/notifications", &wish).await.is(200);
    wish(json!({"digest": "quarter"})).await;
    ann.say(&general, "@bob soon").await;
    assert_eq!((later(&world, 14).await.sent, later(&world, 16).await.sent), (0, 1));
    wish(json!({"digest": "never"})).await;
    ann.say(&general, "@bob not this").await;
    assert_eq!(later(&world, 24 * 60).await, Looked::default());
    // What was said while nothing was wanted is not made up for.
    let hour = (chrono::Utc::now().hour() + 12) % 24;
    let chosen = wish(json!({"digest": "daily", "digestHour": hour, "timeZone": "UTC"})).await;
    assert_eq!((&chosen["digest"], &chosen["digestHour"]), (&json!("daily"), &json!(hour)));
    assert_eq!(later(&world, 25 * 60).await, Looked::default());
    ann.say(&general, "@bob once a day").await;
    smtp.take();
    assert_eq!(later(&world, 25 * 60).await.sent, 1);
    let words = only(smtp.take()).words();
    assert!(words.contains("once a day") && !words.contains("not this"), "{words}");
    ann.say(&general, "@bob the same day").await;
    assert_eq!(later(&world, 25 * 60 + 5).await, Looked::default());
    assert_eq!(later(&world, 49 * 60 + 5).await.sent, 1);

    for wrong in [json!({"digestHour": 24}), json!({"digest": "weekly"})] {
        bob.patch("/users/me/notifications", &wrong).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn quiet_hours_bots_and_people_without_an_address_get_no_mail() {
    let (world, ann, bob, smtp) = team().await;
    let general = ann.general().await;
    bob.patch(&format!("/users/{}", bob.id), &json!({"email": null})).await.is(200);
    ann.say(&general, "@bob no address").await;
    assert_eq!(later(&world, 120).await, Looked::default());
    bob.patch(&format!("/users/{}", bob.id), &json!({"email": "bob@example.org"})).await.is(200);
    bob.patch("/users/me/notifications", &json!({"quiet": true, "quietFrom": 0, "quietTo": 0})).await.is(200);
    assert_eq!(later(&world, 120).await, Looked::default());
    bob.patch("/users/me/notifications", &json!({"quiet": false})).await.is(200);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    assert_eq!(later(&world, 120).await, Looked::default());
    ann.delete(&format!("/users/{}/suspension", bob.id)).await.is(200);
    assert_eq!(later(&world, 120).await.sent, 1);
    assert_eq!(only(smtp.take()).header("Subject"), "Ann mentioned you in #general (Northlight)");
}

#[tokio::test]
async fn one_click_ends_the_mails_and_looking_at_the_link_does_not() {
    let (world, ann, bob, smtp) = team().await;
    let general = ann.general().await;
    let mut told = bob.socket().await;
    told.send(&json!({"type": "presence", "state": "away"})).await;
    told.send(&json!({"type": "ping"})).await;
    told.frame("pong").await;
    ann.say(&general, "@bob hello").await;
    assert_eq!(later(&world, 90).await.sent, 1);
    let mail = only(smtp.take());
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let link = mail.header("List-Unsubscribe");
    let path = link.trim_matches(['<', '>']).strip_prefix("http://hub.example.org:4327").unwrap().to_owned();
    assert!(path.starts_with("/unsubscribe/") && mail.words().contains(&path), "{path}");

    let stranger: Client = world.stranger();
    assert_eq!(stranger.proof, Proof::Nothing);
    let looked = stranger.get(&path).await.is(200);
    assert_eq!(looked, json!({"team": "Northlight", "address": "b…@example.org", "digest": "hourly"}));
    stranger.get(&format!("/{path}")).await;
    assert_eq!(bob.get("/users/me/notifications").await.is(200)["digest"], "hourly");

    let post = stranger.request(Method::POST, &format!("/{path}"));
    let post = post.header("content-type", "application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click");
    assert_eq!(stranger.send(post).await.status, 200);
    assert_eq!(told.until("preferences.updated").await["data"]["preferences"]["digest"], "never");
    assert_eq!(stranger.get(&path).await.is(200)["digest"], "never");
    assert_eq!(stranger.post(&path, &json!({})).await.is(200)["digest"], "never", "twice is once");
    ann.say(&general, "@bob never").await;
    assert_eq!(later(&world, 200).await, Looked::default());

    let access = bob.token();
    for wrong in ["x", &path[13..path.len() - 1], access] {
        stranger.get(&format!("/unsubscribe/{wrong}")).await.refused(404, "not_found");
        stranger.post(&format!("/unsubscribe/{wrong}"), &json!({})).await.refused(404, "not_found");
        let post = stranger.request(Method::POST, &format!("//unsubscribe/{wrong}"));
        stranger.send(post).await.refused(404, "not_found");
    }
    ann.delete(&format!("/users/{}", bob.id)).await;
    stranger.get(&path).await.refused(404, "not_found");
    // What ends mails opens nothing else.
    let token = path.rsplit('/').next().unwrap();
    stranger.with_token(token).get("/users/me").await.refused(401, "invalid_token");
}

#[tokio::test]
async fn one_address_that_is_refused_keeps_no_mail_from_the_others() {
    let (world, ann, bob, smtp) = team().await;
    let cyd = world.join(&ann, "Cyd", "member").await;
    let general = ann.general().await;
    smtp.set(Mood { unknown: ["bob@example.org".to_owned()].into(), ..Mood::default() });
    ann.say(&general, "@bob @cyd both").await;
    assert_eq!(later(&world, 90).await, Looked { sent: 1, failed: 1 });
    assert_eq!(only(smtp.take()).to, "cyd@example.org");
    let refused = bob.get("/users/me/mail").await.is(200)["refused"].clone();
    assert!(refused.as_str().unwrap().contains("no such mailbox"), "{refused}");
    assert_eq!(cyd.get("/users/me/mail").await.is(200)["refused"], json!(null));
    let listed = ann.get("/admin/mail").await.is(200)["refused"].clone();
    assert_eq!((&listed[0]["userId"], &listed[0]["address"]), (&json!(bob.id), &json!("bob@example.org")));

    ann.say(&general, "@bob again").await;
    assert_eq!(later(&world, 200).await, Looked::default(), "it is not tried again and again");
    bob.patch(&format!("/users/{}", bob.id), &json!({"email": "bob@example.net"})).await.is(200);
    assert_eq!(later(&world, 201).await.sent, 1);
    let mail = only(smtp.take());
    assert!(mail.to == "bob@example.net" && mail.words().contains("@bob again"), "{mail:?}");
    assert_eq!(bob.get("/users/me/mail").await.is(200)["refused"], json!(null));
    let mailed = || world.app().journal.directory().mailed(bob.id.parse().unwrap()).is_some();
    assert!(mailed());
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    assert!(!mailed(), "it goes with its person");
}

#[tokio::test]
async fn a_server_that_is_down_loses_nothing_and_is_not_knocked_at_all_the_time() {
    let (world, ann, _bob, smtp) = team().await;
    let general = ann.general().await;
    ann.say(&general, "@bob wait for it").await;
    let address = smtp.address;
    drop(smtp);
    assert_eq!(later(&world, 90).await, Looked { sent: 0, failed: 1 });
    assert_eq!(later(&world, 90).await, Looked::default(), "it is left alone for a while");
    let last = ann.get("/admin/mail").await.is(200)["last"].clone();
    assert!(last["delivered"] == json!(false) && !last["answer"].as_str().unwrap().is_empty(), "{last}");
    let smtp = Smtp::back(address).await;
    assert_eq!(later(&world, 95).await.sent, 1);
    assert!(only(smtp.take()).words().contains("wait for it"));
    let knocks = smtp.knocks();
    assert_eq!((later(&world, 300).await, smtp.knocks()), (Looked::default(), knocks), "nothing to say, no knock");

    // A wrong password concerns every mail, and is nobody's own fault.
    ann.patch("/admin/mail", &json!({"user": "hub", "password": "wrong"})).await.is(200);
    smtp.set(Mood { login: Some(("hub", "right")), ..Mood::default() });
    ann.say(&general, "@bob behind a lock").await;
    assert_eq!(later(&world, 400).await, Looked { sent: 0, failed: 1 });
    ann.patch("/admin/mail", &json!({"password": "right"})).await.is(200);
    assert_eq!(later(&world, 400).await.sent, 1, "another password is tried at once");
    assert!(only(smtp.take()).words().contains("behind a lock"));
}

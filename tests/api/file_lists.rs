//! Finding files again.

use crate::{
    files::{picture, send, uploaded},
    person::Person,
    world::World,
};
use serde_json::{Value, json};

/// The names that a list gives, in its order.
async fn names(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/files?{query}")).await.is(200);
    let entries = page["data"].as_array().unwrap();
    entries.iter().map(|entry| entry["file"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn files_are_listed_newest_first_for_those_who_may_read_them() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let (general, den) = (ann.general().await, ann.channel("den", "private", &[&gil]).await);
    let one = uploaded(&ann, "Übersicht.pdf", b"%PDF-1.7\n").await;
    let two = uploaded(&ann, "kite.png", &picture(9, 9)).await;
    let three = uploaded(&ann, "notes.txt", b"notes").await;
    uploaded(&ann, "loose.txt", b"in no message").await;
    let message = send(&ann, &general, "", &[&one, &two]).await;
    send(&ann, &den, "", &[&three]).await;

    assert_eq!(names(&ann, "").await, ["notes.txt", "Übersicht.pdf", "kite.png"]);
    assert_eq!(names(&bob, "").await, ["Übersicht.pdf", "kite.png"]);
    assert_eq!(names(&gil, "").await, ["notes.txt"]);
    assert_eq!(names(&ann, &format!("channelId={den}")).await, ["notes.txt"]);
    bob.get(&format!("/files?channelId={den}")).await.refused(404, "not_found");
    assert_eq!(names(&ann, "q=UBER").await, ["Übersicht.pdf"]);
    assert_eq!(names(&ann, "category=image").await, ["kite.png"]);
    assert_eq!(names(&ann, "category=document").await, ["notes.txt", "Übersicht.pdf"]);
    let entry = &bob.get("/files?q=kite").await.is(200)["data"][0];
    assert_eq!(entry["file"], two);
    assert_eq!(
        (&entry["channelId"], &entry["number"], &entry["authorId"]),
        (&json!(general), &json!(1), &json!(ann.id))
    );
    ann.delete(&format!("/channels/{general}/messages/{}", message["number"])).await.is(200);
    assert_eq!(names(&bob, "").await, Vec::<String>::new());
    ann.get("/files?limit=101").await.refused(400, "validation");
    ann.get("/files?category=nonsense").await.refused(400, "validation");
}

#[tokio::test]
async fn a_long_list_comes_page_by_page() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    let mut expected = Vec::new();
    for number in 0..13 {
        let mut files = Vec::new();
        for part in 0..3 {
            files.push(uploaded(&ann, &format!("{number}-{part}.txt"), format!("{number} {part}").as_bytes()).await);
        }
        send(&ann, &general, "", &files.iter().collect::<Vec<_>>()).await;
        expected.splice(0..0, files.iter().map(|file| file["name"].clone()));
    }
    let (mut found, mut after) = (Vec::<Value>::new(), String::new());
    loop {
        let page = ann.get(&format!("/files?limit=10{after}")).await.is(200);
        found.extend(page["data"].as_array().unwrap().iter().map(|entry| entry["file"]["name"].clone()));
        match page["pagination"]["after"].as_str() {
            Some(place) => after = format!("&after={place}"),
            None => break,
        }
    }
    assert_eq!(found, expected);
}

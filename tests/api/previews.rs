//! What stands behind the links of a message.

use crate::{
    person::Person,
    receiver::{Receiver, Says},
    world::World,
};
use hearth_server::{config::Config, outside::Reach};
use serde_json::{Value, json};

/// A team whose pages may be on this computer.
async fn team(reach: Reach) -> (World, Person) {
    let world = World::with(Config { previews: reach, ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    (world, ann)
}

fn page(title: &str) -> Says {
    let head = format!("<head><title>{title}</title><meta name=description content='Of doors'></head>");
    Says::Text(200, "text/html; charset=utf-8", head)
}

async fn previews(person: &Person, channel: &str, number: u32) -> Value {
    person.get(&format!("/channels/{channel}/messages/{number}/previews")).await.is(200)
}

#[tokio::test]
async fn a_page_is_looked_at_once_and_only_where_an_admin_allows_it() {
    let (world, ann) = team(Reach::Here).await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    ann.say(&general, &format!("see {}", receiver.url())).await;
    assert_eq!(previews(&ann, &general, 1).await, json!([]), "not unless somebody switched it on");
    assert!(receiver.is_quiet());
    assert_eq!(ann.bootstrap().await["hub"]["linkPreviews"], "off");
    bob.patch("/admin/settings", &json!({"linkPreviews": "on"})).await.refused(403, "forbidden");
    let mut socket = bob.socket().await;
    ann.patch("/admin/settings", &json!({"linkPreviews": "on"})).await.is(200);
    assert_eq!(socket.until("hub.updated").await["data"]["hub"]["linkPreviews"], "on");
    receiver.says([page("A door")]);
    let found = previews(&bob, &general, 1).await;
    assert_eq!(
        found,
        json!([{"url": receiver.url(), "title": "A door", "description": "Of doors", "site": "127.0.0.1"}])
    );
    let asked = receiver.next().await;
    assert_eq!((asked.header("cookie"), asked.header("authorization"), asked.header("referer")), ("", "", ""));
    assert_eq!(previews(&ann, &general, 1).await, found);
    assert!(receiver.is_quiet(), "it is remembered");
}

#[tokio::test]
async fn nothing_of_the_local_network_is_looked_at() {
    let (_world, ann) = team(Reach::Far).await;
    ann.patch("/admin/settings", &json!({"linkPreviews": "on"})).await.is(200);
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let port = receiver.address().port();
    let links = [receiver.url(), format!("http://2130706433:{port}/"), format!("http://[::ffff:127.0.0.1]:{port}/")];
    ann.say(&general, &links.join(" ")).await;
    assert_eq!(previews(&ann, &general, 1).await, json!([]));
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_and_what_is_no_page_shows_nothing() {
    let (_world, ann) = team(Reach::Here).await;
    ann.patch("/admin/settings", &json!({"linkPreviews": "on"})).await.is(200);
    let general = ann.general().await;
    let receiver = Receiver::new().await;
    receiver.says([Says::Elsewhere("/other".to_owned()), page("There")]);
    ann.say(&general, &receiver.url()).await;
    assert_eq!(previews(&ann, &general, 1).await[0]["title"], "There");
    for (number, answers) in (2..).zip([
        vec![Says::Elsewhere("/again".to_owned()); 9],
        vec![Says::Elsewhere("file:///etc/passwd".to_owned())],
        vec![Says::Text(200, "application/json", "{}".to_owned())],
        vec![Says::Text(404, "text/html", "<title>Not here</title>".to_owned())],
        vec![Says::Text(200, "text/html", "<p>nothing</p>".repeat(60_000))],
    ]) {
        let receiver = Receiver::new().await;
        receiver.says(answers);
        ann.say(&general, &format!("{}&{number}", receiver.url())).await;
        assert_eq!(previews(&ann, &general, number).await, json!([]), "{number}");
    }
}

#[tokio::test]
async fn the_author_takes_them_away_and_those_who_may_not_read_have_none() {
    let (world, ann) = team(Reach::Here).await;
    ann.patch("/admin/settings", &json!({"linkPreviews": "on"})).await.is(200);
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let receiver = Receiver::new().await;
    receiver.says([page("A door")]);
    bob.say(&den, &receiver.url()).await;
    let path = format!("/channels/{den}/messages/1");
    assert_eq!(previews(&ann, &den, 1).await.as_array().unwrap().len(), 1);
    cy.get(&format!("{path}/previews")).await.refused(404, "not_found");
    cy.delete(&format!("{path}/previews")).await.refused(404, "not_found");
    ann.delete(&format!("{path}/previews")).await.refused(403, "forbidden");
    let mut socket = ann.socket().await;
    let bare = bob.delete(&format!("{path}/previews")).await.is(200);
    assert_eq!((&bare["bare"], &bare["editedAt"], &bare["version"]), (&json!(true), &Value::Null, &json!(2)));
    assert_eq!(socket.until("message.updated").await["data"]["message"], bare);
    assert_eq!(ann.get(&path).await.is(200), bare, "what is loaded is what was told");
    assert_eq!(previews(&ann, &den, 1).await, json!([]));
    assert_eq!(bob.get(&format!("{path}/revisions")).await.is(200), json!([]), "its words did not change");
    assert_eq!(bob.delete(&format!("{path}/previews")).await.is(200), bare);
}

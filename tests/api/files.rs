//! Files that are sent with messages, and who gets them.

use crate::{
    answer::{Answer, shape},
    person::{Client, Person, id},
    world::World,
};
use hearth_server::config::{Config, FileConfig};
use insta::assert_snapshot;
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

/// What uploading these bytes in one piece gives.
pub(crate) async fn upload(person: &Client, name: &str, bytes: &[u8]) -> Answer {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    person.send(person.request(Method::POST, "/files").multipart(Form::new().part("file", part))).await
}

/// A file of this person's that is in no message yet.
pub(crate) async fn uploaded(person: &Client, name: &str, bytes: &[u8]) -> Value {
    upload(person, name, bytes).await.is(201)
}

/// A picture of one colour.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The bytes of an answer with this status.
pub(crate) async fn bytes(person: &Client, path: &str, status: u16) -> Vec<u8> {
    let response = person.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), status, "{path}");
    response.bytes().await.unwrap().to_vec()
}

/// Sends files in a message, and gives it.
pub(crate) async fn send(person: &Person, channel: &str, body: &str, files: &[&Value]) -> Value {
    let ids: Vec<_> = files.iter().map(|file| id(file)).collect();
    person.post(&format!("/channels/{channel}/messages"), &json!({"body": body, "fileIds": ids})).await.is(201)
}

fn content(file: &Value) -> String {
    format!("/files/{}/content", id(file))
}

/// Every way to a file.
fn ways(file: &Value) -> [String; 3] {
    [format!("/files/{}", id(file)), content(file), format!("/files/{}/thumbnail", id(file))]
}

async fn nothing_of(person: &Client, file: &Value) {
    for way in ways(file) {
        person.get(&way).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_file_is_its_uploaders_alone_until_it_is_sent() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let photo = uploaded(&ann, "../Kite\u{202e}.png", &picture(1_200, 600)).await;
    let mut told = photo.clone();
    assert_eq!(told["size"].take(), picture(1_200, 600).len());
    assert_snapshot!(shape(&told), @r#"
    {
      "hasThumbnail": true,
      "height": 600,
      "id": "[id]",
      "name": "Kite.png",
      "size": null,
      "type": "image/png",
      "width": 1200
    }
    "#);
    nothing_of(&bob, &photo).await;
    nothing_of(&world.stranger().with_token(ann.token()), &json!({"id": uuid::Uuid::now_v7()})).await;
    world.stranger().get(&content(&photo)).await.refused(401, "no_token");
    bob.post(&format!("/channels/{general}/messages"), &json!({"body": "", "fileIds": [id(&photo)]}))
        .await
        .refused(404, "not_found");
    bob.delete(&format!("/files/{}", id(&photo))).await.refused(404, "not_found");

    let mut socket = bob.socket().await;
    let message = send(&ann, &general, "", &[&photo]).await;
    assert_eq!((&message["body"], &message["files"]), (&json!(""), &json!([photo])));
    assert_eq!(socket.expect("message.created").await["data"], json!({"message": message}));
    assert_eq!(bob.get(&format!("/channels/{general}/messages")).await.is(200)["data"], json!([message]));
    assert_eq!(bob.get(&format!("/files/{}", id(&photo))).await.is(200), photo);
    assert_eq!(bytes(&bob, &content(&photo), 200).await, picture(1_200, 600));
    let small = bytes(&bob, &ways(&photo)[2], 200).await;
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((small.width(), small.height()), (720, 360));
    ann.delete(&format!("/files/{}", id(&photo))).await.refused(409, "conflict");
}

#[tokio::test]
async fn a_file_follows_who_may_read_its_message_now() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let zoo = ann.channel("zoo", "public", &[]).await;
    let secret = uploaded(&ann, "secret.txt", b"in the den").await;
    let open = uploaded(&ann, "open.txt", b"in the zoo").await;
    send(&ann, &den, "look", &[&secret]).await;
    send(&ann, &zoo, "look", &[&open]).await;
    assert_eq!(bytes(&bob, &content(&secret), 200).await, b"in the den");
    assert_eq!(bytes(&cy, &content(&open), 200).await, b"in the zoo");
    nothing_of(&cy, &secret).await;
    nothing_of(&gil, &open).await;
    ann.remove(&den, &bob).await;
    nothing_of(&bob, &secret).await;
    ann.add(&zoo, &gil).await;
    assert_eq!(bytes(&gil, &content(&open), 200).await, b"in the zoo");
    ann.remove(&zoo, &gil).await;
    nothing_of(&gil, &open).await;
    ann.delete(&format!("/users/{}", cy.id)).await.is(200);
    cy.get(&content(&open)).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn a_message_that_is_taken_back_takes_its_files_with_it() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let one = uploaded(&ann, "one.txt", b"the same bytes").await;
    let two = uploaded(&bob, "two.txt", b"the same bytes").await;
    let kept = || world.app().blobs.root().join("blobs").read_dir().unwrap().count();
    assert_eq!(kept(), 1, "the same bytes are kept once");
    let first = send(&ann, &general, "one", &[&one]).await;
    let second = send(&bob, &general, "two", &[&two]).await;
    let path = format!("/channels/{general}/messages/{}", first["number"]);
    let gone = ann.delete(&path).await.is(200);
    assert_eq!(gone["files"], json!([]));
    assert_eq!(ann.get(&path).await.is(200), gone);
    nothing_of(&ann, &one).await;
    assert_eq!(bytes(&ann, &content(&two), 200).await, b"the same bytes", "it is needed by the other");
    bob.delete(&format!("/channels/{general}/messages/{}", second["number"])).await.is(200);
    nothing_of(&bob, &two).await;
    let folder = world.app().blobs.root().join("blobs").read_dir().unwrap().next().unwrap().unwrap();
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nobody needs them any more");
}

#[tokio::test]
async fn a_retried_send_with_files_gives_the_first_message() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let file = uploaded(&ann, "a.txt", b"a").await;
    let path = format!("/channels/{general}/messages");
    let body = json!({"body": "once", "clientKey": "k1", "fileIds": [id(&file)]});
    let answers = futures_util::future::join_all((0..8).map(|_| ann.post(&path, &body))).await;
    let first = answers.iter().find(|answer| answer.status == 201).unwrap().is(201);
    for answer in &answers {
        assert_eq!(if answer.status == 201 { answer.is(201) } else { answer.is(200) }, first);
    }
    world.restart().await;
    assert_eq!(ann.post(&path, &body).await.is(200), first);
    let again = json!({"body": "twice", "clientKey": "k2", "fileIds": [id(&file)]});
    ann.post(&path, &again).await.refused(404, "not_found");
    let edited = ann.patch(&format!("{path}/1"), &json!({"body": ""})).await.is(200);
    assert_eq!((&edited["body"], &edited["files"]), (&json!(""), &json!([file])));
    ann.say(&general, "no files").await;
    ann.patch(&format!("{path}/2"), &json!({"body": " "})).await.refused(400, "validation");
}

#[tokio::test]
async fn files_that_cannot_be_sent_are_refused() {
    let (_world, ann) = World::new().await;
    let path = format!("/channels/{}/messages", ann.general().await);
    let file = uploaded(&ann, "a.txt", b"a").await;
    for (ids, status) in [
        (json!([id(&file), id(&file)]), 400),
        (json!(vec![id(&file); 21]), 400),
        (json!(["x"]), 400),
        (json!([uuid::Uuid::now_v7(), id(&file)]), 404),
    ] {
        let answer = ann.post(&path, &json!({"body": "x", "fileIds": ids})).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        answer.problem();
    }
    ann.post(&path, &json!({"body": "", "fileIds": []})).await.refused(400, "validation");
    let request = ann.request(Method::POST, "/files").multipart(Form::new().text("other", "x"));
    ann.send(request).await.refused(400, "validation");
    ann.send(ann.request(Method::POST, "/files").json(&json!({}))).await.refused(415, "unsupported_media_type");
    let broken = ann.request(Method::POST, "/files").header("content-type", "multipart/form-data; boundary=x");
    ann.send(broken.body("--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nabc"))
        .await
        .refused(400, "validation");
    let read_only = ann.post("/tokens", &json!({"name": "x", "scopes": ["read"]})).await.is(201);
    let reader = ann.with_token(read_only["token"].as_str().unwrap());
    upload(&reader, "a.txt", b"a").await.refused(403, "forbidden");
    assert_eq!(bytes(&reader, &content(&file), 200).await, b"a");
    ann.delete(&format!("/files/{}", id(&file))).await.is(204);
    nothing_of(&ann, &file).await;
}

#[tokio::test]
async fn a_browser_is_never_given_anything_that_could_run() {
    let (_world, ann) = World::new().await;
    let script = "<script>alert(1)</script>";
    for (name, body) in [
        ("a.html", format!("<!doctype html>{script}")),
        ("a.svg", format!("<svg xmlns='http://www.w3.org/2000/svg'>{script}</svg>")),
        ("a.png", format!("<html>{script}")),
        ("a.xml", format!("<?xml version='1.0'?><x>{script}</x>")),
        ("a.js", "alert(1)".to_owned()),
    ] {
        let file = uploaded(&ann, name, body.as_bytes()).await;
        assert_eq!(file["hasThumbnail"], false);
        let answer = ann.get(&content(&file)).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{name}");
        assert!(answer.header("content-disposition").starts_with("attachment; filename="), "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    }
    let photo = uploaded(&ann, "K\u{e4}se \"1\".png", &picture(8, 8)).await;
    let answer = ann.get(&content(&photo)).await;
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(
        answer.header("content-disposition"),
        "inline; filename=\"K_se _1_.png\"; filename*=UTF-8''K%C3%A4se%20_1_.png"
    );
    let saved = ann.get(&format!("{}?download=true", content(&photo))).await;
    assert!(saved.header("content-disposition").starts_with("attachment;"));
}

#[tokio::test]
async fn a_part_of_a_file_is_given_and_what_is_known_is_not_given_again() {
    let (_world, ann) = World::new().await;
    let file = uploaded(&ann, "numbers.txt", b"0123456789").await;
    let ask = |name: &'static str, value: String| ann.request(Method::GET, &content(&file)).header(name, value);
    let whole = ann.get(&content(&file)).await;
    assert_eq!((whole.status, whole.text.as_str()), (200, "0123456789"));
    assert_eq!((whole.header("accept-ranges"), whole.header("cache-control")), ("bytes", "private, no-cache"));
    let tag = whole.header("etag").to_owned();
    for (range, text, place) in
        [("bytes=2-4", "234", "bytes 2-4/10"), ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-1", "9", "bytes 9-9/10")]
    {
        let part = ann.send(ask("range", range.to_owned())).await;
        assert_eq!((part.status, part.text.as_str(), part.header("content-range")), (206, text, place));
        assert_eq!(part.header("content-length"), text.len().to_string());
    }
    assert_eq!(ann.send(ask("range", "bytes=10-".to_owned())).await.status, 416);
    let known = ann.send(ask("if-none-match", tag.clone())).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    let other = ask("range", "bytes=2-4".to_owned()).header("if-range", "\"another\"");
    assert_eq!(ann.send(other).await.status, 200);
    assert_eq!(ann.send(ask("range", "bytes=2-4".to_owned()).header("if-range", tag)).await.status, 206);
    let head = ann.send(ann.request(Method::HEAD, &content(&file))).await;
    assert_eq!((head.status, head.header("content-length")), (200, "10"));
}

#[tokio::test]
async fn files_have_bounds_each_and_together() {
    let files = FileConfig { largest: 1_000, per_person: 2_500 };
    let world = World::with(Config { files, ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    let bob = world.join(&ann, "Bob", "member").await;
    upload(&ann, "a", &[1; 1_001]).await.refused(413, "payload_too_large");
    for _ in 0..2 {
        uploaded(&ann, "a", &[1; 1_000]).await;
    }
    let third = upload(&ann, "a", &[1; 501]).await.refused(413, "quota_exceeded");
    assert_eq!(third["error"], "Your files would take more room than each person has");
    let half = uploaded(&ann, "a", &[1; 500]).await;
    upload(&ann, "a", &[1]).await.refused(413, "quota_exceeded");
    uploaded(&bob, "a", &[1; 1_000]).await;
    ann.delete(&format!("/files/{}", id(&half))).await.is(204);
    uploaded(&ann, "a", &[1; 500]).await;
    assert_eq!(world.app().blobs.root().join("uploads").read_dir().unwrap().count(), 0, "nothing is left behind");
}

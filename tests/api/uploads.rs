//! Uploads by the tus protocol: gone on with after whatever interrupts them.

use crate::{
    answer::Answer,
    files::bytes,
    person::{Person, Proof},
    world::{World, soon},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hearth_server::{clock, files};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use sha1::{Digest, Sha1};
use std::time::Duration;
use tokio::{io::AsyncWriteExt, net::TcpStream};

const PART: &str = "application/offset+octet-stream";

fn tus(person: &Person, method: Method, path: &str) -> RequestBuilder {
    person.request(method, path).header("tus-resumable", "1.0.0")
}

async fn begun(person: &Person, name: &str, length: usize) -> String {
    let metadata = format!("filename {},filetype dGV4dC9wbGFpbg==", STANDARD.encode(name));
    let request = tus(person, Method::POST, "/uploads")
        .header("upload-length", length.to_string())
        .header("upload-metadata", metadata);
    let answer = person.send(request).await;
    assert_eq!((answer.status, answer.header("tus-resumable")), (201, "1.0.0"), "{}", answer.text);
    answer.header("location").strip_prefix("/api/v1").unwrap().to_owned()
}

fn part(person: &Person, path: &str, offset: usize, bytes: &[u8]) -> RequestBuilder {
    tus(person, Method::PATCH, path)
        .header("content-type", PART)
        .header("upload-offset", offset.to_string())
        .body(bytes.to_vec())
}

async fn add(person: &Person, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    person.send(part(person, path, offset, bytes)).await
}

/// How far an upload is, and how long it will be.
async fn stands(person: &Person, path: &str) -> (String, String) {
    let answer = person.send(tus(person, Method::HEAD, path)).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    (answer.header("upload-offset").to_owned(), answer.header("upload-length").to_owned())
}

fn file_of(path: &str) -> String {
    path.replace("/uploads/", "/files/")
}

fn sample(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from(place * 31 % 251).unwrap()).collect()
}

#[tokio::test]
async fn an_upload_is_made_of_parts_and_becomes_a_file() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let all = sample(300_000);
    let path = begun(&ann, "../all.bin", all.len()).await;
    assert_eq!(stands(&ann, &path).await, ("0".to_owned(), "300000".to_owned()));
    let first = add(&ann, &path, 0, &all[..100_000]).await;
    assert_eq!((first.status, first.header("upload-offset")), (204, "100000"));
    let expires = first.header("upload-expires");
    assert!(expires.ends_with(" GMT") && expires.len() == 29, "{expires}");
    ann.get(&file_of(&path)).await.refused(404, "not_found");
    assert_eq!(bob.send(tus(&bob, Method::HEAD, &path)).await.status, 404);
    add(&bob, &path, 100_000, b"x").await.refused(404, "not_found");
    let elsewhere = add(&ann, &path, 0, &all[..10]).await;
    elsewhere.refused(409, "upload_offset");
    assert_eq!(elsewhere.header("tus-resumable"), "1.0.0");
    let last = add(&ann, &path, 100_000, &all[100_000..]).await;
    assert_eq!((last.status, last.header("upload-offset"), last.header("upload-expires")), (204, "300000", ""));
    let file = ann.get(&file_of(&path)).await.is(200);
    assert_eq!((&file["name"], &file["size"]), (&json!("all.bin"), &json!(300_000)));
    assert_eq!(bytes(&ann, &format!("{}/content", file_of(&path)), 200).await, all);
    assert_eq!(stands(&ann, &path).await, ("300000".to_owned(), "300000".to_owned()), "whoever missed the answer");
    let message = json!({"body": "", "fileIds": [file["id"]]});
    ann.post(&format!("/channels/{}/messages", ann.general().await), &message).await.is(201);
    ann.send(tus(&ann, Method::DELETE, &path)).await.refused(409, "conflict");
}

#[tokio::test]
async fn an_upload_can_bring_its_first_part_or_all_of_it_and_an_empty_one_is_a_file_at_once() {
    let (_world, ann) = World::new().await;
    let create = |length: usize, body: &'static str| {
        tus(&ann, Method::POST, "/uploads")
            .header("upload-length", length.to_string())
            .header("content-type", PART)
            .body(body)
    };
    let answer = ann.send(create(10, "01234")).await;
    assert_eq!((answer.status, answer.header("upload-offset")), (201, "5"));
    let answer = ann.send(create(5, "01234")).await;
    assert_eq!((answer.status, answer.header("upload-offset")), (201, "5"));
    let file = answer.header("location").strip_prefix("/api/v1/uploads/").unwrap().to_owned();
    assert_eq!(ann.get(&format!("/files/{file}")).await.is(200)["name"], "file");
    let empty = begun(&ann, "empty.txt", 0).await;
    assert_eq!(ann.get(&file_of(&empty)).await.is(200)["size"], 0);
    assert_eq!(bytes(&ann, &format!("{}/content", file_of(&empty)), 200).await, b"");
}

#[tokio::test]
async fn a_part_that_does_not_fit_its_checksum_does_not_count() {
    let (_world, ann) = World::new().await;
    let path = begun(&ann, "a", 10).await;
    let sum = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(Sha1::digest(bytes)));
    let answer = ann.send(part(&ann, &path, 0, b"01234").header("upload-checksum", sum(b"other"))).await;
    answer.refused(460, "checksum_mismatch");
    assert_eq!(stands(&ann, &path).await.0, "0");
    for wrong in ["md5 AAAA", "sha1", "sha1 not base64!"] {
        ann.send(part(&ann, &path, 0, b"01234").header("upload-checksum", wrong)).await.refused(400, "validation");
    }
    let right = ann.send(part(&ann, &path, 0, b"01234").header("upload-checksum", sum(b"01234"))).await;
    assert_eq!(right.header("upload-offset"), "5");
}

#[tokio::test]
async fn what_is_not_of_the_protocol_is_refused() {
    let (world, ann) = World::new().await;
    let path = begun(&ann, "a", 5).await;
    let old = ann.request(Method::POST, "/uploads").header("upload-length", "5").header("tus-resumable", "0.2.2");
    let answer = ann.send(old).await;
    assert_eq!((answer.status, answer.header("tus-version")), (412, "1.0.0"));
    let plain = tus(&ann, Method::PATCH, &path).header("upload-offset", "0").body("01234");
    ann.send(plain).await.refused(415, "unsupported_media_type");
    for length in ["", "-1", "1.5", "x", "99999999999999999999999"] {
        let request = tus(&ann, Method::POST, "/uploads").header("upload-length", length);
        ann.send(request).await.refused(400, "validation");
    }
    let huge = tus(&ann, Method::POST, "/uploads").header("upload-length", "999999999999");
    ann.send(huge).await.refused(413, "payload_too_large");
    add(&ann, &path, 0, b"0123456").await.refused(413, "payload_too_large");
    let answer = ann.send(ann.request(Method::OPTIONS, "/uploads")).await;
    assert_eq!(
        (answer.status, answer.header("tus-version"), answer.header("tus-max-size")),
        (204, "1.0.0", "104857600")
    );
    assert_eq!(answer.header("tus-extension"), "creation,creation-with-upload,checksum,expiration,termination");
    assert_eq!(ann.send(tus(&ann, Method::DELETE, &path)).await.status, 204);
    assert_eq!(ann.send(tus(&ann, Method::HEAD, &path)).await.status, 404);
    add(&ann, &path, 0, b"01234").await.refused(404, "not_found");
    assert_eq!(world.app().blobs.root().join("uploads").read_dir().unwrap().count(), 0);
    for _ in 0..50 {
        begun(&ann, "a", 5).await;
    }
    let one_more = tus(&ann, Method::POST, "/uploads").header("upload-length", "5");
    ann.send(one_more).await.refused(413, "quota_exceeded");
}

/// Begins to send a part of this length, and loses the connection after these bytes.
async fn cut_off(person: &Person, path: &str, offset: usize, length: usize, bytes: &[u8]) {
    let Proof::Bearer(token) = &person.proof else { panic!("by a token") };
    let mut connection = TcpStream::connect(person.host()).await.unwrap();
    let head = format!(
        "PATCH /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
         content-type: {PART}\r\nupload-offset: {offset}\r\ncontent-length: {length}\r\n\r\n",
        person.host()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(bytes).await.unwrap();
    connection.flush().await.unwrap();
}

#[tokio::test]
async fn an_upload_goes_on_after_a_lost_connection_and_after_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let all = sample(2_000_000);
    let path = begun(&ann, "all.bin", all.len()).await;
    let kept = soon("what arrived to count", async {
        loop {
            cut_off(&ann, &path, 0, all.len(), &all[..700_000]).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            // Whoever asks ends what hangs, be it before anything has arrived.
            let kept = stands(&ann, &path).await.0.parse::<usize>().unwrap();
            if kept > 0 {
                return kept;
            }
        }
    })
    .await;
    assert!(kept <= 700_000, "{kept}");
    let answer = add(&ann, &path, kept, &all[kept..1_500_000]).await;
    assert_eq!(answer.header("upload-offset"), "1500000");
    // What was written and did not count is not there after a restart.
    let id = path.strip_prefix("/uploads/").unwrap();
    let data = world.config.data.clone().unwrap().join(format!("files/uploads/{id}.part"));
    world.stop().await;
    let mut file = std::fs::OpenOptions::new().append(true).open(&data).unwrap();
    std::io::Write::write_all(&mut file, b"what a power cut left behind").unwrap();
    std::fs::write(data.with_file_name("nonsense"), "x").unwrap();
    world.start().await.unwrap();
    assert_eq!(stands(&ann, &path).await, ("1500000".to_owned(), "2000000".to_owned()));
    assert_eq!(add(&ann, &path, 1_500_000, &all[1_500_000..]).await.status, 204);
    assert_eq!(bytes(&ann, &format!("{}/content", file_of(&path)), 200).await, all);
    assert_eq!(data.parent().unwrap().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn whoever_asks_how_far_an_upload_is_ends_the_one_that_hangs() {
    let (_world, ann) = World::new().await;
    let all = sample(100_000);
    let path = begun(&ann, "all.bin", all.len()).await;
    let Proof::Bearer(token) = &ann.proof else { panic!("by a token") };
    let mut hanging = TcpStream::connect(ann.host()).await.unwrap();
    let head = format!(
        "PATCH /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
         content-type: {PART}\r\nupload-offset: 0\r\ncontent-length: 100000\r\n\r\n",
        ann.host()
    );
    hanging.write_all(head.as_bytes()).await.unwrap();
    hanging.write_all(&all[..60_000]).await.unwrap();
    let kept = soon("the hanging one to be ended", async {
        loop {
            let kept = stands(&ann, &path).await.0.parse::<usize>().unwrap();
            if kept > 0 {
                return kept;
            }
        }
    })
    .await;
    assert_eq!(add(&ann, &path, kept, &all[kept..]).await.status, 204);
    assert_eq!(bytes(&ann, &format!("{}/content", file_of(&path)), 200).await, all);
}

#[tokio::test]
async fn an_upload_that_nothing_is_added_to_is_given_up() {
    let (world, ann) = World::new().await;
    let path = begun(&ann, "a", 10).await;
    add(&ann, &path, 0, b"01234").await;
    world.within(async |app| files::tidy(&app, clock::now()).await.unwrap()).await;
    assert_eq!(stands(&ann, &path).await.0, "5");
    let later = clock::now().plus(files::UPLOAD_FOR + Duration::from_secs(1));
    world.within(async move |app| files::tidy(&app, later).await.unwrap()).await;
    assert_eq!(ann.send(tus(&ann, Method::HEAD, &path)).await.status, 404);
}

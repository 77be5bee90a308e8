//! Requests that are broken in other ways than by a field: form, headers, addresses.

use crate::{
    bad_input::{Scene, assert_refused, operations},
    raw::raw,
    world::World,
};
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_everywhere() {
    let scene = Scene::new().await;
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(20_000), close.repeat(20_000)).into_bytes();
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"{\"name\":\"x\"".to_vec(),
        b"{'name':'x'}".to_vec(),
        b"{\"name\":NaN}".to_vec(),
        b"{\"name\":\"\xff\xfe\"}".to_vec(),
        b"{\"name\":\"\\ud800\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{} {}".to_vec(),
        b"{\"name\":1e999999}".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"name\"".to_vec(),
        deep("[", "]"),
        deep("{\"name\":", "}"),
        b"{\"name\":\"x\",\"name\":\"y\",\"body\":\"x\",\"body\":\"y\",\"password\":1}".to_vec(),
    ];
    let before = scene.everything().await;
    for operation in operations().into_iter().filter(|operation| operation.fields.is_some()) {
        let path = scene.path(&operation, None);
        for body in &bodies {
            let what = format!("{} {:.60}", operation.name, String::from_utf8_lossy(body));
            let answer = scene.ask(&operation, &path, Some(body.clone())).await;
            assert_refused(&answer, &what);
            let code = answer.json()["code"].take();
            assert!(code == "invalid_json" || code == "validation", "{what}: {code}");
        }
    }
    assert_eq!(scene.everything().await, before);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_everywhere() {
    let scene = Scene::new().await;
    let before = scene.everything().await;
    for operation in operations().into_iter().filter(|operation| operation.fields.is_some()) {
        let path = scene.path(&operation, None);
        let body = Value::Object(operation.body()).to_string();
        for kind in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonx",
            "nonsense",
        ] {
            let request = scene.ann.request(operation.method.clone(), &path).body(body.clone());
            let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
            scene.ann.send(request).await.refused(415, "unsupported_media_type");
        }
    }
    assert_eq!(scene.everything().await, before);
    let utf8 = scene.ann.request(Method::PATCH, "/users/me").header("content-type", "Application/JSON; charset=utf-8");
    scene.ann.send(utf8.body("{}")).await.is(200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_everywhere_whether_or_not_it_says_so() {
    let scene = Scene::new().await;
    for operation in operations().into_iter().filter(|operation| operation.fields.is_some()) {
        let path = scene.path(&operation, None);
        let mut body = operation.body();
        body.insert("padding".to_owned(), json!("x".repeat(300 << 10)));
        let body = Value::Object(body).to_string().into_bytes();
        scene.ask(&operation, &path, Some(body)).await.refused(413, "payload_too_large");
    }
    let head = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        scene.ann.host()
    );
    let chunk = format!("{:x}\r\n{}\r\n", 10_000, " ".repeat(10_000));
    let request = format!("{head}{}0\r\n\r\n", chunk.repeat(40));
    raw(&scene.ann, request.as_bytes()).await.refused(413, "payload_too_large");
}

#[tokio::test]
async fn junk_in_the_address_finds_nothing() {
    let scene = Scene::new().await;
    let long = "x".repeat(5_000);
    let junk = [
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "%F0%28%8C%28",
        "null",
        "-1",
        "1e9",
        "%F0%90%8D%88",
        "%7B%22%24ne%22%3A1%7D",
        "person:x",
        "4294967296",
        &long,
    ];
    let before = scene.everything().await;
    for operation in operations() {
        for part in &operation.parts {
            for text in junk {
                let path = scene.path(&operation, Some((part, text)));
                let body = operation.fields.as_ref().map(|_| Value::Object(operation.body()).to_string().into_bytes());
                let answer = scene.ask(&operation, &path, body).await;
                let what = format!("{} {part} = {text:.40}", operation.name);
                assert_refused(&answer, &what);
                // A route that is met first may refuse the body of this one.
                assert!(matches!(answer.status, 400 | 404), "{what}: {}", answer.text);
            }
        }
    }
    assert_eq!(scene.everything().await, before);
}

#[tokio::test]
async fn junk_in_the_query_is_never_the_servers_fault() {
    let scene = Scene::new().await;
    for operation in operations() {
        for name in &operation.query {
            for text in
                ["", "-1", "abc", "1.5", "1e9", "%00", "%F0%28%8C%28", "%24ne", "99999999999999999999999", "[]", "null"]
            {
                for query in
                    [format!("{name}={text}"), format!("{name}[$ne]={text}"), format!("{name}={text}&{name}={text}")]
                {
                    let answer =
                        scene.ask(&operation, &format!("{}?{query}", scene.path(&operation, None)), None).await;
                    // Any name will do for an archive, but not one without bytes.
                    let empty = operation.name == "upload_import" && answer.status == 422;
                    if answer.status != 200 && !empty {
                        assert_refused(&answer, &query);
                        answer.refused(400, "validation");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn junk_in_headers_is_refused_or_passed_over() {
    let scene = Scene::new().await;
    let bytes = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    let before = scene.everything().await;
    for operation in operations().into_iter().filter(crate::bad_input::Operation::changes) {
        let path = scene.path(&operation, None);
        for value in [
            HeaderValue::from_static("x"),
            HeaderValue::from_static("{\"$ne\":1}"),
            HeaderValue::from_static(""),
            bytes.clone(),
        ] {
            let request = scene.ann.request(operation.method.clone(), &path).header("idempotency-key", value);
            scene.ann.send(request).await.refused(400, "validation");
        }
    }
    for path in ["/users/me", &format!("/channels/{}", scene.ann.general().await)] {
        for value in [HeaderValue::from_static("x"), HeaderValue::from_static("-1"), bytes.clone()] {
            let request = scene.ann.request(Method::PATCH, path).header("if-match", value).json(&json!({}));
            scene.ann.send(request).await.refused(400, "validation");
        }
    }
    for value in [bytes.clone(), HeaderValue::from_static("Bearer"), HeaderValue::from_static("Bearer  ")] {
        let request = scene.world.stranger().request(Method::GET, "/users/me").header("authorization", value);
        scene.ann.send(request).await.refused(401, "invalid_token");
    }
    for name in ["cookie", "x-request-id", "x-forwarded-for", "user-agent", "accept-encoding", "range", "if-none-match"]
    {
        let request = scene.ann.request(Method::GET, "/users/me").header(name, bytes.clone());
        scene.ann.send(request).await.is(200);
    }
    assert_eq!(scene.everything().await, before);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_told_as_problems() {
    let (world, ann) = World::new().await;
    for path in
        ["/nothing", "/", "", "/users/me/nothing", "/channels/x/y/z/w", "/admin", "//api", "//api/v2/users", "//api/v1"]
    {
        for client in [&*ann, &world.stranger()] {
            let problem = client.get(path).await.refused(404, "not_found");
            assert_eq!(problem["error"], "Not found");
            client.post(path, &json!({})).await.refused(404, "not_found");
        }
    }
    for (method, path) in [
        (Method::DELETE, "/health"),
        (Method::PUT, "/auth/login"),
        (Method::GET, "/auth/login"),
        (Method::POST, "/users"),
        (Method::PATCH, "/invites"),
        (Method::TRACE, "/users/me"),
        (Method::from_bytes(b"BREW").unwrap(), "/users/me"),
    ] {
        let answer = ann.send(ann.request(method, path)).await;
        answer.refused(405, "method_not_allowed");
        assert!(!answer.header("allow").is_empty(), "says which methods there are");
    }
    ann.post("//nothing-of-the-page", &json!({})).await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_request_id_is_taken_over_and_comes_back() {
    let (_world, ann) = World::new().await;
    let request_id = "018f3c4e-9d2a-7b3c-8d4e-5f6a7b8c9d0e";
    let asked = ann.request(Method::GET, "/nothing").header("x-request-id", request_id);
    let problem = ann.send(asked).await.refused(404, "not_found");
    assert_eq!(problem["instance"], format!("urn:uuid:{request_id}"));
    let asked = ann.request(Method::GET, "/users/me").header("x-request-id", "<script>");
    let answer = ann.send(asked).await;
    assert!(uuid::Uuid::try_parse(answer.header("x-request-id")).is_ok());
}

//! Which hosts and sites are answered, and what every answer says to browsers.

use crate::{
    answer::Answer,
    person::{Person, Proof},
    raw::raw,
    world::World,
};
use hearth_server::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

/// Asks with this `Host`.
async fn to_host(person: &Person, method: Method, path: &str, host: &str) -> Answer {
    let request = person.request(method, path).header("host", host);
    person.send(request).await
}

#[tokio::test]
async fn the_hub_answers_to_local_addresses_and_its_own_names_only() {
    let config = Config { allowed_hosts: vec!["chat.example.org".to_owned()], ..Config::in_memory() };
    let world = World::with(config).await;
    let ann = world.set_up().await;
    for host in [
        "127.0.0.1",
        "127.0.0.1:4327",
        "localhost",
        "LOCALHOST:80",
        "hub.localhost",
        "[::1]:4327",
        "192.168.1.20:4327",
        "10.0.0.1",
        "172.16.3.4",
        "169.254.1.1",
        "[fe80::1]",
        "[fd00::7]:80",
        "northlight.local",
        "Northlight.LOCAL:4327",
        "chat.example.org",
        "CHAT.example.org:443",
    ] {
        to_host(&ann, Method::GET, "/users/me", host).await.is(200);
    }
    for host in [
        "evil.example",
        "evil.example:4327",
        "8.8.8.8",
        "northlight.local.evil.example",
        "other.local",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "[2001:db8::1]",
        "null",
        "chat.example.org.",
        "evilchat.example.org",
        "172.32.0.1",
        "2130706433",
    ] {
        for (method, path) in [
            (Method::GET, "/users/me"),
            (Method::POST, "/auth/logout"),
            (Method::GET, "/health"),
            (Method::GET, "//"),
            (Method::GET, "/realtime"),
            (Method::GET, "/nothing"),
        ] {
            to_host(&ann, method, path, host).await.refused(403, "host_refused");
        }
    }
    ann.get("/users/me").await.is(200);
}

#[tokio::test]
async fn a_request_without_a_host_is_refused() {
    let (_world, ann) = World::new().await;
    for head in [
        "GET /api/v1/health HTTP/1.1\r\nconnection: close\r\n\r\n",
        "GET /api/v1/health HTTP/1.0\r\n\r\n",
        "GET /api/v1/health HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n",
    ] {
        raw(&ann, head.as_bytes()).await.refused(403, "host_refused");
    }
}

#[tokio::test]
async fn the_new_name_of_a_team_is_answered_at_once() {
    let (_world, ann) = World::new().await;
    ann.patch("/admin/settings", &json!({"name": "Südlicht & Co"})).await.is(200);
    to_host(&ann, Method::GET, "/users/me", "sudlicht-co.local").await.is(200);
    to_host(&ann, Method::GET, "/users/me", "northlight.local").await.refused(403, "host_refused");
}

/// A change with a person's cookie from a page at `origin`.
async fn from_origin(browser: &Person, origin: Option<&str>) -> Answer {
    let Proof::Cookie(cookie) = &browser.proof else { panic!("not a browser") };
    let request = browser.with_token("x").request(Method::PATCH, "/users/me").json(&json!({"title": "Changed"}));
    let mut request = request.build().unwrap();
    let headers = request.headers_mut();
    headers.remove("authorization");
    headers.insert("cookie", cookie.parse().unwrap());
    if let Some(origin) = origin {
        headers.insert("origin", origin.parse().unwrap());
    }
    browser.send_built(request).await
}

#[tokio::test]
async fn only_pages_of_this_hub_change_things_with_a_persons_cookie() {
    let (world, _ann) = World::new().await;
    let browser = world.browser("ann").await;
    let own = format!("http://{}", browser.host());
    let before = browser.bootstrap().await;
    for foreign in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("http://127.0.0.1"),
        Some("http://127.0.0.1:1"),
        Some("file://"),
        Some(""),
        Some(&*format!("{own}.evil.example")),
        Some(&*format!("{own}/")),
        Some(&*format!("http://evil.example@{}", browser.host())),
        Some(&*browser.host()),
    ] {
        from_origin(&browser, foreign).await.refused(403, "origin_refused");
    }
    assert_eq!(browser.bootstrap().await, before);
    from_origin(&browser, Some(&own)).await.is(200);
}

#[tokio::test]
async fn a_foreign_page_cannot_sign_somebody_in_or_set_the_hub_up() {
    let world = World::empty().await;
    let stranger = world.stranger();
    let setup = json!({"team": "Evil", "name": "Eve", "password": "correct horse battery"});
    for origin in ["https://evil.example", "null"] {
        let request = stranger.request(Method::POST, "/setup").header("origin", origin).json(&setup);
        stranger.send(request).await.refused(403, "origin_refused");
    }
    let ann = world.set_up().await;
    for path in ["/auth/login", "/auth/register", "/auth/refresh"] {
        let request = stranger.request(Method::POST, path).header("origin", "https://evil.example").json(&setup);
        stranger.send(request).await.refused(403, "origin_refused");
    }
    let scripted = ann.request(Method::PATCH, "/users/me").header("origin", "https://intranet.example");
    ann.send(scripted.json(&json!({"title": "By token"}))).await.is(200);
}

#[tokio::test]
async fn reading_with_a_cookie_works_from_anywhere_and_is_shared_with_nobody() {
    let (world, _ann) = World::new().await;
    let browser = world.browser("ann").await;
    for origin in ["https://evil.example", "null"] {
        let Proof::Cookie(cookie) = &browser.proof else { panic!("not a browser") };
        let request =
            world.stranger().request(Method::GET, "/users/me").header("cookie", cookie).header("origin", origin);
        let answer = browser.send(request).await;
        answer.is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "", "so no foreign page can read the answer");
        let preflight = world.stranger().request(Method::OPTIONS, "/users/me").header("origin", origin);
        let answer = browser.send(preflight.header("access-control-request-method", "PATCH")).await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let (_world, ann) = World::new().await;
    for path in
        ["//", "//sign-in", "//_app/nothing.js", "/health", "/users/me", "/nothing", "//api/docs/", "/openapi.json"]
    {
        let answer = ann.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'; script-src 'self'"), "{path}: {policy}");
        let scripts = policy.split("script-src").nth(1).unwrap().split(';').next().unwrap();
        assert!(!scripts.contains("unsafe"), "{path}: {policy}");
        for part in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("server"), "");
    }
}

#[tokio::test]
async fn the_description_of_the_api_is_served_with_a_page_to_browse_it() {
    let (world, _ann) = World::new().await;
    let stranger = world.stranger();
    let document: Value = stranger.get("/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let page = stranger.get("//api/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("swagger-ui"), "{:.300}", page.text);
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "nothing from elsewhere");
}

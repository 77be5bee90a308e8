//! How teammates reach the hub, as its admins see and decide it. What happens on a real network is
//! tested in network namespaces, in `tests/desktop`.

use crate::{answer::Answer, person::Person, world::World, world::soon};
use hearth_server::{
    config::Config,
    discovery::interfaces::{self, Kind},
};
use reqwest::Method;
use serde_json::{Value, json};

/// A hub whose network is this computer alone, so that nothing leaves it.
async fn at_home() -> (World, Person) {
    let loopback = interfaces::list().unwrap().into_iter().find(|each| each.kind == Kind::Loopback).unwrap();
    let world = World::with(Config { interfaces: Some([loopback.name].into()), ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    (world, ann)
}

async fn network(person: &Person) -> Value {
    person.get("/admin/network").await.is(200)
}

fn line<'a>(network: &'a Value, check: &str) -> (&'a str, &'a str) {
    let line = network["checks"].as_array().unwrap().iter().find(|line| line["check"] == check).unwrap();
    (line["verdict"].as_str().unwrap(), line["reason"].as_str().unwrap())
}

async fn code(person: &Person, path: &str) -> Answer {
    let escaped: String = path.bytes().map(|byte| format!("%{byte:02X}")).collect();
    person.get(&format!("/admin/network/code.svg?path={escaped}")).await
}

/// Waits until the hub listens where it was told to.
async fn settled(person: &Person) -> Value {
    soon("the hub to listen on its network", async {
        loop {
            let network = network(person).await;
            if line(&network, "listening").0 != "waiting" {
                return network;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test]
async fn nobody_is_let_in_until_the_owner_says_so_and_not_any_longer() {
    let (_world, ann) = at_home().await;
    let before = network(&ann).await;
    assert_eq!((&before["lan"], &before["open"], &before["url"]), (&json!("undecided"), &json!(false), &Value::Null));
    assert_eq!(line(&before, "listening"), ("failed", "not_let_in"));
    code(&ann, "/join/abc").await.refused(400, "validation");

    ann.patch("/admin/network", &json!({"lan": "open"})).await.is(200);
    let open = settled(&ann).await;
    let url = format!("http://127.0.0.1:{}", open["port"]);
    assert_eq!((&open["lan"], &open["open"], &open["url"]), (&json!("open"), &json!(true), &json!(url)));
    assert_eq!(line(&open, "listening"), ("passed", "fine"));
    assert_eq!(line(&open, "interface"), ("passed", "fine"));
    assert_eq!(line(&open, "name"), ("off", "names_off"));
    assert_eq!(line(&open, "visit"), ("waiting", "nobody_yet"));

    ann.patch("/admin/network", &json!({"lan": "closed"})).await.is(200);
    let closed = network(&ann).await;
    assert_eq!((&closed["lan"], &closed["open"], &closed["url"]), (&json!("closed"), &json!(false), &Value::Null));
    assert_eq!(line(&closed, "listening"), ("off", "not_let_in"));
    for nonsense in [json!({"lan": "undecided"}), json!({"lan": null, "x": 1}), json!({"lan": true})] {
        ann.patch("/admin/network", &nonsense).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn what_the_owner_decided_holds_after_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    ann.patch("/admin/network", &json!({"interfaces": null})).await.is(200);
    assert_eq!(network(&ann).await["lan"], "undecided");
    world.stop().await;
    let loopback = interfaces::list().unwrap().into_iter().find(|each| each.kind == Kind::Loopback).unwrap();
    world.config.interfaces = Some([loopback.name].into());
    world.start().await.unwrap();
    ann.patch("/admin/network", &json!({"lan": "open"})).await.is(200);
    let port = settled(&ann).await["port"].clone();
    world.restart().await;
    assert_eq!(network(&ann).await["lan"], "open");
    let kept = std::fs::read(world.directory.as_ref().unwrap().path().join("network.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap()["port"], network(&ann).await["port"]);
    assert!(port.is_number());
}

#[tokio::test]
async fn an_explicit_address_has_the_last_word() {
    let (_world, ann) = World::new().await;
    let fixed = network(&ann).await;
    assert_eq!((&fixed["fixed"], &fixed["open"]), (&json!(true), &json!(false)));
    assert_eq!(line(&fixed, "listening"), ("failed", "loopback_only"));
    ann.patch("/admin/network", &json!({"lan": "open"})).await.refused(409, "fixed_by_configuration");
    let (_world, ann) = at_home().await;
    ann.patch("/admin/network", &json!({"interfaces": null})).await.refused(409, "fixed_by_configuration");
    assert_eq!(network(&ann).await["chosenFixed"], true);
}

#[tokio::test]
async fn only_interfaces_that_are_there_can_be_chosen() {
    let (_world, ann) = World::new().await;
    for names in [json!([]), json!(["no such interface"]), json!(["lo"])] {
        let problem = ann.patch("/admin/network", &json!({"interfaces": names})).await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], "interfaces");
    }
    let there = network(&ann).await["interfaces"].as_array().unwrap().clone();
    let Some(name) = there.first().map(|each| each["name"].clone()) else { return };
    let chosen = ann.patch("/admin/network", &json!({"interfaces": [name]})).await.is(200);
    assert_eq!(chosen["chosen"], json!([name]));
    for each in chosen["interfaces"].as_array().unwrap() {
        assert_eq!(each["used"], each["name"] == name, "{each}");
    }
    let automatic = ann.patch("/admin/network", &json!({"interfaces": null})).await.is(200);
    assert_eq!(automatic["chosen"], Value::Null);
}

#[tokio::test]
async fn the_code_is_an_image_of_an_address_of_this_hub_and_of_nothing_else() {
    let (_world, ann) = at_home().await;
    ann.patch("/admin/network", &json!({"lan": "open"})).await.is(200);
    settled(&ann).await;
    let image = code(&ann, "/join/abcdefghjkmnpqrs").await;
    assert_eq!((image.status, image.header("content-type")), (200, "image/svg+xml"));
    assert!(image.text.contains("<svg") && !image.text.contains("<script"), "{:.200}", image.text);
    assert_ne!(image.text, code(&ann, "").await.text, "another address is another image");
    let other = ann.get("/admin/network/code.svg?address=192.0.2.1").await;
    other.refused(400, "validation");
    let long = format!("/{}", "x".repeat(200));
    for foreign in ["//evil.example", "https://evil.example", "join", "/a?b", "/a b", "/<svg>", long.as_str()] {
        code(&ann, foreign).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn a_visit_from_another_computer_is_told_and_one_from_this_computer_is_not() {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let world = World::with(Config { trusted_proxies, ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    assert_eq!(network(&ann).await["visit"], Value::Null);
    let stranger = world.stranger();
    let from_afar = stranger.request(Method::GET, "/health").header("x-forwarded-for", "192.0.2.9");
    assert_eq!(stranger.send(from_afar.header("user-agent", "Phone/1.0")).await.status, 200);
    let seen = network(&ann).await;
    assert_eq!((&seen["visit"]["address"], &seen["visit"]["agent"]), (&json!("192.0.2.9"), &json!("Phone/1.0")));
    assert_eq!(line(&seen, "visit"), ("passed", "fine"));
}

#[tokio::test]
async fn a_request_that_is_refused_for_its_host_is_no_visit() {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let world = World::with(Config { trusted_proxies, ..Config::in_memory() }).await;
    let ann = world.set_up().await;
    let stranger = world.stranger();
    let forged = stranger.request(Method::GET, "/health").header("x-forwarded-for", "192.0.2.9");
    stranger.send(forged.header("host", "evil.example")).await.refused(403, "host_refused");
    assert_eq!(network(&ann).await["visit"], Value::Null);
}

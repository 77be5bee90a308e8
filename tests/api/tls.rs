//! Encryption on the hub's own port.

use crate::{
    person::Person,
    world::{PASSWORD, World},
};
use reqwest::{Certificate, Client, Method, header};
use serde_json::{Value, json};

/// A browser that trusts this authority, and whatever else nobody.
fn browser(authority: &[u8]) -> Client {
    // Another test may have done so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([Certificate::from_der(authority).unwrap()]).build().unwrap()
}

async fn authority(world: &World) -> Vec<u8> {
    let answer = world.stranger().request(Method::GET, "//trust/hearth.crt").send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/x-x509-ca-cert".parse().unwrap())
    );
    answer.bytes().await.unwrap().to_vec()
}

async fn choose(person: &Person, mode: &str) -> Value {
    person.patch("/admin/tls", &json!({"mode": mode})).await.is(200)
}

#[tokio::test]
async fn hearths_own_authority_is_trusted_once_and_plain_addresses_go_on() {
    let (mut world, ann) = World::on_disk().await;
    let off = ann.get("/admin/tls").await.is(200);
    assert_eq!((&off["mode"], &off["on"], &off["certificate"]), (&json!("off"), &json!(false), &Value::Null));
    assert_eq!(world.stranger().get("/trust").await.is(200), json!({"team": "Northlight", "authority": null}));
    world.stranger().get("//trust/hearth.crt").await.refused(404, "not_found");

    let on = choose(&ann, "hearth").await;
    assert_eq!((&on["mode"], &on["on"], &on["uncovered"]), (&json!("hearth"), &json!(true), &json!([])));
    let names = on["certificate"]["names"].as_array().unwrap();
    assert!(names.contains(&json!("127.0.0.1")) && names.contains(&json!("northlight.local")), "{on}");
    let told = world.stranger().get("/trust").await.is(200);
    assert_eq!(told["authority"]["fingerprint"], on["authority"]["fingerprint"]);

    let certificate = authority(&world).await;
    let trusting = browser(&certificate);
    let at = |world: &World, path: &str| format!("https://{}{path}", world.stranger().host());
    assert_eq!(trusting.get(at(&world, "/api/v1/health")).send().await.unwrap().status(), 200);
    let other = Client::builder().tls_certs_only([]).build().unwrap();
    assert!(other.get(at(&world, "/api/v1/health")).send().await.is_err(), "nobody else trusts it");
    ann.get("/users/me").await.is(200);

    world.restart().await;
    assert_eq!(authority(&world).await, certificate, "the authority stays");
    assert_eq!(trusting.get(at(&world, "/api/v1/health")).send().await.unwrap().status(), 200);
    let another = ann.post("/admin/tls/authority", &json!({})).await.is(200);
    assert_ne!(another["authority"]["fingerprint"], on["authority"]["fingerprint"]);
    // The connection that is open goes on; a new one is not trusted.
    let again = browser(&certificate).get(at(&world, "/api/v1/health")).send().await;
    assert!(again.is_err(), "the one before is over");
    choose(&ann, "off").await;
    let audit = ann.get("/admin/audit?act=network_changed").await.is(200);
    let details: Vec<_> =
        audit["entries"].as_array().unwrap().iter().map(|entry| entry["detail"].as_str().unwrap()).collect();
    assert_eq!(details, ["encryption: off", "encryption: another authority", "encryption: Hearth's authority"]);
}

#[tokio::test]
async fn a_session_of_an_encrypted_connection_is_none_of_a_plain_one() {
    let (world, ann) = World::on_disk().await;
    choose(&ann, "hearth").await;
    let browser = browser(&authority(&world).await);
    let host = world.stranger().host();
    let sign_in = json!({"email": "ann", "password": PASSWORD, "session": "cookie"});
    let answer = browser
        .post(format!("https://{host}/api/v1/auth/login"))
        .header(header::ORIGIN, format!("https://{host}"))
        .json(&sign_in)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-hearth_") && set.contains("; Secure") && set.contains("HttpOnly"), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();
    let me = |scheme: &str, cookie: String| {
        browser.get(format!("{scheme}://{host}/api/v1/users/me")).header(header::COOKIE, cookie).send()
    };
    assert_eq!(me("https", cookie.clone()).await.unwrap().status(), 200);
    assert_eq!(me("http", cookie.clone()).await.unwrap().status(), 401, "it is not for plain connections");
    let plain = cookie.trim_start_matches("__Host-").to_owned();
    assert_eq!(me("https", plain).await.unwrap().status(), 401, "nor the other way round");
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_looked_at_before_it_is_used() {
    let (world, ann) = World::on_disk().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let other = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["hub.example.org".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let mut over = rcgen::CertificateParams::new(vec!["hub.example.org".to_owned()]).unwrap();
    over.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let over = over.self_signed(&key).unwrap();
    let put = async |certificate: String, key: String| {
        ann.put("/admin/tls/certificate", &json!({"certificate": certificate, "key": key})).await
    };
    ann.patch("/admin/tls", &json!({"mode": "own"})).await.refused(400, "validation");
    for (certificate, key, field) in [
        ("hello".to_owned(), key.serialize_pem(), "certificate"),
        (over.pem(), key.serialize_pem(), "certificate"),
        (certificate.pem(), "hello".to_owned(), "key"),
        (certificate.pem(), other.serialize_pem(), "key"),
        ("x".repeat(70_000), key.serialize_pem(), "certificate"),
    ] {
        let refusal = put(certificate, key).await.refused(400, "validation");
        assert_eq!(refusal["errors"][0]["field"], field, "{refusal}");
    }
    assert_eq!(ann.get("/admin/tls").await.is(200)["on"], false);
    let on = put(certificate.pem(), key.serialize_pem()).await.is(200);
    assert_eq!((&on["mode"], &on["on"], &on["trustUrl"]), (&json!("own"), &json!(true), &Value::Null));
    assert!(on["uncovered"].as_array().unwrap().contains(&json!("northlight.local")), "{on}");
    let url = format!("https://{}/api/v1/health", world.stranger().host());
    assert_eq!(browser(certificate.der()).get(url).send().await.unwrap().status(), 200);
    assert!(!ann.get("/admin/tls").await.text.contains("PRIVATE KEY"));
    world.stranger().get("//trust/hearth.crt").await.refused(404, "not_found");
}

#[tokio::test]
async fn encryption_is_for_admins() {
    let (world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    bob.get("/admin/tls").await.refused(403, "forbidden");
    bob.patch("/admin/tls", &json!({"mode": "hearth"})).await.refused(403, "forbidden");
    bob.put("/admin/tls/certificate", &json!({"certificate": "", "key": ""})).await.refused(403, "forbidden");
    bob.post("/admin/tls/authority", &json!({})).await.refused(403, "forbidden");
}

//! Who reaches the hub, and from when on.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::hub::{Hub, PASSWORD, PORT, nearby, set_up_headless};
use crate::lan::{Computer, Lan, eventually};

/// Whether somebody on another computer gets an answer.
fn reaches(from: &Computer, hub: &Hub, host: &str) -> Result<Value> {
    from.get(&hub.at(host, "/api/v1/health"))
}

pub(crate) fn nobody_before_the_owner_says_so(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let looking = nearby(&phone)?;
    let mut hub = Hub::start(&desk, &[])?;
    ensure!(reaches(&phone, &hub, &desk.address).is_err(), "a hub without an owner answers on the network");
    hub.found("Acme")?;
    ensure!(reaches(&phone, &hub, &desk.address).is_err(), "a hub answers before its owner lets teammates in");
    hub.check_says("listening", "failed", "not_let_in")?;

    hub.let_in("open")?;
    let (answer, _) = eventually("the phone reaches the hub", || reaches(&phone, &hub, &desk.address))?;
    ensure!(answer["status"] == 200, "{answer}");
    hub.check_says("listening", "passed", "fine")?;
    hub.check_says("interface", "passed", "fine")?;
    hub.check_says("name", "passed", "fine")?;
    hub.check_says("visit", "passed", "fine")?;
    ensure!(hub.network()?["visit"]["address"] == phone.address, "{}", hub.network()?["visit"]);
    let (found, _) = looking.until("the hub to be found", |line| line["event"] == "found")?;
    ensure!(found["hub"]["id"] == hub.id()?, "{found}");

    hub.let_in("closed")?;
    eventually("the phone does not reach the hub any more", || {
        ensure!(reaches(&phone, &hub, &desk.address).is_err(), "it still answers");
        Ok(())
    })?;
    looking.until("the hub to be gone", |line| line["event"] == "gone")?;
    hub.check_says("listening", "off", "not_let_in")
}

pub(crate) fn fifty_first_runs_make_one_owner(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let hub = Hub::start(&desk, &[])?;
    let body = json!({ "team": "Team NUMBER", "name": "Owner NUMBER", "password": PASSWORD }).to_string();
    let from_afar = phone.does(&["flood", &hub.at(&desk.address, "/api/v1/setup"), &body, "5"])?;
    ensure!(from_afar == json!([0, 0, 0, 0, 0]), "a first run from another computer was answered: {from_afar}");
    let statuses = hub.at_home(&["flood", &hub.local("/setup"), &body, "50"])?;
    let count = |status: u16| statuses.as_array().into_iter().flatten().filter(|each| **each == json!(status)).count();
    ensure!((count(201), count(409)) == (1, 49), "{statuses}");
    Ok(())
}

pub(crate) fn a_phone_joins_by_address_and_by_name(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let hub = Hub::open(&desk, "Makerspace Süd")?;
    hub.is_called("makerspace-sud.local")?;
    let url = hub.network()?["url"].clone();
    ensure!(url == hub.at(&desk.address, ""), "links begin with the address that always works: {url}");
    let invite = hub.ask("POST", "/invites", &json!({}))?;
    for (name, host) in [("Bob", desk.address.as_str()), ("Mia", "makerspace-sud.local")] {
        let page = phone.get(&hub.at(host, invite["url"].as_str().unwrap_or_default()))?;
        let text = page["body"].as_str().unwrap_or_default();
        ensure!(page["status"] == 200 && text.contains("<html"), "{name} sees no page: {page}");
        ensure!(page["address"] == desk.address, "{page}");
        let body = json!({ "name": name, "password": PASSWORD, "invite": invite["code"] }).to_string();
        let joined = phone.does(&["call", "POST", &hub.at(host, "/api/v1/auth/register"), "--body", &body])?;
        ensure!(joined["status"] == 201, "{name} does not get in: {joined}");
    }
    let refused = phone.does(&["call", "GET", &hub.at(&desk.address, "/api/v1/users"), "--token", "nonsense"])?;
    ensure!(refused["status"] == 401, "{refused}");
    Ok(())
}

pub(crate) fn a_headless_team_is_let_in(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let data = tempfile::tempdir()?;
    set_up_headless(&desk, &data.path().join("data"), "Acme")?;
    let mut hub = Hub::start_on(&desk, data, &[])?;
    eventually("the phone reaches the hub", || reaches(&phone, &hub, &desk.address))?;
    hub.sign_in()?;
    hub.check_says("listening", "passed", "fine")
}

pub(crate) fn a_virtual_interface_has_to_be_chosen(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer_with("desk", "veth7", 1)?, lan.computer("phone", 2)?);
    let hub = Hub::open(&desk, "Acme")?;
    hub.check_says("interface", "failed", "only_virtual")?;
    ensure!(reaches(&phone, &hub, &desk.address).is_err(), "the hub answers on the interface of a container");
    hub.ask("PATCH", "/admin/network", &json!({ "interfaces": ["veth7"] }))?;
    eventually("the phone reaches the hub", || reaches(&phone, &hub, &desk.address))?;
    hub.is_called("acme.local")?;
    hub.ask("PATCH", "/admin/network", &json!({ "interfaces": null }))?;
    eventually("the phone does not reach the hub any more", || {
        ensure!(reaches(&phone, &hub, &desk.address).is_err(), "it still answers");
        Ok(())
    })?;
    Ok(())
}

pub(crate) fn a_taken_port_is_passed_over(lan: &mut Lan) -> Result<()> {
    let desk = lan.computer("desk", 1)?;
    let holder = desk.starts(&std::env::current_exe()?, &["hold", &PORT.to_string()])?;
    holder.until("the port to be held", |line| line["port"] == PORT)?;
    let mut hub = Hub::with_team(&desk, "Acme")?;
    ensure!(hub.port == PORT + 1, "{}", hub.port);
    let network = hub.network()?;
    ensure!(network["moved"] == true && network["usualPort"] == PORT, "{network}");
    ensure!(hub.log().contains("Port 4327 is taken"), "{}", hub.log());
    drop(holder);
    hub.stop()?;
    hub.start_again()?;
    ensure!(hub.port == PORT + 1, "the port of the last time was not kept: {}", hub.port);
    Ok(())
}

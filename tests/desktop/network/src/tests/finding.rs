//! Being found by others, and what they hear when something changes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::hub::{Hub, nearby};
use crate::lan::{Lan, address, eventually};

/// Within this time others know of a new address.
const AGAIN: Duration = Duration::from_secs(15);

pub(crate) fn a_hub_is_found(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let hub = Hub::open(&desk, "Makerspace Süd")?;
    let (line, _) = nearby(&phone)?.until("the hub to be found", |line| line["event"] == "found")?;
    let version = hub.at_home(&["call", "GET", &hub.local("/health")])?["body"]["version"].take();
    let expected = json!({
        "id": hub.id()?, "name": "Makerspace Süd", "version": version, "host": "makerspace-sud.local",
        "addresses": [desk.address], "port": hub.port, "path": "/", "tls": false,
    });
    ensure!(line["hub"] == expected, "{line}");
    for kind in ["_hearth._tcp.local.", "_http._tcp.local."] {
        let service = phone.does(&["service", kind])?;
        let texts = json!({ "id": hub.id()?, "v": version, "name": "Makerspace Süd", "path": "/", "tls": "0" });
        ensure!(service["texts"] == texts && service["port"] == hub.port, "{service}");
        ensure!(service["addresses"] == json!([desk.address]), "{service}");
    }
    Ok(())
}

pub(crate) fn a_new_address_is_told(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let hub = Hub::open(&desk, "Acme")?;
    let looking = nearby(&phone)?;
    looking.until("the hub to be found", |line| line["hub"]["addresses"] == json!([desk.address]))?;

    let new = address(77);
    let start = Instant::now();
    // In this order: the first address of a network takes the others with it.
    desk.ip(&["address", "delete", &format!("{}/24", desk.address), "dev", &desk.interface])?;
    desk.ip(&["address", "add", &format!("{new}/24"), "dev", &desk.interface])?;
    looking.until("the new address", |line| {
        line["hub"]["addresses"].as_array().is_some_and(|all| all.iter().any(|each| *each == new.as_str()))
    })?;
    let told = start.elapsed();
    ensure!(told <= AGAIN, "the new address was told after {told:?}");
    let answer = eventually("the phone reaches the new address", || phone.get(&hub.at(&new, "/api/v1/health")))?.0;
    ensure!(answer["status"] == 200, "{answer}");
    let (by_name, _) = eventually("the name leads to the new address", || {
        let answer = phone.get(&hub.at("acme.local", "/api/v1/health"))?;
        ensure!(answer["address"] == new, "{answer}");
        Ok(answer)
    })?;
    ensure!(by_name["status"] == 200, "{by_name}");
    println!("        told after {:.1} s", told.as_secs_f64());

    // The same for a cable that was out for a while.
    desk.ip(&["link", "set", &desk.interface, "down"])?;
    eventually("the hub notices that it is on no network", || {
        let network = hub.network()?;
        ensure!(network["addresses"] == json!([]), "{}", network["addresses"]);
        Ok(())
    })?;
    desk.ip(&["link", "set", &desk.interface, "up"])?;
    let back = Instant::now();
    eventually("the phone reaches the hub again by its name", || {
        let answer = phone.get(&hub.at("acme.local", "/api/v1/health"))?;
        ensure!(answer["status"] == 200, "{answer}");
        Ok(())
    })?;
    ensure!(back.elapsed() <= AGAIN, "back after {:?}", back.elapsed());
    Ok(())
}

pub(crate) fn a_hub_says_goodbye(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let mut hub = Hub::open(&desk, "Acme")?;
    let id = hub.id()?;
    let looking = nearby(&phone)?;
    looking.until("the hub to be found", |line| line["event"] == "found")?;
    hub.stop()?;
    let (gone, took) = looking.until("the hub to be gone", |line| line["event"] == "gone")?;
    ensure!(gone["hub"]["id"] == id, "{gone}");
    // Without a goodbye its records would be kept for two minutes.
    ensure!(took < Duration::from_secs(10), "gone after {took:?}");
    hub.start_again()?;
    looking.until("the hub to be back", |line| line["event"] == "found" && line["hub"]["id"] == id)?;
    Ok(())
}

pub(crate) fn a_silent_hub_is_not_found(lan: &mut Lan) -> Result<()> {
    let (desk, other, phone) = (lan.computer("desk", 1)?, lan.computer("other", 2)?, lan.computer("phone", 3)?);
    let mut silent = Hub::start(&desk, &["--no-mdns"])?;
    silent.found("Silent")?;
    silent.let_in("open")?;
    silent.check_says("name", "off", "names_off")?;
    let looking = nearby(&phone)?;
    // One that is started later is found; by then the silent one would have been, too.
    let loud = Hub::open(&other, "Loud")?;
    let (first, _) = looking.until("the other hub", |line| line["event"] == "found")?;
    ensure!(first["hub"]["id"] == loud.id().context("the other hub's id")?, "{first}");
    let answer = eventually("the silent one answers", || phone.get(&silent.at(&desk.address, "/api/v1/health")))?.0;
    ensure!(answer["status"] == 200, "{answer}");
    Ok(())
}

//! What the hub is called on the network.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::hub::{Hub, nearby};
use crate::lan::{Lan, eventually};

pub(crate) fn the_second_hub_gets_a_number(lan: &mut Lan) -> Result<()> {
    let (desk, other, phone) = (lan.computer("desk", 1)?, lan.computer("other", 2)?, lan.computer("phone", 3)?);
    let first = Hub::open(&desk, "Acme")?;
    first.is_called("acme.local")?;
    let mut second = Hub::open(&other, "Acme")?;
    second.is_called("acme-2.local")?;
    second.check_says("name", "passed", "name_numbered")?;
    let name = second.network()?["name"].clone();
    ensure!(name["numbered"] == true && name["plain"] == "acme.local", "{name}");
    ensure!(first.network()?["name"]["host"] == "acme.local", "the first hub lost its name");

    for (hub, host) in [(&first, "acme.local"), (&second, "acme-2.local")] {
        let health = phone.get(&hub.at(host, "/api/v1/health"))?;
        ensure!(health["status"] == 200 && health["body"]["hub"] == hub.id()?, "{host}: {health}");
    }
    let looking = nearby(&phone)?;
    for hub in [&first, &second] {
        let id = hub.id()?;
        // Whichever comes first is looked for in the list of its own.
        let (line, _) = nearby(&phone)?.until("each hub by its id", |line| line["hub"]["id"] == id)?;
        ensure!(line["hub"]["name"] == "Acme", "{line}");
    }
    second.stop()?;
    second.start_again()?;
    second.is_called("acme-2.local")?;
    drop(looking);
    Ok(())
}

pub(crate) fn a_new_name_is_told(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let hub = Hub::open(&desk, "Acme")?;
    let looking = nearby(&phone)?;
    looking.until("the hub to be found", |line| line["hub"]["host"] == "acme.local")?;
    // Once its name is settled nothing else has the hub look at what it announces.
    hub.is_called("acme.local")?;
    thread::sleep(Duration::from_secs(1));
    hub.ask("PATCH", "/admin/settings", &json!({ "name": "Südlicht & Co" }))?;
    let (line, took) = looking.until("the new name", |line| line["hub"]["host"] == "sudlicht-co.local")?;
    ensure!(line["hub"]["name"] == "Südlicht & Co" && line["hub"]["id"] == hub.id()?, "{line}");
    println!("        renamed after {:.1} s", took.as_secs_f64());
    let (answer, _) =
        eventually("the new name is answered", || phone.get(&hub.at("sudlicht-co.local", "/api/v1/health")))?;
    ensure!(answer["status"] == 200, "{answer}");
    Ok(())
}

pub(crate) fn two_hubs_on_one_computer(lan: &mut Lan) -> Result<()> {
    let (desk, phone) = (lan.computer("desk", 1)?, lan.computer("phone", 2)?);
    let first = Hub::open(&desk, "Acme")?;
    first.is_called("acme.local")?;
    let second = Hub::open(&desk, "Acme")?;
    second.is_called("acme-2.local")?;
    ensure!(first.port != second.port, "two hubs on one port");
    let ids: [Value; 2] = [first.id()?, second.id()?];
    for (hub, id) in [&first, &second].into_iter().zip(&ids) {
        let (line, _) = nearby(&phone)?.until("each hub by its id", |line| line["hub"]["id"] == *id)?;
        ensure!(line["hub"]["port"] == hub.port, "{line}");
    }
    Ok(())
}

//! What the computers of the network do. Each prints one line of JSON.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mdns_sd::{HostnameResolutionEvent, ServiceDaemon, ServiceEvent};
use serde_json::{Value, json};

use crate::http::{Target, ask};

/// How long a name or a service may take to be found.
const FIND: Duration = Duration::from_secs(20);

/// Asks as a browser does: by address, or by a name that is looked up with multicast DNS.
pub(crate) fn call(method: &str, url: &str, body: Option<&str>, token: Option<&str>) -> Result<()> {
    let target = Target::parse(url)?;
    let address = address_of(target.host)?;
    let answer = ask(address, &target, method, body, token)?;
    println!("{}", json!({ "status": answer.status, "body": answer.body, "address": address }));
    Ok(())
}

fn address_of(host: &str) -> Result<IpAddr> {
    if let Ok(address) = host.parse() {
        return Ok(address);
    }
    let daemon = ServiceDaemon::new()?;
    let events = daemon.resolve_hostname(&format!("{host}."), None)?;
    let deadline = Instant::now() + FIND;
    while let Ok(event) = events.recv_deadline(deadline) {
        if let HostnameResolutionEvent::AddressesFound(_, found) = event
            && let Some(address) = found.iter().map(mdns_sd::ScopedIp::to_ip_addr).find(IpAddr::is_ipv4)
        {
            return Ok(address);
        }
    }
    bail!("nobody answers to {host}")
}

/// Prints the statuses of many requests that were sent at once.
pub(crate) fn flood(url: &str, body: &str, times: usize) -> Result<()> {
    let target = Target::parse(url)?;
    let address: IpAddr = target.host.parse().context("a flood goes to an address")?;
    let statuses: Vec<u16> = thread::scope(|scope| {
        let asking: Vec<_> = (0..times)
            .map(|number| {
                let body = body.replace("NUMBER", &number.to_string());
                let target = &target;
                scope.spawn(move || ask(address, target, "POST", Some(&body), None).map_or(0, |answer| answer.status))
            })
            .collect();
        asking.into_iter().map(|asked| asked.join().unwrap_or(0)).collect()
    });
    println!("{}", json!(statuses));
    Ok(())
}

/// Finds the first service of this kind.
pub(crate) fn service(kind: &str) -> Result<()> {
    let daemon = ServiceDaemon::new()?;
    let events = daemon.browse(kind)?;
    let deadline = Instant::now() + FIND;
    while let Ok(event) = events.recv_deadline(deadline) {
        let ServiceEvent::ServiceResolved(found) = event else { continue };
        let texts: serde_json::Map<String, Value> =
            found.txt_properties.iter().map(|text| (text.key().to_owned(), text.val_str().into())).collect();
        let addresses: Vec<IpAddr> = found.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr).collect();
        let said = json!({ "name": found.fullname, "host": found.host, "port": found.port, "addresses": addresses, "texts": texts });
        println!("{said}");
        return Ok(());
    }
    bail!("there is no {kind}")
}

/// Listens on a port until it is ended.
pub(crate) fn hold(port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))?;
    println!("{}", json!({ "port": port }));
    loop {
        drop(listener.accept());
    }
}

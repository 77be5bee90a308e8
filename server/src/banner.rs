//! What `hearth serve` says on the terminal: where the hub is, and a QR code for phones.

use hearth_server::{app::App, http::own_name};
use qrcode::{QrCode, render::unicode::Dense1x2};
use std::net::{IpAddr, SocketAddr};

/// Prints the hub's addresses.
pub fn print(app: &App, address: SocketAddr) {
    let port = address.port();
    let (name, team) = {
        let directory = app.journal.directory();
        (own_name(&directory), directory.settings.as_ref().map(|settings| settings.name.clone()))
    };
    println!("\n  Hearth {}", env!("CARGO_PKG_VERSION"));
    let Some(team) = team else {
        println!("  Start your team at  http://127.0.0.1:{port}/");
        if let (false, Some(token)) = (address.ip().is_loopback(), &app.setup_token) {
            println!("  From another computer, with this one-time token:  {token}");
        }
        println!();
        return;
    };
    println!("  {team}");
    println!("  On this computer    http://127.0.0.1:{port}/");
    let on_network = !address.ip().is_loopback() || app.config.listen.is_none();
    if let Some(lan) = lan_address().filter(|_| on_network) {
        let link = format!("http://{lan}:{port}/");
        println!("  On this network     {link}");
        if let Some(name) = name {
            println!("  Its name            {name}");
        }
        if let Ok(code) = QrCode::new(&link) {
            println!("\n{}", code.render::<Dense1x2>().build());
        }
    }
    println!();
}

/// The private IPv4 address that teammates most likely reach.
fn lan_address() -> Option<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    interfaces
        .iter()
        .filter(|interface| !interface.is_loopback())
        .filter(|interface| {
            !["docker", "br-", "veth", "virbr", "tun", "wg"].iter().any(|word| interface.name.starts_with(word))
        })
        .map(if_addrs::Interface::ip)
        .find(|address| matches!(address, IpAddr::V4(v4) if v4.is_private()))
}

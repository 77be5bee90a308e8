//! What `hearth serve` says on the terminal: where the hub is, and a QR code for phones.

use crate::{app::App, config::DEFAULT_PORT, discovery, http::own_name};
use qrcode::{QrCode, render::unicode::Dense1x2};

/// Prints the hub's addresses.
pub(super) fn print(app: &App) {
    let standing = app.discovery.standing();
    let directory = app.journal.directory();
    let port = standing.port;
    println!("\n  Hearth {}", env!("CARGO_PKG_VERSION"));
    if app.discovery.moved() {
        println!("  Port {DEFAULT_PORT} is taken, so this hub has {port}, now and the next time.");
    }
    let Some(settings) = &directory.settings else {
        println!("  Start your team at  http://127.0.0.1:{port}/");
        let asked_from_afar = standing.fixed.is_some_and(|asked| !asked.is_loopback());
        if let (true, Some(token)) = (asked_from_afar, &app.setup_token) {
            println!("  From another computer, with this one-time token:  {token}");
        }
        println!();
        return;
    };
    println!("  {}", settings.name);
    println!("  On this computer    http://127.0.0.1:{port}/");
    let addresses = discovery::lan_addresses(&app.config, &directory, &standing);
    if !discovery::is_open(&directory, &standing) {
        if standing.fixed.is_none() {
            println!("  Teammates are not let in yet; the page \"Let teammates in\" of the settings does it.");
        }
    } else if let Some(best) = addresses.first() {
        let link = format!("http://{best}:{port}/");
        println!("  On this network     {link}");
        if let Some(name) = own_name(&directory).filter(|_| app.config.mdns) {
            println!("  Its name            http://{name}:{port}/");
        }
        if let Ok(code) = QrCode::new(&link) {
            println!("\n{}", code.render::<Dense1x2>().build());
        }
    } else {
        println!("  This computer is on no network that teammates could be on.");
    }
    println!();
}

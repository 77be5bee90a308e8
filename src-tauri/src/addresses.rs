//! Where teammates find the hub, best first, each with a QR code.

use crate::view::{Address, Reaches};
use hearth_server::{app::App, http::own_name};
use qrcode::{Color, EcLevel, QrCode};
use std::{
    fmt::Write,
    net::{IpAddr, SocketAddr},
};

/// Interfaces that lead to this computer's own machines and tunnels, not to teammates.
const NOT_THE_NETWORK: [&str; 8] = ["docker", "br-", "veth", "virbr", "vmnet", "tun", "tap", "wg"];

/// The hub's addresses: by number, by name, and from this computer.
pub(crate) fn of(hub: &App, port: u16) -> Vec<Address> {
    let on_network = hub.config.listen.is_none_or(|listen| !listen.ip().is_loopback());
    let mut urls = Vec::new();
    if on_network {
        urls.extend(
            numbers().into_iter().map(|ip| (format!("http://{}/", SocketAddr::new(ip, port)), Reaches::Network)),
        );
        let name = own_name(&hub.journal.directory());
        urls.extend(name.map(|name| (format!("http://{name}:{port}/"), Reaches::Name)));
    }
    urls.push((format!("http://127.0.0.1:{port}/"), Reaches::ThisComputer));
    urls.into_iter()
        .map(|(url, reaches)| {
            let code = (reaches == Reaches::Network).then(|| code(&url)).flatten();
            Address { url, reaches, code }
        })
        .collect()
}

/// The private IPv4 addresses of this computer on networks that others are on.
fn numbers() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces
        .iter()
        .filter(|interface| !interface.is_loopback())
        .filter(|interface| !NOT_THE_NETWORK.iter().any(|word| interface.name.starts_with(word)))
        .map(if_addrs::Interface::ip)
        .filter(|ip| matches!(ip, IpAddr::V4(v4) if v4.is_private()))
        .collect()
}

/// A QR code's dark modules as SVG path data, with the quiet zone that readers need.
fn code(text: &str) -> Option<(String, usize)> {
    const QUIET: usize = 2;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", index % width + QUIET, index / width + QUIET);
        }
    }
    Some((path, width + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_has_a_quiet_edge_and_its_three_corners() {
        let (path, edge) = code("http://192.168.1.20:4327/").unwrap();
        assert_eq!(edge, 25 + 4);
        for corner in ["M2 2h", "M26 2h", "M2 26h"] {
            assert!(path.contains(corner), "{corner}");
        }
        assert!(!path.contains("M0 ") && !path.contains("M1 "));
    }
}

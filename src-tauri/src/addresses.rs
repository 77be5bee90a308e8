//! Where teammates find the hub, best first, each with a QR code.

use crate::view::{Address, Reaches};
use hearth_server::{
    app::App,
    discovery::{is_open, lan_addresses},
};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// The hub's addresses: by number, by name, and from this computer.
pub(crate) fn of(hub: &App, port: u16) -> Vec<Address> {
    let standing = hub.discovery.standing();
    let directory = hub.journal.directory();
    let mut urls = Vec::new();
    if is_open(&directory, &standing) {
        let numbers = lan_addresses(&hub.config, &directory, &standing);
        urls.extend(numbers.iter().map(|ip| (format!("http://{ip}:{port}/"), Reaches::Network)));
        urls.extend(standing.name.host().map(|name| (format!("http://{name}:{port}/"), Reaches::Name)));
    }
    urls.push((format!("http://127.0.0.1:{port}/"), Reaches::ThisComputer));
    urls.into_iter()
        .map(|(url, reaches)| {
            let code = (reaches == Reaches::Network).then(|| code(&url)).flatten();
            Address { url, reaches, code }
        })
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

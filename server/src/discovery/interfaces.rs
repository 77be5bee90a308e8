//! The computer's network interfaces: which of them lead to the team's network, and which address
//! a teammate most likely reaches.
//!
//! Containers, virtual machines and VPNs put interfaces beside the real ones. No teammate's phone
//! is behind those, so they are left out unless somebody chooses them.

use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, UdpSocket},
};
use utoipa::ToSchema;

/// What an interface leads to, as far as its name and the operating system tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = InterfaceKind)]
pub enum Kind {
    /// A network that teammates can be on: cable or Wi-Fi.
    Lan,
    /// Containers or virtual machines of this computer.
    Virtual,
    /// A tunnel to somewhere else.
    Vpn,
    /// This computer itself.
    Loopback,
}

/// One interface with its IPv4 addresses. The hub listens on IPv4 only, so no other address of it
/// would answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interface {
    pub name: String,
    pub kind: Kind,
    pub addresses: Vec<Ipv4Addr>,
    /// Whether what is not on a network of this computer leaves through it.
    pub default_route: bool,
}

/// Which interfaces the hub may use.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Choice {
    /// Every [`Kind::Lan`].
    #[default]
    Automatic,
    /// Those of these names, whatever they are.
    Named(BTreeSet<String>),
}

impl Choice {
    /// Whether the hub uses this interface.
    #[must_use]
    pub fn takes(&self, interface: &Interface) -> bool {
        match self {
            Self::Automatic => interface.kind == Kind::Lan,
            Self::Named(names) => names.contains(&interface.name),
        }
    }
}

/// The interfaces that are up and have an IPv4 address, in the order of their names.
///
/// # Errors
/// When the operating system does not say.
pub fn list() -> std::io::Result<Vec<Interface>> {
    let leaving = default_route();
    let mut found: BTreeMap<String, Interface> = BTreeMap::new();
    for each in if_addrs::get_if_addrs()? {
        let IpAddr::V4(address) = each.ip() else { continue };
        if !each.is_oper_up() && !each.is_loopback() {
            continue;
        }
        let default_route = leaving == Some(address);
        let entry = found.entry(each.name.clone()).or_insert_with(|| Interface {
            kind: kind(&each.name, each.is_loopback(), each.is_p2p()),
            name: each.name,
            addresses: Vec::new(),
            default_route: false,
        });
        entry.addresses.push(address);
        entry.default_route |= default_route;
    }
    let mut found: Vec<_> = found.into_values().collect();
    for interface in &mut found {
        interface.addresses.sort_unstable();
        // A computer that runs virtual machines may have its cable in a bridge; then that is the way to the team.
        if interface.default_route && interface.kind == Kind::Virtual && is_bridge(&interface.name) {
            interface.kind = Kind::Lan;
        }
    }
    Ok(found)
}

/// The addresses of the interfaces that are used, the one that teammates most likely reach first:
/// private before others, the default route's before others, self-assigned ones last.
#[must_use]
pub fn ranked(interfaces: &[Interface], choice: &Choice) -> Vec<Ipv4Addr> {
    let mut addresses: Vec<_> = interfaces
        .iter()
        .filter(|interface| choice.takes(interface))
        .flat_map(|interface| {
            interface.addresses.iter().map(|address| {
                let rank = (address.is_link_local(), !address.is_private(), !interface.default_route);
                (rank, *address)
            })
        })
        .collect();
    addresses.sort_unstable();
    addresses.into_iter().map(|(_, address)| address).collect()
}

/// The address from which this computer would talk to the rest of the world. Connecting a datagram
/// socket only asks the routing table; nothing is sent.
fn default_route() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address of TEST-NET-2 (RFC 5737), which is on nobody's network.
    socket.connect((Ipv4Addr::new(198, 51, 100, 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) if !address.is_unspecified() => Some(address),
        _ => None,
    }
}

/// How names of interfaces begin, by what makes them. In lower case.
const VPN: &[&str] = &[
    "tun",
    "tap",
    "wg",
    "utun",
    "ipsec",
    "ppp",
    "tailscale",
    "zt",
    "zerotier",
    "nordlynx",
    "proton",
    "mullvad",
    "ham",
    "gpd",
    "cscotun",
    "openvpn",
    "wireguard",
];
const VIRTUAL: &[&str] = &[
    "docker",
    "br-",
    "veth",
    "virbr",
    "vnet",
    "vmnet",
    "vboxnet",
    "lxc",
    "lxd",
    "podman",
    "cni",
    "flannel",
    "cali",
    "kube",
    "dummy",
    "ifb",
    "vethernet",
    "virtualbox",
    "vmware",
    "hyper-v",
    "bridge",
    "awdl",
    "llw",
    "anpi",
    "ap1",
    "bluetooth",
    "gif",
    "stf",
    "p2p",
];

fn kind(name: &str, loopback: bool, point_to_point: bool) -> Kind {
    let name = name.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|start| name.starts_with(start));
    if loopback {
        Kind::Loopback
    } else if point_to_point || begins(VPN) || is_tunnel(&name) {
        Kind::Vpn
    } else if begins(VIRTUAL) || is_bridge(&name) {
        Kind::Virtual
    } else {
        Kind::Lan
    }
}

/// Whether Linux says that the interface joins others.
fn is_bridge(name: &str) -> bool {
    of_linux(name, "bridge")
}

/// Whether Linux says that a program is at the other end of the interface.
fn is_tunnel(name: &str) -> bool {
    of_linux(name, "tun_flags")
}

fn of_linux(name: &str, property: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    cfg!(target_os = "linux") && plain && std::path::Path::new("/sys/class/net").join(name).join(property).exists()
}

#[cfg(test)]
mod tests {
    use super::{Choice, Interface, Kind, kind, list, ranked};
    use std::net::Ipv4Addr;

    fn interface(name: &str, kind: Kind, addresses: &[[u8; 4]], default_route: bool) -> Interface {
        let addresses = addresses.iter().map(|address| Ipv4Addr::from(*address)).collect();
        Interface { name: name.to_owned(), kind, addresses, default_route }
    }

    #[test]
    fn real_networks_are_told_from_containers_and_tunnels() {
        for name in ["eth0", "enp3s0", "wlan0", "wlp2s0", "en0", "Ethernet", "Wi-Fi", "lan0"] {
            assert_eq!(kind(name, false, false), Kind::Lan, "{name}");
        }
        for name in ["docker0", "br-4f1c", "veth12ab", "virbr0", "vmnet8", "vEthernet (WSL)", "bridge100", "awdl0"] {
            assert_eq!(kind(name, false, false), Kind::Virtual, "{name}");
        }
        for name in ["tun0", "wg0", "utun3", "tailscale0", "ztabc"] {
            assert_eq!(kind(name, false, false), Kind::Vpn, "{name}");
        }
        assert_eq!(kind("eth0", false, true), Kind::Vpn, "a point-to-point link leads to one other computer");
        assert_eq!(kind("lo", true, false), Kind::Loopback);
    }

    #[test]
    fn the_address_that_teammates_most_likely_reach_comes_first() {
        let interfaces = [
            interface("docker0", Kind::Virtual, &[[172, 17, 0, 1]], false),
            interface("eth0", Kind::Lan, &[[10, 0, 0, 7], [169, 254, 3, 3]], false),
            interface("eth1", Kind::Lan, &[[8, 8, 8, 8]], false),
            interface("wlan0", Kind::Lan, &[[192, 168, 1, 20]], true),
        ];
        let order = ranked(&interfaces, &Choice::Automatic);
        let order: Vec<_> = order.iter().map(ToString::to_string).collect();
        assert_eq!(order, ["192.168.1.20", "10.0.0.7", "8.8.8.8", "169.254.3.3"]);
        let chosen = Choice::Named(["docker0".to_owned()].into());
        assert_eq!(ranked(&interfaces, &chosen), [Ipv4Addr::new(172, 17, 0, 1)]);
    }

    #[test]
    fn this_computer_has_at_least_itself() {
        let interfaces = list().unwrap();
        assert!(interfaces.iter().any(|interface| interface.kind == Kind::Loopback), "{interfaces:?}");
    }
}

//! Which computers may be asked.

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::Host;

/// How far a question may reach.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reach {
    /// Computers on the internet only.
    Far,
    /// Those of the local network as well.
    Near,
    /// This computer too, because its owner allowed it.
    Here,
}

/// An address that may not be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the address may not be asked")]
pub struct Refused;

/// A name that nobody knows.
#[derive(Debug, thiserror::Error)]
#[error("the name cannot be found")]
pub(super) struct Unknown;

/// How near an address is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Distance {
    /// No computer that anybody means: link-local, where clouds keep their secrets, everybody at once.
    Never,
    Own,
    Local,
    World,
}

impl Reach {
    /// Whether this address may be asked.
    fn allows(self, address: IpAddr, own: &[IpAddr]) -> bool {
        match distance(address, own) {
            Distance::Never => false,
            Distance::Own => self == Self::Here,
            Distance::Local => self != Self::Far,
            Distance::World => true,
        }
    }

    /// Refuses an address in numbers that may not be asked; a name is looked at when it is looked up.
    pub(super) fn check_literal(self, url: &Url) -> Result<(), Refused> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Refused),
        };
        if self.allows(address, &own_addresses()) { Ok(()) } else { Err(Refused) }
    }
}

/// The addresses of this computer's interfaces.
fn own_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.into_iter().map(|interface| interface.ip().to_canonical()).collect()
}

fn distance(address: IpAddr, own: &[IpAddr]) -> Distance {
    let address = address.to_canonical();
    let kind = match address {
        IpAddr::V4(v4) => distance_v4(v4),
        IpAddr::V6(v6) => distance_v6(v6, own),
    };
    if kind != Distance::Never && own.contains(&address) { Distance::Own } else { kind }
}

fn distance_v4(address: Ipv4Addr) -> Distance {
    let [a, b, c, _] = address.octets();
    // Where clouds answer their machines without being asked who they are, outside of the link-local range.
    let clouds = [[100, 100, 100, 200], [168, 63, 129, 16], [192, 0, 0, 192]];
    let never = address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || (a == 0 && !address.is_unspecified())
        || a >= 240
        || clouds.contains(&address.octets());
    if never {
        Distance::Never
    } else if address.is_loopback() || address.is_unspecified() {
        Distance::Own
    } else if address.is_private()
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 0 && c == 0)
    {
        Distance::Local
    } else {
        Distance::World
    }
}

fn distance_v6(address: Ipv6Addr, own: &[IpAddr]) -> Distance {
    let parts = address.segments();
    if address.is_loopback() || address.is_unspecified() {
        return Distance::Own;
    }
    // The cloud of Amazon answers its machines here.
    let cloud = parts == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254];
    // Addresses that stand for one of the old kind by tunnels that nobody uses any more.
    let tunnel = parts[0] == 0x2002 || (parts[0] == 0x2001 && parts[1] == 0);
    // Those by which a network of its own writes addresses of the old kind: what they stand for cannot be known here.
    let translated = parts[..3] == [0x64, 0xff9b, 1] || parts[..6] == [0, 0, 0, 0, 0xffff, 0];
    if address.is_unicast_link_local() || address.is_multicast() || cloud || tunnel || translated {
        return Distance::Never;
    }
    // RFC 6052: an address of the old kind, as networks without any write it.
    if parts[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return distance(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), own);
    }
    // Addresses that the first six parts leave at nothing are of the old kind too.
    if parts[..6] == [0; 6] {
        return Distance::Never;
    }
    if address.is_unique_local() || (parts[0] & 0xffc0) == 0xfec0 { Distance::Local } else { Distance::World }
}

/// Looks names up, and gives only what may be asked.
#[derive(Debug)]
pub(super) struct Resolver(pub Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| Unknown)?.collect();
            if found.is_empty() {
                return Err(Unknown.into());
            }
            let own = own_addresses();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|address| reach.allows(address.ip(), &own)).collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, Refused};
    use reqwest::Url;
    use std::net::IpAddr;

    /// What each reach allows, the hub's own address being 192.168.7.7.
    fn allowed(address: &str) -> (bool, bool, bool) {
        let own = ["192.168.7.7".parse().unwrap()];
        let address: IpAddr = address.parse().unwrap();
        (Reach::Far.allows(address, &own), Reach::Near.allows(address, &own), Reach::Here.allows(address, &own))
    }

    #[test]
    fn what_may_be_asked_depends_on_where_it_is() {
        for world in ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"] {
            assert_eq!(allowed(world), (true, true, true), "{world}");
        }
        for local in
            ["192.168.1.20", "10.0.0.1", "172.16.9.9", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"]
        {
            assert_eq!(allowed(local), (false, true, true), "{local}");
        }
        for own in
            ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "192.168.7.7", "::ffff:127.0.0.1", "64:ff9b::c0a8:707"]
        {
            assert_eq!(allowed(own), (false, false, true), "{own}");
        }
        for never in [
            "169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "100.100.100.200",
            "168.63.129.16",
            "224.0.0.251",
            "ff02::fb",
            "255.255.255.255",
            "0.1.2.3",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::7f00:1",
            "64:ff9b:1::a00:1",
            "::ffff:0:127.0.0.1",
        ] {
            assert_eq!(allowed(never), (false, false, false), "{never}");
        }
    }

    #[test]
    fn an_address_in_numbers_is_looked_at_however_it_is_written() {
        for own in [
            "http://127.0.0.1:4327/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
        ] {
            assert_eq!(Reach::Near.check_literal(&Url::parse(own).unwrap()), Err(Refused), "{own}");
        }
        assert_eq!(Reach::Far.check_literal(&Url::parse("http://example.org/").unwrap()), Ok(()));
    }
}

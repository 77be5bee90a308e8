//! Hearth's own small authority. It can vouch for nothing but names of this hub and addresses of private networks
//! (RFC 5280 §4.2.1.10), so a device that trusts it risks nothing elsewhere, even should its key be stolen.

use super::address;
use crate::disk;
use anyhow::Context;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};
use time::{Duration, OffsetDateTime};

/// How long the authority is good for.
const YEARS: Duration = Duration::days(10 * 365);
/// How long a certificate of it is good for; phones refuse what is good for more than 398 days.
const GOOD_FOR: Duration = Duration::days(397);
/// Clocks of devices may be behind.
const BEHIND: Duration = Duration::days(1);
/// How many numbers the hub's name can get when others have it.
const NUMBERS: u32 = 9;

/// Everything of an authority is in one file, so that it is there whole or not at all.
const FILE: &str = "authority.json";

/// What has to be known about an authority to issue in its name.
#[derive(Serialize, Deserialize)]
struct Made {
    /// What it is called.
    name: String,
    /// The hub's name, such as `acme.local`, that it can vouch for.
    host: String,
    /// As PEM.
    certificate: String,
    /// As PEM.
    key: String,
}

/// The authority with its key.
pub(super) struct Authority {
    made: Made,
    key: KeyPair,
}

impl Authority {
    /// The authority of a data directory; makes it if there is none.
    pub(super) fn open_or_make(folder: &Path, team: &str, host: &str) -> anyhow::Result<Self> {
        let read = match std::fs::read(folder.join(FILE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::make(folder, team, host),
            read => read.context("the authority cannot be read")?,
        };
        let made: Made = serde_json::from_slice(&read).context("the authority is damaged")?;
        let key = KeyPair::from_pem(&made.key).context("the authority's key is damaged")?;
        Ok(Self { made, key })
    }

    /// Makes an authority in the place of the one before.
    pub(super) fn make(folder: &Path, team: &str, host: &str) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let now = OffsetDateTime::now_utc();
        let name = format!("{} ({} {:04}-{:02})", team, "Hearth", now.year(), u8::from(now.month()));
        let key = KeyPair::generate()?;
        let mut made = Made { name, host: host.to_owned(), certificate: String::new(), key: key.serialize_pem() };
        made.certificate = made.params(now).self_signed(&key)?.pem();
        disk::write_private(&folder.join(FILE), &serde_json::to_vec(&made)?)?;
        disk::sync_directory(folder)?;
        Ok(Self { made, key })
    }

    /// What devices are shown.
    pub(super) fn certificate(&self) -> anyhow::Result<CertificateDer<'static>> {
        CertificateDer::from_pem_slice(self.made.certificate.as_bytes())
            .map_err(|error| anyhow::anyhow!("the authority's certificate is damaged: {error:?}"))
    }

    /// A certificate for those of the names that the authority can vouch for, with its key.
    pub(super) fn issue(
        &self,
        names: &BTreeSet<String>,
    ) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let now = OffsetDateTime::now_utc();
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.not_before = now - BEHIND;
        params.not_after = now + GOOD_FOR;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.distinguished_name = called(&self.made.host);
        for name in names.iter().filter(|name| self.made.vouches_for(name)) {
            params.subject_alt_names.push(match address(name) {
                Some(address) => SanType::IpAddress(address),
                None => SanType::DnsName(name.as_str().try_into()?),
            });
        }
        let issuer = Issuer::new(self.made.params(now), &self.key);
        let certificate = params.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok((vec![certificate.der().clone()], key))
    }
}

impl Made {
    fn params(&self, now: OffsetDateTime) -> CertificateParams {
        let permitted = self.hosts().map(GeneralSubtree::DnsName);
        let subnets = private_networks()
            .map(|(address, prefix)| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix)));
        let mut params = CertificateParams::default();
        params.not_before = now - BEHIND;
        params.not_after = now + YEARS;
        params.distinguished_name = called(&self.name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: permitted.chain(subnets).collect(),
            excluded_subtrees: Vec::new(),
        });
        params
    }

    /// The names that the hub can have.
    fn hosts(&self) -> impl Iterator<Item = String> {
        let label = self.host.strip_suffix(".local").unwrap_or(&self.host);
        let numbered: Vec<_> = (2..=NUMBERS).map(|number| format!("{label}-{number}.local")).collect();
        ["localhost".to_owned(), self.host.clone()].into_iter().chain(numbered)
    }

    fn vouches_for(&self, name: &str) -> bool {
        match address(name) {
            Some(address) => private_networks().any(|(network, prefix)| within(address, network, prefix)),
            None => self.hosts().any(|host| host == name),
        }
    }
}

fn called(name: &str) -> DistinguishedName {
    let mut called = DistinguishedName::new();
    // A common name has 64 characters at most.
    called.push(DnType::CommonName, name.chars().take(64).collect::<String>());
    called.push(DnType::OrganizationName, "Hearth");
    called
}

/// Networks that lead nowhere on the internet: this computer's own, those of RFC 1918, RFC 3927, RFC 6598, RFC 4193 and
/// link-local ones.
fn private_networks() -> impl Iterator<Item = (IpAddr, u8)> {
    let four = |a, b, prefix| (IpAddr::from(Ipv4Addr::new(a, b, 0, 0)), prefix);
    let six = |first, prefix| (IpAddr::from(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0)), prefix);
    [
        four(127, 0, 8),
        four(10, 0, 8),
        four(172, 16, 12),
        four(192, 168, 16),
        four(169, 254, 16),
        four(100, 64, 10),
        (IpAddr::from(Ipv6Addr::LOCALHOST), 128),
        six(0xfc00, 7),
        six(0xfe80, 10),
    ]
    .into_iter()
}

fn within(address: IpAddr, network: IpAddr, prefix: u8) -> bool {
    ipnet::IpNet::new(network, prefix).is_ok_and(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::Authority;
    use crate::tls::{configure, facts::Facts};
    use rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider};
    use rustls_pki_types::{CertificateDer, ServerName};
    use std::sync::Arc;
    use tokio_rustls::{TlsAcceptor, TlsConnector};

    async fn trusted(authority: &[u8], server: rustls::ServerConfig, name: &str) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.to_vec())).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (near, far) = tokio::io::duplex(64 << 10);
        let server = TlsAcceptor::from(Arc::new(server)).accept(far);
        let client = TlsConnector::from(Arc::new(client)).connect(ServerName::try_from(name.to_owned()).unwrap(), near);
        let (client, _server) = tokio::join!(client, server);
        client.is_ok()
    }

    #[tokio::test]
    async fn a_device_that_trusts_the_authority_trusts_the_hub_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let names = ["localhost", "acme.local", "acme-2.local", "192.168.1.20", "mail.example.org", "81.2.69.142"];
        let wanted = names.map(str::to_owned).into();
        Authority::open_or_make(folder, "Acmé & Söhne", "acme.local").unwrap();
        // As after a restart.
        let authority = Authority::open_or_make(folder, "Another", "other.local").unwrap();
        let certificate = authority.certificate().unwrap();
        for (name, expected) in names.iter().zip([true, true, true, true, false, false]) {
            let (chain, key) = authority.issue(&wanted).unwrap();
            let facts = Facts::of(&chain[0]).unwrap();
            assert_eq!(facts.covers(name), expected, "{name}: {facts:?}");
            assert_eq!(trusted(&certificate, configure(chain, key).unwrap(), name).await, expected, "{name}");
        }
        assert!(Facts::of(&certificate).unwrap().subject.starts_with("Acmé & Söhne (Hearth 2"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.join(super::FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let next = Authority::make(folder, "Acme", "acme.local").unwrap();
        assert_ne!(next.certificate().unwrap(), certificate);
        let (chain, key) = next.issue(&wanted).unwrap();
        assert!(!trusted(&certificate, configure(chain, key).unwrap(), "acme.local").await, "the one before is over");
    }
}

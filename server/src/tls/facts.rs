//! What a certificate says.

use super::address;
use crate::clock::Timestamp;
use anyhow::Context;
use rustls_pki_types::CertificateDer;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use utoipa::ToSchema;
use x509_cert::{
    Certificate,
    der::{Decode, asn1::OctetString},
    ext::pkix::{SubjectAltName, name::GeneralName},
    name::Name,
};

/// What a certificate says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Certificate)]
pub struct Facts {
    /// Whom it is about.
    pub subject: String,
    /// Who vouches for that.
    pub issuer: String,
    /// The names and addresses that it vouches for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// SHA-256 of the whole certificate, in hexadecimal pairs.
    pub fingerprint: String,
}

impl Facts {
    /// Reads a certificate.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(der: &CertificateDer<'_>) -> anyhow::Result<Self> {
        let certificate = Certificate::from_der(der).context("this is no certificate")?;
        let told = certificate.tbs_certificate();
        let validity = told.validity();
        let at = |time: x509_cert::time::Time| {
            Timestamp::from_millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
        };
        let names = told
            .get_extension::<SubjectAltName>()
            .context("the certificate's names cannot be read")?
            .map(|(_, names)| names.0.iter().filter_map(name).collect())
            .unwrap_or_default();
        let digest = Sha256::digest(der.as_ref());
        Ok(Self {
            subject: common_name(told.subject()),
            issuer: common_name(told.issuer()),
            names,
            not_before: at(validity.not_before),
            not_after: at(validity.not_after),
            fingerprint: digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":"),
        })
    }

    /// Whether it vouches for a name or an address.
    #[must_use]
    pub fn covers(&self, wanted: &str) -> bool {
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(parent) => wanted.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
            None => name.eq_ignore_ascii_case(wanted),
        }) && (address(wanted).is_none() || self.names.iter().any(|name| name == wanted))
    }
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(bytes) => ip(bytes).map(|address| address.to_string()),
        _ => None,
    }
}

fn ip(bytes: &OctetString) -> Option<IpAddr> {
    let bytes = bytes.as_bytes();
    let four = || <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    four().or_else(|| <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from))
}

/// The name by which somebody is called, or all that is said of them.
fn common_name(name: &Name) -> String {
    name.common_name().ok().flatten().map_or_else(|| name.to_string(), |name| name.value().into_owned())
}

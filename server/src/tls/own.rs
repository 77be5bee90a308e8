//! A certificate that somebody brought.

use super::{Facts, configure};
use crate::{clock, disk};
use anyhow::Context;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{collections::BTreeSet, path::Path};

/// The certificates and the key are in one file, so that they always belong together.
const FILE: &str = "own.pem";
/// How many certificates may lead to the authority.
const LONGEST_CHAIN: usize = 10;

/// Why a certificate is not taken.
pub(super) enum OwnError {
    /// What is wrong with the certificate.
    Certificate(&'static str),
    /// What is wrong with the key.
    Key(&'static str),
    Other(anyhow::Error),
}

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn parse(chain: &str, key: &str) -> Result<Pair, OwnError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| OwnError::Certificate("is not a certificate in PEM form"))?;
    if chain.is_empty() || chain.len() > LONGEST_CHAIN {
        return Err(OwnError::Certificate("is not one to ten certificates in PEM form"));
    }
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
        .map_err(|_| OwnError::Key("is not a private key without a password, in PEM form"))?;
    Ok((chain, key))
}

/// Looks whether a certificate can be used with this key.
pub(super) fn check(chain: &str, key: &str) -> Result<(), OwnError> {
    let (certificates, private) = parse(chain, key)?;
    let facts = Facts::of(&certificates[0]).map_err(|_| OwnError::Certificate("cannot be read"))?;
    let now = clock::now();
    if facts.not_after <= now {
        return Err(OwnError::Certificate("has expired"));
    }
    if facts.not_before > now {
        return Err(OwnError::Certificate("is not valid yet"));
    }
    if facts.names.is_empty() {
        return Err(OwnError::Certificate("names no host, which browsers ask for"));
    }
    configure(certificates, private).map(drop).map_err(|_| OwnError::Key("does not belong to the certificate"))
}

/// Keeps a certificate with its key.
pub(super) fn keep(folder: &Path, chain: &str, key: &str) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    disk::write_private(&folder.join(FILE), format!("{chain}\n{key}\n").as_bytes())?;
    Ok(disk::sync_directory(folder)?)
}

/// The certificate that is kept, with its key, and what it vouches for.
pub(super) fn read(folder: &Path) -> anyhow::Result<(Pair, BTreeSet<String>)> {
    let both = std::fs::read_to_string(folder.join(FILE)).context("there is no certificate")?;
    let pair = parse(&both, &both).map_err(|_| anyhow::anyhow!("the certificate is damaged"))?;
    let names = Facts::of(&pair.0[0])?.names.into_iter().collect();
    Ok((pair, names))
}

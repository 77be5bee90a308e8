//! What somebody needs who helps from afar.

use super::{read, redact::redact};
use crate::{admin::overview::Overview, app::App, database};
use anyhow::Context;
use serde_json::json;
use std::{
    io::{Cursor, Read, Seek, SeekFrom, Write},
    path::Path,
};
use sysinfo::System;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// How many days of the log are in it.
const DAYS: usize = 3;
/// How much of each day, from its end.
const OF_A_DAY: u64 = 4 << 20;

const READ_ME: &str = "\
What is in here helps to find out what is wrong with a Hearth. It holds no messages, no names of people,
no passwords and no keys. Addresses of the internet and e-mail addresses were taken out of the log.

about.json      the versions of Hearth and of the operating system
overview.json   what the dashboard's overview shows
settings.json   the settings that are made outside of the dashboard, and where each comes from
logs/           the end of the log of the last days
";

/// Makes the zip file.
pub(super) fn make(app: &App, overview: &Overview) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut add = |name: &str, bytes: &[u8]| -> anyhow::Result<()> {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
        Ok(())
    };
    add("README.txt", READ_ME.as_bytes())?;
    let about = json!({
        "hearth": env!("CARGO_PKG_VERSION"),
        "engine": database::ENGINE,
        "schema": database::newest_schema(),
        "system": System::name(),
        "systemVersion": System::os_version(),
        "kernel": System::kernel_version(),
        "architecture": std::env::consts::ARCH,
    });
    add("about.json", &serde_json::to_vec_pretty(&about)?)?;
    add("overview.json", &serde_json::to_vec_pretty(overview)?)?;
    add("settings.json", &serde_json::to_vec_pretty(&settings(app))?)?;
    if let Some(data) = &app.config.data {
        let folder = data.join("logs");
        for name in read::files(&folder)?.iter().rev().take(DAYS) {
            let log = end_of(&folder.join(name)).with_context(|| format!("{name} cannot be read"))?;
            add(&format!("logs/{name}"), redact(&log, data).as_bytes())?;
        }
    }
    Ok(zip.finish()?.into_inner())
}

fn settings(app: &App) -> serde_json::Value {
    let config = &app.config;
    json!({
        "sources": config.sources,
        "listens": config.listen.is_some(),
        "port": config.listen.map(|address| address.port()),
        "mdns": config.mdns,
        "interfaces": config.interfaces.as_ref().map(std::collections::BTreeSet::len),
        "allowedHosts": config.allowed_hosts.len(),
        "trustedProxies": config.trusted_proxies.len(),
        "limits": {
            "signIn": config.limits.sign_in,
            "register": config.limits.register,
            "messages": config.limits.messages,
        },
        "files": { "largest": config.files.largest, "perPerson": config.files.per_person },
        "reserve": config.reserve,
        "metrics": config.metrics.to_string(),
    })
}

/// The end of a file, from its first whole line on.
fn end_of(path: &Path) -> anyhow::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(OF_A_DAY);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(OF_A_DAY).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match text.split_once('\n') {
        Some((_, rest)) if from > 0 => rest.to_owned(),
        _ => text,
    })
}

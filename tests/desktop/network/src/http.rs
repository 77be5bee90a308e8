//! One request on a connection of its own, as simple as HTTP gets.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

/// How long connecting and answering may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// A status and the body, parsed where it is JSON.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Where a URL of plain HTTP leads.
pub(crate) struct Target<'a> {
    /// The host and port, as they stand in the URL.
    pub(crate) authority: &'a str,
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    path: String,
}

impl<'a> Target<'a> {
    pub(crate) fn parse(url: &'a str) -> Result<Self> {
        let rest = url.strip_prefix("http://").context("not a URL of plain HTTP")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
        Ok(Self { authority, host, port: port.parse().context("a port is a number")?, path: format!("/{path}") })
    }
}

/// Asks the computer at `address` for what the target names.
pub(crate) fn ask(
    address: IpAddr,
    target: &Target<'_>,
    method: &str,
    body: Option<&str>,
    token: Option<&str>,
) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::new(address, target.port), LIMIT).context("connecting")?;
    stream.set_read_timeout(Some(LIMIT))?;
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let kind = body.map(|_| "content-type: application/json\r\n").unwrap_or_default();
    let body = body.unwrap_or_default();
    write!(
        stream,
        "{method} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{token}{kind}content-length: {}\r\n\r\n{body}",
        target.path,
        target.authority,
        body.len()
    )
    .context("asking")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).context("reading the answer")?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").context("an answer without an end of its head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("an answer without a status")?;
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    Ok(Answer { status, body })
}

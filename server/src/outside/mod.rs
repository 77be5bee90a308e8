//! What the hub asks of other computers: receivers of webhooks, commands, and pages that were linked to.
//!
//! Somebody else chose the address, so every request is bounded in time and size, follows no redirect by itself, sends no
//! cookie and uses no proxy. Whether an address may be asked is decided of what its name resolves to, by the very
//! look-up with which the connection is made: a name that means one computer now and another a moment later gains nothing.

mod reach;

pub use reach::{Reach, Refused};

use axum::body::Bytes;
use futures_util::StreamExt;
use reach::Resolver;
use reqwest::{
    Client, Method, Url,
    header::{HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    error::Error,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use utoipa::ToSchema;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest address.
pub const LONGEST_ADDRESS: usize = 2_000;

/// Why there was no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The address belongs to this computer, or to nothing that may be asked.
    Refused,
    /// There is no computer of this name.
    UnknownHost,
    /// Nobody answers there.
    NoConnection,
    /// The certificate is not one that this computer trusts, or there is no encryption at all.
    NoTrust,
    TooSlow,
    /// What came is not HTTP, or broke off.
    Broken,
    /// It was given up before: the webhook was switched off, or too much waited.
    GivenUp,
}

impl Fault {
    /// The word by which it is kept.
    #[must_use]
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }
}

/// A question.
#[derive(Debug)]
pub struct Question<'a> {
    pub method: Method,
    pub url: &'a Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub reach: Reach,
    /// For all of it, the answer's body included.
    pub within: Duration,
    /// How many bytes of the answer are read; the rest is left.
    pub most: usize,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether the body went on.
    pub cut: bool,
}

impl Answered {
    #[must_use]
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long the other side asks to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

/// Asks other computers. One in an [`App`](crate::app::App); what it needs is made when something is asked first.
#[derive(Default)]
pub struct Outside {
    clients: Mutex<HashMap<Reach, Client>>,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl Outside {
    /// Asks, and reads the answer as far as it is wanted.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn ask(&self, question: Question<'_>) -> Result<Answered, Fault> {
        let Question { method, url, headers, body, reach, within, most } = question;
        // An address in numbers is not looked up.
        reach.check_literal(url).map_err(|Refused| Fault::Refused)?;
        let client = self.client(reach)?;
        let asked = async {
            let request = client.request(method, url.clone()).headers(headers).body(body);
            let response = request.send().await.map_err(|error| meaning(&error))?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let (mut body, mut cut) = (Vec::new(), false);
            let mut stream = response.bytes_stream();
            while let Some(part) = stream.next().await {
                let part = part.map_err(|error| meaning(&error))?;
                let room = most.saturating_sub(body.len());
                body.extend_from_slice(&part[..part.len().min(room)]);
                if part.len() > room {
                    cut = true;
                    break;
                }
            }
            Ok(Answered { status, headers, body, cut })
        };
        tokio::time::timeout(within, asked).await.unwrap_or(Err(Fault::TooSlow))
    }

    fn client(&self, reach: Reach) -> Result<Client, Fault> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&reach) {
            return Ok(client.clone());
        }
        // Whoever comes second finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("Hearth/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(30))
            .dns_resolver(Resolver(reach))
            .build()
            .map_err(|error| {
                tracing::warn!(%error, "nothing can be asked of other computers");
                Fault::Broken
            })?;
        clients.insert(reach, client.clone());
        Ok(client)
    }
}

/// What a failure comes from.
fn meaning(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::TooSlow;
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Refused>() {
            return Fault::Refused;
        }
        if error.is::<reach::Unknown>() {
            return Fault::UnknownHost;
        }
        if error.is::<rustls::Error>() {
            return Fault::NoTrust;
        }
        // A failure of TLS is wrapped in one of reading and writing, which does not call it its source.
        if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref)
            && inner.is::<rustls::Error>()
        {
            return Fault::NoTrust;
        }
        cause = error.source();
    }
    if error.is_connect() { Fault::NoConnection } else { Fault::Broken }
}

/// The address that somebody typed, if it can be asked at all.
///
/// # Errors
/// What is wrong with it, as a sentence that reads on after the field's name.
pub fn address(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.len() > LONGEST_ADDRESS {
        return Err(format!("is longer than {LONGEST_ADDRESS} characters"));
    }
    let url = Url::parse(text).map_err(|_| "is not an address that begins with http:// or https://".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err("is not an address that begins with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user name or password in it".to_owned());
    }
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_one_of_the_web_without_a_password() {
        for good in ["http://192.168.1.20:5678/hook", "https://ci.example/x?y=1", "http://[fd00::1]/"] {
            assert_eq!(address(good).as_deref(), Ok(good));
        }
        for bad in ["", "ci.example", "ftp://ci.example", "file:///etc/passwd", "http://", "https://a:b@ci.example/"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}

//! Which hosts this hub answers to, and which sites may write to it with a person's cookie.
//!
//! A web page elsewhere can make a browser send requests to an address on the team's network
//! (DNS rebinding, forged forms). The host allow-list stops the first, the origin check the second.

use crate::{
    app::App,
    directory::Directory,
    error::{AppError, Code},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// The address that a request comes from: the peer's, or what a configured proxy says of it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Whether the request comes from this computer itself, not through a proxy.
    #[must_use]
    pub fn is_loopback(self) -> bool {
        self.0.is_loopback()
    }
}

/// Refuses foreign hosts and forged writes, and notes the peer for those who come after.
pub async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let socket = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip().to_canonical());
    let peer = Peer(client_address(socket, request.headers(), &app));
    request.extensions_mut().insert(peer);
    if let Err(refusal) = check(&app, &request) {
        return refusal.into_response();
    }
    if !peer.is_loopback() {
        let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        app.discovery.note_visit(peer.0, agent.unwrap_or_default());
    }
    next.run(request).await
}

fn check(app: &App, request: &Request) -> Result<(), AppError> {
    let headers = request.headers();
    let host = host_of(headers, request.uri()).ok_or_else(|| AppError::new(Code::HostRefused))?;
    if !host_allowed(app, &host) {
        return Err(AppError::new(Code::HostRefused));
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let has_cookie = crate::accounts::session_cookie(headers, &app.cookie_name()).is_some();
    check_origin(headers, &host, has_cookie)
}

/// Whether the `Origin` is the host that is being asked. Its absence is fine only where no cookie
/// speaks for a person.
///
/// # Errors
/// `origin_refused`.
pub fn check_origin(headers: &HeaderMap, host: &str, has_cookie: bool) -> Result<(), AppError> {
    let refused = || AppError::new(Code::OriginRefused);
    match headers.get(header::ORIGIN) {
        None if has_cookie => Err(refused()),
        None => Ok(()),
        Some(origin) => {
            let origin = origin.to_str().map_err(|_| refused())?;
            let authority =
                origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).ok_or_else(refused)?;
            if authority.eq_ignore_ascii_case(host) { Ok(()) } else { Err(refused()) }
        }
    }
}

/// The host and port that the client thinks it is talking to.
#[must_use]
pub fn host_of(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str)).map(str::to_lowercase)
}

fn host_allowed(app: &App, host: &str) -> bool {
    let name = without_port(host);
    if let Ok(address) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return is_local(address.to_canonical()) || app.discovery.answers_to(name);
    }
    name == "localhost"
        || name.ends_with(".localhost")
        || app.config.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
        || own_name(&app.journal.directory()).is_some_and(|own| own == name)
        || app.discovery.answers_to(name)
}

/// The hub's own name on the local network, such as `acme.local`.
#[must_use]
pub fn own_name(directory: &Directory) -> Option<String> {
    directory.settings.as_ref().map(|settings| format!("{}.local", host_label(&settings.name)))
}

/// A team's name as one label of a host name: ASCII letters, digits and hyphens, at most 63.
#[must_use]
pub fn host_label(team: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut label = String::new();
    for letter in team.nfkd().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            label.push(letter);
        } else if (letter.is_whitespace() || letter.is_ascii_punctuation())
            && !label.ends_with('-')
            && !label.is_empty()
        {
            label.push('-');
        }
        if label.len() == 63 {
            break;
        }
    }
    let label = label.trim_end_matches('-');
    if label.is_empty() { "hearth".to_owned() } else { label.to_owned() }
}

fn without_port(host: &str) -> &str {
    if host.starts_with('[') {
        return host.split_inclusive(']').next().unwrap_or(host);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Whether an address belongs to this computer or to a local network.
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Follows `X-Forwarded-For` from the right as long as each hop is a configured proxy.
fn client_address(socket: IpAddr, headers: &HeaderMap, app: &App) -> IpAddr {
    let trusted = |address: IpAddr| app.config.trusted_proxies.iter().any(|net| net.contains(&address));
    if !trusted(socket) {
        return socket;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|hop| hop.trim().parse::<IpAddr>().ok())
        .rev()
        .find(|hop| !trusted(*hop))
        .unwrap_or(socket)
}

#[cfg(test)]
mod tests {
    use super::{check_origin, host_label, is_local, without_port};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_team_name_becomes_one_host_label() {
        for (team, label) in [
            ("Acme", "acme"),
            ("Northlight Studio", "northlight-studio"),
            ("Makerspace Süd!", "makerspace-sud"),
            ("東京", "hearth"),
            ("  -- ", "hearth"),
        ] {
            assert_eq!(host_label(team), label);
        }
    }

    #[test]
    fn only_the_asked_host_may_write_with_a_cookie() {
        let with = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
            check_origin(&headers, "hub.local:4327", true).is_ok()
        };
        assert!(with("http://hub.local:4327"));
        for foreign in [
            "http://evil.example",
            "null",
            "http://hub.local",
            "file://hub.local:4327",
            "http://hub.local:4327.evil.example",
        ] {
            assert!(!with(foreign), "{foreign}");
        }
        assert!(check_origin(&HeaderMap::new(), "hub.local", true).is_err());
        assert!(check_origin(&HeaderMap::new(), "hub.local", false).is_ok());
    }

    #[test]
    fn local_addresses_are_told_from_public_ones() {
        for local in ["127.0.0.1", "192.168.1.20", "10.1.2.3", "169.254.7.7", "100.64.0.1", "::1", "fe80::1", "fd00::1"]
        {
            assert!(is_local(local.parse().unwrap()), "{local}");
        }
        for public in ["8.8.8.8", "100.128.0.1", "2001:db8::1"] {
            assert!(!is_local(public.parse().unwrap()), "{public}");
        }
        assert_eq!(without_port("[::1]:4327"), "[::1]");
        assert_eq!(without_port("localhost:1"), "localhost");
    }
}

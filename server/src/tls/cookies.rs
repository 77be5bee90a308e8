//! Keeps sign-ins by encrypted connections apart from those by plain ones.
//!
//! Browsers do not let a plain page write a cookie of the same name as a secure one, and send plain cookies along with
//! encrypted requests. So the session cookie of an encrypted connection has a name of its own, which only such a connection
//! can set (`__Host-`, RFC 6265bis §4.1.3.2); the rest of the hub sees the usual one.

use super::Encrypted;
use crate::app::App;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

const PREFIX: &str = "__Host-";

/// Translates the session cookie of encrypted requests.
pub(crate) async fn apart(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Encrypted>().is_none() {
        return next.run(request).await;
    }
    let name = app.cookie_name();
    inwards(request.headers_mut(), &name);
    let mut response = next.run(request).await;
    outwards(response.headers_mut(), &name);
    response
}

/// Takes the plain cookie away and gives the secure one its name.
fn inwards(headers: &mut HeaderMap, name: &str) {
    let secure = format!("{PREFIX}{name}");
    let mut kept = Vec::new();
    for value in headers.get_all(header::COOKIE) {
        for cookie in value.to_str().unwrap_or_default().split(';').map(str::trim) {
            match cookie.split_once('=') {
                Some((known, _)) if known == name => {}
                Some((known, secret)) if known == secure => kept.push(format!("{name}={secret}")),
                _ => kept.push(cookie.to_owned()),
            }
        }
    }
    headers.remove(header::COOKIE);
    if let (false, Ok(value)) = (kept.is_empty(), HeaderValue::from_str(&kept.join("; "))) {
        headers.insert(header::COOKIE, value);
    }
}

/// Sets the secure cookie where the plain one would be set.
fn outwards(headers: &mut HeaderMap, name: &str) {
    let set: Vec<_> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for value in set {
        let text = value.to_str().unwrap_or_default();
        let ours = text.split_once('=').is_some_and(|(known, _)| known == name);
        let secure = ours.then(|| HeaderValue::from_str(&format!("{PREFIX}{text}; Secure")).ok()).flatten();
        headers.append(header::SET_COOKIE, secure.unwrap_or(value));
    }
}

#[cfg(test)]
mod tests {
    use super::{inwards, outwards};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn an_encrypted_connection_has_a_session_of_its_own() {
        let mut headers = HeaderMap::new();
        let both = "hearth_1=plain; theme=dark; __Host-hearth_1=secret";
        headers.insert(header::COOKIE, HeaderValue::from_static(both));
        inwards(&mut headers, "hearth_1");
        assert_eq!(headers[header::COOKIE], "theme=dark; hearth_1=secret");
        headers.insert(header::COOKIE, HeaderValue::from_static("hearth_1=plain"));
        inwards(&mut headers, "hearth_1");
        assert!(!headers.contains_key(header::COOKIE));

        headers.append(header::SET_COOKIE, HeaderValue::from_static("hearth_1=new; HttpOnly; Path=/"));
        headers.append(header::SET_COOKIE, HeaderValue::from_static("other=1"));
        outwards(&mut headers, "hearth_1");
        let set: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(set, ["__Host-hearth_1=new; HttpOnly; Path=/; Secure", "other=1"]);
    }
}

//! The web UI, embedded in the binary as it was built: compressed beforehand, cached by content.

use crate::error::{AppError, Code};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "../ui/build"]
#[allow_missing = true]
struct Files;

/// The page that every address of the app starts from.
const PAGE: &str = "index.html";

/// What pages may load: nothing from elsewhere, and no inline script but the page's own start
/// script, by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let page = Files::get(PAGE).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default();
    let hashes = inline_scripts(&page)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect::<String>();
    format!(
        "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

/// The content security policy of every answer.
#[must_use]
pub fn content_security_policy() -> &'static str {
    &POLICY
}

fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let script = rest.split("</script>").next()?;
        (!attributes.contains("src=") && !script.is_empty()).then_some(script)
    })
}

/// A file of the UI, or its page for any other address.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return AppError::new(Code::NotFound).into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return AppError::new(Code::MethodNotAllowed).into_response();
    }
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let last = path.rsplit('/').next().unwrap_or_default();
    if let Some(found) = find(path, accepts).filter(|_| !path.is_empty()) {
        return answer(found, path, known);
    }
    if path.starts_with("_app/") || (last.contains('.') && !path.contains('/')) {
        return AppError::new(Code::NotFound).into_response();
    }
    match find(PAGE, accepts) {
        Some(found) => answer(found, PAGE, known),
        None => (StatusCode::SERVICE_UNAVAILABLE, "This build of Hearth has no web UI in it.").into_response(),
    }
}

/// A file in the best form that the client accepts.
fn find(path: &str, accepts: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    for (name, ending) in [("br", "br"), ("gzip", "gz")] {
        let accepted =
            accepts.split(',').any(|offer| offer.split(';').next().is_some_and(|offer| offer.trim() == name));
        if accepted && let Some(file) = Files::get(&format!("{path}.{ending}")) {
            return Some((file, Some(name)));
        }
    }
    Files::get(path).map(|file| (file, None))
}

fn answer((file, encoding): (EmbeddedFile, Option<&'static str>), path: &str, known: Option<&str>) -> Response {
    let hash = &file.metadata.sha256_hash()[..12];
    let tag = format!("\"{}\"", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let caching = if path.starts_with("_app/immutable/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.data.into_owned()))
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, caching),
        (header::ETAG, tag.as_str()),
        (header::VARY, "accept-encoding"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::inline_scripts;

    #[test]
    fn only_scripts_without_a_source_are_hashed() {
        let page = r#"<script src="/a.js"></script><script type="module">start()</script><script></script>"#;
        assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["start()"]);
    }
}

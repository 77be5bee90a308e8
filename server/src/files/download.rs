//! Handing files out: to whom, as what, and which part of them.

use super::{
    FileView, kind,
    store::{self, FileRow},
    thumbnails,
};
use crate::{
    accounts::Actor,
    app::App,
    directory::Scope,
    error::{AppError, Code},
    http::pieces,
    ids::FileId,
    permission::Action,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{fmt::Write, io::SeekFrom, path::Path, sync::Arc};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

/// What a file may do when a browser shows it by itself: nothing but be seen and heard.
const POLICY: &str =
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Whether a browser is to show a file or to save it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum As {
    /// Shown, where that can do no harm.
    Itself,
    Attachment,
}

/// A file that the actor may have: their own, or one in a message that they may read now.
///
/// # Errors
/// `not_found`, also when they may not know of it.
async fn readable(app: &App, actor: &Actor, id: FileId) -> Result<FileRow, AppError> {
    let missing = || AppError::not_found("File");
    let file = store::find(&app.database, id).await.map_err(AppError::internal)?.ok_or_else(missing)?;
    if file.owner == actor.user {
        actor.require_scope(Scope::Read)?;
        return Ok(file);
    }
    let (channel, _) = file.message.ok_or_else(missing)?;
    let directory = app.journal.directory();
    let channel = directory.visible_channel(channel, actor.user, actor.role).map_err(|_| missing())?;
    actor.require(Action::ReadMessages, directory.relation(channel, actor.user))?;
    Ok(file)
}

/// What is known of a file.
///
/// # Errors
/// `not_found`.
pub(super) async fn view(app: &App, actor: &Actor, id: FileId) -> Result<FileView, AppError> {
    readable(app, actor, id).await.map(|file| file.view)
}

/// A file's bytes, or the part of them that was asked for.
///
/// # Errors
/// `not_found`.
pub(super) async fn content(
    app: &App,
    actor: &Actor,
    id: FileId,
    how: As,
    asked: &HeaderMap,
) -> Result<Response, AppError> {
    let file = readable(app, actor, id).await?;
    let shown = how == As::Itself && kind::opens_in_browser(&file.view.kind);
    let headers = [
        (header::CONTENT_TYPE, kind::told(&file.view.kind).to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&file.view.name, shown)),
        (header::ETAG, format!("\"{}\"", file.hash)),
    ];
    answer(&app.blobs.path(file.hash), headers.to_vec(), asked).await
}

/// A picture's thumbnail.
///
/// # Errors
/// `not_found` for what has none.
pub(super) async fn thumbnail(
    app: &Arc<App>,
    actor: &Actor,
    id: FileId,
    asked: &HeaderMap,
) -> Result<Response, AppError> {
    let missing = || AppError::not_found("Thumbnail");
    let file = readable(app, actor, id).await?;
    if !file.view.has_thumbnail {
        return Err(missing());
    }
    let path = app.blobs.thumbnail_path(file.hash);
    // A restored hub has none yet.
    if !tokio::fs::try_exists(&path).await.unwrap_or(false) {
        thumbnails::again(app, file.hash).await.ok_or_else(missing)?;
    }
    let mut beginning = [0; 4];
    let read = async { File::open(&path).await?.read_exact(&mut beginning).await };
    read.await.map_err(|_| missing())?;
    let kind = if beginning.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    let headers = vec![
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
        (header::ETAG, format!("\"{}-thumbnail\"", file.hash)),
    ];
    answer(&path, headers, asked).await
}

/// An answer with a file, all or a part of it; only its head when the client has it already.
async fn answer(path: &Path, mut headers: Vec<(HeaderName, String)>, asked: &HeaderMap) -> Result<Response, AppError> {
    let tag = headers.iter().find(|(name, _)| *name == header::ETAG).map(|(_, tag)| tag.clone()).unwrap_or_default();
    headers.extend([
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ]);
    if has(asked, &tag) {
        return Ok(with(StatusCode::NOT_MODIFIED, headers, Body::empty()));
    }
    let gone = |error: std::io::Error| {
        tracing::error!(%error, path = %path.display(), "a file is not where it should be");
        AppError::new(Code::Internal)
    };
    let mut file = File::open(path).await.map_err(gone)?;
    let size = file.metadata().await.map_err(gone)?.len();
    match part(asked, &tag, size) {
        Part::Whole => {
            headers.push((header::CONTENT_LENGTH, size.to_string()));
            Ok(with(StatusCode::OK, headers, Body::from_stream(pieces(file, size))))
        }
        Part::Some(first, last) => {
            file.seek(SeekFrom::Start(first)).await.map_err(gone)?;
            let length = last - first + 1;
            headers.push((header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
            headers.push((header::CONTENT_LENGTH, length.to_string()));
            Ok(with(StatusCode::PARTIAL_CONTENT, headers, Body::from_stream(pieces(file, length))))
        }
        Part::None => {
            headers.push((header::CONTENT_RANGE, format!("bytes */{size}")));
            Ok(with(StatusCode::RANGE_NOT_SATISFIABLE, headers, Body::empty()))
        }
    }
}

fn with(status: StatusCode, headers: Vec<(HeaderName, String)>, body: Body) -> Response {
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Whether the client has what has this tag.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    text(asked, &header::IF_NONE_MATCH).is_some_and(|known| {
        known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*")
    })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Whole,
    /// From the first to the last byte, both included.
    Some(u64, u64),
    /// What was asked for is not in the file.
    None,
}

/// Which part of a file of this size is asked for. Several parts at once are answered with the whole, as RFC 9110
/// allows.
fn part(asked: &HeaderMap, tag: &str, size: u64) -> Part {
    if text(asked, &header::IF_RANGE).is_some_and(|known| known != tag) {
        return Part::Whole;
    }
    let Some(range) = text(asked, &header::RANGE) else { return Part::Whole };
    let Ok(ranges) = http_range_header::parse_range_header(&range) else { return Part::Whole };
    match ranges.validate(size) {
        Ok(parts) if parts.len() == 1 => Part::Some(*parts[0].start(), *parts[0].end()),
        Ok(_) => Part::Whole,
        Err(_) => Part::None,
    }
}

/// The header that says what to do with a file and what it is called (RFC 6266).
pub(crate) fn disposition(name: &str, shown: bool) -> String {
    let how = if shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(
            |letter| {
                if letter.is_ascii_graphic() && !"\"\\%;".contains(letter) || letter == ' ' { letter } else { '_' }
            },
        )
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(byte.into());
        } else {
            // Writing to a string does not fail.
            let _ = write!(exact, "%{byte:02X}");
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::{Part, disposition, part};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_part_of_a_file_is_given_where_it_has_it() {
        let asked = |range: &str| HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(range).unwrap())]);
        assert_eq!(part(&HeaderMap::new(), "x", 10), Part::Whole);
        for (range, found) in [
            ("bytes=0-4", Part::Some(0, 4)),
            ("bytes=4-", Part::Some(4, 9)),
            ("bytes=-3", Part::Some(7, 9)),
            ("bytes=0-99", Part::Some(0, 9)),
            ("bytes=10-", Part::None),
            ("bytes=0-1,4-5", Part::Whole),
            ("pages=1", Part::Whole),
            ("bytes=b-a", Part::Whole),
        ] {
            assert_eq!(part(&asked(range), "x", 10), found, "{range}");
        }
        let mut other = asked("bytes=0-4");
        other.insert(header::IF_RANGE, HeaderValue::from_static("\"old\""));
        assert_eq!(part(&other, "\"new\"", 10), Part::Whole, "the file is another now");
    }

    #[test]
    fn any_name_fits_into_the_header() {
        assert_eq!(disposition("a.txt", false), "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt");
        assert_eq!(
            disposition("Käse \"1\";.txt", true),
            "inline; filename=\"K_se _1__.txt\"; filename*=UTF-8''K%C3%A4se%20%221%22%3B.txt"
        );
        assert!(HeaderValue::from_str(&disposition("東京\u{7f}.png", false)).is_ok());
    }
}

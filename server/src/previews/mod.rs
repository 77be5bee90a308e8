//! What stands behind the links in a message, where an admin lets the hub look: title, description and name of the site.
//!
//! A page is fetched when somebody who may read the message looks at it, at most once a day for all of them; nothing but
//! these words is kept, in memory only. Only pages of the internet are asked, each redirect again, and never anything of the
//! local network: who writes a message must not be able to look around there through the hub.

pub mod api;
mod links;
mod page;

use crate::{
    accounts::Actor,
    app::App,
    chat,
    directory::LinkPreviews,
    error::AppError,
    ids::ChannelId,
    outside::{Fault, Question},
};
use axum::body::Bytes;
use futures_util::future::join_all;
use moka::{Expiry, sync::Cache};
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION},
};
use serde::Serialize;
use std::{
    fmt,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// How many links of a message are looked at.
const MOST: usize = 3;
/// How long a page may take, with all its redirects.
const WITHIN: Duration = Duration::from_secs(6);
/// How much of a page is read: its head is all that is wanted.
const READ: usize = 256 << 10;
/// How many redirects are followed.
const HOPS: usize = 4;
/// How many pages are fetched at a time.
const AT_ONCE: usize = 4;
/// How many pages are remembered, and how long: what could be read, and what could not.
const KEPT: u64 = 2_000;
const GOOD_FOR: Duration = Duration::from_secs(24 * 3600);
const BAD_FOR: Duration = Duration::from_secs(10 * 60);

/// What stands behind a link.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = LinkPreview)]
pub struct Preview {
    /// The link as it is in the message.
    pub url: String,
    /// At most 200 characters.
    pub title: String,
    /// At most 400 characters; may be empty.
    pub description: String,
    /// The name of the site, or its host.
    pub site: String,
}

/// The pages that were looked at lately. One in an [`App`].
pub struct Previews {
    kept: Cache<String, Option<Preview>>,
    turns: Semaphore,
}

impl fmt::Debug for Previews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previews").finish_non_exhaustive()
    }
}

/// What could not be read is tried again sooner.
struct Freshness;

impl Expiry<String, Option<Preview>> for Freshness {
    fn expire_after_create(&self, _: &String, found: &Option<Preview>, _: Instant) -> Option<Duration> {
        Some(if found.is_some() { GOOD_FOR } else { BAD_FOR })
    }
}

impl Default for Previews {
    fn default() -> Self {
        let kept = Cache::builder().max_capacity(KEPT).expire_after(Freshness).build();
        Self { kept, turns: Semaphore::new(AT_ONCE) }
    }
}

/// What stands behind the links of a message, as far as that could be read; nothing where no admin allowed it, or the
/// message's author does not want it.
///
/// # Errors
/// `not_found` where the actor may not read the message.
pub async fn of_message(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<Vec<Preview>, AppError> {
    let message = chat::message(app, actor, channel, number).await?;
    let allowed = app.journal.directory().settings()?.link_previews == LinkPreviews::On;
    if !allowed || message.bare {
        return Ok(Vec::new());
    }
    let links = links::links(&message.body, MOST);
    let found = join_all(links.iter().map(|link| preview(app, link))).await;
    Ok(found.into_iter().flatten().collect())
}

async fn preview(app: &App, link: &str) -> Option<Preview> {
    if let Some(known) = app.previews.kept.get(link) {
        return known;
    }
    let _turn = app.previews.turns.acquire().await.ok()?;
    // Somebody else may have looked meanwhile.
    if let Some(known) = app.previews.kept.get(link) {
        return known;
    }
    let found = tokio::time::timeout(WITHIN, fetch(app, link)).await.unwrap_or(Err(Fault::TooSlow));
    let found = found.ok().flatten();
    app.previews.kept.insert(link.to_owned(), found.clone());
    found
}

/// Reads a page, over a few redirects, each of which is asked only if it may be.
async fn fetch(app: &App, link: &str) -> Result<Option<Preview>, Fault> {
    let mut url = Url::parse(link).map_err(|_| Fault::Broken)?;
    for _ in 0..=HOPS {
        let headers: HeaderMap =
            [(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml"))].into_iter().collect();
        let answered = app
            .outside
            .ask(Question {
                method: Method::GET,
                url: &url,
                headers,
                body: Bytes::new(),
                reach: app.config.previews,
                within: WITHIN,
                most: READ,
            })
            .await?;
        if (300..400).contains(&answered.status) {
            let place = answered.headers.get(LOCATION).and_then(|place| place.to_str().ok()).ok_or(Fault::Broken)?;
            url = url.join(place).map_err(|_| Fault::Broken)?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(Fault::Refused);
            }
            continue;
        }
        let kind = answered.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        if !answered.is_good() || !(kind.contains("text/html") || kind.contains("xhtml")) {
            return Ok(None);
        }
        return Ok(page::read(&answered.body).map(|page| Preview {
            url: link.to_owned(),
            title: page.title,
            description: page.description,
            site: page.site.unwrap_or_else(|| host(&url)),
        }));
    }
    Ok(None)
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

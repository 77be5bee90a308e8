//! The link in every digest by which whoever has the mail ends them, without signing in. Mail programs that know RFC 8058
//! post to it; people open it and see a page with a button, because programs that look links over open them as well.

use crate::{
    app::App,
    directory::{Digest, Directory, Person},
    error::AppError,
    http::{Peer, extract::Path},
    notifications,
};
use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The page of a link, without the host.
pub(super) fn path(token: &str) -> String {
    format!("/unsubscribe/{token}")
}

/// What a link is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscription {
    /// The team's name.
    team: String,
    /// Where the mails go, as far as it shows: `a…@example.org`.
    address: Option<String>,
    digest: Digest,
}

impl Subscription {
    fn of(directory: &Directory, person: &Person) -> Self {
        Self {
            team: directory.hub_view().name,
            address: person.email.as_deref().map(veiled),
            digest: directory.preferences_of(person.id).digest,
        }
    }
}

/// An address of which whoever knows it recognises enough.
fn veiled(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{host}")
}

/// Whose mails the link ends.
fn whose(app: &App, token: &str, peer: Peer) -> Result<Person, AppError> {
    app.limits.register_from.take(&peer.0)?;
    let unknown = || AppError::not_found("Link");
    let user = app.keys.read_unsubscribe(token).map_err(|_| unknown())?;
    app.journal.directory().active_person(user).cloned().map_err(|_| unknown())
}

/// What a link is about.
///
/// # Errors
/// `not_found`, `rate_limited`.
pub(super) fn look(app: &App, token: &str, peer: Peer) -> Result<Subscription, AppError> {
    let person = whose(app, token, peer)?;
    Ok(Subscription::of(&app.journal.directory(), &person))
}

/// Ends the mails of whom the link was made for.
///
/// # Errors
/// `not_found`, `rate_limited`.
pub(super) async fn end(app: &App, token: &str, peer: Peer) -> Result<Subscription, AppError> {
    let person = whose(app, token, peer)?;
    let user = person.id;
    app.journal.commit(move |draft| notifications::stop_mail(draft, user)).await?;
    Ok(Subscription::of(&app.journal.directory(), &person))
}

/// What a mail program asks whose person clicked on "unsubscribe" (RFC 8058). The body says nothing that matters.
pub(crate) async fn one_click(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    end(&app, &token, peer).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], "You will get no more of these mails.\n").into_response())
}

#[cfg(test)]
mod tests {
    use super::veiled;

    #[test]
    fn an_address_shows_no_more_than_its_owner_needs() {
        assert_eq!(veiled("ann.lee@example.org"), "a…@example.org");
        assert_eq!(veiled("é@x.org"), "é…@x.org");
    }
}

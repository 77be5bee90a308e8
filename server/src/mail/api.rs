//! The routes of mail.

use super::{
    InForce, MailPatch, Outcome, in_force, suggested_address,
    unsubscribe::{self, Subscription},
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    config::Source,
    directory::{Scope, Security},
    error::{AppError, Problem},
    http::{
        Peer,
        answer::Data,
        extract::{Json, Path, nullable},
    },
    ids::UserId,
};
use axum::{Extension, extract::State};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of mail.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_mail, update_mail))
        .routes(routes!(send_test_mail))
        .routes(routes!(get_own_mail))
        .routes(routes!(get_subscription, unsubscribe))
}

/// How a mail went.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailOutcome {
    at: Timestamp,
    /// Whether the server took it.
    delivered: bool,
    /// In the words of the mail server, or of what did not let it speak.
    answer: String,
}

impl From<Outcome> for MailOutcome {
    fn from(Outcome { at, delivered, answer }: Outcome) -> Self {
        Self { at, delivered, answer }
    }
}

/// An address that the server takes no mail for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailRefusal {
    user_id: UserId,
    address: String,
    answer: String,
    at: Timestamp,
}

/// By which server mail is sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mail)]
struct MailView {
    server: Option<String>,
    port: Option<u16>,
    /// The port that is used where none was named.
    usual_port: u16,
    security: Security,
    user: Option<String>,
    /// Whether there is a password; it is not told.
    password_set: bool,
    /// The address that mail comes from.
    from: Option<String>,
    /// What links in mails begin with; `null` leaves it to Hearth.
    address: Option<String>,
    /// What they begin with then.
    suggested_address: String,
    /// Where each of them comes from, by its name.
    #[schema(value_type = BTreeMap<String, Source>)]
    sources: BTreeMap<&'static str, Source>,
    /// Whether mail can be sent.
    ready: bool,
    /// How the last mail since the start went.
    last: Option<MailOutcome>,
    /// Whose addresses the server refused.
    refused: Vec<MailRefusal>,
}

fn view(app: &App) -> MailView {
    let directory = app.journal.directory();
    let found = in_force(app, &directory);
    let ready = found.is_ready();
    let InForce { settings, sources, password_set } = found;
    let security = settings.security.unwrap_or_default();
    let refused = directory.people.values().filter_map(|person| {
        let refused = directory.mailed(person.id)?.refused.as_ref()?;
        (person.email.as_ref() == Some(&refused.address)).then(|| MailRefusal {
            user_id: person.id,
            address: refused.address.clone(),
            answer: refused.answer.clone(),
            at: refused.at,
        })
    });
    MailView {
        server: settings.server,
        port: settings.port,
        usual_port: security.usual_port(),
        security,
        user: settings.user,
        password_set,
        from: settings.from,
        address: settings.address,
        suggested_address: suggested_address(app, &directory),
        sources: sources.into_iter().collect(),
        ready,
        last: app.mail.last().map(MailOutcome::from),
        refused: refused.collect(),
    }
}

/// By which server mail is sent
#[utoipa::path(get, path = "/admin/mail", tag = "mail", responses((status = 200, body = Data<MailView>), (status = 403, body = Problem)))]
async fn get_mail(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<MailView>, AppError> {
    super::require(&actor)?;
    Ok(Data::of(view(&app)))
}

/// What is to change; absent fields stay as they are, and `null` removes one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MailBody {
    /// A name or address without the port.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    server: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u16>)]
    port: Option<Option<u16>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Security>)]
    security: Option<Option<Security>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    user: Option<Option<String>>,
    /// Kept in a file of the data directory; no answer and no backup has it. It is for one server: when that becomes
    /// another, it has to be given again.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    password: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    from: Option<Option<String>>,
    /// Such as `https://chat.example.org`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    address: Option<Option<String>>,
}

/// Change by which server mail is sent
#[utoipa::path(patch, path = "/admin/mail", tag = "mail", request_body = MailBody, responses(
    (status = 200, body = Data<MailView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn update_mail(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<MailBody>,
) -> Result<Data<MailView>, AppError> {
    let MailBody { server, port, security, user, password, from, address } = body;
    super::update(&app, &actor, MailPatch { server, port, security, user, password, from, address }).await?;
    Ok(Data::of(view(&app)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TestMailBody {
    /// Where to; one's own address when absent.
    #[serde(default)]
    #[schema(nullable = false)]
    to: Option<String>,
}

/// Send a mail to see whether it comes through
///
/// The answer is what the mail server said, whether it took the mail or not.
#[utoipa::path(post, path = "/admin/mail/test", tag = "mail", request_body = TestMailBody, responses(
    (status = 200, body = Data<MailOutcome>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn send_test_mail(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<TestMailBody>,
) -> Result<Data<MailOutcome>, AppError> {
    super::test(&app, &actor, body.to.as_deref()).await.map(|outcome| Data::of(outcome.into()))
}

/// How it stands with one's own mails.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnMail {
    /// Whether the hub sends mail.
    ready: bool,
    /// Where they go.
    address: Option<String>,
    /// Why the mail server takes none for that address, in its words.
    refused: Option<String>,
}

/// Whether one can get mails
#[utoipa::path(get, path = "/users/me/mail", tag = "mail", responses((status = 200, body = Data<OwnMail>), (status = 401, body = Problem)))]
async fn get_own_mail(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<OwnMail>, AppError> {
    actor.require_scope(Scope::Read)?;
    let directory = app.journal.directory();
    let address = directory.active_person(actor.user)?.email.clone();
    let refused = directory.mailed(actor.user).and_then(|mailed| mailed.refused.as_ref());
    let refused = refused.filter(|refused| Some(&refused.address) == address.as_ref());
    Ok(Data::of(OwnMail {
        ready: in_force(&app, &directory).is_ready(),
        refused: refused.map(|refused| refused.answer.clone()),
        address,
    }))
}

/// Look at the link of a mail
#[utoipa::path(get, path = "/unsubscribe/{token}", tag = "mail", params(("token" = String, Path)), responses(
    (status = 200, body = Data<Subscription>), (status = 404, body = Problem), (status = 429, body = Problem)))]
async fn get_subscription(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
) -> Result<Data<Subscription>, AppError> {
    unsubscribe::look(&app, &token, peer).map(Data::of)
}

/// Get no more mails, by the link of one
#[utoipa::path(post, path = "/unsubscribe/{token}", tag = "mail", params(("token" = String, Path)), responses(
    (status = 200, body = Data<Subscription>), (status = 404, body = Problem), (status = 429, body = Problem)))]
async fn unsubscribe(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
) -> Result<Data<Subscription>, AppError> {
    unsubscribe::end(&app, &token, peer).await.map(Data::of)
}

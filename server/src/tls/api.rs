//! The routes of encryption.

use super::{Facts, Mode, Standing};
use crate::{
    accounts::Actor,
    app::App,
    discovery,
    error::{AppError, Code, Problem},
    http::{answer::Data, extract::Json},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest certificate or key, in bytes.
const LONGEST: usize = 64 << 10;

/// Every route of encryption.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_tls, update_tls))
        .routes(routes!(set_tls_certificate))
        .routes(routes!(create_tls_authority))
        .routes(routes!(get_trust))
}

/// How it stands with encryption.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tls)]
struct TlsView {
    mode: Mode,
    /// Whether encrypted connections are answered.
    on: bool,
    /// The certificate that speaks for the hub.
    certificate: Option<Facts>,
    /// That of Hearth's own authority, once there is one.
    authority: Option<Facts>,
    /// By what people reach the hub that the certificate does not vouch for.
    uncovered: Vec<String>,
    /// Where people are shown how their device trusts the authority.
    trust_url: Option<String>,
    /// Where the hub is reached encrypted.
    url: Option<String>,
}

impl TlsView {
    fn of(app: &App, standing: Standing) -> Self {
        let Standing { mode, certificate, authority, uncovered } = standing;
        let on = certificate.is_some();
        Self {
            trust_url: place(app, "http").filter(|_| on && mode == Mode::Hearth).map(|url| format!("{url}/trust")),
            url: place(app, "https").filter(|_| on),
            mode,
            on,
            certificate,
            authority,
            uncovered,
        }
    }
}

/// The best address for teammates, or for this computer where there is none.
fn place(app: &App, scheme: &str) -> Option<String> {
    let standing = app.discovery.standing();
    let directory = app.journal.directory();
    let open = discovery::is_open(&directory, &standing);
    let best = discovery::lan_addresses(&app.config, &directory, &standing).first().filter(|_| open).copied();
    let best = best.unwrap_or(std::net::Ipv4Addr::LOCALHOST);
    (standing.port != 0).then(|| format!("{scheme}://{best}:{}", standing.port))
}

/// How it stands with encryption
#[utoipa::path(get, path = "/admin/tls", tag = "network", responses(
    (status = 200, body = Data<TlsView>), (status = 403, body = Problem)))]
async fn get_tls(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<TlsView>, AppError> {
    let standing = super::look(&app, &actor)?;
    Ok(Data::of(TlsView::of(&app, standing)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TlsBody {
    mode: Mode,
}

/// Choose what speaks for the hub on encrypted connections
#[utoipa::path(patch, path = "/admin/tls", tag = "network", request_body = TlsBody, responses(
    (status = 200, body = Data<TlsView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn update_tls(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<TlsBody>,
) -> Result<Data<TlsView>, AppError> {
    let standing = super::choose(&app, &actor, body.mode).await?;
    Ok(Data::of(TlsView::of(&app, standing)))
}

/// A certificate and its key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificateBody {
    /// The certificate, and after it those that lead to its authority, in PEM form.
    certificate: String,
    /// The private key, without a password, in PEM form.
    #[schema(format = Password)]
    key: String,
}

/// Bring a certificate of one's own, which is used from now on
#[utoipa::path(put, path = "/admin/tls/certificate", tag = "network", request_body = CertificateBody, responses(
    (status = 200, body = Data<TlsView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn set_tls_certificate(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<CertificateBody>,
) -> Result<Data<TlsView>, AppError> {
    for (name, text) in [("certificate", &body.certificate), ("key", &body.key)] {
        if text.len() > LONGEST {
            return Err(AppError::field(name, "is longer than 64 KiB"));
        }
    }
    let standing = super::bring(&app, &actor, body.certificate, body.key).await?;
    Ok(Data::of(TlsView::of(&app, standing)))
}

/// Make another authority; every device has to be shown it
#[utoipa::path(post, path = "/admin/tls/authority", tag = "network", responses(
    (status = 200, body = Data<TlsView>), (status = 403, body = Problem)))]
async fn create_tls_authority(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<TlsView>, AppError> {
    let standing = super::start_over(&app, &actor).await?;
    Ok(Data::of(TlsView::of(&app, standing)))
}

/// What a device needs to know to trust the hub's authority.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Trust {
    /// The team's name.
    team: String,
    /// The authority, where Hearth's own speaks for the hub.
    authority: Option<Facts>,
}

/// What a device needs to know to trust the hub's authority, for everyone
#[utoipa::path(get, path = "/trust", tag = "network", responses((status = 200, body = Data<Trust>)))]
async fn get_trust(State(app): State<Arc<App>>) -> Data<Trust> {
    Data::of(Trust { team: super::team(&app), authority: super::to_trust(&app).map(|(facts, _)| facts) })
}

/// `GET /trust/hearth.crt`: the authority's certificate in the form that every system takes.
pub(crate) async fn certificate(State(app): State<Arc<App>>) -> Result<Response, AppError> {
    let (_, der) = super::to_trust(&app).ok_or_else(|| AppError::new(Code::NotFound))?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"hearth.crt\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, der.to_vec()).into_response())
}

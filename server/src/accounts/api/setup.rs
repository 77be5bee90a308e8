//! The first run.

use super::auth::{SessionForm, SignedIn, signed_in};
use crate::{
    accounts::{
        sessions::Device,
        sign_in::{self, Newcomer},
    },
    app::App,
    directory::{HubView, LanAccess},
    error::{AppError, Problem},
    http::{
        Peer,
        answer::{Data, created},
        extract::Json,
    },
};
use axum::{Extension, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Whether the hub waits for its first run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetupView {
    needed: bool,
    /// Whether this client needs the token that the server logged.
    token_required: bool,
}

/// Whether the first run is still to be done
#[utoipa::path(get, path = "/setup", tag = "first run", responses((status = 200, body = Data<SetupView>)))]
pub async fn get_setup(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>) -> Data<SetupView> {
    let needed = sign_in::needs_set_up(&app);
    Data::of(SetupView { needed, token_required: needed && !peer.is_loopback() })
}

/// A team and its owner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetupBody {
    /// The team's name, 1 to 60 characters.
    team: String,
    /// The owner's name, 1 to 80 characters.
    name: String,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    email: Option<String>,
    password: String,
    /// The one-time token, needed from another computer.
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    session: SessionForm,
}

/// Start the team
#[utoipa::path(post, path = "/setup", tag = "first run", request_body = SetupBody, responses(
    (status = 201, body = SignedIn), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn create_setup(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    device: Device,
    Json(body): Json<SetupBody>,
) -> Result<Response, AppError> {
    let owner = Newcomer { name: body.name, username: body.username, email: body.email, password: body.password };
    let entry = (body.session.into(), device);
    let welcome =
        sign_in::set_up(&app, &body.team, owner, body.token.as_deref(), peer, entry, LanAccess::Undecided).await?;
    let place = format!("/api/v1/users/{}", welcome.account.user.id);
    Ok(created(&place, signed_in(&app, welcome, "Registration successful")))
}

/// The team's name and how one joins
#[utoipa::path(get, path = "/hub", tag = "first run", responses((status = 200, body = Data<HubView>)))]
pub async fn get_hub(State(app): State<Arc<App>>) -> Data<HubView> {
    Data::of(app.journal.directory().hub_view())
}

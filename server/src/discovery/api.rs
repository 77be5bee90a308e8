//! The routes of how teammates reach the hub.

use super::{
    Name, check,
    interfaces::{self, Kind},
    lan::{self, NetworkPatch},
    names,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    config::DEFAULT_PORT,
    directory::LanAccess,
    error::{AppError, Problem},
    http::{
        answer::Data,
        extract::{Json, Query, nullable},
    },
    permission::{Action, Relation},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of the hub's place on the network.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_network, update_network)).routes(routes!(get_network_code))
}

/// An address at which teammates reach the hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkAddress {
    #[schema(value_type = String)]
    address: Ipv4Addr,
    /// `http://192.168.1.20:4327`
    url: String,
    /// The interface that has it.
    interface: String,
}

/// An interface of the computer that the hub runs on.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkInterface {
    name: String,
    kind: Kind,
    #[schema(value_type = Vec<String>)]
    addresses: Vec<Ipv4Addr>,
    /// Whether the hub uses it.
    used: bool,
    /// Whether it would without anybody's choice.
    automatic: bool,
}

/// The hub's name on the network.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkName {
    /// The name that was told, such as `acme-2.local`.
    host: Option<String>,
    /// The one that the team's name would give.
    plain: String,
    /// Whether it has a number because another has the plain one.
    numbered: bool,
    url: Option<String>,
}

/// The last request that came from another computer or phone.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkVisit {
    #[schema(value_type = String)]
    address: IpAddr,
    at: Timestamp,
    /// What the browser calls itself.
    agent: String,
}

/// The operating system that the hub runs on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    Windows,
    Macos,
    Linux,
    Other,
}

/// How teammates reach the hub.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Network)]
pub struct NetworkView {
    lan: LanAccess,
    /// Whether teammates are let in now.
    open: bool,
    /// Whether the command line or configuration says where the hub listens, so that it cannot be changed here.
    fixed: bool,
    port: u16,
    /// The port that Hearth has unless it is taken.
    usual_port: u16,
    /// Whether the hub has another port because the usual one was taken.
    moved: bool,
    /// The one that teammates most likely reach first.
    addresses: Vec<NetworkAddress>,
    /// What links for teammates begin with; absent while there is no way in.
    url: Option<String>,
    name: NetworkName,
    interfaces: Vec<NetworkInterface>,
    /// The interfaces that an admin or the configuration chose; absent where Hearth chooses.
    chosen: Option<BTreeSet<String>>,
    /// Whether the configuration chose them, so that it cannot be changed here.
    chosen_fixed: bool,
    /// Four lines, in this order: listening, interface, name, visit.
    checks: Vec<check::Line>,
    visit: Option<NetworkVisit>,
    platform: Platform,
}

fn view(app: &App) -> NetworkView {
    let standing = app.discovery.standing();
    let directory = app.journal.directory();
    let choice = lan::choice(&app.config, &directory);
    let open = lan::is_open(&directory, &standing);
    let port = standing.port;
    let holder = |address: &Ipv4Addr| {
        standing.interfaces.iter().find(|each| each.addresses.contains(address)).map(|each| each.name.clone())
    };
    let addresses: Vec<_> = lan::lan_addresses(&app.config, &directory, &standing)
        .into_iter()
        .map(|address| NetworkAddress {
            address,
            url: format!("http://{address}:{port}"),
            interface: holder(&address).unwrap_or_default(),
        })
        .collect();
    let team = directory.settings.as_ref().map(|settings| settings.name.clone()).unwrap_or_default();
    let (host, numbered) = match &standing.name {
        Name::Told { host, number } => (Some(host.clone()), *number > 1),
        _ => (None, false),
    };
    let interface = |each: &interfaces::Interface| NetworkInterface {
        name: each.name.clone(),
        kind: each.kind,
        addresses: each.addresses.clone(),
        used: choice.takes(each),
        automatic: interfaces::Choice::Automatic.takes(each),
    };
    NetworkView {
        lan: directory.network.lan,
        open,
        fixed: standing.fixed.is_some(),
        port,
        usual_port: DEFAULT_PORT,
        moved: app.discovery.moved(),
        url: addresses.first().filter(|_| open).map(|best| best.url.clone()),
        addresses,
        name: NetworkName {
            url: host.as_ref().map(|host| format!("http://{host}:{port}")),
            plain: names::host(&team, 1),
            host,
            numbered,
        },
        interfaces: standing.interfaces.iter().filter(|each| each.kind != Kind::Loopback).map(interface).collect(),
        chosen: match choice {
            interfaces::Choice::Automatic => None,
            interfaces::Choice::Named(names) => Some(names),
        },
        chosen_fixed: app.config.interfaces.is_some(),
        checks: check::lines(app, &directory, &standing).to_vec(),
        visit: app.discovery.last_visit().map(|visit| NetworkVisit {
            address: visit.address,
            at: visit.at,
            agent: visit.agent,
        }),
        platform: match std::env::consts::OS {
            "windows" => Platform::Windows,
            "macos" => Platform::Macos,
            "linux" => Platform::Linux,
            _ => Platform::Other,
        },
    }
}

/// How teammates reach the hub, and whether they can
#[utoipa::path(get, path = "/admin/network", tag = "network", responses((status = 200, body = Data<NetworkView>), (status = 403, body = Problem)))]
pub(super) async fn get_network(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<NetworkView>, AppError> {
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    // Asking for the name takes longer than somebody waits for a page; the next look has the answer.
    let asking = Arc::clone(&app);
    app.tasks.spawn(async move { check::refresh(&asking).await });
    Ok(Data::of(view(&app)))
}

/// What an owner or admin decides.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum LetIn {
    Open,
    Closed,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkBody {
    /// Whether teammates on the local network are let in.
    #[serde(default)]
    #[schema(nullable = false)]
    lan: Option<LetIn>,
    /// The interfaces to use; null leaves the choice to Hearth.
    #[serde(default, deserialize_with = "nullable")]
    interfaces: Option<Option<BTreeSet<String>>>,
}

/// Let teammates in or no longer, or choose the interfaces; absent ones stay as they are
#[utoipa::path(patch, path = "/admin/network", tag = "network", request_body = NetworkBody, responses(
    (status = 200, body = Data<NetworkView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn update_network(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<NetworkBody>,
) -> Result<Data<NetworkView>, AppError> {
    let decided = body.lan.map(|lan| match lan {
        LetIn::Open => LanAccess::Open,
        LetIn::Closed => LanAccess::Closed,
    });
    lan::let_in(&app, &actor, NetworkPatch { lan: decided, interfaces: body.interfaces }).await?;
    Ok(Data::of(view(&app)))
}

/// What the code leads to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CodeQuery {
    /// A path of this hub, such as `/join/…`; at most 200 characters.
    #[serde(default)]
    #[param(required = false)]
    path: String,
    /// One of the hub's addresses; the best one when absent.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    address: Option<Ipv4Addr>,
}

/// A QR code with an address of the hub, as SVG
#[utoipa::path(get, path = "/admin/network/code.svg", tag = "network", params(CodeQuery), responses(
    (status = 200, body = String, content_type = "image/svg+xml"), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn get_network_code(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<CodeQuery>,
) -> Result<Response, AppError> {
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    let CodeQuery { path, address } = query;
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    if path.len() > 200 || !plain || !(path.is_empty() || path.starts_with('/')) || path.starts_with("//") {
        return Err(AppError::field("path", "is not a path of this hub"));
    }
    let view = view(&app);
    let base = view.addresses.iter().find(|each| view.open && address.is_none_or(|wanted| wanted == each.address));
    let link = base
        .map(|base| format!("{}{path}", base.url))
        .ok_or_else(|| AppError::field("address", "is not one at which teammates reach this hub"))?;
    let code = QrCode::with_error_correction_level(link, EcLevel::M).map_err(AppError::internal)?;
    // Black on white in every theme: that is what cameras read. The quiet zone belongs to the code.
    let image = code.render::<svg::Color<'_>>().min_dimensions(320, 320).build();
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, image).into_response())
}

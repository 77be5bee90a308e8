//! All that the launcher's page can ask for. No other page can call any of these.

#![expect(clippy::needless_pass_by_value, reason = "a command is handed what it works on")]

use crate::{
    app::{desktop, show},
    graphics,
    hub::{self, Asked},
    leaving, restoring,
    teams::{self, Team, TeamError},
    view::View,
    windows,
};
use hearth_server::ids::HubId;
use serde::Serialize;
use tauri::{AppHandle, Url};
use tauri_plugin_opener::OpenerExt;

/// The page is on the screen.
#[tauri::command]
pub(crate) fn drawn() {
    graphics::drew();
}

/// What to show now; later views come as events.
#[tauri::command]
pub(crate) fn view(app: AppHandle) -> View {
    desktop(&app).shown()
}

/// Starts the hub on this computer and opens the page where the team gets its name.
#[tauri::command]
pub(crate) async fn start_team(app: AppHandle) {
    open_or_start(&app).await;
}

/// Starts a made-up team to look around in.
#[tauri::command]
pub(crate) async fn start_demo(app: AppHandle) {
    hub::start_demo(&app).await;
}

/// Lets the person choose a backup, and shows what is in it.
#[tauri::command]
pub(crate) async fn choose_backup(app: AppHandle) {
    restoring::choose(&app).await;
}

/// Restores the backup that was chosen.
#[tauri::command]
pub(crate) async fn restore_backup(app: AppHandle) {
    restoring::restore(&app).await;
}

/// Not that backup.
#[tauri::command]
pub(crate) fn choose_again(app: AppHandle) {
    hub::choose_again(&app, None);
}

/// After a failure.
#[tauri::command]
pub(crate) async fn try_again(app: AppHandle) {
    open_or_start(&app).await;
}

/// Opens the hub that runs here.
#[tauri::command]
pub(crate) async fn open_hub(app: AppHandle) {
    open_or_start(&app).await;
}

async fn open_or_start(app: &AppHandle) {
    match desktop(app).hub.running() {
        Some(running) => windows::hub(app, &running),
        None => hub::start(app, Asked::Yes).await,
    }
}

/// A team that can be opened.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TeamView {
    id: HubId,
    name: String,
    /// Without the scheme, as people say it.
    address: String,
    /// It was opened here before.
    known: bool,
    /// It answers on this network now.
    nearby: bool,
}

/// The teams that are found on this network, and after them those that are only remembered.
#[tauri::command]
pub(crate) async fn nearby(app: AppHandle) -> Vec<TeamView> {
    let state = desktop(&app);
    let own = state.hub.running().map(|running| running.app.journal.directory().hub);
    let remembered = state.preferences.read(|choices| choices.teams.clone());
    let found: Vec<_> = state.nearby.list().into_iter().filter(|hub| Some(hub.id) != own).collect();
    let here = |team: &Team| found.iter().any(|hub| hub.id == team.id);
    let away: Vec<_> = remembered.iter().filter(|team| !here(team)).collect();
    let nearby = found.iter().map(|hub| TeamView {
        id: hub.id,
        name: hub.name.clone(),
        address: format!("{}:{}", hub.host, hub.port),
        known: remembered.iter().any(|team| team.id == hub.id),
        nearby: true,
    });
    let away = away.into_iter().map(|team| TeamView {
        id: team.id,
        name: team.name.clone(),
        address: spoken(&team.address),
        known: true,
        nearby: false,
    });
    nearby.chain(away).collect()
}

fn spoken(address: &Url) -> String {
    let host = address.host_str().unwrap_or_default();
    address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Opens the team at an address that somebody typed.
#[tauri::command]
pub(crate) async fn join_address(app: AppHandle, address: String) -> Result<(), TeamError> {
    let page = teams::read_address(&address)?;
    let team = teams::ask(&page).await?;
    open(&app, &team, page);
    Ok(())
}

/// Opens a team that was listed, wherever it is now.
#[tauri::command]
pub(crate) async fn open_team(app: AppHandle, id: HubId) -> Result<(), TeamError> {
    let state = desktop(&app);
    let remembered = state.preferences.read(|choices| choices.teams.iter().find(|team| team.id == id).cloned());
    let found = state.nearby.list().into_iter().find(|hub| hub.id == id);
    let mut addresses = found.as_ref().map(crate::nearby::urls).unwrap_or_default();
    let first = found.zip(addresses.first().cloned()).map(|(hub, address)| Team { id, name: hub.name, address });
    // What is told on the network now is newer than what is remembered.
    if let Some(remembered) = &remembered {
        addresses.push(remembered.address.clone());
    }
    let team = first.or(remembered).ok_or(TeamError::Unknown)?;
    let team = teams::find_again(&team, addresses).await?;
    let page = team.address.clone();
    open(&app, &team, page);
    Ok(())
}

fn open(app: &AppHandle, team: &Team, page: Url) {
    desktop(app).preferences.change(|choices| teams::remember(&mut choices.teams, team.clone()));
    windows::team(app, team, page);
}

/// Forgets a team; it loses nothing by that.
#[tauri::command]
pub(crate) fn forget_team(app: AppHandle, id: HubId) {
    desktop(&app).preferences.change(|choices| choices.teams.retain(|team| team.id != id));
}

/// Shows the data directory in the system's file manager.
#[tauri::command]
pub(crate) fn show_data(app: AppHandle) {
    let data = desktop(&app).arguments.config().ok().and_then(|config| config.data);
    if let Some(data) = data
        && let Err(error) = app.opener().open_path(data.to_string_lossy(), None::<&str>)
    {
        tracing::warn!(%error, "the data directory was not shown");
    }
}

/// Do not quit.
#[tauri::command]
pub(crate) fn stay(app: AppHandle) {
    leaving::stay(&app);
}

/// Quit, whoever is here.
#[tauri::command]
pub(crate) fn quit(app: AppHandle) {
    leaving::quit(&app);
}

/// The addresses of the hub, in the launcher's window.
pub(crate) fn show_addresses(app: &AppHandle) {
    let Some(running) = desktop(app).hub.running() else { return windows::front(app) };
    let Some(team) = running.team() else { return windows::front(app) };
    show(app, View::Addresses { team, addresses: crate::addresses::of(&running.app, running.port) });
    windows::launcher(app);
}

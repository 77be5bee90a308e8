//! The app's windows.
//!
//! The launcher is the app's own page and the only one that may call commands. The hub and teams on
//! other computers are websites: their windows have no capability, stay at the address they were
//! opened for, and send every other link to the system's browser.

mod site;

use crate::{
    app::{desktop, remembered},
    hub::Running,
    leaving,
    teams::Team,
    words,
};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent};
use tauri_plugin_window_state::AppHandleExt;

/// The label of the launcher, by which its capability knows it.
pub(crate) const LAUNCHER: &str = "launcher";
/// The label of the window of this computer's own hub.
pub(crate) const HUB: &str = "hub";

/// Opens the launcher, or brings it to the front.
pub(crate) fn launcher(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LAUNCHER) {
        return to_front(&window);
    }
    let made = WebviewWindowBuilder::new(app, LAUNCHER, WebviewUrl::App("index.html".into()))
        .title(words::APP)
        .inner_size(960.0, 640.0)
        .min_inner_size(380.0, 480.0)
        .center()
        .on_navigation(site::is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .on_document_title_changed(|window, title| drop(window.set_title(&title)))
        .build();
    if let Err(error) = made {
        tracing::error!(%error, "the launcher cannot be opened");
    }
}

/// Opens this computer's hub, or brings it to the front. The launcher goes once the page is there.
pub(crate) fn hub(app: &AppHandle, running: &Running) {
    hub_at(app, running, "/");
}

/// [`hub`], at a page of it.
pub(crate) fn hub_at(app: &AppHandle, running: &Running, page: &str) {
    if let Some(window) = app.get_webview_window(HUB) {
        to_front(&window);
        return close_launcher(app);
    }
    let title = running.team().unwrap_or_else(|| words::APP.to_owned());
    if let Ok(url) = running.url().parse::<Url>().and_then(|base| base.join(page)) {
        site::open(app, HUB, &title, url);
    }
}

/// Opens a team on another computer, as a browser would.
pub(crate) fn team(app: &AppHandle, team: &Team, page: Url) {
    let label = format!("team-{}", team.id.0.simple());
    if let Some(window) = app.get_webview_window(&label) {
        // Its address may have changed since the window was opened.
        let stays = window.url().is_ok_and(|url| url.origin() == page.origin());
        if stays {
            to_front(&window);
            return close_launcher(app);
        }
        let _ = window.destroy();
    }
    site::open(app, &label, &team.name, page);
}

/// Brings the app to the front: its hub where there is one, and otherwise the launcher.
pub(crate) fn front(app: &AppHandle) {
    let running = desktop(app).hub.running();
    let is_asking = app.get_webview_window(LAUNCHER).is_some();
    match running.filter(|running| running.team().is_some() && !is_asking) {
        Some(running) => hub(app, &running),
        None => launcher(app),
    }
}

fn to_front(window: &WebviewWindow) {
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}

fn close_launcher(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LAUNCHER) {
        let _ = window.destroy();
    }
}

/// Whether any window shows the hub in front of everything else.
pub(crate) fn hub_has_focus(app: &AppHandle) -> bool {
    app.get_webview_window(HUB).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// What happens when a window is closed.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let app = window.app_handle();
    let _ = app.save_window_state(remembered());
    match window.label() {
        HUB => leaving::hub_window_closes(app, window, api),
        LAUNCHER => leaving::launcher_closes(app, api),
        _ => {}
    }
}

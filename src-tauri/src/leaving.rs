//! Closing windows, and quitting.
//!
//! The team's hub must not end because somebody tidies up their screen. Closing its window keeps it
//! running beside the clock; where there is no such place, and when people are here, quitting is asked
//! about.

use crate::{
    app::{desktop, show},
    attention,
    view::View,
    windows, words,
};
use tauri::{AppHandle, CloseRequestApi, ExitRequestApi, Manager, Window};

/// How long the windows may take to close after the hub has stopped.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// The hub's window is closed: it goes, and with it the memory of its page; the hub stays.
pub(crate) fn hub_window_closes(app: &AppHandle, window: &Window, api: &CloseRequestApi) {
    let state = desktop(app);
    if !state.hub.is_alive() {
        return;
    }
    api.prevent_close();
    if state.tray.get().is_none() {
        // Nothing beside the clock would bring it back.
        let _ = window.minimize();
        return ask(app);
    }
    let _ = window.destroy();
    if !state.preferences.read(|choices| choices.told_of_background) {
        state.preferences.change(|choices| choices.told_of_background = true);
        attention::notify(app, words::STILL_RUNNING, words::STILL_RUNNING_HOW);
    }
}

/// The launcher is closed. It is the whole app as long as there is no hub.
pub(crate) fn launcher_closes(app: &AppHandle, api: &CloseRequestApi) {
    let state = desktop(app);
    match state.shown() {
        // The hub is on its way or going; it stops in order.
        View::Starting { .. } | View::Restoring { .. } | View::Stopping => {
            api.prevent_close();
            quit(app);
        }
        View::Leaving { .. } => {
            api.prevent_close();
            stay(app);
        }
        View::Choices { .. }
        | View::Backup { .. }
        | View::Held { .. }
        | View::Failed { .. }
        | View::Addresses { .. } => {}
    }
}

/// The last window is gone.
pub(crate) fn last_window_closed(app: &AppHandle, api: &ExitRequestApi) {
    let state = desktop(app);
    let has_team = state.hub.running().is_some_and(|running| running.team().is_some());
    if has_team && state.tray.get().is_some() {
        api.prevent_exit();
    } else if state.hub.is_alive() {
        api.prevent_exit();
        quit(app);
    }
}

/// Quits, unless that would surprise somebody: then it is asked first.
pub(crate) fn quit_asking(app: &AppHandle) {
    if attention::others(app) == 0 { quit(app) } else { ask(app) }
}

fn ask(app: &AppHandle) {
    let tray = desktop(app).tray.get().is_some();
    show(app, View::Leaving { others: attention::others(app), tray });
    windows::launcher(app);
}

/// The answer to the question: no.
pub(crate) fn stay(app: &AppHandle) {
    if let Some(launcher) = app.get_webview_window(windows::LAUNCHER) {
        let _ = launcher.destroy();
    }
}

/// Stops the hub and ends the app.
pub(crate) fn quit(app: &AppHandle) {
    if desktop(app).hub.is_alive() && app.get_webview_window(windows::LAUNCHER).is_some() {
        show(app, View::Stopping);
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        desktop(&app).hub.stop().await;
        app.exit(0);
        // A question of the system's own, such as one of its file dialog, can keep the loop of windows from ending.
        tokio::time::sleep(PATIENCE).await;
        tracing::warn!("the windows did not close; the hub is stopped");
        std::process::exit(0);
    });
}

/// Service managers, and a terminal's Ctrl+C, end the app as its own menu does, without a question.
pub(crate) async fn on_signal(app: AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return quit(&app);
        }
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        quit(&app);
    }
}

//! Notifications, the number of unread messages, and who is here: taken from the hub in this process,
//! because its page may be closed and has no way to tell the app anything.

use crate::{
    app::desktop,
    hub::Running,
    preferences::Choices,
    tray::{self, Line},
    windows,
};
use hearth_server::{attention as server, ids::UserId};
use std::{sync::Arc, time::Duration};
use tauri::{AppHandle, Manager, WebviewWindow};
use tauri_plugin_notification::NotificationExt;

/// How often the tray and the badge are brought up to date.
const EVERY: Duration = Duration::from_secs(1);

/// Follows the hub until it stops.
pub(crate) fn watch(app: &AppHandle, running: &Running) {
    let hub = Arc::clone(&running.app);
    let (for_person, for_notice) = (app.clone(), app.clone());
    tauri::async_runtime::spawn(server::notices(
        hub,
        move || person(&for_person),
        move |notice| {
            let is_quiet = desktop(&for_notice).preferences.read(|choices| choices.notifications_paused);
            if !is_quiet && !windows::hub_has_focus(&for_notice) {
                notify(&for_notice, &notice.title, &notice.text);
            }
        },
    ));
    let (app, running) = (app.clone(), running.clone());
    tauri::async_runtime::spawn(async move {
        let mut told = None;
        while !running.app.shutdown.is_cancelled() {
            let standing = server::standing(&running.app, person(&app));
            let line = Line { team: running.team(), unread: standing.unread, others: standing.others };
            if told.as_ref() != Some(&line) {
                tray::tell(&app, &line);
                badge(&app, standing.unread);
                told = Some(line);
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = running.app.shutdown.cancelled() => return,
            }
        }
    });
}

/// How many people besides the one at this computer are connected.
pub(crate) fn others(app: &AppHandle) -> usize {
    let running = desktop(app).hub.running();
    running.map_or(0, |running| server::standing(&running.app, person(app)).others)
}

/// Who was last signed in to the hub on this computer, in the app's window.
fn person(app: &AppHandle) -> Option<UserId> {
    let running = desktop(app).hub.running()?;
    let hub = running.app.journal.directory().hub;
    desktop(app).preferences.read(|choices| choices.people.get(&hub).copied())
}

/// Looks whose session the window of the hub holds: the cookie says it, which the page itself cannot read.
pub(crate) fn look_who(window: &WebviewWindow) {
    if window.label() != windows::HUB {
        return;
    }
    let window = window.clone();
    // Asking for cookies waits for the web view, which must not be waited for on its own thread.
    tauri::async_runtime::spawn_blocking(move || {
        let app = window.app_handle();
        let Some(running) = desktop(app).hub.running() else { return };
        let Ok(url) = running.url().parse() else { return };
        let cookies = window.cookies_for_url(url).unwrap_or_default();
        let name = running.app.cookie_name();
        let secret = cookies.iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned());
        let who = secret.and_then(|secret| server::person_of(&running.app, &secret));
        let hub = running.app.journal.directory().hub;
        if who != person(app) {
            desktop(app).preferences.change(|choices: &mut Choices| match who {
                Some(who) => drop(choices.people.insert(hub, who)),
                None => drop(choices.people.remove(&hub)),
            });
        }
    });
}

/// Shows a notification of the operating system.
pub(crate) fn notify(app: &AppHandle, title: &str, text: &str) {
    if let Err(error) = app.notification().builder().title(title).body(text).show() {
        tracing::warn!(%error, "a notification was not shown");
    }
}

/// A click on a notification brings the hub to the front.
pub(crate) fn open_when_clicked(app: &AppHandle) {
    let handle = app.clone();
    let registered = app.notification().on_action(move |_| {
        let app = handle.clone();
        let _ = handle.run_on_main_thread(move || windows::front(&app));
    });
    if let Err(error) = registered {
        tracing::info!(%error, "clicks on notifications are not heard");
    }
}

fn badge(app: &AppHandle, unread: u32) {
    if let Some(window) = app.get_webview_window(windows::HUB) {
        let count = (unread > 0).then_some(i64::from(unread));
        if let Err(error) = window.set_badge_count(count) {
            tracing::debug!(%error, "no badge");
        }
    }
}

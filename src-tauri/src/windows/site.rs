//! A window that shows a website: the hub of this computer, or a team on another.

use super::{HUB, close_launcher, to_front};
use crate::{attention, graphics};
use std::{path::PathBuf, time::Duration};
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::{DownloadEvent, NewWindowResponse, PageLoadEvent},
};
use tauri_plugin_opener::OpenerExt;

/// How long a window waits for its page before it shows whatever there is.
const PATIENCE: Duration = Duration::from_secs(4);

/// Opens a window on a site. It is shown once its page is there.
pub(super) fn open(app: &AppHandle, label: &str, title: &str, url: Url) {
    let (origin, elsewhere, for_new) = (url.clone(), app.clone(), (url.clone(), app.clone()));
    let made = WebviewWindowBuilder::new(app, label, WebviewUrl::External(url))
        .title(title)
        .inner_size(1280.0, 820.0)
        .min_inner_size(360.0, 480.0)
        .visible(false)
        .on_navigation(move |to| {
            let stays = to.origin() == origin.origin();
            if !stays {
                open_elsewhere(&elsewhere, to);
            }
            stays
        })
        .on_new_window(move |to, _| {
            let (origin, app) = &for_new;
            // A second window would be one that nothing above holds to its place.
            match app.get_webview_window(HUB).filter(|_| to.origin() == origin.origin()) {
                Some(window) => drop(window.navigate(to)),
                None => open_elsewhere(app, &to),
            }
            NewWindowResponse::Deny
        })
        .on_download(|webview, event| download(webview.app_handle(), event))
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
            attention::look_who(&window);
        })
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                present(&window);
            }
        })
        .build();
    match made {
        Ok(window) => {
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                if window.is_visible().is_ok_and(|visible| !visible) {
                    present(&window);
                }
            });
        }
        Err(error) => tracing::error!(%error, "the window cannot be opened"),
    }
}

fn present(window: &WebviewWindow) {
    if window.is_visible().unwrap_or(false) {
        return;
    }
    graphics::drew();
    to_front(window);
    close_launcher(window.app_handle());
}

/// Whether a page is the app's own, bundled one.
pub(super) fn is_own_page(url: &Url) -> bool {
    // `tauri://localhost` on Linux and macOS, `http://tauri.localhost` on Windows.
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost") || url.as_str() == "about:blank"
}

/// What a page may have opened outside: what a browser and a mail program open. Nothing that starts a program.
fn may_leave(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "mailto" | "tel")
}

fn open_elsewhere(app: &AppHandle, url: &Url) {
    if !may_leave(url) {
        tracing::warn!(scheme = url.scheme(), "a link was not followed");
        return;
    }
    if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!(%error, "the system's browser did not open");
    }
}

/// Puts a download into the person's folder for downloads, beside what is there and never over it.
fn download(app: &AppHandle, event: DownloadEvent<'_>) -> bool {
    match event {
        DownloadEvent::Requested { destination, .. } => {
            let Ok(folder) = app.path().download_dir() else { return true };
            let name = destination.file_name().map_or_else(|| PathBuf::from("download"), PathBuf::from);
            let stem = name.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let suffix = name.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
            let free = std::iter::once(name.clone())
                .chain((1..1_000).map(|number| PathBuf::from(format!("{stem} ({number}){suffix}"))))
                .map(|name| folder.join(name))
                .find(|path| !path.exists());
            if let Some(free) = free {
                *destination = free;
            }
        }
        DownloadEvent::Finished { path: Some(path), success: true, .. } => {
            if let Err(error) = app.opener().reveal_item_in_dir(path) {
                tracing::info!(%error, "the folder of the download did not open");
            }
        }
        _ => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{is_own_page, may_leave};

    fn url(text: &str) -> tauri::Url {
        text.parse().unwrap()
    }

    #[test]
    fn only_bundled_pages_are_the_launchers_own() {
        for own in ["tauri://localhost/index.html", "http://tauri.localhost/"] {
            assert!(is_own_page(&url(own)), "{own}");
        }
        for other in ["http://127.0.0.1:4327/", "https://tauri.localhost.example/", "file:///etc/passwd"] {
            assert!(!is_own_page(&url(other)), "{other}");
        }
    }

    #[test]
    fn a_link_opens_a_browser_or_a_mail_and_nothing_else() {
        for outside in ["https://example.org/", "mailto:ann@example.org", "tel:+4930"] {
            assert!(may_leave(&url(outside)), "{outside}");
        }
        for never in ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:privacy", "smb://host/share"] {
            assert!(!may_leave(&url(never)), "{never}");
        }
    }
}

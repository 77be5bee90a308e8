//! The system's own dialog for choosing a file.

use crate::words;
use std::path::PathBuf;
use tauri::AppHandle;
use tokio::sync::oneshot;

/// Lets the person choose a backup; nothing when they close the dialog.
pub(crate) async fn choose_backup(app: &AppHandle) -> Option<PathBuf> {
    let (tell, chosen) = oneshot::channel();
    open(app, tell);
    chosen.await.ok().flatten()
}

#[cfg(target_os = "linux")]
fn open(app: &AppHandle, tell: oneshot::Sender<Option<PathBuf>>) {
    use crate::windows::LAUNCHER;
    use gtk::{FileChooserAction, FileChooserNative, FileFilter, ResponseType, prelude::*};
    use tauri::Manager;

    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        let window = handle.get_webview_window(LAUNCHER).and_then(|launcher| launcher.gtk_window().ok());
        let action = FileChooserAction::Open;
        let dialog = FileChooserNative::new(Some(words::CHOOSE_BACKUP), window.as_ref(), action, None, None);
        dialog.set_modal(true);
        let backups = FileFilter::new();
        backups.set_name(Some(words::BACKUPS));
        backups.add_pattern("*.zip");
        dialog.add_filter(backups);
        // Nobody else holds the dialog: it lives until it is answered.
        let held = std::cell::RefCell::new(Some((dialog.clone(), tell)));
        dialog.connect_response(move |_, response| {
            if let Some((dialog, tell)) = held.take() {
                let file = (response == ResponseType::Accept).then(|| dialog.filename()).flatten();
                drop(tell.send(file));
            }
        });
        dialog.show();
    });
    if let Err(error) = asked {
        tracing::error!(%error, "the file dialog cannot be opened");
    }
}

#[cfg(not(target_os = "linux"))]
fn open(app: &AppHandle, tell: oneshot::Sender<Option<PathBuf>>) {
    use tauri_plugin_dialog::DialogExt;

    let ask = app.dialog().file().set_title(words::CHOOSE_BACKUP).add_filter(words::BACKUPS, &["zip"]);
    ask.pick_file(move |file| drop(tell.send(file.and_then(|file| file.into_path().ok()))));
}

//! Updates: configured, and off until the project has a key to sign them with.

use tauri::AppHandle;

/// Switches updates on if there is a key in `tauri.conf.json` to check them by. Without one nothing is
/// asked for and nothing is fetched.
pub(crate) fn register(app: &AppHandle) {
    let key = app.config().plugins.0.get("updater").and_then(|updater| updater.get("pubkey")?.as_str());
    if key.is_none_or(str::is_empty) {
        tracing::info!("updates are off: there is no key to check them by");
        return;
    }
    if let Err(error) = app.plugin(tauri_plugin_updater::Builder::new().build()) {
        tracing::warn!(%error, "updates cannot be checked");
    }
}

//! Starting when the person signs in to their computer, beside the clock and without a window.

use tauri::AppHandle;

/// What the app is started with then.
const ARGUMENT: &str = "--background";

#[cfg(target_os = "linux")]
mod system {
    use super::ARGUMENT;
    use std::path::{Path, PathBuf};

    /// An entry of the freedesktop.org autostart specification.
    fn entry() -> std::io::Result<PathBuf> {
        let places = directories::BaseDirs::new().ok_or(std::io::ErrorKind::NotFound)?;
        Ok(places.config_dir().join("autostart").join(format!("{}.desktop", crate::IDENTIFIER)))
    }

    pub(super) fn is_on() -> std::io::Result<bool> {
        entry().map(|entry| entry.exists())
    }

    pub(super) fn set(on: bool) -> std::io::Result<()> {
        let entry = entry()?;
        if !on {
            return match std::fs::remove_file(entry) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                outcome => outcome,
            };
        }
        // An AppImage is started as the file that it is, not as the place where it is mounted now.
        let program = std::env::var_os("APPIMAGE").map_or_else(std::env::current_exe, |image| Ok(image.into()))?;
        if let Some(folder) = entry.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(entry, text(&program))
    }

    fn text(program: &Path) -> String {
        let mut quoted = String::new();
        for letter in program.to_string_lossy().chars() {
            // What the specification's quoting asks for, and its sign for fields.
            match letter {
                '"' | '`' | '$' | '\\' => quoted.extend(['\\', letter]),
                '%' => quoted.push_str("%%"),
                _ => quoted.push(letter),
            }
        }
        let name = crate::words::APP;
        format!("[Desktop Entry]\nType=Application\nName={name}\nExec=\"{quoted}\" {ARGUMENT}\nTerminal=false\n")
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn a_program_anywhere_can_be_started() {
            let text = super::text(std::path::Path::new("/opt/My \"100%\" $apps/hearth-desktop"));
            let line = text.lines().find(|line| line.starts_with("Exec=")).unwrap();
            assert_eq!(line, r#"Exec="/opt/My \"100%%\" \$apps/hearth-desktop" --background"#);
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn plugin() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    tauri_plugin_autostart::Builder::new().arg(ARGUMENT).app_name(crate::words::APP).build()
}

/// Whether the app starts at login.
#[cfg_attr(target_os = "linux", expect(unused_variables, reason = "the other systems are asked through the app"))]
pub(crate) fn is_on(app: &AppHandle) -> bool {
    #[cfg(target_os = "linux")]
    let answer = system::is_on();
    #[cfg(not(target_os = "linux"))]
    let answer = tauri_plugin_autostart::ManagerExt::autolaunch(app).is_enabled();
    answer.unwrap_or(false)
}

/// Has the app start at login, or not.
///
/// # Errors
/// When the system refuses.
#[cfg_attr(target_os = "linux", expect(unused_variables, reason = "the other systems are asked through the app"))]
pub(crate) fn set(app: &AppHandle, on: bool) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    system::set(on)?;
    #[cfg(not(target_os = "linux"))]
    {
        let login = tauri_plugin_autostart::ManagerExt::autolaunch(app);
        if on { login.enable() } else { login.disable() }?;
    }
    Ok(())
}

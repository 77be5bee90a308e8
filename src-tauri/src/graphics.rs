//! Windows that stay empty.
//!
//! On some Linux computers (NVIDIA's own driver, some virtual machines) WebKitGTK hands its picture
//! to a graphics driver that shows nothing. Two of its switches make it draw without the card:
//! `WEBKIT_DISABLE_DMABUF_RENDERER` and `WEBKIT_DISABLE_COMPOSITING_MODE`
//! (<https://v2.tauri.app/reference/environment-variables>). They are set when asked for by
//! `--safe-graphics` or `HEARTH_SAFE_GRAPHICS=1`, when NVIDIA's driver is there, and when the last start never
//! came as far as drawing the launcher. Whoever sets one of the switches themselves decides.

use crate::arguments::Arguments;
use std::path::{Path, PathBuf};

/// The switches of WebKitGTK.
const SWITCHES: [&str; 2] = ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE"];
/// Asks for drawing without the card; set to 0, it forbids it.
const VARIABLE: &str = "HEARTH_SAFE_GRAPHICS";
/// Lies in the configuration directory from the start until the launcher is drawn.
const MARK: &str = "drawing";

/// Why the card is not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    Asked,
    Driver,
    LastStart,
}

/// What is known before anything is drawn.
#[derive(Clone, Copy, Debug)]
struct Signs<'a> {
    flag: bool,
    variable: Option<&'a str>,
    /// Somebody set one of WebKitGTK's own switches.
    switched: bool,
    nvidia: bool,
    /// The last start never drew.
    mark: bool,
}

fn decide(signs: Signs<'_>) -> Option<Why> {
    match signs.variable {
        _ if signs.flag => Some(Why::Asked),
        Some("0") => None,
        Some(value) if !value.is_empty() => Some(Why::Asked),
        _ if signs.switched => None,
        _ if signs.nvidia => Some(Why::Driver),
        _ if signs.mark => Some(Why::LastStart),
        _ => None,
    }
}

/// Whether this start has to do without the card, and why.
pub(crate) fn fallback(arguments: &Arguments) -> Option<Why> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let variable = std::env::var(VARIABLE).ok();
    decide(Signs {
        flag: arguments.safe_graphics,
        variable: variable.as_deref(),
        switched: SWITCHES.iter().any(|switch| std::env::var_os(switch).is_some()),
        nvidia: Path::new("/proc/driver/nvidia/version").exists(),
        mark: mark().is_some_and(|mark| mark.exists()),
    })
}

/// Starts this program again with the switches set: they are read when the process starts, and a
/// process cannot safely change its own environment.
///
/// # Errors
/// When the program cannot be started again.
#[cfg(unix)]
pub(crate) fn restart(why: Why) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    let this = match std::env::current_exe() {
        Ok(this) => this,
        Err(error) => return error,
    };
    let mut command = std::process::Command::new(this);
    command.args(std::env::args_os().skip(1).filter(|argument| argument != "--safe-graphics"));
    // What brought us here must not bring us here again.
    command.env(VARIABLE, "0").env("HEARTH_GRAPHICS", format!("{why:?}"));
    command.envs(SWITCHES.map(|switch| (switch, "1")));
    command.exec()
}

/// Notes that a start is about to draw.
pub(crate) fn about_to_draw() {
    if let Some(mark) = mark() {
        let _ = mark.parent().map(std::fs::create_dir_all);
        let _ = std::fs::write(mark, "");
    }
}

/// Notes that something was drawn, or that nothing had to be.
pub(crate) fn drew() {
    if let Some(mark) = mark() {
        let _ = std::fs::remove_file(mark);
    }
}

fn mark() -> Option<PathBuf> {
    crate::preferences::directory().map(|directory| directory.join(MARK))
}

#[cfg(test)]
mod tests {
    use super::{Signs, Why, decide};

    const NOTHING: Signs<'_> = Signs { flag: false, variable: None, switched: false, nvidia: false, mark: false };

    #[test]
    fn the_card_is_used_unless_something_speaks_against_it() {
        assert_eq!(decide(NOTHING), None);
        assert_eq!(decide(Signs { flag: true, ..NOTHING }), Some(Why::Asked));
        assert_eq!(decide(Signs { variable: Some("1"), ..NOTHING }), Some(Why::Asked));
        assert_eq!(decide(Signs { nvidia: true, ..NOTHING }), Some(Why::Driver));
        assert_eq!(decide(Signs { mark: true, ..NOTHING }), Some(Why::LastStart));
    }

    #[test]
    fn who_decides_for_themselves_is_not_overruled() {
        let guessed = Signs { nvidia: true, mark: true, ..NOTHING };
        assert_eq!(decide(Signs { variable: Some("0"), ..guessed }), None);
        assert_eq!(decide(Signs { switched: true, ..guessed }), None);
        assert_eq!(decide(Signs { flag: true, variable: Some("0"), ..NOTHING }), Some(Why::Asked));
    }
}

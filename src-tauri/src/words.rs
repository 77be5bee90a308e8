//! What the app says outside its pages: in the tray, in notifications, in titles.

pub(crate) const APP: &str = "Hearth";
pub(crate) const OPEN: &str = "Open Hearth";
pub(crate) const ADDRESSES: &str = "Addresses and QR code…";
pub(crate) const PAUSE: &str = "Pause notifications";
pub(crate) const LOGIN: &str = "Start at login";
pub(crate) const AWAKE: &str = "Keep this computer awake";
pub(crate) const QUIT: &str = "Quit Hearth";
pub(crate) const NO_TEAM: &str = "No team on this computer yet";
pub(crate) const CHOOSE_BACKUP: &str = "Choose a backup of Hearth";
pub(crate) const BACKUPS: &str = "Hearth backup";
pub(crate) const STILL_RUNNING: &str = "Hearth keeps running";

pub(crate) const NO_LOGIN: &str = "This system did not let Hearth change what starts at login.";
pub(crate) const NO_AWAKE: &str = "This system does not let Hearth keep the computer awake.";

/// Said the first time the window is closed.
pub(crate) const STILL_RUNNING_HOW: &str =
    "Your team can go on talking. Open or quit Hearth with the flame beside the clock.";

/// The first line of the tray's menu.
pub(crate) fn online(team: &str, others: usize) -> String {
    match others {
        0 => format!("{team}: nobody else online"),
        1 => format!("{team}: 1 other person online"),
        _ => format!("{team}: {others} other people online"),
    }
}

/// The tray's tooltip.
pub(crate) fn tooltip(team: &str, unread: u32) -> String {
    if unread == 0 { team.to_owned() } else { format!("{team}: {unread} unread") }
}

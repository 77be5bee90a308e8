//! The desktop app: it runs a hub in its own process and shows it in a window.
//!
//! | room | what happens there |
//! |---|---|
//! | [`arguments`], [`headless`] | what was typed, and the way out to the commands of `hearth` |
//! | [`graphics`] | computers on which the web view draws nothing |
//! | [`app`] | the app's plugins and life; what all parts share |
//! | [`hub`] | the hub in this process: starting, running, stopping |
//! | [`restoring`], [`file_dialog`] | putting a team back from a backup |
//! | [`windows`] | the launcher, the hub's window, windows of other teams |
//! | [`commands`], [`view`] | all that the launcher's page may ask for and is told |
//! | [`tray`] | the icon beside the clock |
//! | [`attention`] | notifications and the number of unread messages |
//! | [`teams`], [`nearby`] | teams on other computers |
//! | [`login`], [`awake`] | starting with the computer, and keeping it from sleeping |
//! | [`leaving`] | closing windows, and quitting |
//!
//! There is no chat and no team in here: those are the server's, and the windows show them as a
//! browser would. Only the launcher's page can call commands.

// A release for Windows is a window, not a console with a window.
#![cfg_attr(windows, windows_subsystem = "windows")]

mod addresses;
mod app;
mod arguments;
mod attention;
mod awake;
mod commands;
mod file_dialog;
mod graphics;
mod headless;
mod hub;
mod leaving;
mod login;
mod nearby;
mod preferences;
mod restoring;
mod teams;
mod tray;
mod updates;
mod view;
mod windows;
mod words;

use clap::Parser;
use std::process::ExitCode;

/// Names the app to the operating system; the same as in `tauri.conf.json`.
const IDENTIFIER: &str = "team.hearth.desktop";

#[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
fn main() -> ExitCode {
    if let Some(words) = headless::asked(std::env::args_os().skip(1)) {
        return hearth_server::cli::run(words);
    }
    match app::run(arguments::Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hearth-desktop: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! `cargo xtask run`: from a fresh clone to the page where a team is started.

use std::process::Command;

use anyhow::Result;

use crate::build;

/// Builds everything and becomes `hearth serve`. What was typed goes with it.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let hearth = build::hearth()?;
    let mut command = Command::new(hearth);
    command.args(["serve", "--open"]).args(arguments);
    become_program(&mut command)
}

/// The server takes this process's place, so that signals reach it and its exit code is ours.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    crate::process::run(command)
}

//! `--headless`: the server without a window is the program `hearth`, which lies beside this one.
//!
//! It is another program and not this one with its window hidden, because this one cannot start
//! where there is no desktop: it needs the libraries that draw.

use anyhow::Context;
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

/// What goes to `hearth serve`, if it was asked for.
pub(crate) fn asked() -> Option<Vec<OsString>> {
    let (flag, rest): (Vec<_>, Vec<_>) = std::env::args_os().skip(1).partition(|argument| argument == "--headless");
    (!flag.is_empty()).then_some(rest)
}

/// Becomes `hearth serve`.
///
/// # Errors
/// When that program is not there.
pub(crate) fn serve(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let this = std::env::current_exe().context("where this program lies")?;
    let hearth = this.with_file_name(format!("hearth{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&hearth);
    command.arg("serve").args(arguments);
    become_program(&mut command).with_context(|| format!("{} cannot be started", hearth.display()))
}

/// The server takes this process's place, so that signals reach it and its exit code is ours.
#[cfg(unix)]
fn become_program(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

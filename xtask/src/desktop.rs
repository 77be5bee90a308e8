//! What is done with the real desktop app on a virtual screen: tests, pictures, figures.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{npm, program, programs, run, say, scratch};
use crate::{build, bundle, packages, prerequisites};

const FOLDER: &str = "tests/desktop";

/// Runs the tests on a screen. They need Linux: the other systems' web views have no driver that can be had without their
/// makers' tools.
pub(crate) fn tests() -> Result<()> {
    if !cfg!(target_os = "linux") {
        say("the desktop app's tests on a screen run on Linux only");
        return Ok(());
    }
    run(script("test")?.env("HEARTH_PROGRAM", program("hearth")?))
}

/// Pictures of the launcher, the hub's window and the tray's menu, in `assets/screenshots`.
pub(crate) fn screenshots() -> Result<()> {
    build::everything()?;
    run(&mut script("screenshots")?)
}

/// How fast the app is there, and what it weighs.
pub(crate) fn figures() -> Result<()> {
    build::everything()?;
    run(script("figures")?.env("HEARTH_LOAD", program("hearth-load")?))
}

/// The packages of Linux in clean systems.
pub(crate) fn package_test() -> Result<()> {
    prerequisites::for_package_tests()?;
    build::everything()?;
    packages::install(FOLDER)?;
    let mut test = npm(FOLDER, &["run", "package"]);
    for kind in ["deb", "rpm"] {
        for (age, version) in [("older", Some("0.0.1")), ("newer", None)] {
            let made = bundle::wrap(kind, version)?;
            let package = made.first().context("no package was made")?;
            let kept = scratch(&format!("{age}.{kind}"))?;
            std::fs::copy(package, &kept).with_context(|| format!("keeping {}", package.display()))?;
            test.env(format!("HEARTH_{age}_{kind}").to_uppercase(), kept);
        }
    }
    run(&mut test)
}

fn script(name: &str) -> Result<Command> {
    prerequisites::for_desktop_tests()?;
    packages::install(FOLDER)?;
    let mut command = npm(FOLDER, &["run", name]);
    command.env("HEARTH_DESKTOP", program("hearth-desktop")?);
    command.env("HEARTH_EMPTY_WINDOW", programs()?.join("examples/empty_window"));
    Ok(command)
}

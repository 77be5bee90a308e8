//! What is done with the real program in a real browser: tests, pictures, figures.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{npm, program, run};
use crate::{build, packages, prerequisites};

const FOLDER: &str = "tests/e2e";

/// The browser tests against the `hearth` that was built last.
pub(crate) fn tests() -> Result<()> {
    run(playwright()?.args(["run", "test"]))
}

/// Pictures of the screens, filled with a team's data, in `assets/screenshots`.
pub(crate) fn screenshots() -> Result<()> {
    prerequisites::for_pictures()?;
    build::hearth()?;
    run(playwright()?.args(["run", "screenshots"]))
}

/// How fast a conversation is drawn while its history grows.
pub(crate) fn figures() -> Result<()> {
    build::everything()?;
    run(playwright()?.env("HEARTH_LOAD", program("hearth-load")?).args(["run", "figures"]))
}

/// An npm command in the tests' folder that knows which browser and which server to start.
fn playwright() -> Result<Command> {
    prerequisites::for_browser_tests()?;
    packages::install(FOLDER)?;
    let chromium = prerequisites::chromium().context("finding the browser")?;
    let mut command = npm(FOLDER, &[]);
    command.env("HEARTH_CHROMIUM", chromium).env("HEARTH_PROGRAM", program("hearth")?);
    Ok(command)
}

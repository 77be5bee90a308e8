//! Building the workspace's programs, one package at a time.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{cargo, lint_while_compiling, program, run};
use crate::{packages, prerequisites};

/// The server with the UI in it.
pub(crate) fn hearth() -> Result<PathBuf> {
    prerequisites::for_building()?;
    packages::build_ui()?;
    run(&mut cargo(&["build", "--package", "hearth-server"]))?;
    program("hearth")
}

/// Every program and every test, as the test command builds them, so that neither builds again what the other built.
pub(crate) fn everything() -> Result<()> {
    prerequisites::for_building_everything()?;
    packages::build_ui()?;
    lint_while_compiling();
    run(&mut cargo(&["build", "--workspace", "--all-targets"]))
}

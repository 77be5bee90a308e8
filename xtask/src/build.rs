//! Building the workspace's programs, one package at a time.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{cargo, program, run};
use crate::{packages, prerequisites};

/// The server with the UI in it.
pub(crate) fn hearth() -> Result<PathBuf> {
    prerequisites::for_building()?;
    packages::build_ui()?;
    run(&mut cargo(&["build", "--package", "hearth-server"]))?;
    program("hearth")
}

/// The server, the load generator and every test. The selection is the whole workspace because the load generator alone would get its
/// dependencies with other features, and so compile them again.
pub(crate) fn everything() -> Result<()> {
    prerequisites::for_building()?;
    packages::build_ui()?;
    run(&mut cargo(&["build", "--workspace", "--all-targets"]))
}

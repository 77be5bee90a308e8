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

/// The server, the load generator and every test. The desktop app is left out: it asks features of crates that the database
/// shares, so selecting it compiles the database a second time. It has [`desktop`], for `cargo xtask test --only desktop`.
pub(crate) fn everything() -> Result<()> {
    prerequisites::for_building()?;
    packages::build_ui()?;
    run(&mut cargo(&["build", "--workspace", "--exclude", "hearth-desktop", "--all-targets"]))
}

/// The desktop app and its tests, with the programs that its tests start.
pub(crate) fn desktop() -> Result<()> {
    prerequisites::for_building_desktop()?;
    packages::build_ui()?;
    run(&mut cargo(&["build", "--workspace", "--all-targets"]))
}

//! `cargo xtask bench`: the figures of Hearth beside their baselines.

use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::process::{program, run, say, scratch};

/// Builds what is measured and what measures, then measures. Prints a table, writes JSON.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    build::everything()?;
    let json = scratch("bench.json")?;
    run(Command::new(program("hearth-load")?).arg("bench").arg("--json").arg(&json).args(arguments))?;
    say(&format!("the same as JSON: {}", json.display()));
    Ok(())
}

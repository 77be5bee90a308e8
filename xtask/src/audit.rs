//! `cargo xtask audit`: what the dependencies are allowed to be, and which of them are not used.

use anyhow::{Result, bail};

use crate::process::{answer_of, cargo, run, say};

/// Runs cargo-deny and cargo-machete. Advisories need the network: without it they are skipped and this is said.
pub(crate) fn audit() -> Result<()> {
    let missing: Vec<&str> =
        ["cargo-deny", "cargo-machete"].into_iter().filter(|tool| answer_of(tool, "--version").is_none()).collect();
    if !missing.is_empty() {
        say(&format!("installing {}", missing.join(" and ")));
        let mut install = cargo(&["install", "--locked"]);
        // Tools are not part of the project: they get a build folder of their own.
        let installed = run(install.args(&missing).env_remove("CARGO_TARGET_DIR"));
        if installed.is_err() {
            bail!("the audit needs {0}: `cargo install --locked {0}`", missing.join(" "));
        }
    }
    run(&mut cargo(&["deny", "check", "licenses", "sources", "bans"]))?;
    run(&mut cargo(&["machete", "--with-metadata"]))?;
    if run(&mut cargo(&["deny", "fetch", "db"])).is_err() {
        say("advisories were not checked: their database could not be fetched");
        return Ok(());
    }
    run(&mut cargo(&["deny", "check", "--disable-fetch", "advisories"]))
}

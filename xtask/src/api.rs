//! The API's description and the UI's client, both generated from the server's code and committed.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{npm, output_of, program, root, run, say};
use crate::{build, packages};

const DESCRIPTION: &str = "ui/openapi.json";
const CLIENT: &str = "ui/src/api/generated";

/// Writes the description and regenerates the client.
pub(crate) fn write() -> Result<()> {
    // The server is built around the UI, and the UI on the client: a client that is out of date must not be in the way.
    run(&mut crate::process::cargo(&["build", "--package", "hearth-server"]))?;
    packages::install("ui")?;
    std::fs::write(root().join(DESCRIPTION), described_by_the_server()?).context("writing the description")?;
    run(&mut npm("ui", &["run", "api"]))
}

/// Fails when what is committed is not what the code says.
pub(crate) fn check() -> Result<()> {
    build::hearth()?;
    check_built()
}

/// The same, with the `hearth` that was built last.
pub(crate) fn check_built() -> Result<()> {
    let committed = std::fs::read(root().join(DESCRIPTION)).with_context(|| format!("reading {DESCRIPTION}"))?;
    if committed != described_by_the_server()? {
        bail!("{DESCRIPTION} is not what the server says: run `cargo xtask api` and commit what it writes");
    }
    packages::install("ui")?;
    let client = root().join(CLIENT);
    let before = packages::fingerprint([client.clone()])?;
    run(&mut npm("ui", &["run", "api"]))?;
    if packages::fingerprint([client])? != before {
        bail!("{CLIENT} was out of date; it has been generated again: commit it");
    }
    say("the description and the client are what the code says");
    Ok(())
}

fn described_by_the_server() -> Result<Vec<u8>> {
    let hearth = program("hearth")?;
    if !Path::new(&hearth).exists() {
        bail!("{} is not built yet", hearth.display());
    }
    output_of(Command::new(hearth).arg("openapi"))
}

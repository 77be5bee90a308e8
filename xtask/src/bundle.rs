//! `cargo xtask bundle`: installers of the desktop app, which is also the server without a window.
//!
//! What is bundled is what everything else uses and tests: there is one profile, so the programs are those of every other build, with
//! their symbols stripped. A release profile would compile the database a second time, for half an hour.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{npm, output_of, program, root, run, say, scratch};
use crate::{build, packages};

const FOLDER: &str = "src-tauri";

/// Builds the programs and wraps them; `kinds` as the Tauri command line names them, separated by commas.
pub(crate) fn bundle(kinds: &[String]) -> Result<()> {
    build::everything()?;
    let kinds = match kinds {
        [] if cfg!(target_os = "linux") => "deb,rpm".to_owned(),
        [] if cfg!(target_os = "macos") => "app,dmg".to_owned(),
        [] => "nsis,msi".to_owned(),
        [kinds] => kinds.clone(),
        _ => bail!("name the kinds with commas between them: deb,rpm"),
    };
    for installer in wrap(&kinds, None)? {
        let megabytes = std::fs::metadata(&installer).map_or(0, |file| file.len() / 100_000);
        say(&format!("{} ({}.{} MB)", installer.display(), megabytes / 10, megabytes % 10));
    }
    Ok(())
}

/// The icons in every size that the systems ask for, from the one drawing of the mark.
pub(crate) fn icons() -> Result<()> {
    packages::install(FOLDER)?;
    run(&mut npm(FOLDER, &["run", "icons"]))?;
    // Telephones have apps of their own, or none.
    for other in ["android", "ios"] {
        let folder = root().join(FOLDER).join("icons").join(other);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
        }
    }
    Ok(())
}

/// Wraps the programs that were built last, under another version if one is given; gives the installers.
pub(crate) fn wrap(kinds: &str, version: Option<&str>) -> Result<Vec<PathBuf>> {
    packages::install(FOLDER)?;
    // A target directory of its own, in which Tauri finds what it wraps: the programs that developers use keep their symbols.
    let stage = scratch("bundle")?;
    let programs = stage.join("debug");
    if programs.exists() {
        std::fs::remove_dir_all(&programs).context("removing the last bundle")?;
    }
    std::fs::create_dir_all(&programs).with_context(|| format!("making {}", programs.display()))?;
    let suffix = std::env::consts::EXE_SUFFIX;
    place(&program("hearth-desktop")?, &programs.join(format!("hearth-desktop{suffix}")))?;
    let config = beside(&stage)?;
    let mut tauri = npm(FOLDER, &["run", "tauri", "--", "bundle", "--debug", "--bundles", kinds, "--config", &config]);
    if let Some(version) = version {
        tauri.args(["--config", &format!(r#"{{"version":"{version}"}}"#)]);
    }
    run(tauri.env("CARGO_TARGET_DIR", &stage).env("CI", "true"))?;
    installers(&programs.join("bundle"))
}

/// Where a program has no console, as on Windows, the command line is a program of its own beside it.
fn beside(stage: &Path) -> Result<String> {
    if !cfg!(windows) {
        return Ok("{}".to_owned());
    }
    // Tauri wants the platform in the name of what lies beside the app, and takes it out again.
    place(&program("hearth")?, &stage.join(format!("hearth-{}.exe", platform()?)))?;
    let path = stage.join("hearth").to_string_lossy().replace('\\', "/");
    Ok(format!(r#"{{"bundle":{{"externalBin":["{path}"]}}}}"#))
}

fn place(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).with_context(|| format!("{} is not built", from.display()))?;
    if cfg!(unix) {
        run(Command::new("strip").arg(to)).context("stripping symbols")?;
    }
    Ok(())
}

fn platform() -> Result<String> {
    let said = String::from_utf8(output_of(Command::new("rustc").arg("-vV"))?).context("reading rustc's answer")?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say its platform")?.to_owned())
}

fn installers(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for kind in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let kind = kind?.path();
        if kind.is_dir() {
            found.extend(
                std::fs::read_dir(&kind)?.flatten().map(|entry| entry.path()).filter(|path| is_installer(path)),
            );
        }
    }
    found.sort();
    Ok(found)
}

fn is_installer(path: &Path) -> bool {
    let kinds = ["deb", "rpm", "AppImage", "exe", "msi", "dmg"];
    path.extension().is_some_and(|end| kinds.iter().any(|kind| end.eq_ignore_ascii_case(kind)))
}

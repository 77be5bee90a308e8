//! Starting other programs, and the few paths they need.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

/// Prints a line for the person at the terminal.
#[expect(clippy::print_stdout, reason = "a command-line program")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the root").to_owned()
}

/// The directory of built programs: xtask is one of them, whatever target directory is in use.
pub(crate) fn programs() -> Result<PathBuf> {
    let this = std::env::current_exe().context("where this program lies")?;
    Ok(this.parent().context("a program lies in a folder")?.to_owned())
}

/// Where xtask keeps its own files (stamps, results), beside the built programs.
pub(crate) fn scratch(name: &str) -> Result<PathBuf> {
    let folder = programs()?.join("xtask-files");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder.join(name))
}

/// A built program of the workspace.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    Ok(programs()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

static LINTING: AtomicBool = AtomicBool::new(false);

/// From now on the workspace's own crates are compiled by clippy, which says what it finds.
///
/// `cargo clippy` would check every dependency a second time, the database among them, which takes as long as half of
/// building it; the driver as a wrapper compiles and lints in one go.
pub(crate) fn lint_while_compiling() {
    LINTING.store(true, Ordering::Relaxed);
}

fn clippy_driver() -> Option<PathBuf> {
    let sysroot = answer_of("rustc", "--print=sysroot")?;
    let driver = Path::new(&sysroot).join("bin").join(format!("clippy-driver{}", std::env::consts::EXE_SUFFIX));
    driver.exists().then_some(driver)
}

/// The cargo that started xtask, in the root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    // Cargo sets these for the program it runs; they would make the inner cargo rebuild what reads them.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name == "CARGO_MANIFEST_DIR"
            || name == "CARGO_MANIFEST_PATH"
        {
            command.env_remove(name);
        }
    }
    if LINTING.load(Ordering::Relaxed)
        && let Some(driver) = clippy_driver()
    {
        // As `cargo clippy -- -D warnings` hands its arguments to the driver.
        command.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
    }
    command
}

/// npm in one of the repository's folders.
pub(crate) fn npm(folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(root().join(folder));
    command
}

/// Runs a program to its end with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let text = text_of(command);
    let status = command.status().with_context(|| format!("starting `{text}`"))?;
    if !status.success() {
        bail!("`{text}` failed ({status})");
    }
    Ok(())
}

/// Runs a program and gives what it printed.
pub(crate) fn output_of(command: &mut Command) -> Result<Vec<u8>> {
    let text = text_of(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting `{text}`"))?;
    if !output.status.success() {
        bail!("`{text}` failed ({})", output.status);
    }
    Ok(output.stdout)
}

/// Whether a program starts at all; gives the first line it prints.
pub(crate) fn answer_of(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

fn text_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

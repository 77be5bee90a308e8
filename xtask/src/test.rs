//! `cargo xtask test`: every check there is, cheap ones first.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{cargo, lint_while_compiling, npm, program, run, say};
use crate::{api, browser, build, desktop, packages, prerequisites};

/// What was asked for on the command line.
pub(crate) struct Options {
    /// Names of steps; empty means all but those that run by name only.
    pub(crate) only: Vec<String>,
    /// How often the crash test kills the server.
    pub(crate) crash_rounds: u32,
    /// Only name the steps.
    pub(crate) list: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { only: Vec::new(), crash_rounds: 20, list: false }
    }
}

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<()>,
}

/// In the order in which they run: a typing mistake should not wait for a database to compile.
const STEPS: &[Step] = &[
    Step { name: "format", about: "Rust is formatted", run: |_| run(&mut cargo(&["fmt", "--all", "--check"])) },
    Step {
        name: "ui-format",
        about: "the UI and the tests in browsers are formatted",
        run: |_| npm_scripts("format:check"),
    },
    Step { name: "ui-lint", about: "eslint finds nothing", run: |_| npm_script("ui", "lint") },
    Step { name: "ui-types", about: "types hold in the UI and the tests in browsers", run: |_| npm_scripts("check") },
    Step { name: "ui-unit", about: "the UI's unit tests", run: |_| npm_script("ui", "test") },
    Step { name: "ui-build", about: "the UI builds", run: |_| packages::build_ui() },
    Step { name: "ui-weight", about: "what the chat loads first is not too much", run: |_| ui_weight() },
    Step {
        name: "build",
        about: "the programs and tests build, and clippy finds nothing in them",
        run: |_| build::everything(),
    },
    Step { name: "api", about: "the API's description and the UI's client are fresh", run: |_| api::check_built() },
    Step {
        name: "rust",
        about: "the server over HTTP and the socket, and unit tests",
        run: |_| run(&mut cargo(&["test", "--workspace"])),
    },
    Step { name: "network", about: "hubs, teammates and phones on networks of their own", run: |_| network() },
    Step { name: "browser", about: "people in real browsers", run: |_| browser::tests() },
    Step { name: "desktop", about: "the desktop app on a virtual screen", run: |_| desktop::tests() },
    Step {
        name: "sleep",
        about: "a laptop that slept through thousands of events is right at once",
        run: |_| load(&["sleep-test"]),
    },
    Step {
        name: "crash",
        about: "the server killed under load and with backups loses and doubles nothing",
        run: crash,
    },
];

/// What is not for every run.
const BY_NAME_ONLY: &[Step] = &[Step {
    name: "package",
    about: "the deb and the rpm install, serve, upgrade and go in a clean system (only by name: it makes that system)",
    run: |_| desktop::package_test(),
}];

/// Runs the steps, says how long each took, stops at the first that fails.
pub(crate) fn test(options: &Options) -> Result<()> {
    if options.list {
        for step in STEPS.iter().chain(BY_NAME_ONLY) {
            say(&format!("{:10} {}", step.name, step.about));
        }
        return Ok(());
    }
    if let Some(unknown) = options.only.iter().find(|name| !is_a_step(name)) {
        bail!("there is no step `{unknown}`; `cargo xtask test --list` names them");
    }
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| options.only.is_empty() || options.only.iter().any(|name| name == step.name))
        .chain(BY_NAME_ONLY.iter().filter(|step| options.only.iter().any(|name| name == step.name)))
        .collect();
    // Said before an hour of compiling, not after it.
    prerequisites::for_building_everything()?;
    if chosen.iter().any(|step| step.name == "browser") {
        prerequisites::for_browser_tests()?;
    }
    if chosen.iter().any(|step| step.name == "desktop") {
        prerequisites::for_desktop_tests()?;
    }
    lint_while_compiling();
    let start = Instant::now();
    let mut times = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        say(&format!("\n── {}/{} {}: {}", index + 1, chosen.len(), step.name, step.about));
        let step_start = Instant::now();
        let outcome = (step.run)(options);
        let took = step_start.elapsed();
        if let Err(error) = outcome {
            say(&format!("── {} FAILED after {}", step.name, readable(took)));
            return Err(error).with_context(|| {
                format!(
                    "step `{0}` failed, {index} before it passed; again alone: cargo xtask test --only {0}",
                    step.name
                )
            });
        }
        say(&format!("── {} ok, {}", step.name, readable(took)));
        times.push(format!("{} {}", step.name, readable(took)));
    }
    say(&format!("\nAll {} steps passed in {}: {}.", chosen.len(), readable(start.elapsed()), times.join(", ")));
    Ok(())
}

fn is_a_step(name: &str) -> bool {
    STEPS.iter().chain(BY_NAME_ONLY).any(|step| step.name == name)
}

fn npm_script(folder: &str, script: &str) -> Result<()> {
    packages::install(folder)?;
    run(&mut npm(folder, &["run", "--silent", script]))
}

fn npm_scripts(script: &str) -> Result<()> {
    npm_script("ui", script)?;
    npm_script("tests/e2e", script)?;
    npm_script("tests/desktop", script)
}

fn ui_weight() -> Result<()> {
    packages::build_ui()?;
    npm_script("ui", "weight")
}

/// Networks are made of namespaces, which only root on Linux can make.
fn network() -> Result<()> {
    if !prerequisites::for_networks()? {
        say("SKIPPED: making networks takes root on Linux");
        return Ok(());
    }
    run(Command::new(program("hearth-network")?).arg("run"))
}

fn crash(options: &Options) -> Result<()> {
    load(&["crash", "--rounds", &options.crash_rounds.to_string()])?;
    // A tenth as often: each of these rounds takes longer.
    let rounds = (options.crash_rounds / 10).max(2).to_string();
    for during in ["backup", "restore", "upgrade"] {
        load(&["crash", "--during", during, "--rounds", &rounds])?;
    }
    Ok(())
}

/// The load generator that was built last.
fn load(arguments: &[&str]) -> Result<()> {
    run(Command::new(program("hearth-load")?).args(arguments))
}

fn readable(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

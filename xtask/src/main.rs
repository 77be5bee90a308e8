//! The project's commands. `cargo xtask` lists them.
//!
//! Everything is built with one cargo profile into one target directory, and every selection of packages contains the
//! server: without it shared dependencies would get other features and be compiled a second time.

mod api;
mod audit;
mod bench;
mod browser;
mod build;
mod bundle;
mod desktop;
mod dev;
mod packages;
mod prerequisites;
mod process;
mod run;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const HELP: &str = "\
Hearth's commands

  cargo xtask run [ARGS]     build everything and start Hearth; ARGS go to `hearth serve`
  cargo xtask test           every check there is, cheap ones first, stopping at the first failure
      --only STEP            one step (may be repeated); --list names them, also those that run by name only
      --crash-rounds N       kill the server N times in the crash test (20)
  cargo xtask dev            the UI with live reload in front of a running Hearth
  cargo xtask bench [ARGS]   the figures of Hearth beside their baselines; ARGS go to `hearth-load bench`
  cargo xtask api [--check]  write ui/openapi.json and the TypeScript client; --check only compares
  cargo xtask audit          licences, sources, duplicates, advisories, unused dependencies
  cargo xtask bundle [KINDS] installers of the desktop app: deb and rpm here, or what KINDS names (deb,rpm,appimage; nsis,msi; dmg)
  cargo xtask icons          the app's icons, drawn from assets/brand/logo.svg
  cargo xtask screenshots    pictures of the screens for the README; `screenshots desktop` only those of the desktop app
  cargo xtask figures        how fast the desktop app starts and how much memory it takes, beside an empty window;
                             `figures reading`: how fast browsers draw conversations of 10 thousand to a million messages
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::say(&format!("\nerror: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    let command = match arguments.next()? {
        None | Some(Short('h') | Long("help")) => {
            process::say(HELP);
            return Ok(());
        }
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "run" => run::run(&rest(&mut arguments)?),
        "test" => test::test(&test_options(&mut arguments)?),
        "dev" => dev::dev(&rest(&mut arguments)?),
        "bench" => bench::bench(&rest(&mut arguments)?),
        "api" => match rest(&mut arguments)?.as_slice() {
            [] => api::write(),
            [flag] if flag == "--check" => api::check(),
            _ => bail!("`cargo xtask api` takes nothing but --check"),
        },
        "audit" => audit::audit(),
        "bundle" => bundle::bundle(&rest(&mut arguments)?),
        "icons" => bundle::icons(),
        "figures" => match rest(&mut arguments)?.as_slice() {
            [] => desktop::figures(),
            [only] if only == "reading" => browser::figures(),
            _ => bail!("`cargo xtask figures` takes nothing but `reading`"),
        },
        "screenshots" => match rest(&mut arguments)?.as_slice() {
            [] => browser::screenshots().and_then(|()| desktop::screenshots()),
            [only] if only == "desktop" => desktop::screenshots(),
            _ => bail!("`cargo xtask screenshots` takes nothing but `desktop`"),
        },
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}

/// Everything after the command, as it was written. A `--` that only separates is dropped.
fn rest(arguments: &mut lexopt::Parser) -> Result<Vec<String>> {
    let mut rest = arguments.raw_args()?.map(ValueExt::string).collect::<Result<Vec<_>, _>>()?;
    if rest.first().is_some_and(|first| first == "--") {
        rest.remove(0);
    }
    Ok(rest)
}

fn test_options(arguments: &mut lexopt::Parser) -> Result<test::Options> {
    let mut options = test::Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("only") => options.only.push(arguments.value()?.string()?),
            Long("crash-rounds") => options.crash_rounds = arguments.value()?.parse()?,
            Long("list") => options.list = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

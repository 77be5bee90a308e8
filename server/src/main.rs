//! The program `hearth`: the hub without a window.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth_server::cli::run(std::env::args_os())
}

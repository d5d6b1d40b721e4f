//! Arguments, parts, exit code.

use std::process::ExitCode;

use clap::Parser;
use dpg_triage::cli::{self, Arguments};

fn main() -> ExitCode {
    cli::run(Arguments::parse())
}

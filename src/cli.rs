//! The command line: builds the parts, joins them, and gives the exit code.
//!
//! 0: fine. 1: `check` found something that must be fixed, `doctor` a problem. 2: it could not run.

pub mod check;
pub mod demo;
pub mod doctor;
pub mod fix;
pub mod jobs;
pub mod online;
pub mod progress;
pub mod pull_request;
pub mod registry;
pub mod serve;
mod unreached;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Gives nominations to the Digital Public Goods registry their first look.
#[derive(Parser)]
#[command(version, about, long_about = LONG, propagate_version = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const LONG: &str = "Gives nominations to the Digital Public Goods registry their first look.\n\n\
    As a GitHub App (serve) it judges every pull request that brings a nomination within seconds: it looks up the \
    license of each nominated repository, posts one comment with what to change, sets labels that route the pull \
    request to the right Community of Practice, and a check run with annotations. The same checks run on files \
    (check). It advises; people decide.";

#[derive(Subcommand)]
enum Command {
    /// Run the GitHub App: receive webhooks, judge pull requests
    #[command(after_long_help = serve::EXAMPLES)]
    Serve(Box<crate::config::Settings>),
    /// Check nominations in a checkout of the registry
    #[command(after_long_help = check::EXAMPLES)]
    Check(check::Options),
    /// See the bot at work: everything local, no account, no network
    #[command(after_long_help = demo::EXAMPLES)]
    Demo(demo::Options),
    /// Correct what is mechanical in nominations, in place
    #[command(after_long_help = fix::EXAMPLES)]
    Fix(fix::Options),
    /// Examine an installation: settings, key, permissions, webhook, repositories, database
    #[command(after_long_help = doctor::EXAMPLES)]
    Doctor(Box<doctor::Options>),
    /// List, retry or drop jobs
    #[command(after_long_help = jobs::EXAMPLES)]
    Jobs(jobs::Options),
}

/// Runs a command to its end.
pub fn run(arguments: Arguments) -> ExitCode {
    let ended = match arguments.command {
        Command::Serve(settings) => serve::command(&settings),
        Command::Check(options) => check::command(&options),
        Command::Demo(options) => demo::command(&options),
        Command::Fix(options) => fix::command(&options),
        Command::Doctor(options) => doctor::command(&options),
        Command::Jobs(options) => jobs::command(&options),
    };
    match ended {
        Ok(code) => code,
        // Who reads our output has heard enough (`| head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

//! `dpg-triage demo`: the real bot beside a GitHub that is a stand-in, in one process and without an account.
//!
//! `cast` has the people, `nominations` what they nominate, `outside` what these link. `stage` joins the two sides by
//! signed webhooks over HTTP, `happening` says in words what came of an act, `story` tells the first acts at the
//! terminal, `site` and `page` let the reader go on in a browser.

mod cast;
mod guard;
mod happening;
mod nominations;
mod outside;
mod page;
mod plain;
mod site;
mod stage;
mod story;

use std::{io::ErrorKind, io::Write, net::Ipv4Addr, process::ExitCode};

use anyhow::{Context, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::server;
use stage::Stage;

pub const EXAMPLES: &str = "\
Examples:
  dpg-triage demo
          tell what happens, then show it in the browser until Ctrl-C
  dpg-triage demo --once
          tell what happens, print the bot's comment, and end
  dpg-triage demo --port 8123
          show it at http://127.0.0.1:8123
  dpg-triage demo --verbose
          with the bot's own log on standard error

Everything is local: no account, no token, no network. The bot is the one that
`serve` runs; GitHub is a stand-in that lives in this process and forgets
everything when it ends.";

/// Where the page is, unless something else is there already.
const USUAL_PORT: u16 = 4000;

#[derive(Args)]
pub struct Options {
    /// Port of the page on 127.0.0.1, 0 for any free one [default: 4000, or a free one when that is taken]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Tell the story, print the bot's comment, and end: without a browser
    #[arg(long, conflicts_with = "port")]
    once: bool,
    /// Show the bot's log on standard error
    #[arg(long, short)]
    verbose: bool,
}

pub fn command(options: &Options) -> anyhow::Result<ExitCode> {
    if options.verbose {
        let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new("info"));
        log.with_writer(std::io::stderr).init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime")?;
    runtime.block_on(async {
        // Bound first: a port that is taken is better said at once than after the story.
        let door = if options.once { None } else { Some(bind(options.port).await?) };
        let stop = CancellationToken::new();
        tokio::spawn(super::serve::cancel_on_signal(stop.clone()));
        match stop.run_until_cancelled(Stage::set()).await {
            Some(stage) => run(stage?, door, stop).await,
            None => Ok(()),
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn run(stage: Stage, door: Option<Door>, stop: CancellationToken) -> anyhow::Result<()> {
    let told = stop.run_until_cancelled(story::tell(&stage, &mut anstream::stdout())).await;
    if let Some(told) = told {
        told?;
        match door {
            Some(door) => show(&stage, door, stop).await?,
            None => story::print_comment(&stage, &mut anstream::stdout())?,
        }
    }
    stage.strike().await
}

async fn show(stage: &Stage, door: Door, stop: CancellationToken) -> anyhow::Result<()> {
    let port = door.listener.local_addr().context("the page's address")?.port();
    let mut out = anstream::stdout();
    if door.moved {
        writeln!(out, "Port {USUAL_PORT} is taken, so the page is at a free one.")?;
    }
    writeln!(out, "Now it is your turn:  http://127.0.0.1:{port}")?;
    writeln!(out, "Comment, push, nominate a project, change a license. Ctrl-C ends it.")?;
    out.flush()?;
    let router = site::router(stage.clone(), port, stop.clone());
    server::serve(door.listener, router, stop).await.context("the page")
}

/// Where the page listens.
struct Door {
    listener: TcpListener,
    /// Not where it usually is.
    moved: bool,
}

async fn bind(port: Option<u16>) -> anyhow::Result<Door> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(USUAL_PORT))).await;
    match (bound, port) {
        (Ok(listener), _) => Ok(Door { listener, moved: false }),
        (Err(error), Some(port)) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken; without --port a free one is found")
        }
        (Err(error), Some(port)) => Err(error).with_context(|| format!("listening at 127.0.0.1:{port}")),
        (Err(_), None) => {
            let listener =
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("finding a free port")?;
            Ok(Door { listener, moved: true })
        }
    }
}

//! `dpg-triage serve`: the webhook receiver, the inbox and the main path, joined.

use std::{
    io::IsTerminal,
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::Context;
use futures::future::OptionFuture;
use secrecy::ExposeSecret;
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::{
    catch_up::{self, CatchUp},
    config::{Config, LogFormat, Settings},
    github::GitHub,
    health::Health,
    links::Links,
    metrics::Meter,
    pipeline::{Paced, Pipeline, Rules},
    queue::{Database, Inbox, WORKERS, budget::Pace, examine::has_folder},
    server::{self, Parts},
    sweep::Sweep,
    webhook::{event, room::Room, signature::Secrets},
};

pub const EXAMPLES: &str = "\
Examples:
  APP_ID=123456 PRIVATE_KEY_PATH=app.private-key.pem WEBHOOK_SECRET=... \\
      dpg-triage serve
  dpg-triage serve --dry-run --port 8080
          judge and log, write nothing

The webhook's address is http://HOST:PORT/api/github/webhooks; /healthz, /readyz
and /metrics tell how the process is.";

pub fn command(settings: &Settings) -> anyhow::Result<ExitCode> {
    let config = settings.validate()?;
    log_to_stderr(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime")?;
    let served = runtime.block_on(serve(&config));
    // A look-up of a name cannot be called off; nobody waits for it.
    runtime.shutdown_background();
    served?;
    Ok(ExitCode::SUCCESS)
}

fn log_to_stderr(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        // A log that cannot be written, on a full disk, must not end the process: to say so would be a panic.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let address = format!("{}:{}", config.host, config.port);
    let listener = TcpListener::bind((config.host.as_str(), config.port))
        .await
        .with_context(|| format!("listening at {address}"))?;
    if let Database::File(path) = &config.database {
        has_folder(path)?;
    }
    let inbox =
        Inbox::open(&config.database).await.with_context(|| format!("the database {}", config.database))?;
    let github = GitHub::new(&config.github())?;
    let health = Health::of(config.database.to_string(), github.address().to_owned(), chrono::Utc::now);
    let github = github.paced_by(Arc::new(Paced { inbox: inbox.clone(), pace: Pace::GITHUB }));
    info!(address = %listener.local_addr()?, dry_run = config.dry_run, "listening");
    let service = Service {
        inbox,
        pipeline: Pipeline {
            github: Arc::new(github),
            links: Arc::new(Links::new()?),
            rules: Rules::default(),
            allowed_owners: config.allowed_owners.clone().into(),
            dry_run: config.dry_run,
        },
        app_id: config.app_id,
        secrets: Secrets::new(config.webhook_secrets.iter().map(ExposeSecret::expose_secret))?,
        allowed_owners: config.allowed_owners.clone().into(),
        sweep_interval: Some(config.sweep_interval),
        catch_up_interval: Some(catch_up::EVERY),
        health,
    };
    let stop = CancellationToken::new();
    tokio::spawn(cancel_on_signal(stop.clone()));
    service.run(listener, stop).await?;
    info!("stopped");
    Ok(())
}

pub(super) async fn cancel_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
    info!("stopping");
    stop.cancel();
}

/// The parts of the App, joined.
pub struct Service {
    pub inbox: Inbox,
    pub pipeline: Pipeline,
    pub app_id: u64,
    pub secrets: Secrets,
    pub allowed_owners: Arc<[String]>,
    /// How long the timer pauses between two rounds; `None` for no timer.
    pub sweep_interval: Option<Duration>,
    /// How long it is until missed webhooks are looked for again; `None` for never.
    pub catch_up_interval: Option<Duration>,
    /// What the parts say of themselves, begun with what they are.
    pub health: Health,
}

impl Service {
    /// Receives and works until `stop`; then what is running may end.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let (login, health, round) = (Arc::new(OnceLock::new()), self.health, Arc::new(Notify::new()));
        let parts = Parts {
            secrets: self.secrets,
            app_id: self.app_id,
            login: Arc::clone(&login),
            allowed_owners: Arc::clone(&self.allowed_owners),
            room: Room::default(),
            inbox: self.inbox.clone(),
            round: Arc::clone(&round),
            health: health.clone(),
            meters: vec![self.pipeline.github.meter().clone()],
            meter: Meter::default(),
        };
        let github = Arc::clone(&self.pipeline.github);
        let (inbox, owners) = (self.inbox.clone(), Arc::clone(&self.allowed_owners));
        let catch_up = CatchUp::new(Arc::clone(&github), inbox, owners, event::is_used, health.clone());
        let catch_up = self.catch_up_interval.map(|interval| catch_up.run(interval, stop.clone()));
        let introduction = introduce(Arc::clone(&github), login, health, stop.clone());
        let sweep = self.sweep_interval.map(|interval| {
            Sweep::new(github, self.inbox.clone(), self.allowed_owners, interval).run(round, stop.clone())
        });
        let timers = async { tokio::join!(OptionFuture::from(sweep), OptionFuture::from(catch_up)) };
        let work = async {
            let worked = self.inbox.work(self.pipeline, WORKERS, stop.clone()).await;
            if worked.is_err() {
                stop.cancel();
            }
            worked
        };
        let (served, worked, (), _) =
            tokio::join!(server::run(listener, parts, stop.clone()), work, introduction, timers);
        worked.context("the database")?;
        served.context("the server")
    }
}

/// Asks GitHub who we are, until it answers: then our own comments and labels are known as such.
async fn introduce(
    github: Arc<GitHub>,
    login: Arc<OnceLock<String>>,
    health: Health,
    stop: CancellationToken,
) {
    let mut pause = Duration::from_secs(1);
    loop {
        let error = match stop.run_until_cancelled(github.identity()).await {
            None => return,
            Some(Ok(identity)) => {
                info!(login = identity.login(), "GitHub knows us");
                health.say(|known| known.login = Some(identity.login()));
                let _ = login.set(identity.login());
                return;
            }
            Some(Err(error)) => error,
        };
        // 401, 404: GitHub answers, and does not know this key or App.
        let is_unknown = ["401", "404"].iter().any(|status| error.to_string().contains(status));
        let address = github.address();
        let word = match is_unknown {
            true => format!(
                "GitHub at {address} does not know us; is APP_ID the App of this private key? ({error})"
            ),
            false => format!("{error} (it is asked at {address})"),
        };
        health.say(|known| known.stranger = Some(word));
        if is_unknown {
            warn!(%error, "GitHub does not know us; is APP_ID the App of this private key?");
        } else {
            warn!(%error, address, again_in = ?pause, "GitHub cannot be asked who we are; this program goes on trying by itself");
        }
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
        pause = (pause * 2).min(Duration::from_secs(300));
    }
}

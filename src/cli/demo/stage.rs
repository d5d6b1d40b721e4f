//! The stand-in for GitHub and the bot, joined as in the world: signed webhooks one way, the REST API the other.
//!
//! In: acts of people. Out: what came of them, once the bot has come to rest.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::cast::{self, REGISTRY};
use super::happening::Happening;
use super::nominations::Submission;
use super::outside::Outside;
use crate::{
    cli::serve::Service,
    fake_github::{FakeGitHub, FileChange, Mark, PullRequestView, Settings, Unknown},
    github::{self, GitHub},
    links::Links,
    pipeline::{Pipeline, Rules},
    queue::Inbox,
    server::WEBHOOKS,
    sweep::Sweep,
    webhook::signature::Secrets,
};

/// What the App asks GitHub for: the file that GitHub itself would be given.
const MANIFEST: &str = include_str!("../../../app-manifest.json");
/// How long the reader waits for the bot after an act, at most: a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files by their paths.
type Files = Vec<(String, String)>;

/// Both sides at work. Clones are the same stage.
#[derive(Clone)]
pub struct Stage {
    /// The stand-in.
    pub github: FakeGitHub,
    inbox: Inbox,
    links: Arc<Links>,
    /// The timer, whose rounds are made by hand: the reader shall not wait for it.
    timer: Arc<tokio::sync::Mutex<Sweep>>,
    /// One act at a time, so that each can be told what it brought about.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// What the reader made of repositories and pages.
    outside: Arc<Mutex<Outside>>,
    /// The files that were taken out of each pull request.
    taken_out: Arc<Mutex<BTreeMap<u64, Files>>>,
    /// Counts the acts that have come to rest.
    rested: Arc<watch::Sender<u64>>,
    stop: CancellationToken,
    bot: Arc<Mutex<Option<JoinHandle<anyhow::Result<()>>>>>,
}

impl Stage {
    /// Starts both sides and returns when the bot has introduced itself.
    pub async fn set() -> anyhow::Result<Self> {
        let secret = throwaway_secret()?;
        let settings = Settings::new(MANIFEST, &secret)?;
        let app_id = settings.app_id;
        let github = FakeGitHub::start(settings).await?;
        cast::assemble(&github)?;
        let inbox = Inbox::in_memory().await.context("the inbox")?;
        let app = github::Settings {
            app_id,
            private_key: github.private_pem().to_owned().into(),
            api_url: github.url().to_owned(),
            nominees: None,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("a port for the bot")?;
        github.deliver_to(&format!("http://{}{WEBHOOKS}", listener.local_addr()?));
        let links = Arc::new(Links::beside(github.web().clone())?);
        let asked = Arc::new(GitHub::new(&app)?);
        let sweep = Sweep::new(Arc::clone(&asked), inbox.clone(), Arc::from([]), Duration::ZERO);
        let pipeline = Pipeline {
            github: asked,
            links: Arc::clone(&links),
            rules: Rules::default(),
            allowed_owners: Arc::from([]),
            dry_run: false,
        };
        let service = Service {
            inbox: inbox.clone(),
            pipeline,
            app_id,
            secrets: Secrets::new([secret.as_str()])?,
            allowed_owners: Arc::from([]),
            sweep_interval: None,
            catch_up_interval: None,
            health: Default::default(),
        };
        let stop = CancellationToken::new();
        let bot = tokio::spawn(service.run(listener, stop.clone()));
        let stage = Self {
            github,
            inbox,
            links,
            timer: Arc::new(tokio::sync::Mutex::new(sweep)),
            turn: Arc::default(),
            outside: Arc::default(),
            taken_out: Arc::default(),
            rested: Arc::default(),
            stop,
            bot: Arc::new(Mutex::new(Some(bot))),
        };
        stage.introduced().await?;
        Ok(stage)
    }

    /// The bot asks who it is before it can tell its own comments.
    async fn introduced(&self) -> anyhow::Result<()> {
        let asked = async {
            while self.github.requests().to("GET", "/app").is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        if timeout(PATIENCE, asked).await.is_err() {
            bail!("the bot has not introduced itself to GitHub");
        }
        Ok(())
    }

    /// Opens a pull request; answers its number and what came of it.
    pub async fn submit(&self, submission: &Submission) -> Result<(u64, Happening), Unknown> {
        let _turn = self.turn.lock().await;
        let watch = Watch::begin(self);
        let number = cast::submit(&self.github, submission)?;
        Ok((number, watch.end(self, number, None).await?))
    }

    /// Lets somebody do something about a pull request; answers what came of it.
    pub async fn act(
        &self,
        number: u64,
        act: impl FnOnce(&FakeGitHub) -> Result<(), Unknown>,
    ) -> Result<Happening, Unknown> {
        let _turn = self.turn.lock().await;
        let before = self.pull_request(number)?;
        let watch = Watch::begin(self);
        act(&self.github)?;
        watch.end(self, number, Some(before)).await
    }

    /// Lets somebody react, of which GitHub tells the bot nothing; the timer's next round comes at once.
    pub async fn react(
        &self,
        number: u64,
        act: impl FnOnce(&FakeGitHub) -> Result<(), Unknown>,
    ) -> Result<Happening, Unknown> {
        let _turn = self.turn.lock().await;
        let before = self.pull_request(number)?;
        let watch = Watch::begin(self);
        act(&self.github)?;
        self.timer.lock().await.round(Utc::now()).await;
        watch.end(self, number, Some(before)).await
    }

    /// Changes something outside, of which GitHub tells the bot nothing; answers what came of it.
    pub async fn change_outside(
        &self,
        number: u64,
        change: impl FnOnce(&mut Outside, &FakeGitHub) -> Result<(), Unknown>,
    ) -> Result<Happening, Unknown> {
        let happening = self.act(number, |github| change(&mut locked(&self.outside), github)).await?;
        // As if the minutes had passed for which answers are kept.
        self.links.forget();
        Ok(happening)
    }

    /// Looks at what the reader made of the outside.
    pub fn outside<R>(&self, look: impl FnOnce(&Outside) -> R) -> R {
        look(&locked(&self.outside))
    }

    /// Takes a file out of a pull request, in a commit of its author's.
    pub async fn take_out(&self, number: u64, path: &str, text: String) -> Result<Happening, Unknown> {
        let by = self.pull_request(number)?.author;
        let change = vec![FileChange::remove(path)];
        let happening =
            self.act(number, |github| github.push(REGISTRY, number, &by, change).map(drop)).await?;
        locked(&self.taken_out).entry(number).or_default().push((path.to_owned(), text));
        Ok(happening)
    }

    /// Puts the files back that were taken out, in a commit of its author's.
    pub async fn put_back(&self, number: u64) -> Result<Happening, Unknown> {
        let by = self.pull_request(number)?.author;
        let files = locked(&self.taken_out).remove(&number).unwrap_or_default();
        let changes = files.into_iter().map(|(path, text)| FileChange::write(path, text)).collect();
        self.act(number, |github| github.push(REGISTRY, number, &by, changes).map(drop)).await
    }

    /// Whether something was taken out of a pull request.
    pub fn has_taken_out(&self, number: u64) -> bool {
        locked(&self.taken_out).contains_key(&number)
    }

    /// A pull request as it stands.
    pub fn pull_request(&self, number: u64) -> Result<PullRequestView, Unknown> {
        self.github.pull_request(REGISTRY, number)
    }

    /// Counts the acts that have come to rest.
    pub fn rested(&self) -> watch::Receiver<u64> {
        self.rested.subscribe()
    }

    /// Returns true when every webhook was answered and every job is done, and what these brought about, too;
    /// false when that takes too long.
    async fn rest(&self) -> bool {
        let rest = async {
            loop {
                let before = self.github.deliveries().len();
                self.github.settled().await;
                self.inbox.idle().await;
                self.github.settled().await;
                if self.github.deliveries().len() == before {
                    return;
                }
            }
        };
        timeout(PATIENCE, rest).await.is_ok()
    }

    /// Ends both sides.
    pub async fn strike(&self) -> anyhow::Result<()> {
        self.stop.cancel();
        let bot = locked(&self.bot).take();
        if let Some(bot) = bot {
            bot.await.context("the bot")??;
        }
        self.github.stop();
        Ok(())
    }
}

/// A look at what happens from a moment on.
struct Watch {
    started: Instant,
    mark: Mark,
    /// So many deliveries were made before.
    delivered: usize,
    /// So many links were opened before.
    opened: usize,
}

impl Watch {
    fn begin(stage: &Stage) -> Self {
        Self {
            started: Instant::now(),
            mark: stage.github.mark(),
            delivered: stage.github.deliveries().len(),
            opened: stage.github.web().asked().len(),
        }
    }

    async fn end(
        self,
        stage: &Stage,
        number: u64,
        before: Option<PullRequestView>,
    ) -> Result<Happening, Unknown> {
        let rested = stage.rest().await;
        let requests = stage.github.requests_since(self.mark);
        let last = requests.iter().map(|request| request.ended).max().unwrap_or(self.started);
        stage.rested.send_modify(|count| *count += 1);
        Ok(Happening {
            before,
            after: stage.pull_request(number)?,
            deliveries: stage.github.deliveries().split_off(self.delivered),
            requests,
            opened: stage.github.web().asked().split_off(self.opened),
            took: last.duration_since(self.started),
            rested,
        })
    }
}

/// What is changed here is whole or not changed, also where a holder panicked.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A webhook secret for this run alone: nobody can foresee it, nobody needs it afterwards.
fn throwaway_secret() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow!("no random numbers to be had"))?;
    Ok(STANDARD.encode(bytes))
}

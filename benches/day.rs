//! What a day costs: 500 pull requests are open, 50 new ones come, and what the App asks of GitHub is counted, beside
//! what a bot would ask that keeps nothing in mind.
//!
//! `cargo bench --bench day` takes some minutes, for each look reads the list of what is open; with `-- OPEN NEW HOURS` it is
//! another day than 500, 50 and 24. The day is gone through as fast as it goes: the timer's rounds get its times, and
//! GitHub's clock is set to them. All is in this process, and GitHub the double of the tests.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use dpg_triage::cli::serve::Service;
use dpg_triage::fake_github::{
    Caller, FakeGitHub, FileChange, LicenseSetup, PullRequestSetup, RepositorySetup, Settings,
};
use dpg_triage::github::{self, GitHub};
use dpg_triage::links::Links;
use dpg_triage::pipeline::{Paced, Pipeline, Rules};
use dpg_triage::queue::{Inbox, budget::Pace};
use dpg_triage::sweep::Sweep;
use dpg_triage::webhook::signature::Secrets;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "a secret for the bench";
const REGISTRY: &str = "registry/publicgoods";
/// As `serve` has it unless told otherwise.
const INTERVAL: Duration = Duration::from_secs(120);
const ROUNDS_AN_HOUR: usize = 60 * 60 / INTERVAL.as_secs() as usize;

/// What the naive bot is taken to ask. Of each event: pull request, files, comments, the repository, its license, what
/// lies in it; and it posts a comment and sets labels. In each round, of each open pull request: itself, its comments,
/// the reactions to the bot's.
const OF_AN_EVENT: usize = 6;
const WRITES_OF_AN_EVENT: usize = 2;
const OF_A_ROUND: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let began = Instant::now();
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let (open, new, hours) = match sizes[..] {
        [open, new, hours] => (open, new, hours.max(1)),
        _ => (500, 50, 24),
    };
    let rounds = hours * ROUNDS_AN_HOUR;
    let day = Day::prepare(open).await?;
    let mark = day.github.mark();
    let (points, told) = (day.github.graphql_points(), day.github.deliveries().len());
    day.pass(open, new, rounds).await?;
    let asked = day.github.requests_since(mark);
    let told = day.github.deliveries().split_off(told);
    let writes = asked.writes().filter(|one| one.route != "/graphql" && !one.route.contains("access_tokens"));
    let unchanged = asked.filter(|one| one.status == 304).len();
    let naive = new * 3 * OF_AN_EVENT + rounds * (open + new / 2) * OF_A_ROUND;
    let (total, count) = (asked.len(), writes.len());
    println!(
        "{hours} hours: {open} open pull requests, {new} new ones (opened, pushed, a command each), {} deliveries, a round every {} s",
        told.len(),
        INTERVAL.as_secs()
    );
    println!("                              dpg-triage   naive bot");
    println!("requests                      {total:>10}  {:>10}", naive + new * 3 * WRITES_OF_AN_EVENT);
    println!("  not changed (304), free     {unchanged:>10}  {:>10}", 0);
    println!(
        "  share of them               {:>9.1}%  {:>9.1}%",
        100.0 * unchanged as f64 / total as f64,
        0.0
    );
    println!("  charged, an hour            {:>10}  {:>10}", (total - unchanged) / hours, naive / hours);
    println!("writes                        {count:>10}  {:>10}", new * 3 * WRITES_OF_AN_EVENT);
    println!(
        "GraphQL points, an hour       {:>10}  {:>10}",
        (day.github.graphql_points() - points) / hours as u64,
        0
    );
    println!("An installation has 5000 requests and 5000 points an hour.");
    println!(
        "The naive bot is a sum, not a run: {OF_AN_EVENT} requests and {WRITES_OF_AN_EVENT} writes an event of these {}, \
         and {OF_A_ROUND} requests a round for each open pull request.",
        new * 3
    );
    let mut routes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for one in asked.iter() {
        let (all, free) = routes.entry(format!("{} {}", one.method, one.route)).or_default();
        *all += 1;
        *free += usize::from(one.status == 304);
    }
    let mut routes: Vec<_> = routes.into_iter().collect();
    routes.sort_by_key(|(_, (all, _))| std::cmp::Reverse(*all));
    println!("\nrequests  of them 304");
    routes.iter().take(8).for_each(|(route, (all, free))| println!("{all:>8}  {free:>11}  {route}"));
    println!("\nsimulated in {} s", began.elapsed().as_secs());
    ensure!((total - unchanged) / hours < 2_500, "more than half of the allowance");
    day.end(open + new).await
}

/// A registry with open pull requests that are judged, and the App at work.
struct Day {
    github: FakeGitHub,
    inbox: Inbox,
    client: Arc<GitHub>,
    installation: u64,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<Result<()>>,
}

impl Day {
    async fn prepare(open: usize) -> Result<Self> {
        let github = FakeGitHub::start(Settings::new(include_str!("../app-manifest.json"), SECRET)?).await?;
        github.add_user("ada");
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = BTreeMap::from([
            file("nominee-schema.json", include_str!("../tests/data/registry/nominee-schema.json")),
            file("screening-schema.json", include_str!("../tests/data/registry/screening-schema.json")),
        ]);
        github.add_repository(RepositorySetup {
            full_name: REGISTRY.to_owned(),
            files,
            ..RepositorySetup::default()
        })?;
        let installation = github.install_app("registry")?;
        let settings = github::Settings {
            app_id: 831_204,
            private_key: github.private_pem().to_owned().into(),
            api_url: github.url().to_owned(),
            nominees: None,
        };
        let inbox = Inbox::in_memory().await?;
        let pace = Pace { free: 1_000_000, apart: Duration::ZERO, hourly: 1_000_000 };
        let paced = Arc::new(Paced { inbox: inbox.clone(), pace });
        let client = Arc::new(GitHub::new(&settings)?.paced_by(paced));
        let service = Service {
            inbox: inbox.clone(),
            pipeline: Pipeline {
                github: Arc::clone(&client),
                links: Arc::new(Links::beside(github.web().clone())?),
                rules: Rules::default(),
                allowed_owners: Arc::from([]),
                dry_run: false,
            },
            app_id: settings.app_id,
            secrets: Secrets::new([SECRET])?,
            allowed_owners: Arc::from([]),
            sweep_interval: None,
            catch_up_interval: None,
            health: Default::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        github.deliver_to(&format!("http://{}/api/github/webhooks", listener.local_addr()?));
        let stop = CancellationToken::new();
        let running = tokio::spawn(service.run(listener, stop.clone()));
        let day = Self { github, inbox, client, installation, stop, running };
        for at in 0..open {
            // From half a year ago until now.
            day.github.shift_clock(-TimeDelta::hours(((open - at) * 9) as i64));
            day.open(at)?;
            if at % 25 == 24 {
                day.settle().await;
                day.full_allowance();
            }
        }
        Ok(day)
    }

    /// The day, round by round.
    async fn pass(&self, open: usize, new: usize, rounds: usize) -> Result<()> {
        let mut sweep = Sweep::new(Arc::clone(&self.client), self.inbox.clone(), Arc::from([]), INTERVAL);
        let midnight = Utc::now();
        let (mut opened, mut later) = (0, Vec::new());
        for round in 0..rounds {
            let now: DateTime<Utc> = midnight + INTERVAL * round as u32;
            self.github.shift_clock(now - Utc::now());
            if round % ROUNDS_AN_HOUR == 0 {
                self.full_allowance();
            }
            if round * new / rounds >= opened && opened < new {
                later.push((round, self.open(open + opened)?));
                opened += 1;
            }
            for (since, number) in &later {
                // Put right after twenty minutes, and asked about after forty.
                match round - since {
                    10 => {
                        drop(self.github.push(REGISTRY, *number, "ada", vec![file(*number as usize, 1)])?)
                    }
                    20 => drop(self.github.comment(REGISTRY, *number, "ada", "/recheck")?),
                    _ => {}
                }
            }
            self.settle().await;
            sweep.round(now).await;
            self.settle().await;
        }
        Ok(())
    }

    fn open(&self, at: usize) -> Result<u64> {
        self.github.add_repository(RepositorySetup {
            full_name: format!("project-{at}/app"),
            license: Some(LicenseSetup::detected("Apache-2.0")),
            files: BTreeMap::from([("README.md".to_owned(), "# Software\n".to_owned())]),
            ..RepositorySetup::default()
        })?;
        let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![file(at + 1, 0)]);
        Ok(self.github.open_pull_request(REGISTRY, setup)?)
    }

    fn full_allowance(&self) {
        let hour = Duration::from_secs(60 * 60);
        self.github.set_rate_limit(Caller::Installation(self.installation), 5_000, hour);
    }

    async fn settle(&self) {
        self.github.settled().await;
        self.inbox.idle().await;
        self.github.settled().await;
        self.inbox.idle().await;
    }

    async fn end(self, number: usize) -> Result<()> {
        let dead = self.inbox.counts().await?.dead;
        ensure!(dead == 0, "{dead} jobs were given up");
        let judged = |number: &u64| {
            let shown = self.github.pull_request(REGISTRY, *number);
            shown.is_ok_and(|shown| shown.comments_by("dpg-triage[bot]").len() == 1)
        };
        let all = self.github.pull_requests(REGISTRY)?;
        ensure!(all.len() == number && all.iter().all(judged), "not all are judged");
        self.stop.cancel();
        self.running.await.context("the App")?
    }
}

/// The nomination of the pull request with this number.
fn file(number: usize, version: usize) -> FileChange {
    let project = format!("project-{}", number - 1);
    let text = json!({
        "name": project, "aliases": [], "description": format!("Records vaccinations, version {version}."),
        "website": format!("https://{project}.example"),
        "license": [{"spdx": "Apache-2.0", "licenseURL": format!("https://github.com/{project}/app/blob/main/LICENSE")}],
        "SDGs": [{"SDGNumber": 3, "evidenceText": "Clinics use it.", "evidenceURL": format!("https://{project}.example/a")}],
        "sectors": ["Health"], "type": ["software"],
        "repositories": [{"name": "app", "url": format!("https://github.com/{project}/app")}],
        "organizations": [{"name": project, "website": format!("https://{project}.example"), "org_type": "owner"}],
        "stage": "nominee"
    });
    FileChange::write(format!("nominees/{project}.json"), format!("{text:#}\n"))
}

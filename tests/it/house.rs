//! The App beside a GitHub of its own: signed webhooks over real HTTP in, the world read afterwards.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use dpg_triage::{
    cli::serve::Service,
    fake_github::{
        AppKey, FakeGitHub, FileChange, LicenseSetup, PullRequestSetup, PullRequestView, RepositorySetup,
        Settings,
    },
    github::{self, GitHub},
    links::Links,
    pipeline::{Paced, Pipeline, Rules},
    queue::{Database, Inbox, Row, Server, Subject, Trigger, budget::Pace, upkeep::State},
    triage::pull_request::RepositoryName,
    webhook::signature::Secrets,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::postgres;

pub const REGISTRY: &str = "dpg-registry/publicgoods";
pub const BOT: &str = "dpg-triage[bot]";
pub const SECRET: &str = "a secret of the tests";

/// The App's key: to make one takes longer than most tests.
static KEY: LazyLock<AppKey> = LazyLock::new(|| AppKey::generate().unwrap());

/// GitHub, the registry in it, and the App at work.
pub struct House {
    pub github: FakeGitHub,
    pub inbox: Inbox,
    pub address: String,
    /// Within what time GitHub has to answer; None: as ever.
    pub patience: Option<Duration>,
    /// Accounts that the App serves; empty for all.
    pub allowed_owners: Vec<String>,
    /// How fast it may write. Counted as ever, but nobody waits, unless told otherwise.
    pub pace: Pace,
    links: Option<Arc<Links>>,
    stop: CancellationToken,
    /// How long the timer pauses between two rounds.
    sweep: Option<Duration>,
    /// How long it is until missed webhooks are looked for again.
    catch_up: Option<Duration>,
    running: Option<JoinHandle<anyhow::Result<()>>>,
}

/// The schema and a nominee of the registry itself, as `tests/data/registry` holds them.
fn registry_files() -> BTreeMap<String, String> {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    BTreeMap::from([
        file("nominee-schema.json", include_str!("../data/registry/nominee-schema.json")),
        file("screening-schema.json", include_str!("../data/registry/screening-schema.json")),
        file("nominees/boxtribute.json", include_str!("../data/nominees/boxtribute.json")),
        file("README.md", "# The registry\n"),
    ])
}

/// The registry with these entries, each a path and its text.
pub fn registry_with(entries: &[(&str, &str)]) -> RepositorySetup {
    let mut files = registry_files();
    files.extend(entries.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    RepositorySetup { full_name: REGISTRY.to_owned(), files, ..RepositorySetup::default() }
}

/// Where the App's inbox is to be: None for SQLite, unless `DPG_TRIAGE_TESTS_ON=postgres` asks for the other.
pub fn server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
    let on = std::env::var_os("DPG_TRIAGE_TESTS_ON")?;
    assert_eq!(on, "postgres");
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    Some(postgres::database(&name).expect("PostgreSQL is asked for, and installed"))
}

async fn inbox() -> Inbox {
    match server() {
        Some(address) => Inbox::open(&Database::Server(Server::read(&address).unwrap())).await.unwrap(),
        None => Inbox::in_memory().await.unwrap(),
    }
}

/// The bot's reactions to a comment, in order.
pub fn reactions(house: &House, number: u64, comment: u64) -> Vec<String> {
    let shown = house.shown(number);
    let comment = shown.comments.iter().find(|shown| shown.id == comment).unwrap();
    comment.reactions.iter().filter(|(login, _)| login == BOT).map(|(_, content)| content.clone()).collect()
}

impl House {
    /// The registry, its maintainer `grace` (write), a nominator `ada` with no rights, a stranger `eve`, and a
    /// nominated repository `open-clinic/app` under Apache-2.0.
    pub async fn open() -> Self {
        Self::build().await.serve().await
    }

    /// With a registry of its own.
    pub async fn open_on(registry: RepositorySetup) -> Self {
        Self::build_on(registry).await.serve().await
    }

    /// All but the App.
    pub async fn build() -> Self {
        Self::build_on(registry_with(&[])).await
    }

    /// All but the App, with an inbox that is there.
    pub async fn build_with(inbox: Inbox) -> Self {
        Self::furnish(registry_with(&[]), inbox).await
    }

    pub async fn build_on(registry: RepositorySetup) -> Self {
        Self::furnish(registry, inbox().await).await
    }

    async fn furnish(registry: RepositorySetup, inbox: Inbox) -> Self {
        let settings = Settings {
            app_id: 831_204,
            app_slug: "dpg-triage".to_owned(),
            key: KEY.clone(),
            webhook_secret: SECRET.to_owned(),
            manifest: include_str!("../../app-manifest.json").to_owned(),
            listen: None,
        };
        let github = FakeGitHub::start(settings).await.unwrap();
        for user in ["ada", "grace", "eve"] {
            github.add_user(user);
        }
        github.add_repository(registry).unwrap();
        github.set_permission(REGISTRY, "grace", "write").unwrap();
        github.install_app("dpg-registry").unwrap();
        let house = Self {
            github,
            inbox,
            address: String::new(),
            patience: None,
            allowed_owners: Vec::new(),
            pace: Pace { free: 10_000, apart: Duration::ZERO, hourly: 10_000 },
            links: None,
            stop: CancellationToken::new(),
            sweep: None,
            catch_up: None,
            running: None,
        };
        house.repository("open-clinic/app", Some("Apache-2.0"));
        house
    }

    /// The App, which was not there before.
    pub async fn serve(self) -> Self {
        self.start().await
    }

    /// With the timer.
    pub async fn serve_sweeping(mut self, interval: Duration) -> Self {
        self.sweep = Some(interval);
        self.start().await
    }

    /// With the look for missed webhooks.
    pub async fn serve_catching_up(mut self, interval: Duration) -> Self {
        self.catch_up = Some(interval);
        self.start().await
    }

    /// The App ends; its address stays, and nobody is there.
    pub async fn down(mut self) -> Self {
        self.settle().await;
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.await.unwrap().unwrap();
        }
        self.stop = CancellationToken::new();
        self
    }

    /// What the App answers at `/readyz`.
    pub async fn readiness(&self) -> (u16, serde_json::Value) {
        let address = self.address.replace("/api/github/webhooks", "/readyz");
        let answer = reqwest::get(address).await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// What the App answers at `/metrics`.
    pub async fn metrics(&self) -> String {
        let address = self.address.replace("/api/github/webhooks", "/metrics");
        reqwest::get(address).await.unwrap().text().await.unwrap()
    }

    async fn start(mut self) -> Self {
        let settings = github::Settings {
            app_id: 831_204,
            private_key: self.github.private_pem().to_owned().into(),
            api_url: self.github.url().to_owned(),
            nominees: None,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.address = format!("http://{}/api/github/webhooks", listener.local_addr().unwrap());
        self.github.deliver_to(&self.address);
        let links = Arc::new(Links::beside(self.github.web().clone()).unwrap());
        self.links = Some(Arc::clone(&links));
        let paced = Paced { inbox: self.inbox.clone(), pace: self.pace };
        let mut github = GitHub::new(&settings).unwrap().paced_by(Arc::new(paced));
        if let Some(patience) = self.patience {
            github = github.patient_for(patience);
        }
        let allowed_owners: Arc<[String]> = self.allowed_owners.clone().into();
        let service = Service {
            inbox: self.inbox.clone(),
            pipeline: Pipeline {
                github: Arc::new(github),
                links,
                rules: Rules::default(),
                allowed_owners: Arc::clone(&allowed_owners),
                dry_run: false,
            },
            app_id: settings.app_id,
            secrets: Secrets::new([SECRET]).unwrap(),
            allowed_owners,
            sweep_interval: self.sweep,
            catch_up_interval: self.catch_up,
            health: Default::default(),
        };
        let mark = self.github.mark();
        self.running = Some(tokio::spawn(service.run(listener, self.stop.clone())));
        // The App has introduced itself; its token is fetched with the first look.
        while self.github.requests_since(mark).to("GET", "/app").is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self
    }

    /// A repository on github.com with a license file that GitHub detects as this.
    pub fn repository(&self, full_name: &str, license: Option<&str>) {
        self.github
            .add_repository(RepositorySetup {
                full_name: full_name.to_owned(),
                license: license.map(LicenseSetup::detected),
                files: BTreeMap::from([
                    ("README.md".to_owned(), "# Software\n".to_owned()),
                    ("src/main.py".to_owned(), "print()\n".to_owned()),
                ]),
                ..RepositorySetup::default()
            })
            .unwrap();
    }

    /// Ada opens a pull request with one file; answers its number once the App has looked.
    pub async fn nominate(&self, path: &str, text: impl Into<Vec<u8>>) -> u64 {
        self.open_pull_request(vec![FileChange::write(path, text)]).await
    }

    pub async fn open_pull_request(&self, changes: Vec<FileChange>) -> u64 {
        let setup = PullRequestSetup::from_fork("ada", "Nominate a project", changes);
        let number = self.github.open_pull_request(REGISTRY, setup).unwrap();
        self.settle().await;
        number
    }

    /// Ada pushes a new text of the file.
    pub async fn push(&self, number: u64, path: &str, text: impl Into<Vec<u8>>) {
        self.github.push(REGISTRY, number, "ada", vec![FileChange::write(path, text)]).unwrap();
        self.settle().await;
    }

    pub async fn comment(&self, number: u64, by: &str, body: &str) -> u64 {
        let id = self.github.comment(REGISTRY, number, by, body).unwrap();
        self.settle().await;
        id
    }

    /// Waits until every webhook was answered and every job is done, and what these brought about, too.
    pub async fn settle(&self) {
        let work = async {
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
        if tokio::time::timeout(Duration::from_secs(60), work).await.is_err() {
            panic!(
                "the App does not come to rest: {:?}\n{}",
                self.inbox.counts().await,
                self.github.requests()
            );
        }
    }

    /// The time comes at which the App asks again by itself; answers in how many seconds it would have come.
    pub async fn asks_again(&self) -> Vec<i64> {
        let waiting = self.inbox.held().await.unwrap();
        self.links.as_ref().unwrap().forget();
        for job in &waiting {
            if !self.inbox.retry(job.id).await.unwrap() {
                // Its own time has come meanwhile.
                let held = self.inbox.held().await.unwrap();
                let waits = held.iter().find(|one| one.id == job.id && one.state != State::Running);
                assert!(waits.is_none(), "{waits:?}");
            }
        }
        self.settle().await;
        waiting.iter().map(|job| (job.due - job.since).num_seconds()).collect()
    }

    pub fn shown(&self, number: u64) -> PullRequestView {
        self.github.pull_request(REGISTRY, number).unwrap()
    }

    /// The bot's one comment, without its marker.
    pub fn living(&self, number: u64) -> String {
        let shown = self.shown(number);
        let ours = shown.comments_by(BOT);
        assert_eq!(ours.len(), 1, "one comment, ever");
        ours[0].body.split_once('\n').unwrap().1.to_owned()
    }

    /// Everything that the bot shows on a pull request, with what differs from run to run made equal.
    pub fn page(&self, number: u64) -> String {
        let shown = self.shown(number);
        let mut page =
            self.living(number).replace(&shown.head_sha, "HEAD").replace(&shown.head_sha[..7], "HEAD");
        if let Some(at) = page.find("Since commit ") {
            page.replace_range(at + 13..at + 20, "EARLIER");
        }
        let today = chrono::Utc::now().date_naive().to_string();
        page = page.replace(&format!("| {today} |"), "| TODAY |");
        for (at, id) in shown.comments.iter().map(|comment| comment.id).enumerate() {
            page = page.replace(&id.to_string(), &format!("COMMENT{at}"));
        }
        page.push_str(&format!("\n----\nlabels: {}\n", shown.label_names().join(", ")));
        for run in shown.check_runs {
            page.push_str(&format!(
                "check run: {} ({})\n{}",
                run.title.unwrap_or_default(),
                run.conclusion.unwrap_or_default(),
                run.summary.unwrap_or_default()
            ));
            for one in run.annotations {
                page.push_str(&format!(
                    "  {}:{}-{} {:?}-{:?} {} {}\n",
                    one.path,
                    one.start_line,
                    one.end_line,
                    one.start_column,
                    one.end_column,
                    one.level,
                    one.message
                ));
            }
        }
        page
    }

    /// Ends the App and looks whether anything was left or asked that GitHub does not have.
    pub async fn close(mut self) {
        self.settle().await;
        self.github.assert_no_unexpected();
        let deliveries = self.github.deliveries();
        let taken = |guid: &str| deliveries.iter().any(|other| other.guid == guid && other.succeeded());
        let failed: Vec<_> = deliveries.iter().filter(|delivery| !taken(&delivery.guid)).collect();
        assert!(failed.is_empty(), "{failed:?}");
        assert_eq!(self.inbox.counts().await.unwrap().dead, 0, "dead jobs\n{}", self.github.requests());
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.await.unwrap().unwrap();
        }
    }
}

/// A nomination with nothing to change, and with `change` made to it.
pub fn nominee(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut nominee = serde_json::json!({
        "name": "Open Clinic",
        "aliases": [],
        "description": "Records vaccinations in clinics without a network.",
        "website": "https://openclinic.example",
        "license": [{"spdx": "Apache-2.0", "licenseURL": "https://github.com/open-clinic/app/blob/main/LICENSE"}],
        "SDGs": [{
            "SDGNumber": 3,
            "evidenceText": "Clinics in 12 districts record vaccinations with it (target 3.8).",
            "evidenceURL": "https://openclinic.example/districts"
        }],
        "sectors": ["Health"],
        "type": ["software"],
        "repositories": [{"name": "app", "url": "https://github.com/open-clinic/app"}],
        "organizations": [{"name": "Open Clinic", "website": "https://openclinic.example", "org_type": "owner"}],
        "stage": "nominee"
    });
    change(&mut nominee);
    serde_json::to_string_pretty(&nominee).unwrap() + "\n"
}

pub const PATH: &str = "nominees/open-clinic.json";

/// What the inbox keeps of a delivery on a pull request of the registry.
pub fn row(delivery: &str, number: u64) -> Row {
    Row {
        delivery: delivery.to_owned(),
        event: "pull_request",
        action: "opened",
        trigger: Trigger::Event,
        installation: 1,
        repository_id: 1,
        repository: RepositoryName::new("dpg-registry", "publicgoods"),
        subject: Subject::PullRequest(number),
        actor: None,
    }
}

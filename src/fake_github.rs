//! A stateful GitHub over real HTTP, in memory: for the integration tests and for `dpg-triage demo`.
//!
//! In: what people do ([`FakeGitHub::open_pull_request`], [`FakeGitHub::comment`], ...) and the REST API
//! at [`FakeGitHub::url`]. Out: signed webhooks to one address, and views of the world as it stands.
//! Never: anything of this program's own ideas of GitHub. A double must not share our mistakes,
//! so this room uses no other one.
//!
//! Reading order: `world` and `thread` (what there is), `acts` (what can happen), `people` and `owners`
//! (who makes it happen), `routes` (the API), `http` (from request to answer), `hooks` (webhooks). `web` is what
//! stands beside GitHub: the pages that nominations link.

mod acts;
mod answer;
mod auth;
mod checks;
mod connection;
mod diff;
mod faults;
mod files;
mod forges;
mod git;
mod hooks;
mod http;
mod key;
mod owners;
mod people;
mod rate;
mod record;
mod requests;
mod routes;
mod shapes;
mod thread;
mod views;
mod watch;
mod web;
mod world;

#[cfg(test)]
mod tests;

pub use acts::{FileChange, LicenseSetup, PullRequestSetup, RepositorySetup};
pub use auth::Caller;
pub use checks::Annotation;
pub use faults::{Fault, How};
pub use forges::{ForgeKind, ProjectSetup};
pub use hooks::{Delivery, signature};
pub use key::AppKey;
pub use requests::{Mark, Request, Requests};
pub use views::{
    CheckRunView, CommentView, FileView, LabelView, PullRequestView, ReviewCommentView, ReviewView,
};
pub use web::{ADDRESS, Place, Reply, Web};
pub use world::{AccountKind, HookConfig};

use connection::{CuttableListener, Scissors};
use hooks::Postman;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};
use world::{App, World};

/// What a GitHub is started with.
#[derive(Clone)]
pub struct Settings {
    /// The App's id.
    pub app_id: u64,
    /// The App's slug; its account is `<slug>[bot]`.
    pub app_slug: String,
    /// The App's key pair.
    pub key: AppKey,
    /// Webhooks are signed with it.
    pub webhook_secret: String,
    /// The App's manifest, JSON: its `name`, `default_permissions` and `default_events` count.
    pub manifest: String,
    /// Where to listen; a free port of 127.0.0.1 when None.
    pub listen: Option<SocketAddr>,
}

impl Settings {
    /// An App `dpg-triage` with a new key.
    pub fn new(manifest: &str, webhook_secret: &str) -> Result<Self, StartError> {
        Ok(Self {
            app_id: 831_204,
            app_slug: "dpg-triage".to_owned(),
            key: AppKey::generate()?,
            webhook_secret: webhook_secret.to_owned(),
            manifest: manifest.to_owned(),
            listen: None,
        })
    }
}

/// Why a GitHub could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No key could be made.
    #[error("no RSA key could be made")]
    Key,
    /// The address is not to be had.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// The manifest is no JSON.
    #[error("the App's manifest cannot be read: {0}")]
    Manifest(#[from] serde_json::Error),
    /// No client for the webhooks.
    #[error("cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Something that was named is not there.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this GitHub has no {0}")]
pub struct Unknown(pub String);

/// A running GitHub. Clones share one world; it stops when the last one is dropped.
#[derive(Clone)]
pub struct FakeGitHub {
    shared: Arc<Shared>,
    url: String,
    private_pem: String,
    web: Web,
    stop: CancellationToken,
    _stop_at_last_drop: Arc<DropGuard>,
}

/// What the server, the postman and all handles share.
struct Shared {
    world: Mutex<World>,
    key: AppKey,
    postman: Postman,
    faults: Mutex<Vec<Fault>>,
    latency: Mutex<Duration>,
    requests: Mutex<Vec<Request>>,
    unexpected: Mutex<Vec<String>>,
    /// Counts the changes.
    version: tokio::sync::watch::Sender<u64>,
}

impl Shared {
    /// Looks at the world.
    fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&locked(&self.world))
    }

    /// Answers a question, which may count requests but changes nothing that people see.
    fn look<R>(&self, look: impl FnOnce(&mut World) -> R) -> R {
        look(&mut locked(&self.world))
    }

    /// Changes the world, hands the events to the postman in order, and tells those who wait.
    fn change<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let mut world = locked(&self.world);
        let result = change(&mut world);
        world.outbox.drain(..).for_each(|event| self.postman.send(event));
        drop(world);
        self.version.send_modify(|version| *version += 1);
        result
    }
}

/// A mutex whose holder panicked still guards good data here: every change is whole or refused.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeGitHub {
    /// Starts a GitHub with nobody but the App in it.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let address = settings.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        let listener = tokio::net::TcpListener::bind(address).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let client =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        let (postman, bag) = Postman::new(settings.app_id, settings.webhook_secret.clone());
        let private_pem = settings.key.private_pem().to_owned();
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(url.clone(), read_manifest(&settings)?)),
            key: settings.key,
            postman,
            faults: Mutex::default(),
            latency: Mutex::default(),
            requests: Mutex::default(),
            unexpected: Mutex::default(),
            version: tokio::sync::watch::Sender::new(0),
        });
        let stop = CancellationToken::new();
        let walker = Arc::clone(&shared);
        tokio::spawn(
            stop.clone().run_until_cancelled_owned(async move { walker.postman.walk(bag, client).await }),
        );
        tokio::spawn(serve(CuttableListener(listener), Arc::clone(&shared), stop.clone()));
        let guard = Arc::new(stop.clone().drop_guard());
        let files = Arc::clone(&shared);
        let file = move |owner: &str, name: &str, reference: &str, path: &str| {
            files.read(|world| world.public_file(&format!("{owner}/{name}"), reference, path))
        };
        let web = Web::start(Box::new(file)).await?;
        Ok(Self { shared, url, private_pem, web, stop, _stop_at_last_drop: guard })
    }

    /// The address of its API, for `GITHUB_API_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The App's private key as GitHub hands it out.
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    /// The rest of the world: every host that is not GitHub's API.
    pub fn web(&self) -> &Web {
        &self.web
    }

    /// Stops answering and delivering.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

async fn serve(listener: CuttableListener, shared: Arc<Shared>, stop: CancellationToken) {
    let router = axum::Router::new().fallback(http::answer).with_state(shared);
    let service = router.into_make_service_with_connect_info::<Scissors>();
    // The listener retries by itself and never gives up; there is no error to tell of.
    let _ = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
}

fn read_manifest(settings: &Settings) -> Result<App, StartError> {
    let manifest: Value = serde_json::from_str(&settings.manifest)?;
    let permissions = manifest["default_permissions"].as_object().into_iter().flatten();
    let permissions: BTreeMap<String, String> =
        permissions.filter_map(|(name, level)| Some((name.clone(), level.as_str()?.to_owned()))).collect();
    let events = manifest["default_events"].as_array().into_iter().flatten();
    Ok(App {
        id: settings.app_id,
        slug: settings.app_slug.clone(),
        name: manifest["name"].as_str().unwrap_or(&settings.app_slug).to_owned(),
        permissions,
        events: events.filter_map(|event| event.as_str().map(str::to_owned)).collect(),
        hook: HookConfig {
            url: manifest["hook_attributes"]["url"].as_str().unwrap_or_default().to_owned(),
            content_type: "json".to_owned(),
            insecure_ssl: false,
        },
        bot: 0,
    })
}

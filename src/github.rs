//! GitHub's REST API: one client for the App, one for each installation, and errors that say what to do.
//!
//! In: the App's credentials. Out: [`Installation`] clients. The only room that uses octocrab, and only as the
//! transport: routes are asked by their path, relative, so that paging keeps the credentials.

pub mod around;
mod catalog;
mod clock;
mod contents;
mod credentials;
pub mod deliveries;
mod gate;
mod identity;
pub mod inspect;
mod kept;
pub mod lane;
pub mod lookup;
mod open;
mod rules;
pub mod read;
mod refusal;
pub mod watch;
pub mod write;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use http::{Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use moka::future::Cache;
use octocrab::{Octocrab, service::middleware::retry::RetryConfig};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

pub use self::identity::Identity;
use self::{
    credentials::{As, Pass, Question, Signer},
    gate::Gate,
    refusal::{Refusal, chain, needed},
};
use crate::metrics::Meter;

/// What to do about a request that failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Try again, not before this time has passed where GitHub named one.
    #[error("GitHub cannot be asked for now: {why}")]
    Later { after: Option<Duration>, why: String },
    /// Nothing may be asked for this installation before this time has passed.
    #[error("paused: {why}")]
    Paused { after: Duration, why: String },
    /// The owner has suspended the installation, for nobody knows how long.
    #[error("suspended: {why}")]
    Suspended { why: String },
    /// The conversation is locked: nothing can be said in it until somebody unlocks it.
    #[error("locked: {what}")]
    Locked { what: String },
    /// No answer to what people say may be written for this installation before this time has passed. Looks at new
    /// pull requests and commits go on.
    #[error("answers wait: {why}")]
    Yields { after: Duration, why: String },
    /// It is not there, or not for us to see.
    #[error("not there: {what}")]
    Gone { what: String },
    /// The App may not do this.
    #[error("not permitted: {what}")]
    Denied { what: String },
    /// GitHub did not understand us, or we not GitHub: trying again does not help.
    #[error("unexpected: {why}")]
    Bug { why: String },
}

impl Error {
    /// Whether the same request may be answered later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Later { .. } | Self::Paused { .. } | Self::Suspended { .. } | Self::Yields { .. }
        )
    }

    /// After what time, where one is known.
    pub fn after(&self) -> Option<Duration> {
        match self {
            Self::Later { after, .. } => *after,
            Self::Paused { after, .. } | Self::Yields { after, .. } => Some(*after),
            _ => None,
        }
    }
}

/// Where the App's and the nominees' APIs are, and the credentials.
pub struct Settings {
    pub app_id: u64,
    /// RSA key in PEM, PKCS#1 or PKCS#8.
    pub private_key: SecretString,
    pub api_url: String,
    /// Only for a registry on GitHub Enterprise Server: where github.com is read, and a token for it.
    pub nominees: Option<(String, Option<SecretString>)>,
}

/// The App on GitHub.
pub struct GitHub {
    address: String,
    crab: Octocrab,
    signer: Arc<Signer>,
    nominees: Option<Public>,
    passes: Cache<u64, Arc<Pass>>,
    identity: OnceCell<Identity>,
    schemas: lookup::Schemas,
    catalogs: Arc<catalog::Catalogs>,
    heads: open::Heads,
    spoken: read::spoken::Spoken,
    kept: kept::Kept,
    teams: read::voters::Teams,
    writers: read::voters::Writers,
    gate: Arc<Gate>,
}

/// No request takes longer, unless told otherwise; GitHub itself gives up after 10 s.
const PATIENCE: Duration = Duration::from_secs(15);

/// The largest answer that is read, in bytes: a page of 100 changed files with their patches stays far below.
const MOST_ANSWER: usize = 32 * 1024 * 1024;

impl GitHub {
    /// A client; nothing is asked yet. Needs a running tokio runtime.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let crab = transport(&settings.api_url)?.build();
        let crab = crab.map_err(|error| Error::Bug { why: chain(&error) })?;
        let signer = Signer::new(settings.app_id, settings.private_key.expose_secret())?;
        let nominees = match &settings.nominees {
            None => None,
            Some((url, token)) => Some(Public::new(url, token.as_ref())?),
        };
        Ok(Self {
            address: settings.api_url.clone(),
            crab,
            signer: Arc::new(signer),
            nominees,
            passes: Cache::builder().max_capacity(10_000).build(),
            identity: OnceCell::new(),
            schemas: lookup::Schemas::new(),
            catalogs: Arc::new(catalog::Catalogs::new()),
            heads: moka::future::Cache::new(5000),
            spoken: moka::future::Cache::new(10_000),
            kept: kept::Kept::new(),
            teams: read::voters::teams(),
            writers: read::voters::writers(),
            gate: Arc::new(Gate::new(None, PATIENCE)),
        })
    }

    /// With a budget for the writes of each installation.
    pub fn paced_by(mut self, turnstile: Arc<dyn lane::Turnstile>) -> Self {
        self.gate = Arc::new(Gate::new(Some(turnstile), self.gate.patience));
        self
    }

    /// With another time within which a request has to be answered.
    pub fn patient_for(mut self, patience: Duration) -> Self {
        self.gate = Arc::new(Gate::new(self.gate.turnstile.clone(), patience));
        self
    }

    /// Where it is asked.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What was counted of the requests.
    pub fn meter(&self) -> &Meter {
        &self.gate.meter
    }

    /// What time it is at GitHub, which dates everything, as far as its answers have told.
    pub fn now(&self) -> DateTime<Utc> {
        self.gate.clock.now()
    }

    /// Who we are; asked once.
    pub async fn identity(&self) -> Result<&Identity, Error> {
        self.identity.get_or_try_init(|| self.app().get("/app")).await
    }

    /// As the App itself.
    fn app(&self) -> Client<'_> {
        let who = As::App(&self.signer);
        Client { crab: &self.crab, gate: &self.gate, who, shelf: None, installation: None, is_answer: false }
    }

    /// A client for an installation, with its token made.
    pub async fn installation(&self, id: u64) -> Result<Installation<'_>, Error> {
        let pass = self.passes.get_with(id, async { Arc::new(Pass::of(id)) }).await;
        let lane = self.gate.lane(Some(id));
        let _place = lane.pass().await?;
        let token = within(self.gate.patience, pass.token(self.app(), &self.signer, None)).await;
        token.map_err(|error| self.gate.heed(&lane, Some(id), error))?;
        Ok(Installation { github: self, id, pass, is_answer: false })
    }
}

/// GitHub as one installation sees it.
pub struct Installation<'a> {
    github: &'a GitHub,
    id: u64,
    pass: Arc<Pass>,
    is_answer: bool,
}

impl Installation<'_> {
    /// Whether what is written answers people: then it has a share of the writes, and no more.
    pub fn answering(mut self, is_answer: bool) -> Self {
        self.is_answer = is_answer;
        self
    }

    fn api(&self) -> Client<'_> {
        let who = As::Installation(&self.github.signer, &self.pass);
        Client { who, installation: Some(self.id), is_answer: self.is_answer, ..self.github.app() }
    }

    /// For what is asked again and again.
    fn repeated(&self) -> Client<'_> {
        let shelf = kept::Shelf { kept: &self.github.kept, installation: self.id };
        Client { shelf: Some(shelf), ..self.api() }
    }

    /// The API where github.com's repositories are read.
    fn nominees(&self) -> Client<'_> {
        match &self.github.nominees {
            Some(public) => public.client(),
            None => self.repeated(),
        }
    }
}

/// A GitHub as anybody sees it, or the owner of a token.
pub struct Public {
    crab: Octocrab,
    gate: Gate,
}

impl Public {
    /// A client; nothing is asked yet. Needs a running tokio runtime.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new(api_url: &str, token: Option<&SecretString>) -> Result<Self, Error> {
        let builder = transport(api_url)?;
        let client = match token {
            Some(token) => builder.personal_token(token.expose_secret()).build(),
            None => builder.build(),
        };
        let crab = client.map_err(|error| Error::Bug { why: chain(&error) })?;
        Ok(Self { crab, gate: Gate::new(None, PATIENCE) })
    }

    /// What first kept GitHub from answering, where anything did.
    pub fn trouble(&self) -> Option<Error> {
        self.gate.trouble()
    }

    fn client(&self) -> Client<'_> {
        let who = As::Anybody;
        let (crab, gate) = (&self.crab, &self.gate);
        Client { crab, gate, who, shelf: None, installation: None, is_answer: false }
    }
}

fn transport(
    url: &str,
) -> Result<
    octocrab::OctocrabBuilder<
        octocrab::NoSvc,
        octocrab::DefaultOctocrabBuilderConfig,
        octocrab::NoAuth,
        octocrab::NotLayerReady,
    >,
    Error,
> {
    let builder = Octocrab::builder()
        .base_uri(url.trim_end_matches('/'))
        .map_err(|error| Error::Bug { why: format!("the address of the API: {}", chain(&error)) })?;
    Ok(builder
        // A POST that is repeated blindly comments twice; what can be repeated is repeated by those who know.
        .add_retry_config(RetryConfig::None)
        .set_connect_timeout(Some(Duration::from_secs(5)))
        .set_read_timeout(Some(PATIENCE))
        .set_write_timeout(Some(PATIENCE)))
}

/// Requests by path, with a limit on time and size.
#[derive(Clone, Copy)]
struct Client<'a> {
    crab: &'a Octocrab,
    gate: &'a Gate,
    who: As<'a>,
    /// Where answers are kept, so that GitHub need not give them again.
    shelf: Option<kept::Shelf<'a>>,
    /// Whose allowance it is.
    installation: Option<u64>,
    /// Whether writes answer people.
    is_answer: bool,
}

/// GitHub's media type for everything.
const JSON: &str = "application/vnd.github+json";

/// GitHub's media type for the bare content of a file.
const RAW: &str = "application/vnd.github.raw+json";

impl Client<'_> {
    async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, Error> {
        let body = self.request(Method::GET, path, JSON, None, MOST_ANSWER).await?;
        parse(path, &body)
    }

    /// One page of a list, and the query of the next one, where GitHub names it.
    async fn linked<T: DeserializeOwned>(self, path: &str) -> Result<(T, Option<String>), Error> {
        let (body, link) = self.answer(Method::GET, path, JSON, None, MOST_ANSWER).await?;
        Ok((parse(path, &body)?, link.as_deref().and_then(next_query)))
    }

    /// All pages of a list, of about `most` entries at most; 100 a page. GitHub may leave entries out of a page, which is
    /// then not the last one: its link tells, and is followed on the same route.
    async fn pages<T: DeserializeOwned>(self, path: &str, most: usize) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        let (route, query) = path.split_once('?').unwrap_or((path, ""));
        let numbered = |page: usize| {
            let sign = if query.is_empty() { "" } else { "&" };
            format!("{query}{sign}per_page=100&page={page}")
        };
        let mut query = numbered(1);
        for page in 1..=most.div_ceil(100) {
            let (mut entries, next): (Vec<T>, _) = self.linked(&format!("{route}?{query}")).await?;
            // An answer that has not changed may not tell of a page that has come since.
            let next = next.or_else(|| (entries.len() >= 100).then(|| numbered(page + 1)));
            all.append(&mut entries);
            match next {
                Some(next) => query = next,
                None => break,
            }
        }
        Ok(all)
    }

    /// The bare bytes of a file. One larger than `most` is cut off after one byte more.
    async fn raw(self, path: &str, most: usize) -> Result<Vec<u8>, Error> {
        self.request(Method::GET, path, RAW, None, most).await
    }

    async fn send<T: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Error> {
        let answer = self.request(method, path, JSON, Some(body), MOST_ANSWER).await?;
        parse(path, &answer)
    }

    async fn delete(self, path: &str) -> Result<(), Error> {
        self.request(Method::DELETE, path, JSON, None, MOST_ANSWER).await.map(drop)
    }

    async fn request(
        self,
        method: Method,
        path: &str,
        accept: &str,
        body: Option<&serde_json::Value>,
        most: usize,
    ) -> Result<Vec<u8>, Error> {
        self.answer(method, path, accept, body, most).await.map(|(body, _)| body)
    }

    /// The body, and the header `link`.
    async fn answer(
        self,
        method: Method,
        path: &str,
        accept: &str,
        body: Option<&serde_json::Value>,
        most: usize,
    ) -> Result<(Vec<u8>, Option<String>), Error> {
        let shelf = self.shelf.filter(|_| method == Method::GET);
        let kept = match shelf {
            Some(shelf) => shelf.get(path, accept).await,
            None => None,
        };
        let etag = kept.as_ref().map(|kept| kept.etag.clone());
        let question = Question { method: &method, path, accept, etag: etag.as_deref(), body };
        let lane = self.gate.lane(self.installation);
        let _writing = self.gate.turn(&lane, self.installation, self.is_answer, &method, path).await?;
        let _place = lane.pass().await?;
        let mut status = None;
        let answer = within(self.gate.patience, async {
            let response = Box::pin(self.sent(question)).await?;
            status = Some(response.status());
            self.gate.allowance(self.installation, response.headers());
            let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
            let (etag, link) = (header("etag"), header("link"));
            if let Some(kept) = kept.filter(|_| response.status() == StatusCode::NOT_MODIFIED) {
                return Ok((None, link.or_else(|| kept.link.clone()), kept.body.clone()));
            }
            // Of some things GitHub says without a word that they are not there.
            if response.status() == StatusCode::NOT_FOUND {
                return Err(Error::Gone { what: format!("{}: {path}", response.status()) });
            }
            let permission = needed(&response);
            if !response.status().is_success() {
                let refusal = Refusal::read(response).await;
                if let Some(permission) = permission.filter(|_| refusal.is_not_granted()) {
                    self.gate.lacks(self.installation, &permission);
                }
                return Err(refusal.error());
            }
            let body = read_at_most(response.into_body(), most).await;
            body.map(|body| (etag, link, body))
                .map_err(|why| Error::Later { after: None, why: format!("{method} {path}: {why}") })
        })
        .await;
        self.gate.count(&method, path, status);
        let (etag, link, body) = answer.map_err(|error| self.gate.heed(&lane, self.installation, error))?;
        tracing::debug!(%method, path, bytes = body.len(), "asked GitHub");
        if let (Some(shelf), Some(etag)) = (shelf, etag) {
            let answer = kept::Answer { etag, link: link.clone(), body: body.clone() };
            shelf.put(path, accept, answer).await;
        }
        Ok((body, link))
    }
}

/// What follows the `?` in the address of the next page:
/// <https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers>.
fn next_query(link: &str) -> Option<String> {
    let next = link.split(',').find(|one| one.contains("rel=\"next\""))?;
    let (_, query) = next.split_once('<')?.1.split_once('>')?.0.split_once('?')?;
    Some(query.to_owned())
}

/// A body of at most `most` bytes; of a larger one, one byte more, so that it shows.
async fn read_at_most<B>(body: B, most: usize) -> Result<Vec<u8>, String>
where
    B: http_body::Body<Data = bytes::Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = Limited::new(body, most + 1);
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                bytes.resize(most + 1, 0);
                break;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(path: &str, body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        // Half a body: the connection broke. No JSON at all: a page of somebody in between.
        serde_json::error::Category::Eof => {
            Error::Later { after: None, why: format!("{path}: the answer broke off") }
        }
        serde_json::error::Category::Syntax => {
            Error::Later { after: None, why: format!("{path}: the answer is not JSON") }
        }
        _ => Error::Bug { why: format!("{path}: {error}") },
    })
}

async fn within<T>(patience: Duration, request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = || Error::Later { after: None, why: format!("GitHub did not answer within {patience:?}") };
    tokio::time::timeout(patience, request).await.unwrap_or_else(|_| Err(late()))
}

//! A web of pages beside GitHub: what stands behind the addresses that nominations name.
//!
//! In: what answers where ([`Web::answers`], [`Web::has_project`]) and what is not there. Out: plain HTTP on a loopback port, for `https`
//! addresses as well: whoever asks says in a header which address it means. Unless told otherwise, every address of
//! every host answers with a small page, `raw.githubusercontent.com` with the files of
//! the repositories, and `github.com` with 404 where there is no such file. Never: anything of the real web.

use super::forges::{Forge, ForgeKind, ProjectSetup};
use super::{StartError, locked};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The header in which a request says which address it means.
pub const ADDRESS: &str = "x-address";

/// Where a host is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// Its requests go here, by plain HTTP, with the header [`ADDRESS`].
    At(SocketAddr),
    /// There is no host of this name.
    NoSuchHost,
    /// It does not answer.
    Unreachable,
}

/// What an address answers.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    after: Duration,
}

impl Reply {
    /// A page of HTML.
    pub fn page(body: impl Into<String>) -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Self { status: 200, headers, body: body.into(), after: Duration::ZERO }
    }

    /// A file of text, as it is.
    pub fn file(text: impl Into<String>) -> Self {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Self { headers, ..Self::page(text) }
    }

    /// A file of another kind.
    pub fn of_kind(kind: &str, body: impl Into<String>) -> Self {
        Self { headers: vec![("content-type", kind.to_owned())], ..Self::page(body) }
    }

    /// A page that says nothing, with this status.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::page(format!("<title>{status}</title>")) }
    }

    /// Text that no browser shows as a page.
    pub fn text(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Self { status, headers, body: body.to_owned(), after: Duration::ZERO }
    }

    /// An answer of an API.
    pub fn json(status: u16, body: serde_json::Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { headers, ..Self::text(status, &body.to_string()) }
    }

    /// Leads on to another address, with this status.
    pub fn leads_to(status: u16, address: &str) -> Self {
        Self { headers: vec![("location", address.to_owned())], ..Self::status(status) }
    }

    /// Lets people wait.
    pub fn after(self, time: Duration) -> Self {
        Self { after: time, ..self }
    }
}

/// The text of a repository's file: by owner, name, reference and path.
type Files = dyn Fn(&str, &str, &str, &str) -> Option<String> + Send + Sync;

struct Pages {
    files: Box<Files>,
    replies: Mutex<BTreeMap<String, Reply>>,
    forges: Mutex<BTreeMap<String, Forge>>,
    absent: Mutex<BTreeSet<String>>,
    without_https: Mutex<BTreeSet<String>>,
    unplugged: AtomicBool,
    asked: Mutex<Vec<String>>,
}

/// A running web. Clones are the same one; it stops when the last one is dropped.
#[derive(Clone)]
pub struct Web {
    pages: Arc<Pages>,
    address: SocketAddr,
    _stop_at_last_drop: Arc<DropGuard>,
}

impl Web {
    pub(super) async fn start(files: Box<Files>) -> Result<Self, StartError> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let pages = Arc::new(Pages {
            files,
            replies: Mutex::default(),
            absent: Mutex::default(),
            forges: Mutex::default(),
            without_https: Mutex::default(),
            unplugged: AtomicBool::default(),
            asked: Mutex::default(),
        });
        let stop = CancellationToken::new();
        let router = axum::Router::new().fallback(answer).with_state(Arc::clone(&pages));
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
        Ok(Self { pages, address, _stop_at_last_drop: Arc::new(stop.drop_guard()) })
    }

    /// Where a host is for people who ask by `http` or `https`.
    pub fn place(&self, scheme: &str, host: &str) -> Place {
        if self.pages.unplugged.load(Ordering::SeqCst) {
            Place::Unreachable
        } else if locked(&self.pages.absent).contains(host) {
            Place::NoSuchHost
        } else if scheme == "https" && locked(&self.pages.without_https).contains(host) {
            Place::Unreachable
        } else {
            Place::At(self.address)
        }
    }

    /// From now on an address, written in full, answers this.
    pub fn answers(&self, address: &str, reply: Reply) {
        locked(&self.pages.replies).insert(address.to_owned(), reply);
    }

    /// A host is a forge with this project, among others that were added before.
    pub fn has_project(&self, kind: ForgeKind, host: &str, project: ProjectSetup) {
        let mut forges = locked(&self.pages.forges);
        forges.entry(host.to_owned()).or_insert_with(|| Forge::new(kind, host)).add(project);
    }

    /// There is no host of this name any more.
    pub fn has_no_host(&self, host: &str) {
        locked(&self.pages.absent).insert(host.to_owned());
    }

    /// A host answers by `http` only.
    pub fn has_no_https(&self, host: &str) {
        locked(&self.pages.without_https).insert(host.to_owned());
    }

    /// An address answers as it did at first, and so does its host.
    pub fn answers_as_at_first(&self, address: &str, host: &str) {
        locked(&self.pages.replies).remove(address);
        locked(&self.pages.absent).remove(host);
        locked(&self.pages.without_https).remove(host);
    }

    /// Cuts everybody off from it, or joins them again.
    pub fn unplug(&self, unplugged: bool) {
        self.pages.unplugged.store(unplugged, Ordering::SeqCst);
    }

    /// Whether everybody is cut off from it.
    pub fn is_unplugged(&self) -> bool {
        self.pages.unplugged.load(Ordering::SeqCst)
    }

    /// The addresses that were asked for, oldest first.
    pub fn asked(&self) -> Vec<String> {
        locked(&self.pages.asked).clone()
    }
}

const A_PAGE: &str = "<!doctype html><title>A page</title><p>A page.</p>";

impl Pages {
    /// A file, or that there is none, at an address where files are.
    fn file(&self, address: &str) -> Option<Reply> {
        let path = address.strip_prefix("https://raw.githubusercontent.com/")?;
        let mut parts = path.splitn(4, '/');
        let (owner, name, reference, path) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let text = (self.files)(owner, name, reference, path);
        Some(text.map_or_else(|| Reply::status(404), Reply::file))
    }

    /// That there is no page of a file that there is not.
    fn no_page(&self, address: &str) -> Option<Reply> {
        let path = address.strip_prefix("https://github.com/")?;
        let mut parts = path.splitn(5, '/');
        let (owner, name) = (parts.next()?, parts.next()?);
        let ("blob", reference, path) = (parts.next()?, parts.next()?, parts.next()?) else { return None };
        (self.files)(owner, name, reference, path).is_none().then(|| Reply::status(404))
    }
}

async fn answer(State(pages): State<Arc<Pages>>, request: Request) -> Response<Body> {
    let named = request.headers().get(ADDRESS).and_then(|address| address.to_str().ok());
    let address = named.unwrap_or_default().to_owned();
    locked(&pages.asked).push(address.clone());
    let of_forge = || {
        let url = url::Url::parse(&address).ok()?;
        locked(&pages.forges).get(url.host_str()?)?.answer(&url)
    };
    let known = locked(&pages.replies).get(&address).cloned();
    let reply = known
        .or_else(of_forge)
        .or_else(|| pages.file(&address))
        .or_else(|| pages.no_page(&address))
        .unwrap_or_else(|| Reply::page(A_PAGE));
    tokio::time::sleep(reply.after).await;
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

//! One page, fetched within limits: time, redirects, bytes, and requests at once.
//!
//! In: a [`Vetted`] address and until when. Out: a [`Page`] or a [`Fault`]. Every hop is vetted before it is asked.
//! Never: cookies, tokens, a referer, a proxy, a body that is larger than the limit.

use std::{error::Error, sync::Arc, time::Duration};

use moka::future::Cache;
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION},
    redirect::Policy,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::{
    address::{Refused, Vetted},
    names::Names,
};
use crate::fake_github::{ADDRESS, Place};

/// Until a connection stands, its look-up included.
const CONNECT: Duration = Duration::from_secs(2);
/// So often a page may lead on.
const MOST_HOPS: usize = 5;
/// So many bytes of a page are read, after decompression.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// So many requests at once go to one host, and in all.
const AT_ONCE_A_HOST: usize = 4;
const AT_ONCE: usize = 64;
/// So many hosts are remembered for that.
const HOSTS: u64 = 1000;
/// A content type is kept to this length, in bytes.
const LONGEST_TYPE: usize = 100;

/// Why an address brought no page. The words say it of "it", the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Fault {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("it leads on to an address that is not on the public web")]
    LeadsAstray(Refused),
    #[error("its name leads into a private network")]
    PrivateName,
    #[error("there is no host of its name")]
    NoSuchHost,
    #[error("nothing answers there")]
    Unreachable,
    #[error("the answer takes too long")]
    TooSlow,
    #[error("it leads on and on")]
    TooManyHops,
    #[error("its certificate is not valid")]
    Certificate,
    #[error("the answer cannot be read")]
    Unreadable,
    #[error("it takes more requests than it is granted")]
    Spent,
}

/// How the reading of a page ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Whole,
    /// It is no text, so it was not read.
    NoText,
    TooLong,
    TooSlow,
    Broken,
}

/// What answered at the end of the way.
#[derive(Debug)]
pub(super) struct Page {
    /// Where the way ended.
    pub address: Vetted,
    /// Whether it led on, and each time for good (301, 308).
    pub moved: bool,
    /// Whether it led on.
    pub led_on: bool,
    pub status: u16,
    pub content_type: Option<String>,
    /// As much of it as was read.
    pub text: String,
    pub end: End,
}

/// Which bodies are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reads {
    /// Only what says that it is text.
    Text,
    /// Whatever comes.
    All,
}

/// What one request brought.
#[derive(Debug)]
pub(super) enum Step {
    /// It leads on to there, for good or for now.
    Onward {
        to: Vetted,
        for_good: bool,
    },
    Here(Body),
}

/// A body, as much of it as was read.
#[derive(Debug)]
pub(super) struct Body {
    pub status: u16,
    pub content_type: Option<String>,
    pub bytes: Vec<u8>,
    pub end: End,
}

type Places = dyn Fn(&str, &str) -> Place + Send + Sync;

/// The one client that opens links.
pub(super) fn client(names: Names) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!(
            "dpg-triage/",
            env!("CARGO_PKG_VERSION"),
            " (do the links of a nomination answer?)"
        ))
        .no_proxy()
        .referer(false)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .dns_resolver(names)
        .connect_timeout(CONNECT)
        .http1_max_headers(100)
        .http2_max_header_list_size(64 * 1024)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(Duration::from_secs(10))
}

/// The client, and how much it may ask at once.
pub(super) struct Fetcher {
    client: reqwest::Client,
    /// Where a scheme and host are in a world that is a stand-in; `None` in this one.
    places: Option<Box<Places>>,
    hosts: Cache<String, Arc<Semaphore>>,
    all: Arc<Semaphore>,
}

impl Fetcher {
    /// Of this world, or of one that is a stand-in.
    pub(super) fn new(client: reqwest::Client, places: Option<Box<Places>>) -> Self {
        Self { client, places, hosts: Cache::new(HOSTS), all: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Follows an address to its page.
    pub(super) async fn get(&self, address: Vetted, deadline: Instant) -> Result<Page, Fault> {
        let (mut address, mut hops, mut all_for_good) = (address, 0, true);
        loop {
            match self.step(&address, Reads::Text, deadline).await? {
                Step::Here(body) => {
                    let Body { status, content_type, bytes, end } = body;
                    let text = decoded(&bytes, content_type.as_deref());
                    let (moved, led_on) = (hops > 0 && all_for_good, hops > 0);
                    return Ok(Page { address, moved, led_on, status, content_type, text, end });
                }
                Step::Onward { .. } if hops == MOST_HOPS => return Err(Fault::TooManyHops),
                Step::Onward { to, for_good } => {
                    all_for_good &= for_good;
                    address = to;
                    hops += 1;
                }
            }
        }
    }

    /// Asks once.
    pub(super) async fn step(
        &self,
        address: &Vetted,
        reads: Reads,
        deadline: Instant,
    ) -> Result<Step, Fault> {
        let _turn = timeout_at(deadline, self.turn(address.host())).await.map_err(|_| Fault::TooSlow)??;
        let response = timeout_at(deadline, self.ask(address)).await.map_err(|_| Fault::TooSlow)??;
        let status = response.status();
        let Some(location) = response.headers().get(LOCATION).filter(|_| leads_on(status)) else {
            return Ok(Step::Here(read(response, reads, deadline).await));
        };
        let to = address.onward(&String::from_utf8_lossy(location.as_bytes())).map_err(Fault::LeadsAstray)?;
        let for_good = matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        Ok(Step::Onward { to, for_good })
    }

    /// Waits until a host, and then the fetcher, may be asked once more.
    async fn turn(&self, host: &str) -> Result<(OwnedSemaphorePermit, OwnedSemaphorePermit), Fault> {
        let fresh = async { Arc::new(Semaphore::new(AT_ONCE_A_HOST)) };
        let host = self.hosts.get_with_by_ref(host, fresh).await;
        let of_host = host.acquire_owned().await.map_err(|_| Fault::Unreachable)?;
        let of_all = Arc::clone(&self.all).acquire_owned().await.map_err(|_| Fault::Unreachable)?;
        Ok((of_host, of_all))
    }

    async fn ask(&self, address: &Vetted) -> Result<Response, Fault> {
        let url = address.url();
        let request = match &self.places {
            None => self.client.get(url.clone()),
            Some(places) => match places(url.scheme(), address.host()) {
                Place::At(place) => self.client.get(format!("http://{place}/")).header(ADDRESS, url.as_str()),
                Place::NoSuchHost => return Err(Fault::NoSuchHost),
                Place::Unreachable => return Err(Fault::Unreachable),
            },
        };
        let request = request.header(ACCEPT, "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.8");
        request.send().await.map_err(|error| fault(&error))
    }
}

fn leads_on(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// What an error of the client's means. Below reqwest, errors have no types that could be named: their words tell.
fn fault(error: &reqwest::Error) -> Fault {
    let mut sources: Vec<&dyn Error> = Vec::new();
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(source) = next {
        sources.push(source);
        next = source.source();
    }
    if let Some(fault) = sources.iter().find_map(|error| error.downcast_ref::<Fault>()) {
        *fault
    } else if error.is_timeout() {
        Fault::TooSlow
    } else if sources.iter().any(|error| error.to_string().contains("certificate")) {
        Fault::Certificate
    } else if error.is_connect() {
        Fault::Unreachable
    } else {
        Fault::Unreadable
    }
}

async fn read(mut response: Response, reads: Reads, deadline: Instant) -> Body {
    let status = response.status().as_u16();
    let content_type = response.headers().get(CONTENT_TYPE).map(content_type);
    let is_text = |kind: &String| kind.starts_with("text/") || kind.starts_with("application/xhtml");
    let mut bytes = Vec::new();
    let end = loop {
        if reads == Reads::Text && content_type.as_ref().is_some_and(|kind| !is_text(kind)) {
            break End::NoText;
        }
        match timeout_at(deadline, response.chunk()).await {
            Err(_) => break End::TooSlow,
            Ok(Err(_)) => break End::Broken,
            Ok(Ok(None)) => break End::Whole,
            Ok(Ok(Some(chunk))) => {
                let room = MOST_BYTES - bytes.len();
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break End::TooLong;
                }
            }
        }
    };
    Body { status, content_type, bytes, end }
}

/// A content type in small letters, as far as it can be read.
fn content_type(value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(LONGEST_TYPE).collect()
}

/// The text of a page. What is asked of it are words of ASCII, which nearly all encodings write alike; of the others
/// UTF-16 shows itself by its mark.
fn decoded(bytes: &[u8], content_type: Option<&str>) -> String {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    let is_latin = content_type.is_some_and(|kind| kind.contains("8859-1") || kind.contains("windows-1252"));
    match bytes {
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ if is_latin && std::str::from_utf8(bytes).is_err() => {
            bytes.iter().map(|&byte| char::from(byte)).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_become_text() {
        for (bytes, kind, text) in [
            (&b"caf\xC3\xA9"[..], None, "café"),
            (b"caf\xE9", Some("text/html; charset=iso-8859-1"), "café"),
            (b"caf\xC3\xA9", Some("text/html; charset=iso-8859-1"), "café"),
            (b"caf\xE9", Some("text/html; charset=no-such"), "caf\u{FFFD}"),
            (b"\xFF\xFEa\0b\0\x00", None, "ab"),
            (b"\xFE\xFF\0a\xD8\0", None, "a\u{FFFD}"),
            (b"\xEF\xBB\xBFa", None, "a"),
        ] {
            assert_eq!(decoded(bytes, kind), text, "{bytes:?}");
        }
    }

    #[test]
    fn limits_are_as_written() {
        assert_eq!((CONNECT.as_secs(), MOST_HOPS, MOST_BYTES, AT_ONCE_A_HOST), (2, 5, 2_097_152, 4));
    }
}

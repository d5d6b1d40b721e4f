//! The postman: signs events and delivers them in order, once each, and keeps a log of it.
//!
//! Sources: "Webhook events and payloads", "Validating webhook deliveries", "Handling failed webhook deliveries".

use super::git::to_hex;
use super::{locked, record};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Digest;
use sha2::Sha256;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// GitHub waits no longer for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The id of the App's webhook.
const HOOK_ID: u64 = 461_120_311;

/// An event to be told.
pub(super) struct Event {
    pub(super) event: String,
    pub(super) action: Option<String>,
    pub(super) installation: Option<u64>,
    pub(super) repository: Option<u64>,
    pub(super) body: Vec<u8>,
}

/// One attempt to deliver an event.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Of this attempt.
    pub id: u64,
    /// Of the event: redeliveries repeat it.
    pub guid: String,
    /// `pull_request`, `issue_comment`, ...
    pub event: String,
    /// `opened`, `created`, ...; None where the event has none.
    pub action: Option<String>,
    /// The installation that it is about.
    pub installation: Option<u64>,
    /// The repository that it is about.
    pub repository: Option<u64>,
    /// The bytes that were signed and sent.
    pub body: Vec<u8>,
    /// Whether it was sent again.
    pub redelivery: bool,
    /// When it was sent.
    pub delivered_at: DateTime<Utc>,
    /// How long the answer took.
    pub duration: Duration,
    /// The status of the answer; None without one.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub error: Option<String>,
}

impl Delivery {
    /// Whether the answer was a 2xx.
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// An event on its way.
struct Letter {
    id: u64,
    guid: String,
    redelivery: bool,
    event: Event,
}

/// Keeps the queue, the address and the log.
pub(super) struct Postman {
    app_id: u64,
    secret: String,
    state: Mutex<State>,
    queue: mpsc::UnboundedSender<Letter>,
    /// How many letters are not answered yet.
    waiting: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    address: Option<String>,
    log: Vec<Delivery>,
    last_id: u64,
}

/// The postman's bag: what is to be delivered.
pub(super) struct Bag(mpsc::UnboundedReceiver<Letter>);

impl Postman {
    /// A postman without an address yet, and the bag for [`Postman::walk`].
    pub(super) fn new(app_id: u64, secret: String) -> (Self, Bag) {
        let (queue, bag) = mpsc::unbounded_channel();
        let state = Mutex::new(State { last_id: 27_311_420_000, ..State::default() });
        (Self { app_id, secret, state, queue, waiting: watch::Sender::new(0) }, Bag(bag))
    }

    /// Where to from now on; None: events are not told to anybody.
    pub(super) fn set_address(&self, address: Option<String>) {
        locked(&self.state).address = address;
    }

    /// Takes an event for delivery.
    pub(super) fn send(&self, event: Event) {
        if locked(&self.state).address.is_some() {
            record::webhook(&event.event, &event.body);
            let seed = self.next_id();
            self.enqueue(guid(seed), false, seed, event);
        }
    }

    /// Sends an event again, with the same guid and the same bytes.
    pub(super) fn redeliver(&self, guid: &str) -> bool {
        let log = self.log();
        let Some(old) = log.iter().rev().find(|delivery| delivery.guid == guid) else { return false };
        let event = Event {
            event: old.event.clone(),
            action: old.action.clone(),
            installation: old.installation,
            repository: old.repository,
            body: old.body.clone(),
        };
        self.enqueue(old.guid.clone(), true, self.next_id(), event);
        true
    }

    /// Every attempt so far, oldest first.
    pub(super) fn log(&self) -> Vec<Delivery> {
        locked(&self.state).log.clone()
    }

    /// Returns when every letter is answered.
    pub(super) async fn settled(&self) {
        let mut waiting = self.waiting.subscribe();
        // An error means that the postman is gone, and with him all letters.
        let _ = waiting.wait_for(|count| *count == 0).await;
    }

    fn next_id(&self) -> u64 {
        let mut state = locked(&self.state);
        state.last_id += 13;
        state.last_id
    }

    fn enqueue(&self, guid: String, redelivery: bool, id: u64, event: Event) {
        self.waiting.send_modify(|count| *count += 1);
        if self.queue.send(Letter { id, guid, redelivery, event }).is_err() {
            self.waiting.send_modify(|count| *count -= 1);
        }
    }

    /// Delivers one letter after the other, for ever.
    pub(super) async fn walk(&self, mut bag: Bag, client: reqwest::Client) {
        while let Some(letter) = bag.0.recv().await {
            let delivery = self.deliver(&client, letter).await;
            locked(&self.state).log.push(delivery);
            self.waiting.send_modify(|count| *count -= 1);
        }
    }

    async fn deliver(&self, client: &reqwest::Client, letter: Letter) -> Delivery {
        let (delivered_at, started) = (Utc::now(), Instant::now());
        let address = locked(&self.state).address.clone().unwrap_or_default();
        let answer = self.request(client, &address, &letter).send().await;
        let (status, error) = match answer {
            Ok(answer) => (Some(answer.status().as_u16()), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let Letter { id, guid, redelivery, event } = letter;
        Delivery {
            id,
            guid,
            event: event.event,
            action: event.action,
            installation: event.installation,
            repository: event.repository,
            body: event.body,
            redelivery,
            delivered_at,
            duration: started.elapsed(),
            status,
            error,
        }
    }

    fn request(&self, client: &reqwest::Client, address: &str, letter: &Letter) -> reqwest::RequestBuilder {
        let body = letter.event.body.clone();
        client
            .post(address)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "*/*")
            .header("User-Agent", "GitHub-Hookshot/7d6b3a1")
            .header("X-GitHub-Event", &letter.event.event)
            .header("X-GitHub-Delivery", &letter.guid)
            .header("X-GitHub-Hook-ID", HOOK_ID)
            .header("X-GitHub-Hook-Installation-Target-ID", self.app_id)
            .header("X-GitHub-Hook-Installation-Target-Type", "integration")
            .header("X-Hub-Signature-256", signature(&self.secret, &body))
            .body(body)
    }
}

/// `sha256=` and the HMAC of the bytes, in hex.
pub fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    format!("sha256={}", to_hex(&mac.finalize().into_bytes()))
}

/// A guid such as `X-GitHub-Delivery` holds; a new one for every seed and moment.
fn guid(seed: u64) -> String {
    let mut hash = sha1::Sha1::new();
    hash.update(seed.to_be_bytes());
    hash.update(Utc::now().timestamp_nanos_opt().unwrap_or_default().to_be_bytes());
    let hex = to_hex(&hash.finalize());
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}

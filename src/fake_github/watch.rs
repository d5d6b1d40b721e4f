//! What a test or a page watches and steers: the world as it stands, deliveries, requests, faults.

use super::auth::Caller;
use super::hooks::Event;
use super::requests::{Mark, Requests};
use super::views::{CheckRunView, CommentView, LabelView, PullRequestView, check_run_view};
use super::{Delivery, FakeGitHub, Fault, Unknown, locked};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::watch;

impl FakeGitHub {
    /// A pull request as it stands.
    pub fn pull_request(&self, repository: &str, number: u64) -> Result<PullRequestView, Unknown> {
        self.shared.read(|world| world.view(repository, number))
    }

    /// The numbers of all pull requests, oldest first.
    pub fn pull_requests(&self, repository: &str) -> Result<Vec<u64>, Unknown> {
        self.shared.read(|world| {
            let threads = world.repository(repository)?.threads.values();
            Ok(threads.filter(|thread| thread.pull.is_some()).map(|thread| thread.number).collect())
        })
    }

    /// The conversation under an issue or pull request.
    pub fn comments(&self, repository: &str, number: u64) -> Result<Vec<CommentView>, Unknown> {
        self.shared.read(|world| {
            let thread = world.thread(world.repository_id(repository)?, number)?;
            Ok(thread.comments.iter().map(|comment| world.comment_view(comment)).collect())
        })
    }

    /// All check runs of a repository, on whatever head, oldest first.
    pub fn check_runs(&self, repository: &str) -> Result<Vec<CheckRunView>, Unknown> {
        self.shared.read(|world| {
            let found = world.repository(repository)?;
            Ok(found.check_runs.iter().map(check_run_view).collect())
        })
    }

    /// The labels of a repository.
    pub fn repository_labels(&self, repository: &str) -> Result<Vec<LabelView>, Unknown> {
        self.shared.read(|world| {
            let labels = world.repository(repository)?.labels.iter();
            Ok(labels
                .map(|label| LabelView {
                    name: label.name.clone(),
                    color: label.color.clone(),
                    description: label.description.clone(),
                })
                .collect())
        })
    }

    /// Tells of every change; the value counts them.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.shared.version.subscribe()
    }

    /// Waits until the world is as wanted. In vain: all conversations and the last requests, as text.
    pub async fn wait_until(&self, wanted: impl Fn(&Self) -> bool, patience: Duration) -> Result<(), String> {
        let mut changed = self.changed();
        let found = async {
            loop {
                changed.borrow_and_update();
                if wanted(self) {
                    return;
                }
                // What is not in the world (requests, deliveries) tells of no change.
                let _ = tokio::time::timeout(Duration::from_millis(50), changed.changed()).await;
            }
        };
        tokio::time::timeout(patience, found).await.map_err(|_| {
            let requests = self.requests();
            let last: Vec<String> = requests
                .iter()
                .rev()
                .take(30)
                .rev()
                .map(|one| format!("{} {} -> {}", one.method, one.path, one.status))
                .collect();
            let conversations = self.shared.read(|world| world.conversations());
            format!("not so after {patience:?}\n\n{conversations}\nlast requests:\n{}", last.join("\n"))
        })
    }

    /// From now on webhooks go to this address. Events before are not told.
    pub fn deliver_to(&self, address: &str) {
        self.shared.postman.set_address(Some(address.to_owned()));
    }

    /// From now on events are not told to anybody.
    pub fn stop_delivering(&self) {
        self.shared.postman.set_address(None);
    }

    /// Every attempt to deliver an event, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.postman.log()
    }

    /// Sends an event again: same guid, same bytes. False where there was no such delivery.
    pub fn redeliver(&self, guid: &str) -> bool {
        self.shared.postman.redeliver(guid)
    }

    /// Returns when every webhook is answered, or has failed.
    pub async fn settled(&self) {
        // After a stop nothing is delivered any more.
        self.stop.run_until_cancelled(self.shared.postman.settled()).await;
    }

    /// Tells an event that no act of this world makes, signed as all others.
    pub fn tell(&self, event: &str, payload: &Value) {
        let text = |key: &str| payload[key].as_str().map(str::to_owned);
        let id = |key: &str| payload[key]["id"].as_u64();
        self.shared.postman.send(Event {
            event: event.to_owned(),
            action: text("action"),
            installation: id("installation"),
            repository: id("repository"),
            body: payload.to_string().into_bytes(),
        });
    }

    /// All answered requests so far.
    pub fn requests(&self) -> Requests {
        Requests::sorted(locked(&self.shared.requests).clone())
    }

    /// This moment, for [`FakeGitHub::requests_since`].
    pub fn mark(&self) -> Mark {
        Mark(Instant::now())
    }

    /// The answered requests that began after a moment.
    pub fn requests_since(&self, mark: Mark) -> Requests {
        self.requests().filter(|request| request.started >= mark.0)
    }

    /// What all questions to the GraphQL API have cost so far, in points.
    pub fn graphql_points(&self) -> u64 {
        self.shared.read(|world| world.graphql_points)
    }

    /// Requests that this GitHub was not taught.
    pub fn unexpected_requests(&self) -> Vec<String> {
        locked(&self.shared.unexpected).clone()
    }

    /// Panics with the list where there were requests that this GitHub was not taught.
    pub fn assert_no_unexpected(&self) {
        let unexpected = self.unexpected_requests();
        assert!(unexpected.is_empty(), "requests that the fake GitHub does not know: {unexpected:#?}");
    }

    /// Lets things go wrong.
    pub fn fail(&self, fault: Fault) {
        locked(&self.shared.faults).push(fault);
    }

    /// How many requests a fault still waits for.
    pub fn faults_left(&self) -> usize {
        locked(&self.shared.faults).iter().map(|fault| fault.times).sum()
    }

    /// Lets nothing go wrong any more.
    pub fn heal(&self) {
        locked(&self.shared.faults).clear();
    }

    /// Every answer takes this much longer.
    pub fn set_latency(&self, latency: Duration) {
        *locked(&self.shared.latency) = latency;
    }

    /// All installation tokens are refused from now on.
    pub fn expire_tokens(&self) {
        self.shared.change(|world| {
            let now = world.clock();
            let expiring = world.tokens.values_mut().filter(|token| token.expires_at.is_some());
            expiring.for_each(|token| token.expires_at = Some(now));
        });
    }

    /// Leaves a caller so many requests, until the allowance is full again.
    pub fn set_rate_limit(&self, caller: Caller, remaining: u64, reset_in: Duration) {
        let reset_in = chrono::Duration::from_std(reset_in).unwrap_or_default();
        self.shared.change(|world| world.set_remaining(caller, remaining, reset_in));
    }

    /// Shifts the time here: what things are stamped with, and what signatures and tokens are judged by.
    pub fn shift_clock(&self, shift: chrono::Duration) {
        self.shared.change(|world| world.clock_shift = shift);
    }
}

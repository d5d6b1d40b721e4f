//! The timer: GitHub sends no word of reactions, and a word that it sends may get lost. So the open pull requests are
//! gone through again and again, slower with age, and what differs from what the last look saw gets a look.
//!
//! In: lists of open pull requests, reactions to our comments. Out: rows for the inbox. Never: a look of its own, a
//! write to GitHub, or a second question while GitHub asks to wait.

mod known;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use self::known::{Comment, Known};
use crate::{
    github::{
        Error, GitHub, Installation,
        watch::{AT_ONCE, Heard, Installed, Open, Watched},
    },
    queue::{Inbox, Row, Subject, Trigger},
    triage::{marker::Marker, pull_request::is_served},
};

/// How long an installation is left alone when GitHub does not say how long.
const WAIT: Duration = Duration::from_secs(60);

/// The hourly allowance is full again by then, whatever an answer says.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// How long REST is asked where GraphQL was refused.
const REFUSED: Duration = Duration::from_secs(60 * 60);

/// How long after what an owner did a round begins: GitHub's lists know of it by then, and much of it has one round.
const SOON: Duration = Duration::from_secs(2);
/// So many rounds that were asked for come soon within this time; whoever goes on and on waits for so long.
const MOST_SOON: usize = 5;
const LATELY: Duration = Duration::from_secs(60);

/// For how many pull requests a round looks for our comment, one request each. The latest come first.
const MOST_SOUGHT: usize = 100;

/// A pull request by the id of its repository and its own number.
type Key = (u64, u64);

/// Goes through the open pull requests.
pub struct Sweep {
    github: Arc<GitHub>,
    inbox: Inbox,
    /// Accounts whose installations are served; empty means all.
    allowed_owners: Arc<[String]>,
    interval: Duration,
    known: HashMap<Key, Known>,
    /// Since when a repository is ours to look after. Older pull requests wait for an event of theirs.
    since: HashMap<u64, DateTime<Utc>>,
    /// Installations whose repositories were listed before: those that appear later were added later.
    listed: BTreeSet<u64>,
    /// Installations that are left alone until then.
    waiting: HashMap<u64, DateTime<Utc>>,
    /// Installations in which GraphQL is not asked until then.
    refused: HashMap<u64, DateTime<Utc>>,
}

/// An open pull request and where it is.
struct Place<'a> {
    installation: u64,
    repository: &'a Watched,
    open: &'a Open,
}

impl Place<'_> {
    fn key(&self) -> Key {
        (self.repository.id, self.open.number)
    }
}

impl Sweep {
    /// Nothing is asked yet.
    pub fn new(github: Arc<GitHub>, inbox: Inbox, allowed_owners: Arc<[String]>, interval: Duration) -> Self {
        Self {
            github,
            inbox,
            allowed_owners,
            interval,
            known: HashMap::new(),
            since: HashMap::new(),
            listed: BTreeSet::new(),
            waiting: HashMap::new(),
            refused: HashMap::new(),
        }
    }

    /// One round after the other, until `stop`; soon after `wake` is told, too.
    pub async fn run(mut self, wake: Arc<Notify>, stop: CancellationToken) {
        // When rounds were asked for lately.
        let mut called: Vec<Instant> = Vec::new();
        while stop.run_until_cancelled(self.round(self.github.now())).await.is_some() {
            let woken = async {
                if tokio::time::timeout(self.interval, wake.notified()).await.is_ok() {
                    called.retain(|at| at.elapsed() < LATELY);
                    let soon =
                        if called.len() < MOST_SOON { SOON } else { self.interval.clamp(SOON, LATELY) };
                    tokio::time::sleep(soon).await;
                    called.push(Instant::now());
                }
            };
            if stop.run_until_cancelled(woken).await.is_none() {
                return;
            }
        }
    }

    /// Goes once through all that is due at `now`. What goes wrong is logged and left to a later round.
    pub async fn round(&mut self, now: DateTime<Utc>) {
        let github = Arc::clone(&self.github);
        let installed = match github.installed().await {
            Ok(installed) => installed,
            Err(error) => return warn!(%error, "the installations could not be listed"),
        };
        self.waiting.retain(|_, until| *until > now);
        self.refused.retain(|_, until| *until > now);
        for installed in installed {
            if !is_served(&installed.owner, &self.allowed_owners) {
                continue;
            }
            if installed.is_suspended {
                self.suspend(installed.id).await;
                continue;
            }
            // Nobody told of what happened meanwhile.
            let returns = self.inbox.is_suspended(installed.id).await.unwrap_or_default();
            if !returns && (self.waiting.contains_key(&installed.id) || self.is_paused(installed.id).await) {
                continue;
            }
            if let Err(error) = self.visit(&github, &installed, returns, now).await {
                let after = error.after().map_or(WAIT, |after| after.min(LONGEST_WAIT));
                if let Error::Paused { .. } = error
                    && let Err(error) = self.inbox.pause(installed.id, after).await
                {
                    warn!(installation = installed.id, %error, "a pause could not be written down");
                }
                warn!(installation = installed.id, %error, ?after, "open pull requests are left for later");
                self.waiting.insert(installed.id, now + after);
            } else if returns {
                self.resume(installed.id).await;
            }
        }
    }

    /// Whether GitHub asked to leave an installation alone, here or in another process.
    async fn is_paused(&self, installation: u64) -> bool {
        // A database that does not answer has no say in what is only read.
        self.inbox.paused(installation).await.is_ok_and(|left| left.is_some())
    }

    /// The jobs of a suspended installation wait, and ask nothing.
    async fn suspend(&self, installation: u64) {
        if let Err(error) = self.inbox.suspend(installation).await {
            warn!(installation, %error, "that it is suspended could not be written down");
        }
    }

    async fn resume(&mut self, installation: u64) {
        match self.inbox.resume(installation).await {
            Ok(()) => info!(installation, "not suspended any more; its pull requests are looked at"),
            Err(error) => warn!(installation, %error, "still taken for suspended"),
        }
        self.waiting.remove(&installation);
    }

    /// Goes through one installation. Where it `returns`, each pull request with our comment gets a look.
    async fn visit(
        &mut self,
        github: &GitHub,
        installed: &Installed,
        returns: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let installation = github.installation(installed.id).await?;
        let repositories = installation.watched().await?;
        let is_first = self.listed.insert(installed.id);
        let mut everywhere = Vec::new();
        for repository in repositories {
            self.since.entry(repository.id).or_insert(if is_first { installed.created_at } else { now });
            // Most repositories of an account have nothing open.
            let open = match repository.has_open {
                true => installation.open(&repository.name).await,
                false => Ok(Vec::new()),
            };
            match open {
                Ok(open) => everywhere.push((repository, open)),
                Err(error) => {
                    pass_over(error, &repository)?;
                }
            }
        }
        let mut places: Vec<Place<'_>> = Vec::new();
        for (repository, open) in &everywhere {
            let is_open = |number| open.iter().any(|open| open.number == number);
            self.known.retain(|(id, number), _| *id != repository.id || is_open(*number));
            places.extend(open.iter().map(|open| Place { installation: installed.id, repository, open }));
        }
        places.sort_by_key(|place| std::cmp::Reverse(place.open.updated_at));
        self.seek(&installation, &places, now).await?;
        let heard = self.hear(&installation, &places, now).await?;
        for place in &places {
            let has_comment = self.known.get(&place.key()).is_some_and(|known| known.comment.is_some());
            if returns && has_comment {
                self.ask(place, now).await;
            } else {
                self.compare(&installation, place, heard.get(&place.key()), now).await?;
            }
        }
        debug!(installation = installed.id, open = places.len(), heard = heard.len(), "gone through");
        Ok(())
    }

    /// Looks for our comment where none is known and something happened, or nothing is known yet.
    async fn seek(
        &mut self,
        installation: &Installation<'_>,
        places: &[Place<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let github = Arc::clone(&self.github);
        let identity = github.identity().await?;
        let mut sought = 0;
        for place in places {
            let known = self.known.get(&place.key());
            if sought == MOST_SOUGHT || !known.is_none_or(|known| known.is_worth_seeking(place.open, now)) {
                continue;
            }
            sought += 1;
            let living = match installation.living(&place.repository.name, place.open.number, identity).await
            {
                Ok(living) => living,
                Err(error) => {
                    pass_over(error, place.repository)?;
                    continue;
                }
            };
            let found = match living {
                Some(living) => Known::of(living, place.open, now),
                None => {
                    let since = self.since.get(&place.repository.id);
                    let is_ours = since.is_some_and(|since| place.open.created_at >= *since);
                    let (found, asks) = match is_ours {
                        true => Known::asking(known, place.open, now),
                        false => (Known::without_comment(place.open, now), false),
                    };
                    if asks && !self.ask(place, now).await {
                        continue;
                    }
                    found
                }
            };
            self.known.insert(place.key(), found);
        }
        Ok(())
    }

    /// Asks for the reactions that are due: by GraphQL for many comments at once, and where that is refused by REST.
    async fn hear(
        &mut self,
        installation: &Installation<'_>,
        places: &[Place<'_>],
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<Key, Heard>, Error> {
        let mut due: Vec<(&Place<'_>, Comment)> = Vec::new();
        for place in places {
            let known = self.known.get(&place.key()).filter(|known| known.is_due(now, self.interval));
            due.extend(known.and_then(|known| known.comment.clone()).map(|comment| (place, comment)));
        }
        let mut heard = BTreeMap::new();
        for some in due.chunks(AT_ONCE) {
            let answers = self.hear_at_once(installation, some, now).await?;
            for (at, (place, comment)) in some.iter().enumerate() {
                let answer = match answers.get(at) {
                    Some(Heard::Many) | None => {
                        match installation.heard(&place.repository.name, comment.id).await {
                            Ok(answer) => answer,
                            Err(error) => {
                                pass_over(error, place.repository)?;
                                continue;
                            }
                        }
                    }
                    Some(answer) => answer.clone(),
                };
                if let Some(known) = self.known.get_mut(&place.key()) {
                    known.heard(place.open, now, self.interval);
                }
                heard.insert(place.key(), answer);
            }
        }
        Ok(heard)
    }

    /// What GraphQL says; nothing where it is refused.
    async fn hear_at_once(
        &mut self,
        installation: &Installation<'_>,
        some: &[(&Place<'_>, Comment)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Heard>, Error> {
        let Some((place, _)) = some.first() else { return Ok(Vec::new()) };
        if self.refused.contains_key(&place.installation) {
            return Ok(Vec::new());
        }
        let nodes: Vec<&str> = some.iter().map(|(_, comment)| comment.node.as_str()).collect();
        match installation.heard_at_once(&nodes).await {
            Err(error) if error.is_passing() => Err(error),
            Err(error) => {
                warn!(installation = place.installation, %error, "GraphQL is refused; REST is asked for an hour");
                self.refused.insert(place.installation, now + REFUSED);
                Ok(Vec::new())
            }
            answers => answers,
        }
    }

    /// Asks for a look where the head or the reactions are not those of the last one.
    async fn compare(
        &mut self,
        installation: &Installation<'_>,
        place: &Place<'_>,
        heard: Option<&Heard>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some(known) = self.known.get(&place.key()) else { return Ok(()) };
        let Some(comment) = &known.comment else { return Ok(()) };
        let reacted = match heard {
            Some(Heard::Reactions(reacted)) => reacted.clone(),
            Some(_) => {
                // Somebody deleted our comment: it is looked for, and not found, in the next round.
                self.known.remove(&place.key());
                return Ok(());
            }
            None => known.reacted.clone(),
        };
        if known.head == place.open.head && known.reacted == reacted {
            return Ok(());
        }
        // A look that an event brought about may have seen it meanwhile: its comment says so.
        let body = match installation.comment(&place.repository.name, comment.id).await {
            Ok(body) => body,
            Err(error) => return pass_over(error, place.repository),
        };
        let marker = body.as_deref().and_then(Marker::read).unwrap_or_default();
        let is_seen = marker.head == place.open.head && (heard.is_none() || marker.reacted == reacted);
        if (is_seen || self.ask(place, now).await)
            && let Some(known) = self.known.get_mut(&place.key())
        {
            known.head.clone_from(&place.open.head);
            known.reacted = if is_seen { marker.reacted } else { reacted };
        }
        Ok(())
    }

    /// Puts a look into the inbox; answers whether it is there.
    async fn ask(&self, place: &Place<'_>, now: DateTime<Utc>) -> bool {
        let Place { installation, repository, open } = place;
        let row = Row {
            delivery: format!("sweep:{}:{}:{}", repository.id, open.number, now.timestamp_millis()),
            event: "timer",
            action: "differs",
            trigger: Trigger::Timer,
            installation: *installation,
            repository_id: repository.id,
            repository: repository.name.clone(),
            subject: Subject::PullRequest(open.number),
            actor: None,
        };
        let pull_request = format!("{}#{}", repository.name, open.number);
        match self.inbox.store(row).await {
            Ok(_) => {
                info!(pull_request, "something changed since the last look");
                true
            }
            Err(error) => {
                warn!(pull_request, %error, "a look could not be asked for");
                false
            }
        }
    }
}

/// What has to wait ends the visit; anything else is one repository's.
fn pass_over(error: Error, repository: &Watched) -> Result<(), Error> {
    if error.is_passing() {
        return Err(error);
    }
    warn!(repository = %repository.name, %error, "its pull requests cannot be looked through");
    Ok(())
}

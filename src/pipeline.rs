//! The main path: what should this pull request look like now?
//!
//! Every reason to look at a pull request ends in [`Pipeline::look`], one straight line of plain values with the
//! outside only at its ends: snapshot, nominations, evidence, report, changes. [`Pipeline::post`] then makes the
//! changes. Asked a second time, it plans nothing. This is the one place that reads the clock for it.

mod job;
mod pace;
mod rules;

use std::{borrow::Cow, sync::Arc};

use futures::future::join_all;
use tracing::{info, warn};

use crate::{
    github::{Error, GitHub, Installation},
    links::Links,
    queue::Trigger,
    triage::{
        commands::{Ask, Known},
        criteria,
        evidence::{self, Evidence, Lookup},
        finding::Finding,
        inherited,
        ledger::{self, Ledger, Reaction},
        marker::{Marker, Memory, Suggested},
        nomination::{self, Nomination},
        pages::Pages,
        plan::{self, Asked, Change},
        policy::Policy,
        posted::CHECK_RUN,
        pull_request::PullRequestRef,
        report::{FileReport, Report},
        snapshot::{Snapshot, State},
        votes::{self, Voters, Votes},
    },
};

pub use pace::Paced;
pub use rules::Rules;

/// Judges pull requests, one call each.
pub struct Pipeline {
    pub github: Arc<GitHub>,
    pub links: Arc<Links>,
    pub rules: Rules,
    /// Accounts whose jobs are done; empty means all.
    pub allowed_owners: Arc<[String]>,
    /// Plans and logs the changes, and makes none.
    pub dry_run: bool,
}

/// Why a pull request is looked at.
pub struct Why {
    pub trigger: Trigger,
    /// Which press on Re-run is to be answered.
    pub rerun: Option<String>,
    /// Whose edits of our comment are among the reasons, as far as told.
    pub editors: Vec<Option<u64>>,
}

/// What a look came to.
pub struct Looked {
    pub snapshot: Snapshot,
    /// `None` where there was nothing to judge.
    pub report: Option<Report>,
    pub changes: Vec<Change>,
    /// Labels of ours that go by another name now, and the change to the check run on rules that the pull request brings.
    beside: Vec<Change>,
    asked: Asked,
    /// Whether its changes answer people ([`Trigger::is_answer`]).
    is_answer: bool,
    /// Whether evidence was asked for and did not come, or more people voted than could be asked about, so that it is
    /// worth looking again.
    pub incomplete: bool,
}

impl Looked {
    /// All that [`Pipeline::post`] would do, in its order, with labels as they are called there.
    pub fn planned(&self) -> Vec<Change> {
        self.all(&self.changes)
    }

    /// What is beside the plan names labels as they stand there. It comes first: the comment forgets former names.
    fn all(&self, changes: &[Change]) -> Vec<Change> {
        let renamed = &self.snapshot.renamed;
        let planned = changes.iter().map(|change| rules::named_here(change.clone(), renamed));
        self.beside.iter().cloned().chain(planned).collect()
    }
}

impl Pipeline {
    /// Everything from the pull request as it stands to the changes that it needs.
    pub async fn look(&self, pull_request: &PullRequestRef, why: &Why) -> Result<Looked, Error> {
        let trigger = why.trigger;
        let identity = self.github.identity().await?;
        let is_answer = trigger.is_answer();
        let installation = self.github.installation(pull_request.installation).await?.answering(is_answer);
        let asked = Asked { rerun: why.rerun.clone(), ..Asked::default() };
        let rules = self.rules.in_force(&installation, pull_request);
        let (mut snapshot, rules) =
            installation.snapshot(pull_request, identity, rules, self.github.now()).await?;
        let policy = Arc::clone(&rules.policy);
        if snapshot.state == State::Closed {
            let (changes, beside) = (vec![], vec![]);
            return Ok(Looked {
                snapshot,
                report: None,
                changes,
                beside,
                asked,
                is_answer,
                incomplete: false,
            });
        }
        let names = rules::Names::of(&snapshot, &policy);
        let stale = names.built_in(&mut snapshot.labels);
        let mut beside: Vec<Change> = stale.into_iter().map(Change::RemoveLabel).collect();
        beside.extend(rules::judge_brought(&installation, &snapshot, identity, &asked).await?);
        let nothing = |snapshot, changes, beside| Looked {
            snapshot,
            report: None,
            changes,
            beside,
            asked: asked.clone(),
            is_answer,
            incomplete: false,
        };
        if snapshot.nominations.is_empty() {
            if snapshot.living.is_some() || policy.required_check {
                snapshot.check_run = installation.check_run(CHECK_RUN, &snapshot, identity).await?;
            }
            if snapshot.living.is_some() && plan::in_doubt(None, &snapshot) {
                let acts = installation.label_acts(pull_request, identity).await?;
                snapshot.label_acts = Some(names.of_acts(acts));
            }
            let changes = plan::without_nomination(&snapshot, &policy, &asked);
            return Ok(nothing(snapshot, changes, beside));
        }

        let actors = ledger::actors(&snapshot);
        let roles = installation.roles(&snapshot.pull_request.repository, &actors);
        let (roles, (reactions, reviews)) =
            futures::try_join!(roles, installation.said(&snapshot, identity))?;
        snapshot.reactions = reactions;
        (snapshot.reviews, snapshot.review) = (reviews.said, reviews.suggestions);
        snapshot.suggested_at = reviews.suggested_at;
        let mut ledger = Ledger::replay(&snapshot, &roles);
        if trigger == Trigger::Comment && ledger.asks_for_words_alone() && is_judged(&snapshot) {
            let mut told = ledger.clone();
            told.follow(&policy, None);
            if let Some(changes) = plan::answers(&told, &snapshot) {
                self.acknowledge(&installation, &snapshot, &told).await;
                return Ok(nothing(snapshot, changes, beside));
            }
        }
        self.acknowledge(&installation, &snapshot, &ledger).await;

        let parsed: Vec<(Nomination, Vec<Finding>)> = (snapshot.nominations.iter())
            .map(|file| nomination::parse(file.filed.clone(), &file.bytes))
            .collect();
        let lookups: Vec<Vec<Lookup>> =
            parsed.iter().map(|(nomination, _)| evidence::lookups(nomination)).collect();
        // Whoever asks for a look has put something right, and wants to see it.
        let anew = trigger == Trigger::Rerun || !ledger.asked.is_empty();
        let question = self.links.question(anew);
        let gather = join_all(parsed.iter().zip(&lookups).map(|((nomination, _), lookups)| {
            let (installation, question) = (&installation, &question);
            async move {
                let (mut evidence, outside) =
                    futures::join!(installation.answer(nomination, lookups), question.answer(lookups));
                outside.tell(&mut evidence);
                evidence
            }
        }));
        let around = installation.around(&lookups, &snapshot, &policy);
        // Labels and comment are posted before it: without either there is none to ask for. A comment may have been
        // refused.
        let check_run = async {
            if snapshot.living.is_some() || !snapshot.labels.is_empty() {
                installation.check_run(CHECK_RUN, &snapshot, identity).await
            } else {
                Ok(None)
            }
        };
        // Known already where there is a comment of ours.
        let review = async {
            if snapshot.living.is_none() && ledger.asks(Ask::Suggestions) {
                Ok(installation.reviews(&snapshot, identity).await?.suggestions)
            } else {
                Ok(snapshot.review)
            }
        };
        let named = ledger.named_pull_requests();
        let absent = installation.absent(&snapshot.pull_request.repository, &named);
        let (mut evidence, around, check_run, review, absent) =
            futures::join!(gather, around, check_run, review, absent);
        ledger.known = Known { registry: around.entries(), absent: absent? };
        let pages = Pages::of(&snapshot.website, &snapshot.pull_request.repository);
        for evidence in &mut evidence {
            around.tell(evidence);
            evidence.pages = pages.clone();
        }
        (snapshot.check_run, snapshot.review) = (check_run?, review?);

        // A file made to cost time takes it from nobody else: webhooks are answered meanwhile.
        let incomplete = evidence.iter().any(Evidence::is_incomplete);
        let (report, mut snapshot) = aside({
            let policy = Arc::clone(&policy);
            move || (judge(&policy, parsed, &evidence, ledger, &snapshot), snapshot)
        })
        .await?;
        let voters = Voters::of(&report.route, &policy);
        let memory = Memory::of(&snapshot).kept();
        let changed = criteria::in_doubt(&report.criteria, &snapshot, memory.as_ref());
        if changed > 0 {
            snapshot.edits = installation.edits(&snapshot).await?;
            if snapshot.edits.is_none()
                && let Some(editor) = criteria::editor(changed, &why.editors)
            {
                snapshot.edits = installation.edit_by(editor).await?;
            }
        }
        let known = installation.known(&snapshot, &voters).await?;
        let incomplete = incomplete || known.unasked > 0;
        let boxes = criteria::boxes(&report.criteria, &snapshot, memory.as_ref(), &voters, &known);
        let votes = Votes::count(&snapshot, voters, known, policy.votes_needed);
        let report = Report { note: rules.note, boxes, ..report.counting(votes) };
        if plan::in_doubt(Some(&report), &snapshot) {
            let acts = installation.label_acts(&snapshot.pull_request, identity).await?;
            snapshot.label_acts = Some(names.of_acts(acts));
        }
        aside(move || {
            let changes = plan::plan(&report, &snapshot, &asked);
            Looked { snapshot, report: Some(report), changes, beside, asked, is_answer, incomplete }
        })
        .await
    }

    /// Makes the changes, one after the other. After a failure the next look plans what is still missing; what the
    /// App may not do does not keep it from the rest, and what a locked conversation does not take is no failure.
    pub async fn post(&self, looked: &Looked) -> Result<(), Error> {
        let pull_request = &looked.snapshot.pull_request;
        if looked.changes.is_empty() && looked.beside.is_empty() {
            return Ok(());
        }
        let installation = self.github.installation(pull_request.installation).await?;
        let installation = installation.answering(looked.is_answer);
        let is_first = |change: &Change| matches!(change, Change::PostComment(_));
        if !self.dry_run
            && looked.changes.iter().any(is_first)
            && installation.has_spoken(&looked.snapshot, self.github.identity().await?).await?
        {
            let why = "our comment is there, and was not among the others".to_owned();
            return Err(Error::Later { after: None, why });
        }
        let mut denied = Ok(());
        let changes = self.begin(&installation, looked).await?;
        for change in looked.all(&changes) {
            if self.dry_run {
                info!(%pull_request, change = %change.name(), "would change");
                continue;
            }
            match installation.post(pull_request, &looked.snapshot.head_sha, &change).await {
                Ok(()) => info!(%pull_request, change = %change.name(), "changed"),
                Err(Error::Locked { what }) => {
                    info!(%pull_request, change = %change.name(), what, "not said until the conversation is unlocked");
                }
                Err(error @ (Error::Denied { .. } | Error::Bug { .. })) => denied = Err(error),
                Err(error) => return Err(error),
            }
        }
        denied
    }

    /// Makes the changes whose outcome the comment tells (the review with suggestions, requests for a review), and
    /// answers those that are left. They are planned anew with what came of it: what GitHub does not take is told in
    /// the comment and not tried again.
    async fn begin<'a>(
        &self,
        installation: &Installation<'_>,
        looked: &'a Looked,
    ) -> Result<Cow<'a, [Change]>, Error> {
        let mut changes = Cow::Borrowed(&looked.changes[..]);
        let Some(report) = looked.report.as_ref().filter(|_| !self.dry_run) else { return Ok(changes) };
        let Looked { snapshot, .. } = looked;
        let pull_request = &snapshot.pull_request;
        let mut asked = looked.asked.clone();
        loop {
            match changes.first() {
                Some(Change::PostReview(review)) => {
                    let posted = installation.post_review(pull_request, &snapshot.head_sha, review).await;
                    asked.suggested = Some(match posted {
                        Ok(id) => Suggested::Given { review: Some(id) },
                        Err(error) if error.is_passing() => return Err(error),
                        Err(error) => {
                            warn!(%pull_request, %error, "GitHub did not take the suggestions");
                            Suggested::Refused
                        }
                    });
                }
                Some(Change::RequestReviews(request)) => {
                    asked.requested = Some(installation.request_reviews(pull_request, request).await?);
                }
                _ => return Ok(changes),
            }
            info!(%pull_request, change = %changes[0].name(), "changed");
            changes = Cow::Owned(plan::plan(report, snapshot, &asked));
        }
    }

    /// 👀 on new commands at once, for gathering the evidence takes seconds. A look does not hang on it.
    async fn acknowledge(&self, installation: &Installation<'_>, snapshot: &Snapshot, ledger: &Ledger) {
        for &(comment, reaction) in
            ledger.reactions.iter().filter(|(_, reaction)| *reaction == Reaction::Eyes)
        {
            let change = Change::React { comment, reaction };
            if !self.dry_run
                && let Err(error) =
                    installation.post(&snapshot.pull_request, &snapshot.head_sha, &change).await
            {
                warn!(pull_request = %snapshot.pull_request, %error, "a command could not be acknowledged");
            }
        }
    }
}

/// Thinks where nobody waits for it.
async fn aside<T: Send + 'static>(think: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let thought = tokio::task::spawn_blocking(think).await;
    thought.map_err(|error| Error::Bug { why: format!("judging ended early: {error}") })
}

fn judge(
    policy: &Policy,
    parsed: Vec<(Nomination, Vec<Finding>)>,
    evidence: &[Evidence],
    ledger: Ledger,
    snapshot: &Snapshot,
) -> Report {
    let all: Vec<Nomination> = parsed.iter().map(|(nomination, _)| nomination.clone()).collect();
    let files = parsed.into_iter().zip(evidence).zip(&snapshot.nominations);
    let files = files.map(|(((nomination, faults), evidence), file)| {
        let siblings: Vec<&Nomination> = all.iter().filter(|other| other.path != nomination.path).collect();
        let mut report = FileReport::of(
            nomination,
            &faults,
            evidence,
            policy,
            snapshot.taken_at,
            &siblings,
            &snapshot.other_files,
        );
        if let Some(base) = &file.base {
            let FileReport { judged, nomination, .. } = &mut report;
            inherited::mark(judged, nomination, base, evidence, policy, snapshot);
        }
        report
    });
    Report::of(files.collect(), snapshot.surplus, ledger, policy)
}

/// Whether the living comment speaks of the present head and of all reactions, and stands as it was written, and no look
/// was given up since.
fn is_judged(snapshot: &Snapshot) -> bool {
    snapshot.living.as_ref().filter(|living| !plan::says_so(living)).is_some_and(|living| {
        Marker::read(&living.body).is_some_and(|marker| {
            let reacted = votes::digest(snapshot.reactions.iter().map(|reaction| reaction.id));
            marker.head == snapshot.head_sha && marker.reacted == reacted && marker.fits(&living.body)
        })
    })
}

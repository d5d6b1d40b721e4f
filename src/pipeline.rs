//! The main path: what should this pull request look like now?
//!
//! Every reason to look at a pull request ends in [`Pipeline::look`], one straight line of plain values with the
//! outside only at its ends: snapshot, nominations, evidence, report, changes. [`Pipeline::post`] then makes the
//! changes. Asked a second time, it plans nothing. This is the one place that reads the clock for it.

use std::{borrow::Cow, sync::Arc, time::Duration};

use chrono::Utc;
use futures::future::join_all;
use tracing::{info, warn};

use crate::{
    github::{Error, GitHub, Installation},
    links::Links,
    queue::{Ended, Job, Runner, Subject, Trigger},
    triage::{
        commands::Ask,
        evidence::{self, Evidence, Lookup},
        finding::Finding,
        inherited,
        ledger::{self, Ledger, Reaction},
        marker::{Marker, Suggested},
        nomination::{self, Nomination},
        plan::{self, Asked, Change},
        policy::Policy,
        pull_request::PullRequestRef,
        report::{FileReport, Report},
        snapshot::{Snapshot, State},
    },
};

/// Judges pull requests, one call each.
pub struct Pipeline {
    pub github: Arc<GitHub>,
    pub links: Arc<Links>,
    pub policy: &'static Policy,
    /// Plans and logs the changes, and makes none.
    pub dry_run: bool,
}

/// What a look came to.
pub struct Looked {
    pub snapshot: Snapshot,
    /// `None` where there was nothing to judge.
    pub report: Option<Report>,
    pub changes: Vec<Change>,
    asked: Asked,
    /// Whether evidence was asked for and did not come, so that it is worth looking again.
    pub incomplete: bool,
}

impl Pipeline {
    /// Everything from the pull request as it stands to the changes that it needs.
    pub async fn look(&self, pull_request: &PullRequestRef, trigger: Trigger) -> Result<Looked, Error> {
        let identity = self.github.identity().await?;
        let installation = self.github.installation(pull_request.installation).await?;
        let asked = Asked { rerun: trigger == Trigger::Rerun, suggested: None };
        let mut snapshot = installation.snapshot(pull_request, identity, self.policy, Utc::now()).await?;
        let nothing =
            |snapshot, changes| Looked { snapshot, report: None, changes, asked, incomplete: false };
        if snapshot.state == State::Closed {
            return Ok(nothing(snapshot, vec![]));
        }
        if snapshot.nominations.is_empty() {
            if snapshot.living.is_some() || self.policy.required_check {
                snapshot.check_run = installation.check_run(&snapshot, identity).await?;
            }
            let changes = plan::without_nomination(&snapshot, self.policy, asked);
            return Ok(nothing(snapshot, changes));
        }

        let roles = installation.roles(&snapshot.pull_request.repository, &ledger::actors(&snapshot)).await?;
        let ledger = Ledger::replay(&snapshot, &roles);
        if trigger == Trigger::Comment && ledger.asked.is_empty() && !ledger.spoke && is_judged(&snapshot) {
            let changes = plan::answers(&ledger, &snapshot);
            return Ok(nothing(snapshot, changes));
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
        let gather = join_all(lookups.iter().map(|lookups| {
            let (installation, snapshot, question) = (&installation, &snapshot, &question);
            async move {
                let (mut evidence, links) =
                    futures::join!(installation.answer(lookups, snapshot), question.answer(lookups));
                links.tell(&mut evidence);
                evidence
            }
        }));
        let around = installation.around(&lookups, &snapshot, self.policy);
        // It is posted after the comment: without a comment of ours there is none to ask for.
        let check_run = async {
            if snapshot.living.is_some() {
                installation.check_run(&snapshot, identity).await
            } else {
                Ok(None)
            }
        };
        let review = async {
            if ledger.asks(Ask::Suggestions) {
                installation.suggestions(&snapshot, identity).await
            } else {
                Ok(None)
            }
        };
        let (mut evidence, around, check_run, review) = futures::join!(gather, around, check_run, review);
        evidence.iter_mut().for_each(|evidence| around.tell(evidence));
        (snapshot.check_run, snapshot.review) = (check_run?, review?);

        let policy = self.policy;
        // A file made to cost time takes it from nobody else: webhooks are answered meanwhile.
        let judged = tokio::task::spawn_blocking(move || {
            let report = judge(policy, parsed, &evidence, ledger, &snapshot);
            let changes = plan::plan(&report, &snapshot, asked);
            let incomplete = evidence.iter().any(Evidence::is_incomplete);
            Looked { snapshot, report: Some(report), changes, asked, incomplete }
        });
        judged.await.map_err(|error| Error::Bug { why: format!("judging ended early: {error}") })
    }

    /// Makes the changes, one after the other. After a failure the next look plans what is still missing; what the
    /// App may not do (a locked conversation) does not keep it from the rest.
    pub async fn post(&self, looked: &Looked) -> Result<(), Error> {
        let pull_request = &looked.snapshot.pull_request;
        if looked.changes.is_empty() {
            return Ok(());
        }
        let installation = self.github.installation(pull_request.installation).await?;
        let mut denied = Ok(());
        let changes = self.suggest(&installation, looked).await?;
        for change in changes.iter() {
            if self.dry_run {
                info!(%pull_request, change = %change.name(), "would change");
                continue;
            }
            match installation.post(pull_request, &looked.snapshot.head_sha, change).await {
                Ok(()) => info!(%pull_request, change = %change.name(), "changed"),
                Err(error @ (Error::Denied { .. } | Error::Bug { .. })) => denied = Err(error),
                Err(error) => return Err(error),
            }
        }
        denied
    }

    /// Posts the review, where one is planned, and answers the changes that are left. They are planned anew with
    /// what came of it: a review that GitHub does not take is told in the comment and not tried again.
    async fn suggest<'a>(
        &self,
        installation: &Installation<'_>,
        looked: &'a Looked,
    ) -> Result<Cow<'a, [Change]>, Error> {
        let (Some(report), Some(Change::PostReview(review))) = (&looked.report, looked.changes.first())
        else {
            return Ok(Cow::Borrowed(&looked.changes));
        };
        if self.dry_run {
            return Ok(Cow::Borrowed(&looked.changes));
        }
        let pull_request = &looked.snapshot.pull_request;
        let suggested = match installation.post_review(pull_request, &looked.snapshot.head_sha, review).await
        {
            Ok(id) => {
                info!(%pull_request, change = %looked.changes[0].name(), "changed");
                Suggested::Given { review: Some(id) }
            }
            Err(error @ Error::Later { .. }) => return Err(error),
            Err(error) => {
                warn!(%pull_request, %error, "GitHub did not take the suggestions");
                Suggested::Refused
            }
        };
        let asked = Asked { suggested: Some(suggested), ..looked.asked };
        Ok(Cow::Owned(plan::plan(report, &looked.snapshot, asked)))
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

/// Whether the living comment speaks of the present head and stands as it was written.
fn is_judged(snapshot: &Snapshot) -> bool {
    snapshot.living.as_ref().is_some_and(|living| {
        Marker::read(&living.body)
            .is_some_and(|marker| marker.head == snapshot.head_sha && marker.fits(&living.body))
    })
}

impl Runner for Pipeline {
    async fn run(&self, job: Job) -> Ended {
        let ended = match &job.subject {
            Subject::PullRequest(number) => self.run_pull_request(&job, *number).await,
            Subject::Head(sha) => self.find_pull_requests(&job, sha).await,
        };
        match ended {
            Ok(ended) => ended,
            Err(error) => after(&job, error),
        }
    }
}

impl Pipeline {
    async fn run_pull_request(&self, job: &Job, number: u64) -> Result<Ended, Error> {
        let pull_request = PullRequestRef {
            installation: job.installation,
            repository_id: job.repository_id,
            repository: job.repository.clone(),
            number,
        };
        let looked = self.look(&pull_request, job.trigger).await?;
        self.post(&looked).await?;
        let verdict = looked.report.as_ref().map(|report| report.verdict.word());
        info!(%pull_request, trigger = ?job.trigger, deliveries = ?job.deliveries, ?verdict, changes = looked.changes.len(), "looked");
        // A minute, growing to an hour.
        let pause = Duration::from_secs(60 << job.timer_round.min(6)).min(Duration::from_secs(3600));
        Ok(Ended::Done { look_again: looked.incomplete.then_some(pause) })
    }

    async fn find_pull_requests(&self, job: &Job, sha: &str) -> Result<Ended, Error> {
        let installation = self.github.installation(job.installation).await?;
        Ok(Ended::Became(installation.pull_requests_at(&job.repository, sha).await?))
    }
}

/// How a job goes on after an error.
fn after(job: &Job, error: Error) -> Ended {
    warn!(repository = %job.repository, subject = %job.subject, deliveries = ?job.deliveries, attempt = job.attempt, %error, "a look failed");
    let growing = Duration::from_secs(5 << job.attempt.min(8));
    match error {
        Error::Later { after, why } => Ended::Later { after: after.unwrap_or(growing), why },
        // A webhook may be ahead of what the API shows.
        Error::Gone { what } if job.attempt < 3 => Ended::Later { after: growing, why: what },
        Error::Gone { .. } => Ended::Done { look_again: None },
        // One odd answer may be a proxy's; the same again is not.
        Error::Denied { what: why } | Error::Bug { why } if job.attempt < 3 => {
            Ended::Later { after: growing, why }
        }
        Error::Denied { what: why } | Error::Bug { why } => Ended::Dead { why },
    }
}

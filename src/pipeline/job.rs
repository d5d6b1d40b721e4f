//! A job on the main path: one look, where the repository is now, and how the job goes on after an error.
//!
//! In: a [`Job`]. Out: how it [`Ended`]. Never: a wait. What has to wait does so in the inbox, and holds no worker.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use tracing::{error, info, warn};

use super::{Pipeline, Why};
use crate::{
    github::Error,
    queue::{Ended, Job, MAX_ATTEMPTS, Runner, Subject},
    triage::{
        plan,
        pull_request::{PullRequestRef, RepositoryName, is_served},
    },
};

/// What does not look as if it would pass is tried so often.
const FEW: u32 = 3;

/// So often, within a bit more than a minute, GitHub has to say that something is not there.
const SURE: u32 = 4;

/// No job waits longer for its next try, or looks again later.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// No installation pauses for less.
const LEAST: Duration = Duration::from_secs(1);

/// How long an installation is left alone that its owner has suspended, unless the timer hears more.
const SUSPENDED: Duration = Duration::from_secs(10 * 60);

impl Runner for Pipeline {
    async fn run(&self, job: Job) -> Ended {
        let mut job = job;
        // It may wait from a time when it was.
        if !is_served(&job.repository.owner, &self.allowed_owners) {
            return self.dropped(&job, &job.repository);
        }
        let claimed_as = job.installation;
        let mut ended = self.run_as(&job).await;
        // An installation that was taken off, or a repository that was taken out of it, or has moved to another one.
        if let Err(Error::Gone { .. } | Error::Denied { .. }) = ended {
            match self.github.installed_on(&job.repository).await {
                Ok(Some(installation)) if installation != job.installation => {
                    info!(repository = %job.repository, before = job.installation, installation, "another installation serves this repository now");
                    job.installation = installation;
                    ended = self.run_as(&job).await;
                }
                // That may be said for a moment like anything else.
                Ok(None) => {
                    ended = Err(Error::Gone { what: "the App is not installed here any more".to_owned() });
                }
                Ok(Some(_)) => {}
                Err(error) => ended = Err(error),
            }
        }
        let mut ended = ended.unwrap_or_else(|error| after(&job, error));
        // The inbox would note a pause for the installation that the job came with. The other one's lane is closed, and
        // its own jobs write it down.
        if let Ended::Paused { after, why } | Ended::Yields { after, why } = &ended
            && job.installation != claimed_as
        {
            ended = Ended::Later { after: *after, why: why.clone() };
        }
        if let Ended::Dead { why } = &ended {
            error!(repository = %job.repository, subject = %job.subject, why, "given up");
            self.tell(&job).await;
        }
        ended
    }
}

impl Pipeline {
    async fn run_as(&self, job: &Job) -> Result<Ended, Error> {
        match &job.subject {
            Subject::PullRequest(number) => self.run_pull_request(job, *number).await,
            Subject::Head(sha) => self.find_pull_requests(job, sha).await,
            Subject::Rules => {
                self.rules.forget(job.installation, job.repository_id).await;
                Ok(Ended::Done { look_again: None })
            }
        }
    }

    async fn run_pull_request(&self, job: &Job, number: u64) -> Result<Ended, Error> {
        let pull_request = pull_request(job, number);
        let why = Why { trigger: job.trigger, rerun: job.rerun.clone(), editors: job.editors.clone() };
        let looked = self.look(&pull_request, &why).await?;
        // It may have moved to another account.
        let repository = &looked.snapshot.pull_request.repository;
        if !is_served(&repository.owner, &self.allowed_owners) {
            return Ok(self.dropped(job, repository));
        }
        self.post(&looked).await?;
        let verdict = looked.report.as_ref().map(|report| report.verdict.word());
        info!(%pull_request, trigger = ?job.trigger, deliveries = ?job.deliveries, ?verdict, changes = looked.changes.len(), "looked");
        // A minute, growing to an hour.
        let pause = Duration::from_secs(60 << job.timer_round.min(6)).min(LONGEST);
        Ok(Ended::Done { look_again: looked.incomplete.then_some(pause) })
    }

    fn dropped(&self, job: &Job, repository: &RepositoryName) -> Ended {
        info!(%repository, subject = %job.subject, deliveries = ?job.deliveries, "this account is not served; the job is dropped");
        Ended::Done { look_again: None }
    }

    async fn find_pull_requests(&self, job: &Job, sha: &str) -> Result<Ended, Error> {
        let installation = self.github.installation(job.installation).await?;
        Ok(Ended::Became(installation.pull_requests_at(&job.repository, sha).await?))
    }

    /// Says in the comment that a job was given up, where that can be done.
    async fn tell(&self, job: &Job) {
        let Subject::PullRequest(number) = job.subject else { return };
        let pull_request = pull_request(job, number);
        let told = async {
            let identity = self.github.identity().await?;
            let installation = self.github.installation(job.installation).await?;
            let Some(living) = installation.living(&job.repository, number, identity).await? else {
                return Ok(());
            };
            match plan::gave_up(&living) {
                Some(change) if !self.dry_run => installation.post(&pull_request, "", &change).await,
                _ => Ok(()),
            }
        };
        if let Err(error) = told.await {
            warn!(%pull_request, %error, "the comment cannot say that the last look failed");
        }
    }
}

fn pull_request(job: &Job, number: u64) -> PullRequestRef {
    PullRequestRef {
        installation: job.installation,
        repository_id: job.repository_id,
        repository: job.repository.clone(),
        number,
    }
}

/// How a job goes on after an error. Where GitHub does not answer, the distance grows to an hour and the tries go on
/// for more than a day; what it answers clearly is tried a few times, and given up where the same comes again.
fn after(job: &Job, error: Error) -> Ended {
    warn!(repository = %job.repository, subject = %job.subject, deliveries = ?job.deliveries, attempt = job.attempt, %error, "a look failed");
    let text = error.to_string();
    let growing = spread(job, Duration::from_secs(5 << job.attempt.min(10)).min(LONGEST));
    let is_few = job.attempt < FEW;
    match error {
        Error::Paused { after, why } => Ended::Paused { after: after.max(LEAST), why },
        Error::Suspended { why } => Ended::Paused { after: SUSPENDED, why },
        Error::Yields { after, why } => Ended::Yields { after: after.max(LEAST), why },
        Error::Later { .. } if job.attempt >= MAX_ATTEMPTS => Ended::Dead { why: text },
        Error::Later { after, why: _ } => {
            Ended::Later { after: after.map_or(growing, |after| after.max(growing)), why: text }
        }
        // A webhook may be ahead of what the API shows, and one odd answer at the end of an outage is not believed.
        Error::Gone { .. }
            if job.attempt < SURE || (job.attempt < MAX_ATTEMPTS && job.why.as_ref() != Some(&text)) =>
        {
            Ended::Later { after: growing, why: text }
        }
        Error::Gone { .. } => {
            info!(repository = %job.repository, subject = %job.subject, "not there any more; the job ends");
            Ended::Done { look_again: None }
        }
        // Whoever unlocks it is heard.
        Error::Locked { .. } => Ended::Done { look_again: None },
        // One odd answer may be a proxy's, also at the end of a long outage; the same again is not.
        Error::Denied { .. } | Error::Bug { .. } if is_few || job.why.as_ref() != Some(&text) => {
            Ended::Later { after: growing, why: text }
        }
        Error::Denied { .. } | Error::Bug { .. } => Ended::Dead { why: text },
    }
}

/// Up to a quarter more, which differs from job to job and from try to try: what failed together does not come again
/// together.
fn spread(job: &Job, wait: Duration) -> Duration {
    let mut hasher = DefaultHasher::new();
    (job.repository_id, &job.subject, job.attempt).hash(&mut hasher);
    let part = u32::try_from(hasher.finish() % 1000).unwrap_or_default();
    wait + wait * part / 4000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Trigger;

    fn job(number: u64, attempt: u32, why: Option<&str>) -> Job {
        Job {
            installation: 1,
            repository_id: 2,
            repository: RepositoryName::new("o", "r"),
            subject: Subject::PullRequest(number),
            trigger: Trigger::Event,
            rerun: None,
            attempt,
            why: why.map(str::to_owned),
            timer_round: 0,
            editors: Vec::new(),
            deliveries: Vec::new(),
        }
    }

    fn outage() -> Error {
        Error::Later { after: None, why: "502: Bad gateway".to_owned() }
    }

    #[test]
    fn an_outage_of_a_day_kills_nothing() {
        let (mut waited, mut waits) = (Duration::ZERO, Vec::new());
        for attempt in 1.. {
            match after(&job(1, attempt, None), outage()) {
                Ended::Later { after, .. } => {
                    waited += after;
                    waits.push(after);
                }
                Ended::Dead { .. } => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(waited > Duration::from_secs(24 * 60 * 60), "{waited:?}");
        assert!(waits[0] < Duration::from_secs(13) && waits[2] < Duration::from_secs(50), "{waits:?}");
        assert!(waits.iter().all(|wait| *wait <= LONGEST + LONGEST / 4), "{waits:?}");
        assert!(waits.len() < 45, "{} tries", waits.len());
    }

    #[test]
    fn a_mistake_of_ours_dies_soon_but_not_at_the_end_of_an_outage() {
        let bug = || Error::Bug { why: "422: Validation Failed".to_owned() };
        let text = bug().to_string();
        assert!(matches!(after(&job(1, 1, None), bug()), Ended::Later { .. }));
        assert!(matches!(after(&job(1, 2, Some(&text)), bug()), Ended::Later { .. }));
        assert_eq!(after(&job(1, 3, Some(&text)), bug()), Ended::Dead { why: text.clone() });
        let outage = outage().to_string();
        assert!(matches!(after(&job(1, 20, Some(&outage)), bug()), Ended::Later { .. }));
        assert!(matches!(after(&job(1, 21, Some(&text)), bug()), Ended::Dead { .. }));
    }

    #[test]
    fn what_is_not_there_is_asked_for_over_a_minute() {
        let gone = || Error::Gone { what: "404: Not Found".to_owned() };
        let text = gone().to_string();
        let mut waited = Duration::ZERO;
        for attempt in 1..=3 {
            let Ended::Later { after, .. } = after(&job(1, attempt, Some(&text)), gone()) else { panic!() };
            waited += after;
        }
        assert!(waited >= Duration::from_secs(70) && waited < Duration::from_secs(90), "{waited:?}");
        assert_eq!(after(&job(1, 4, Some(&text)), gone()), Ended::Done { look_again: None });
        let outage = outage().to_string();
        assert!(matches!(after(&job(1, 20, Some(&outage)), gone()), Ended::Later { .. }));
    }

    #[test]
    fn what_failed_together_does_not_come_again_together() {
        let wait = |number| match after(&job(number, 5, None), outage()) {
            Ended::Later { after, .. } => after,
            other => panic!("{other:?}"),
        };
        let waits: std::collections::BTreeSet<Duration> = (1..=50).map(wait).collect();
        assert!(waits.len() > 40, "{waits:?}");
    }
}

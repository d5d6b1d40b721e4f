//! The statements of a job's life: when it is due, how it is claimed, and what is written down when it ended.
//!
//! In: a transaction. Out: jobs. Never: whether this process may (`store` has asked).

use sqlx::AssertSqlSafe;

use super::labels;
use super::link::{Cells, Link, Value};
use super::pause::{self, Held};
use super::{Ended, Job, MAX_ATTEMPTS, MAX_LISTED, OURS_EDITED, Subject, Trigger, millis};
use crate::triage::pull_request::RepositoryName;

/// Whether there are any of a key is asked at the end of every job. Made when missing.
pub(super) const DEAD: &str =
    "CREATE INDEX IF NOT EXISTS dead_by_key ON delivery (repository_id, subject) WHERE state = 'dead'";

/// A job that is running, and the newest of its rows.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) seq: i64,
    pub(super) job: Job,
}

/// How a claimed job left the worker.
#[derive(Clone, Debug)]
pub(super) enum Left {
    Ended(Ended),
    /// Stopped half-way without its fault: not an attempt.
    PutBack,
}

/// A row, called `d`, is about what nobody works on, and would run as none of these installations.
fn free(full: &[u64]) -> String {
    if full.is_empty() {
        return NOBODY.to_owned();
    }
    let full: Vec<i64> = full.iter().map(|id| id.cast_signed()).collect();
    format!("{NOBODY} AND {}", pause::runs_as_none_of(&full))
}

const NOBODY: &str = "NOT EXISTS (SELECT 1 FROM delivery AS r WHERE r.state = 'running' \
     AND r.repository_id = d.repository_id AND r.subject = d.subject)";

/// The key that is due first, that nobody works on, and whose installation is none of these. Answers yield to looks, and
/// what a timer asks for to everything else.
pub(super) async fn due(
    link: &mut Link<'_>,
    held: &Held,
    full: &[u64],
    now: i64,
) -> Result<Option<(i64, String)>, sqlx::Error> {
    let (waits, free) = (held.lets_go(), free(full));
    let (timer, answer) = (Trigger::Timer as i64, Trigger::STRONGEST_ANSWER as i64);
    let kinds = [format!("> {answer}"), format!("<> {timer}"), format!("= {timer}")];
    for kind in kinds {
        let sql = format!(
            "SELECT d.repository_id, d.subject FROM delivery AS d WHERE {waits} \
             AND d.run_at <= $1 AND d.trigger_kind {kind} AND {free} ORDER BY d.run_at, d.seq LIMIT 1"
        );
        if let Some(cells) = link.rows(AssertSqlSafe(sql), &[now.into()]).await?.first() {
            return Ok(Some((cells.sure(0)?, cells.text(1)?)));
        }
    }
    Ok(None)
}

/// When the next row is due that could be claimed then, if nothing ends meanwhile.
pub(super) async fn next(link: &mut Link<'_>, held: &Held, full: &[u64]) -> Result<Option<i64>, sqlx::Error> {
    let (waits, free) = (held.lets_go(), free(full));
    // The first by the index; most rows need no look.
    let sql = format!(
        "SELECT d.run_at FROM delivery AS d WHERE {waits} AND {free} ORDER BY d.run_at, d.seq LIMIT 1"
    );
    let due = link.number(AssertSqlSafe(sql), &[]).await?;
    Ok(due.into_iter().chain(held.ends).min())
}

/// Merges all waiting rows of a key, those in backoff too, into one job: the newest row stands for all. `None` where only
/// labels ask for it, too often; then these wait.
pub(super) async fn claim(
    link: &mut Link<'_>,
    repository_id: i64,
    subject: &str,
    now: i64,
) -> Result<Option<Claimed>, sqlx::Error> {
    let sql = "SELECT seq, delivery_id, trigger_kind, installation, owner, name, attempts, timer_round, \
         COALESCE(last_error, ''), action, actor_id, run_at \
         FROM delivery WHERE repository_id = $1 AND subject = $2 AND state IN ('ready', 'running') \
         ORDER BY seq DESC";
    let rows = link.rows(sql, &[repository_id.into(), subject.into()]).await?;
    let Some(newest) = rows.first() else { return Ok(None) };
    let seq = newest.sure(0)?;
    let why = Some(newest.text(8)?).filter(|why| !why.is_empty());
    // A try that failed is repeated when it said.
    if why.is_none()
        && labels_alone(&rows, now)?
        && let Some(until) = labels::wait(link, repository_id, subject, now).await?
    {
        let sql = format!(
            "UPDATE delivery SET run_at = $1 \
             WHERE repository_id = $2 AND subject = $3 AND state = 'ready' AND action IN ({LABELS})"
        );
        link.execute(AssertSqlSafe(sql), &[until.into(), repository_id.into(), subject.into()]).await?;
        return Ok(None);
    }
    let sql = "UPDATE delivery SET state = 'running' WHERE seq = $1 AND state = 'ready'";
    link.execute(sql, &[seq.into()]).await?;
    let (mut trigger, mut rerun, mut editors) = (Trigger::Comment, None, Vec::new());
    for row in &rows {
        let kind = trigger_of(row.sure(2)?);
        trigger = trigger.max(kind);
        if row.text(9)? == OURS_EDITED {
            editors.push(row.number(10)?.map(i64::cast_unsigned));
        }
        if kind == Trigger::Rerun && rerun.is_none() {
            rerun = Some(row.text(1)?);
        }
    }
    let small = |column| newest.sure(column).map(|value| u32::try_from(value).unwrap_or(u32::MAX));
    let job = Job {
        installation: newest.sure(3)?.cast_unsigned(),
        repository_id: repository_id.cast_unsigned(),
        repository: RepositoryName::new(newest.text(4)?, newest.text(5)?),
        subject: Subject::from(subject),
        trigger,
        rerun,
        attempt: small(6)?.saturating_add(1),
        why,
        timer_round: if trigger == Trigger::Timer { small(7)? } else { 0 },
        editors,
        deliveries: rows.iter().take(MAX_LISTED).map(|row| row.text(1)).collect::<Result<_, _>>()?,
    };
    Ok(Some(Claimed { seq, job }))
}

/// What somebody did to labels.
const LABELS: &str = "'labeled', 'unlabeled'";

/// Whether nothing but what was done to labels asks for a look now.
fn labels_alone(rows: &[Cells], now: i64) -> Result<bool, sqlx::Error> {
    for row in rows {
        if row.sure(11)? <= now && !LABELS.contains(&format!("'{}'", row.text(9)?)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes down how a job ended, for its row and the older ones that merged into it.
pub(super) async fn leave(
    link: &mut Link<'_>,
    Claimed { seq, job }: &Claimed,
    left: &Left,
    now: i64,
) -> Result<(), sqlx::Error> {
    let seq = Value::from(*seq);
    let ended = match left {
        Left::Ended(ended) => ended,
        Left::PutBack => {
            let sql = "UPDATE delivery SET state = 'ready' WHERE seq = $1 AND state = 'running'";
            return link.execute(sql, &[seq]).await.map(drop);
        }
    };
    let subject = job.subject.to_string();
    let key = [Value::from(job.repository_id.cast_signed()), Value::from(&subject)];
    let (state, run_at, error) = match ended {
        Ended::Done { .. } | Ended::Became(_) => ("done", now, None),
        Ended::Later { after, why } if job.attempt < MAX_ATTEMPTS => {
            ("ready", now.saturating_add(millis(*after)), Some(why))
        }
        Ended::Later { why, .. } | Ended::Dead { why } => ("dead", now, Some(why)),
        Ended::Paused { why, .. } | Ended::Yields { why, .. } => ("ready", now, Some(why)),
    };
    // What follows needs the running row, and must be gone when it is: this order.
    match ended {
        Ended::Became(numbers) => {
            let sql = "INSERT INTO delivery (delivery_id, event, action, trigger_kind, installation, \
                 repository_id, owner, name, subject, actor_id, received_at, run_at) \
                 SELECT 'became:' || delivery_id || ':' || $1, event, action, $2, installation, repository_id, \
                 owner, name, $1, actor_id, received_at, $3 FROM delivery WHERE seq = $4 \
                 ON CONFLICT (delivery_id) DO NOTHING";
            for number in numbers {
                let number = number.to_string();
                let values = [(&number).into(), (job.trigger as i64).into(), now.into(), seq];
                link.execute(sql, &values).await?;
            }
        }
        Ended::Done { look_again: Some(after) } => {
            let sql = "INSERT INTO delivery (delivery_id, event, action, trigger_kind, installation, \
                 repository_id, owner, name, subject, received_at, run_at, timer_round) \
                 SELECT 'timer:' || repository_id || ':' || subject || ':' || seq, 'timer', 'due', $2, \
                 installation, repository_id, owner, name, subject, $1, $3, $4 FROM delivery WHERE seq = $5 \
                 ON CONFLICT (delivery_id) DO NOTHING";
            let due = now.saturating_add(millis(*after));
            let round = i64::from(job.timer_round) + 1;
            let values = [now.into(), (Trigger::Timer as i64).into(), due.into(), round.into(), seq];
            link.execute(sql, &values).await?;
        }
        Ended::Paused { after, .. } => {
            pause::write(link, pause::PREFIX, job.installation, *after, now).await?;
        }
        Ended::Yields { after, .. } => {
            pause::write(link, pause::ANSWERS, job.installation, *after, now).await?;
        }
        _ => {}
    }
    if state == "done" {
        // Timers are made here and need not be known again. All that waited are among the older rows, so that
        // a key never has two.
        let sql = "DELETE FROM delivery WHERE repository_id = $1 AND subject = $2 AND seq <= $3 \
             AND state IN ('ready', 'running') AND trigger_kind = $4";
        link.execute(sql, &[key[0], key[1], seq, (Trigger::Timer as i64).into()]).await?;
    }
    // A timer's row has waited for nobody until it was due, or, before that, until it was tried with others.
    let sql = "UPDATE delivery SET state = $4, run_at = $5, attempts = $6, last_error = $7, \
         received_at = CASE WHEN last_error IS NOT NULL OR run_at <= received_at THEN received_at \
         WHEN run_at <= $8 THEN run_at ELSE $8 END WHERE repository_id = $1 AND subject = $2 AND seq <= $3 AND state IN ('ready', 'running')";
    let is_attempt = !matches!(ended, Ended::Paused { .. } | Ended::Yields { .. });
    let attempt = i64::from(job.attempt) - i64::from(!is_attempt);
    let error = Value::Text(error.map(String::as_str));
    let values = [key[0], key[1], seq, state.into(), run_at.into(), attempt.into(), error, now.into()];
    link.execute(sql, &values).await?;
    if state == "done" {
        // It has seen all that an earlier one, which was given up, was to see.
        let sql = "UPDATE delivery SET state = 'done', run_at = $1 \
             WHERE repository_id = $2 AND subject = $3 AND seq < $4 AND state = 'dead'";
        link.execute(sql, &[now.into(), key[0], key[1], seq]).await?;
    }
    Ok(())
}

fn trigger_of(strength: i64) -> Trigger {
    [Trigger::Comment, Trigger::Timer, Trigger::Review, Trigger::Event, Trigger::Rerun]
        .into_iter()
        .find(|trigger| *trigger as i64 == strength)
        .unwrap_or(Trigger::Event)
}

//! Looks that labels alone ask for. Where another program takes away what we set, whenever we set it, each look brings
//! about the next one.
//!
//! In: what is to be looked at. Out: now, or when. Never: a wait for what people push, say or press.

use std::time::Duration;

use super::link::Link;
use super::{millis, notes};

/// Notes under names with this beginning are times at which all looks for labels that there were are made up for.
pub(super) const PREFIX: &str = "labels:";

/// So many come at once: people try labels out.
const AT_ONCE: i64 = 5;

/// The others come so far apart.
const APART: Duration = Duration::from_secs(10 * 60);

fn name(repository_id: i64, subject: &str) -> String {
    format!("{PREFIX}{repository_id}:{subject}")
}

/// The next one may be at once.
pub(super) async fn forget(
    link: &mut Link<'_>,
    repository_id: i64,
    subject: &str,
) -> Result<(), sqlx::Error> {
    let name = name(repository_id, subject);
    link.execute("DELETE FROM note WHERE name = $1", &[(&name).into()]).await.map(drop)
}

/// Grants one, or says when it may be; in a transaction during which nobody else writes.
pub(super) async fn wait(
    link: &mut Link<'_>,
    repository_id: i64,
    subject: &str,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let name = name(repository_id, subject);
    let made_up = notes::read(link, &name).await?.unwrap_or(now).max(now);
    let may = made_up.saturating_sub((AT_ONCE - 1) * millis(APART));
    if may > now {
        return Ok(Some(may));
    }
    notes::write(link, &name, made_up.saturating_add(millis(APART)), i64::MAX).await?;
    Ok(None)
}

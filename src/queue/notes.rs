//! What is remembered beside the deliveries: a few numbers, each under a name.
//!
//! In: a name and a number, mostly a time in epoch milliseconds. Out: the number. Never: anything that must not be
//! lost: without its notes this program asks GitHub more than it has to, and nothing else.

use std::time::Duration;

use super::link::Link;
use super::{KEPT, labels, millis, pause};

/// Made when missing. A program that does not know of it works with the rest as ever.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS note (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)";

/// Notes under names with this beginning are times and are forgotten when they are as old as done deliveries.
pub const ASKED: &str = "asked:";

/// No row waits for longer: whatever puts a job off does so for an hour and a quarter at most.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 60 * 60);

/// Clocks of processes that work together may differ by so many milliseconds, and a little more.
pub(super) const SKEW: i64 = 5000;

pub(super) async fn read(link: &mut Link<'_>, name: &str) -> Result<Option<i64>, sqlx::Error> {
    link.number("SELECT value FROM note WHERE name = $1", &[name.into()]).await
}

/// Writes it down unless a number from `below` on is noted already; answers whether it did. One statement, so that
/// of several processes one does.
pub(super) async fn write(
    link: &mut Link<'_>,
    name: &str,
    value: i64,
    below: i64,
) -> Result<bool, sqlx::Error> {
    let sql = "INSERT INTO note (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE note.value < $3";
    Ok(link.execute(sql, &[name.into(), value.into(), below.into()]).await? == 1)
}

/// Brings back to now what a clock that was ahead has left in the future: rows would rest and pauses last until that
/// day.
pub(super) async fn bring_back(link: &mut Link<'_>, now: i64) -> Result<(), sqlx::Error> {
    let sql = "UPDATE delivery SET run_at = $1 WHERE state = 'ready' AND run_at > $2";
    link.execute(sql, &[now.into(), now.saturating_add(millis(LONGEST_WAIT)).into()]).await?;
    let sql = "UPDATE delivery SET received_at = $1 WHERE state = 'ready' AND received_at > $2";
    link.execute(sql, &[now.into(), now.saturating_add(SKEW).into()]).await?;
    let latest = now.saturating_add(millis(pause::LONGEST));
    let sql = "UPDATE note SET value = $1 WHERE name LIKE $2 AND value > $3";
    for names in [pause::PREFIX, pause::ANSWERS, labels::PREFIX].map(|beginning| format!("{beginning}%")) {
        let values = [latest.into(), (&names).into(), latest.saturating_add(SKEW).into()];
        link.execute(sql, &values).await?;
    }
    Ok(())
}

pub(super) async fn forget(link: &mut Link<'_>, now: i64) -> Result<(), sqlx::Error> {
    let sql = "DELETE FROM note WHERE name LIKE $1 AND value < $2";
    let asked = now.saturating_sub(millis(KEPT));
    for (beginning, kept) in
        [(ASKED, asked), (pause::PREFIX, now), (pause::ANSWERS, now), (labels::PREFIX, now)]
    {
        link.execute(sql, &[(&format!("{beginning}%")).into(), kept.into()]).await?;
    }
    Ok(())
}

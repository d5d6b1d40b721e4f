//! The fault table: what may go wrong at GitHub goes wrong once at each place, on either database, and in the end
//! everything is as if it had not.

mod full;
mod lasting;
mod meanwhile;
mod requests;

use std::{future::Future, time::Duration};

use dpg_triage::queue::{Database, Inbox, Server, upkeep::Held};
use futures::StreamExt;

use crate::{
    house::{BOT, House},
    postgres,
};

/// A database of its own for rows that come one after the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum On {
    Sqlite,
    Postgres,
}

/// An inbox, and what has to live as long as it does.
struct Kept {
    inbox: Inbox,
    _folder: tempfile::TempDir,
}

impl On {
    /// None where PostgreSQL is not installed, which has been said.
    async fn inbox(self) -> Option<Kept> {
        let folder = tempfile::tempdir().unwrap();
        let database = match self {
            Self::Sqlite => Database::File(folder.path().join("bot.db")),
            Self::Postgres => {
                Database::Server(Server::read(&postgres::database("the fault table")?).unwrap())
            }
        };
        Some(Kept { inbox: Inbox::open(&database).await.unwrap(), _folder: folder })
    }
}

/// That nobody serves a repository is asked for a few times over a minute, then the job ends.
fn ends_by_itself(job: &Held) -> bool {
    job.why.as_deref().is_some_and(|why| why.contains("not installed here any more"))
}

/// Waits out pauses and goes on with what was put off, until nothing is left to do.
async fn comes_to_rest(house: &House, row: &str) {
    for _ in 0..30 {
        house.settle().await;
        let held = house.inbox.held().await.unwrap();
        if held.iter().all(ends_by_itself) {
            return;
        }
        let installations =
            house.github.deliveries().into_iter().filter_map(|delivery| delivery.installation);
        let mut pause = None;
        for installation in installations.collect::<std::collections::BTreeSet<_>>() {
            pause = pause.max(house.inbox.paused(installation).await.unwrap());
        }
        match pause {
            Some(pause) => {
                assert!(pause < Duration::from_secs(10), "{row}: paused for {pause:?}");
                tokio::time::sleep(pause + Duration::from_millis(20)).await;
            }
            None => drop(house.asks_again().await),
        }
    }
    panic!("{row}: does not come to rest: {:?}\n{}", house.inbox.held().await, house.github.requests());
}

/// What holds at the end of every row: nothing waits, nothing is given up, and no comment was made twice.
async fn all_is_done(house: &House, number: u64, row: &str) {
    let mut left = house.inbox.held().await.unwrap();
    left.retain(|job| !ends_by_itself(job));
    assert!(left.is_empty(), "{row}: {left:?}");
    let ours = house.shown(number).comments_by(BOT).len();
    assert_eq!(ours, 1, "{row}: one comment\n{}", house.github.requests());
    house.github.assert_no_unexpected();
}

/// So many columns at once: each has a world, an App and a database, and a webhook must be stored in time.
const AT_ONCE: usize = 6;

/// Columns of rows, side by side; how many rows there were.
async fn side_by_side<R>(columns: Vec<R>) -> usize
where
    R: Future<Output = usize> + Send + 'static,
{
    let running = futures::stream::iter(columns.into_iter().map(tokio::spawn)).buffer_unordered(AT_ONCE);
    running.fold(0, async |rows, column| rows + column.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fault_table() {
    let (mut sqlite, mut postgres) = tokio::join!(requests::rows(On::Sqlite), requests::rows(On::Postgres));
    let rows_on = async |on| meanwhile::rows_on(on).await + lasting_on(on).await;
    let (more, as_many) = tokio::join!(rows_on(On::Sqlite), rows_on(On::Postgres));
    (sqlite, postgres) = (sqlite + more, postgres + as_many);
    let other = if postgres > 0 { "ok" } else { "skipped" };
    println!("fault table: {} rows, SQLite ok, PostgreSQL {other}", sqlite + postgres);
    assert!(postgres == 0 || postgres == sqlite);
}

/// What does not pass by itself.
async fn lasting_on(on: On) -> usize {
    let (refused, full) = tokio::join!(lasting::rows_on(on), full::rows_on(on));
    refused + full
}

/// What does not pass by itself, alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_lasts() {
    let (sqlite, postgres) = tokio::join!(lasting_on(On::Sqlite), lasting_on(On::Postgres));
    assert!(sqlite == 3 && (postgres == 0 || postgres == sqlite), "{sqlite} {postgres}");
}

/// What happens meanwhile, alone: it takes seconds.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_meanwhile() {
    assert_eq!(meanwhile::rows_on(On::Sqlite).await, 42);
}

//! A database that cannot grow: deliveries are turned away, so that GitHub knows that they failed, and come again once
//! there is room.
//!
//! On SQLite the files of the process may not grow (`prlimit`), on PostgreSQL the server says what it says of a full
//! disk (53100).

use std::{path::Path, process::Command, time::Duration};

use dpg_triage::fake_github::{FakeGitHub, FileChange, PullRequestSetup};
use sqlx::{Connection, PgConnection};

use super::On;
use crate::{
    house::{BOT, House, PATH, REGISTRY, nominee},
    postgres,
    process::{Serve, program},
};

/// Every table refuses new rows.
const FULL: &str = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$; \
     CREATE TRIGGER full_disk BEFORE INSERT ON delivery EXECUTE FUNCTION full_disk(); \
     CREATE TRIGGER full_disk BEFORE INSERT ON note EXECUTE FUNCTION full_disk();";

const ROOM: &str = "DROP FUNCTION full_disk CASCADE;";

/// The disk of a database.
enum Disk<'a> {
    /// Of the process that works on the file.
    Files(&'a Serve, &'a Path),
    Server(&'a str),
}

impl Disk<'_> {
    async fn is_full(&self, full: bool) {
        match self {
            Self::Files(serve, folder) => {
                let log = folder.join("bot.db-wal").metadata().unwrap().len();
                let most = if full { log.to_string() } else { "unlimited".to_owned() };
                let mut limit = Command::new("prlimit");
                limit.arg(format!("--pid={}", serve.id())).arg(format!("--fsize={most}:"));
                assert!(limit.status().unwrap().success());
            }
            Self::Server(address) => {
                let mut operator = PgConnection::connect(address).await.unwrap();
                sqlx::raw_sql(if full { FULL } else { ROOM }).execute(&mut operator).await.unwrap();
            }
        }
    }
}

/// Of a limit that is met, a process hears by a signal which would end it; of a full disk, by an error alone.
fn without_the_signal() -> Command {
    let program = program();
    let mut command = Command::new("/bin/sh");
    command.env_clear().args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program.get_program());
    command
}

async fn readiness(webhooks: &str) -> (u16, String) {
    let answer = reqwest::get(webhooks.replace("/api/github/webhooks", "/readyz")).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The row on this database; how many there were.
pub async fn rows_on(on: On) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let address = match on {
        On::Sqlite => format!("sqlite://{}", folder.path().join("bot.db").display()),
        On::Postgres => match postgres::database("a full disk") {
            Some(address) => address,
            None => return 0,
        },
    };
    let (house, settings) = (House::build().await, [("DATABASE_URL", address.as_str())]);
    let begin = || Serve::start_as(without_the_signal(), &house.github, folder.path(), &settings);
    let (mut serve, webhooks) = begin();
    house.github.deliver_to(&webhooks);
    let known = async {
        while !readiness(&webhooks).await.1.contains("\"ready\"") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), known).await.expect("it begins");
    let disk = match on {
        On::Sqlite => Disk::Files(&serve, folder.path()),
        On::Postgres => Disk::Server(&address),
    };
    disk.is_full(true).await;
    let change = FileChange::write(PATH, nominee(|_| {}));
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![change]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.github.settled().await;
    let opened = house.github.deliveries().pop().unwrap();
    assert_eq!(opened.status, Some(503), "{on:?}: {}", serve.log());
    let (status, said) = readiness(&webhooks).await;
    assert!(status == 503 && said.contains("takes nothing new"), "{on:?}: {status} {said}");
    disk.is_full(false).await;
    let (status, said) = readiness(&webhooks).await;
    assert_eq!(status, 200, "{on:?}: {said}");
    // The next look for what was missed is the one at the start.
    assert_eq!(serve.terminate().0, Some(0), "{on:?}: {}", serve.log());
    let (mut serve, webhooks) = begin();
    house.github.deliver_to(&webhooks);
    let judged = |github: &FakeGitHub| !github.pull_request(REGISTRY, number).unwrap().check_runs.is_empty();
    house.github.wait_until(judged, Duration::from_secs(60)).await.unwrap();
    house.github.settled().await;
    let again: Vec<_> = house.github.deliveries().into_iter().filter(|one| one.redelivery).collect();
    assert!(again.len() == 1 && again[0].guid == opened.guid && again[0].succeeded(), "{on:?}: {again:?}");
    assert_eq!(house.shown(number).comments_by(BOT).len(), 1, "{on:?}");
    assert_eq!(serve.terminate().0, Some(0));
    let log = serve.log();
    assert!(log.contains("deliveries not stored") && !log.contains("panicked"), "{on:?}: {log}");
    1
}

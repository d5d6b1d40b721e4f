//! Two processes on one server, and the end of one of them by `kill -9`.

use std::collections::HashSet;
use std::process::{Command, Stdio};

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::*;

const DELIVERIES: u64 = 2000;
const KEYS: u64 = 200;
/// Names the database to the second process.
const ADDRESS: &str = "DPG_TRIAGE_TEST_INBOX";

/// What the processes write down beside the inbox: each look, and each delivery whose sender was told that it is
/// stored.
const TABLES: &str = "
    CREATE TABLE look (id BIGINT GENERATED ALWAYS AS IDENTITY, process BIGINT, subject TEXT, deliveries TEXT,
        began TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(), ended TIMESTAMPTZ);
    CREATE TABLE told (delivery TEXT, process BIGINT);";

async fn pool(address: &str) -> PgPool {
    PgPoolOptions::new().max_connections(5).connect(address).await.unwrap()
}

async fn look(pool: PgPool, job: Job) -> Ended {
    let sql = "INSERT INTO look (process, subject, deliveries) VALUES ($1, $2, $3) RETURNING id";
    let begin = sqlx::query_scalar(sql).bind(i64::from(std::process::id())).bind(job.subject.to_string());
    let id: i64 = begin.bind(job.deliveries.join(" ")).fetch_one(&pool).await.unwrap();
    tokio::time::sleep(Duration::from_millis(40)).await;
    let end = sqlx::query("UPDATE look SET ended = clock_timestamp() WHERE id = $1").bind(id);
    end.execute(&pool).await.unwrap();
    DONE
}

/// Delivers these, some at a time, over about two seconds.
async fn deliver(inbox: &Inbox, pool: &PgPool, numbers: impl Iterator<Item = u64>) {
    let mut told = Vec::new();
    for number in numbers {
        let (inbox, pool) = (inbox.clone(), pool.clone());
        told.push(tokio::spawn(async move {
            let delivery = format!("d{number}");
            inbox.store(row(&delivery, 1 + number % KEYS)).await.unwrap();
            let sql = "INSERT INTO told (delivery, process) VALUES ($1, $2)";
            let tell = sqlx::query(sql).bind(delivery).bind(i64::from(std::process::id()));
            tell.execute(&pool).await.unwrap();
        }));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for told in told {
        told.await.unwrap();
    }
}

fn work(inbox: &Inbox, pool: &PgPool, stop: &CancellationToken) -> JoinHandle<()> {
    let (inbox, pool, stop) = (inbox.clone(), pool.clone(), stop.clone());
    let runner = move |job: Job| look(pool.clone(), job);
    tokio::spawn(async move { inbox.work(runner, WORKERS, stop).await.unwrap() })
}

#[tokio::test]
#[ignore = "only as the second process of the test below"]
#[expect(clippy::disallowed_methods, reason = "between two processes of a test")]
async fn second_process() {
    let address = std::env::var(ADDRESS).unwrap();
    let (inbox, pool) = (Place::Server(address.clone()).inbox().await, pool(&address).await);
    let _working = work(&inbox, &pool, &CancellationToken::new());
    deliver(&inbox, &pool, (0..DELIVERIES).filter(|number| number % 2 == 1)).await;
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_lose_nothing_and_do_nothing_twice_at_once() {
    let Some(place) = Place::server("two_processes_lose_nothing_and_do_nothing_twice_at_once") else {
        return;
    };
    let Place::Server(address) = &place else { return };
    let pool = pool(address).await;
    sqlx::raw_sql(TABLES).execute(&pool).await.unwrap();
    let mut second = Command::new(std::env::current_exe().unwrap());
    second.args(["--ignored", "--exact", "queue::tests::replicas::second_process"]).env(ADDRESS, address);
    let mut second = second.stdout(Stdio::null()).spawn().unwrap();
    let other = i64::from(second.id());

    let (inbox, stop) = (place.inbox().await, CancellationToken::new());
    let working = work(&inbox, &pool, &stop);
    let first_half = deliver(&inbox, &pool, (0..DELIVERIES).filter(|number| number % 2 == 0));
    let kill = async {
        let count = async || -> i64 {
            let sql = "SELECT COUNT(*) FROM told WHERE process = $1";
            sqlx::query_scalar(sql).bind(other).fetch_one(&pool).await.unwrap()
        };
        while count().await < 400 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        second.kill().unwrap();
        second.wait().unwrap();
        // As GitHub does when asked to deliver again what failed.
        let told: Vec<String> =
            sqlx::query_scalar("SELECT delivery FROM told").fetch_all(&pool).await.unwrap();
        let told: HashSet<String> = told.into_iter().collect();
        let odd = (0..DELIVERIES).filter(|number| number % 2 == 1);
        deliver(&inbox, &pool, odd.filter(|number| !told.contains(&format!("d{number}")))).await;
    };
    tokio::join!(first_half, kill);
    inbox.idle().await;
    stop.cancel();
    working.await.unwrap();

    assert_eq!(counts(&inbox).await, [0, 0, DELIVERIES, 0]);
    let ended: Vec<String> = sqlx::query_scalar("SELECT deliveries FROM look WHERE ended IS NOT NULL")
        .fetch_all(&pool)
        .await
        .unwrap();
    let seen: HashSet<&str> = ended.iter().flat_map(|deliveries| deliveries.split(' ')).collect();
    let lost: Vec<u64> =
        (0..DELIVERIES).filter(|number| !seen.contains(format!("d{number}").as_str())).collect();
    assert!(lost.is_empty(), "no look knew of {lost:?}");

    // A look that the kill cut short ended, at the latest, with the last that its process wrote.
    let overlaps = "SELECT COUNT(*) FROM look AS a JOIN look AS b ON a.subject = b.subject AND a.id < b.id \
         WHERE b.began < COALESCE(a.ended, (SELECT MAX(began) FROM look WHERE process = a.process))";
    let overlaps: i64 = sqlx::query_scalar(overlaps).fetch_one(&pool).await.unwrap();
    assert_eq!(overlaps, 0);

    let by = async |sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).bind(other).fetch_one(&pool).await.unwrap()
    };
    let theirs = by("SELECT COUNT(*) FROM look WHERE process = $1 AND ended IS NOT NULL").await;
    let cut = by("SELECT COUNT(*) FROM look WHERE process = $1 AND ended IS NULL").await;
    let taken = "SELECT CAST(MAX(extract(epoch FROM (SELECT MIN(began) FROM look WHERE subject = a.subject \
         AND id > a.id) - a.began) * 1000) AS BIGINT) FROM look AS a WHERE process = $1 AND ended IS NULL";
    let taken = Duration::from_millis(by(taken).await.unsigned_abs());
    println!(
        "{} looks, {theirs} by the process that was killed, {cut} cut short, taken over in {taken:?}",
        ended.len()
    );
    assert!(theirs > 0 && cut > 0);
    assert!(taken < Duration::from_secs(30));
}

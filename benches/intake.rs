//! What a delivery costs, and whether one that was answered with 2xx can be lost.
//!
//! `cargo bench --bench intake` prints processor time (user + system) a request of the server process, for the
//! production router with its inbox on disk and for a bare axum handler that only verifies the HMAC, in turns.
//! `cargo bench --bench intake -- kill` kills the server 20 times with SIGKILL under load and looks for each
//! answered delivery in the database.
//! `cargo bench --bench intake -- waiting` looks at how long an answer takes, and how much memory the server has, while
//! 1,000 jobs wait in the inbox and while none does.
//!
//! The server is this program again, as a process of its own: the load generator does not count.
#![allow(clippy::print_stdout)]

#[path = "intake/payload.rs"]
mod payload;

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use dpg_triage::queue::{Ended, Inbox, Job, Row, Subject, Trigger, WORKERS};
use dpg_triage::server::{self, Parts};
use dpg_triage::triage::pull_request::RepositoryName;
use dpg_triage::webhook::signature::{Claim, Secrets};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::{ConnectOptions, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use payload::payload;

const SECRET: &str = "a secret for the bench";
const CONCURRENCY: usize = 16;
const ROUNDS: usize = 7;
const REQUESTS: u64 = 10_000;
const KILLS: usize = 20;
const GOAL: f64 = 2.5;
/// Jobs that wait, and what they may cost: times the 99th percentile, and MB.
const WAITING: u64 = 1_000;
const SLOWER: f64 = 1.3;
/// Rounds in which it is measured.
const TURNS: usize = 41;
/// The installation that GitHub asked to wait.
const PAUSED: u64 = 1;
const MEMORY: u64 = 120;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        // As `serve` runs: all cores.
        ["serve", kind, database] => {
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(kind, database))
        }
        other => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            match other {
                [] | ["cpu"] => runtime.block_on(cpu()),
                ["kill"] => runtime.block_on(kill()),
                ["waiting"] => runtime.block_on(waiting()),
                _ => bail!("cpu, kill or waiting"),
            }
        }
    }
}

// ------------------------------------------------------------------------------------------- the two servers

async fn serve(kind: &str, database: &str) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let secrets = Secrets::new([SECRET])?;
    if let "intake" | "working" = kind {
        let inbox = Inbox::open_file(Path::new(database)).await?;
        if kind == "working" {
            let inbox = inbox.clone();
            let nothing = async |_: Job| Ended::Done { look_again: None };
            tokio::spawn(async move { inbox.work(nothing, WORKERS, CancellationToken::new()).await });
        }
        let parts = Parts {
            secrets,
            app_id: 1,
            login: Arc::default(),
            allowed_owners: Arc::default(),
            room: dpg_triage::webhook::room::Room::default(),
            inbox,
            round: Arc::default(),
            health: Default::default(),
            meters: Vec::new(),
            meter: Default::default(),
        };
        return Ok(server::run(listener, parts, CancellationToken::new()).await?);
    }
    let bare = async move |headers: HeaderMap, body: Bytes| match Claim::read(&headers) {
        Ok(claim) if secrets.check(&claim, &body).is_ok() => StatusCode::ACCEPTED,
        _ => StatusCode::UNAUTHORIZED,
    };
    let router = axum::Router::new().route(server::WEBHOOKS, axum::routing::post(bare));
    Ok(axum::serve(listener, router).await?)
}

struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(kind: &str, database: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", kind])
            .arg(database)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        Ok(Self { port: line.trim().parse().context("the server did not start")?, child })
    }

    /// User and system time of all its threads so far. `/proc/<pid>/stat` counts in ticks of 10 ms.
    fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(") ").context("odd stat")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        // Fields 14 and 15 of proc(5), counted from the state, which is the third.
        Ok(Duration::from_millis(10 * (fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)))
    }
}

impl Server {
    /// What it holds in memory, in MB.
    fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("odd status")?;
        Ok(line.split_whitespace().nth(1).context("odd status")?.parse::<u64>()? / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL on Unix.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// ------------------------------------------------------------------------------------------- the load

struct Load {
    port: u16,
    body: Vec<u8>,
    signature: String,
    next: AtomicU64,
    until: AtomicU64,
    quit: AtomicBool,
    /// How long each answer took.
    took: Mutex<Vec<Duration>>,
}

impl Load {
    fn new(port: u16) -> Result<Arc<Self>> {
        let body = payload();
        let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?.chain_update(&body).finalize();
        let hex: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Arc::new(Self {
            port,
            body,
            signature: format!("sha256={hex}"),
            next: AtomicU64::new(0),
            until: AtomicU64::new(0),
            quit: AtomicBool::new(false),
            took: Mutex::default(),
        }))
    }

    /// Sends up to `requests` more, and gives the ids that were answered with 2xx.
    async fn run(self: &Arc<Self>, requests: u64) -> Vec<String> {
        self.until.fetch_add(requests, Ordering::Relaxed);
        let tasks: Vec<_> = (0..CONCURRENCY)
            .map(|_| {
                let load = Arc::clone(self);
                tokio::spawn(async move {
                    let mut acknowledged = Vec::new();
                    // A killed server ends it with an error; what was acknowledged before still counts.
                    let _ = load.one_connection(&mut acknowledged).await;
                    acknowledged
                })
            })
            .collect();
        let mut acknowledged = Vec::new();
        for task in tasks {
            acknowledged.extend(task.await.unwrap_or_default());
        }
        acknowledged
    }

    async fn one_connection(&self, acknowledged: &mut Vec<String>) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let mut request = Vec::with_capacity(self.body.len() + 512);
        let mut answer = [0; 4096];
        let mut took = Vec::new();
        while !self.quit.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.until.load(Ordering::Relaxed) {
                self.next.fetch_sub(1, Ordering::Relaxed);
                break;
            }
            let id = delivery_id(number);
            request.clear();
            request.extend_from_slice(
                format!(
                    "POST {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: GitHub-Hookshot/bench\r\nAccept: */*\r\n\
                     Content-Type: application/json\r\nX-GitHub-Delivery: {id}\r\n\
                     X-GitHub-Event: pull_request\r\nX-Hub-Signature-256: {}\r\nContent-Length: {}\r\n\r\n",
                    server::WEBHOOKS,
                    self.signature,
                    self.body.len()
                )
                .as_bytes(),
            );
            request.extend_from_slice(&self.body);
            let asked = Instant::now();
            stream.write_all(&request).await?;
            // The answers fit into one packet each.
            let mut length = 0;
            while !answer[..length].windows(4).any(|four| four == b"\r\n\r\n") {
                let read = stream.read(&mut answer[length..]).await?;
                ensure!(read > 0, "closed");
                length += read;
            }
            ensure!(answer.starts_with(b"HTTP/1.1 2"), "refused");
            acknowledged.push(id);
            took.push(asked.elapsed());
        }
        self.took.lock().unwrap_or_else(PoisonError::into_inner).append(&mut took);
        Ok(())
    }

    /// The 99th percentile of what was taken since it was last asked.
    fn p99(&self) -> Duration {
        let mut took = std::mem::take(&mut *self.took.lock().unwrap_or_else(PoisonError::into_inner));
        took.sort();
        took.get(took.len() * 99 / 100).copied().unwrap_or_default()
    }
}

/// A UUID of version 1, as GitHub's delivery ids are: time in steps of 100 ns, its low half first.
fn delivery_id(number: u64) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = (since.as_nanos() / 100) as u64 + 0x01b2_1dd2_1381_4000;
    let (low, middle, high) = (time as u32, (time >> 32) as u16, (time >> 48) as u16 & 0xfff);
    format!("{low:08x}-{middle:04x}-1{high:03x}-81ab-{number:012x}")
}

// ------------------------------------------------------------------------------------------- what is measured

async fn cpu() -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let servers =
        [Server::start("intake", &folder.path().join("bench.db"))?, Server::start("bare", Path::new("-"))?];
    let loads = [Load::new(servers[0].port)?, Load::new(servers[1].port)?];
    for load in &loads {
        ensure!(load.run(REQUESTS / 5).await.len() as u64 == REQUESTS / 5, "not all were acknowledged");
    }
    let mut costs = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for ((server, load), costs) in servers.iter().zip(&loads).zip(&mut costs) {
            let (before, start) = (server.cpu()?, Instant::now());
            let acknowledged = load.run(REQUESTS).await.len() as u64;
            ensure!(acknowledged == REQUESTS, "not all were acknowledged");
            let cost = (server.cpu()? - before).as_secs_f64() * 1e6 / REQUESTS as f64;
            let speed = REQUESTS as f64 / start.elapsed().as_secs_f64();
            println!("round {round}: {cost:6.1} us, {speed:6.0} requests/s");
            costs.push(cost);
        }
    }
    let [intake, bare] = costs.map(|mut costs| {
        costs.sort_by(f64::total_cmp);
        costs[costs.len() / 2]
    });
    println!(
        "CPU a request, median of {ROUNDS} x {REQUESTS}, concurrency {CONCURRENCY}, body {} bytes:",
        payload().len()
    );
    println!("intake with inbox {intake:.1} us, bare HMAC handler {bare:.1} us");
    println!("ratio {:.2} (goal {GOAL})", intake / bare);
    Ok(())
}

async fn kill() -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let database = folder.path().join("bench.db");
    let mut acknowledged: HashSet<String> = HashSet::new();
    for kill in 1..=KILLS {
        let mut server = Server::start("intake", &database)?;
        let load = Load::new(server.port)?;
        // As random as need be: when the clock happened to be read.
        let random = SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_micros();
        let after = Duration::from_millis(20 + u64::from(random % 500));
        let running = tokio::spawn({
            let load = Arc::clone(&load);
            async move { load.run(u64::MAX / 2).await }
        });
        tokio::time::sleep(after).await;
        server.child.kill()?;
        server.child.wait()?;
        // Answers that were on their way are read before the load stops.
        tokio::time::sleep(Duration::from_millis(20)).await;
        load.quit.store(true, Ordering::Relaxed);
        let now = running.await?;
        println!("kill {kill:2} after {:3} ms: {} acknowledged", after.as_millis(), now.len());
        acknowledged.extend(now);
    }
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(&database).connect().await?;
    let check: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await?;
    ensure!(check == "ok", "the database is damaged: {check}");
    let stored: HashSet<String> = sqlx::query_scalar("SELECT delivery_id FROM delivery")
        .fetch_all(&mut connection)
        .await?
        .into_iter()
        .collect();
    connection.close().await?;
    let lost = acknowledged.difference(&stored).count();
    println!("acknowledged {}, lost {lost} over {KILLS} kills", acknowledged.len());
    ensure!(!acknowledged.is_empty() && lost == 0, "a delivery was lost");
    Ok(())
}

/// Two servers in turns: one whose inbox holds jobs that wait, one whose inbox is empty. Both work off what comes. Of the
/// jobs that wait, half wait for GitHub, and half for their next try.
async fn waiting() -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let paths = [folder.path().join("full.db"), folder.path().join("empty.db")];
    let inbox = Inbox::open_file(&paths[0]).await?;
    futures::future::try_join_all((0..WAITING).map(|number| inbox.store(row(number)))).await?;
    inbox.pause(PAUSED, Duration::from_secs(60 * 60)).await?;
    drop(inbox);
    let mut later = sqlx::sqlite::SqliteConnectOptions::new().filename(&paths[0]).connect().await?;
    sqlx::query("UPDATE delivery SET run_at = run_at + 3600000 WHERE installation <> ?")
        .bind(PAUSED.cast_signed())
        .execute(&mut later)
        .await?;
    later.close().await?;
    let servers = [Server::start("working", &paths[0])?, Server::start("working", &paths[1])?];
    let loads = [Load::new(servers[0].port)?, Load::new(servers[1].port)?];
    for load in &loads {
        ensure!(load.run(REQUESTS / 10).await.len() as u64 == REQUESTS / 10, "not all were acknowledged");
        load.p99();
    }
    let mut slowest = [Vec::new(), Vec::new()];
    for round in 0..TURNS {
        // Who comes first has no advantage by it.
        for which in [round % 2, (round + 1) % 2] {
            let load = &loads[which];
            ensure!(load.run(REQUESTS / 10).await.len() as u64 == REQUESTS / 10, "not all were acknowledged");
            slowest[which].push(load.p99().as_secs_f64() * 1e3);
        }
    }
    let median = |mut of: Vec<f64>| {
        of.sort_by(f64::total_cmp);
        of[of.len() / 2]
    };
    // Each round is its own comparison: what else the machine does changes from one to the next.
    let ratio = median(slowest[0].iter().zip(&slowest[1]).map(|(full, empty)| full / empty).collect());
    let [full, empty] = slowest.map(median);
    let memory = servers[0].memory()?;
    println!(
        "p99 of an answer with {WAITING} jobs waiting {full:.2} ms, with none {empty:.2} ms, ratio {ratio:.2} \
         (goal {SLOWER}); memory with them {memory} MB (goal {MEMORY}); median of {TURNS} rounds of {} at \
         concurrency {CONCURRENCY}",
        REQUESTS / 10
    );
    ensure!(ratio <= SLOWER && memory <= MEMORY, "jobs that wait cost too much");
    Ok(())
}

fn row(number: u64) -> Row {
    Row {
        delivery: delivery_id(number),
        event: "pull_request",
        action: "opened",
        trigger: Trigger::Event,
        installation: if number.is_multiple_of(2) { PAUSED } else { PAUSED + 1 },
        repository_id: 1,
        repository: RepositoryName::new("registry", "publicgoods"),
        subject: Subject::PullRequest(number + 1),
        actor: None,
    }
}

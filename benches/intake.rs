//! What a delivery costs, and whether one that was answered with 2xx can be lost.
//!
//! `cargo bench --bench intake` prints processor time (user + system) a request of the server process, for the
//! production router with its inbox on disk and for a bare axum handler that only verifies the HMAC, in turns.
//! `cargo bench --bench intake -- kill` kills the server 20 times with SIGKILL under load and looks for each
//! answered delivery in the database.
//!
//! The server is this program again, as a process of its own: the load generator does not count.
#![allow(clippy::print_stdout)]

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use dpg_triage::queue::Inbox;
use dpg_triage::server::{self, Parts};
use dpg_triage::webhook::signature::{Claim, Secrets};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::{ConnectOptions, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

const SECRET: &str = "a secret for the bench";
const CONCURRENCY: usize = 16;
const ROUNDS: usize = 7;
const REQUESTS: u64 = 10_000;
const KILLS: usize = 20;
const GOAL: f64 = 2.5;

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
                _ => bail!("cpu or kill"),
            }
        }
    }
}

// ------------------------------------------------------------------------------------------- the two servers

async fn serve(kind: &str, database: &str) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let secrets = Secrets::new([SECRET])?;
    if kind == "intake" {
        let inbox = Inbox::open(Path::new(database)).await?;
        let parts =
            Parts { secrets, app_id: 1, login: Arc::default(), allowed_owners: Arc::default(), inbox };
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
    run: u128,
    next: AtomicU64,
    until: AtomicU64,
    quit: AtomicBool,
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
            run: SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos(),
            next: AtomicU64::new(0),
            until: AtomicU64::new(0),
            quit: AtomicBool::new(false),
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
        while !self.quit.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.until.load(Ordering::Relaxed) {
                self.next.fetch_sub(1, Ordering::Relaxed);
                break;
            }
            let id = format!("{:016x}-{:08x}", scatter(number), self.run as u64 & 0xffff_ffff);
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
        }
        Ok(())
    }
}

/// Delivery ids are UUIDs: they must not arrive in the index's order. (The last step of SplitMix64, a bijection.)
fn scatter(number: u64) -> u64 {
    let z = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
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
    let mut random = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64;
    for kill in 1..=KILLS {
        let mut server = Server::start("intake", &database)?;
        let load = Load::new(server.port)?;
        random = scatter(random.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let after = Duration::from_millis(20 + random % 500);
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

// ------------------------------------------------------------------------------------------- a payload

/// A `pull_request` delivery of the size and the make of a real one.
fn payload() -> Vec<u8> {
    let sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    let api = "https://api.github.com/repos/DPGAlliance/publicgoods-candidates";
    let links = |names: &[&str]| -> Value {
        names
            .iter()
            .map(|name| ((*name).to_owned(), json!({"href": format!("{api}/pulls/1347/{name}")})))
            .collect()
    };
    let side = |owner: &str| {
        json!({"label": format!("{owner}:add-nominee"), "ref": "add-nominee", "sha": sha, "user": account(owner),
               "repo": repository(owner)})
    };
    let body = "## Nomination\r\n\r\nWe nominate *Öffentliches Gut* 🌍 as a \"digital public good\".\r\n- [x] read\r\n";
    let payload = json!({
        "action": "synchronize", "number": 1347, "before": sha, "after": sha,
        "pull_request": {
            "url": format!("{api}/pulls/1347"), "id": 279_147_437, "node_id": "MDExOlB1bGxSZXF1ZXN0Mjc5MTQ3NDM3",
            "html_url": "https://github.com/DPGAlliance/publicgoods-candidates/pull/1347",
            "diff_url": "https://github.com/DPGAlliance/publicgoods-candidates/pull/1347.diff",
            "number": 1347, "state": "open", "locked": false, "title": "Add nominee: Öffentliches Gut",
            "user": account("octocat"), "body": body.repeat(12), "created_at": "2026-05-15T15:20:33Z",
            "updated_at": "2026-05-15T15:20:38Z", "closed_at": null, "merged_at": null, "merge_commit_sha": sha,
            "assignee": null, "assignees": [account("hubot")], "requested_reviewers": [account("reviewer")],
            "requested_teams": [], "labels": [label("nomination"), label("cop: health"), label("needs changes")],
            "milestone": null, "draft": false, "head": side("octocat"), "base": side("DPGAlliance"),
            "_links": links(&["self", "html", "issue", "comments", "review_comments", "commits", "statuses"]),
            "author_association": "CONTRIBUTOR", "auto_merge": null, "merged": false, "mergeable": null,
            "comments": 2, "review_comments": 0, "commits": 1, "additions": 42, "deletions": 0, "changed_files": 1
        },
        "repository": repository("DPGAlliance"), "organization": account("DPGAlliance"),
        "sender": account("octocat"), "installation": {"id": 42, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u"}
    });
    payload.to_string().into_bytes()
}

fn account(login: &str) -> Value {
    let mut account = json!({"login": login, "id": 21_031_067, "node_id": "MDQ6VXNlcjIxMDMxMDY3",
        "avatar_url": "https://avatars.githubusercontent.com/u/21031067?v=4", "gravatar_id": "", "type": "User",
        "html_url": format!("https://github.com/{login}"), "site_admin": false, "user_view_type": "public"});
    for name in [
        "followers",
        "following{/other_user}",
        "gists{/gist_id}",
        "starred{/owner}{/repo}",
        "subscriptions",
        "orgs",
        "repos",
        "events{/privacy}",
        "received_events",
    ] {
        let key = name.split('{').next().unwrap_or_default();
        account[format!("{key}_url")] = json!(format!("https://api.github.com/users/{login}/{name}"));
    }
    account
}

fn repository(owner: &str) -> Value {
    let full_name = format!("{owner}/publicgoods-candidates");
    let mut repository = json!({"id": 186_853_002, "node_id": "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=",
        "name": "publicgoods-candidates", "full_name": full_name, "private": false, "owner": account(owner),
        "html_url": format!("https://github.com/{full_name}"), "description": "Nominees to the registry",
        "fork": false, "created_at": "2019-05-15T15:19:25Z", "updated_at": "2026-05-15T15:19:27Z", "size": 12_345,
        "stargazers_count": 50, "watchers_count": 50, "language": "JavaScript", "has_issues": true,
        "has_projects": true, "has_downloads": true, "has_wiki": true, "has_pages": false, "forks_count": 120,
        "archived": false, "disabled": false, "open_issues_count": 31, "license": {"key": "cc0-1.0",
        "name": "Creative Commons Zero v1.0 Universal", "spdx_id": "CC0-1.0", "node_id": "MDc6TGljZW5zZTY="},
        "topics": ["digital-public-goods", "sdg"], "visibility": "public", "default_branch": "main",
        "allow_squash_merge": true, "allow_merge_commit": true, "allow_rebase_merge": true});
    for name in [
        "forks",
        "keys{/key_id}",
        "collaborators{/collaborator}",
        "teams",
        "hooks",
        "issue_events{/number}",
        "events",
        "assignees{/user}",
        "branches{/branch}",
        "tags",
        "git_tags{/sha}",
        "git_refs{/sha}",
        "trees{/sha}",
        "statuses/{sha}",
        "languages",
        "stargazers",
        "contributors",
        "subscribers",
        "subscription",
        "commits{/sha}",
        "git_commits{/sha}",
        "comments{/number}",
        "issue_comment{/number}",
        "contents/{+path}",
        "compare/{base}...{head}",
        "merges",
        "archive/{archive_format}{/ref}",
        "downloads",
        "issues{/number}",
        "pulls{/number}",
        "milestones{/number}",
        "notifications{?since,all,participating}",
        "labels{/name}",
        "releases{/id}",
        "deployments",
    ] {
        let key = name.split(['{', '/']).next().unwrap_or_default();
        repository[format!("{key}_url")] = json!(format!("https://api.github.com/repos/{full_name}/{name}"));
    }
    repository
}

fn label(name: &str) -> Value {
    json!({"id": 208_045_946, "node_id": "MDU6TGFiZWwyMDgwNDU5NDY=", "name": name, "color": "d73a4a", "default": false,
        "url": format!("https://api.github.com/repos/DPGAlliance/publicgoods-candidates/labels/{name}"),
        "description": "Set by the triage of nominations"})
}

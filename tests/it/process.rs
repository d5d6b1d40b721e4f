//! The program as a process: `serve` as its users start it, and help.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use dpg_triage::{
    fake_github::{FakeGitHub, Fault, FileChange, How, PullRequestSetup},
    queue::{Ended, Inbox, Job, Subject},
};
use tokio_util::sync::CancellationToken;

use crate::house::{self, BOT, House, PATH, REGISTRY, nominee, row};

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dpg-triage"));
    // Nothing of the surroundings may decide what the program does.
    command.env_clear().stdin(Stdio::null());
    command
}

pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

#[test]
fn help_has_examples() {
    for command in [
        &["--help"][..],
        &["serve", "--help"],
        &["check", "--help"],
        &["fix", "--help"],
        &["demo", "--help"],
        &["jobs", "--help"],
        &["doctor", "--help"],
    ] {
        let (code, out, _) = run(program().args(command));
        assert_eq!(code, 0);
        assert!(out.contains("Usage:"), "{out}");
        assert!(command.len() == 1 || out.contains("Examples:"), "{out}");
    }
}

#[test]
fn serve_reports_all_mistakes_at_once_and_no_value() {
    let (code, out, err) = run(program()
        .arg("serve")
        .env("APP_ID", "s3cret")
        .env("PORT", "99999")
        .env("WEBHOOK_SECRET", "a,,b"));
    assert_eq!((code, out.as_str()), (2, ""));
    for variable in ["APP_ID", "PORT", "WEBHOOK_SECRET", "PRIVATE_KEY"] {
        assert!(err.contains(variable), "{variable} in {err}");
    }
    assert!(!err.contains("s3cret") && !err.contains("99999"), "{err}");
}

/// Whoever starts it for the first time reads what is wrong, where, and what to do.
#[test]
fn serve_says_what_to_do_about_files() {
    let folder = tempfile::tempdir().unwrap();
    let (key, inbox) = (folder.path().join("key.pem"), folder.path().join("nowhere/bot.db"));
    let serve = |inbox: &Path| {
        let mut command = program();
        command.args(["serve", "--app-id", "1", "--port", "0"]).env("WEBHOOK_SECRET", "s3cret");
        command.env("PRIVATE_KEY_PATH", &key).env("DATABASE_URL", format!("sqlite://{}", inbox.display()));
        run(&mut command)
    };
    let (code, _, err) = serve(&inbox);
    let told = format!("PRIVATE_KEY_PATH: `{}` cannot be read: there is no such file", key.display());
    assert!(code == 2 && err.contains(&told), "{err}");
    fs::write(&key, include_str!("../../src/config/test-key-pkcs8.pem")).unwrap();
    let told = format!(
        "error: the folder {} of DATABASE_URL does not exist; make it\n",
        folder.path().join("nowhere").display()
    );
    assert_eq!(serve(&inbox), (2, String::new(), told));
    // What the system says is said once.
    fs::create_dir(folder.path().join("folder")).unwrap();
    let (code, _, err) = serve(&folder.path().join("folder"));
    assert!(code == 2 && err.matches("unable to open database file").count() == 1, "{err}");
}

/// GitHub need not be there at the start.
#[test]
fn serve_goes_on_trying_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let (key, log) = (folder.path().join("key.pem"), folder.path().join("log"));
    fs::write(&key, include_str!("../../src/config/test-key-pkcs8.pem")).unwrap();
    // Taken, and nobody answers there.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let mut child = program()
        .args(["serve", "--app-id", "1", "--port", "0", "--github-api-url", &address])
        .env("WEBHOOK_SECRET", "s3cret")
        .env("PRIVATE_KEY_PATH", &key)
        .env("DATABASE_URL", format!("sqlite://{}", folder.path().join("bot.db").display()))
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let said = loop {
        let said = fs::read_to_string(&log).unwrap();
        let tries = said.matches("this program goes on trying by itself").count();
        if tries >= 2 || started.elapsed() > Duration::from_secs(20) {
            break said;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said.matches("this program goes on trying by itself").count() >= 2, "{said}");
    assert!(said.contains(&address) && !said.contains("try again later"), "{said}");
}

/// The same for every process with this folder.
fn database(folder: &Path) -> String {
    let written = folder.join("database");
    fs::read_to_string(&written).unwrap_or_else(|_| {
        let sqlite = || format!("sqlite://{}", folder.join("bot.db").display());
        let address = house::server().unwrap_or_else(sqlite);
        fs::write(&written, &address).unwrap();
        address
    })
}

pub struct Serve {
    child: Child,
    log: std::path::PathBuf,
}

impl Serve {
    /// Starts the program against a GitHub, on a port of its own, with its database in `folder`.
    pub fn start(github: &FakeGitHub, folder: &Path, settings: &[(&str, &str)]) -> (Self, String) {
        Self::start_as(program(), github, folder, settings)
    }

    /// Starts it by this command.
    pub fn start_as(
        mut command: Command,
        github: &FakeGitHub,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> (Self, String) {
        let key = folder.join("key.pem");
        fs::write(&key, github.private_pem()).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = folder.join("log");
        let child = command
            .arg("serve")
            .env("APP_ID", "831204")
            .env("PRIVATE_KEY_PATH", &key)
            .env("WEBHOOK_SECRET", format!("an old one,{}", crate::house::SECRET))
            .env("GITHUB_API_URL", github.url())
            .env("PORT", port.to_string())
            .env("DATABASE_URL", database(folder))
            .envs(settings.iter().copied())
            .stderr(fs::OpenOptions::new().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "{}", fs::read_to_string(&log).unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
        (Self { child, log }, format!("http://127.0.0.1:{port}/api/github/webhooks"))
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop; answers its exit status and how long it took.
    pub fn terminate(&mut self) -> (Option<i32>, Duration) {
        let started = Instant::now();
        let mut kill = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).spawn().unwrap();
        kill.wait().unwrap();
        let status = self.child.wait().unwrap();
        (status.code(), started.elapsed())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_works_stops_and_goes_on() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let (mut serve, address) =
        Serve::start(&house.github, folder.path(), &[("RUST_LOG", "debug"), ("LOG_FORMAT", "json")]);
    house.github.deliver_to(&address);
    let text = nominee(|nominee| {
        nominee["organizations"][0]["contact_email"] = serde_json::json!("ada@clinic.example")
    });
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, text)]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let reviewed = |github: &FakeGitHub| {
        github
            .pull_request(REGISTRY, number)
            .is_ok_and(|shown| !shown.check_runs.is_empty() && !shown.comments_by(BOT).is_empty())
    };
    house.github.wait_until(reviewed, Duration::from_secs(20)).await.unwrap();
    let (code, took) = serve.terminate();
    assert_eq!(code, Some(0), "{}", serve.log());
    assert!(took < Duration::from_secs(10), "{took:?}");
    let log = serve.log();
    for secret in [crate::house::SECRET, "an old one", "ghs_", "ada@clinic.example", "PRIVATE KEY", "eyJ"] {
        assert!(!log.contains(secret), "{secret} in the log");
    }

    // Deliveries while it was away are lost to it; those it took before it was killed are not.
    let (mut serve, address) = Serve::start(&house.github, folder.path(), &[]);
    house.github.deliver_to(&address);
    house.github.set_latency(Duration::from_millis(300));
    let setup =
        PullRequestSetup::from_fork("ada", "Another", vec![FileChange::write("nominees/x.json", "{}")]);
    let second = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.github.settled().await;
    assert!(house.github.deliveries().last().is_some_and(|delivery| delivery.succeeded()));
    let begun = |github: &FakeGitHub| {
        let of_it = format!("/pulls/{second}");
        github.requests().iter().any(|request| request.path.ends_with(&of_it))
    };
    house.github.wait_until(begun, Duration::from_secs(20)).await.unwrap();
    serve.kill();
    let none = house.github.pull_request(REGISTRY, second).unwrap();
    assert!(none.check_runs.is_empty(), "killed before it was done");
    house.github.set_latency(Duration::ZERO);
    let (mut serve, _) = Serve::start(&house.github, folder.path(), &[]);
    let done = |github: &FakeGitHub| {
        github.pull_request(REGISTRY, second).is_ok_and(|shown| !shown.check_runs.is_empty())
    };
    // In PostgreSQL the lease of the killed process has to run out first.
    house.github.wait_until(done, Duration::from_secs(40)).await.unwrap();
    assert_eq!(house.github.pull_request(REGISTRY, second).unwrap().comments_by(BOT).len(), 1);
    assert_eq!(serve.terminate().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let (mut serve, address) = Serve::start(&house.github, folder.path(), &[("DRY_RUN", "true")]);
    house.github.deliver_to(&address);
    let setup =
        PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, nominee(|_| {}))]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let started = Instant::now();
    while !serve.log().contains("would change") || !serve.log().contains("looked") {
        assert!(started.elapsed() < Duration::from_secs(20), "{}", serve.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(serve.terminate().0, Some(0));
    let shown = house.github.pull_request(REGISTRY, number).unwrap();
    assert!(shown.comments.is_empty() && shown.labels.is_empty() && shown.check_runs.is_empty());
    let writes = house.github.requests().writes().filter(|request| !request.path.contains("access_tokens"));
    assert!(writes.is_empty(), "{writes}");
}

/// What was given up and what waits, without a `serve`.
#[tokio::test]
async fn an_operator_lists_retries_and_drops_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.db");
    let database = format!("sqlite://{}", path.display());
    let jobs = |arguments: &[&str]| run(program().arg("jobs").args(arguments).env("DATABASE_URL", &database));
    let (code, _, err) = jobs(&["list"]);
    assert!(code == 2 && err.contains("there is no database") && !path.exists(), "{err}");
    let inbox = Inbox::open_file(&path).await.unwrap();
    for (number, delivery) in [(1, "a"), (1, "b"), (2, "c"), (3, "d"), (4, "e")] {
        inbox.store(row(delivery, number)).await.unwrap();
    }
    let stop = CancellationToken::new();
    let end = async |job: Job| match job.subject {
        Subject::PullRequest(2) => {
            Ended::Later { after: Duration::from_secs(3600), why: "502: Bad gateway".to_owned() }
        }
        Subject::PullRequest(4) => Ended::Done { look_again: Some(Duration::from_secs(3600)) },
        _ => Ended::Dead { why: "403: \u{1b}[31mResource not accessible by integration".to_owned() },
    };
    let work = tokio::spawn({
        let (inbox, stop) = (inbox.clone(), stop.clone());
        async move { inbox.work(end, 1, stop).await }
    });
    inbox.idle().await;
    stop.cancel();
    work.await.unwrap().unwrap();
    drop(inbox);
    let (code, out, _) = jobs(&["list"]);
    assert_eq!((code, out.matches("#").count()), (0, 4), "{out}");
    assert!(out.contains("publicgoods#1: dead since ") && out.contains("2 events since "), "{out}");
    assert!(out.contains("publicgoods#2: waiting, due ") && out.contains("last error: 502"), "{out}");
    assert!(!out.contains('\u{1b}'), "{out:?}");
    assert_eq!(jobs(&["list", "--dead"]).1.matches(": dead since ").count(), 2);
    let id = |number: u64| {
        let line = out.lines().find(|line| line.contains(&format!("#{number}:"))).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    let (code, shown, err) = jobs(&["drop", &id(3)]);
    assert!(code == 2 && shown.contains("#3: dead") && err.contains("without --yes"), "{shown}{err}");
    assert_eq!(jobs(&["drop", &id(3), "--yes"]).1, "1 job dropped\n");
    let (code, _, err) = jobs(&["retry", &id(2), &id(3)]);
    assert!(code == 2 && err.contains(&format!("there is no job {}", id(3))), "{err}");
    // Both what was given up and what waits after an error, but nothing that waits for a time of its own.
    let rest = "; 1 waits for a time of its own, `jobs retry ID` makes it due\n";
    assert_eq!(jobs(&["retry", "--all"]).1, format!("2 jobs due again{rest}"));
    assert_eq!(jobs(&["retry", "--all"]).1, format!("0 jobs due again{rest}"));
    assert_eq!(jobs(&["retry", &id(2)]).1, "1 job due again\n");
    assert_eq!(jobs(&["list", "--dead"]).1, "No dead jobs.\n");
    assert_eq!(jobs(&["list"]).1.matches(": waiting, due ").count(), 3);
    // What was dead has come anew.
    let (_, out, _) = jobs(&["list"]);
    for line in out.lines().filter(|line| line.contains('#')) {
        assert_eq!(jobs(&["drop", line.split_whitespace().next().unwrap(), "--yes"]).0, 0, "{line}");
    }
    assert_eq!(jobs(&["list"]).1, "No jobs.\n");
}

/// A running `serve` takes up what is retried beside it, long before its time.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_taken_up_by_a_running_serve() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let database = database(folder.path());
    let jobs = |arguments: &[&str]| run(program().arg("jobs").args(arguments).env("DATABASE_URL", &database));
    let (mut serve, address) = Serve::start(&house.github, folder.path(), &[]);
    house.github.deliver_to(&address);
    // The timer's first round must not see what is opened now.
    let swept = |github: &FakeGitHub| !github.requests().to("GET", "/installation/repositories").is_empty();
    house.github.wait_until(swept, Duration::from_secs(20)).await.unwrap();
    // For longer than the test waits; a limit would pause the installation, which no retry lifts.
    let headers = vec![("retry-after".to_owned(), "600".to_owned())];
    let away = How::Answer { status: 503, headers, body: "{\"message\": \"Unavailable\"}".to_owned() };
    house.github.fail(Fault::new("GET", "/repos/{owner}/{repo}/pulls/{number}", 1, away));
    let setup =
        PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, nominee(|_| {}))]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let started = Instant::now();
    let out = loop {
        let (_, out, _) = jobs(&["list"]);
        if out.contains(": waiting, due ") && out.contains("503") {
            break out;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{out}{}", serve.log());
    };
    assert_eq!(jobs(&["retry", out.split_whitespace().next().unwrap()]).0, 0, "{out}");
    let commented = |github: &FakeGitHub| {
        github.pull_request(REGISTRY, number).is_ok_and(|shown| !shown.comments_by(BOT).is_empty())
    };
    house.github.wait_until(commented, Duration::from_secs(30)).await.unwrap();
    assert_eq!(serve.terminate().0, Some(0));
}

/// What the surroundings name as a proxy would look names up itself, behind our back.
#[tokio::test(flavor = "multi_thread")]
async fn links_are_opened_through_no_proxy() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let variables = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let (mut serve, webhooks) =
        Serve::start(&house.github, folder.path(), &variables.map(|name| (name, address.as_str())));
    house.github.deliver_to(&webhooks);
    let setup =
        PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, nominee(|_| {}))]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let commented = |github: &FakeGitHub| {
        github.pull_request(REGISTRY, number).is_ok_and(|shown| !shown.comments_by(BOT).is_empty())
    };
    house.github.wait_until(commented, Duration::from_secs(20)).await.unwrap();
    let connection = proxy.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(connection, Err(std::io::ErrorKind::WouldBlock));
    assert_eq!(serve.terminate().0, Some(0));
}

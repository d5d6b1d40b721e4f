//! The program as a process: `serve` and `check` as their users start them.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use dpg_triage::fake_github::{FakeGitHub, FileChange, PullRequestSetup};

use crate::house::{BOT, House, PATH, REGISTRY, nominee};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dpg-triage"));
    // Nothing of the surroundings may decide what the program does.
    command.env_clear().stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A registry with the schema and these nominees.
fn registry(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/registry");
    fs::copy(data.join("nominee-schema.json"), root.path().join("nominee-schema.json")).unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

const TYPICAL: &str = include_str!("../data/nominees/open-source-ecology.json");

#[test]
fn check_speaks_like_a_compiler() {
    let root = registry(&[("nominees/open-source-ecology.json", TYPICAL)]);
    let (code, out, err) =
        run(program().args(["check", "nominees/open-source-ecology.json"]).current_dir(&root));
    assert_eq!((code, err.as_str()), (1, ""));
    let (before, behind) = out.split_once(" checked in ").unwrap();
    let (_seconds, behind) = behind.split_once(" s: ").unwrap();
    insta::assert_snapshot!(format!("{before} checked in ... s: {behind}"));
}

#[test]
fn check_gives_programs_one_document() {
    let root = registry(&[
        ("nominees/open-source-ecology.json", TYPICAL),
        ("nominees/open-clinic.json", &nominee(|_| {})),
    ]);
    let (code, out, _) = run(program().args(["check", "--format", "json", "--registry"]).arg(root.path()));
    assert_eq!(code, 1);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["summary"]["files"], 2);
    assert_eq!(document["summary"]["must"], 2);
    let file = &document["files"][1];
    assert_eq!(
        (file["path"].as_str(), file["kind"].as_str()),
        (Some("nominees/open-source-ecology.json"), Some("nominee"))
    );
    let outcomes = file["outcomes"].as_array().unwrap();
    let id = outcomes.iter().find(|outcome| outcome["check"] == "license-id").unwrap();
    assert_eq!(
        id["findings"][0],
        serde_json::json!({
            "severity": "must", "message": "\"GPL-3.0 License\" is not an SPDX id (a short name that means exactly one license). It seems to mean `GPL-3.0`.",
            "pointer": "/license/0/spdx", "line": 7, "column": 15, "end_line": 7, "end_column": 31, "suggestion": "GPL-3.0"
        })
    );
    let in_repository = outcomes.iter().find(|outcome| outcome["check"] == "license-in-repository").unwrap();
    assert_eq!(
        (in_repository["outcome"].as_str(), &in_repository["severity"]),
        (Some("not-checked"), &serde_json::Value::Null)
    );
    assert_eq!(document["files"][0]["route"][0]["community"], "health");
}

#[test]
fn check_tells_by_its_exit_status() {
    let root =
        registry(&[("nominees/open-clinic.json", &nominee(|_| {})), ("nominees/README.md", "# Nominees\n")]);
    let check = |arguments: &[&str]| run(program().arg("check").args(arguments).current_dir(&root));
    assert_eq!(check(&[]).0, 0);
    assert_eq!(check(&["nominees/open-clinic.json"]).0, 0);
    for (arguments, words) in [
        (&["nominees/missing.json"][..], "missing.json"),
        (&["nominees/README.md"], "is not a nomination"),
        (&["--registry", "nowhere"], "nowhere"),
        (&["--online"], "not there yet"),
        (&["--as-of", "yesterday"], "--as-of"),
        (&["/etc/hostname"], "no registry here"),
    ] {
        let (code, out, err) = check(arguments);
        assert_eq!(code, 2, "{arguments:?}: {out}{err}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
    let broken = registry(&[("nominees/x.json", "{")]);
    assert_eq!(run(program().arg("check").current_dir(&broken)).0, 1);
    let empty = tempfile::tempdir().unwrap();
    let (code, _, err) = run(program().arg("check").current_dir(&empty));
    assert_eq!(code, 2, "{err}");
}

#[test]
fn terminals_are_not_steered_by_others() {
    let text = nominee(|nominee| nominee["stage"] = serde_json::json!("\u{1b}[2J\u{202e}evil"));
    let root = registry(&[("nominees/open-clinic.json", &text)]);
    let (_, out, _) = run(program().args(["check", "nominees/open-clinic.json"]).current_dir(&root));
    assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
}

#[test]
fn help_has_examples() {
    for command in [&["--help"][..], &["serve", "--help"], &["check", "--help"]] {
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

struct Serve {
    child: Child,
    log: std::path::PathBuf,
}

impl Serve {
    /// Starts the program against a GitHub, on a port of its own, with its database in `folder`.
    fn start(github: &FakeGitHub, folder: &Path, settings: &[(&str, &str)]) -> (Self, String) {
        let key = folder.join("key.pem");
        fs::write(&key, github.private_pem()).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = folder.join("log");
        let child = program()
            .arg("serve")
            .env("APP_ID", "831204")
            .env("PRIVATE_KEY_PATH", &key)
            .env("WEBHOOK_SECRET", format!("an old one,{}", crate::house::SECRET))
            .env("GITHUB_API_URL", github.url())
            .env("PORT", port.to_string())
            .env("DATABASE_URL", format!("sqlite://{}", folder.join("bot.db").display()))
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

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to stop; answers its exit status and how long it took.
    fn terminate(&mut self) -> (Option<i32>, Duration) {
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
    serve.child.kill().unwrap();
    serve.child.wait().unwrap();
    let none = house.github.pull_request(REGISTRY, second).unwrap();
    assert!(none.check_runs.is_empty(), "killed before it was done");
    house.github.set_latency(Duration::ZERO);
    let (mut serve, _) = Serve::start(&house.github, folder.path(), &[]);
    let done = |github: &FakeGitHub| {
        github.pull_request(REGISTRY, second).is_ok_and(|shown| !shown.check_runs.is_empty())
    };
    house.github.wait_until(done, Duration::from_secs(20)).await.unwrap();
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

/// A contact's name and address stand in the file and nowhere else, whatever is found in their line.
#[test]
fn contacts_are_not_repeated() {
    let line = r#"{"name": "Open Clinic", "org_type": "Owner", "contact_name": "Ada L", "contact_email": "ada@clinic.example"}"#;
    let text = nominee(|nominee| nominee["organizations"] = serde_json::json!("HERE"))
        .replace("\"HERE\"", &format!("[{line}]"));
    let broken = "{\n  \"contact_email\": \"ada@clinic.example\"\n  \"name\": \"X\"\n}\n";
    let root = registry(&[("nominees/open-clinic.json", &text), ("nominees/x.json", broken)]);
    for format in ["human", "json"] {
        let (code, out, err) = run(program().args(["check", "--format", format]).current_dir(&root));
        assert_eq!(code, 1, "{out}{err}");
        assert!(!out.contains("ada@") && !out.contains("Ada L") && !err.contains("ada@"), "{out}{err}");
    }
}

/// Files made to cost time: two megabytes of whatever there can be most of. Generous, for a debug build under load.
#[test]
fn no_file_takes_long() {
    let many = |entry: &str, count: usize| vec![entry; count].join(",");
    for text in [
        format!("{{{}}}", many("\"k\":1", 300_000)),
        "{".to_owned() + &"\"contact_email\" ".repeat(120_000),
        nominee(|nominee| nominee["license"] = serde_json::json!("HERE"))
            .replace("\"HERE\"", &format!("[{}]", many("{\"spdx\":\"GPLL 7\"}", 100_000))),
        nominee(|nominee| nominee["SDGs"] = serde_json::json!("HERE"))
            .replace("\"HERE\"", &format!("[{}]", many("{\"SDGNumber\":99}", 100_000))),
        nominee(|nominee| nominee["repositories"] = serde_json::json!("HERE"))
            .replace("\"HERE\"", &format!("[{}]", many("{\"url\":\"x\"}", 150_000))),
    ] {
        assert!((1_500_000..2_097_152).contains(&text.len()), "{}", text.len());
        let root = registry(&[("nominees/open-clinic.json", &text)]);
        let started = Instant::now();
        let (code, out, err) = run(program().arg("check").current_dir(&root));
        assert_eq!(code, 1, "{err}");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?} for {}", started.elapsed(), &text[..60]);
        assert!(out.len() < 500_000, "{}", out.len());
    }
}

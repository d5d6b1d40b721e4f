//! `doctor`: the program beside a GitHub that is well, and beside some that are not.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use chrono::{TimeDelta, Utc};
use dpg_triage::{
    fake_github::{AccountKind, AppKey, Fault, HookConfig, How, RepositorySetup},
    queue::{Ended, Inbox, Job},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    house::{House, PATH, REGISTRY, nominee, registry_with, row},
    process::{program, run},
    pull_request::told,
};

const RULES: &str = "communities:\n  - id: health\n    name: Health\n    team: dpg-registry/health-cop\n    \
    reviewers: [grace]\n    match: {sdgs: [3]}\nlabels: {\"triage: ready for review\": \"ready\"}\n";

/// Runs the doctor; answers its exit status and what it printed, with what differs from run to run made equal.
fn doctor(house: &House, folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String) {
    let (code, out, err) =
        run(told(house, folder).arg("doctor").args(arguments).envs(settings.iter().copied()));
    assert_eq!(err, "", "{out}");
    let mut text = out.replace(house.github.url(), "GITHUB");
    // Such as `2026-11-24 09:12 UTC`.
    while let Some(at) = text.find(" UTC") {
        text.replace_range(at - "2026-11-24 09:12".len()..at + " UTC".len(), "TIME");
    }
    (code, text)
}

/// What the doctor says as JSON.
fn document(house: &House, folder: &Path, arguments: &[&str]) -> Value {
    let (_, out) = doctor(house, folder, &[&["--format", "json"], arguments].concat(), &[]);
    serde_json::from_str(&out).unwrap()
}

/// The findings about something.
fn about<'a>(document: &'a Value, about: &str) -> Vec<&'a Value> {
    let all = document["findings"].as_array().unwrap();
    all.iter().filter(|finding| finding["about"] == about).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn assert_untouched(house: &House, mark: usize) {
    let writes = house.github.requests().writes().filter(|request| !request.path.contains("access_tokens"));
    assert_eq!(writes.len(), mark, "{writes}");
}

fn another(house: &House, name: &str, files: &[(&str, &str)]) {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let full_name = name.to_owned();
    let setup = RepositorySetup { full_name, files: files.collect::<BTreeMap<_, _>>(), ..Default::default() };
    house.github.add_repository(setup).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_is_well() {
    let house = House::open_on(registry_with(&[(".github/dpg-triage.yml", RULES)])).await;
    house.github.add_user("ivy");
    house.github.add_team("dpg-registry", "health-cop", &["ivy"]).unwrap();
    house.github.give_team_access(REGISTRY, "health-cop").unwrap();
    house.nominate(PATH, nominee(|_| {})).await;
    let folder = tempfile::tempdir().unwrap();
    let inbox = Inbox::open_file(&folder.path().join("dpg-triage.db")).await.unwrap();
    drop(inbox);
    let mark = house.github.requests().writes().filter(|one| !one.path.contains("access_tokens")).len();
    let (code, out) = doctor(&house, folder.path(), &[], &[]);
    assert_eq!(code, 0, "{out}");
    insta::assert_snapshot!(out);
    assert_untouched(&house, mark);

    // It is a warning that nothing would be written, and no problem.
    let (code, out) = doctor(&house, folder.path(), &[REGISTRY], &[("DRY_RUN", "true")]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("`DRY_RUN` is on") && out.contains("no problems, 1 warning"), "{out}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_is_not_well() {
    let rules = "votes:\n  aprove: 2\nlabels:\n  \"triage: redy\": x\n";
    let house = House::build_on(registry_with(&[
        (".github/dpg-triage.yml", rules),
        ("nominee-schema.json", "{\"type\": 3}"),
    ]))
    .await;
    let github = &house.github;
    for account in ["asleep", "unasked"] {
        github.add_account(account, AccountKind::Organization);
        let installation = github.install_app(account).unwrap();
        if account == "asleep" {
            github.suspend_installation(installation).unwrap();
        }
    }
    // Nobody listens there.
    github.deliver_to("http://127.0.0.1:9/api/github/webhooks");
    let setup = dpg_triage::fake_github::PullRequestSetup::from_fork(
        "ada",
        "Nominate",
        vec![dpg_triage::fake_github::FileChange::write(PATH, nominee(|_| {}))],
    );
    github.open_pull_request(REGISTRY, setup).unwrap();
    github.settled().await;
    github.set_hook(HookConfig {
        url: "http://triage.example/hook".to_owned(),
        content_type: "form".to_owned(),
        insecure_ssl: true,
    });
    let reviewers = "communities:\n  - id: health\n    name: Health\n    team: elsewhere/cop\n    \
        reviewers: [ada, nobody-at-all]\n    match: {sdgs: [3]}\n  - id: water\n    name: Water\n    \
        team: dpg-registry/water\n    match: {sdgs: [6]}\n  - id: food\n    name: Food\n    \
        team: dpg-registry/food\n    match: {sdgs: [2]}\n";
    another(&house, "dpg-registry/second", &[(".github/dpg-triage.yml", reviewers), ("README.md", "# x\n")]);
    another(&house, "dpg-registry/third", &[("README.md", "# x\n")]);
    github.archive("dpg-registry/third").unwrap();
    github.add_team("dpg-registry", "water", &[]).unwrap();
    github.set_app_permission("checks", None);
    github.set_app_permission("issues", Some("read"));
    github.set_app_permission("administration", Some("write"));
    github.set_app_events(&["pull_request", "issue_comment", "check_run", "check_suite", "push", "star"]);

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dpg-triage.db"), "this is no database").unwrap();
    let before = names(folder.path()).len();
    let settings = [("ALLOWED_OWNERS", "dpg-registry,asleep,gone")];
    let (code, out) = doctor(&house, folder.path(), &[], &settings);
    assert_eq!(code, 1, "{out}");
    insta::assert_snapshot!(out);
    assert_eq!(names(folder.path()).len(), before + 1, "only the key of the test was added");
    assert_untouched(&house, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_decides_about_the_exit_status() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let (code, out) = doctor(&house, folder.path(), &[REGISTRY], &[]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(names(folder.path()), ["key.pem"], "no database is made");
    assert!(out.contains("It is not there yet; `serve` makes it"), "{out}");

    for (arguments, words) in [
        (&["--format", "xml"][..], "human, json"),
        (&["registry"], "is not a repository; write OWNER/REPO"),
        (&["--all", REGISTRY], "cannot be used with"),
    ] {
        let (code, out, err) = run(told(&house, folder.path()).arg("doctor").args(arguments));
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(words), "{err}");
    }
    // All mistakes at once, and no value of any.
    let (code, out, _) = run(program().arg("doctor").env("APP_ID", "s3cret").env("PORT", "99999"));
    assert_eq!(code, 1, "{out}");
    for variable in ["`APP_ID`", "`PORT`", "`WEBHOOK_SECRET`", "`PRIVATE_KEY`"] {
        assert!(out.contains(variable), "{variable} in {out}");
    }
    assert!(!out.contains("s3cret") && !out.contains("99999"), "{out}");

    let document = document(&house, folder.path(), &["dpg-registry/nothing"]);
    let missing = about(&document, "repository");
    assert_eq!(missing[0]["state"], "problem");
    assert_eq!(missing[0]["repository"], "dpg-registry/nothing");
    assert_eq!(document["summary"]["problems"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_or_a_clock_that_github_does_not_take() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let other = AppKey::generate().unwrap().private_pem().to_owned();
    let (code, out, _) = run(told(&house, folder.path())
        .arg("doctor")
        .env_remove("PRIVATE_KEY_PATH")
        .env("PRIVATE_KEY", &other));
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("does not take the App's signature") && out.contains("generate a private key"),
        "{out}"
    );
    assert!(!out.contains("webhook"), "nothing else can be asked: {out}");

    let hour_ago = (Utc::now() - TimeDelta::hours(1)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let how = How::Answer {
        status: 401,
        headers: vec![("date".to_owned(), hour_ago)],
        body: "{\"message\": \"'Issued at' claim ('iat') must be an Integer\"}".to_owned(),
    };
    house.github.fail(Fault::new("GET", "/app", 1, how));
    let (_, out) = doctor(&house, folder.path(), &[], &[]);
    assert!(out.contains("s ahead of GitHub's") && out.contains("Set the clock first"), "{out}");

    let (code, out) = doctor(&house, folder.path(), &[], &[("GITHUB_API_URL", "http://127.0.0.1:9")]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("problem  GitHub ") && !out.contains("  key ") && out.contains("`GITHUB_API_URL`"),
        "{out}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_that_nobody_has_accepted_yet() {
    let house = House::build().await;
    house.github.set_app_permission("checks", None);
    house.github.ask_for_permission("checks", Some("write"));
    let folder = tempfile::tempdir().unwrap();
    let document = document(&house, folder.path(), &[]);
    assert_eq!(about(&document, "permissions")[0]["state"], "ok");
    let open = about(&document, "installation")[0];
    assert_eq!(open["state"], "problem");
    assert!(open["message"].as_str().unwrap().contains("has not accepted `checks: write`"), "{open}");
    assert!(open["link"].as_str().unwrap().ends_with("/permissions/update"), "{open}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhooks_address_is_asked_where_that_is_wanted() {
    let house = House::open().await;
    let folder = tempfile::tempdir().unwrap();
    let hook =
        |url: &str| HookConfig { url: url.to_owned(), content_type: "json".to_owned(), insecure_ssl: false };
    house.github.set_hook(hook(&house.address));
    let reach = |arguments: &[&str]| about(&document(&house, folder.path(), arguments), "reach")[0].clone();
    assert!(reach(&[])["message"].as_str().unwrap().contains("Not tried"));
    let there = reach(&["--reach"]);
    assert_eq!(there["state"], "ok", "{there}");
    assert!(there["message"].as_str().unwrap().contains("/healthz\" answers."), "{there}");
    house.github.set_hook(hook("http://127.0.0.1:9/api/github/webhooks"));
    assert_eq!(reach(&["--reach"])["state"], "problem");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_repositories_are_looked_at_only_where_that_is_asked_for() {
    let house = House::build().await;
    for number in 0..32 {
        another(&house, &format!("dpg-registry/r{number}"), &[("README.md", "# x\n")]);
    }
    let folder = tempfile::tempdir().unwrap();
    let examined = |arguments: &[&str]| {
        let document = document(&house, folder.path(), arguments);
        let left = about(&document, "repositories").len();
        (about(&document, "nominations").len(), left)
    };
    assert_eq!(examined(&[]), (30, 1));
    assert_eq!(examined(&["--all"]), (33, 0));
    assert_eq!(examined(&[REGISTRY]), (1, 0));
}

/// Jobs that were given up are a warning, with the way to them.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_were_given_up() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let inbox = Inbox::open_file(&folder.path().join("dpg-triage.db")).await.unwrap();
    inbox.store(row("d", 3)).await.unwrap();
    struct GivesUp;
    impl dpg_triage::queue::Runner for GivesUp {
        async fn run(&self, _: Job) -> Ended {
            Ended::Dead { why: "no such thing".to_owned() }
        }
    }
    let stop = CancellationToken::new();
    let (working, stopping) = (inbox.clone(), stop.clone());
    let work = tokio::spawn(async move { working.work(GivesUp, 1, stopping).await });
    tokio::time::timeout(Duration::from_secs(10), inbox.idle()).await.unwrap();
    // Beside whoever works on it.
    let document = document(&house, folder.path(), &[REGISTRY]);
    stop.cancel();
    work.await.unwrap().unwrap();
    let database = about(&document, "database")[0];
    assert_eq!(database["state"], "warning");
    assert!(database["message"].as_str().unwrap().contains("1 given up"), "{database}");
    assert!(database["cure"].as_str().unwrap().contains("jobs list --dead"), "{database}");
    assert_eq!(document["summary"], json!({"ok": document["summary"]["ok"], "warnings": 1, "problems": 0}));
}

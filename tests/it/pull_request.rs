//! `check --pr`: what `serve` would change, told and not done.

use std::{process::Command, sync::Arc};

use dpg_triage::{
    cli::pull_request::{Form, shown},
    fake_github::{FileChange, PullRequestSetup},
    github::{self, GitHub},
    links::Links,
    pipeline::{Looked, Pipeline, Rules, Why},
    queue::Trigger,
    triage::pull_request::{PullRequestRef, RepositoryName},
};
use serde_json::{Value, json};

use crate::{
    check::AWAY,
    house::{BOT, House, PATH, REGISTRY, nominee},
    process::{program, run},
};

/// The program with the settings of `serve` in its environment.
pub fn told(house: &House, folder: &std::path::Path) -> Command {
    let key = folder.join("key.pem");
    std::fs::write(&key, house.github.private_pem()).unwrap();
    let mut program = program();
    program
        .env("APP_ID", "831204")
        .env("PRIVATE_KEY_PATH", &key)
        .env("WEBHOOK_SECRET", crate::house::SECRET)
        .env("GITHUB_API_URL", house.github.url())
        .current_dir(folder);
    program
}

fn open(house: &House, changes: Vec<FileChange>) -> u64 {
    let setup = PullRequestSetup::from_fork("ada", "Nominate a project", changes);
    house.github.open_pull_request(REGISTRY, setup).unwrap()
}

fn faulty() -> String {
    nominee(|nominee| nominee["license"][0]["spdx"] = json!("Apache 2"))
}

/// Everything but fetching a token.
fn writes(house: &House) -> usize {
    house.github.requests().writes().filter(|request| !request.path.contains("access_tokens")).len()
}

/// The line, beside a web of its own.
async fn look(house: &House, number: u64) -> Looked {
    let settings = github::Settings {
        app_id: 831_204,
        private_key: house.github.private_pem().to_owned().into(),
        api_url: house.github.url().to_owned(),
        nominees: None,
    };
    let github = Arc::new(GitHub::new(&settings).unwrap());
    let repository = RepositoryName::new("dpg-registry", "publicgoods");
    let installation = github.installed_on(&repository).await.unwrap().unwrap();
    let covered = github.installation(installation).await.unwrap().covered_one(&repository).await.unwrap();
    let pipeline = Pipeline {
        github,
        links: Arc::new(Links::beside(house.github.web().clone()).unwrap()),
        rules: Rules::default(),
        allowed_owners: Arc::from([]),
        dry_run: true,
    };
    let pull_request =
        PullRequestRef { installation, repository_id: covered.id, repository: covered.name, number };
    let why = Why { trigger: Trigger::Event, rerun: None, editors: Vec::new() };
    pipeline.look(&pull_request, &why).await.unwrap()
}

#[tokio::test]
async fn what_would_change_is_told_to_people() {
    let house = House::build().await;
    let number = open(&house, vec![FileChange::write(PATH, faulty())]);
    let looked = look(&house, number).await;
    let head = &looked.snapshot.head_sha;
    let today = format!("| {} |", chrono::Utc::now().date_naive());
    let even =
        |text: String| text.replace(head, "HEAD").replace(&head[..7], "HEAD").replace(&today, "| TODAY |");
    insta::assert_snapshot!(anstream::adapter::strip_str(&even(shown(&looked, Form::Human))).to_string());
    insta::assert_snapshot!(even(shown(&looked, Form::Markdown)));
    assert_eq!(writes(&house), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_tells_what_serve_then_does() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let number = open(&house, vec![FileChange::write(PATH, faulty())]);
    let named = format!("{REGISTRY}#{number}");
    let check = |arguments: &[&str]| run(told(&house, folder.path()).arg("check").args(arguments));
    let (code, out, err) = check(&["--pr", &named, "--format", "json"]);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert_eq!(writes(&house), 0, "nothing is written");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no database is made");
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["pull_request"], named);
    assert_eq!(document["nominations"], json!([PATH]));
    assert_eq!(document["verdict"], "needs changes");
    let change = |kind: &str| {
        let mut all = document["changes"].as_array().unwrap().iter();
        all.find(|change| change["change"] == kind).unwrap_or_else(|| panic!("{kind} in {out}")).clone()
    };
    let labels: Vec<String> = (change("add-labels")["labels"].as_array().unwrap().iter())
        .map(|label| label["name"].as_str().unwrap().to_owned())
        .collect();
    let told_run = change("post-check-run");
    assert!(change("post-comment")["body"].as_str().unwrap().contains("`Apache-2.0`"));
    assert_eq!(told_run["annotations"][0]["path"], PATH);

    let address = format!("https://github.com/{REGISTRY}/pull/{number}/files");
    for (format, words) in
        [("human", "changes would be made. Nothing was written."), ("markdown", "### Change 2")]
    {
        let (code, out, err) = check(&["--pr", &address, "--format", format]);
        assert_eq!(code, 1, "{err}");
        assert!(out.contains(words) && out.contains("Apache-2.0") && !out.contains("<!-- dpg"), "{out}");
    }

    // Then the App comes, and does so.
    let house = house.serve().await;
    house.comment(number, "ada", "/recheck").await;
    let shown = house.shown(number);
    let (mut labels, mut stand) =
        (labels, shown.label_names().into_iter().map(str::to_owned).collect::<Vec<_>>());
    labels.sort();
    stand.sort();
    // Links are opened in a web of the house here, and in none by the program.
    assert_eq!(labels, stand);
    assert_eq!(shown.comments_by(BOT).len(), 1);
    assert_eq!(shown.check_runs[0].conclusion.as_deref(), told_run["conclusion"].as_str());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_requests_that_are_left_alone_are_told_so() {
    let house = House::build().await;
    let folder = tempfile::tempdir().unwrap();
    let plain = open(&house, vec![FileChange::write("README.md", "# Other words\n")]);
    let closed = open(&house, vec![FileChange::write(PATH, nominee(|_| {}))]);
    house.github.close(REGISTRY, closed, "ada").unwrap();
    house.repository("open-clinic/registry", None);
    let check = |named: &str| run(told(&house, folder.path()).args(["check", "--pr", named]));
    for (number, words) in [(plain, "brings no nomination"), (closed, "closed, so it is left alone")] {
        let (code, out, err) = check(&format!("{REGISTRY}#{number}"));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(words) && out.contains("Nothing would change."), "{out}");
    }
    let pull_request = format!("{REGISTRY}#{plain}");
    let mut away = told(&house, folder.path());
    away.args(["check", "--pr", &pull_request]).env("GITHUB_API_URL", AWAY);
    let (code, out, err) = run(&mut away);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    let words = format!("error: GitHub could not be asked at {AWAY} (Connection refused");
    assert!(err.starts_with(&words) && err.contains("`dpg-triage doctor` looks at the clock"), "{err}");
    for (named, words) in [
        (format!("{REGISTRY}#999"), "cannot be read: GitHub at "),
        ("open-clinic/registry#1".to_owned(), "the App is not installed on open-clinic/registry"),
        ("nobody/nothing#1".to_owned(), "the App is not installed on nobody/nothing"),
    ] {
        let (code, out, err) = check(&named);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(words), "{err}");
    }
    assert_eq!(writes(&house), 0);
}

//! Projects that are known already: in the registry, in its archive, among the excluded, in another pull request.

use std::time::Duration;

use dpg_triage::fake_github::{Fault, FileChange, How};
use serde_json::json;

use crate::house::{House, PATH, REGISTRY, nominee, registry_with};

const TARBALL: &str = "/repos/{owner}/{repo}/tarball/{*reference}";

/// A nomination of another project in every field that tells one.
fn other(name: &str, word: &str) -> String {
    nominee(|nominee| {
        nominee["name"] = json!(name);
        nominee["website"] = json!(format!("https://{word}.example"));
        nominee["repositories"] = json!([{"name": "app", "url": format!("https://github.com/{word}/app")}]);
        nominee["license"][0]["licenseURL"] =
            json!(format!("https://github.com/{word}/app/blob/main/LICENSE"));
        nominee["organizations"][0]["website"] = json!(format!("https://{word}.example"));
    })
}

fn labels(house: &House, number: u64) -> Vec<String> {
    house.shown(number).label_names().into_iter().map(str::to_owned).collect()
}

const TABLE: &str = "# Excluded nominees\n\nNominee | Exclusion Date | Reason\n--- | --- | ---\n\
                     Clinic Records | May 2nd, 2021 | Missing open license; see [the list](https://x.example)\n";

#[tokio::test]
async fn a_project_that_the_registry_knows() {
    let known = nominee(|nominee| nominee["name"] = json!("Clinic Book"));
    let house = House::open_on(registry_with(&[
        ("nominees/clinic-book.json", &known),
        ("archive/open-clinics.json", r#"{"name": "Open Clinics"}"#),
        ("excluded-nominees/README.md", TABLE),
        (
            "excluded-nominees/clinic-records.json",
            r#"{"name": "Clinic Records", "website": "https://old.example"}"#,
        ),
    ]))
    .await;
    let text = nominee(|nominee| nominee["aliases"] = json!(["Clinic Records"]));
    let number = house.nominate(PATH, text).await;
    insta::assert_snapshot!(house.page(number));
    // Another project after all, and its namesake moved out of the archive: nothing is left.
    house.repository("clinic/app", Some("Apache-2.0"));
    let changes = vec![
        FileChange::write(PATH, other("Open Clinic", "clinic")),
        FileChange::remove("archive/open-clinics.json"),
    ];
    house.github.push(REGISTRY, number, "ada", changes).unwrap();
    house.settle().await;
    assert!(!labels(&house, number).contains(&"possible duplicate".to_owned()), "{}", house.living(number));
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    house.close().await;
}

/// Of two pull requests only the newer one is asked to change; when the older one is closed, the newer one is fine.
#[tokio::test]
async fn two_pull_requests_with_one_project() {
    let house = House::open().await;
    let older = house.nominate(PATH, nominee(|_| {})).await;
    let same = nominee(|nominee| nominee["name"] = json!("Clinic Book"));
    let newer = house.nominate("nominees/clinic-book.json", same).await;
    insta::assert_snapshot!("the_newer_one", house.page(newer));
    house.comment(older, "ada", "/recheck").await;
    insta::assert_snapshot!("the_older_one", house.page(older));
    house.github.close(REGISTRY, older, "ada").unwrap();
    house.comment(newer, "ada", "/recheck").await;
    let shown = labels(&house, newer);
    assert!(shown.contains(&"triage: ready for review".to_owned()), "{shown:?}");
    assert!(!shown.contains(&"possible duplicate".to_owned()), "{shown:?}");
    house.close().await;
}

/// What a person did with the label stays.
#[tokio::test]
async fn a_possible_duplicate_is_the_word_of_people() {
    let house = House::open().await;
    house.nominate(PATH, nominee(|_| {})).await;
    let path = "nominees/clinic-book.json";
    let same = |website: &str| {
        nominee(|nominee| {
            nominee["name"] = json!("Clinic Book");
            nominee["website"] = json!(website);
        })
    };
    let newer = house.nominate(path, same("https://a.example")).await;
    assert!(labels(&house, newer).contains(&"possible duplicate".to_owned()));
    house.github.remove_label(REGISTRY, newer, "grace", "possible duplicate").unwrap();
    house.push(newer, path, same("https://b.example")).await;
    assert!(!labels(&house, newer).contains(&"possible duplicate".to_owned()));
    house.close().await;
}

/// The archive is asked for once, however many look at the same time; a later commit costs the tree and what changed.
#[tokio::test]
async fn the_registry_is_read_once_and_then_what_changed() {
    let house = House::open().await;
    house.github.set_latency(Duration::from_millis(30));
    let number = |at: usize| {
        let text = other(&format!("Project {at}"), &format!("project-{at}"));
        let changes = vec![FileChange::write(format!("nominees/project-{at}.json"), text)];
        let setup = dpg_triage::fake_github::PullRequestSetup::from_fork("ada", "Nominate", changes);
        house.github.open_pull_request(REGISTRY, setup).unwrap()
    };
    let numbers: Vec<u64> = (0..4).map(number).collect();
    house.settle().await;
    assert_eq!(house.github.requests().to("GET", TARBALL).len(), 1);
    house.github.merge(REGISTRY, numbers[0], "grace").unwrap();
    house.settle().await;
    let mark = house.github.mark();
    // A new base: the project that was merged is known.
    let again = other("Project Zero", "project-0");
    let newer = house.nominate("nominees/project-zero.json", again).await;
    assert!(house.living(newer).contains("`nominees/project-0.json`"), "{}", house.living(newer));
    let asked = house.github.requests_since(mark);
    assert_eq!(asked.to("GET", TARBALL).len(), 0, "{asked}");
    assert_eq!(asked.to("GET", "/repos/{owner}/{repo}/git/trees/{*reference}").len(), 1, "{asked}");
    assert_eq!(asked.to("GET", "/repos/{owner}/{repo}/git/blobs/{sha}").len(), 1, "{asked}");
    house.close().await;
}

/// Once schema and registry are known, and what was looked at before, a look costs seven requests beside those for the
/// nominee's repositories.
#[tokio::test]
async fn what_is_known_is_not_asked_for_again() {
    let house = House::open().await;
    for (name, word) in [("First One", "first"), ("Second One", "second")] {
        house.repository(&format!("{word}/app"), Some("Apache-2.0"));
        house.nominate(&format!("nominees/{word}-one.json"), other(name, word)).await;
    }
    let mark = house.github.mark();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    let asked = house.github.requests_since(mark);
    let asked = asked.filter(|request| !request.path.starts_with("/repos/open-clinic/app"));
    assert!(asked.len() <= 7, "{}\n{asked}", asked.len());
    house.close().await;
}

/// Without the registry a look goes on, says so, and is taken up again.
#[tokio::test]
async fn a_registry_that_cannot_be_read() {
    let house = House::open().await;
    let archive = "/codeload/{owner}/{repo}/legacy.tar.gz/{*reference}";
    house.github.fail(Fault::new("GET", archive, 99, How::HalfBody));
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let living = house.living(number);
    assert!(living.contains("the entries of the registry could not be read"), "{living}");
    assert!(labels(&house, number).contains(&"triage: needs a person".to_owned()));
    assert_eq!(house.inbox.counts().await.unwrap().ready, 1, "the timer asks again");
    house.github.heal();
    house.comment(number, "ada", "/recheck").await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    house.close().await;
}

/// A registry that takes long to come does not hold up the first comment.
#[tokio::test]
async fn a_registry_that_comes_late() {
    let house = House::open().await;
    house.github.fail(Fault::new("GET", TARBALL, 1, How::Hang(Duration::from_secs(60))));
    let began = std::time::Instant::now();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(began.elapsed() < Duration::from_secs(50), "{:?}", began.elapsed());
    let living = house.living(number);
    assert!(living.contains("the entries of the registry are still being read"), "{living}");
    house.close().await;
}

/// Many pull requests are not read at once: what is still to be read is said, and is not taken for fine.
#[tokio::test]
async fn many_open_pull_requests_are_read_bit_by_bit() {
    let house = House::build().await;
    for at in 0..45 {
        let text = other(&format!("Project {at}"), &format!("project-{at}"));
        let changes = vec![FileChange::write(format!("nominees/project-{at}.json"), text)];
        let setup = dpg_triage::fake_github::PullRequestSetup::from_fork("ada", "Nominate", changes);
        house.github.open_pull_request(REGISTRY, setup).unwrap();
    }
    let house = house.serve().await;
    let mark = house.github.mark();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let asked = house.github.requests_since(mark);
    assert!(asked.len() <= 60, "{}\n{asked}", asked.len());
    assert!(
        house.living(number).contains("25 of the open pull requests are not read yet"),
        "{}",
        house.living(number)
    );
    house.comment(number, "ada", "/recheck").await;
    house.comment(number, "ada", "/recheck").await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    house.close().await;
}

//! Changes of entries that are there already: each is judged for what it changed.

use dpg_triage::fake_github::{Fault, FileChange, LicenseSetup, PullRequestSetup};
use serde_json::{Value, json};

use crate::house::{House, PATH, REGISTRY, nominee, registry_with};

const SECOND: &str = "digitalpublicgoods/open-clinic.json";

/// A registry that has the entry already, as this.
async fn house_with(entry: &str) -> House {
    house_with_files(&[(PATH, entry)]).await
}

async fn house_with_files(entries: &[(&str, &str)]) -> House {
    House::open_on(registry_with(entries)).await
}

/// An entry with many faults: no SPDX id, a goal without evidence, a front page for a license, an empty alias.
fn faulty(change: impl FnOnce(&mut Value)) -> String {
    nominee(|nominee| {
        nominee["license"][0] =
            json!({"spdx": "Apache 2", "licenseURL": "https://github.com/open-clinic/app"});
        nominee["SDGs"].as_array_mut().unwrap().push(json!({"SDGNumber": 9, "evidenceText": ""}));
        nominee["sectors"] = json!([]);
        nominee["aliases"] = json!([""]);
        change(nominee);
    })
}

/// Requests but for tokens.
fn asked(house: &House, mark: dpg_triage::fake_github::Mark) -> usize {
    house.github.requests_since(mark).filter(|request| !request.route.contains("access_tokens")).len()
}

#[tokio::test]
async fn faults_that_stood_there_before_are_hints() {
    let house = house_with(&faulty(|_| {})).await;
    let number =
        house.nominate(PATH, faulty(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    insta::assert_snapshot!(house.page(number));
    // Looked at again, the same is said.
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

/// What it touches, takes away or adds counts as ever.
#[tokio::test]
async fn what_a_change_brings_about_counts() {
    let house = house_with(&faulty(|_| {})).await;
    for (change, said) in [
        (faulty(|nominee| nominee["license"][0]["spdx"] = json!("Apache2")), "`Apache2` is not an SPDX id"),
        (
            faulty(|nominee| drop(nominee.as_object_mut().unwrap().remove("description"))),
            "`description` is missing",
        ),
        (
            faulty(|nominee| nominee["name"] = json!("Open Clinics")),
            "it has to be called `open-clinics.json`",
        ),
        (faulty(|nominee| nominee["SDGs"][1]["SDGNumber"] = json!(10)), "Goal 10 has no evidence"),
        (
            faulty(|nominee| nominee["license"].as_array_mut().unwrap().push(json!({"spdx": "Apache 2"}))),
            "`Apache 2` is not an SPDX id",
        ),
        // The entry behind it gives the goal without evidence a comma, which touches nothing.
        (faulty(|nominee| nominee["SDGs"].as_array_mut().unwrap().push(json!({"SDGNumber": 18}))), "18"),
    ] {
        let number = house.nominate(PATH, change).await;
        let living = house.living(number);
        assert!(living.contains("Please change"), "{said}: {living}");
        let (counts, rest) = living.split_once("#### License").unwrap();
        assert!(counts.contains(said), "{said}: {living}");
        assert!(!counts.contains("Goal 9 has no evidence"), "{living}");
        assert!(rest.contains("stood here before"), "{living}");
    }
    house.close().await;
}

/// A field that one entry of a list lacks since ever, and another lacks now.
#[tokio::test]
async fn the_same_fault_at_another_place_is_new() {
    let organizations = json!([
        {"name": "One", "org_type": "owner"},
        {"name": "Two", "website": "https://two.example", "org_type": "owner"}
    ]);
    let house = house_with(&nominee(|nominee| nominee["organizations"] = organizations.clone())).await;
    let number = house
        .nominate(
            PATH,
            nominee(|nominee| {
                nominee["organizations"] = organizations;
                nominee["organizations"][1].as_object_mut().unwrap().remove("website");
            }),
        )
        .await;
    let living = house.living(number);
    assert_eq!(living.matches("has no website").count(), 2, "{living}");
    let (counts, folded) = living.split_once("#### License").unwrap();
    assert!(counts.contains("`Two` has no website") && folded.contains("`One` has no website"), "{living}");
    house.close().await;
}

/// A rename: the name of the file is what changes, the text is not.
#[tokio::test]
async fn a_renamed_entry() {
    let house = house_with(&faulty(|_| {})).await;
    let mark = house.github.mark();
    let number = house.open_pull_request(vec![FileChange::rename(PATH, "nominees/clinic.json")]).await;
    assert!(asked(&house, mark) <= 18, "{}", house.github.requests_since(mark));
    let bases = house.github.requests_since(mark).filter(|request| request.path.ends_with(PATH)).len();
    assert_eq!(bases, 0, "the text before is known");
    let living = house.living(number);
    assert!(living.contains("1 thing to change"), "{living}");
    assert!(living.contains("it has to be called `open-clinic.json`"), "{living}");
    house.close().await;

    // Renamed from a wrong name to a right one: nothing counts.
    let house = house_with_files(&[("nominees/clinic.json", &faulty(|_| {}))]).await;
    let number = house.open_pull_request(vec![FileChange::rename("nominees/clinic.json", PATH)]).await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    house.close().await;
}

/// The license in the repository: changed outside before this change, it is not laid to it; declared anew, it is.
#[tokio::test]
async fn facts_from_outside_count_where_the_change_meets_them() {
    let house = house_with(&nominee(|_| {})).await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    let number =
        house.nominate(PATH, nominee(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    let shown = house.shown(number);
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    assert!(shown.label_names().contains(&"license: mismatch"), "{:?}", shown.label_names());
    house.repository("open-clinic/new", Some("MIT"));
    let moved = nominee(|nominee| {
        nominee["repositories"][0]["url"] = json!("https://github.com/open-clinic/new");
    });
    house.push(number, PATH, moved).await;
    assert!(house.living(number).contains("1 thing to change"), "{}", house.living(number));
    house.close().await;
}

/// A text that GitHub does not know is for a person, but not again with every change.
#[tokio::test]
async fn what_a_person_settled_does_not_come_back() {
    let house = house_with(&nominee(|_| {})).await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("NOASSERTION"))).unwrap();
    let number =
        house.nominate(PATH, nominee(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    let mit = nominee(|nominee| {
        nominee["repositories"][0] = json!({"name": "new", "url": "https://github.com/open-clinic/app/"});
    });
    house.push(number, PATH, mit).await;
    assert!(house.living(number).contains("for a person"), "{}", house.living(number));
    house.close().await;
}

/// A nominee becomes a DPG by the file beside it: that its stage stays behind is new.
#[tokio::test]
async fn a_nominee_that_becomes_a_dpg() {
    let house = house_with(&nominee(|_| {})).await;
    let website = |nominee: &mut Value| nominee["website"] = json!("https://clinic.example");
    let submission = FileChange::write(SECOND, "{\"name\": \"Open Clinic\"}\n");
    let number =
        house.open_pull_request(vec![FileChange::write(PATH, nominee(website)), submission.clone()]).await;
    let living = house.living(number);
    let (counts, _) = living.split_once("#### License").unwrap();
    assert!(counts.contains("the registry has accepted this project"), "{living}");
    let number = house
        .open_pull_request(vec![
            FileChange::write(PATH, nominee(|nominee| nominee["stage"] = json!("DPG"))),
            submission,
        ])
        .await;
    assert!(!house.living(number).contains("Stage**"), "{}", house.living(number));
    house.close().await;

    // And back.
    let published = nominee(|nominee| nominee["stage"] = json!("DPG"));
    let house = house_with_files(&[(PATH, &published), (SECOND, "{\"name\": \"Open Clinic\"}\n")]).await;
    let changed = nominee(|nominee| {
        nominee["stage"] = json!("DPG");
        nominee["website"] = json!("https://clinic.example");
    });
    let number = house
        .open_pull_request(vec![FileChange::write(PATH, changed.clone()), FileChange::remove(SECOND)])
        .await;
    assert!(
        house.living(number).contains("There is no `digitalpublicgoods/open-clinic.json`."),
        "{}",
        house.living(number)
    );
    let number = house.nominate(PATH, changed).await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    house.close().await;

    // Wrong since long: not laid to this change.
    let house = house_with(&nominee(|nominee| nominee["stage"] = json!("DPG"))).await;
    let changed = nominee(|nominee| {
        nominee["stage"] = json!("DPG");
        nominee["website"] = json!("https://clinic.example");
    });
    let number = house.nominate(PATH, changed).await;
    assert!(house.living(number).contains("Ready for review"), "{}", house.living(number));
    house.close().await;
}

/// No patch where very much changes: the text before is asked for, once.
#[tokio::test]
async fn a_change_too_large_for_a_patch() {
    let long = |word: &str| {
        let aliases: Vec<String> = (0..1600).map(|at| format!("{word} {at}")).collect();
        faulty(|nominee| nominee["aliases"] = json!(aliases))
    };
    let house = house_with(&long("Clinic")).await;
    let mark = house.github.mark();
    let number = house.nominate(PATH, long("Practice")).await;
    let bases = house
        .github
        .requests_since(mark)
        .filter(|request| request.path.starts_with(&format!("/repos/{REGISTRY}/contents/{PATH}")));
    assert_eq!(bases.len(), 1, "{}", house.github.requests_since(mark));
    let living = house.living(number);
    assert!(!living.split_once("#### License").unwrap().0.contains("SPDX id"), "{living}");
    assert!(living.contains("points stood here before"), "{living}");
    house.close().await;

    // Where it cannot be had, all counts.
    let house = house_with(&long("Clinic")).await;
    house.github.fail(Fault::status("GET", &format!("/repos/{REGISTRY}/contents/{PATH}"), 99, 404));
    let number = house.nominate(PATH, long("Practice")).await;
    assert!(house.living(number).contains("things to change"), "{}", house.living(number));
    house.close().await;
}

/// A change of a small text costs no request more than a new one, but for the text itself.
#[tokio::test]
async fn a_change_is_as_cheap_as_a_nomination() {
    let house = house_with(&faulty(|_| {})).await;
    house.nominate("nominees/open-clinics.json", nominee(|_| {})).await;
    let text = |at| faulty(move |nominee| nominee["website"] = json!(format!("https://clinic{at}.example")));
    house.nominate(PATH, text(1)).await;
    let mark = house.github.mark();
    house.nominate(PATH, text(2)).await;
    assert!(asked(&house, mark) <= 11, "{}", house.github.requests_since(mark));
    house.close().await;
}

/// While the file cannot be read nothing else can be judged, whoever broke it.
#[tokio::test]
async fn a_broken_file_has_to_be_mended_all_the_same() {
    let broken = |text: String| text.replacen("\"Open Clinic\",", "\"Open Clinic\"", 1);
    let house = house_with(&broken(nominee(|_| {}))).await;
    let website = nominee(|nominee| nominee["website"] = json!("https://clinic.example"));
    let number = house.nominate(PATH, broken(website)).await;
    assert!(house.living(number).contains("1 thing to change"), "{}", house.living(number));
    house.close().await;
}

/// What lay in no folder of nominations is new where it comes to lie in one.
#[tokio::test]
async fn a_file_that_becomes_a_nomination_is_new() {
    let house = house_with_files(&[("drafts/open-clinic.json", &faulty(|_| {}))]).await;
    let changes = vec![FileChange::rename("drafts/open-clinic.json", PATH)];
    let setup = PullRequestSetup::from_fork("ada", "Nominate", changes);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    let living = house.living(number);
    assert!(living.contains("things to change") && !living.contains("stood here before"), "{living}");
    house.close().await;
}

/// An old entry under a new name, of another project: nothing of it stood there before.
#[tokio::test]
async fn another_project_inherits_nothing() {
    let house = House::open().await;
    let old = include_str!("../data/nominees/boxtribute.json");
    let url = |text: &str| {
        let entry: serde_json::Value = serde_json::from_str(text).unwrap();
        entry["repositories"][0]["url"].as_str().unwrap().to_owned()
    };
    let new = old
        .replace("\"Boxtribute\"", "\"Evil Thing\"")
        .replace(&url(old), "https://github.com/open-clinic/app");
    let change = FileChange::Rename {
        from: "nominees/boxtribute.json".to_owned(),
        to: "nominees/evil-thing.json".to_owned(),
        content: Some(new.into_bytes()),
    };
    let number = house.open_pull_request(vec![change]).await;
    assert!(!house.living(number).contains("stood here before"), "{}", house.living(number));
    house.close().await;
}

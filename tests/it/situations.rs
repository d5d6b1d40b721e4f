//! Typical situations, each with all that the bot then shows: read these as a nominator would.

use dpg_triage::fake_github::{AccountKind, FileChange, LicenseSetup, PullRequestSetup};
use serde_json::json;

use crate::house::{House, PATH, REGISTRY, nominee};

#[tokio::test]
async fn nothing_to_change() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// As submitted in 2021: the name of the file and the spelling of the license.
#[tokio::test]
async fn a_typical_nomination() {
    let house = House::open().await;
    house.repository("OpenSourceEcology/cross-platform-python-gui", Some("GPL-3.0"));
    let text = include_str!("../data/nominees/open-source-ecology.json");
    let number = house.nominate("nominees/open-source-ecology.json", text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// As submitted in 2020, in shapes that the form had before the schema changed.
#[tokio::test]
async fn a_nomination_in_old_shapes() {
    let house = House::open().await;
    let number = house.nominate("nominees/civicrm.json", include_str!("../data/nominees/civicrm.json")).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn another_license_than_declared() {
    let house = House::open().await;
    house.repository("open-clinic/server", Some("MIT"));
    let text = nominee(|nominee| {
        let second = json!({"name": "server", "url": "https://github.com/open-clinic/server"});
        nominee["repositories"].as_array_mut().unwrap().push(second);
    });
    let number = house.nominate(PATH, text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn no_license_file() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", None).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn a_license_text_that_github_does_not_know() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("NOASSERTION"))).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// GitHub gives up on a file with two licenses, or one in an unusual frame; its text is read then.
#[tokio::test]
async fn a_license_text_that_is_read() {
    let published = |id: &str| spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1;
    let house = House::open().await;
    let license = |text: String| Some(LicenseSetup { text, ..LicenseSetup::detected("NOASSERTION") });
    let both = format!("Code:\n{}\nDocumentation:\n{}", published("Apache-2.0"), published("CC-BY-4.0"));
    for (text, label) in [
        (both, "license: verified"),
        (format!("Open Clinic\n\n{}", published("AGPL-3.0")), "license: mismatch"),
        (published("Apache-2.0").to_owned() + "\nCommercial use is not permitted.\n", "license: unverified"),
    ] {
        house.github.set_license("open-clinic/app", license(text)).unwrap();
        let number = house.nominate(PATH, nominee(|_| {})).await;
        assert!(house.shown(number).label_names().contains(&label), "{label}: {}", house.living(number));
        let page = house.page(number);
        let (_, said) = page.split_once("#### License").unwrap();
        insta::assert_snapshot!(label.replace(": ", "_"), said.split_once("\n#### ").unwrap().0);
        if label == "license: unverified" {
            assert!(page.contains("stands beside it: `Commercial use is not permitted"), "{page}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_repository_that_moved() {
    let house = House::open().await;
    house.github.rename_repository("open-clinic/app", "open-clinic-foundation/clinic").unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn repositories_that_cannot_be_looked_at() {
    let house = House::open().await;
    house.repository("open-clinic/secret", Some("Apache-2.0"));
    house.github.make_private("open-clinic/secret").unwrap();
    let text = nominee(|nominee| {
        nominee["repositories"] = json!([
            {"url": "https://github.com/open-clinic/gone"},
            {"url": "https://github.com/open-clinic/secret"},
            {"url": "https://github.com/open-clinic"},
            {"url": "https://github.com/open-clinic/app/tree/main/docs"},
            {"url": "https://bitbucket.org/open-clinic/app"},
            {"url": "see our website"}
        ]);
    });
    let number = house.nominate(PATH, text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn only_elsewhere() {
    let house = House::open().await;
    let text = nominee(|nominee| {
        nominee["repositories"] = json!([{"url": "https://bitbucket.org/open-clinic/app"}])
    });
    let number = house.nominate(PATH, text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn broken_json() {
    let house = House::open().await;
    let text = nominee(|_| {}).replacen("\"Open Clinic\",", "\"Open Clinic\"", 1);
    let number = house.nominate(PATH, text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn several_nominations_in_one_pull_request() {
    let house = House::open().await;
    house.repository("open-school/books", Some("MIT"));
    let second = nominee(|nominee| {
        nominee["name"] = json!("Open School");
        nominee["description"] = json!("Storybooks for early grade reading in the mother tongue.");
        nominee["SDGs"] = json!([{"SDGNumber": 4}]);
        nominee["type"] = json!(["content"]);
        nominee["license"] = json!([{"spdx": "CC BY", "licenseURL": "https://openschool.example/license"}]);
        nominee["repositories"] = json!([{"url": "https://github.com/open-school/books"}]);
    });
    let number = house
        .open_pull_request(vec![
            FileChange::write(PATH, nominee(|_| {})),
            FileChange::write("nominees/open-school.json", second),
            FileChange::write("README.md", "# Changed\n"),
        ])
        .await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// Most nominations are opened by a form's account: "you" would be nobody.
#[tokio::test]
async fn through_a_form() {
    let house = House::open().await;
    house.github.add_account("dpg-form[bot]", AccountKind::Bot);
    let text = nominee(|nominee| nominee["license"][0]["spdx"] = json!("SSPL-1.0"));
    let changes = vec![FileChange::write(PATH, text)];
    let setup = PullRequestSetup::from_branch("dpg-form[bot]", "Add nominee", "open-clinic", changes);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// Forms may work under the account of a person: the branch tells, in the registry itself. The contact that the form asked
/// for stands in the file and nowhere else.
#[tokio::test]
async fn through_a_form_under_a_persons_account() {
    let house = House::open().await;
    house.github.add_user("robo");
    house.github.set_permission(REGISTRY, "robo", "write").unwrap();
    let text = nominee(|nominee| {
        nominee["license"][0]["spdx"] = json!("Apache 2");
        nominee["organizations"][0]["contact_name"] = json!("Mary Major");
        nominee["organizations"][0]["contact_email"] = json!("mary@openclinic.example");
    });
    let open = |branch: &str, path: &str, text: &str, fork: bool| {
        let changes = vec![FileChange::write(path, text)];
        let setup = PullRequestSetup {
            from_fork: fork,
            ..PullRequestSetup::from_branch("robo", "Add nominee", branch, changes)
        };
        house.github.open_pull_request(REGISTRY, setup).unwrap()
    };
    let number = open("openclinic-14kktpucqpb", PATH, &text, false);
    house.settle().await;
    // What a maintainer who looks after it does, and what a stranger may.
    house.comment(number, "grace", "/suggest").await;
    house.comment(number, "eve", "/recheck\n/help").await;
    let mut page = house.page(number);
    let reviews = house.shown(number).reviews;
    assert_eq!(reviews.len(), 1);
    page = page.replace(&reviews[0].id.to_string(), "REVIEW");
    let all = format!("{page}\n{reviews:?}");
    assert!(!all.contains("mary@") && !all.contains("Mary Major"), "{all}");
    insta::assert_snapshot!(page);

    let application = r#"{"name": "Rain Maps", "categories": [], "openlicenses": []}"#;
    let web = open("Rain_Maps-10174", "10174.json", application, false);
    let person = open("patch-7", "nominees/other.json", &text, false);
    // In a fork anybody may name a branch so.
    let fork = open("openclinic-2gd3omiflla", "nominees/third.json", &text, true);
    house.settle().await;
    assert!(house.living(web).contains("came in through a form"), "{}", house.living(web));
    for number in [person, fork] {
        assert!(house.living(number).contains("Next step: you, the nominator"), "{}", house.living(number));
    }
    house.close().await;
}

#[tokio::test]
async fn mended_step_by_step() {
    let house = House::open().await;
    let number = house
        .nominate(
            PATH,
            nominee(|nominee| {
                nominee["license"][0]["spdx"] = json!("Apache");
                nominee["SDGs"][0]["evidenceText"] = json!("");
                nominee["SDGs"][0]["evidenceURL"] = json!("https://openclinic.example");
            }),
        )
        .await;
    house.push(number, PATH, nominee(|nominee| nominee["stage"] = json!("new"))).await;
    insta::assert_snapshot!("mended_in_part", house.page(number));
    house.push(number, PATH, nominee(|_| {})).await;
    insta::assert_snapshot!("mended_in_full", house.page(number));
    house.close().await;
}

#[tokio::test]
async fn a_draft() {
    let house = House::open().await;
    let changes = vec![FileChange::write(PATH, nominee(|_| {}))];
    let setup = PullRequestSetup { draft: true, ..PullRequestSetup::from_fork("ada", "Nominate", changes) };
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn taken_out_again() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let changes = vec![FileChange::remove(PATH), FileChange::write("docs/notes.md", "notes\n")];
    house.github.push(REGISTRY, number, "ada", changes).unwrap();
    house.settle().await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn a_submission_and_an_application() {
    let house = House::open().await;
    let application = json!({
        "id": "46", "name": "Open Clinic", "categories": ["Open Software"], "sdgs": [{"sdg": "SDG3: Good health", "relevance": "Vaccines reach every clinic."}],
        "openlicenses": [{"openLicense": "Apache-2.0", "openLicenseEvidenceURLs": "https://github.com/open-clinic/app"}],
        "repositories": [{"name": "main", "url": "https://github.com/open-clinic/app"}]
    });
    let submission = json!({"name": "Open Clinic", "clearOwnership": {"isOwnershipExplicit": "Perhaps"}});
    let number = house
        .open_pull_request(vec![
            FileChange::write("46.json", serde_json::to_string_pretty(&application).unwrap()),
            FileChange::write(
                "digitalpublicgoods/open-clinic.json",
                serde_json::to_string_pretty(&submission).unwrap(),
            ),
        ])
        .await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

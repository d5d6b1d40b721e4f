//! What the comment tells people to do can be done, and does not contradict itself.

use dpg_triage::fake_github::{Fault, How, LicenseSetup, Reply};
use serde_json::json;

use crate::house::{House, PATH, REGISTRY, nominee};

/// What is said of a nomination as this type that declares one license where the repository has another.
async fn said_of(kind: &str, declared: &str, found: &str) -> String {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected(found))).unwrap();
    let text = nominee(|nominee| {
        nominee["type"] = json!([kind]);
        nominee["license"][0]["spdx"] = json!(declared);
    });
    let number = house.nominate(PATH, text).await;
    let said = house.living(number);
    house.close().await;
    said
}

#[tokio::test]
async fn nobody_is_told_to_write_a_license_that_is_refused() {
    for (kind, declared, found, told) in [
        ("software", "Apache-2.0", "MIT", "write `MIT` in the nomination if the repository is right"),
        ("software", "Apache-2.0", "GPL-3.0-only", "write `GPL-3.0` in the nomination"),
        ("software", "CC-BY-4.0", "MIT", "`CC-BY-4.0` is not accepted for `software`: write `MIT`"),
        ("software", "Apache-2.0", "CC-BY-NC-4.0", "If the project is under `Apache-2.0`, put its full text"),
        (
            "software",
            "CC-BY-4.0",
            "BUSL-1.1",
            "Only the project's owner can put it under one of [the accepted licenses]",
        ),
        ("content", "CC-BY-4.0", "CC-BY-ND-4.0", "such as `CC-BY-4.0` and `CC-BY-SA-4.0`"),
    ] {
        let said = said_of(kind, declared, found).await;
        assert!(said.contains(told), "{declared} declared, {found} found: {said}");
        let refused = ["CC-BY-NC-4.0", "BUSL-1.1", "CC-BY-ND-4.0"].contains(&found);
        assert_eq!(said.contains(&format!("`{found}` is not accepted for `{kind}`")), refused, "{said}");
        assert!(!refused || !said.contains(&format!("rite `{found}`")), "{said}");
    }
    let said = said_of("software", "CC BY-ND 4.0", "CC-BY-ND-4.0").await;
    assert!(said.contains("It seems to mean `CC-BY-ND-4.0`, which is not accepted for `software`"), "{said}");
    assert!(!said.contains("then reads"), "{said}");
}

/// Two words on one line would contradict each other; the second is said where somebody waived the first.
#[tokio::test]
async fn one_line_gets_one_word_on_its_license() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    let text = nominee(|nominee| nominee["license"][0]["spdx"] = json!("GPL-3.0-or-later"));
    let number = house.nominate(PATH, text).await;
    let said = house.living(number);
    assert!(said.contains("1 thing to change"), "{said}");
    assert!(said.contains("write `MIT` in the nomination"), "{said}");
    assert!(said.contains("if not, write `GPL-3.0`, correct the license file"), "{said}");
    assert!(!said.contains("then reads"), "{said}");
    house.comment(number, "grace", "/waive license-in-repository The GPL is in another branch.").await;
    let said = house.living(number);
    assert!(said.contains("the registry's list has the older form `GPL-3.0`"), "{said}");
    house.close().await;
}

/// Solved is what was looked at and found in order; what could not be seen this time stays in memory.
#[tokio::test]
async fn what_cannot_be_seen_any_more_is_not_solved() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    for (address, status) in [("gone", 404), ("shut", 403), ("ill", 503)] {
        house.github.web().answers(&at(address), Reply::status(status));
    }
    let number = house.nominate(PATH, evidence("gone")).await;
    let said = house.living(number);
    assert!(said.contains("License in the repository**") && said.contains("Links**"), "{said}");

    // The repository is gone, and the site lets nobody in.
    house.github.make_private("open-clinic/app").unwrap();
    house.push(number, PATH, evidence("shut")).await;
    let said = house.living(number);
    assert!(said.contains("new: Access to the repository; "), "{said}");
    assert!(said.contains("not the same as before: Links."), "{said}");
    assert!(!said.contains("solved"), "{said}");

    // GitHub answers nothing, and neither does the site.
    house.github.fail(Fault::new("GET", "/repos/open-clinic/app", 100, How::CloseConnection));
    house.push(number, PATH, evidence("ill")).await;
    let said = house.living(number);
    assert!(said.contains("could not be looked at again: Access to the repository."), "{said}");
    assert!(!said.contains("solved"), "{said}");

    // What is mended is not kept: nothing is said of it once it is out of sight.
    house.push(number, PATH, nominee(|nominee| nominee["repositories"] = json!([]))).await;
    let said = house.living(number);
    assert!(!said.contains("solved: License") && !said.contains("looked at again: License"), "{said}");
    house.close().await;
}

/// Solved is said where all that a check asks about is in order; beside a page that never opens it is only different.
#[tokio::test]
async fn what_was_seen_in_order_is_solved() {
    for (home, said) in [(200, "– solved: Links."), (403, "– not the same as before: Links.")] {
        let house = House::open().await;
        house.github.web().answers(&at(""), Reply::status(home));
        house.github.web().answers(&at("gone"), Reply::status(404));
        let number = house.nominate(PATH, evidence("gone")).await;
        assert!(house.living(number).contains("Links**"), "{}", house.living(number));
        house.push(number, PATH, evidence("districts")).await;
        assert!(house.living(number).contains(said), "{}", house.living(number));
        house.close().await;
    }
}

/// Solved is what is right now: not what a placeholder stands for, nor what is gone together with all that it was about.
#[tokio::test]
async fn what_is_only_gone_is_not_solved() {
    let house = House::open().await;
    house.github.web().answers(&at("gone"), Reply::status(404));
    let number = house.nominate(PATH, evidence("gone")).await;
    assert!(house.living(number).contains("Links**"), "{}", house.living(number));
    house.push(number, PATH, nominee(|nominee| nominee["SDGs"][0]["evidenceURL"] = json!("none"))).await;
    let said = house.living(number);
    assert!(said.contains("– not the same as before: Links."), "{said}");
    assert!(said.contains("`none` (the evidence for goal 3) is not a web address"), "{said}");

    let without = |nominee: &mut serde_json::Value| nominee["SDGs"][0] = json!({"SDGNumber": 3});
    house.push(number, PATH, nominee(without)).await;
    assert!(house.living(number).contains("new: Evidence for the goals."), "{}", house.living(number));
    for field in ["evidenceURL", "evidenceText"] {
        let dash = nominee(|nominee| {
            without(nominee);
            nominee["SDGs"][0][field] = json!("-");
        });
        house.push(number, PATH, dash).await;
        let said = house.living(number);
        assert!(said.contains("1 thing to change") && !said.contains("solved"), "{field}: {said}");
        assert_eq!(said.matches("not a web address").count(), 0, "one fault, one word: {said}");
    }

    house
        .push(
            number,
            PATH,
            nominee(|nominee| {
                nominee["license"][0] =
                    json!({"spdx": "MIT", "licenseURL": "https://opensource.org/licenses/MIT"});
            }),
        )
        .await;
    let said = house.living(number);
    assert!(
        said.contains("solved: Evidence for the goals; ") && said.contains("Link to the license**"),
        "{said}"
    );
    assert!(!said.contains("✅ The linked license lies with the project"), "{said}");
    house
        .push(number, PATH, nominee(|nominee| drop(nominee.as_object_mut().unwrap().remove("license"))))
        .await;
    let said = house.living(number);
    assert!(said.contains("new: Fields of the file.") && !said.contains("solved"), "{said}");
    house.close().await;
}

/// A goal's number in quotation marks has one fault, and it is sure how it is written.
#[tokio::test]
async fn a_number_in_quotation_marks_is_one_thing() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|nominee| nominee["SDGs"][0]["SDGNumber"] = json!("3"))).await;
    let said = house.living(number);
    assert!(
        said.contains("1 thing to change") && said.contains("has to be a number without quotation marks"),
        "{said}"
    );
    assert!(said.contains("\"SDGNumber\": 3,\n") && !said.contains("Did you mean"), "{said}");
    assert!(!said.contains("names no goal"), "{said}");
    house.push(number, PATH, nominee(|nominee| nominee["SDGs"][0]["SDGNumber"] = json!("three"))).await;
    let said = house.living(number);
    assert!(said.contains("1 thing to change") && said.contains("names no goal"), "{said}");
    house.close().await;
}

/// Whatever stands in place of a goal's number, one finding says what is to stand there.
#[tokio::test]
async fn a_goal_that_is_none_is_one_thing() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    for (written, told) in [
        (json!(18), "There is no goal 18."),
        (json!("18"), "There is no goal 18."),
        (json!(0), "There is no goal 0."),
        (json!("17"), "\"SDGNumber\": 17,"),
        (json!("SDG 3"), "\"SDGNumber\": 3,"),
        (json!("Goal 3: Good health"), "\"SDGNumber\": 3,"),
        (json!("3. Good health"), "\"SDGNumber\": 3,"),
        (json!("3, 4"), "This entry names no goal. Write its number, a whole one from"),
        (json!(3.5), "This entry names no goal."),
        (json!("17.1"), "This entry names no goal."),
        (json!(null), "This entry names no goal."),
    ] {
        house.push(number, PATH, nominee(|nominee| nominee["SDGs"][0]["SDGNumber"] = written.clone())).await;
        let said = house.living(number);
        assert!(said.contains("1 thing to change") && said.contains(told), "{written}: {said}");
        assert!(!said.contains("No text names a target") || told.contains("17"), "{written}: {said}");
    }
    let evidence = json!({"evidenceText": "Clinics in 12 districts record vaccinations with it."});
    house.push(number, PATH, nominee(|nominee| nominee["SDGs"][0] = evidence)).await;
    let said = house.living(number);
    assert!(said.contains("1 thing to change") && said.contains("This entry names no goal."), "{said}");
    house.close().await;
}

/// What people decided leaves nothing to do: neither what was waived, nor what is on hold.
#[tokio::test]
async fn what_is_decided_asks_for_nothing() {
    let house = House::open().await;
    house.github.make_private("open-clinic/app").unwrap();
    let number = house.nominate(PATH, nominee(|nominee| nominee["stage"] = json!("Nominee"))).await;
    let said = house.living(number);
    assert!(said.contains("| ❌ not found |") && !said.contains("❔ not checked"), "{said}");
    house.comment(number, "grace", "/waive stage It is mended later").await;
    let said = house.living(number);
    assert!(
        said.contains("Nothing has to be done about it; it stands here so that everybody can see"),
        "{said}"
    );
    assert!(said.contains("1 thing to change") && said.contains("#### Please change"), "{said}");
    house.comment(number, "grace", "/hold until May").await;
    let said = house.living(number);
    assert!(
        said.contains("Nothing has to be done until then; whoever wants to can change meanwhile"),
        "{said}"
    );
    assert!(said.contains("#### To change once it goes on") && !said.contains("Please"), "{said}");
    let shown = house.shown(number);
    let summary = shown.check_runs.last().and_then(|run| run.summary.as_deref()).expect("one");
    assert!(
        summary.starts_with("A maintainer has put this pull request on hold: nothing has to be done"),
        "{summary}"
    );
    house.close().await;
}

/// Where everything is waived, nothing asks for a change, and no correction of it is offered.
#[tokio::test]
async fn what_is_waived_whole_asks_for_nothing() {
    let house = House::open().await;
    let text = nominee(|nominee| nominee["license"][0]["spdx"] = json!("Apache 2"));
    let number = house.nominate(PATH, text).await;
    let said = house.living(number);
    assert!(said.contains("1 thing to change") && said.contains("Quicker: write `/suggest`"), "{said}");
    house.comment(number, "grace", "/hold until May").await;
    let said = house.living(number);
    assert!(said.contains("Whoever wants to change it meanwhile can write `/suggest`"), "{said}");
    assert!(!said.contains("Quicker"), "{said}");
    house.comment(number, "grace", "/unhold").await;
    house.comment(number, "grace", "/waive license-id Everybody knows what is meant").await;
    let said = house.living(number);
    assert!(said.contains("before people look at it: a maintainer waived what had to be."), "{said}");
    assert!(!said.contains("Please change") && !said.contains("`/suggest` as a comment"), "{said}");
    house.close().await;
}

/// A page of the project's website.
fn at(page: &str) -> String {
    format!("https://openclinic.example/{page}")
}

/// A nomination with this page as evidence.
fn evidence(page: &str) -> String {
    nominee(|nominee| nominee["SDGs"][0]["evidenceURL"] = json!(at(page)))
}

/// A link into a repository that is gone, or without a license file, nobody can give.
#[tokio::test]
async fn advice_on_the_link_can_be_followed() {
    let house = House::open().await;
    house.repository("open-clinic/bare", None);
    let open = "click its license file";
    for (name, told) in [
        ("app", "click its license file, and copy the address"),
        ("bare", "open-clinic/bare) as soon as there is one: none was found there."),
        ("gone", "Link the page or file in which the project states its license."),
    ] {
        let text = nominee(|nominee| {
            nominee["license"][0] =
                json!({"spdx": "MIT", "licenseURL": "https://opensource.org/licenses/MIT"});
            nominee["repositories"][0]["url"] = json!(format!("https://github.com/open-clinic/{name}"));
        });
        let number = house.nominate(PATH, text).await;
        let said = house.living(number);
        assert!(said.contains(told), "{name}: {said}");
        assert_eq!(said.contains(open), name == "app", "{name}: {said}");
        house.github.close(REGISTRY, number, "ada").unwrap();
        house.settle().await;
    }
    house.close().await;
}

/// Exactly one `license:` label and one `cop:` label or more, whatever was brought.
#[tokio::test]
async fn what_names_no_repository_and_no_field_has_its_labels_too() {
    let house = House::open().await;
    for (path, text, why) in [
        ("digitalpublicgoods/open-clinic.json", "{}", "a submission does not say"),
        (PATH, "{\"name\": \"Open Clinic\",", "the file cannot be read yet"),
    ] {
        let number = house.nominate(path, text).await;
        let labels = house.shown(number);
        let labels = labels.label_names();
        for label in ["license: unverified", "cop: none matched"] {
            assert!(labels.contains(&label), "{path}: {labels:?}");
        }
        assert!(house.living(number).contains(why), "{path}: {}", house.living(number));
    }
    house.close().await;
}

#[tokio::test]
async fn what_is_asked_is_not_a_thing_to_change() {
    let house = House::open().await;
    let first = house.nominate(PATH, nominee(|_| {})).await;
    let text = nominee(|nominee| nominee["license"][0]["spdx"] = json!("Apache 2"));
    let number = house.nominate("nominees/clinic.json", text).await;
    let said = house.living(number);
    assert!(said.contains("to change, 1 question to answer. Next step: you, the nominator"), "{said}");
    let (changes, questions) = said.split_once("#### Please answer").unwrap();
    assert!(changes.contains("a maintainer reads it and decides"), "{said}");
    let link = format!("The older [pull request {first}](https://github.com/{REGISTRY}/pull/{first}) seems");
    assert!(questions.contains(&link) && !changes.contains(&link), "{said}");
    assert!(said.contains("I offer 1 correction (line 14) that I am sure of as a button"), "{said}");
    house.close().await;
}

#[tokio::test]
async fn who_adds_a_license_file_knows_which() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", None).unwrap();
    for (declared, told) in [
        ("Apache-2.0", "with the full text of `Apache-2.0`, as declared, beside the README"),
        ("CC-BY-4.0", "with the full text of one of [the accepted licenses]"),
    ] {
        let text = nominee(|nominee| nominee["license"][0]["spdx"] = json!(declared));
        let number = house.nominate(PATH, text).await;
        let said = house.living(number);
        assert!(said.contains(told) && said.contains("that the repository's page shows first"), "{said}");
        house.github.close(REGISTRY, number, "ada").unwrap();
        house.settle().await;
    }
    house.close().await;
    let said = said_of("software", "Apache-2.0", "NOASSERTION").await;
    let settles =
        "If you put the [published text](https://spdx.org/licenses/Apache-2.0.html) there, unchanged, nobody";
    assert!(said.contains(settles), "{said}");
}

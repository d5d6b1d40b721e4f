//! Submissions: the answers on all nine indicators, and what the bot then shows of them.

use dpg_triage::fake_github::FileChange;
use serde_json::json;

use crate::house::{House, PATH, REGISTRY, nominee};

const SUBMISSION: &str = "digitalpublicgoods/open-clinic.json";

/// A submission with nothing to change, and with these texts of it replaced by others.
fn submission(changes: &[(&str, &str)]) -> String {
    let text = include_str!("../data/submissions/open-clinic.json").to_owned();
    changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// A nominee whose submission was accepted.
fn accepted() -> FileChange {
    FileChange::write(PATH, nominee(|nominee| nominee["stage"] = json!("DPG")))
}

#[tokio::test]
async fn all_answered_and_nominated_beside_it() {
    let house = House::open().await;
    let number =
        house.open_pull_request(vec![accepted(), FileChange::write(SUBMISSION, submission(&[]))]).await;
    let page = house.page(number);
    assert!(page.starts_with("### Ready for review"), "{page}");
    assert!(page.contains("File 1 (submission): 18 of 18 checks met."), "{page}");
    house.close().await;
}

/// As the form leaves it when somebody clicks through: "Yes" with nothing behind it, "Unknown", blanks.
#[tokio::test]
async fn a_form_clicked_through() {
    let house = House::open().await;
    let text = submission(&[
        (r#""isOwnershipExplicit": "Yes""#, r#""isOwnershipExplicit": "No""#),
        (
            r#""mandatoryDepsCreateMoreRestrictions": "No""#,
            r#""mandatoryDepsCreateMoreRestrictions": "Unknown""#,
        ),
        ("https://docs.openclinic.example", "It is in preparation"),
        (r#""checkNonPIIAccessMechanism": "Yes""#, r#""checkNonPIIAccessMechanism": """#),
        ("Each report can be exported as CSV.", ""),
        ("Data Protection Act, 2019 (Kenya)", ""),
        ("Privacy policy - https://openclinic.example/privacy", "N/A"),
        ("HL7 FHIR", ""),
        ("https://docs.openclinic.example/fhir", "We will see"),
        ("Nurses of three clinics review each release.", ""),
        ("      \"typesOfDataCollected\": [\n        \"Name and date of birth of patients\"\n      ],\n", ""),
        ("      \"thirdPartyDataSharing\": \"No\",\n", ""),
        (r#""ensurePrivacySecurity": "Yes""#, r#""ensurePrivacySecurity": "Unknown""#),
        (r#""collectStoreDistribute": "No""#, r#""collectStoreDistribute": "Yes""#),
        (r#""type": """#, r#""type": "Videos""#),
        (r#""userInteraction": "No""#, r#""userInteraction": "Unknown""#),
        ("\"developmentCountries\": [\n      \"Kenya\"", "\"developmentCountries\": [\n      \"\""),
        (
            "\"Uganda\"",
            "\"uganda\",\n      \"USA\",\n      \"Congo\",\n      \"East Africa\",\n      \"Caribbean\",\n      \"\"",
        ),
    ]);
    let number = house.nominate(SUBMISSION, text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// The answers first; what a program can add by itself, last and by name.
#[tokio::test]
async fn a_no_comes_before_fields_that_are_left_out() {
    let house = House::open().await;
    let text = submission(&[
        (r#""isOwnershipExplicit": "Yes""#, r#""isOwnershipExplicit": "No""#),
        (r#""isDocumentationAvailable": "Yes""#, r#""isDocumentationAvailable": "No""#),
        ("      \"typesOfDataCollected\": [\n        \"Name and date of birth of patients\"\n      ],\n", ""),
    ]);
    let number = house.nominate(SUBMISSION, text).await;
    let said = house.living(number);
    let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("{words}: {said}"));
    assert!(at("`isOwnershipExplicit`) is `No`.") < at("left out: `typesOfDataCollected`"), "{said}");
    let standard = "The DPG Standard asks every project for this.";
    assert_eq!(said.matches(standard).count(), 1, "{said}");
    assert!(
        said.contains("`isDocumentationAvailable`) is `No`. What point 2 says of that holds here as well."),
        "{said}"
    );
    house.close().await;
}

/// A test of the form as it really came.
#[tokio::test]
async fn a_test_of_the_form() {
    let house = House::open().await;
    let text = submission(&[
        (r#""name": "Open Clinic""#, r#""name": "Test""#),
        ("https://openclinic.example/copyright", "http://example.com"),
        ("https://docs.openclinic.example", "http://example.com"),
    ]);
    let number = house.nominate("digitalpublicgoods/test.json", text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// Only the nominee's file is looked for beside the schema, and its answer counts.
#[tokio::test]
async fn a_submission_of_nobody_is_told_until_the_nominee_is_there() {
    let house = House::open().await;
    let number = house.nominate(SUBMISSION, submission(&[])).await;
    assert!(house.living(number).contains("no file `nominees/open-clinic.json`"));
    let files = house.github.requests().to("GET", "/repos/{owner}/{repo}/contents/{*path}");
    let files = files.filter(|request| !request.path.contains(".github"));
    assert_eq!(files.len(), 2, "{files}");
    house.github.push(REGISTRY, number, "ada", vec![accepted()]).unwrap();
    house.settle().await;
    assert!(!house.living(number).contains("no file `nominees/open-clinic.json`"));
    house.close().await;
}

/// What the schema says of a question, its indicator does not say again, and does not call answered.
#[tokio::test]
async fn the_schema_and_an_indicator_do_not_say_the_same() {
    let house = House::open().await;
    let text = submission(&[
        (r#""isOwnershipExplicit": "Yes""#, r#""isOwnershipExplicit": "Perhaps""#),
        ("    \"collectsNonPII\": \"Yes\",\n", ""),
    ]);
    let number = house.nominate(SUBMISSION, text).await;
    let page = house.living(number);
    assert!(page.contains("`isOwnershipExplicit` is `Perhaps`"), "{page}");
    assert!(page.contains("The field `collectsNonPII` is missing in `NonPII`."), "{page}");
    assert!(
        !page.contains("on ownership are answered") && !page.contains("on data extraction are answered"),
        "{page}"
    );
    assert!(!page.contains("The form still needs"), "{page}");
    house.close().await;
}

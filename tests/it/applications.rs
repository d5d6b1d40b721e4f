//! Applications, as the web form stores them: they are told of their own fields, and of what can be done in them.

use serde_json::{Value, json};

use crate::house::House;

/// An application with nothing to change, changed so.
fn application(change: impl FnOnce(&mut Value)) -> String {
    let mut application = json!({
        "id": "10680", "name": "Open Clinic", "aliases": "", "sectors": [], "stage": "nominee",
        "categories": ["Open Software"],
        "description": "Records vaccinations where there is no network.",
        "website": "https://openclinic.example",
        "repositories": [{"name": "main", "url": "https://github.com/open-clinic/app"}],
        "sdgs": {
            "sdg": ["SDG3: Good Health and Well-Being", "SDG8: Decent Work and Economic Growth"],
            "relevance": "Vaccines reach every clinic (target 3.8)."
        },
        "openlicenses": [{
            "openLicense": "Apache-2.0",
            "openLicenseEvidenceURLs": "https://github.com/open-clinic/app/blob/main/LICENSE"
        }],
        "organizations": [{
            "name": "Open Clinic", "website": "https://openclinic.example", "org_type": "owner",
            "contact_name": "Ada", "contact_email": "ada@openclinic.example"
        }]
    });
    change(&mut application);
    serde_json::to_string_pretty(&application).unwrap()
}

/// What is said of it.
async fn said_of(change: impl FnOnce(&mut Value)) -> String {
    let house = House::open().await;
    let number = house.nominate("10680.json", application(change)).await;
    let said = house.living(number);
    house.close().await;
    // The corrected file holds all fields.
    said.split("The corrected file").next().unwrap().to_owned()
}

#[tokio::test]
async fn goals_in_a_list_with_one_text_are_goals() {
    let said = said_of(|_| {}).await;
    assert!(said.starts_with("### Ready for review"), "{said}");
    for words in ["names no goal", "no link", "same text", "alias is blank"] {
        assert!(!said.contains(words), "{words}: {said}");
    }
}

#[tokio::test]
async fn its_own_fields_are_named() {
    let said = said_of(|application| {
        application["sdgs"] =
            json!([{"sdg": "", "relevance": ""}, {"sdg": "SDG4: Education", "relevance": " "}]);
        application["openlicenses"] =
            json!([{"openLicense": "MIT, GPL-3.0"}, {"openLicense": "CC-BY-4.0"}, {}]);
    })
    .await;
    for words in [
        "into `sdg`, as in `\"SDG3: Good Health and Well-Being\"`.",
        "Write in `relevance` what the project does for this goal. If",
        "into `openLicense`, for example",
        "an entry of its own in `openlicenses`",
        "correct its type in `categories`",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for field in ["SDGNumber", "evidenceText", "evidenceURL", "`spdx`", "`license`", "`type`"] {
        assert!(!said.contains(field), "{field}: {said}");
    }
    let said = said_of(|application| application["sdgs"] = json!({"sdg": [], "relevance": ""})).await;
    assert!(said.contains("No goal is listed."), "{said}");
}

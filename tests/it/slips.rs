//! Slips of the pen: each is told once, by what it is and not by what follows from it.

use serde_json::{Value, json};

use crate::house::{House, PATH, nominee};

/// What is said of a nomination changed so, without its corrected text.
async fn said_of(house: &House, change: impl FnOnce(&mut Value)) -> String {
    let number = house.nominate(PATH, nominee(change)).await;
    let said = house.living(number);
    house.github.close(crate::house::REGISTRY, number, "ada").unwrap();
    house.settle().await;
    said.split("<details><summary>The corrected file").next().unwrap().to_owned()
}

fn renamed(object: &mut Value, from: &str, to: &str) {
    let object = object.as_object_mut().unwrap();
    let value = object.remove(from).unwrap();
    object.insert(to.to_owned(), value);
}

#[tokio::test]
async fn a_name_almost_right_is_the_one_thing_said() {
    let house = House::open().await;
    let said = said_of(&house, |nominee| {
        renamed(nominee, "organizations", "organisations");
        renamed(&mut nominee["license"][0], "licenseURL", "licenseUrl");
        renamed(&mut nominee["SDGs"][0], "evidenceURL", "evidenceUrl");
    })
    .await;
    for name in ["evidenceURL", "licenseURL", "organizations"] {
        assert!(said.contains(&format!("is written `{name}`")), "{name}: {said}");
    }
    assert!(said.contains("3 things to change"), "{said}");
    assert!(!said.contains("is missing") && !said.contains("no link"), "{said}");

    let said = said_of(&house, |nominee| {
        nominee["repositories"] = json!([[{"repositories": nominee["repositories"][0].clone()}]]);
    })
    .await;
    assert!(said.contains("1 thing to change"), "{said}");
    assert!(
        said.contains(r#"One list of objects is enough: `[{ "name": "...", "url": "..." }]`."#),
        "{said}"
    );
    house.close().await;
}

#[tokio::test]
async fn of_what_has_to_go_nothing_else_is_said() {
    let house = House::open().await;
    let said = said_of(&house, |nominee| {
        let refused = json!({"spdx": "CC-BY-4.0", "licenseURL": "https://creativecommons.org/licenses/by/4.0/legalcode"});
        nominee["license"].as_array_mut().unwrap().push(refused);
    })
    .await;
    assert!(said.contains("but this nomination is `software`"), "{said}");
    assert!(said.contains("1 thing to change") && !said.contains("as such"), "{said}");

    let said = said_of(&house, |nominee| {
        let copy = nominee["SDGs"][0].clone();
        nominee["SDGs"].as_array_mut().unwrap().push(copy);
    })
    .await;
    assert!(said.contains("Goal 3 is listed twice. Delete one of the two."), "{said}");
    assert!(said.contains("1 thing to change") && !said.contains("same text"), "{said}");

    let said = said_of(&house, |nominee| {
        let goal =
            |number: i64| json!({"SDGNumber": number, "evidenceText": "Clinics count it (target 1.1)."});
        nominee["SDGs"] = (1..8).map(goal).collect();
    })
    .await;
    assert!(said.contains("7 goals are claimed."), "{said}");
    assert!(!said.contains("same text") && !said.contains("no link"), "{said}");
    house.close().await;
}

/// No nominator knows JSON Schema.
#[tokio::test]
async fn a_value_that_may_be_of_one_kind_is_told_which() {
    let house = House::open().await;
    let text = include_str!("../data/submissions/open-clinic.json").replace("\"HL7 FHIR\"", "null");
    let number = house.nominate("digitalpublicgoods/open-clinic.json", text).await;
    let said = house.living(number);
    assert!(said.contains("has to be text in quotation marks, but is nothing"), "{said}");
    assert!(!said.contains("anyOf"), "{said}");
    house.close().await;
}

//! `fix` as its users start it, and the corrected file in the comment.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    check::registry,
    house::{House, PATH, nominee},
    process::{program, run},
};

/// A nominee in every old and crooked shape that has one right answer.
const CROOKED: &str = r#"{"stage": "nominee", "name": "Open Clinic ", "aliases": ["", "OClinic, OpenClinic, Clinica", "Open Clinic"],
"description": "Records vaccinations.", "website": "https://openclinic.example",
"license": [{"licenseURL": "https://github.com/open-clinic/app/blob/main/LICENSE", "spdx": "Apache License 2.0"}],
"SDGs": [{"SDGNumber": 3.0, "evidenceText": "caf\u00e9"}], "type": ["software"], "repositoryURL": "https://github.com/open-clinic/app",
"organizations": [{"contact_email": "ada@openclinic.example", "name": "Open Clinic", "website": "https://openclinic.example", "org_type": "owner"}]}"#;

fn fix(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    run(program().arg("fix").args(arguments).current_dir(root))
}

#[test]
fn what_has_one_right_answer_is_corrected_once() {
    let root = registry(&[("nominees/OpenClinic.json", CROOKED)]);
    let path = root.path().join("nominees/OpenClinic.json");
    let (code, shown, _) = fix(root.path(), &["--check", "nominees/OpenClinic.json"]);
    assert_eq!((code, fs::read_to_string(&path).unwrap().as_str()), (1, CROOKED), "{shown}");
    let (code, out, err) = fix(root.path(), &["nominees/OpenClinic.json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(shown.replace("would be corrected", "corrected"), out);
    assert!(!out.contains("ada@"), "a contact is shown nowhere");
    insta::assert_snapshot!(out);
    let corrected = fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!(corrected.replace("ada@openclinic.example", "CONTACT"));
    let (code, out, _) = fix(root.path(), &["--check", "nominees/OpenClinic.json"]);
    assert_eq!(code, 0, "a second time changes nothing: {out}");
}

#[test]
fn the_layout_alone_changes_no_value() {
    let root = registry(&[("nominees/open-clinic.json", CROOKED)]);
    assert_eq!(fix(root.path(), &["--layout", "nominees/open-clinic.json"]).0, 0);
    let corrected = fs::read_to_string(root.path().join("nominees/open-clinic.json")).unwrap();
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let mut expected = value(CROOKED);
    expected["SDGs"][0]["SDGNumber"] = json!(3);
    assert_eq!(value(&corrected), expected);
    assert!(corrected.starts_with("{\n  \"name\": \"Open Clinic \",\n") && corrected.ends_with("\n}\n"));
}

#[test]
fn a_submission_gets_the_fields_that_the_form_left_out() {
    let text = r#"{"name": "Open Clinic", "clearOwnership": {"isOwnershipExplicit": "Yes"},
        "doNoHarm": {"dataPrivacySecurity": {"collectsPII": "No"}}}"#;
    let root = registry(&[("digitalpublicgoods/open-clinic.json", text)]);
    assert_eq!(fix(root.path(), &["digitalpublicgoods/open-clinic.json"]).0, 0);
    let corrected = fs::read_to_string(root.path().join("digitalpublicgoods/open-clinic.json")).unwrap();
    // A question that has to be answered, and one that may not be blank, are not made up.
    let expected = json!({"name": "Open Clinic",
        "clearOwnership": {"isOwnershipExplicit": "Yes", "copyrightURL": ""},
        "doNoHarm": {"dataPrivacySecurity": {"collectsPII": "No", "typesOfDataCollected": [""],
            "dataSharingCircumstances": [""], "privacySecurityDescription": ""}}});
    assert_eq!(serde_json::from_str::<Value>(&corrected).unwrap(), expected);
}

#[test]
fn what_cannot_be_read_is_left_alone_and_the_rest_is_done() {
    let twice = "{\"name\": \"B\", \"name\": \"C\"}";
    let root = registry(&[
        ("nominees/a.json", "{\"name\": \"A\""),
        ("nominees/b.json", twice),
        ("nominees/c.json", CROOKED),
    ]);
    let (code, out, err) = fix(root.path(), &["nominees/a.json", "nominees/b.json", "nominees/c.json"]);
    assert_eq!(code, 2);
    assert!(err.contains("nominees/a.json is left as it is: line 1: The file is not valid JSON"), "{err}");
    assert!(err.contains("\"name\" stands in it twice"), "{err}");
    assert!(out.contains("1 file corrected") && out.contains("2 could not be"), "{out}");
    assert_eq!(fs::read_to_string(root.path().join("nominees/b.json")).unwrap(), twice);
    let left: Vec<_> = fs::read_dir(root.path().join("nominees")).unwrap().collect();
    assert_eq!(left.len(), 3, "nothing is left beside the files");
}

#[test]
fn a_file_that_cannot_be_replaced_stays_whole() {
    let root = registry(&[("nominees/open-clinic.json", CROOKED)]);
    for (arguments, words) in [
        (&["nominees/missing.json"][..], "missing.json"),
        (&["--onlyne", "nominees/open-clinic.json"], "--online"),
        (&[], "PATH"),
    ] {
        let (code, out, err) = fix(root.path(), arguments);
        assert_eq!(code, 2, "{out}");
        assert!(err.contains(words), "{err}");
    }
    assert_eq!(fs::read_to_string(root.path().join("nominees/open-clinic.json")).unwrap(), CROOKED);
}

/// The corrected file stands in the comment, but for the lines that hold a contact.
#[tokio::test]
async fn the_corrected_file_can_be_copied_from_the_comment() {
    let house = House::open().await;
    let number = house.nominate(PATH, CROOKED).await;
    let comment = house.living(number);
    assert!(!comment.contains("ada@"), "{comment}");
    let folded = comment.split_once("<summary>The corrected file, to copy</summary>").unwrap().1;
    insta::assert_snapshot!(folded.split_once("</details>").unwrap().0);
    // What is copied, with the contact put back, leaves nothing to correct.
    let blocks: Vec<&str> =
        folded.split("```json\n").skip(1).map(|part| part.split_once("```\n").unwrap().0).collect();
    let contact = "      \"contact_email\": \"ada@openclinic.example\"\n";
    assert_eq!(blocks.len(), 2);
    house.push(number, PATH, blocks.join(contact)).await;
    assert!(!house.living(number).contains("The corrected file"), "{}", house.living(number));
    house.close().await;
}

/// Whoever may write lets the file keep its name: then nothing asks for another one.
#[tokio::test]
async fn what_was_waived_is_not_corrected() {
    let house = House::open().await;
    let number = house.nominate("nominees/OpenClinic.json", CROOKED).await;
    assert!(
        house.living(number).contains("The file's name is still to be changed"),
        "{}",
        house.living(number)
    );
    house.comment(number, "grace", "/waive file-name It is known by it").await;
    let comment = house.living(number);
    assert!(comment.contains("#### Waived") && comment.contains("The corrected file"), "{comment}");
    assert!(!comment.contains("The file's name is still to be changed"), "{comment}");
    house.close().await;
}

/// In order and complete, there is nothing to copy.
#[tokio::test]
async fn nothing_is_offered_where_nothing_is_wrong() {
    let house = House::open().await;
    let ordered = nominee(|_| {});
    let number = house.nominate(PATH, ordered).await;
    let folded =
        house.living(number).split_once("```json\n").unwrap().1.split_once("```\n").unwrap().0.to_owned();
    house.push(number, PATH, folded).await;
    assert!(!house.living(number).contains("```json"), "{}", house.living(number));
    house.close().await;
}

/// One name may hold a comma; an entry that is no list cannot be parted.
#[test]
fn one_name_with_a_comma_stays_one() {
    let kept = [
        "Acme, Inc.",
        "Washington, DC",
        "Smith, John",
        "1,000 Lives",
        "Covid; 19",
        "Ministry of Health, Kenya",
    ];
    for alias in kept {
        let text = nominee(|nominee| nominee["aliases"] = json!([alias]));
        let root = registry(&[("nominees/open-clinic.json", &text)]);
        fix(root.path(), &["nominees/open-clinic.json"]);
        let corrected = fs::read_to_string(root.path().join("nominees/open-clinic.json")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&corrected).unwrap()["aliases"], json!([alias]));
    }
    let text = nominee(|nominee| nominee["aliases"] = json!("Alpha, Alpha 2"));
    let root = registry(&[("nominees/open-clinic.json", &text)]);
    let (_, out, _) = fix(root.path(), &["nominees/open-clinic.json"]);
    assert!(!out.contains("becomes \""), "{out}");
}

#[test]
fn a_bad_path_stops_nothing_and_nothing_beside_the_file_is_written() {
    let root = registry(&[("nominees/a.json", CROOKED), ("nominees/.dpg-triage-left", CROOKED)]);
    let elsewhere = registry(&[("digitalpublicgoods/l.json", "{\"name\":\"L\"}")]);
    std::os::unix::fs::symlink(
        elsewhere.path().join("digitalpublicgoods"),
        root.path().join("digitalpublicgoods"),
    )
    .unwrap();
    let (code, out, err) = fix(root.path(), &["nope.json", "nominees/a.json", ".", "nominees"]);
    assert_eq!(code, 2, "{out}");
    assert!(err.contains("nope.json is left as it is") && out.contains("1 file corrected"), "{out}{err}");
    assert!(out.contains("git mv nominees/a.json nominees/open-clinic.json"), "{out}");
    // Of a folder without nominations it says where they lie.
    fs::create_dir(root.path().join("docs")).unwrap();
    let (code, _, err) = fix(root.path(), &["docs"]);
    let told =
        "error: docs is left as it is: there are no nominations in docs: these are nominees/NAME.json, ";
    assert!(code == 2 && err.starts_with(told) && err.contains("name one, or the folder"), "{err}");
    fs::write(root.path().join("docs/a.json"), "{}").unwrap();
    let (_, _, err) = fix(root.path(), &["docs/a.json"]);
    assert!(
        err.starts_with("error: docs/a.json is left as it is: it is not a nomination: these are "),
        "{err}"
    );
    let text = |path: std::path::PathBuf| fs::read_to_string(path).unwrap();
    assert_eq!(text(elsewhere.path().join("digitalpublicgoods/l.json")), "{\"name\":\"L\"}");
    assert_eq!(text(root.path().join("nominees/.dpg-triage-left")), CROOKED, "not ours to judge");
}

/// The command that renames a file can be pasted wherever it was shown.
#[test]
fn the_command_that_renames_works_where_it_is_shown() {
    let git = |folder: &Path, arguments: &[&str]| {
        let done = std::process::Command::new("git").args(arguments).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    };
    for (elsewhere, named, way) in
        [(".", "nominees/a.json", ""), ("nominees", "a.json", " -C .."), ("/", "", " -C ")]
    {
        let root = registry(&[("nominees/a.json", CROOKED)]);
        git(root.path(), &["init", "--quiet"]);
        git(root.path(), &["add", "."]);
        let named = if named.is_empty() { root.path().join("nominees/a.json") } else { named.into() };
        let folder = root.path().join(elsewhere);
        let (_, out, err) = fix(&folder, &[named.to_str().unwrap()]);
        let command = out.lines().find(|line| line.trim().starts_with("git")).expect("the command").trim();
        assert!(
            command.starts_with(&format!("git{way}")) && command.contains(" mv nominees/a.json"),
            "{out}{err}"
        );
        let pasted =
            std::process::Command::new("sh").args(["-c", command]).current_dir(&folder).output().unwrap();
        assert!(pasted.status.success(), "{command}: {pasted:?}");
        assert!(root.path().join("nominees/open-clinic.json").is_file(), "{command}");
    }
}

/// Who has read enough (`| head`) does not keep the other files from being corrected.
#[test]
fn all_files_are_corrected_though_nobody_reads() {
    let names: Vec<String> = (0..40).map(|at| format!("nominees/n{at}.json")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), CROOKED)).collect();
    let root = registry(&files);
    let mut command = program();
    command.args(["fix", "nominees"]).current_dir(&root).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let corrected = |name: &String| fs::read_to_string(root.path().join(name)).unwrap() != CROOKED;
    assert!(names.iter().all(corrected));
}

/// People's addresses are repeated nowhere, wherever they stand in the file and however they are written.
#[tokio::test]
async fn no_address_is_repeated_in_the_comment() {
    let house = House::open().await;
    let text = nominee(|nominee| {
        nominee["aliases"] = json!(["", "ada@corp.org", "OC"]);
        nominee["stage"] = json!("bob@corp.org");
        nominee["license"][0]["spdx"] = json!("ädä@corp.org");
        nominee["contactName"] = json!("Secret Person");
    })
    .replace("\"Records", "\"carol\\u0040corp.org Records");
    let number = house.nominate(PATH, text).await;
    let page = house.page(number);
    for secret in ["corp.org", "Secret Person"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    house.close().await;
}

/// A list of a hundred thousand slips takes no time from anybody.
#[tokio::test]
async fn a_list_of_slips_is_corrected_at_once() {
    let house = House::open().await;
    let aliases: Vec<&str> = vec!["alpha, alpha b"; 100_000];
    let began = std::time::Instant::now();
    house.nominate(PATH, format!("{{\"name\":\"a\",\"aliases\":{}}}", json!(aliases))).await;
    assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
    house.close().await;
}

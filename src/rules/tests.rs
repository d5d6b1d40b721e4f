use super::*;
use crate::triage::{finding::Severity, nomination::Kind, policy::Standing};

const WHOLE: &str = r#"
nominations:            # replaces the built-in table
  - {kind: nominee, path: "nominees/*.json", schema: nominee-schema.json}
  - {kind: application, path: "*.json"}
registry: [nominees, goods]
checks: {sdg-count: {max: 3}, one-nomination: off, description: {severity: hint}}
licenses: {software: {allow: [EUPL-1.1], deny: [MIT]}}
communities:
  - id: maternal-health
    name: Maternal health
    team: my-org/health-cop
    reviewers: [octocat]
    match: {sdgs: [3], sectors: [Health], types: [], words: [vaccine, "health record"]}
    criteria: ["Works offline in a clinic"]
  - id: other
    name: Everything else
    label: "cop: anything"
votes: {approve: 2}
labels: {"triage: ready for review": "ready", "cop: anything": "cop: misc"}
required_check: true
"#;

fn said(text: &str) -> Vec<String> {
    let read = read(text.as_bytes());
    assert_eq!(read.policy.is_some(), read.mistakes.is_empty(), "{text}");
    let line = |mistake: &Finding| {
        let line = mistake.spot.as_ref().map_or(0, |spot| read.source.place(&spot.span).line);
        format!("{line}: {}", mistake.message.plain())
    };
    read.mistakes.iter().map(line).collect()
}

#[test]
fn a_whole_file_is_laid_over_the_built_in_rules() {
    assert_eq!(said(WHOLE), Vec::<String>::new());
    let policy = read(WHOLE.as_bytes()).policy.expect("rules");
    let kinds: Vec<(Kind, &str)> =
        policy.nominations.iter().map(|rule| (rule.kind, rule.folder.as_str())).collect();
    assert_eq!(kinds, [(Kind::Nominee, "nominees"), (Kind::Application, "")]);
    assert_eq!(policy.registry, ["nominees", "goods"]);
    assert_eq!((policy.checks.most_goals, policy.checks.off.contains("one-nomination")), (3, true));
    assert_eq!(policy.checks.severities.get("description"), Some(&Severity::Hint));
    let standing = |id: &str| policy.licenses.standing(id, "software");
    assert_eq!((standing("EUPL-1.1"), standing("MIT")), (Standing::Approved, Standing::NotApproved));
    assert_eq!(policy.licenses.standing("CC-BY-4.0", "content"), Standing::Approved);
    let [health, other] = &policy.communities[..] else { panic!("two communities") };
    assert_eq!((health.label.as_str(), other.label.as_str()), ("cop: maternal health", "cop: anything"));
    assert_eq!((health.team.as_deref(), health.reviewers.len()), (Some("my-org/health-cop"), 1));
    assert_eq!((health.criteria.len(), health.matches.words.len(), policy.votes_needed), (1, 2, 2));
    assert!(policy.required_check && policy.labels.len() == 2);
}

#[test]
fn what_is_left_out_stays_as_it_is_built_in() {
    for text in ["", "# nothing yet\n", "votes:\n", "communities:\nchecks:\n", "{}", "\u{feff}votes: {}\n"] {
        let policy = read(text.as_bytes()).policy.unwrap_or_else(|| panic!("{text:?}: {:?}", said(text)));
        assert_eq!(policy.communities.len(), Policy::built_in().communities.len(), "{text:?}");
        assert_eq!(policy.nominations.len(), 3, "{text:?}");
    }
}

#[test]
fn every_mistake_is_told_at_its_line_with_what_is_allowed() {
    let mut wrong = String::new();
    for (text, expected) in [
        ("vote: {}\n", "1: The field \"vote\" is not known here. Did you mean \"votes\"?"),
        (
            "votes:\n  approve: no\n",
            "2: The field \"approve\" has to be a number without quotation marks, but is text.",
        ),
        ("votes: {approve: 0}\n", "1: The field \"approve\" must be 1 or more."),
        ("votes: {aprove: 1}\n", "1: The field \"aprove\" is not known here. Did you mean \"approve\"?"),
        (
            "checks:\n  sdg-counts: off\n",
            "2: The field \"sdg-counts\" is not known here. Did you mean \"sdg-count\"?",
        ),
        (
            "checks: {links: on}\n",
            "1: The field \"links\" is set to something that means nothing here. Write `links: off`, or \
             `links: {severity: hint}`. A severity is one of `hint`, `should` and `must`.",
        ),
        (
            "checks:\n  description: must\n",
            "2: The field \"description\" is set to something that means nothing here. Write `description: off`, or \
             `description: {severity: must}`.",
        ),
        (
            "checks: {license-id: of}\n",
            "1: The field \"license-id\" is set to something that means nothing here. Write `license-id: off`",
        ),
        (
            "checks: {sdg-count: 5}\n",
            "1: The field \"sdg-count\" is set to something that means nothing here. Write `sdg-count: off`, or \
             `sdg-count: {severity: hint}`, or `sdg-count: {max: 5}`.",
        ),
        (
            "checks: {links: {severity: off}}\n",
            "1: A severity cannot be `off`. To turn the check off, write `links: off`.",
        ),
        (
            "checks: {links: {severity: warn}}\n",
            "1: The field \"severity\" is \"warn\", which means nothing here. Write one of \"hint\", \"should\" and \"must\".",
        ),
        ("checks: {links: {max: 3}}\n", "1: The field \"max\" is not known here. Known is \"severity\"."),
        (
            "checks: {links: 5}\n",
            "1: The field \"links\" is set to something that means nothing here. Write `links: off`",
        ),
        (
            "required_check: yes\n",
            "1: The field \"required_check\" has to be `true` or `false`, but is text.",
        ),
        (
            "nominations:\n  - {kind: nomination, path: 'x/*.json'}\n",
            "2: The field \"kind\" is \"nomination\", which means nothing here. Write one of \"nominee\", \"submission\" and \"application\".",
        ),
        (
            "nominations:\n  - {kind: nominee, path: 'x/**/*.json'}\n",
            "2: \"x/**/*.json\" is not a path that nominations can have.",
        ),
        (
            "nominations:\n  - {kind: nominee, path: '../*.json'}\n",
            "2: \"../*.json\" is not a path that nominations can have.",
        ),
        (
            "nominations:\n  - {kind: nominee, path: 'x/*.json', schema: '/etc/passwd'}\n",
            "2: \"/etc/passwd\" is not the path of a file in this repository.",
        ),
        ("nominations: []\n", "1: Without an entry nothing would be a nomination."),
        ("registry: [a/b]\n", "1: \"a/b\" is not the name of a folder at the top of the repository."),
        ("licenses: {software: {allow: [GPL v3]}}\n", "1: \"GPL v3\" is not an SPDX id."),
        (
            "licenses: {software: {allow: [Apache 2.0]}}\n",
            "1: \"Apache 2.0\" is not an SPDX id. Did you mean \"Apache-2.0\"?",
        ),
        (
            "licenses: {software: {allow: [MIT], deny: [MIT]}}\n",
            "1: \"MIT\" stands under `allow`, too. Keep one of the two.",
        ),
        (
            "licenses: {hardware: {}}\n",
            "1: The field \"hardware\" is not known here. Known are \"content\", \"data\" and \"software\".",
        ),
        (
            "communities:\n  - name: X\n",
            "2: The field `id` is missing in this entry of \"communities\". Add it.",
        ),
        ("communities:\n  - {id: A b, name: X}\n", "2: \"A b\" cannot be an id."),
        (
            "communities:\n  - {id: a, name: X}\n  - {id: a, name: Y}\n",
            "3: \"a\" is the id of another community, too.",
        ),
        (
            "communities:\n  - {id: a, name: X, team: health-cop}\n",
            "2: \"health-cop\" is not a team. Write `ORGANIZATION/TEAM`",
        ),
        (
            "communities:\n  - {id: a, name: X, reviewers: ['@octocat']}\n",
            "2: \"@octocat\" is not a login of GitHub.",
        ),
        (
            "communities:\n  - {id: a, name: X, reviewers: [007]}\n",
            "2: An entry of \"reviewers\" has to be text, but is a number.",
        ),
        (
            "communities:\n  - {id: a, name: X, match: {sdgs: [18]}}\n",
            "2: An entry of \"sdgs\" must be 17 or less.",
        ),
        (
            "communities:\n  - {id: a, name: X, match: {types: [softwear]}}\n",
            "2: An entry of \"types\" is \"softwear\", which means nothing here. Did you mean \"software\"?",
        ),
        (
            "communities:\n  - {id: a, name: X, criteria: ['']}\n",
            "2: An entry here is one line of 1 to 300 characters.",
        ),
        (
            "communities:\n  - {id: a, name: X, label: 'a, b'}\n",
            "2: The name of a label has 1 to 50 characters",
        ),
        (
            "labels: {'triage: on holt': x}\n",
            "1: \"triage: on holt\" is not a label of this App. Did you mean \"triage: on hold\"?",
        ),
        (
            "labels: {nomination: a, submission: A}\n",
            "1: \"A\" is the name of another label of this App, too.",
        ),
        (
            "labels: {nomination: submission}\n",
            "1: \"submission\" is the name of another label of this App, too.",
        ),
        (
            "communities:\n  - {id: a, name: X, label: 'License: Verified'}\n",
            "2: \"License: Verified\" is a label of this App that says something else. Choose another `label`",
        ),
        (
            "communities:\n  - id: a\n    name: X\n    label: nomination\n",
            "4: \"nomination\" is a label of this App that says something else.",
        ),
        (
            "communities:\n  - {id: none-matched, name: X}\n",
            "2: \"cop: none matched\" is a label of this App that says something else.",
        ),
        (
            "communities:\n  - {id: a, name: X}\n  - {id: b, name: Y, label: 'Cop: A'}\n",
            "3: \"Cop: A\" is the label of another community, too.",
        ),
        (
            "nominations:\n  - {kind: nominee, path: 'x/*.json'}\n  - {kind: submission, path: 'x/*.json'}\n",
            "3: \"x/*.json\" stands in an entry above, too, which is the one that would count.",
        ),
        (
            "votes: {}\nregistry: []\n",
            "2: Without a folder no nomination would be compared with the registry.",
        ),
        ("registry:\n  - ' '\n", "2: \" \" is not the name of a folder at the top of the repository."),
        ("registry:\n  - a\n  - b\n  - a\n", "4: \"a\" stands in this list twice."),
        ("- a\n- b\n", "1: The file has to be keys with values, but is a list."),
        ("just text\n", "1: The file has to be keys with values, but is text."),
        ("votes: {approve: 1}\nvotes: {approve: 2}\n", "2: \"votes\" stands here a second time."),
    ] {
        let said = said(text);
        if !(said.len() == 1 && said[0].starts_with(expected)) {
            wrong.push_str(&format!("{text}{said:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let two = said("votes: {aprove: 1, needed: 2}\n");
    assert!(two[0].ends_with("\"aprove\" is not known here. Did you mean \"approve\"?"), "{two:?}");
    assert!(two[1].ends_with("\"needed\" is not known here. Known is \"approve\"."), "{two:?}");
    let several = said("votes: {approve: 99}\nlabels: 5\nnew: 1\nchecks: {a: off}\n");
    assert_eq!(several.iter().map(|said| &said[..2]).collect::<Vec<_>>(), ["1:", "2:", "3:", "4:"]);
    assert!(said(&"a: 1\n".repeat(20_000))[0].contains("64 kB"));
    let folders: Vec<String> = (0..9000).map(|at| format!("f{at}")).collect();
    assert_eq!(
        said(&format!("registry: [{}]\n", folders.join(", "))),
        ["1: More than 50 folders are not read."]
    );
    assert_eq!(said(&format!("registry: [{}]\n", folders[..50].join(", "))), [""; 0]);
    let lengthy = read("# x\n".repeat(16_000).as_bytes());
    assert!(lengthy.policy.is_some(), "within the limit");
}

/// Every place of a whole file with a value of every other type: told at a place in the file, or taken as it is meant.
#[test]
fn a_wrong_type_anywhere_is_told() {
    let mut places = Vec::new();
    every(&as_json(WHOLE), String::new(), &mut places);
    assert!(places.len() > 40, "{places:?}");
    let (mut told, mut taken) = (0, Vec::new());
    for place in &places {
        for wrong in ["null", "\"x\"", "-7", "1.5", "true", "[]", "[[[1]]]", "{}", "{\"x\": [null]}"] {
            let mut file = as_json(WHOLE);
            let at = file.pointer_mut(place).expect("a place");
            *at = serde_json::from_str(wrong).expect("JSON");
            // JSON is YAML.
            let text = file.to_string();
            let read = read(text.as_bytes());
            assert_eq!(read.policy.is_some(), read.mistakes.is_empty(), "{place} {wrong}");
            match read.policy {
                Some(_) => taken.push(format!("{place} {wrong}")),
                None => told += 1,
            }
            let in_file =
                |mistake: &Finding| mistake.spot.as_ref().is_some_and(|spot| spot.span.end <= text.len());
            assert!(read.mistakes.iter().all(in_file), "{place} {wrong}: {:?}", read.mistakes);
        }
    }
    // An empty list or map, nothing at all, and text where text belongs.
    let fine = |one: &&String| ["null", "[]", "{}", "\"x\""].iter().any(|kind| one.ends_with(kind));
    let odd: Vec<&String> = taken.iter().filter(|one| !fine(one)).collect();
    println!("{told} told, {} taken", taken.len());
    assert!(odd.iter().all(|one| *one == "/required_check true"), "{odd:#?}");
}

fn as_json(text: &str) -> serde_json::Value {
    yaml::parse(&Source::new(text.to_owned())).0.expect("a tree").to_serde()
}

/// The pointers of everything in a value.
fn every(value: &serde_json::Value, at: String, places: &mut Vec<String>) {
    let inside: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(map) => {
            map.iter().map(|(key, one)| (crate::triage::nomination::json::token(key), one)).collect()
        }
        serde_json::Value::Array(list) => {
            list.iter().enumerate().map(|(at, one)| (at.to_string(), one)).collect()
        }
        _ => Vec::new(),
    };
    for (key, one) in inside {
        every(one, format!("{at}/{key}"), places);
    }
    places.push(at);
}

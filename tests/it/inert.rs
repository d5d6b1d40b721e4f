//! Whatever strings a nomination holds: in the comment they are inert, and the corrected file is one that stays.
//!
//! Every string holds a sign that our own words never have. Wherever the sign shows in the parsed comment, it has to
//! be inside code.

use chrono::{TimeZone, Utc};
use comrak::{Arena, nodes::NodeValue, parse_document};
use dpg_triage::triage::{
    contents::{Contents, Item},
    evidence::{Answer, Evidence, LicenseFacts, RepositoryFacts},
    fix::{Extent, fix},
    ledger::Ledger,
    nomination::{Filed, Kind, parse},
    policy::Policy,
    pull_request::{PullRequestRef, RepositoryName},
    render::{check_run, markdown},
    report::{FileReport, Report, points},
    schema::Schema,
    snapshot::{Account, Comment, Opinion, Role, Snapshot, State},
    votes::Votes,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Stands in every string of others, and in none of ours.
const SIGN: char = '§';

/// What would be alive in Markdown, between anything at all.
fn any_words() -> impl Strategy<Value = String> {
    let alive = prop::sample::select(vec![
        "@grace",
        "#1",
        "GH-1",
        "</details>",
        "<script>",
        "<img src=x>",
        "![a](https://evil.example/a.png)",
        "[a](javascript:b)",
        "https://evil.example/x",
        "www.evil.example",
        "`",
        "``",
        "```",
        "~~~",
        "\n",
        "\n\n",
        "|",
        "-->",
        "<!--",
        "# ",
        "- [x] ",
        "> ",
        "    ",
        "\t",
        "\\",
        "*",
        "_",
        "$",
        "&lt;",
        "[^1]",
        ":tada:",
        "\u{202e}",
        "\u{0}",
        "suggestion\n",
        "a@b.org",
        "---\n",
        "===\n",
        "1. ",
    ]);
    let part = prop_oneof![3 => alive.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[a-z ]{0,12}"];
    prop::collection::vec(part, 0..6).prop_map(|parts| format!("{SIGN}{}{SIGN}", parts.concat()))
}

fn any_nominee() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(any_words(), 0..3);
    let heads = (any_words(), list(), any_words(), any_words(), list(), list());
    let tails = (any_words(), any_words(), any_words(), any_words(), any_words(), any::<bool>());
    (heads, tails).prop_map(|((name, aliases, description, website, sectors, types), (a, b, c, d, stage, old))| {
        let mut nominee = json!({
            "stage": stage, "name": name, "aliases": aliases, "description": description, "website": website,
            "license": [{"spdx": a, "licenseURL": b}, {"spdx": "MIT", "licenseURL": format!("https://x.org/{a}")}],
            "SDGs": [{"SDGNumber": 3, "evidenceText": c, "evidenceURL": d}, {"SDGNumber": 4, "evidenceText": c}],
            "sectors": sectors, "type": types,
            "organizations": [{"name": d, "website": a, "org_type": b, "contact_name": c, "contact_email": format!("{SIGN}e@f.org")}],
            format!("{SIGN}{b}"): {"x": a},
        });
        if old {
            nominee["repositoryURL"] = a.clone().into();
        } else {
            nominee["repositories"] = json!([{"name": a, "url": b}, {"name": "x/y", "url": "https://github.com/o/r"}]);
        }
        nominee
    })
}

fn report(kind: Kind, path: &str, text: &[u8], told: &str) -> FileReport {
    let schema = Arc::new(Schema::read(match kind {
        Kind::Submission => include_str!("../data/registry/screening-schema.json"),
        _ => include_str!("../data/registry/nominee-schema.json"),
    }));
    let filed = Filed { path: path.to_owned(), kind, schema: Some("schema.json".to_owned()) };
    let repository = RepositoryName::new("o", "r");
    let mut evidence = Evidence::unasked("it was not looked up");
    evidence.schema_is("schema.json", Answer::Found(schema));
    let facts = RepositoryFacts {
        description: Some(told.to_owned()),
        topics: vec![told.to_owned()],
        ..RepositoryFacts::new(repository.clone())
    };
    evidence.repository_is(&repository, Answer::Found(facts));
    let license = LicenseFacts {
        spdx: None,
        files: Vec::new(),
        page: "https://github.com/o/r/blob/main/LICENSE".to_owned(),
    };
    evidence.license_is(&repository, Answer::Found(license));
    let items = ["package.json", told].map(Item::file).into();
    evidence.contents_are(&repository, Answer::Found(Contents { items }));
    let package = json!({"dependencies": {"firebase": told}}).to_string();
    evidence.manifest_is(&repository, "package.json", Answer::Found(package));
    let (nomination, faults) = parse(filed, text);
    let day = Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).unwrap();
    FileReport::of(nomination, &faults, &evidence, Policy::built_in(), day, &[], &[told.to_owned()])
}

fn snapshot() -> Snapshot {
    let registry = RepositoryName::new("dpg-registry", "publicgoods");
    Snapshot {
        pull_request: PullRequestRef {
            installation: 1,
            repository_id: 2,
            repository: registry.clone(),
            number: 3,
        },
        taken_at: Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).unwrap(),
        state: State::Open,
        draft: false,
        author: Account { id: 4, login: "ada".to_owned(), bot: false },
        head_sha: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        head_repository: Some(registry),
        head_branch: format!("{SIGN}patch/@grace `1"),
        base_sha: "f".repeat(40),
        website: "https://github.com".to_owned(),
        nominations: vec![],
        surplus: 0,
        other_files: vec![],
        appeared: vec![],
        vanished: vec![],
        label_acts: None,
        review: None,
        comments: vec![],
        living: None,
        reactions: vec![],
        reviews: vec![],
        labels: vec![],
        check_run: None,
    }
}

/// The nodes of the comment, as GitHub reads it, in which the sign stands and that are not code.
fn alive(comment: &str) -> Vec<String> {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.math_code = true;
    options.extension.alerts = true;
    let arena = Arena::new();
    let root = parse_document(&arena, comment, &options);
    let mut alive = Vec::new();
    for node in root.descendants() {
        let held = match &node.data.borrow().value {
            NodeValue::Code(_) | NodeValue::CodeBlock(_) => continue,
            NodeValue::Text(text) => text.to_string(),
            // A file's page has its path in it, by numbers; what counts is where it leads.
            NodeValue::Link(link) if link.url.starts_with("https://github.com/dpg-registry/publicgoods/") => {
                link.url.replace("evil.example", "").replace("%40grace", "")
            }
            NodeValue::Link(link) => link.url.clone(),
            other => format!("{other:?}"),
        };
        if held.contains(SIGN) || held.contains("evil.example") || held.contains("@grace") {
            alive.push(held);
        }
    }
    alive
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn others_words_stand_only_in_code(nominee in any_nominee(), told in any_words(), path in any_words(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&nominee) } else { serde_json::to_string(&nominee) }.unwrap();
        let path = format!("nominees/{}.json", path.replace(['/', '\0'], ""));
        let file = report(Kind::Nominee, &path, text.as_bytes(), &told);
        let broken = report(Kind::Nominee, &path, text.strip_suffix('}').unwrap().as_bytes(), &told);
        let submission = report(Kind::Submission, "digitalpublicgoods/x.json", text.as_bytes(), &told);
        let report = Report::of(vec![file, broken, submission], 0, Ledger::default(), Policy::built_in());
        let said = BTreeMap::from([(Opinion::Fine, vec![told.clone()]), (Opinion::Objects, vec![path.clone(), told.clone()])]);
        let report = report.counting(Votes {
            earlier: said.clone(),
            said,
            uncounted: vec![told.clone()],
            unreadable: vec![told.clone()],
            ..Votes::default()
        });
        let comment = markdown::comment(&report, &snapshot(), None, None);
        prop_assert!(comment.len() <= markdown::LIMIT);
        prop_assert_eq!(alive(&comment), Vec::<String>::new(), "{}", comment);
        prop_assert!(!comment.contains("e@f.org"), "a contact: {}", comment);
        let run = check_run::check_run(&report, 3);
        prop_assert!(!run.summary.contains(SIGN));
        for note in run.annotations {
            prop_assert!(!note.message.contains("e@f.org") && note.message.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }

    /// Likewise with what people write behind their commands.
    #[test]
    fn words_behind_commands_stand_only_in_code(nominee in any_nominee(), said in prop::collection::vec(any_words(), 4)) {
        let text = serde_json::to_string(&nominee).unwrap();
        let file = report(Kind::Nominee, "nominees/x.json", text.as_bytes(), "");
        let names = ["hold", "waive file-name", "duplicate", "route"];
        let lines: Vec<String> = names.iter().zip(&said).map(|(name, words)| format!("/{name} {}", words.replace('\n', " "))).collect();
        let grace = Account { id: 9, login: format!("{SIGN}@grace"), bot: false };
        let page = "https://github.com/dpg-registry/publicgoods/pull/3#issuecomment-1".to_owned();
        let comment = Comment { id: 1, author: grace, body: lines.join("\n"), edited: false, page };
        let snapshot = Snapshot { comments: vec![comment], ..snapshot() };
        let ledger = Ledger::replay(&snapshot, &BTreeMap::from([(9, Role::Write)]));
        let report = Report::of(vec![file], 0, ledger, Policy::built_in());
        prop_assert!(report.ledger.effects.hold.is_some() && report.ledger.effects.duplicate.is_some());
        prop_assert_eq!((report.ledger.effects.waivers.len(), report.ledger.remarks.len()), (1, 1));
        let comment = markdown::comment(&report, &snapshot, None, None);
        prop_assert_eq!(alive(&comment), Vec::<String>::new(), "{}", comment);
        // The part that answers is found again, whatever stands around it.
        let again = markdown::answered_in(&comment, &report.ledger, &points::open(&report));
        prop_assert_eq!(again.as_deref(), Some(&*comment));
        let without = markdown::answered_in(&comment, &Ledger::default(), &points::open(&report)).unwrap();
        prop_assert!(!without.contains("#### Commands") && without.contains("How to have it checked again"));
    }

    #[test]
    fn a_corrected_file_says_the_same_and_stays(nominee in any_nominee(), submission in any::<bool>()) {
        let kind = if submission { Kind::Submission } else { Kind::Nominee };
        let text = serde_json::to_string(&nominee).unwrap();
        for extent in [Extent::Layout, Extent::Mechanical, Extent::Offered] {
            let fixed = fix(&report(kind, "nominees/x.json", text.as_bytes(), ""), extent).expect("valid JSON").text;
            let value: Value = serde_json::from_str(&fixed).expect("valid JSON");
            if extent == Extent::Layout {
                prop_assert_eq!(&value, &nominee);
            }
            let again = fix(&report(kind, "nominees/x.json", fixed.as_bytes(), ""), extent).expect("valid JSON").text;
            prop_assert_eq!(again, fixed);
        }
    }
}

/// The test above can fail.
#[test]
fn what_is_alive_is_seen() {
    assert_eq!(alive(&format!("a {SIGN} b `{SIGN}`")), [format!("a {SIGN} b ")]);
    assert_eq!(alive("[x](https://evil.example) `https://evil.example`").len(), 1);
}

//! Whatever strings a nomination holds: in the comment they are inert, and the corrected file is one that stays.
//!
//! Every string holds a sign that our own words never have. Wherever the sign shows in the parsed comment, it has to
//! be inside code. Since a string may be shown in part, what stands outside code is also asked whether it can be ours.

use std::collections::BTreeMap;

use comrak::{
    Arena,
    nodes::{AstNode, NodeValue},
    parse_document,
};
use serde_json::{Value, json};

use super::{day, judged};
use crate::triage::{
    fix::{Extent, fix},
    ledger::Ledger,
    nomination::Kind,
    policy::Policy,
    pull_request::{PullRequestRef, RepositoryName},
    render::{check_run, markdown},
    report::{Report, points},
    snapshot::{Account, Comment, Opinion, Role, Snapshot, State},
    votes::Votes,
};

/// Stands in every string of others, and in none of ours.
const SIGN: char = '§';

/// A contact, which is never repeated.
const CONTACT: &str = "e@f.org";

/// A comment on GitHub has so many characters at most.
const LONGEST: usize = 65_536;

/// Where our own links lead.
const OURS: [&str; 4] = [
    "https://github.com/",
    "https://spdx.org/licenses/",
    "https://sdgs.un.org/goals",
    "https://digitalpublicgoods.net/standard/",
];

/// Others' words, one after the other, from the beginning again where they end.
struct Strangers {
    words: Vec<String>,
    next: usize,
}

impl Strangers {
    /// A byte that is in no text ends each.
    fn of(data: &[u8]) -> Self {
        let signed = |text: &[u8]| format!("{SIGN}{}{SIGN}", String::from_utf8_lossy(text));
        Self { words: data.split(|byte| *byte == 0xFF).map(signed).collect(), next: 0 }
    }

    fn word(&mut self) -> String {
        self.next += 1;
        self.words[(self.next - 1) % self.words.len()].clone()
    }

    /// None to three, as the words before say.
    fn list(&mut self) -> Vec<String> {
        let count = self.word().len() % 4;
        (0..count).map(|_| self.word()).collect()
    }

    fn nominee(&mut self) -> Value {
        let mut nominee = json!({
            "stage": self.word(), "name": self.word(), "aliases": self.list(), "description": self.word(),
            "website": self.word(), "sectors": self.list(), "type": self.list(),
            "license": [
                {"spdx": self.word(), "licenseURL": self.word()},
                {"spdx": "MIT", "licenseURL": format!("https://x.org/{}", self.word())},
            ],
            "SDGs": [
                {"SDGNumber": 3, "evidenceText": self.word(), "evidenceURL": self.word()},
                {"SDGNumber": 4, "evidenceText": self.word()},
            ],
            "organizations": [{
                "name": self.word(), "website": self.word(), "org_type": self.word(), "contact_name": self.word(),
                "contact_email": format!("{SIGN}{CONTACT}"),
            }],
            self.word(): {"x": self.word()},
        });
        if self.word().len().is_multiple_of(2) {
            nominee["repositoryURL"] = self.word().into();
        } else {
            nominee["repositories"] = json!([
                {"name": self.word(), "url": self.word()},
                {"name": "x/y", "url": "https://github.com/o/r"},
            ]);
        }
        nominee
    }

    fn text(&mut self, nominee: &Value) -> String {
        let pretty = self.word().len().is_multiple_of(2);
        if pretty { format!("{nominee:#}\n") } else { nominee.to_string() }
    }
}

/// In the comment on three files no word of others is alive, and it fits; no contact is repeated.
pub fn body(data: &[u8]) {
    let mut strangers = Strangers::of(data);
    let nominee = strangers.nominee();
    let text = strangers.text(&nominee);
    let told = strangers.word();
    let path = format!("nominees/{}.json", strangers.word().replace(['/', '\0'], ""));
    let file = judged(Kind::Nominee, &path, text.as_bytes(), &told);
    let broken = judged(Kind::Nominee, &path, &text.as_bytes()[..text.trim_end().len() - 1], &told);
    let submission = judged(Kind::Submission, "digitalpublicgoods/x.json", text.as_bytes(), &told);
    let report = Report::of(vec![file, broken, submission], 0, Ledger::default(), Policy::built_in());
    let said = BTreeMap::from([
        (Opinion::Fine, vec![strangers.word()]),
        (Opinion::Objects, vec![strangers.word(), strangers.word()]),
    ]);
    let report = report.counting(Votes {
        earlier: said.clone(),
        said,
        uncounted: vec![strangers.word()],
        unreadable: vec![strangers.word()],
        ..Votes::default()
    });
    let comment = markdown::comment(&report, &snapshot(), None, None, &[]);
    assert!(comment.chars().count() <= LONGEST && comment.len() <= markdown::LIMIT, "{}", comment.len());
    assert_eq!(alive(&comment), Vec::<String>::new(), "{comment}");
    // Without a byte of theirs, that is ours.
    let repeats = |text: &str| text.contains(CONTACT) && !String::from_utf8_lossy(data).contains(CONTACT);
    assert!(!repeats(&comment), "a contact: {comment}");
    let run = check_run::check_run(&report, 3);
    assert!(!run.summary.contains(SIGN), "{}", run.summary);
    for note in run.annotations {
        assert!(!repeats(&note.message), "a contact: {}", note.message);
        assert!(note.message.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", note.message);
    }
}

/// Likewise with what people write behind their commands; and the part that answers is found again, whatever stands
/// around it.
pub fn commands(data: &[u8]) {
    let mut strangers = Strangers::of(data);
    let nominee = strangers.nominee();
    let text = strangers.text(&nominee);
    let file = judged(Kind::Nominee, "nominees/x.json", text.as_bytes(), "");
    let one_line = |words: String| words.replace(['\n', '\r'], " ");
    let names = ["hold", "waive file-name", "duplicate", "route"];
    let lines: Vec<String> =
        names.iter().map(|name| format!("/{name} {}", one_line(strangers.word()))).collect();
    let grace = Account { id: 9, login: format!("{SIGN}@grace"), bot: false };
    let page = "https://github.com/dpg-registry/publicgoods/pull/3#issuecomment-1".to_owned();
    let comment = Comment { id: 1, author: grace, body: lines.join("\n"), at: day(), edited: false, page };
    let snapshot = Snapshot { comments: vec![comment], ..snapshot() };
    let ledger = Ledger::replay(&snapshot, &BTreeMap::from([(9, Role::Write)]));
    let report = Report::of(vec![file], 0, ledger, Policy::built_in());
    let comment = markdown::comment(&report, &snapshot, None, None, &[]);
    assert_eq!(alive(&comment), Vec::<String>::new(), "{comment}");
    let again = markdown::answered_in(&comment, &report.ledger, &points::open(&report));
    assert_eq!(again.as_deref(), Some(&*comment));
}

/// The corrected file says the same where only its layout is corrected, and correcting it again changes nothing.
pub fn corrected(data: &[u8]) {
    let mut strangers = Strangers::of(data);
    let nominee = strangers.nominee();
    let text = strangers.text(&nominee);
    let fixed = |kind, text: &str, extent| {
        let fixed = fix(&judged(kind, "nominees/x.json", text.as_bytes(), ""), extent);
        fixed.map(|fixed| fixed.text).unwrap_or_default()
    };
    for kind in [Kind::Nominee, Kind::Submission] {
        for extent in [Extent::Layout, Extent::Mechanical, Extent::Offered] {
            let once = fixed(kind, &text, extent);
            let value = serde_json::from_str::<Value>(&once);
            assert!(value.is_ok(), "{once}");
            if extent == Extent::Layout {
                assert_eq!(value.ok().as_ref(), Some(&nominee));
            }
            assert_eq!(fixed(kind, &once, extent), once);
        }
    }
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
        taken_at: day(),
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
        suggested_at: None,
        comments: vec![],
        living: None,
        reactions: vec![],
        reviews: vec![],
        edits: None,
        labels: vec![],
        renamed: Default::default(),
        check_run: None,
    }
}

/// What of the comment, as GitHub reads it, is not code and cannot be ours.
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
    parse_document(&arena, comment, &options).descendants().filter_map(alive_in).collect()
}

fn alive_in<'a>(node: &'a AstNode<'a>) -> Option<String> {
    match &node.data.borrow().value {
        NodeValue::Code(_) | NodeValue::CodeBlock(_) => None,
        NodeValue::Text(text) => (text.contains(SIGN) || calls_somebody(text)).then(|| text.to_string()),
        // A file's page has its path in it; what counts is where it leads.
        NodeValue::Link(link) => {
            let ours = OURS.iter().any(|ours| link.url.starts_with(ours)) && !link.url.contains(SIGN);
            (!ours).then(|| link.url.clone())
        }
        NodeValue::HtmlBlock(html) => (!is_our_html(&html.literal)).then(|| html.literal.clone()),
        NodeValue::HtmlInline(html) => (!is_our_html(html)).then(|| html.clone()),
        other @ (NodeValue::Image(_)
        | NodeValue::FootnoteDefinition(_)
        | NodeValue::FootnoteReference(_)
        | NodeValue::Math(_)
        | NodeValue::Raw(_)) => Some(format!("{other:?}")),
        other => Some(format!("{other:?}")).filter(|held| held.contains(SIGN)),
    }
}

/// Whether GitHub makes a mention, a reference or a link of something in this text.
fn calls_somebody(text: &str) -> bool {
    let before = |sign: &str, follows: fn(char) -> bool| {
        text.split(sign).skip(1).any(|rest| rest.starts_with(follows))
    };
    before("@", char::is_alphanumeric)
        || before("#", |c| c.is_ascii_digit())
        || text.contains("GH-")
        || text.contains("://")
}

/// Our marker, or what is left of our own tags is no HTML.
fn is_our_html(html: &str) -> bool {
    let bare = ["<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>"]
        .iter()
        .fold(html.to_owned(), |html, tag| html.replace(tag, ""));
    let marker = html.starts_with("<!-- dpg-triage ") && html.matches("-->").count() == 1;
    !html.contains(SIGN) && (marker || !bare.contains('<'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    fn any_strangers() -> impl Strategy<Value = Vec<u8>> {
        let apart = |words: Vec<String>| words.iter().map(String::as_bytes).collect::<Vec<_>>().join(&0xFF);
        prop::collection::vec(any_words(), 1..40).prop_map(apart)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn others_words_stand_only_in_code(data in any_strangers()) {
            body(&data);
        }

        #[test]
        fn words_behind_commands_stand_only_in_code(data in any_strangers()) {
            commands(&data);
        }

        #[test]
        fn a_corrected_file_says_the_same_and_stays(data in any_strangers()) {
            corrected(&data);
        }
    }

    /// The tests above can fail.
    #[test]
    fn what_is_alive_is_seen() {
        assert_eq!(alive(&format!("a {SIGN} b `{SIGN}`")), [format!("a {SIGN} b ")]);
        assert_eq!(alive("[x](https://evil.example) `https://evil.example`").len(), 1);
        for living in [
            "@grace",
            "see #1",
            "GH-1",
            "![](x)",
            "www.evil.example",
            "<b>x",
            "<!-- x -->",
            "[^1]\n\n[^1]: x",
            "$x$",
        ] {
            assert!(!alive(living).is_empty(), "{living}");
        }
        assert!(alive("<details><summary>a</summary>\n\n`@grace` \\#a\n\n</details>").is_empty());
    }
}

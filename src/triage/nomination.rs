//! A nomination: one file of a pull request, every field with its place in the text.
//!
//! In: path, kind and bytes. Out: `(Nomination, Vec<Finding>)`, never an error: what cannot be read is a finding.
//! Never: whether a value is right, which the checks say.

mod broken;
mod contacts;
pub mod fields;
mod goals;
pub mod json;

use self::{
    fields::value_of,
    goals::{application_goals, goal},
    json::{Node, Value},
};
use super::{
    finding::{Finding, Spot},
    prose::{code, theirs},
    span::Source,
};
use crate::prose;

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Which form a nomination has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A project that is nominated (`nominees/<name>.json`).
    Nominee,
    /// The answers on all nine indicators (`digitalpublicgoods/<name>.json`).
    Submission,
    /// What the web form's application stores (`<id>.json` at the root).
    Application,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Nominee => "nominee",
            Kind::Submission => "submission",
            Kind::Application => "application",
        }
    }
}

/// A value that was found, and where.
#[derive(Clone, Debug)]
pub struct Located<T> {
    pub value: T,
    pub spot: Spot,
}

/// One declared license.
#[derive(Clone, Debug)]
pub struct License {
    pub spdx: Option<Located<String>>,
    pub url: Option<Located<String>>,
    /// The whole entry.
    pub spot: Spot,
}

/// One Sustainable Development Goal that the nomination claims.
#[derive(Clone, Debug)]
pub struct Goal {
    pub number: Option<Located<i64>>,
    pub evidence_text: Option<Located<String>>,
    pub evidence_url: Option<Located<String>>,
    /// Whether it is an object, as the schema asks, and not a pair or a bare number.
    pub is_object: bool,
    /// Whether it stands in a list of goals that has one text for all.
    pub is_listed: bool,
    /// The whole entry.
    pub spot: Spot,
}

/// One listed repository.
#[derive(Clone, Debug)]
pub struct Repository {
    pub name: Option<Located<String>>,
    pub url: Located<String>,
}

/// One organization behind the project. What its contact is called and where it lives is never kept.
#[derive(Clone, Debug)]
pub struct Organization {
    pub name: Option<Located<String>>,
    pub website: Option<Located<String>>,
    /// `owner`, `maintainer`, `funder` or `implementer`.
    pub org_type: Option<Located<String>>,
    pub has_contact: bool,
    /// Whether the contact is only the organization once more.
    pub contact_is_name: bool,
    /// The whole entry.
    pub spot: Spot,
}

impl Organization {
    pub fn is_named(&self) -> bool {
        self.name.as_ref().is_some_and(|name| !name.value.trim().is_empty())
    }

    pub fn kind(&self) -> Option<&str> {
        self.org_type.as_ref().map(|kind| kind.value.as_str())
    }
}

/// A nomination as written. Fields of a wrong type are absent here and stand only in `document`.
#[derive(Clone, Debug)]
pub struct Nomination {
    pub path: String,
    pub kind: Kind,
    /// The file that holds the schema, relative to the registry's root.
    pub schema: Option<String>,
    /// The text as written. It is for places only: what is shown comes from `shown`.
    pub source: Source,
    /// The same text with every contact masked, byte for byte, so that places fit it too.
    pub shown: Source,
    /// The JSON tree; `None` where the text is not JSON.
    pub document: Option<Node>,
    pub name: Option<Located<String>>,
    pub aliases: Vec<Located<String>>,
    pub description: Option<Located<String>>,
    pub website: Option<Located<String>>,
    pub licenses: Vec<License>,
    pub goals: Vec<Goal>,
    pub sectors: Vec<Located<String>>,
    /// `software`, `data`, `content`, `standard`, `aimodel`, as written.
    pub types: Vec<Located<String>>,
    pub repositories: Vec<Repository>,
    pub organizations: Vec<Organization>,
}

/// Where a nomination lies and what the registry's rules make of it.
#[derive(Clone, Debug)]
pub struct Filed {
    pub path: String,
    pub kind: Kind,
    pub schema: Option<String>,
}

impl Nomination {
    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// A field of the file that holds text.
    pub fn text_of(&self, key: &str) -> Option<Located<String>> {
        text(self.document.as_ref()?.get(key))
    }

    /// What people call it: its name where it has one, else its path.
    pub fn title(&self) -> &str {
        self.name.as_ref().map(|name| name.value.trim()).filter(|name| !name.is_empty()).unwrap_or(&self.path)
    }
}

/// Reads a file. The findings are those of `json-valid`.
pub fn parse(filed: Filed, bytes: &[u8]) -> (Nomination, Vec<Finding>) {
    let (text, mut findings) = decode(bytes);
    let source = Source::new(text);
    let document = if findings.iter().any(|finding| finding.spot.is_none()) {
        None
    } else {
        let (document, mut faults) = json::parse(&source);
        findings.append(&mut faults);
        document
    };
    findings.extend(document.iter().flat_map(too_long));
    if let Some(root) = &document
        && !matches!(root.value, Value::Object(_))
    {
        let message = prose![
            format!("The file holds {}, but a nomination is one object: it begins with ", root.kind()),
            code("{"),
            " and ends with ",
            code("}"),
            ".",
        ];
        findings.push(Finding::must(message).at(&root.spot));
        return (read(filed, source, None), findings);
    }
    (read(filed, source, document), findings)
}

/// So many entries of a list are read. No nomination has a tenth of them, and each costs time.
pub const MOST_ENTRIES: usize = 200;

fn too_long(root: &Node) -> Vec<Finding> {
    let lists = root.members().iter().filter(|member| member.node.items().len() > MOST_ENTRIES);
    let finding = |member: &json::Member| {
        let message = prose![
            "The list ",
            theirs(member.key.as_str()),
            format!(
                " has {} entries; only the first {MOST_ENTRIES} are looked at.",
                member.node.items().len()
            ),
        ];
        Finding::must(message)
            .at(&Spot { pointer: member.node.spot.pointer.clone(), span: member.key_span.clone() })
    };
    lists.take(MOST_ENTRIES).map(finding).collect()
}

/// The text of a file. A finding without a place means that there is none to read.
fn decode(bytes: &[u8]) -> (String, Vec<Finding>) {
    if bytes.len() > MOST_BYTES {
        let message = "The file is larger than 2 MB. A nomination is a few kilobytes: remove what does not belong in it.";
        return (String::new(), vec![Finding::must(message.into())]);
    }
    // JSON begins with two ASCII signs, so that a zero tells UTF-16 also where no mark does.
    let begins = &bytes[..bytes.len().min(2)];
    if matches!(begins, [0xFF, 0xFE] | [0xFE, 0xFF]) || begins.contains(&0) {
        let message = "The file is saved as UTF-16, so programs cannot read it. Save it again as UTF-8: most editors ask for the \
                       encoding under \"Save as\".";
        return (String::new(), vec![Finding::must(message.into())]);
    }
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), marked.then(byte_order_mark).into_iter().collect()),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
            let message = prose![format!(
                "The file is not saved as UTF-8, so programs cannot read it: the first character in another encoding is in \
                 line {line}. Save it again as UTF-8: most editors ask for the encoding under \"Save as\"."
            )];
            (String::new(), vec![Finding::must(message)])
        }
    }
}

fn byte_order_mark() -> Finding {
    let message = prose![
        "An invisible mark (a byte order mark, BOM) stands before the first character; programs that read JSON stumble \
         over it. Save the file again as UTF-8 without BOM: most editors ask for the encoding under \"Save as\".",
    ];
    Finding::must(message).at(&Spot { pointer: String::new(), span: 0..0 })
}

fn read(filed: Filed, source: Source, document: Option<Node>) -> Nomination {
    let Filed { path, kind, schema } = filed;
    let mut nomination = Nomination {
        path,
        kind,
        schema,
        shown: contacts::masked(&source, document.as_ref()),
        source,
        document: None,
        name: None,
        aliases: vec![],
        description: None,
        website: None,
        licenses: vec![],
        goals: vec![],
        sectors: vec![],
        types: vec![],
        repositories: vec![],
        organizations: vec![],
    };
    if let Some(root) = &document {
        nomination.name = text(value_of(root, "name"));
        nomination.aliases = texts(value_of(root, "aliases"));
        nomination.description = text(value_of(root, "description"));
        nomination.website = text(value_of(root, "website"));
        nomination.sectors = texts(value_of(root, "sectors"));
        nomination.repositories = repositories(root);
        nomination.organizations = list(value_of(root, "organizations")).map(organization).collect();
        let fields = kind.fields();
        nomination.licenses = licenses(value_of(root, fields.licenses), fields.spdx, fields.license_url);
        match kind {
            Kind::Application => {
                nomination.goals = list(value_of(root, fields.goals)).flat_map(application_goals).collect();
                nomination.types = texts(value_of(root, fields.types)).into_iter().map(category).collect();
            }
            Kind::Nominee | Kind::Submission => {
                nomination.goals = list(value_of(root, fields.goals)).map(goal).collect();
                nomination.types = texts(value_of(root, fields.types));
            }
        }
    }
    nomination.document = document;
    nomination
}

fn text(node: Option<&Node>) -> Option<Located<String>> {
    let node = node?;
    Some(Located { value: node.as_str()?.to_owned(), spot: node.spot.clone() })
}

/// The texts of a list; a single text stands for a list of one.
fn texts(node: Option<&Node>) -> Vec<Located<String>> {
    list(node).filter_map(|item| text(Some(item))).collect()
}

fn list(node: Option<&Node>) -> impl Iterator<Item = &Node> {
    let (items, single) = match node.map(|node| &node.value) {
        Some(Value::Array(items)) => (items.as_slice(), None),
        Some(Value::String(_) | Value::Object(_)) => (&[][..], node),
        _ => (&[][..], None),
    };
    items.iter().take(MOST_ENTRIES).chain(single)
}

fn licenses(node: Option<&Node>, id: &str, url: &str) -> Vec<License> {
    list(node)
        .map(|entry| match entry.as_str() {
            Some(_) => License { spdx: text(Some(entry)), url: None, spot: entry.spot.clone() },
            None => License {
                spdx: text(value_of(entry, id)),
                url: text(value_of(entry, url)),
                spot: entry.spot.clone(),
            },
        })
        .collect()
}

fn organization(entry: &Node) -> Organization {
    let name = text(value_of(entry, "name"));
    let written = |key: &str| {
        value_of(entry, key).and_then(Node::as_str).map(str::trim).filter(|text| !text.is_empty())
    };
    let contact = written("contact_name");
    Organization {
        has_contact: contact.is_some() || written("contact_email").is_some(),
        contact_is_name: contact.is_some() && contact == name.as_ref().map(|name| name.value.trim()),
        name,
        website: text(value_of(entry, "website")),
        org_type: text(value_of(entry, "org_type")),
        spot: entry.spot.clone(),
    }
}

/// The web form's "Open Software" and its like in the registry's words.
fn category(named: Located<String>) -> Located<String> {
    let value = match named.value.to_lowercase().as_str() {
        "open software" => "software",
        "open data" => "data",
        "open content" => "content",
        "open ai models" | "open ai model" => "aimodel",
        "open standards" | "open standard" => "standard",
        _ => return named,
    };
    Located { value: value.to_owned(), spot: named.spot }
}

/// `repositories`, and before them the legacy single `repositoryURL`. Blank addresses are none.
fn repositories(root: &Node) -> Vec<Repository> {
    let legacy = text(value_of(root, "repositoryURL")).map(|url| Repository { name: None, url });
    let listed =
        entries(value_of(root, "repositories")).into_iter().filter_map(|entry| match entry.as_str() {
            Some(_) => Some(Repository { name: None, url: text(Some(entry))? }),
            None => {
                Some(Repository { name: text(value_of(entry, "name")), url: text(value_of(entry, "url"))? })
            }
        });
    legacy.into_iter().chain(listed).filter(|repository| !repository.url.value.trim().is_empty()).collect()
}

/// The entries of the list of repositories, however deep they stand in it: the schema tells that.
fn entries(node: Option<&Node>) -> Vec<&Node> {
    list(node)
        .flat_map(|entry| match value_of(entry, "repositories") {
            Some(within) => entries(Some(within)),
            None if entry.items().is_empty() => vec![entry],
            None => entries(Some(entry)),
        })
        .take(MOST_ENTRIES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nominee(text: &str) -> (Nomination, Vec<Finding>) {
        parse(Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None }, text.as_bytes())
    }

    #[test]
    fn reads_the_shapes_that_came() {
        let (read, findings) = nominee(
            r#"{"name": "X", "SDGs": [{"SDGNumber": 3}, [11, "Cities"], 4], "repositoryURL": "https://github.com/a/b",
               "repositories": [{"name": "", "url": " "}, {"url": "https://github.com/c/d"}], "license": [{"spdx": "MIT"}]}"#,
        );
        assert!(findings.is_empty());
        let numbers: Vec<_> =
            read.goals.iter().map(|goal| goal.number.as_ref().map(|number| number.value)).collect();
        assert_eq!(numbers, [Some(3), Some(11), Some(4)]);
        let urls: Vec<_> = read.repositories.iter().map(|repository| repository.url.value.as_str()).collect();
        assert_eq!(urls, ["https://github.com/a/b", "https://github.com/c/d"]);
    }

    #[test]
    fn reads_an_application_of_the_web_form() {
        let text = br#"{"name": "X", "categories": ["Open Software"], "sdgs": [{"sdg": "SDG13: Climate", "relevance": "r"}],
            "openlicenses": [{"openLicense": "MIT", "openLicenseEvidenceURLs": "u"}]}"#;
        let (read, _) = parse(Filed { path: "7.json".into(), kind: Kind::Application, schema: None }, text);
        assert_eq!(read.goals[0].number.as_ref().map(|number| number.value), Some(13));
        assert_eq!(read.types[0].value, "software");
        assert_eq!(read.licenses[0].spdx.as_ref().map(|id| id.value.as_str()), Some("MIT"));
    }

    #[test]
    fn what_cannot_be_read_is_one_finding() {
        for bytes in
            [&b"\xFF\xFE{\0"[..], b"{\"a\": \"\xE9\"}", &vec![b' '; MOST_BYTES + 1], b"[1]", b"not json", b""]
        {
            let filed = Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None };
            let (read, findings) = parse(filed, bytes);
            assert!(read.document.is_none());
            assert_eq!(findings.len(), 1, "{findings:?}");
        }
        let (read, findings) = nominee("\u{feff}{\"name\": \"X\"}\r\n");
        assert_eq!(read.title(), "X");
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn contacts_are_masked_in_what_is_shown() {
        let text = r#"{"organizations": [{"contact_name": "Ádà", "contact_email": "a@b.org", "name": "N"}]}"#;
        let (read, _) = nominee(text);
        assert_eq!(read.shown.text().len(), text.len());
        assert!(
            !read.shown.text().contains("a@b.org") && !read.shown.text().contains("d"),
            "{}",
            read.shown.text()
        );
        assert!(read.shown.text().contains(r#""name": "N""#));
        let (read, _) = nominee("{\n\"contact_email\": \"a@b.org\"\n\"name\": \"N\"}");
        assert!(read.document.is_none() && !read.shown.text().contains("a@b.org"));
        assert_eq!(read.shown.line(3), "\"name\": \"N\"}");
        let (read, _) = nominee(
            r#"{"Contact-Email": "a.b@c.org", "r": "git@github.com:o/r", "u": "https://x.org/@me/y"}"#,
        );
        assert!(!read.shown.text().contains("c.org") && read.shown.text().contains("git@github.com:o/r"));
        assert!(read.shown.text().contains("https://x.org/@me/y"));
    }

    #[test]
    fn wrong_types_everywhere_are_absent() {
        let (read, findings) = nominee(
            r#"{"name": 5, "SDGs": "x", "license": [7, null, {"spdx": []}], "type": {"a": 1}, "repositories": [[1]], "aliases": 3}"#,
        );
        assert!(
            findings.is_empty()
                && read.name.is_none()
                && read.aliases.is_empty()
                && read.repositories.is_empty()
        );
        assert_eq!(read.licenses.len(), 3);
    }
}

//! A nomination with everything mended that has one right answer.
//!
//! In: a nomination as it was judged. Out: the corrected text, and what was done. Never:
//! another meaning than the author's; a file of which it is not sure what it says is left alone.

use crate::prose;

use super::{
    correction::{apply, can_be_made, edits},
    finding::{Correction, Finding},
    format::{Order, format},
    nomination::{
        Kind, MOST_BYTES, Nomination,
        json::{self, Member, Node, Value},
    },
    prose::{Prose, code, listed, theirs},
    report::{FileReport, Said},
    repository,
    span::Source,
};

/// How much is mended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Extent {
    /// Only order and layout.
    Layout,
    /// Also how something is written, where nothing of what is meant changes.
    Mechanical,
    /// Also what a check offers as the text to write, which somebody has to agree to.
    Offered,
}

/// A nomination, mended.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Fixed {
    pub text: String,
    /// What the file has to be called, where its name is not right.
    pub name: Option<String>,
    /// What was done, a sentence each; empty where the text is as it was.
    pub done: Vec<Prose>,
    /// Of it, what no finding asked for.
    pub also: Vec<Prose>,
}

/// Mends a nomination.
///
/// # Errors
/// Why the file is left alone, as a clause.
pub fn fix(report: &FileReport, extent: Extent) -> Result<Fixed, Prose> {
    let nomination = &report.nomination;
    let unordered = Order::default();
    let order = report.schema.as_ref().map_or(&unordered, |schema| schema.order());
    let Some(document) = &nomination.document else {
        return Err("it cannot be read: what is wrong in it has to be mended by hand first".into());
    };
    if let Some(key) = twice(document) {
        return Err(prose![
            "the field ",
            theirs(key),
            " stands in it twice, and which one is meant is not plain"
        ]);
    }
    let made = |said: &Said<'_>| said.finding.spot.is_none() || can_be_made(document, said.finding);
    let wanted = |said: &Said<'_>| match extent {
        Extent::Layout => false,
        Extent::Mechanical => said.finding.mechanical,
        Extent::Offered => said.finding.mechanical || said.finding.suggestion().is_some(),
    };
    // What was waived may stay as it is.
    let stands = |said: &Said<'_>| !said.finding.waived;
    let mut said: Vec<Said<'_>> = report.all().filter(stands).filter(wanted).filter(made).collect();
    said.sort_by_key(|said| said.finding.spot.as_ref().map(|spot| spot.span.start));
    // Of a wrong ending and a wrong name, the name has both right.
    let names = report.all().filter(stands).filter(|said| said.finding.spot.is_none());
    let name = names.filter_map(|said| said.finding.suggestion()).last().filter(|_| extent != Extent::Layout);
    let mut fixed = Fixed { name: name.map(str::to_owned), ..Fixed::default() };
    let edits = edits(document, &nomination.source, said.iter().map(|said| said.finding));
    let corrected = Source::new(apply(nomination.source.text(), &edits));
    let Some(document) = json::parse(&corrected).0 else {
        return Err(
            "it could not be mended: the corrected text is no JSON, which is a fault of this program".into(),
        );
    };
    fixed.done.extend(
        said.iter().filter(|said| said.finding.spot.is_some()).filter_map(|said| told(nomination, said)),
    );
    let document = if extent == Extent::Layout {
        document
    } else {
        in_todays_form(document, nomination, order, &mut fixed.also)
    };
    fixed.done.extend(fixed.also.iter().cloned());
    fixed.text = format(&document, order);
    if fixed.text.len() > MOST_BYTES {
        return Err("laid out as in the registry it would be larger than 2 MB".into());
    }
    if fixed.text != corrected.text() && fixed.done.is_empty() {
        fixed.done.push("Order of the fields and layout as in the registry.".into());
    }
    Ok(fixed)
}

/// The first key that stands twice in one object.
fn twice(node: &Node) -> Option<&str> {
    let members = node.members();
    let mut seen = std::collections::HashSet::new();
    (members.iter().find(|member| !seen.insert(member.key.as_str())).map(|member| member.key.as_str()))
        .or_else(|| members.iter().find_map(|member| twice(&member.node)))
        .or_else(|| node.items().iter().find_map(twice))
}

/// "Line 7: `GPL v3` becomes `GPL-3.0`."
fn told(nomination: &Nomination, said: &Said<'_>) -> Option<Prose> {
    let Finding { spot: Some(spot), correction: Some(correction), .. } = said.finding else { return None };
    let line = nomination.source.place(&spot.span).line;
    let written = nomination.document.as_ref()?.at(&spot.pointer).and_then(Node::as_str).unwrap_or_default();
    let mut sentence = prose![format!("Line {line}: "), theirs(written)];
    match correction {
        Correction::Text(text) => sentence.0.extend(prose![" becomes ", theirs(text.as_str()), "."].0),
        Correction::Entries(entries) if entries.is_empty() => sentence.push(" is taken out."),
        Correction::Entries(entries) => {
            let entries = entries.iter().map(|entry| theirs(entry.as_str())).collect();
            sentence.push(" becomes ");
            sentence.0.extend(listed(entries, 6).0);
            sentence.push(".");
        }
    }
    Some(sentence)
}

/// The old form of the repository's address in today's, and the fields that a submission's form left out.
fn in_todays_form(document: Node, nomination: &Nomination, order: &Order, done: &mut Vec<Prose>) -> Node {
    match nomination.kind {
        Kind::Nominee => match legacy_repository(&document) {
            Some((url, listed)) => {
                done.push(prose![code("repositoryURL"), " becomes an entry of ", code("repositories"), "."]);
                with_repository(&document, url, listed)
            }
            None => document,
        },
        Kind::Submission => {
            let lacking: Vec<_> = order.lacking(&document).into_iter().map(code).collect();
            if lacking.is_empty() {
                return document;
            }
            let mut sentence = prose!["Added, blank: "];
            sentence.0.extend(listed(lacking, 6).0);
            sentence.push(".");
            done.push(sentence);
            order.completed(&document)
        }
        Kind::Application => document,
    }
}

/// The legacy single address and today's list beside it, where both are what they should be.
fn legacy_repository(document: &Node) -> Option<(&str, &[Node])> {
    let url = document.get("repositoryURL")?.as_str()?;
    match document.get("repositories").map(|node| &node.value) {
        None => Some((url, &[])),
        Some(Value::Array(entries)) => Some((url, entries)),
        Some(_) => None,
    }
}

/// The document with this address as the first of `repositories`; the registry calls such a one `main`.
fn with_repository(document: &Node, url: &str, listed: &[Node]) -> Node {
    let spot = &document.spot;
    let at = |value| Node { value, spot: spot.clone() };
    let member = |key: &str, node| Member { key: key.to_owned(), key_span: spot.span.clone(), node };
    let mut entries = listed.to_vec();
    let plain =
        |url: &str| repository::key(url).unwrap_or_else(|| url.trim().trim_end_matches('/').to_lowercase());
    let listed_url = |entry: &Node| entry.as_str().or_else(|| entry.get("url")?.as_str()).map(plain);
    let known = listed.iter().any(|entry| listed_url(entry) == Some(plain(url)));
    if !known && !url.trim().is_empty() {
        let text = |text: &str| at(Value::String(text.to_owned()));
        entries.insert(0, at(Value::Object(vec![member("name", text("main")), member("url", text(url))])));
    }
    let (theirs, mut kept): (Vec<_>, Vec<_>) = (document.members().iter().cloned())
        .enumerate()
        .partition(|(_, member)| matches!(member.key.as_str(), "repositories" | "repositoryURL"));
    let place = theirs.first().map_or(kept.len(), |(at, _)| *at);
    kept.insert(place, (place, member("repositories", at(Value::Array(entries)))));
    at(Value::Object(kept.into_iter().map(|(_, member)| member).collect()))
}

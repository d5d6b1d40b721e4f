//! The living comment: what a nominator reads who may never have seen GitHub.
//!
//! In: a [`Report`] and where its pull request stands. Out: Markdown of at most [`LIMIT`] bytes. Others' words
//! appear only inside code spans and code blocks, where GitHub makes nothing of them; nothing of theirs stands in
//! HTML.

use super::counted;
use crate::triage::{
    commands,
    evidence::{Relation, RepositoryLicense},
    finding::Severity,
    ledger::Ledger,
    marker::Open,
    nomination::Nomination,
    prose::{Piece, Prose, SHOWN, inert},
    pull_request::encoded,
    report::{FileReport, Report, Said, Verdict},
    repository,
    routing::Routed,
    snapshot::Snapshot,
};

/// GitHub takes 65,536 characters of a comment; bytes are never fewer. The marker has its own share of them.
pub const LIMIT: usize = 45_000;

/// How many findings of one group are written out.
const MOST: usize = 25;

/// What changed since the comment spoke of something else.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changed {
    /// The commit of which it spoke.
    pub since: String,
    /// Titles of checks with a finding that is gone.
    pub solved: Vec<&'static str>,
    /// Titles of checks with a finding that is new.
    pub new: Vec<&'static str>,
}

/// The comment on a pull request with nominations, without its marker.
pub fn comment(report: &Report, snapshot: &Snapshot, changed: Option<&Changed>) -> String {
    let mut page = Page::default();
    page.add(&format!("### {}\n\n", headline(report, snapshot)));
    page.add(&intro(report, snapshot));
    if let Some(changed) = changed {
        page.add(&what_changed(changed));
    }
    let many = report.files.len() > 1;
    let mut number = 0;
    for (severity, title) in [(Severity::Must, "Please change"), (Severity::Should, "Worth improving")] {
        let said: Vec<_> = report
            .files
            .iter()
            .flat_map(|file| file.to_change(severity).map(move |said| (file, said)))
            .collect();
        page.findings(title, &said, snapshot, &mut number);
    }
    let for_people: Vec<_> =
        report.files.iter().flat_map(|file| file.for_people().map(move |said| (file, said))).collect();
    page.findings("For a reviewer to decide", &for_people, snapshot, &mut number);
    page.add(&not_checked(report, many));
    for file in &report.files {
        page.add(&nomination(file, many));
    }
    page.add(&community(report));
    page.add(&remarks(&report.ledger));
    page.add(&fine(report, snapshot));
    page.add(&footer(report, snapshot));
    page.text
}

/// The comment on a pull request from which the nomination was taken out.
pub fn withdrawn(snapshot: &Snapshot) -> String {
    format!(
        "### There is no nomination in this pull request any more\n\nWhat stood here spoke of a file that is no longer \
         part of it. If that was not meant, add the file again: I then look at it by myself.\n\n{}",
        commit(snapshot)
    )
}

/// A text that stops growing before the limit.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// Adds a section if it fits as a whole.
    fn add(&mut self, section: &str) {
        if self.text.len() + section.len() <= LIMIT {
            self.text.push_str(section);
        }
    }

    fn findings(
        &mut self,
        title: &str,
        said: &[(&FileReport, Said<'_>)],
        snapshot: &Snapshot,
        number: &mut usize,
    ) {
        if said.is_empty() {
            return;
        }
        self.add(&format!("#### {title}\n\n"));
        let mut shown = 0;
        for (file, said) in said.iter().take(MOST) {
            let item = finding(*number + 1, file, *said, snapshot);
            // Room stays for what follows: the community, what is fine, how to have it checked again.
            if self.text.len() + item.len() > LIMIT - 12_000 {
                break;
            }
            self.text.push_str(&item);
            *number += 1;
            shown += 1;
        }
        if shown < said.len() {
            self.add(&format!(
                "… and {} more. They show here once these are solved; the **Files changed** tab has them at their lines.\n\n",
                said.len() - shown
            ));
        }
    }
}

/// How things stand and who acts next, in one line.
fn headline(report: &Report, snapshot: &Snapshot) -> String {
    let nominator = if snapshot.author.bot { "a maintainer or the nominator" } else { "the nominator" };
    let reviewer = match report.route.first() {
        Some(routed) => format!("a reviewer of the {} community", words(&routed.name)),
        None => "a reviewer".to_owned(),
    };
    match report.verdict {
        Verdict::OnHold => "⏸️ On hold. Next step: a maintainer".to_owned(),
        Verdict::NeedsChanges => {
            let things = counted(report.count(Severity::Must), "thing", "things");
            format!("✏️ {things} to change. Next step: {nominator}")
        }
        _ if snapshot.draft => format!("This is still a draft. Next step: {nominator}"),
        Verdict::NeedsPerson => {
            let points = counted(report.count_for_people().max(1), "point", "points");
            format!("👀 {points} for a person to look at. Next step: {reviewer}")
        }
        Verdict::Reviewed => "Reviewed. Next step: a maintainer decides".to_owned(),
        Verdict::Ready => format!("Ready for review. Next step: {reviewer}"),
    }
}

fn intro(report: &Report, snapshot: &Snapshot) -> String {
    let names: Vec<Piece> =
        report.files.iter().map(|file| Piece::Theirs(file.nomination.title().to_owned())).collect();
    let of = prose(&crate::triage::prose::listed(names, 5));
    let thanks = if snapshot.author.bot {
        format!("This is a first, automatic look at the nomination of {of}, which came in through a form.")
    } else {
        format!("Thank you for nominating {of}. This is a first, automatic look at it.")
    };
    let next = match report.verdict {
        Verdict::NeedsChanges => {
            let who = if snapshot.author.bot { "Whoever looks after it" } else { "You" };
            format!(
                "{who} can make each change right here in the browser: open the link, click the pencil, edit the line, \
                 then **Commit changes**. I look again by myself within seconds, and people review it after that."
            )
        }
        _ if snapshot.draft => {
            "When it is complete, click **Ready for review** at the end of this page, so that people look at it.".to_owned()
        }
        Verdict::NeedsPerson => "Nothing has to be changed for now. Some points below can only be settled by a person.".to_owned(),
        Verdict::Reviewed => "A reviewer has looked at it. Whether it is accepted is decided by the maintainers.".to_owned(),
        Verdict::Ready if report.count(Severity::Should) > 0 => {
            "Nothing has to be changed before people look at it. Below is what would make their work easier.".to_owned()
        }
        Verdict::Ready => "Nothing has to be changed before people look at it.".to_owned(),
        Verdict::OnHold => "A maintainer has put it on hold.".to_owned(),
    };
    format!("{thanks} {next}\n\n")
}

fn what_changed(changed: &Changed) -> String {
    let mut sentences = Vec::new();
    if !changed.solved.is_empty() {
        sentences.push(format!("solved: {}", changed.solved.join(", ")));
    }
    if !changed.new.is_empty() {
        sentences.push(format!("new: {}", changed.new.join(", ")));
    }
    if sentences.is_empty() {
        sentences.push("nothing of what is listed here changed".to_owned());
    }
    format!("**Since commit {}** – {}.\n\n", short(&changed.since), sentences.join("; "))
}

fn finding(number: usize, file: &FileReport, said: Said<'_>, snapshot: &Snapshot) -> String {
    let line = said.finding.spot.as_ref().map(|spot| file.nomination.source.place(&spot.span).line);
    let mut item = format!(
        "**{number}. {}** ({})\n{}\n",
        said.judged.check.title,
        file_link(&file.nomination, line, snapshot),
        prose(&said.finding.message)
    );
    if let Some(suggestion) = &said.finding.suggestion {
        item.push_str(&corrected(&file.nomination, said, suggestion));
    }
    item + "\n"
}

/// The line as it then reads, ready to be copied.
fn corrected(nomination: &Nomination, said: Said<'_>, suggestion: &str) -> String {
    let Some(spot) = &said.finding.spot else {
        return format!("Name of the file:\n\n{}", block("", suggestion));
    };
    let place = nomination.source.place(&spot.span);
    let line = nomination.source.line(place.line);
    let start = spot.span.start - nomination.source.line_start(place.line);
    let end = spot.span.end - nomination.source.line_start(place.line);
    let quoted = serde_json::to_string(suggestion).unwrap_or_default();
    match (place.line == place.end_line, line.get(..start), line.get(end..)) {
        (true, Some(before), Some(after)) if line.chars().count() <= 300 => {
            format!(
                "Line {} then reads:\n\n{}",
                place.line,
                block("json", &format!("{before}{quoted}{after}"))
            )
        }
        _ => format!("Write there:\n\n{}", block("json", &quoted)),
    }
}

fn not_checked(report: &Report, many: bool) -> String {
    // Several checks share a reason, and a reason shares its checks: one line a reason.
    let mut reasons: Vec<(String, Vec<&'static str>)> = Vec::new();
    for file in &report.files {
        for (judged, why) in file.not_checked() {
            let mut why = prose(why);
            if many {
                why = format!("{}: {why}", span(&file.nomination.path));
            }
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, titles)) => titles.push(judged.check.title),
                None => reasons.push((why, vec![judged.check.title])),
            }
        }
    }
    if reasons.is_empty() {
        return String::new();
    }
    let lines: String = (reasons.iter().take(MOST))
        .map(|(why, titles)| format!("- {}: not checked, because {why}.\n", titles.join("; ")))
        .collect();
    format!("#### Could not be checked\n\n{lines}\n")
}

/// What is declared beside what was found.
fn nomination(file: &FileReport, many: bool) -> String {
    if file.licenses.is_empty() {
        return String::new();
    }
    let declared: Vec<Piece> = (file.nomination.licenses.iter())
        .filter_map(|license| license.spdx.as_ref())
        .map(|id| Piece::Theirs(id.value.clone()))
        .collect();
    let declared = if declared.is_empty() {
        "–".to_owned()
    } else {
        cell(&prose(&crate::triage::prose::listed(declared, 6)))
    };
    let title =
        if many { format!("License of {}", span(file.nomination.title())) } else { "License".to_owned() };
    let rows: String = file.licenses.iter().take(MOST).map(|license| row(license, &declared)).collect();
    let more = match file.licenses.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("\n… and {more} more repositories.\n"),
    };
    format!(
        "#### {title}\n\n| Repository | Declared | Found there | |\n| --- | --- | --- | --- |\n{rows}{more}\n"
    )
}

fn row(license: &RepositoryLicense, declared: &str) -> String {
    let repository = match &license.repository {
        Some(name) => anchor(&name.to_string(), &repository::page(name)),
        None => cell(&span(&license.url.value)),
    };
    let found = match &license.found {
        Some(found) => match &found.spdx {
            Some(id) => anchor(id, &found.page),
            None => anchor("a text that GitHub does not know", &found.page),
        },
        None if license.relation == Relation::None => "no license file".to_owned(),
        None => "–".to_owned(),
    };
    let relation = match &license.relation {
        Relation::Matches => "✅ same",
        Relation::Differs => "❌ differs",
        Relation::NotRecognized => "👀 to be read by a person",
        Relation::None => "❌ missing",
        Relation::NotReachable(_) => "❔ not checked",
    };
    format!("| {repository} | {declared} | {found} | {relation} |\n")
}

fn community(report: &Report) -> String {
    if report.files.iter().all(|file| file.nomination.document.is_none()) {
        return String::new();
    }
    if report.route.is_empty() {
        return "#### Community of Practice\n\nNone matched. The goals, the sectors and the words of the description \
                decide it; naming the field in the description helps.\n\n"
            .to_owned();
    }
    let lines: String = report.route.iter().map(routed).collect();
    format!("#### Community of Practice\n\n{lines}\n")
}

fn routed(routed: &Routed) -> String {
    format!(
        "- **{}**, because of {} (label {})\n",
        words(&routed.name),
        routed.reasons.iter().map(|reason| words(reason)).collect::<Vec<_>>().join("; "),
        span(&routed.label)
    )
}

fn remarks(ledger: &Ledger) -> String {
    if ledger.remarks.is_empty() {
        return String::new();
    }
    let lines: String =
        ledger.remarks.iter().rev().take(5).map(|remark| format!("- {}\n", prose(remark))).collect();
    format!("#### Commands\n\n{lines}\n")
}

fn fine(report: &Report, snapshot: &Snapshot) -> String {
    let met: usize = report.files.iter().map(|file| file.met().count()).sum();
    let hints: Vec<_> = report
        .files
        .iter()
        .flat_map(|file| file.to_change(Severity::Hint).map(move |said| (file, said)))
        .collect();
    let mut section = String::new();
    if met > 0 {
        section.push_str(&format!("<details><summary>What is fine ({met})</summary>\n\n"));
        for file in &report.files {
            if report.files.len() > 1 {
                section.push_str(&format!("{}\n\n", span(&file.nomination.path)));
            }
            for judged in file.met() {
                section.push_str(&format!("- ✅ {}\n", judged.check.title));
            }
            section.push('\n');
        }
        section.push_str("</details>\n\n");
    }
    if !hints.is_empty() {
        section.push_str(&format!("<details><summary>Good to know ({})</summary>\n\n", hints.len()));
        for (file, said) in hints.iter().take(10) {
            let line = said.finding.spot.as_ref().map(|spot| file.nomination.source.place(&spot.span).line);
            let place = file_link(&file.nomination, line, snapshot);
            section.push_str(&format!("- {} ({place})\n", prose(&said.finding.message)));
        }
        if hints.len() > 10 {
            section.push_str(&format!("- … and {} more\n", hints.len() - 10));
        }
        section.push_str("\n</details>\n\n");
    }
    section
}

fn footer(report: &Report, snapshot: &Snapshot) -> String {
    let usable: String = (commands::ALL.iter().filter(|command| command.ready))
        .map(|command| {
            format!(
                "- Comment {} alone: {} It is for the author of this pull request and for maintainers.\n",
                span(command.usage),
                command.help
            )
        })
        .collect();
    let fix = if report.verdict == Verdict::NeedsChanges {
        (report.files.iter().take(5))
            .filter_map(|file| Some(format!("- Edit the file: {}\n", edit_link(&file.nomination, snapshot)?)))
            .collect()
    } else {
        String::new()
    };
    format!(
        "<details><summary>How to have it checked again</summary>\n\n- Every new commit to this pull request is looked at \
         by itself.\n{usable}{fix}\nThis look is made by a program. It advises; people decide. If it is wrong about \
         something, say so in a comment.\n\n</details>\n\n{}",
        commit(snapshot)
    )
}

fn commit(snapshot: &Snapshot) -> String {
    format!("<sub>This speaks of commit {}.</sub>\n", short(&snapshot.head_sha))
}

/// The short form of a commit's id, which GitHub links by itself.
fn short(sha: &str) -> String {
    sha.chars().filter(char::is_ascii_hexdigit).take(7).collect()
}

fn file_link(nomination: &Nomination, line: Option<usize>, snapshot: &Snapshot) -> String {
    let at = line.map(|line| format!(", line {line}")).unwrap_or_default();
    let fragment = line.map(|line| format!("#L{line}")).unwrap_or_default();
    let repository = snapshot.head_repository.as_ref().unwrap_or(&snapshot.pull_request.repository);
    let url = format!(
        "{}/{repository}/blob/{}/{}{fragment}",
        snapshot.website,
        snapshot.head_sha,
        encoded(&nomination.path)
    );
    format!("[{}{at}]({url})", span(&nomination.path))
}

/// GitHub's editor on the branch of the pull request.
fn edit_link(nomination: &Nomination, snapshot: &Snapshot) -> Option<String> {
    let repository = snapshot.head_repository.as_ref()?;
    let (branch, path) = (encoded(&snapshot.head_branch), encoded(&nomination.path));
    Some(format!("[{}]({}/{repository}/edit/{branch}/{path})", span(&nomination.path), snapshot.website))
}

/// A sentence as Markdown.
pub fn prose(sentence: &Prose) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => words(text),
        Piece::Code(text) | Piece::Theirs(text) => span(text),
        Piece::Link { label, url } => anchor(label, url),
    };
    sentence.0.iter().map(piece).collect()
}

/// Our own words: what Markdown would take for formatting is escaped, except inside the code spans that we wrote.
fn words(text: &str) -> String {
    let mut escaped = String::new();
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= character == '`';
        if !in_code && matches!(character, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '@' | '#' | '|' | '~') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A code span: GitHub makes no mention, link, picture, HTML or issue reference of what stands in it.
fn span(text: &str) -> String {
    let text = inert(text, SHOWN);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A link whose label is a code span; `url` is one that we built or GitHub gave.
fn anchor(label: &str, url: &str) -> String {
    let url: String = url
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '"' | '\\') {
                c.to_string()
            } else {
                percent(c)
            }
        })
        .collect();
    if label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'.')) {
        return format!("[{label}]({url})");
    }
    format!("[{}]({url})", cell(&span(label)))
}

fn percent(character: char) -> String {
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A text in a table: the sign that parts columns is escaped, also inside code spans.
fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// A code block.
fn block(language: &str, text: &str) -> String {
    let text: String = text.lines().map(|line| inert(line, 400) + "\n").collect();
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}{language}\n{text}{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The open findings of a report by check, for the marker.
pub fn open(report: &Report) -> Open {
    let mut open = Open::new();
    for file in &report.files {
        for said in file.all().filter(|said| said.finding.severity > Severity::Hint) {
            let pointer = said.finding.spot.as_ref().map_or("", |spot| spot.pointer.as_str());
            let key = crate::triage::marker::digest(&format!(
                "{}\n{pointer}\n{}",
                file.nomination.path,
                said.finding.message.plain()
            ));
            let digests = open.entry(said.judged.check.id.to_owned()).or_default();
            if digests.len() < MOST {
                digests.push(key);
            }
        }
    }
    open
}

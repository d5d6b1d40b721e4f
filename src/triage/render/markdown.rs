//! The living comment: what a nominator reads who may never have seen GitHub.
//!
//! In: a [`Report`] and where its pull request stands. Out: Markdown of at most [`LIMIT`] bytes. Others' words
//! appear only inside code spans and code blocks, where GitHub makes nothing of them; nothing of theirs stands in
//! HTML.

mod again;
mod answered;
mod boxes;
mod corrected;
mod decided;
pub mod document;
mod facts;
mod hints;
pub(super) mod inert;
mod suggesting;
mod voting;

use self::again::message;
pub use self::answered::answered_in;
use self::answered::{BEHIND, answered, usable};
use self::corrected::whole_file;
use self::facts::{community, nomination};
use self::hints::hints;
use self::inert::{block, prose, span, words};
use self::suggesting::suggesting;
use self::voting::voting;
use super::{counted, to_change};
use crate::triage::{
    finding::{Mended, Severity},
    form::is_through_form,
    marker::{Requested, Suggested},
    nomination::Nomination,
    prose::{Piece, Prose, listed},
    pull_request::encoded,
    report::{FileReport, Item, Report, Said, Verdict, points},
    snapshot::Snapshot,
};

/// GitHub takes 65,536 characters of a comment; bytes are never fewer. The marker in front has the rest.
pub const LIMIT: usize = 42_000;

/// What findings leave to the sections behind them, in bytes.
const ROOM: usize = 12_000;

/// How many items of one kind are written out.
const MOST: usize = 25;

/// What changed since the comment spoke of something else.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changed {
    /// The commit of which it spoke; `None` where it was this one.
    pub since: Option<String>,
    /// Topics of checks of which all is in order that was not.
    pub solved: Vec<&'static str>,
    /// Topics of checks with a finding that is new.
    pub new: Vec<&'static str>,
    /// Topics of checks that say something else than before.
    pub changed: Vec<&'static str>,
    /// Topics of checks with a finding that could not be looked at again.
    pub unseen: Vec<&'static str>,
}

/// The comment on a pull request with nominations, without its marker.
pub fn comment(
    report: &Report,
    snapshot: &Snapshot,
    changed: Option<&Changed>,
    suggested: Option<Suggested>,
    requested: &[Requested],
) -> String {
    let mut page = Page::default();
    page.add(&format!("### {}\n\n", headline(report, snapshot)));
    page.add(&intro(report, snapshot));
    page.add(&suggesting(report, snapshot, suggested));
    if snapshot.surplus > 0 {
        page.add(&format!(
            "**Only the first {} nominations of this pull request are looked at here, {} more are not.** Please put them into \
             pull requests of their own.\n\n",
            report.files.len(),
            snapshot.surplus
        ));
    }
    if let Some(changed) = changed {
        page.add(&what_changed(changed));
    }
    let many = report.files.len() > 1;
    let mut number = 0;
    let (questions, changes) = report.musts_apart();
    let (change, answer) = match report.verdict {
        Verdict::OnHold => ("To change once it goes on", "To answer once it goes on"),
        _ => ("Please change", "Please answer"),
    };
    for (title, items) in [
        (change, changes),
        (answer, questions),
        ("Worth improving", report.items(Severity::Should)),
        ("For a reviewer to decide", report.items_for_people()),
    ] {
        page.items(title, &items, snapshot, &mut number);
    }
    if !report.items_for_people().is_empty() && voting::is_due(report, snapshot) {
        page.add(voting::HOW_TO_DECIDE);
    }
    page.add(&decided::duplicate(report, snapshot));
    page.add_with_room(&decided::waived(report));
    for file in report.files.iter().take(3) {
        let editor = edit_link(&file.nomination, snapshot);
        page.add_with_room(&whole_file(file, editor.as_deref()).unwrap_or_default());
    }
    page.add(&not_checked(report, many));
    for file in &report.files {
        page.add(&nomination(file, many));
    }
    page.add(&community(report));
    page.add(&voting(report, snapshot));
    page.add(&boxes::requested(requested, &report.votes));
    page.add(&boxes::boxes(&report.criteria, &report.boxes));
    page.add(&fine(report));
    page.add(&hints(report, snapshot));
    if let Some(note) = &report.note {
        page.add(&format!("{}\n\n", prose(note)));
    }
    page.add(&answered(&report.ledger, &points::open(report)));
    page.add(&footer(snapshot));
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

    /// Adds a section if what follows still fits behind it.
    fn add_with_room(&mut self, section: &str) {
        if self.text.len() + section.len() <= LIMIT - ROOM {
            self.text.push_str(section);
        }
    }

    fn items(&mut self, title: &str, items: &[Item<'_>], snapshot: &Snapshot, number: &mut usize) {
        if items.is_empty() {
            return;
        }
        self.add(&format!("#### {title}\n\n"));
        let mut shown = 0;
        for (at, item) in items.iter().take(MOST).enumerate() {
            let text = describe(*number + 1, item, &items[..at], snapshot);
            // Room stays for what follows: the community, what is fine, how to have it checked again.
            if self.text.len() + text.len() > LIMIT - ROOM {
                break;
            }
            self.text.push_str(&text);
            *number += 1;
            shown += 1;
        }
        if shown < items.len() {
            self.add(&format!(
                "… and {} more. They show here once these are solved; the tab **Files changed** has them at their lines.\n\n",
                items.len() - shown
            ));
        }
    }
}

/// How things stand and who acts next, in one line.
fn headline(report: &Report, snapshot: &Snapshot) -> String {
    let nominator = if is_through_form(snapshot) { "a maintainer" } else { "you, the nominator" };
    let reviewer = match report.route.first() {
        Some(routed) => format!("a reviewer of the {} community", words(&routed.name)),
        None => "a reviewer".to_owned(),
    };
    match report.verdict {
        Verdict::OnHold => "⏸️ On hold. Next step: a maintainer".to_owned(),
        Verdict::NeedsChanges => {
            format!("✏️ {}. Next step: {nominator}", to_change(report))
        }
        _ if snapshot.draft => format!("This is still a draft. Next step: {nominator}"),
        Verdict::NeedsPerson if report.votes.objections > 0 => {
            format!("{}. Next step: a maintainer", voting::objections(&report.votes))
        }
        Verdict::NeedsPerson => {
            let points = counted(report.count_for_people().max(1), "point", "points");
            format!("👀 {points} for a person to look at. Next step: {reviewer}")
        }
        Verdict::Reviewed => "Reviewed. Next step: a maintainer decides".to_owned(),
        Verdict::Ready => format!("Ready for review. Next step: {reviewer}"),
    }
}

fn intro(report: &Report, snapshot: &Snapshot) -> String {
    let of = named(report);
    let thanks = if is_through_form(snapshot) {
        format!(
            "This is a first, automatic look at {of}, which came in through a form. The person who filled it in gets no message from here."
        )
    } else {
        format!("Thank you! This is a first, automatic look at {of}.")
    };
    let next = match report.verdict {
        Verdict::NeedsChanges => how_to_change(report, snapshot),
        _ if snapshot.draft => {
            "When it is complete, click **Ready for review** at the end of this page, so that people look at it.".to_owned()
        }
        Verdict::NeedsPerson if report.votes.objections > 0 => {
            "If you are the nominator: answer the objection in a comment below, or change the file; after a new commit the \
             reviewers look again. If no agreement is found, a maintainer decides how to go on."
                .to_owned()
        }
        Verdict::NeedsPerson => "Nothing has to be changed for now. Some points below can only be settled by a person.".to_owned(),
        Verdict::Reviewed => {
            let reviewers = match report.votes.approvals {
                1 => "A reviewer has".to_owned(),
                more => format!("{more} reviewers have"),
            };
            format!("{reviewers} looked at it. Whether it is accepted is decided by the maintainers.")
        }
        Verdict::Ready => {
            let waived =
                if decided::waives_all(report) { ": a maintainer waived what had to be" } else { "" };
            let easier = match report.items(Severity::Should).is_empty() {
                true => "",
                false => " Below is what would make their work easier.",
            };
            format!("Nothing has to be changed before people look at it{waived}.{easier}")
        }
        Verdict::OnHold => decided::on_hold(report),
    };
    format!("{thanks} {next}\n\n")
}

/// "the nomination of `X` and `Y`", each name once, as far as they can be read.
fn named(report: &Report) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in
        report.files.iter().filter_map(|file| file.nomination.name.as_ref()).map(|name| name.value.trim())
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return "this nomination".to_owned();
    }
    let names = names.into_iter().map(|name| Piece::Theirs(name.to_owned())).collect();
    format!("the nomination of {}", prose(&listed(names, 5)))
}

/// The way to the editor, for people who have never edited a file on GitHub.
fn how_to_change(report: &Report, snapshot: &Snapshot) -> String {
    let is_left = |mended: Mended| report.musts().any(|said| said.finding.mended == mended);
    let wanting =
        |file: &&FileReport| file.to_change(Severity::Must).any(|said| said.finding.mended == Mended::Here);
    let editors: Vec<String> = (report.files.iter().filter(wanting).take(5))
        .filter_map(|file| edit_link(&file.nomination, snapshot))
        .collect();
    if !is_left(Mended::Here) && is_left(Mended::InTalk) {
        let beside = match is_left(Mended::Outside) {
            true => {
                " What else is listed lies outside this pull request: when it is done, comment `/recheck` here."
            }
            false => "",
        };
        return format!("{}{beside}", how_to_tell_apart(report));
    }
    if !is_left(Mended::Here) {
        return "What has to change lies outside this pull request, so I do not notice when it is done. Then comment \
                `/recheck` here: I look again within seconds, and after that people review it."
            .to_owned();
    }
    let who = if is_through_form(snapshot) { "As a maintainer, you" } else { "You" };
    let how = if editors.is_empty() {
        "The changes are made in the branch that this pull request comes from.".to_owned()
    } else {
        format!(
            "{who} can make the changes right in the browser: open {} in GitHub's editor, change what is listed here, and \
             click **Commit changes**.",
            editors.join(" or ")
        )
    };
    let answer = match is_left(Mended::InTalk) {
        true => {
            " What is asked under **Please answer** takes a comment at the end of this page; a maintainer reads it and decides."
        }
        false => "",
    };
    format!("{how} I look again by myself within seconds; after that people review it.{answer}")
}

/// The way on where all that is asked is whether two nominate one project.
fn how_to_tell_apart(report: &Report) -> &'static str {
    let is_of_entries =
        |said: Said<'_>| said.finding.mended == Mended::InTalk && said.judged.check.id == "not-in-registry";
    if report.musts().any(is_of_entries) {
        "Nothing in this file has to be changed for now. I ask whether the project is known here already; below stands as \
         what, and what to do if it is the same. If it is another project, write a comment at the end of this page that \
         says what tells the two apart. A maintainer reads it and decides."
    } else {
        "Nothing in this file has to be changed. I ask whether two pull requests nominate the same project. If they do, \
         close one of the two (**Close pull request** at the end of its page); if it is the other one, then comment `/recheck` here. If they do not, write a comment here that \
         says what tells the two projects apart. A maintainer reads it and lets this one pass."
    }
}

fn what_changed(changed: &Changed) -> String {
    let mut sentences = Vec::new();
    if !changed.solved.is_empty() {
        sentences.push(format!("solved: {}", changed.solved.join(", ")));
    }
    if !changed.new.is_empty() {
        sentences.push(format!("new: {}", changed.new.join(", ")));
    }
    if !changed.changed.is_empty() {
        sentences.push(format!("not the same as before: {}", changed.changed.join(", ")));
    }
    if !changed.unseen.is_empty() {
        sentences.push(format!("could not be looked at again: {}", changed.unseen.join(", ")));
    }
    if sentences.is_empty() {
        sentences.push("nothing of what is listed here changed".to_owned());
    }
    let since = match &changed.since {
        Some(commit) => format!("commit {}", short(commit)),
        None => "the last look".to_owned(),
    };
    format!("**Since {since}** – {}.\n\n", sentences.join("; "))
}

fn describe(number: usize, item: &Item<'_>, earlier: &[Item<'_>], snapshot: &Snapshot) -> String {
    let nomination = &item.file.nomination;
    let mut text = format!(
        "**{number}. {}** ({})\n{}\n",
        item.first.judged.check.topic,
        file_link(nomination, line(nomination, item.first), snapshot),
        prose(&message(number, item, earlier))
    );
    if let Some(suggestion) = item.first.finding.suggestion() {
        text.push_str(&corrected(nomination, item.first, suggestion));
    }
    if !item.alike.is_empty() {
        let also: Vec<String> = (item.alike.iter().take(MOST))
            .map(|(said, different)| {
                let what = prose(&Prose(vec![(*different).clone()]));
                match line(nomination, *said) {
                    Some(line) => {
                        format!("{what} ([line {line}]({}))", address(nomination, Some(line), snapshot))
                    }
                    None => what,
                }
            })
            .collect();
        let more = match item.alike.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        text.push_str(&format!("The same for {}{more}.\n", also.join(", ")));
    }
    text + "\n"
}

fn line(nomination: &Nomination, said: Said<'_>) -> Option<usize> {
    said.finding.spot.as_ref().map(|spot| nomination.source.place(&spot.span).line)
}

/// The line as it then reads, ready to be copied.
fn corrected(nomination: &Nomination, said: Said<'_>, suggestion: &str) -> String {
    let Some(spot) = &said.finding.spot else {
        return format!("It is then called:\n\n{}", block("", suggestion));
    };
    let place = nomination.source.place(&spot.span);
    let line = nomination.shown.line(place.line);
    let start = spot.span.start - nomination.source.line_start(place.line);
    let end = spot.span.end - nomination.source.line_start(place.line);
    let quoted = said.finding.json().unwrap_or_default();
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
                Some((_, topics)) => topics.push(judged.check.topic),
                None => reasons.push((why, vec![judged.check.topic])),
            }
        }
    }
    if reasons.is_empty() {
        return String::new();
    }
    let lines: String = (reasons.iter().take(MOST))
        .map(|(why, topics)| format!("- {}: {why}.\n", topics.join("; ")))
        .collect();
    let again = match report.files.iter().any(|file| file.incomplete) {
        true => "What did not answer, I ask again by myself: after a minute, then less and less often.\n\n",
        false => "",
    };
    format!("#### Could not be checked\n\n{lines}\n{again}")
}

fn fine(report: &Report) -> String {
    let met: usize = report.files.iter().map(|file| file.met().count()).sum();
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
    section
}

fn footer(snapshot: &Snapshot) -> String {
    format!(
        "{BEHIND}- Every new commit to this pull request is looked at by itself.\n{}\nThis look is made by a program. It advises; people decide. If it is wrong about \
         something, say so in a comment.\n\n</details>\n\n{}",
        usable(is_through_form(snapshot)),
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
    format!("[{}{at}]({})", span(&nomination.path), address(nomination, line, snapshot))
}

/// The page of a file at the judged commit.
fn address(nomination: &Nomination, line: Option<usize>, snapshot: &Snapshot) -> String {
    let fragment = line.map(|line| format!("#L{line}")).unwrap_or_default();
    let repository = snapshot.head_repository.as_ref().unwrap_or(&snapshot.pull_request.repository);
    let path = encoded(&nomination.path);
    format!("{}/{repository}/blob/{}/{path}{fragment}", snapshot.website, snapshot.head_sha)
}

/// GitHub's editor on the branch of the pull request.
fn edit_link(nomination: &Nomination, snapshot: &Snapshot) -> Option<String> {
    let repository = snapshot.head_repository.as_ref()?;
    let (branch, path) = (encoded(&snapshot.head_branch), encoded(&nomination.path));
    Some(format!("[{}]({}/{repository}/edit/{branch}/{path})", span(&nomination.path), snapshot.website))
}

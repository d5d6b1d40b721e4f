//! The first acts, told at the terminal.

use std::io::Write;

use anyhow::Context;
use percent_encoding::percent_decode_str;

use super::cast::{BOT, NOMINATOR, REGISTRY};
use super::happening::{Happening, counted, headline, is_write, living};
use super::nominations::{START, Submission};
use super::plain::plain;
use super::stage::Stage;
use crate::fake_github::{Request, Requests};

/// Opens every pull request; tells the first in full and the others in a line each.
///
/// # Errors
/// When the output cannot be written, or the bot does not come to rest.
pub async fn tell(stage: &Stage, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "dpg-triage demo: everything here is local. The bot is the real one, GitHub is a stand-in.\n"
    )?;
    let [first, others @ ..] = START;
    let (number, happening) = open(stage, first).await?;
    in_full(out, number, first, &happening)?;
    writeln!(out, "\nThe other pull requests:")?;
    for submission in others {
        let (number, happening) = open(stage, submission).await?;
        in_a_line(out, number, submission, &happening)?;
    }
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// The bot's comment on the first pull request.
///
/// # Errors
/// When there is none, or the output cannot be written.
pub fn print_comment(stage: &Stage, out: &mut impl Write) -> anyhow::Result<()> {
    let view = stage.pull_request(1)?;
    let comment = living(&view).context("the bot has not commented")?;
    writeln!(out, "The comment on #1:\n")?;
    write!(out, "{}", plain(&comment.body, "   "))?;
    out.flush()?;
    Ok(())
}

async fn open(stage: &Stage, submission: &Submission) -> anyhow::Result<(u64, Happening)> {
    let (number, happening) = stage.submit(submission).await?;
    anyhow::ensure!(happening.rested, "the bot did not come to rest after pull request #{number}");
    Ok((number, happening))
}

fn in_full(
    out: &mut impl Write,
    number: u64,
    submission: &Submission,
    happening: &Happening,
) -> std::io::Result<()> {
    let Submission { title, path, .. } = submission;
    writeln!(out, "1. {NOMINATOR} opens pull request #{number} of {REGISTRY}, \"{title}\":")?;
    writeln!(out, "   {path}")?;
    if let Some(delivery) = happening.deliveries.first() {
        let name = event_name(&delivery.event, delivery.action.as_deref());
        let status = delivery.status.map_or_else(|| "nothing".to_owned(), |status| status.to_string());
        let after = delivery.duration.as_millis();
        writeln!(
            out,
            "2. GitHub sends the webhook {name}, signed. The bot answers {status} after {after} ms:"
        )?;
        writeln!(out, "   it has noted what is to do, and does it now.")?;
    }
    let reads = happening.requests.filter(|request| !is_write(request));
    writeln!(out, "3. It asks GitHub {}:", counted(reads.len(), "question"))?;
    list(out, &reads)?;
    if !happening.opened.is_empty() {
        let links = counted(happening.opened.len(), "link");
        writeln!(out, "   Meanwhile it opens {links} of the nomination, here in a stand-in for the web:")?;
        happening.opened.iter().try_for_each(|address| writeln!(out, "   {address}"))?;
    }
    let writes = happening.requests.filter(is_write);
    writeln!(out, "4. It writes {}:", counted(writes.len(), "time"))?;
    list(out, &writes)?;
    writeln!(
        out,
        "5. {} ms after the pull request was opened, people see from {BOT}:",
        happening.took.as_millis()
    )?;
    if let Some(comment) = living(&happening.after) {
        writeln!(out, "   comment    {}", headline(comment))?;
    }
    writeln!(out, "   labels     {}", happening.after.label_names().join(" | "))?;
    for run in &happening.after.check_runs {
        let conclusion = run.conclusion.as_deref().unwrap_or(&run.status);
        let title = run.title.as_deref().unwrap_or(&run.name);
        let notes = counted(run.annotations.len(), "note");
        writeln!(out, "   check run  {conclusion}: {title}, {notes} on lines of the file")?;
    }
    Ok(())
}

fn in_a_line(
    out: &mut impl Write,
    number: u64,
    submission: &Submission,
    happening: &Happening,
) -> std::io::Result<()> {
    let said = living(&happening.after).map_or("no nomination in it, so the bot says nothing", headline);
    writeln!(out, "   #{number} {:<40} {:>4} ms  {said}", submission.title, happening.took.as_millis())
}

fn list(out: &mut impl Write, requests: &Requests) -> std::io::Result<()> {
    requests.iter().try_for_each(|request| writeln!(out, "   {}", in_short(request)))
}

fn in_short(request: &Request) -> String {
    let path = request.path.split('?').next().unwrap_or_default();
    format!("{}  {:<6} {}", request.status, request.method, readable(path))
}

/// A path without percent signs, and with the short form of commits.
pub fn readable(path: &str) -> String {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let short = |part: &str| {
        let is_sha = part.len() == 40 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        part.get(..7).filter(|_| is_sha).unwrap_or(part).to_owned()
    };
    path.split('/').map(short).collect::<Vec<_>>().join("/")
}

/// `pull_request.opened`.
pub fn event_name(event: &str, action: Option<&str>) -> String {
    action.map_or_else(|| event.to_owned(), |action| format!("{event}.{action}"))
}

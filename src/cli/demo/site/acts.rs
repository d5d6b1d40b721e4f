//! What the page's forms do: each reads what was sent, lets it happen, and leads back to the pull request.
//!
//! Nothing that a form sends is trusted: what the page does not offer is refused in words.

use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use serde::Deserialize;

use super::Site;
use crate::cli::demo::cast::{MAINTAINER, NOMINATOR, PEOPLE, REACTIONS, REGISTRY};
use crate::cli::demo::happening::{emoji, living};
use crate::cli::demo::nominations::{self, REPOSITORIES};
use crate::cli::demo::outside::{
    self, Condition, LICENSES, NO_FILE, Offered, Page, RepositoryState, UNRECOGNIZED,
};
use crate::cli::demo::page::{Group, Notice};
use crate::fake_github::{FileChange, FileView};

#[derive(Deserialize)]
pub(super) struct Choice {
    choice: String,
}

pub(super) async fn nominate(State(site): State<Site>, Form(form): Form<Choice>) -> Response {
    let Some(submission) = nominations::chosen(&form.choice) else {
        return Site::refused("There is no such nomination.\n");
    };
    match site.stage.submit(submission).await {
        Ok((number, happening)) => {
            site.back(number, &format!("{NOMINATOR} opened #{number}. {}", happening.summary()))
        }
        Err(unknown) => Site::refused(&format!("That was not possible: {unknown}.\n")),
    }
}

#[derive(Deserialize)]
pub(super) struct Comment {
    by: String,
    #[serde(default)]
    body: String,
    /// Of a button; it comes before what was written.
    #[serde(default)]
    command: String,
    /// Whether it comes from the group of that person.
    #[serde(default)]
    grouped: bool,
}

pub(super) async fn comment(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Comment>,
) -> Response {
    let body = unix_lines(&form.body);
    let body = format!("{}\n\n{}", form.command, body.trim());
    if body.trim().is_empty() {
        return site.back(number, "An empty comment says nothing.");
    }
    if !PEOPLE.iter().any(|(login, _)| *login == form.by) {
        return site.back(number, "Nobody of that name is here.");
    }
    let act =
        site.stage.act(number, |github| github.comment(REGISTRY, number, &form.by, body.trim()).map(drop));
    site.told(
        number,
        &format!("{} commented.", form.by),
        Group::of(&form.by).filter(|_| form.grouped),
        act.await,
    )
}

#[derive(Deserialize)]
pub(super) struct React {
    by: String,
    content: String,
    /// Whether it is given, or taken back.
    given: bool,
}

pub(super) async fn react(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<React>,
) -> Response {
    let is_offered = REACTIONS.iter().any(|(content, _)| *content == form.content);
    let Some(group) = Group::of(&form.by).filter(|_| is_offered) else {
        return site.back(number, "That is not offered.");
    };
    let view = site.stage.pull_request(number);
    let Some(comment) = view.ok().and_then(|view| living(&view).cloned()) else {
        return site.back(number, "The bot has said nothing to react to.");
    };
    let reaction = (form.by.clone(), form.content.clone());
    if comment.reactions.contains(&reaction) == form.given {
        return site.back(number, "That is so already.");
    }
    let act = site.stage.react(number, |github| match form.given {
        true => github.react(REGISTRY, comment.id, &form.by, &form.content),
        false => github.take_back_reaction(REGISTRY, comment.id, &form.by, &form.content),
    });
    let sign = emoji(&form.content);
    let did = if form.given { format!("reacted with {sign}") } else { format!("took {sign} back") };
    let lead = format!("{} {did}. GitHub sends no webhook for reactions; the timer finds them.", form.by);
    site.told(number, &lead, Some(group), act.await)
}

#[derive(Deserialize)]
pub(super) struct Review {
    by: String,
    state: String,
}

pub(super) async fn review(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Review>,
) -> Response {
    let (did, words) = match form.state.as_str() {
        "APPROVED" => ("approved it", "I looked at it and found it fine."),
        "CHANGES_REQUESTED" => ("requested changes", "Something has to change first."),
        _ => return site.back(number, "That is not offered."),
    };
    let Some(group) = Group::of(&form.by) else { return site.back(number, "Nobody of that name is here.") };
    let view = site.stage.pull_request(number);
    if view.is_ok_and(|view| !view.open || view.author == form.by) {
        return site.back(number, "GitHub takes no such review here.");
    }
    let act = site
        .stage
        .act(number, |github| github.review(REGISTRY, number, &form.by, &form.state, words).map(drop));
    site.told(number, &format!("{} {did}.", form.by), Some(group), act.await)
}

#[derive(Deserialize)]
pub(super) struct Push {
    /// Where the file lies.
    path: String,
    /// Where it is to lie.
    name: String,
    text: String,
}

pub(super) async fn push(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Push>,
) -> Response {
    let Some(file) = site.file(number, &form.path) else { return site.no_file(number) };
    let old = file.text.unwrap_or_default();
    let text = as_before(&old, &form.text);
    site.move_and_write(number, &form.path, &form.name, &old, text, None).await
}

#[derive(Deserialize)]
pub(super) struct Rename {
    path: String,
    name: String,
}

pub(super) async fn rename(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Rename>,
) -> Response {
    let Some(file) = site.file(number, &form.path) else { return site.no_file(number) };
    let text = file.text.unwrap_or_default();
    site.move_and_write(number, &form.path, &form.name, &text, text.clone(), Some(Group::Nominator)).await
}

#[derive(Deserialize)]
pub(super) struct TakeOut {
    path: String,
}

pub(super) async fn take_out(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<TakeOut>,
) -> Response {
    let file = site.file(number, &form.path);
    let Some(text) = file.and_then(|file| file.text) else { return site.no_file(number) };
    let act = site.stage.take_out(number, &form.path, text).await;
    site.told(number, &format!("{NOMINATOR} took the file out."), Some(Group::Nominator), act)
}

pub(super) async fn put_back(State(site): State<Site>, Path(number): Path<u64>) -> Response {
    if !site.stage.has_taken_out(number) {
        return site.back(number, "Nothing was taken out.");
    }
    let act = site.stage.put_back(number).await;
    site.told(number, &format!("{NOMINATOR} put the file back."), Some(Group::Nominator), act)
}

#[derive(Deserialize)]
pub(super) struct Draft {
    draft: bool,
}

pub(super) async fn draft(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Draft>,
) -> Response {
    let view = site.stage.pull_request(number);
    if view.is_ok_and(|view| !view.open || view.draft == form.draft) {
        return site.back(number, "That is so already.");
    }
    let act = site.stage.act(number, |github| match form.draft {
        true => github.convert_to_draft(REGISTRY, number, NOMINATOR),
        false => github.ready_for_review(REGISTRY, number, NOMINATOR),
    });
    let now = if form.draft { "a draft" } else { "ready for review" };
    site.told(number, &format!("{NOMINATOR} made it {now}."), Some(Group::Nominator), act.await)
}

#[derive(Deserialize)]
pub(super) struct Opening {
    by: String,
    open: bool,
}

pub(super) async fn open(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Opening>,
) -> Response {
    let group = match form.by.as_str() {
        NOMINATOR => Group::Nominator,
        MAINTAINER => Group::Maintainer,
        _ => return site.back(number, "Only the nominator and the maintainer may do that."),
    };
    let view = site.stage.pull_request(number);
    if view.is_ok_and(|view| view.open == form.open) {
        return site.back(number, "That is so already.");
    }
    let act = site.stage.act(number, |github| match form.open {
        true => github.reopen(REGISTRY, number, &form.by),
        false => github.close(REGISTRY, number, &form.by),
    });
    let did = if form.open { "reopened" } else { "closed" };
    site.told(number, &format!("{} {did} it.", form.by), Some(group), act.await)
}

#[derive(Deserialize)]
pub(super) struct Rerun {
    check_run: u64,
}

pub(super) async fn rerun(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Rerun>,
) -> Response {
    let act = site.stage.act(number, |github| github.click_rerun(REGISTRY, form.check_run, MAINTAINER));
    site.told(number, &format!("{MAINTAINER} pressed Re-run."), None, act.await)
}

#[derive(Deserialize)]
pub(super) struct Repository {
    repository: String,
    license: String,
    condition: String,
}

pub(super) async fn repository(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Repository>,
) -> Response {
    let found = REPOSITORIES.iter().find(|repository| repository.full_name == form.repository);
    let Some(repository) = found else { return site.back(number, "That repository is not here.") };
    let is_offered = [NO_FILE, UNRECOGNIZED].iter().chain(&LICENSES).any(|id| *id == form.license);
    let Some(condition) = Condition::of(&form.condition).filter(|_| is_offered) else {
        return site.back(number, "That is not offered.");
    };
    let old = site.stage.outside(|outside| outside.repository(repository));
    let new = RepositoryState { license: form.license, condition };
    if old == new {
        return site.back(number, "It is so already.");
    }
    let mut now = Vec::new();
    if old.license != new.license {
        now.push(match new.license.as_str() {
            NO_FILE => "has no license file".to_owned(),
            UNRECOGNIZED => "has a license file that GitHub does not know".to_owned(),
            id => format!("is under {id}"),
        });
    }
    if old.condition != new.condition {
        now.push(new.condition.words().to_owned());
    }
    let lead = format!("{} {} now.", repository.full_name, now.join(" and "));
    let act =
        site.stage.change_outside(number, |outside, github| outside.put_repository(github, repository, new));
    site.told(number, &lead, Some(Group::Outside), act.await)
}

#[derive(Deserialize)]
pub(super) struct Link {
    address: String,
    page: String,
}

pub(super) async fn link(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Link>,
) -> Response {
    let links = site.stage.pull_request(number).map(|view| outside::links(&view)).unwrap_or_default();
    let Some(page) = Page::of(&form.page).filter(|_| links.contains(&form.address)) else {
        return site.back(number, "That link is not in the nomination.");
    };
    let act = site.stage.change_outside(number, |outside, github| {
        outside.put_page(github, &form.address, page);
        Ok(())
    });
    let lead = format!("{} {} now.", form.address, page.words());
    site.told(number, &lead, Some(Group::Outside), act.await)
}

#[derive(Deserialize)]
pub(super) struct Web {
    unplugged: bool,
}

pub(super) async fn web(
    State(site): State<Site>,
    Path(number): Path<u64>,
    Form(form): Form<Web>,
) -> Response {
    let act = site.stage.change_outside(number, |_, github| {
        github.web().unplug(form.unplugged);
        Ok(())
    });
    let now = if form.unplugged { "is unplugged" } else { "answers again" };
    site.told(number, &format!("The whole web {now}."), Some(Group::Outside), act.await)
}

impl Site {
    /// A file of a pull request.
    fn file(&self, number: u64, path: &str) -> Option<FileView> {
        let files = self.stage.pull_request(number).ok()?.files;
        files.into_iter().find(|file| file.path == path)
    }

    fn no_file(&self, number: u64) -> Response {
        self.back(number, "That file is not in the pull request any more.")
    }

    /// A commit of the author's: the file lies elsewhere, or says something else, or both.
    async fn move_and_write(
        &self,
        number: u64,
        path: &str,
        name: &str,
        old: &str,
        text: String,
        group: Option<Group>,
    ) -> Response {
        let notice = |text: &str| Notice { text: text.to_owned(), group, unseen: false };
        let name = name.trim();
        if !is_path(name) {
            return self.noticed(number, notice("That is no path that a file in a repository can have."));
        }
        if name == path && text == old {
            return self.noticed(number, notice("Nothing to push: file and name are as they were."));
        }
        if name != path && self.file(number, name).is_some() {
            return self.noticed(number, notice("There is a file of that name already."));
        }
        let change = if name == path {
            FileChange::write(name, text)
        } else {
            FileChange::Rename {
                from: path.to_owned(),
                to: name.to_owned(),
                content: Some(text.into_bytes()),
            }
        };
        let act =
            self.stage.act(number, |github| github.push(REGISTRY, number, NOMINATOR, vec![change]).map(drop));
        self.told(number, &format!("{NOMINATOR} pushed a commit."), group, act.await)
    }
}

/// Forms send lines that end in CR LF.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// A text from a form with the line ends that the file had.
fn as_before(old: &str, text: &str) -> String {
    let text = unix_lines(text);
    if old.contains("\r\n") { text.replace('\n', "\r\n") } else { text }
}

/// Whether git takes it as a path of a file.
fn is_path(path: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | ".." | ".git");
    path.len() <= 255 && !path.contains(char::is_control) && path.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_line_ends_that_a_file_had() {
        assert_eq!(as_before("a\nb\n", "a\r\nc\r\n"), "a\nc\n");
        assert_eq!(as_before("a\r\nb\r\n", "a\r\nc\r\n"), "a\r\nc\r\n");
    }

    #[test]
    fn tells_paths() {
        assert!(is_path("nominees/a b.json") && is_path(".github/dpg-triage.yml"));
        for path in ["", "/a", "a/", "a//b", "../a", "a/./b", ".git/config", "a\nb"] {
            assert!(!is_path(path), "{path:?}");
        }
    }
}

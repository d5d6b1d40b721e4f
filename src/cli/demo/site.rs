//! The page's server: shows pull requests, lets people act, and waits for the bot before it answers.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    extract::{Form, Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    middleware::from_fn_with_state,
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures::{Stream, stream};
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::cast::{self, LICENSES, NO_FILE, PEOPLE, REGISTRY, SUBMISSIONS, UNRECOGNIZED};
use super::guard::guard;
use super::happening::Happening;
use super::page;
use super::stage::Stage;
use crate::fake_github::{FileChange, Unknown};

/// So many notices are remembered, for readers who go back.
const NOTICES: usize = 100;

#[derive(Clone)]
struct Site {
    stage: Stage,
    /// What was said after each act; the place in it is the notice's id.
    notices: Arc<Mutex<Vec<String>>>,
    stop: CancellationToken,
}

/// All routes of the page at `port`. Until `stop`: then open streams end.
pub fn router(stage: Stage, port: u16, stop: CancellationToken) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/pull/1")))
        .route("/pull/{number}", get(show))
        .route("/pull/{number}/comment", post(comment))
        .route("/pull/{number}/push", post(push))
        .route("/pull/{number}/license", post(license))
        .route("/pull/{number}/rerun", post(rerun))
        .route("/changes", get(changes))
        .layer(from_fn_with_state(port, guard))
        .with_state(Site { stage, notices: Arc::default(), stop })
}

#[derive(Deserialize)]
struct Shown {
    done: Option<usize>,
}

async fn show(State(site): State<Site>, Path(number): Path<u64>, Query(shown): Query<Shown>) -> Response {
    let notices = site.notices.lock().unwrap_or_else(PoisonError::into_inner);
    let notice = shown.done.and_then(|id| notices.get(id)).cloned();
    drop(notices);
    match page::page(&site.stage, number, notice.as_deref()) {
        Ok(page) => {
            let mut response = page.html.into_response();
            if let Ok(policy) = HeaderValue::from_str(&page.content_security_policy) {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
        Err(_) => (StatusCode::NOT_FOUND, "There is no such pull request.\n").into_response(),
    }
}

#[derive(Deserialize)]
struct Comment {
    by: String,
    body: String,
}

async fn comment(State(site): State<Site>, Path(number): Path<u64>, Form(form): Form<Comment>) -> Response {
    let body = unix_lines(&form.body);
    if body.trim().is_empty() {
        return site.back(number, "An empty comment says nothing.");
    }
    if !PEOPLE.iter().any(|(login, _)| *login == form.by) {
        return site.back(number, "Nobody of that name is here.");
    }
    let act = site.stage.act(number, |github| github.comment(REGISTRY, number, &form.by, &body).map(drop));
    site.told(number, &format!("{} commented.", form.by), act.await)
}

#[derive(Deserialize)]
struct Push {
    /// Where the file lies.
    path: String,
    /// Where it is to lie.
    name: String,
    text: String,
}

async fn push(State(site): State<Site>, Path(number): Path<u64>, Form(form): Form<Push>) -> Response {
    let view = match site.stage.pull_request(number) {
        Ok(view) => view,
        Err(unknown) => return site.told(number, "", Err(unknown)),
    };
    let Some(file) = view.files.iter().find(|file| file.path == form.path) else {
        return site.back(number, "That file is not in the pull request any more.");
    };
    let name = form.name.trim();
    if !is_path(name) {
        return site.back(number, "That is no path that a file in a repository can have.");
    }
    let old = file.text.clone().unwrap_or_default();
    let text = as_before(&old, &form.text);
    if name == file.path && text == old {
        return site.back(number, "Nothing to push: file and name are as they were.");
    }
    if name != file.path && view.files.iter().any(|other| other.path == name) {
        return site.back(number, "There is a file of that name already.");
    }
    let change = if name == file.path {
        FileChange::write(name, text)
    } else {
        FileChange::Rename { from: form.path, to: name.to_owned(), content: Some(text.into_bytes()) }
    };
    let by = view.author;
    let act = site.stage.act(number, |github| github.push(REGISTRY, number, &by, vec![change]).map(drop));
    site.told(number, &format!("{by} pushed a commit."), act.await)
}

#[derive(Deserialize)]
struct License {
    repository: String,
    license: String,
}

async fn license(State(site): State<Site>, Path(number): Path<u64>, Form(form): Form<License>) -> Response {
    let mut nominated = SUBMISSIONS.iter().flat_map(|submission| submission.repositories);
    let Some(repository) = nominated.find(|repository| repository.full_name == form.repository) else {
        return site.back(number, "That repository is not here.");
    };
    let choice = form.license.as_str();
    let now = match choice {
        NO_FILE => "has no license file now".to_owned(),
        UNRECOGNIZED => "has a license file now that GitHub does not recognize".to_owned(),
        id if LICENSES.contains(&id) => format!("is under {id} now"),
        _ => return site.back(number, "That license is not offered."),
    };
    if site.stage.license(repository) == choice {
        return site.back(number, "That is its license already.");
    }
    let happening = site.stage.relicense(number, repository, choice).await;
    let lead = format!("{} {now}.", repository.full_name);
    match happening {
        Ok(happening) => {
            let end = "Comment /recheck to have it looked at.";
            site.back(number, &format!("{lead} {} {end}", happening.summary()))
        }
        Err(unknown) => site.told(number, &lead, Err(unknown)),
    }
}

#[derive(Deserialize)]
struct Rerun {
    check_run: u64,
}

async fn rerun(State(site): State<Site>, Path(number): Path<u64>, Form(form): Form<Rerun>) -> Response {
    let by = cast::MAINTAINER;
    let act = site.stage.act(number, |github| github.click_rerun(REGISTRY, form.check_run, by));
    site.told(number, &format!("{by} pressed Re-run."), act.await)
}

/// One line whenever something is new, until the reader or the demo leaves.
async fn changes(State(site): State<Site>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = News { world: site.stage.github.changed(), acts: site.stage.rested(), stop: site.stop };
    let events = stream::unfold(news, async |mut news| {
        news.wait().await.then(|| (Ok(Event::default().data("new")), news))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

struct News {
    world: watch::Receiver<u64>,
    acts: watch::Receiver<u64>,
    stop: CancellationToken,
}

impl News {
    /// Returns true when something is new, false when there is no more to come.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            changed = self.world.changed() => changed.is_ok(),
            changed = self.acts.changed() => changed.is_ok(),
            () = self.stop.cancelled() => false,
        }
    }
}

impl Site {
    /// Back to the pull request, with what came of the act.
    fn told(&self, number: u64, lead: &str, happening: Result<Happening, Unknown>) -> Response {
        match happening {
            Ok(happening) => self.back(number, &format!("{lead} {}", happening.summary())),
            Err(unknown) => self.back(number, &format!("That was not possible: {unknown}.")),
        }
    }

    /// Back to the pull request, with a notice: POST, redirect, GET.
    fn back(&self, number: u64, notice: &str) -> Response {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if notices.len() >= NOTICES {
            notices.clear();
        }
        notices.push(notice.trim().to_owned());
        let id = notices.len() - 1;
        Redirect::to(&format!("/pull/{number}?done={id}")).into_response()
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

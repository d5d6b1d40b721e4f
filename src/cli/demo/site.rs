//! The page's server: shows pull requests, lets people act, and waits for the bot before it answers.

mod acts;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    extract::{Path, Query, State},
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

use super::guard::guard;
use super::happening::Happening;
use super::page::{self, Group, Notice, Page};
use super::stage::Stage;
use crate::fake_github::Unknown;

/// So many notices are remembered, for readers who go back.
const NOTICES: usize = 100;

#[derive(Clone)]
struct Site {
    stage: Stage,
    /// What was said after each act; the place in it is the notice's id.
    notices: Arc<Mutex<Vec<Notice>>>,
    stop: CancellationToken,
}

/// All routes of the page at `port`. Until `stop`: then open streams end.
pub fn router(stage: Stage, port: u16, stop: CancellationToken) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/pull/1")))
        .route("/nominate", get(choose).post(acts::nominate))
        .route("/pull/{number}", get(show))
        .route("/pull/{number}/comment", post(acts::comment))
        .route("/pull/{number}/push", post(acts::push))
        .route("/pull/{number}/rename", post(acts::rename))
        .route("/pull/{number}/take-out", post(acts::take_out))
        .route("/pull/{number}/put-back", post(acts::put_back))
        .route("/pull/{number}/draft", post(acts::draft))
        .route("/pull/{number}/open", post(acts::open))
        .route("/pull/{number}/rerun", post(acts::rerun))
        .route("/pull/{number}/react", post(acts::react))
        .route("/pull/{number}/review", post(acts::review))
        .route("/pull/{number}/repository", post(acts::repository))
        .route("/pull/{number}/link", post(acts::link))
        .route("/pull/{number}/web", post(acts::web))
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
    answer(page::pull(&site.stage, number, notice.as_ref()))
}

async fn choose(State(site): State<Site>) -> Response {
    answer(page::nominate(&site.stage))
}

fn answer(page: Result<Page, Unknown>) -> Response {
    let Ok(page) = page else {
        return (StatusCode::NOT_FOUND, "There is no such pull request.\n").into_response();
    };
    let mut response = page.html.into_response();
    if let Ok(policy) = HeaderValue::from_str(&page.content_security_policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
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
    /// Back to the pull request, with what came of an act of this group.
    fn told(
        &self,
        number: u64,
        lead: &str,
        group: Option<Group>,
        happening: Result<Happening, Unknown>,
    ) -> Response {
        let (text, unseen) = match happening {
            Ok(happening) => (format!("{lead} {}", happening.summary()), group == Some(Group::Outside)),
            Err(unknown) => (format!("That was not possible: {unknown}."), false),
        };
        self.noticed(number, Notice { text, group, unseen })
    }

    /// Back to the pull request, with a few words.
    fn back(&self, number: u64, text: &str) -> Response {
        self.noticed(number, Notice { text: text.to_owned(), ..Notice::default() })
    }

    /// Back to the pull request, with a notice: POST, redirect, GET.
    fn noticed(&self, number: u64, notice: Notice) -> Response {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if notices.len() >= NOTICES {
            notices.clear();
        }
        notices.push(notice);
        let id = notices.len() - 1;
        Redirect::to(&format!("/pull/{number}?done={id}")).into_response()
    }

    /// Where there is no pull request to go back to.
    fn refused(why: &str) -> Response {
        (StatusCode::BAD_REQUEST, why.to_owned()).into_response()
    }
}

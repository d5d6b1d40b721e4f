//! From a request's bytes to an answer's bytes: faults, delay, credentials, limits, ETags, the log.

use super::answer::{Answer, Body, refuse};
use super::auth::{Caller, Needs, admit, identify};
use super::connection::Scissors;
use super::faults::{How, take};
use super::git::object_sha;
use super::record;
use super::requests::Request;
use super::routes::{Call, Holes, Route, find};
use super::world::World;
use super::{Shared, locked};
use axum::body::{Body as Bytes, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use std::sync::Arc;
use std::time::Instant;

/// GitHub takes no larger request.
const BODY_LIMIT: usize = 25 * 1024 * 1024;

/// A request, read whole.
pub(super) struct Incoming {
    pub(super) method: String,
    /// Without query, and with `/repositories/{id}` turned into the repository's present name.
    pub(super) path: String,
    pub(super) query: Option<String>,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Incoming {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn writes(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// What follows `/repos/{owner}/{name}`, query included.
    fn rest(&self) -> String {
        let below = self.path.splitn(5, '/').nth(4).map(|rest| format!("/{rest}")).unwrap_or_default();
        let query = self.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        below + &query
    }
}

/// Answers one request.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: axum::extract::Request,
) -> Response {
    let mut entry = Entry::open(
        &shared,
        request.method(),
        request.uri().path_and_query().map_or("/", |path| path.as_str()),
    );
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.map(|bytes| bytes.to_vec()).unwrap_or_default();
    let path = shared.read(|world| present_path(world, head.uri.path()));
    let incoming = Incoming {
        method: head.method.as_str().to_owned(),
        path,
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body,
    };
    let found = find(&incoming.method, &incoming.path);
    entry.request.route = found.as_ref().map(|(route, _)| route.pattern.to_owned()).unwrap_or_default();
    let fault = {
        let (method, path) = (&incoming.method, &incoming.path);
        take(&mut locked(&shared.faults), method, path, &entry.request.route)
    };
    let latency = *locked(&shared.latency);
    tokio::time::sleep(latency).await;
    let answer = match fault {
        Some(How::Answer { status, headers, body }) => {
            record::request(&incoming, &entry.request.route, None);
            return entry.close(status, canned(status, &headers, body));
        }
        Some(How::OutOfRequests(time)) => {
            record::request(&incoming, &entry.request.route, None);
            let reset = (chrono::Utc::now() + time).timestamp() + 1;
            let headers =
                [("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", reset.to_string())];
            let headers = headers.map(|(name, value)| (name.to_owned(), value));
            let body = "{\"message\": \"API rate limit exceeded for installation.\"}";
            return entry.close(403, canned(403, &headers, body.to_owned()));
        }
        Some(How::Hang(time)) => {
            tokio::time::sleep(time).await;
            Outgoing::plain(refuse(504, "We couldn't respond to your request in time."))
        }
        Some(How::CloseConnection) => {
            scissors.cut();
            return entry.close(0, Response::new(Bytes::empty()));
        }
        Some(How::DoneButLost) => {
            respond(&shared, &incoming, found, &mut entry);
            Outgoing::plain(refuse(502, "Server Error"))
        }
        Some(How::HalfBody) => {
            let whole = respond(&shared, &incoming, found, &mut entry);
            return entry.close(whole.status, whole.half(scissors));
        }
        None => respond(&shared, &incoming, found, &mut entry),
    };
    entry.close(answer.status, answer.response())
}

/// `/repositories/{id}/...` is the same as `/repos/{owner}/{name}/...`.
fn present_path(world: &World, path: &str) -> String {
    let Some(rest) = path.strip_prefix("/repositories/") else { return path.to_owned() };
    let (id, below) =
        rest.split_once('/').map_or((rest, String::new()), |(id, below)| (id, format!("/{below}")));
    let repository = id.parse().ok().and_then(|id: u64| world.repositories.get(&id));
    repository.map_or_else(|| path.to_owned(), |found| format!("/repos/{}{below}", world.full_name(found)))
}

/// Finds out what GitHub would say, and does what it would do.
fn respond(
    shared: &Shared,
    incoming: &Incoming,
    found: Option<(&Route, Holes)>,
    entry: &mut Entry,
) -> Outgoing {
    if incoming.header("user-agent").is_none() {
        return Outgoing::plain(refuse(
            403,
            "Request forbidden by administrative rules. \
                    Please make sure your request has a User-Agent header.",
        ));
    }
    let work = |world: &mut World| {
        let caller = match identify(world, &shared.key, incoming.header("authorization")) {
            Ok(caller) => caller,
            Err(refusal) => return Outgoing::plain(refusal).dated(world),
        };
        entry.request.caller = caller;
        let spent = world.spend(caller);
        let reply = spent.and_then(|()| match found {
            Some((route, holes)) => handle(shared, world, incoming, caller, route, holes),
            None => Err(unexpected(shared, incoming)),
        });
        let answer = reply.unwrap_or_else(|refusal| refusal);
        Outgoing::finish(world, incoming, caller, answer)
    };
    let answer = if incoming.writes() { shared.change(work) } else { shared.look(work) };
    record::request(incoming, &entry.request.route, Some(&answer));
    answer
}

fn handle(
    shared: &Shared,
    world: &mut World,
    incoming: &Incoming,
    caller: Caller,
    route: &Route,
    holes: Holes,
) -> Result<Answer, Answer> {
    let filled = |name: &str| holes.iter().find(|(hole, _)| *hole == name).map(|(_, value)| value.clone());
    let full_name = filled("owner").zip(filled("repo")).map(|(owner, name)| format!("{owner}/{name}"));
    let writes = incoming.writes() && !matches!(route.needs, Needs::App);
    let repository = admit(world, route.needs, caller, full_name.as_deref(), &incoming.rest(), writes)?;
    let query = incoming.query.as_deref().unwrap_or_default();
    let call = Call {
        path: &incoming.path,
        holes,
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        accept: incoming.header("accept").unwrap_or_default(),
        body: &incoming.body,
        caller,
        repository,
        postman: &shared.postman,
    };
    (route.handle)(world, &call)
}

/// What this GitHub was not taught is loud: 501, and in the list.
fn unexpected(shared: &Shared, incoming: &Incoming) -> Answer {
    let line = format!("{} {}", incoming.method, incoming.path);
    let message = format!("The fake GitHub does not know {line}");
    locked(&shared.unexpected).push(line);
    refuse(501, &message)
}

/// An answer with all its headers.
pub(super) struct Outgoing {
    pub(super) status: u16,
    headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Outgoing {
    fn plain(answer: Answer) -> Self {
        let (mut headers, body) = (answer.headers, answer.body);
        let (kind, bytes) = match body {
            Body::Empty => (None, Vec::new()),
            Body::Json(value) => (Some("application/json; charset=utf-8"), value.to_string().into_bytes()),
            Body::Raw(bytes) => (Some("application/vnd.github.raw+json; charset=utf-8"), bytes),
        };
        headers.extend(kind.map(|kind| ("content-type", kind.to_owned())));
        headers.push(("server", "github.com".to_owned()));
        headers.push(("x-github-media-type", "github.v3; format=json".to_owned()));
        Self { status: answer.status, headers, body: bytes }
    }

    /// Adds the ETag (specific to the credentials) or turns the answer into a 304, and the rate limit.
    fn finish(world: &mut World, incoming: &Incoming, caller: Caller, answer: Answer) -> Self {
        let mut outgoing = Self::plain(answer);
        if incoming.method == "GET" && outgoing.status == 200 {
            let whose = incoming.header("authorization").unwrap_or_default();
            let seed = [
                whose.as_bytes(),
                b"\0",
                incoming.header("accept").unwrap_or_default().as_bytes(),
                b"\0",
                &outgoing.body,
            ]
            .concat();
            let tag = format!("W/\"{}\"", object_sha("etag", &seed));
            let known = incoming.header("if-none-match").unwrap_or_default();
            if known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag.trim_start_matches("W/"))
            {
                world.give_back(caller);
                outgoing.status = 304;
                outgoing.body.clear();
                outgoing.headers.retain(|(name, _)| *name != "content-type");
            }
            outgoing.headers.push(("etag", tag));
            outgoing.headers.push(("cache-control", "private, max-age=60, s-maxage=60".to_owned()));
        }
        outgoing.headers.extend(world.rate_headers(caller));
        outgoing.dated(world)
    }

    /// With what GitHub's own answers have, refusals of credentials among them.
    fn dated(mut self, world: &mut World) -> Self {
        let request_id = format!("{:X}:{:X}", world.next_id(), world.next_id());
        self.headers.push(("x-github-request-id", request_id));
        self.headers.push(("date", world.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        self
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    fn response(self) -> Response {
        let body = self.body.clone();
        self.with_body(Bytes::from(body))
    }

    /// Promises the whole body, sends half of it, and cuts the connection.
    fn half(self, scissors: Scissors) -> Response {
        let (half, length) = (self.body[..self.body.len() / 2].to_vec(), self.body.len());
        let pieces = futures::stream::unfold((0, half, scissors), |(step, half, scissors)| async move {
            if step == 0 {
                return Some((Ok(half), (1, Vec::new(), scissors)));
            }
            // The first half has to leave before the connection is cut.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            scissors.cut();
            Some((Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe)), (2, half, scissors)))
        });
        let mut response = self.with_body(Bytes::from_stream(pieces));
        response.headers_mut().insert("content-length", length.into());
        response
    }

    fn with_body(self, body: Bytes) -> Response {
        let mut builder = Response::builder().status(self.status);
        for (name, value) in self.headers {
            builder = builder.header(name, value);
        }
        builder.body(body).unwrap_or_else(|_| Response::new(Bytes::empty()))
    }
}

fn canned(status: u16, headers: &[(String, String)], body: String) -> Response {
    let mut builder =
        Response::builder().status(status).header("content-type", "application/json; charset=utf-8");
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.body(Bytes::from(body)).unwrap_or_else(|_| Response::new(Bytes::empty()))
}

/// A line of the log, written when it is dropped: also when the client hangs up before the answer.
struct Entry {
    shared: Arc<Shared>,
    request: Request,
}

impl Entry {
    fn open(shared: &Arc<Shared>, method: &Method, path: &str) -> Self {
        let now = Instant::now();
        let request = Request {
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            route: String::new(),
            status: 499,
            caller: Caller::Nobody,
            started: now,
            ended: now,
        };
        Self { shared: Arc::clone(shared), request }
    }

    fn close(mut self, status: u16, response: Response) -> Response {
        self.request.status = status;
        response
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.request.ended = Instant::now();
        locked(&self.shared.requests).push(self.request.clone());
    }
}

//! The table of contents of this GitHub's REST API: which address leads where, and what it needs.

mod app;
mod archive;
mod checks;
mod comments;
mod commits;
mod contents;
mod graphql;
mod issues;
mod labels;
mod people;
mod pulls;
mod repository;
mod reviews;

use super::answer::{Answer, Page, Reply, not_found, refuse};
use super::auth::{Caller, Needs};
use super::hooks::Postman;
use super::world::World;
use serde_json::{Value, json};

/// An address with holes in it, and what stands behind it.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// Such as `/repos/{owner}/{repo}/contents/{*path}`; the last hole may take several segments.
    pub(super) pattern: &'static str,
    pub(super) needs: Needs,
    pub(super) handle: Handler,
}

type Handler = fn(&mut World, &Call) -> Reply;

impl Route {
    const fn get(pattern: &'static str, needs: Needs, handle: Handler) -> Self {
        Self { method: "GET", pattern, needs, handle }
    }

    const fn post(pattern: &'static str, needs: Needs, handle: Handler) -> Self {
        Self { method: "POST", pattern, needs, handle }
    }

    const fn patch(pattern: &'static str, needs: Needs, handle: Handler) -> Self {
        Self { method: "PATCH", pattern, needs, handle }
    }

    const fn put(pattern: &'static str, needs: Needs, handle: Handler) -> Self {
        Self { method: "PUT", pattern, needs, handle }
    }

    const fn delete(pattern: &'static str, needs: Needs, handle: Handler) -> Self {
        Self { method: "DELETE", pattern, needs, handle }
    }
}

/// Every room's routes; the first that fits is taken.
const ROOMS: [&[Route]; 13] = [
    app::ROUTES,
    repository::ROUTES,
    people::ROUTES,
    contents::ROUTES,
    archive::ROUTES,
    commits::ROUTES,
    pulls::ROUTES,
    reviews::ROUTES,
    comments::ROUTES,
    issues::ROUTES,
    labels::ROUTES,
    checks::ROUTES,
    graphql::ROUTES,
];

/// A request that has found its route and was let in.
pub(super) struct Call<'a> {
    pub(super) path: &'a str,
    pub(super) holes: Vec<(&'static str, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) accept: &'a str,
    pub(super) body: &'a [u8],
    pub(super) caller: Caller,
    /// The repository that the address names, when it names one.
    pub(super) repository: Option<u64>,
    pub(super) postman: &'a Postman,
}

/// What the holes of a pattern were filled with, by name.
pub(super) type Holes = Vec<(&'static str, String)>;

/// The route of a request, and what fills its holes.
pub(super) fn find(method: &str, path: &str) -> Option<(&'static Route, Holes)> {
    let candidates = ROOMS.iter().flat_map(|room| room.iter()).filter(|route| route.method == method);
    candidates.into_iter().find_map(|route| Some((route, fill(route.pattern, path)?)))
}

fn fill(pattern: &'static str, path: &str) -> Option<Holes> {
    let mut holes = Vec::new();
    let mut segments = path.trim_matches('/').split('/');
    for part in pattern.trim_matches('/').split('/') {
        let hole = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if let Some(name) = hole.and_then(|name| name.strip_prefix('*')) {
            let rest: Vec<String> = segments.map(decode).collect();
            holes.push((name, rest.join("/")));
            return Some(holes);
        }
        let segment = segments.next()?;
        match hole {
            Some(name) => holes.push((name, decode(segment))),
            None if part == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(holes)
}

/// Undoes percent-encoding.
pub(super) fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let code = segment.get(index + 1..index + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
        match (bytes[index], code) {
            (b'%', Some(code)) => {
                plain.push(code);
                index += 3;
            }
            (byte, _) => {
                plain.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

impl Call<'_> {
    /// What fills a hole of the route's pattern.
    pub(super) fn hole(&self, name: &str) -> &str {
        self.holes.iter().find(|(hole, _)| *hole == name).map_or("", |(_, value)| value)
    }

    /// The number in a hole; 404 where it is none.
    pub(super) fn number(&self, name: &str) -> Result<u64, Answer> {
        self.hole(name).parse().map_err(|_| not_found())
    }

    /// A value of the query.
    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The repository that the route is about.
    pub(super) fn repository(&self) -> Result<u64, Answer> {
        self.repository.ok_or_else(not_found)
    }

    /// The installation that calls.
    pub(super) fn installation(&self) -> Result<u64, Answer> {
        match self.caller {
            Caller::Installation(id) => Ok(id),
            _ => Err(not_found()),
        }
    }

    /// The account in whose name things are written.
    pub(super) fn actor(&self, world: &World) -> u64 {
        if let Caller::Account(id) = self.caller { id } else { world.app.bot }
    }

    /// The request's JSON; no body is an empty object.
    pub(super) fn json(&self) -> Result<Value, Answer> {
        if self.body.is_empty() {
            return Ok(json!({}));
        }
        serde_json::from_slice(self.body).map_err(|_| refuse(400, "Problems parsing JSON"))
    }

    /// Whether the raw bytes of a file are asked for.
    pub(super) fn wants_raw(&self) -> bool {
        self.accept.contains("application/vnd.github") && self.accept.contains("raw")
    }

    /// Which part of a list is asked for: 30 items a page, at most 100.
    pub(super) fn page(&self) -> Page {
        let number = |name: &str| self.asked(name).and_then(|value| value.parse().ok());
        Page {
            number: number("page").unwrap_or(1).max(1),
            size: number("per_page").filter(|size| *size > 0).unwrap_or(30).min(100),
        }
    }

    /// One page of a list.
    pub(super) fn list<T>(&self, world: &World, items: Vec<T>, show: impl Fn(T) -> Value) -> Reply {
        let total = items.len();
        let shown: Vec<Value> = self.page().cut(items).into_iter().map(show).collect();
        Ok(self.linked(world, Answer::ok(json!(shown)), total))
    }

    /// One page of a list under a key, beside `total_count`.
    pub(super) fn counted_list<T>(
        &self,
        world: &World,
        key: &str,
        items: Vec<T>,
        show: impl Fn(T) -> Value,
    ) -> Reply {
        let total = items.len();
        let shown: Vec<Value> = self.page().cut(items).into_iter().map(show).collect();
        let mut value = json!({"total_count": total});
        value[key] = json!(shown);
        Ok(self.linked(world, Answer::ok(value), total))
    }

    fn linked(&self, world: &World, answer: Answer, total: usize) -> Answer {
        let address = format!("{}{}", world.url, self.path);
        match self.page().links(total, &address, &self.query) {
            Some(links) => answer.with("link", links),
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_the_holes_of_an_address() {
        let (route, holes) = find("DELETE", "/repos/a/b/issues/3/labels/triage%3A%20on%20hold").unwrap();
        assert_eq!(route.pattern, "/repos/{owner}/{repo}/issues/{number}/labels/{name}");
        assert_eq!(holes.last().unwrap(), &("name", "triage: on hold".to_owned()));
        let (route, holes) = find("GET", "/repos/a/b/contents/nominees/x.json").unwrap();
        assert_eq!(route.pattern, "/repos/{owner}/{repo}/contents/{*path}");
        assert_eq!(holes.last().unwrap().1, "nominees/x.json");
        let (route, _) = find("GET", "/repos/a/b/issues/comments/7").unwrap();
        assert_eq!(route.pattern, "/repos/{owner}/{repo}/issues/comments/{id}");
        assert!(find("GET", "/repos/a/b/nonsense").is_none());
    }
}

//! Faults on demand: what a real network and a real GitHub do now and then.

use std::time::Duration;

/// A fault, for so many requests.
#[derive(Clone, Debug)]
pub struct Fault {
    /// `GET`, `POST`, ...; None for any.
    pub method: Option<String>,
    /// A route's pattern, or how the request's path begins.
    pub path: String,
    /// How many requests it befalls.
    pub times: usize,
    /// Of those that fit, it befalls each so-manieth.
    pub every: usize,
    /// How many have fitted so far.
    seen: usize,
    /// What happens to them.
    pub how: How,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum How {
    /// This answer; nothing is done.
    Answer {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: Vec<(String, String)>,
        /// Its body.
        body: String,
    },
    /// The primary rate limit: nothing is left until this time has passed. In whole seconds, begun ones count.
    OutOfRequests(Duration),
    /// No answer for so long, then 504; nothing is done.
    Hang(Duration),
    /// The connection is closed without an answer; nothing is done.
    CloseConnection,
    /// The right answer breaks off after half of its body.
    HalfBody,
    /// It is done, but the answer is 502.
    DoneButLost,
}

impl Fault {
    /// An answer with this status and a message.
    pub fn status(method: &str, path: &str, times: usize, status: u16) -> Self {
        let body = format!("{{\"message\": \"Fault {status}\"}}");
        Self::new(method, path, times, How::Answer { status, headers: Vec::new(), body })
    }

    /// The secondary rate limit: 403 with `retry-after` seconds.
    pub fn secondary_limit(method: &str, path: &str, times: usize, retry_after: u64) -> Self {
        let headers = vec![("retry-after".to_owned(), retry_after.to_string())];
        let body = "{\"message\": \"You have exceeded a secondary rate limit. \
        Please wait a few minutes before you try again.\"}";
        Self::new(method, path, times, How::Answer { status: 403, headers, body: body.to_owned() })
    }

    /// A fault of any kind.
    pub fn new(method: &str, path: &str, times: usize, how: How) -> Self {
        Self { method: Some(method.to_owned()), path: path.to_owned(), times, every: 1, seen: 0, how }
    }

    /// Befalls, for ever, one in so many of all requests.
    pub fn now_and_then(every: usize, how: How) -> Self {
        Self { method: None, path: "/".to_owned(), times: usize::MAX, every, seen: 0, how }
    }

    fn fits(&self, method: &str, path: &str, route: &str) -> bool {
        let method_fits = self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let path_fits = self.path == route || (!self.path.contains('{') && path.starts_with(&self.path));
        self.times > 0 && method_fits && path_fits
    }
}

/// Takes the first fault that fits off the list, once.
pub(super) fn take(faults: &mut Vec<Fault>, method: &str, path: &str, route: &str) -> Option<How> {
    let mut fitting = faults.iter_mut().filter(|fault| fault.fits(method, path, route));
    let fault = fitting.find_map(|fault| {
        fault.seen += 1;
        fault.seen.is_multiple_of(fault.every).then_some(fault)
    })?;
    fault.times -= 1;
    let how = fault.how.clone();
    faults.retain(|fault| fault.times > 0);
    Some(how)
}

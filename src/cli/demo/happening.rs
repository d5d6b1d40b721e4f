//! What came of an act, in words.

use std::collections::BTreeSet;
use std::time::Duration;

use super::cast::BOT;
use crate::fake_github::{CommentView, Delivery, PullRequestView, Request, Requests};

/// From an act until the bot has come to rest.
pub struct Happening {
    /// The pull request before; None where the act made it.
    pub before: Option<PullRequestView>,
    /// The pull request afterwards.
    pub after: PullRequestView,
    /// The webhooks, oldest first.
    pub deliveries: Vec<Delivery>,
    /// What the bot asked of GitHub, oldest first.
    pub requests: Requests,
    /// The links that it opened, in the stand-in's web.
    pub opened: Vec<String>,
    /// From the act to the answer to the bot's last request.
    pub took: Duration,
    /// Whether the bot came to rest in time.
    pub rested: bool,
}

impl Happening {
    /// One or two sentences about what the bot did.
    pub fn summary(&self) -> String {
        if !self.rested {
            return "The bot is still at it after 10 s; the page will show what comes of it.".to_owned();
        }
        if self.deliveries.is_empty() && self.requests.is_empty() {
            return "GitHub told the bot nothing about it.".to_owned();
        }
        if self.requests.is_empty() {
            return "GitHub told the bot, and there was nothing for it to do.".to_owned();
        }
        let (requests, writes) =
            (counted(self.requests.len(), "request"), self.requests.filter(is_write).len());
        let took = self.took.as_millis();
        if writes == 0 {
            return format!("The bot looked again: {requests}, 0 writes, {took} ms. Nothing had changed.");
        }
        let done = self.done();
        let done = if done.is_empty() { "looked again".to_owned() } else { listed(&done) };
        format!("The bot {done}: {requests}, {}, {took} ms.", counted(writes, "write"))
    }

    /// What the bot changed, each beginning with a verb.
    fn done(&self) -> Vec<String> {
        let mut done: Vec<String> = Vec::new();
        done.extend(self.review());
        done.extend(self.comment().map(str::to_owned));
        done.extend(self.labels());
        done.extend(self.check_run().map(str::to_owned));
        done.extend(self.reactions());
        done
    }

    fn comment(&self) -> Option<&'static str> {
        let new = living(&self.after)?;
        match self.before.as_ref().and_then(living) {
            None => Some("wrote its comment"),
            Some(old) if old.body != new.body => Some("edited its comment"),
            Some(_) => None,
        }
    }

    fn review(&self) -> Option<String> {
        let ours = |view: &PullRequestView| view.reviews.iter().filter(|review| review.author == BOT).count();
        let before = self.before.as_ref().map_or(0, ours);
        let new = self.after.reviews.iter().filter(|review| review.author == BOT).nth(before)?;
        Some(format!("gave a review with {}", counted(new.comments.len(), "suggestion")))
    }

    fn labels(&self) -> Option<String> {
        let names = |view: &PullRequestView| -> BTreeSet<String> {
            view.labels.iter().map(|label| label.name.clone()).collect()
        };
        let (old, new) = (self.before.as_ref().map(names).unwrap_or_default(), names(&self.after));
        let changed = old.symmetric_difference(&new).count();
        let verb = if old.is_empty() { "set" } else { "changed" };
        (changed > 0).then(|| format!("{verb} {}", counted(changed, "label")))
    }

    fn check_run(&self) -> Option<&'static str> {
        let new = self.after.check_runs.last()?;
        let old = self.before.as_ref().and_then(|before| before.check_runs.last());
        match old {
            Some(old) if old.id != new.id => Some("posted a new check run"),
            None => Some("posted a check run"),
            Some(old) => {
                let shows = |run: &crate::fake_github::CheckRunView| {
                    (run.conclusion.clone(), run.title.clone(), run.summary.clone(), run.annotations.clone())
                };
                (shows(old) != shows(new)).then_some("updated its check run")
            }
        }
    }

    fn reactions(&self) -> Option<String> {
        let ours = |view: &PullRequestView| -> BTreeSet<(u64, String)> {
            let of = |comment: &CommentView| {
                let reactions = comment.reactions.iter().filter(|(login, _)| login == BOT);
                reactions.map(|(_, content)| (comment.id, content.clone())).collect::<Vec<_>>()
            };
            view.comments.iter().flat_map(of).collect()
        };
        let before = self.before.as_ref().map(ours).unwrap_or_default();
        let after = ours(&self.after);
        let new: Vec<&str> = after.difference(&before).map(|(_, content)| emoji(content)).collect();
        (!new.is_empty()).then(|| format!("reacted with {}", new.join(" ")))
    }
}

/// Whether a request was to change something that people see; asking for a token is none.
pub fn is_write(request: &Request) -> bool {
    !matches!(request.method.as_str(), "GET" | "HEAD") && !request.path.ends_with("/access_tokens")
}

/// The bot's one comment.
pub fn living(view: &PullRequestView) -> Option<&CommentView> {
    view.comments.iter().find(|comment| comment.author == BOT)
}

/// The first line of a comment that readers see.
pub fn headline(comment: &CommentView) -> &str {
    let mut lines = comment.body.lines().map(str::trim);
    let seen = lines.find(|line| !line.is_empty() && !line.starts_with("<!--"));
    seen.unwrap_or_default().trim_start_matches('#').trim()
}

/// A reaction as it looks.
pub fn emoji(content: &str) -> &str {
    match content {
        "+1" => "👍",
        "-1" => "👎",
        "laugh" => "😄",
        "hooray" => "🎉",
        "confused" => "😕",
        "heart" => "❤️",
        "rocket" => "🚀",
        "eyes" => "👀",
        other => other,
    }
}

/// `1 write`, `2 writes`.
pub fn counted(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

/// `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

//! What the living comment remembers, in an HTML comment at its very beginning.
//!
//! GitHub is the store of what was decided; the marker is where. In: the comment's body. Out: a [`Marker`].
//! Never: words that people read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::snapshot::{Role, Snapshot};

const OPENS: &str = "<!-- dpg-triage ";
const CLOSES: &str = " -->";

/// How much is remembered of judged comments one by one, in bytes; of older ones only that they are done with.
pub const MOST_OF_COMMANDS: usize = 9_000;

/// Open findings by check: a short digest of each, so that what was solved can be told from what is new.
pub type Open = BTreeMap<String, Vec<String>>;

#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    pub head: String,
    /// When this head was first seen.
    pub since: DateTime<Utc>,
    #[serde(default)]
    pub open: Open,
    /// The state before, to which "what changed" refers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// Labels that the bot set, of the families in which people may overrule it.
    #[serde(default)]
    pub labels: Vec<String>,
    /// What labels that the bot set were called then, by their built-in names, where the registry's rules renamed them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed: BTreeMap<String, String>,
    /// Labels of these families that a person set or took away: theirs from then on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// What came of `/suggest` at this head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    #[serde(default)]
    pub commands: Vec<Record>,
    /// Comments up to this id that have no record are done with.
    #[serde(default)]
    pub past: u64,
    /// Digest of the reactions that were seen, so that new ones show.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reacted: String,
    /// Reactions that were there when this head was first seen, though their time does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<u64>,
    /// Whom the bot asked for a review, or tried to: nobody is asked twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requested: Vec<Requested>,
    /// Boxes that reviewers ticked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<Tick>,
    /// Logins of those whose change of a box was put back at this head.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub put_back: Vec<String>,
    /// Whether what was remembered before was lost at this head.
    #[serde(default, skip_serializing_if = "is_false")]
    pub forgot: bool,
    /// Digest of the text behind the marker, so that an edit by somebody else shows.
    #[serde(default)]
    pub seal: String,
}

fn is_false(it: &bool) -> bool {
    !it
}

/// What is left of the memory of a pull request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Memory {
    /// There never was any.
    New,
    Kept(Box<Marker>),
    /// Somebody changed or cut off the marker, or deleted the comment.
    Lost,
}

impl Memory {
    /// Where there is no comment of ours, a label that nobody else sets tells that there was one.
    pub fn of(snapshot: &Snapshot) -> Self {
        match &snapshot.living {
            Some(living) => {
                Marker::read(&living.body).map_or(Memory::Lost, |marker| Memory::Kept(Box::new(marker)))
            }
            None if snapshot.labels.iter().any(|label| label.starts_with("triage: ")) => Memory::Lost,
            None => Memory::New,
        }
    }

    /// What is remembered, if anything is.
    pub fn kept(self) -> Option<Marker> {
        if let Memory::Kept(marker) = self { Some(*marker) } else { None }
    }
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Before {
    pub head: String,
    #[serde(default)]
    pub open: Open,
}

/// A box that a reviewer ticked.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// Digest of the box.
    #[serde(rename = "box")]
    pub of: String,
    /// Login; empty where GitHub does not tell.
    pub by: String,
}

/// Somebody who was asked for a review.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// A login, or `ORGANIZATION/TEAM`.
    pub who: String,
    /// Whether GitHub refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub refused: bool,
}

/// What came of `/suggest`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suggested {
    /// A review, by its id where it is known already.
    Given { review: Option<u64> },
    /// There was nothing to suggest.
    Nothing,
    /// GitHub did not take the review.
    Refused,
}

/// How a comment's commands were judged, once, when they were first seen.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Id of the comment.
    pub id: u64,
    /// Digest of its text then.
    pub text: String,
    /// Id of its author.
    pub by: u64,
    /// What the author was allowed then, as far as it was asked.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub role: Role,
    /// One word for each command, in their order.
    pub said: Vec<String>,
    /// What its `/waive`s waived and is still open.
    #[serde(default, skip_serializing_if = "Open::is_empty")]
    pub waived: Open,
}

fn is_nothing(role: &Role) -> bool {
    *role == Role::None
}

impl Record {
    /// How many bytes of the marker it takes, about; what is waived has its own bound.
    pub fn size(&self) -> usize {
        70 + self.said.iter().map(|said| said.len() + 3).sum::<usize>()
    }
}

const SUGGESTIONS: &str = "<!-- dpg-triage-suggestions ";

/// The first line of a review with suggestions for a head, by which it is found again.
pub fn suggestions_line(head: &str) -> String {
    format!("{SUGGESTIONS}{head}{CLOSES}\n")
}

/// The head that a review's suggestions are for; `None` where it is another review.
pub fn suggestions_for(body: &str) -> Option<&str> {
    body.strip_prefix(SUGGESTIONS)?.split_once(CLOSES).map(|(head, _)| head)
}

/// Whether a comment's body begins as the bot's does.
pub fn is_marked(body: &str) -> bool {
    body.starts_with(OPENS)
}

impl Marker {
    /// Reads a body's marker; `None` where there is none or somebody changed it.
    pub fn read(body: &str) -> Option<Self> {
        let (line, _) = body.strip_prefix(OPENS)?.split_once(CLOSES)?;
        let (json, own) = line.rsplit_once(' ')?;
        serde_json::from_str(json).ok().filter(|_| own == digest(json))
    }

    /// The marker as the first line of a comment. A digest of itself stands at its end, so that memory which somebody
    /// changed is not taken for the bot's.
    pub fn line(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        // Nothing inside may end the HTML comment; JSON allows to write any character of a string by its number.
        let json = json.replace("--", "-\\u002d").replace('>', "\\u003e").replace('<', "\\u003c");
        format!("{OPENS}{json} {}{CLOSES}\n", digest(&json))
    }

    /// The whole comment: this marker, sealed, and the text.
    pub fn with(mut self, text: &str) -> String {
        self.seal = seal(text);
        self.line() + text
    }

    /// Whether the text behind the marker is the one that was written with it.
    pub fn fits(&self, body: &str) -> bool {
        body.split_once('\n').is_some_and(|(_, text)| seal(text) == self.seal)
    }

    /// A body with this marker in place of the one that it has.
    pub fn put_into(&self, body: &str) -> String {
        let rest = body.split_once('\n').map_or("", |(_, rest)| rest);
        self.line() + rest
    }
}

/// GitHub may change line ends and trim; that breaks no seal.
fn seal(text: &str) -> String {
    digest(text.replace("\r\n", "\n").trim())
}

/// A short digest (FNV-1a, 32 bits, 8 hex digits) that tells texts apart where nobody gains by making two alike.
pub fn digest(text: &str) -> String {
    let hash =
        text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_and_cannot_be_broken_out_of() {
        let mut marker = Marker { head: "a".repeat(40), ..Marker::default() };
        marker.labels.push("cop: --><script>".into());
        let body = marker.line() + "text\n";
        assert!(is_marked(&body));
        assert_eq!(body.matches("-->").count(), 1);
        assert_eq!(Marker::read(&body), Some(marker.clone()));
        marker.head = "b".repeat(40);
        assert_eq!(Marker::read(&marker.put_into(&body)), Some(marker.clone()));
        assert!(marker.put_into(&body).ends_with("-->\ntext\n"));
        assert_eq!(Marker::read("<!-- dpg-triage {broken -->\n"), None);
        let body = marker.with("text\nmore\n");
        let read = Marker::read(&body).unwrap();
        assert!(read.fits(&body.replace('\n', "\r\n")) && !read.fits(&body.replace("more", "less")));
    }
    #[test]
    fn memory_that_somebody_changed_is_lost() {
        let marker = Marker { head: "a".repeat(40), past: 7, ..Marker::default() };
        let body = marker.with("text\n");
        assert!(Marker::read(&body).is_some());
        assert!(Marker::read(&body.replace("text", "other")).is_some(), "its text alone");
        for changed in [
            body.replace("\"past\":7", "\"past\":8"),
            body[..40].to_owned(),
            "text".to_owned(),
            String::new(),
        ] {
            assert_eq!(Marker::read(&changed), None, "{changed}");
        }
    }
}

//! The criteria of the communities that a nomination goes to: one task box each, which their reviewers tick.
//!
//! In: the boxes as the comment shows them, what the marker remembers, who edited the comment. Out: [`Boxes`]. Never: a
//! request; the shell asks who edited, where [`in_doubt`] counts boxes that somebody changed.

use super::{
    marker::{Marker, Tick, digest},
    policy::Policy,
    routing::Routed,
    snapshot::{Account, Snapshot},
    votes::{Known, Voters},
};

/// What the reviewers of one community go through.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Criteria {
    /// The community's name.
    pub community: String,
    pub texts: Vec<String>,
}

/// How all boxes stand.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Boxes {
    pub ticks: Vec<Tick>,
    /// Logins of those whose change of a box was put back.
    pub put_back: Vec<String>,
}

impl Boxes {
    /// Who ticked a box; `None` where it is not ticked.
    pub fn ticked(&self, community: &str, text: &str) -> Option<&str> {
        let of = key(community, text);
        self.ticks.iter().find(|tick| tick.of == of).map(|tick| tick.by.as_str())
    }
}

/// Criteria of the communities of a route, in its order.
pub fn criteria(route: &[Routed], policy: &Policy) -> Vec<Criteria> {
    let routed = route
        .iter()
        .filter_map(|routed| policy.communities.iter().find(|community| community.id == routed.community));
    (routed.filter(|community| !community.criteria.is_empty()))
        .map(|community| Criteria { community: community.name.clone(), texts: community.criteria.clone() })
        .collect()
}

/// Tells a box from the others.
fn key(community: &str, text: &str) -> String {
    digest(&format!("{community}\n{text}"))
}

/// How a box is shown, behind `- [ ] `. Backticks are left out, so that the rest can stand in a code span as it is.
pub fn label(text: &str) -> String {
    format!("`{}`", text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'"))
}

/// Whether a box is ticked in a comment; `None` where the comment does not show it. Boxes of one text that stand for
/// several communities are told apart by the heading above them.
fn shown(body: &str, community: &str, text: &str) -> Option<bool> {
    let label = label(text);
    let heading = heading(community);
    let section = body.split_once(&heading).map_or("", |(_, rest)| rest);
    section.lines().take_while(|line| !line.starts_with("#### ")).find_map(|line| {
        let (mark, rest) = line.strip_prefix("- [")?.split_once("] ")?;
        rest.starts_with(&label).then_some(matches!(mark, "x" | "X"))
    })
}

/// The heading above a community's boxes.
pub fn heading(community: &str) -> String {
    format!("#### What reviewers of the community {} look for\n", label(community))
}

/// The boxes that stand otherwise than is remembered: each one's digest, text and how it stands.
fn changed<'a>(
    criteria: &'a [Criteria],
    snapshot: &Snapshot,
    before: Option<&Marker>,
) -> Vec<(String, &'a str, &'a str, bool)> {
    let Some(living) = &snapshot.living else { return Vec::new() };
    let remembered = |of: &str| before.is_some_and(|marker| marker.ticks.iter().any(|tick| tick.of == of));
    let all =
        criteria.iter().flat_map(|one| one.texts.iter().map(|text| (one.community.as_str(), text.as_str())));
    all.filter_map(|(community, text)| {
        let of = key(community, text);
        let ticked = shown(&living.body, community, text)?;
        (ticked != remembered(&of)).then_some((of, community, text, ticked))
    })
    .collect()
}

/// How many boxes somebody changed, so that it has to be asked who.
pub fn in_doubt(criteria: &[Criteria], snapshot: &Snapshot, before: Option<&Marker>) -> usize {
    changed(criteria, snapshot, before).len()
}

/// Who changed the boxes, as far as the events of the comment's edits tell: all of them must be of one person, and as
/// many as boxes were changed. Else somebody else may have had a hand in it.
pub fn editor(changed: usize, editors: &[Option<u64>]) -> Option<u64> {
    let first = (*editors.first()?)?;
    (editors.len() >= changed && editors.iter().all(|editor| *editor == Some(first))).then_some(first)
}

/// How the boxes stand once the changes of those who may are taken over.
pub fn boxes(
    criteria: &[Criteria],
    snapshot: &Snapshot,
    before: Option<&Marker>,
    voters: &Voters,
    known: &Known,
) -> Boxes {
    let mut ticks = before.map(|marker| marker.ticks.clone()).unwrap_or_default();
    let here = before.filter(|marker| marker.head == snapshot.head_sha);
    let mut put_back = here.map(|marker| marker.put_back.clone()).unwrap_or_default();
    for (of, community, text, ticked) in changed(criteria, snapshot, before) {
        let by = who(snapshot, community, text, ticked);
        let counts = |person: &Account| {
            person.id != snapshot.author.id
                && !person.bot
                && (voters.names(person) || known.counted.contains(&person.id))
        };
        match by {
            Some(person) if !counts(person) => {
                if !put_back.contains(&person.login) {
                    put_back.push(person.login.clone());
                }
            }
            // Without a word from GitHub on who it was, what stands there stays.
            by if ticked => {
                ticks.push(Tick { of, by: by.map(|person| person.login.clone()).unwrap_or_default() })
            }
            _ => ticks.retain(|tick| tick.of != of),
        }
    }
    // What the rules or the route no longer ask for is forgotten.
    let known = |tick: &Tick| {
        criteria.iter().any(|one| one.texts.iter().any(|text| key(&one.community, text) == tick.of))
    };
    ticks.retain(known);
    Boxes { ticks, put_back }
}

/// Who brought a box to where it stands: the first edit since our last one that shows it so.
fn who<'a>(snapshot: &'a Snapshot, community: &str, text: &str, ticked: bool) -> Option<&'a Account> {
    let edits = snapshot.edits.as_ref()?;
    let shows =
        |body: &Option<String>| body.as_ref().and_then(|body| shown(body, community, text)) == Some(ticked);
    let first = edits.iter().find(|edit| shows(&edit.body)).map(|edit| &edit.by);
    let alone = edits.first().filter(|one| edits.iter().all(|edit| edit.by.id == one.by.id));
    first.or(alone.map(|edit| &edit.by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_read_as_it_is_shown() {
        let heading = heading("Health");
        let body = format!(
            "x\n{heading}\n- [x] `Works offline` (`eve`)\n- [ ] `It's 'fine'`\n\n#### Next\n- [x] `Other`\n"
        );
        assert_eq!(shown(&body, "Health", "Works  offline"), Some(true));
        assert_eq!(shown(&body, "Health", "It's `fine`"), Some(false));
        assert_eq!(shown(&body, "Health", "Other"), None, "in another section");
        assert_eq!(shown(&body, "Climate", "Works offline"), None);
        assert_ne!(key("Health", "a"), key("Climate", "a"));
    }

    #[test]
    fn events_name_an_editor_only_where_it_can_be_nobody_else() {
        for (changed, editors, named) in [
            (1, vec![Some(7)], Some(7)),
            (2, vec![Some(7), Some(7)], Some(7)),
            (1, vec![Some(7), Some(7)], Some(7)),
            (2, vec![Some(7)], None),
            (2, vec![Some(7), Some(8)], None),
            (1, vec![Some(7), None], None),
            (1, vec![None], None),
            (1, vec![], None),
        ] {
            assert_eq!(editor(changed, &editors), named, "{changed} {editors:?}");
        }
    }
}

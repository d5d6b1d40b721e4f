//! Which Community of Practice should look at a nomination, and what speaks for it.
//!
//! In: a nomination and the communities. Out: [`Routed`] communities with reasons, the strongest first. The same
//! input gives the same route.

use std::collections::BTreeMap;

use super::{
    nomination::{Kind, Located, Nomination},
    phrase::{Phrase, Text},
    policy::{Community, Policy},
};

/// A community that a nomination goes to, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// Id of the community.
    pub community: String,
    pub name: String,
    pub label: String,
    /// "SDG 3", "sector: Health", "type: aimodel", "words: vaccine, clinic".
    pub reasons: Vec<String>,
    pub score: f64,
}

/// How many communities a nomination goes to at most.
const MOST: usize = 3;

/// A community takes part from this score on, ...
const ENOUGH: f64 = 3.5;

/// ... and beside a stronger one only with this share of its score.
const SHARE: f64 = 0.55;

/// The label of a pull request that no community matches.
pub const NONE_MATCHED: &str = "cop: none matched";

/// The communities that a nomination goes to.
pub fn route(nomination: &Nomination, policy: &Policy) -> Vec<Routed> {
    if nomination.kind == Kind::Submission {
        return Vec::new();
    }
    let texts = Texts::of(nomination);
    let mut routed: Vec<Routed> =
        policy.communities.iter().map(|community| weigh(community, nomination, &texts)).collect();
    routed.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then_with(|| one.community.cmp(&other.community))
    });
    let best = routed.first().map_or(0.0, |first| first.score);
    routed.retain(|routed| routed.score >= ENOUGH && routed.score >= best * SHARE);
    routed.truncate(MOST);
    routed
}

/// The communities that a person chose, by their ids.
pub fn chosen(ids: &[String], policy: &Policy) -> Vec<Routed> {
    let community = |id: &String| policy.communities.iter().find(|community| community.id == *id);
    let routed = |community: &Community| Routed {
        community: community.id.clone(),
        name: community.name.clone(),
        label: community.label.clone(),
        reasons: Vec::new(),
        score: 0.0,
    };
    ids.iter().filter_map(community).map(routed).collect()
}

/// The routes of several nominations as one, each community once with all its reasons.
pub fn together(routes: impl Iterator<Item = Routed>) -> Vec<Routed> {
    let mut by_community: BTreeMap<String, Routed> = BTreeMap::new();
    for routed in routes {
        by_community
            .entry(routed.community.clone())
            .and_modify(|known| {
                known.score = known.score.max(routed.score);
                for reason in &routed.reasons {
                    if !known.reasons.contains(reason) {
                        known.reasons.push(reason.clone());
                    }
                }
            })
            .or_insert(routed);
    }
    let mut routes: Vec<Routed> = by_community.into_values().collect();
    routes.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then_with(|| one.community.cmp(&other.community))
    });
    routes
}

/// Sectors that a nomination's words speak for, and these words: of each community whose words it uses, the sectors
/// that are named in the text themselves, and failing these the community's first.
pub fn sectors(nomination: &Nomination, policy: &Policy) -> Vec<(String, Vec<String>)> {
    let texts = Texts::of(nomination);
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for community in &policy.communities {
        let words = words_of(community, &texts);
        let names = &community.matches.sectors;
        let mut likely: Vec<&Phrase> = names.iter().filter(|sector| texts.have(sector)).collect();
        if likely.is_empty() && words.len() >= 2 {
            likely.extend(names.first());
        }
        for sector in likely.into_iter().map(Phrase::as_str) {
            if !found.iter().any(|(known, _)| known == sector) {
                let reasons = if words.is_empty() {
                    vec![sector.to_lowercase()]
                } else {
                    words.iter().take(3).map(|word| (*word).to_owned()).collect()
                };
                found.push((sector.to_owned(), reasons));
            }
        }
    }
    found
}

/// The words of a community that a nomination uses.
fn words_of<'a>(community: &'a Community, texts: &Texts) -> Vec<&'a str> {
    community.matches.words.iter().filter(|word| texts.have(word)).map(Phrase::as_str).collect()
}

/// The texts in which words are looked for, made ready once.
struct Texts {
    /// Name, aliases and description.
    about: Text,
    /// The texts on the goals.
    evidence: Text,
}

impl Texts {
    fn of(nomination: &Nomination) -> Self {
        let text = |field: &Option<Located<String>>| {
            field.as_ref().map(|field| field.value.clone()).unwrap_or_default()
        };
        let aliases: Vec<&str> = nomination.aliases.iter().map(|alias| alias.value.as_str()).collect();
        let about = [text(&nomination.name), aliases.join(" | "), text(&nomination.description)].join(" | ");
        let evidence: Vec<String> = nomination.goals.iter().map(|goal| text(&goal.evidence_text)).collect();
        Self { about: Text::of(&about), evidence: Text::of(&evidence.join(" | ")) }
    }

    fn have(&self, phrase: &Phrase) -> bool {
        self.about.has(phrase) || self.evidence.has(phrase)
    }
}

fn weigh(community: &Community, nomination: &Nomination, texts: &Texts) -> Routed {
    let matches = &community.matches;
    let mut reasons = Vec::new();
    let mut score = 0.0;
    let goals: Vec<i64> =
        nomination.goals.iter().filter_map(|goal| goal.number.as_ref()).map(|n| n.value).collect();
    let mut shared: Vec<i64> = matches.sdgs.iter().copied().filter(|sdg| goals.contains(sdg)).collect();
    shared.sort_unstable();
    if !shared.is_empty() {
        // A goal says more the fewer goals are claimed.
        score += 3.0 * shared.len() as f64 / goals.len() as f64;
        let numbers: Vec<String> = shared.iter().map(i64::to_string).collect();
        reasons.push(format!("{} {}", if shared.len() == 1 { "SDG" } else { "SDGs" }, numbers.join(", ")));
    }
    let is_among = |listed: &[Located<String>], known: &str| {
        listed.iter().any(|one| one.value.eq_ignore_ascii_case(known))
    };
    let sectors = matches.sectors.iter().map(Phrase::as_str);
    let sectors: Vec<&str> = sectors.filter(|known| is_among(&nomination.sectors, known)).collect();
    if !sectors.is_empty() {
        score += 3.0;
        reasons.push(format!("sector: {}", sectors.join(", ")));
    }
    let types = matches.types.iter().map(String::as_str);
    let types: Vec<&str> = types.filter(|known| is_among(&nomination.types, known)).collect();
    if !types.is_empty() {
        score += 2.0;
        reasons.push(format!("type: {}", types.join(", ")));
    }
    let mut words = Vec::new();
    for word in &matches.words {
        if texts.about.has(word) {
            score += 2.0;
            words.push(word.as_str());
        } else if texts.evidence.has(word) {
            score += 1.0;
            words.push(word.as_str());
        }
    }
    if !words.is_empty() {
        reasons.push(format!("words: {}", words.join(", ")));
    }
    Routed {
        community: community.id.clone(),
        name: community.name.clone(),
        label: community.label.clone(),
        reasons,
        score,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::nomination::{Filed, parse};

    fn routes(text: &str) -> Vec<String> {
        let filed = Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None };
        let nomination = parse(filed, text.as_bytes()).0;
        let line = |routed: Routed| format!("{}: {}", routed.community, routed.reasons.join("; "));
        route(&nomination, Policy::built_in()).into_iter().map(line).collect()
    }

    #[test]
    fn says_what_matched() {
        assert_eq!(
            routes(
                r#"{"name": "Vax", "description": "Vaccines reach every clinic.", "SDGs": [{"SDGNumber": 3}]}"#
            ),
            ["health: SDG 3; words: vaccine, clinic"]
        );
    }

    #[test]
    fn weak_matches_do_not_count() {
        assert!(routes(r#"{"name": "X", "SDGs": [{"SDGNumber": 3}]}"#).is_empty(), "a goal alone");
        assert!(
            routes(r#"{"name": "X", "description": "a dpi and kyc setting"}"#).is_empty(),
            "acronyms in capitals"
        );
        assert!(routes("{}").is_empty());
    }
}

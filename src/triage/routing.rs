//! Which Community of Practice should look at a nomination, and what speaks for it.
//!
//! In: a nomination, what GitHub says of its repositories, and the communities. Out: [`Routed`] communities with
//! reasons, the strongest first. The same input gives the same route.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    communities::{Communities, Community, Role, Word},
    evidence::{self, Evidence},
    nomination::{Kind, Located, Nomination},
    phrase::Text,
    policy::Policy,
    span::Span,
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

/// A community takes part from this score on: one strong word, two others, or one together with a sector or a goal.
const ENOUGH: f64 = 4.0;

/// What counts how much. Words count so where the project describes itself, ...
const STRONG: f64 = 4.0;
const WORD: f64 = 2.0;
/// ... and by this share in what is said elsewhere, where everything that the project could be good for is said, ...
const ELSEWHERE: f64 = 0.5;
/// ... up to this sum.
const MOST_ELSEWHERE: f64 = 3.0;
const SECTOR: f64 = 3.0;
const TYPE: f64 = 2.0;
/// If all goals are the community's; a goal says more the fewer are claimed.
const GOALS: f64 = 2.0;

/// So many words are told as reasons.
const TOLD: usize = 6;

/// The label of a pull request that no community matches.
pub const NONE_MATCHED: &str = "cop: none matched";

/// The communities that a nomination goes to.
pub fn route(nomination: &Nomination, evidence: &Evidence, policy: &Policy) -> Vec<Routed> {
    if nomination.kind == Kind::Submission {
        return Vec::new();
    }
    let spoken = Spoken::of(nomination, evidence, &policy.communities);
    let mut routed: Vec<Routed> = (policy.communities.iter().zip(spoken))
        .map(|(community, spoken)| weigh(community, nomination, &spoken))
        .filter(|routed| routed.score >= ENOUGH)
        .collect();
    routed.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then_with(|| one.community.cmp(&other.community))
    });
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
/// that are named in the text themselves, and failing these the community's first where its words are enough.
pub fn sectors(nomination: &Nomination, evidence: &Evidence, policy: &Policy) -> Vec<(String, Vec<String>)> {
    let spoken = Spoken::of(nomination, evidence, &policy.communities);
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for (community, spoken) in policy.communities.iter().zip(spoken) {
        let (score, words) = spoken.words();
        let named = spoken.sectors();
        let mut likely: Vec<&String> =
            community.matches.sectors.iter().filter(|sector| named.contains(sector.as_str())).collect();
        if likely.is_empty() && score >= ENOUGH {
            likely.extend(community.matches.sectors.first());
        }
        for sector in likely {
            if !found.iter().any(|(known, _)| known == sector) {
                let reasons = if words.is_empty() {
                    vec![sector.to_lowercase()]
                } else {
                    words.iter().take(3).map(|word| (*word).to_owned()).collect()
                };
                found.push((sector.clone(), reasons));
            }
        }
    }
    found
}

/// The words of one community that a nomination uses, with their places.
struct Spoken<'a> {
    /// In name, aliases and description.
    own: Vec<(&'a Word, Span)>,
    /// In the texts on the goals, and in how GitHub describes the repositories.
    elsewhere: Vec<(&'a Word, Span)>,
}

impl<'a> Spoken<'a> {
    /// For each community in its place.
    fn of(
        nomination: &Nomination,
        evidence: &Evidence,
        communities: &'a Communities,
    ) -> impl Iterator<Item = Self> {
        let text = |field: &Option<Located<String>>| {
            field.as_ref().map(|field| field.value.clone()).unwrap_or_default()
        };
        let aliases: Vec<&str> = nomination.aliases.iter().map(|alias| alias.value.as_str()).collect();
        let own = [text(&nomination.name), aliases.join(" | "), text(&nomination.description)].join(" | ");
        let mut elsewhere: Vec<String> =
            nomination.goals.iter().map(|goal| text(&goal.evidence_text)).collect();
        for repository in evidence::repositories(nomination) {
            if let Some(facts) = evidence.repository(&repository).found() {
                elsewhere.extend(facts.description.iter().chain(&facts.topics).cloned());
            }
        }
        let spoken = |text: &str| communities.spoken_of(&Text::of(text));
        let pairs = spoken(&own).into_iter().zip(spoken(&elsewhere.join(" | ")));
        pairs.map(|(own, elsewhere)| Self { own, elsewhere })
    }

    /// The words that count, those that say most first, and what they come to. Every word of a text counts once, for
    /// the longest phrase that it is part of.
    fn words(&self) -> (f64, Vec<&'a str>) {
        let (own, elsewhere) = (free(&self.own), free(&self.elsewhere));
        let worth = |word: &Word| if word.role == Role::Strong { STRONG } else { WORD };
        let own = own.into_iter().map(|word| (worth(word), word)).collect::<Vec<_>>();
        let mut words = own.clone();
        let is_own = |word: &Word| own.iter().any(|(_, known)| std::ptr::eq(*known, word));
        words.extend(
            elsewhere.into_iter().filter(|word| !is_own(word)).map(|word| (worth(word) * ELSEWHERE, word)),
        );
        let (own, elsewhere) = words.split_at(own.len());
        let sum = |words: &[(f64, &Word)]| words.iter().map(|(worth, _)| worth).sum::<f64>();
        let score = sum(own) + f64::min(sum(elsewhere), MOST_ELSEWHERE);
        words.sort_by(|(one, a), (other, b)| {
            other.total_cmp(one).then_with(|| b.written.len().cmp(&a.written.len()))
        });
        (score, words.into_iter().map(|(_, word)| word.written.as_str()).collect())
    }

    /// The sectors that the texts name.
    fn sectors(&self) -> BTreeSet<&'a str> {
        let words = self.own.iter().chain(&self.elsewhere).map(|(word, _)| *word);
        words.filter(|word| word.role == Role::Sector).map(|word| word.written.as_str()).collect()
    }
}

/// The words that have a place of their own in a text, each once.
fn free<'a>(spoken: &[(&'a Word, Span)]) -> Vec<&'a Word> {
    let mut taken = vec![false; spoken.iter().map(|(_, place)| place.end).max().unwrap_or_default()];
    let mut words: Vec<&Word> = Vec::new();
    for (word, place) in spoken.iter().filter(|(word, _)| word.role != Role::Sector) {
        let Some(place) = taken.get_mut(place.clone()) else { continue };
        if place.contains(&true) {
            continue;
        }
        place.fill(true);
        // The same word comes in one run.
        if word.role != Role::Except && !words.last().is_some_and(|last| std::ptr::eq(*last, *word)) {
            words.push(word);
        }
    }
    words
}

fn weigh(community: &Community, nomination: &Nomination, spoken: &Spoken) -> Routed {
    let matches = &community.matches;
    let mut reasons = Vec::new();
    let mut score = 0.0;
    // Goals with one text for all tell little: counted, they send more projects astray than aright.
    let goals: Vec<i64> = (nomination.goals.iter().filter(|goal| !goal.is_listed))
        .filter_map(|goal| goal.number.as_ref())
        .map(|n| n.value)
        .collect();
    let mut shared: Vec<i64> = matches.sdgs.iter().copied().filter(|sdg| goals.contains(sdg)).collect();
    shared.sort_unstable();
    if !shared.is_empty() {
        score += GOALS * shared.len() as f64 / goals.len() as f64;
        let numbers: Vec<String> = shared.iter().map(i64::to_string).collect();
        reasons.push(format!("{} {}", if shared.len() == 1 { "SDG" } else { "SDGs" }, numbers.join(", ")));
    }
    let is_among = |listed: &[Located<String>], known: &str| {
        listed.iter().any(|one| one.value.eq_ignore_ascii_case(known))
    };
    let sectors = matches.sectors.iter().map(String::as_str);
    let sectors: Vec<&str> = sectors.filter(|known| is_among(&nomination.sectors, known)).collect();
    if !sectors.is_empty() {
        score += SECTOR;
        reasons.push(format!("sector: {}", sectors.join(", ")));
    }
    let types = matches.types.iter().map(String::as_str);
    let types: Vec<&str> = types.filter(|known| is_among(&nomination.types, known)).collect();
    if !types.is_empty() {
        score += TYPE;
        reasons.push(format!("type: {}", types.join(", ")));
    }
    let (worth, words) = spoken.words();
    score += worth;
    if !words.is_empty() {
        reasons.push(format!("words: {}", words[..words.len().min(TOLD)].join(", ")));
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
    use crate::triage::{
        communities::Matches,
        evidence::{Answer, RepositoryFacts},
        nomination::{Filed, parse},
        pull_request::RepositoryName,
    };

    fn nomination(text: &str) -> Nomination {
        parse(Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None }, text.as_bytes()).0
    }

    fn routes_with(text: &str, evidence: &Evidence, policy: &Policy) -> Vec<String> {
        let line = |routed: Routed| format!("{}: {}", routed.community, routed.reasons.join("; "));
        route(&nomination(text), evidence, policy).into_iter().map(line).collect()
    }

    fn routes(text: &str) -> Vec<String> {
        routes_with(text, &Evidence::unasked("not asked"), Policy::built_in())
    }

    fn described(text: &str) -> Vec<String> {
        routes(&serde_json::json!({"name": "X", "description": text}).to_string())
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
        assert!(routes(r#"{"name": "X", "sectors": ["Health"]}"#).is_empty(), "a sector alone");
        assert!(described("A browser for clinics").is_empty(), "a word alone");
        assert!(described("a dpi and kyc setting").is_empty(), "acronyms in capitals");
        assert!(routes("{}").is_empty());
        let claims = r#"{"name": "X", "description": "An office suite",
            "SDGs": [{"SDGNumber": 3, "evidenceText": "Health workers, hospitals, patients and nurses use it"},
                     {"SDGNumber": 4}, {"SDGNumber": 9}]}"#;
        assert!(routes(claims).is_empty(), "whatever it could be good for: {:?}", routes(claims));
    }

    #[test]
    fn a_word_counts_once_and_for_the_longest_phrase() {
        assert_eq!(described("Public health"), ["health: words: public health"]);
        assert!(described("Machine learning").is_empty(), "no learning, and in passing");
        assert_eq!(
            described("A deep learning model for tumors in patients"),
            ["health: words: patient, tumor", "artificial-intelligence: words: deep learning, model"]
        );
    }

    #[test]
    fn several_fields_have_their_communities_each() {
        let routes =
            described("Cash transfers to farmers with a digital identity, and a dataset of hospitals");
        let communities: Vec<&str> = routes.iter().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(communities.len(), MOST, "{routes:?}");
    }

    #[test]
    fn what_github_says_of_the_repository_speaks_too() {
        let text = r#"{"name": "X", "SDGs": [{"SDGNumber": 3}], "repositories": [{"name": "x", "url": "https://github.com/o/r"}]}"#;
        let name = RepositoryName::new("o", "r");
        let facts =
            RepositoryFacts { topics: vec!["telemedicine".into()], ..RepositoryFacts::new(name.clone()) };
        let mut evidence = Evidence::unasked("not asked");
        evidence.repository_is(&name, Answer::Found(facts));
        assert!(routes(text).is_empty());
        assert_eq!(routes_with(text, &evidence, Policy::built_in()), ["health: SDG 3; words: telemedicine"]);
    }

    #[test]
    fn a_plain_table_routes_by_the_same_scores() {
        let community = serde_json::json!({"id": "sea", "name": "Sea", "label": "cop: sea", "match": {
            "sdgs": [14], "sectors": ["Environment"], "types": [], "words": ["boat", "harbor"]}});
        let policy = Policy {
            communities: vec![serde_json::from_value(community).unwrap()].into(),
            ..Policy::built_in().clone()
        };
        let routes = |text: &str| routes_with(text, &Evidence::unasked("not asked"), &policy);
        assert_eq!(routes(r#"{"name": "Boats in harbors"}"#), ["sea: words: harbor, boat"]);
        assert_eq!(routes(r#"{"name": "Boats", "SDGs": [14]}"#), ["sea: SDG 14; words: boat"]);
        assert_eq!(routes(r#"{"name": "X", "SDGs": [14], "sectors": ["Environment"]}"#).len(), 1);
        assert!(routes(r#"{"name": "Boats", "SDGs": [14, 1]}"#).is_empty());
    }

    /// A word that stands in two lists would do nothing in one of them.
    #[test]
    fn no_built_in_word_stands_twice() {
        for community in Policy::built_in().communities.iter() {
            let Matches { words, strong, except, .. } = &community.matches;
            let mut all: Vec<String> =
                words.iter().chain(strong).chain(except).map(|word| word.to_lowercase()).collect();
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count, "{} has a word twice", community.id);
        }
    }
}

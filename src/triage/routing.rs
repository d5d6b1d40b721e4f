//! Which Community of Practice should look at a nomination, and what speaks for it.
//!
//! In: a nomination, what GitHub says of its repositories, and the communities. Out: [`Routed`] communities with reasons, the strongest first. The same
//! input gives the same route.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    evidence::{self, Evidence},
    nomination::{Kind, Located, Nomination},
    phrase::{Phrase, Text},
    policy::{Community, Matches, Policy},
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
    let texts = Texts::of(nomination, evidence);
    let mut routed: Vec<Routed> = (policy.communities.iter())
        .map(|community| weigh(community, nomination, &texts))
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
    let texts = Texts::of(nomination, evidence);
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for community in &policy.communities {
        let (score, words) = words_of(&community.matches, &texts);
        let names = &community.matches.sectors;
        let mut likely: Vec<&Phrase> = names.iter().filter(|sector| texts.have(sector)).collect();
        if likely.is_empty() && score >= ENOUGH {
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

/// The words of a community that a nomination uses, those that say most first, and what they come to. Every word of a
/// text counts once, for the longest phrase that it is part of.
fn words_of<'a>(matches: &'a Matches, texts: &Texts) -> (f64, Vec<&'a str>) {
    let worth = |worth: f64| move |phrase: &'a Phrase| (phrase, worth);
    let mut phrases: Vec<(&Phrase, f64)> = (matches.except.iter().map(worth(0.0)))
        .chain(matches.strong.iter().map(worth(STRONG)))
        .chain(matches.words.iter().map(worth(WORD)))
        .collect();
    phrases.sort_by_key(|(phrase, _)| Reverse(phrase.as_str().len()));
    let (mut own, mut elsewhere) = (0.0, 0.0);
    let mut taken: [Vec<Span>; 2] = Default::default();
    let mut words: Vec<(f64, &str)> = Vec::new();
    for (phrase, worth) in phrases {
        let free = |text: &Text, taken: &mut Vec<Span>| {
            let before = taken.len();
            for place in text.places(phrase) {
                if !taken.iter().any(|known| known.start < place.end && place.start < known.end) {
                    taken.push(place);
                }
            }
            taken.len() > before && worth > 0.0
        };
        let [in_own, in_others] = &mut taken;
        let (is_own, is_elsewhere) = (free(&texts.about, in_own), free(&texts.elsewhere, in_others));
        let counts = if is_own { worth } else { worth * ELSEWHERE };
        if is_own {
            own += counts;
        } else if is_elsewhere {
            elsewhere += counts;
        } else {
            continue;
        }
        words.push((counts, phrase.as_str()));
    }
    words.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    (own + f64::min(elsewhere, MOST_ELSEWHERE), words.into_iter().map(|(_, word)| word).collect())
}

/// The texts in which words are looked for, made ready once.
struct Texts {
    /// Name, aliases and description.
    about: Text,
    /// The texts on the goals, and how GitHub describes the repositories.
    elsewhere: Text,
}

impl Texts {
    fn of(nomination: &Nomination, evidence: &Evidence) -> Self {
        let text = |field: &Option<Located<String>>| {
            field.as_ref().map(|field| field.value.clone()).unwrap_or_default()
        };
        let aliases: Vec<&str> = nomination.aliases.iter().map(|alias| alias.value.as_str()).collect();
        let about = [text(&nomination.name), aliases.join(" | "), text(&nomination.description)].join(" | ");
        let mut elsewhere: Vec<String> =
            nomination.goals.iter().map(|goal| text(&goal.evidence_text)).collect();
        for repository in evidence::repositories(nomination) {
            if let Some(facts) = evidence.repository(&repository).found() {
                elsewhere.extend(facts.description.iter().chain(&facts.topics).cloned());
            }
        }
        Self { about: Text::of(&about), elsewhere: Text::of(&elsewhere.join(" | ")) }
    }

    fn have(&self, phrase: &Phrase) -> bool {
        self.about.has(phrase) || self.elsewhere.has(phrase)
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
        score += GOALS * shared.len() as f64 / goals.len() as f64;
        let numbers: Vec<String> = shared.iter().map(i64::to_string).collect();
        reasons.push(format!("{} {}", if shared.len() == 1 { "SDG" } else { "SDGs" }, numbers.join(", ")));
    }
    let is_among = |listed: &[Located<String>], known: &str| {
        listed.iter().any(|one| one.value.eq_ignore_ascii_case(known))
    };
    let sectors = matches.sectors.iter().map(Phrase::as_str);
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
    let (worth, words) = words_of(matches, texts);
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
            communities: vec![serde_json::from_value(community).unwrap()],
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
        for community in &Policy::built_in().communities {
            let Matches { words, strong, except, .. } = &community.matches;
            let mut all: Vec<String> =
                words.iter().chain(strong).chain(except).map(|word| word.as_str().to_lowercase()).collect();
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count, "{} has a word twice", community.id);
        }
    }
}

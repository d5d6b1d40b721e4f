//! `/route`: a person chooses the communities.

use super::{Ask, Command, Given, QUOTES, Reply, Scene, Who, nobody};
use crate::prose;
use crate::triage::{
    communities::Community,
    effect::{Chosen, Effects},
    policy::Policy,
    prose::{Piece, Prose, code, listed, theirs},
};

pub static COMMAND: Command = Command {
    name: "route",
    usage: "/route COMMUNITY... | auto",
    who: Who::Maintainers,
    help: "I send this nomination to these Communities of Practice (by id, name or label) in place of those that I chose; \
           the labels follow. `auto` gives the choice back to me.",
    example: "/route health open-data",
    asks: Ask::Look,
    names: nobody,
    apply,
};

/// So many words are looked at; the names of all communities have fewer.
const MOST_WORDS: usize = 100;

fn apply(given: &Given<'_>, scene: &Scene<'_>, effects: &mut Effects) -> Reply {
    let is_new = given.is_new();
    let words = words(given.rest);
    if words == ["auto"] {
        effects.route = None;
        effects.route_is_new |= is_new;
        return Reply::Done;
    }
    match named(&words, scene.policy) {
        Ok(communities) if communities.is_empty() => {
            let why = prose![" needs a community. "];
            Reply::Not(why.then(known(scene.policy)))
        }
        Ok(communities) => {
            effects.route = Some(Chosen { by: given.by.clone(), communities });
            effects.route_is_new |= is_new;
            Reply::Done
        }
        Err(unknown) => {
            let mut why = prose![" names ", theirs(unknown.as_str()), ", which is not a community. "];
            if let Some(meant) = near(&unknown, scene.policy) {
                why.push("Did you mean ");
                why.push(code(meant.id.as_str()));
                why.push("? ");
            }
            Reply::Not(why.then(known(scene.policy)))
        }
    }
}

/// The words of a text, without what sets them off, in lower case.
fn words(text: &str) -> Vec<String> {
    let parts = |sign: char| {
        sign.is_whitespace() || QUOTES.contains(&sign) || matches!(sign, ',' | ';' | ':' | '-' | '_')
    };
    text.split(parts).filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_lowercase).collect()
}

/// The communities that the words name, each once; or the first word that names none.
fn named(words: &[String], policy: &Policy) -> Result<Vec<String>, String> {
    let mut communities: Vec<String> = Vec::new();
    let mut rest = words;
    while let Some(word) = rest.first() {
        let longest = policy.communities.iter().flat_map(|community| {
            let names = [&community.id, &community.name, &community.label];
            names.map(|name| self::words(name)).into_iter().map(move |name| (name, community))
        });
        let longest = longest.filter(|(name, _)| rest.starts_with(name)).max_by_key(|(name, _)| name.len());
        match longest {
            Some((name, community)) => {
                if !communities.contains(&community.id) {
                    communities.push(community.id.clone());
                }
                rest = &rest[name.len()..];
            }
            None if !communities.is_empty() && ["and", "&"].contains(&word.as_str()) && rest.len() > 1 => {
                rest = &rest[1..];
            }
            None => return Err(word.clone()),
        }
    }
    Ok(communities)
}

/// The community whose name has a word like this one.
fn near<'a>(unknown: &str, policy: &'a Policy) -> Option<&'a Community> {
    let likeness = |community: &Community| {
        let names = [&community.id, &community.name].map(|name| words(name));
        let all = names.iter().flatten().filter(|word| word.len() > 3);
        all.map(|word| strsim::normalized_damerau_levenshtein(word, unknown)).fold(0.0, f64::max)
    };
    let best = policy.communities.iter().map(|community| (likeness(community), community));
    best.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(like, _)| *like >= 0.6).map(|(_, best)| best)
}

fn known(policy: &Policy) -> Prose {
    let ids: Vec<Piece> = policy.communities.iter().map(|community| code(community.id.as_str())).collect();
    prose!["There are "].then(listed(ids, 30)).then(prose!["; ", code("auto"), " leaves the choice to me."])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{give, refusal};
    use super::*;
    use crate::triage::report::points::Points;

    #[test]
    fn communities_are_known_by_id_name_and_label_however_they_are_written() {
        for (written, ids) in [
            ("/route health", &["health"][..]),
            ("/route: health", &["health"]),
            ("/ROUTE \"Health\"", &["health"]),
            ("/route “health”, `cop: open data`", &["health", "open-data"]),
            ("/route\u{a0}health\u{a0}health", &["health"]),
            (
                "/route Digital Public Infrastructure and climate",
                &["digital-public-infrastructure", "climate"],
            ),
            ("/route Climate change adaptation and climate action", &["climate"]),
            ("/route financial-inclusion education\r\n", &["financial-inclusion", "education"]),
        ] {
            let mut effects = Effects::default();
            assert_eq!(give(written, &Points::default(), &mut effects), Reply::Done, "{written}");
            assert_eq!(effects.route.unwrap().communities, ids, "{written}");
        }
    }

    #[test]
    fn the_choice_can_be_given_back() {
        let mut effects = Effects::default();
        give("/route health", &Points::default(), &mut effects);
        assert_eq!(give("/route AUTO", &Points::default(), &mut effects), Reply::Done);
        assert!(effects.route.is_none() && effects.route_is_new);
    }

    #[test]
    fn what_there_is_not_is_told_with_what_there_is() {
        let said = refusal("/route health helth");
        assert!(said.contains("names \"helth\"") && said.contains("Did you mean `health`?"), "{said}");
        assert!(said.contains("`open-data`"), "{said}");
        let said = refusal("/route infrastructures");
        assert!(said.contains("Did you mean `digital-public-infrastructure`?"), "{said}");
        assert!(!refusal("/route xyz").contains("Did you mean"));
        assert!(refusal("/route").contains("needs a community"));
        assert!(refusal(&format!("/route {}", "word ".repeat(10_000))).len() < 600);
    }
}

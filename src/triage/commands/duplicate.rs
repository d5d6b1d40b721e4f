//! `/duplicate`: a person knows this project from elsewhere.

use super::{Ask, Command, Given, Known, QUOTES, Reply, Scene, Who};
use crate::prose;
use crate::triage::{
    effect::{Duplicate, Effects, Twin},
    prose::{Piece, Prose, code, listed, theirs},
};

pub static COMMAND: Command = Command {
    name: "duplicate",
    usage: "/duplicate #NUMBER | NAME | none",
    who: Who::Maintainers,
    help: "I show that another pull request (by its number) or an entry of the registry (by its name) has the same project, \
           and set the label `possible duplicate`. I close nothing. `none` takes that back. \
           It does not settle what I suspect myself: that does `/waive not-in-open-pull-request REASON`, or `/waive not-in-registry REASON`.",
    example: "/duplicate #12",
    asks: Ask::Look,
    names: pull_request,
    apply,
};

/// So many characters are shown of a name that nobody knows.
const LONGEST_SHOWN: usize = 100;

fn apply(given: &Given<'_>, scene: &Scene<'_>, effects: &mut Effects) -> Reply {
    let said = bare(given.rest);
    let is_new = given.is_new();
    if said.is_empty() {
        return Reply::Not(prose![
            " needs to be told of what: ",
            code("/duplicate #12"),
            " for a pull request, or the name of an entry of the registry."
        ]);
    }
    if said.eq_ignore_ascii_case("none") {
        return match effects.duplicate.take() {
            Some(_) => {
                effects.duplicate_is_new |= is_new;
                Reply::Done
            }
            None if !is_new => Reply::Over,
            None => Reply::Not(prose![
                " took nothing back: nobody had said so by a command. Where I suspect it and am wrong, ",
                code("/waive not-in-registry REASON"),
                " or ",
                code("/waive not-in-open-pull-request REASON"),
                " settles it."
            ]),
        };
    }
    let of = match number(said) {
        Some(number) if number == scene.number => {
            return Reply::Not(" names this pull request itself.".into());
        }
        // What was followed once is believed from then on.
        Some(number) if is_new && scene.known.absent.contains(&number) => {
            let number = code(format!("#{number}"));
            return Reply::Not(prose![" was not followed: there is no pull request ", number, " here."]);
        }
        Some(number) => Twin::PullRequest(number),
        None => match unknown(said, scene.known).filter(|_| is_new) {
            Some(why) => return Reply::Not(why),
            None => Twin::Entry(said.to_owned()),
        },
    };
    effects.duplicate = Some(Duplicate { by: given.by.clone(), of });
    effects.duplicate_is_new |= is_new;
    Reply::Done
}

/// Why a name is taken for none of the registry's entries; `None` where it is one, or may be for all that is known.
fn unknown(said: &str, known: &Known) -> Option<Prose> {
    let registry = known.registry.as_ref();
    if registry.is_some_and(|registry| registry.knows(said)) {
        return None;
    }
    let is_number = said.len() <= 9 && said.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        return Some(prose![
            " names ",
            theirs(said),
            ", which is not an entry of the registry. Did you mean pull request ",
            code(format!("#{said}")),
            "?"
        ]);
    }
    let shown: String = said.chars().take(LONGEST_SHOWN).collect();
    let why = prose![" was not followed: no entry of the registry is called ", theirs(shown), "."];
    let near: Vec<Piece> = registry?.names_like(said).into_iter().map(theirs).collect();
    Some(match near.is_empty() {
        true => why,
        false => why
            .and(prose![if near.len() == 1 { "The nearest name is " } else { "The nearest names are " }])
            .then(listed(near, 3))
            .then(".".into()),
    })
}

fn bare(rest: &str) -> &str {
    rest.trim_matches(|sign: char| sign.is_whitespace() || QUOTES.contains(&sign))
}

/// The pull request that the words behind the command name.
fn pull_request(rest: &str) -> Option<u64> {
    number(bare(rest))
}

/// The number in `#12`, or at the end of a pull request's address.
fn number(said: &str) -> Option<u64> {
    let (before, digits) = said.rsplit_once(['#', '/'])?;
    let is_address = before.ends_with("/pull") || before.ends_with("/issues");
    let number = digits.parse().ok().filter(|number| *number > 0)?;
    (before.is_empty() && said.starts_with('#') || is_address).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{give, give_knowing, refusal};
    use super::*;
    use crate::triage::{
        catalog::{Catalog, Entry},
        report::points::Points,
    };

    #[test]
    fn names_a_pull_request_or_an_entry() {
        for (written, of) in [
            ("/duplicate #12", Twin::PullRequest(12)),
            ("/duplicate `#12`", Twin::PullRequest(12)),
            ("/duplicate https://github.com/o/r/pull/12", Twin::PullRequest(12)),
            ("/duplicate \"Open Clinic\"", Twin::Entry("Open Clinic".into())),
            ("/duplicate Clinic #1", Twin::Entry("Clinic #1".into())),
            ("/duplicate 3/4", Twin::Entry("3/4".into())),
            ("/duplicate #0", Twin::Entry("#0".into())),
        ] {
            let mut effects = Effects::default();
            assert_eq!(give(written, &Points::default(), &mut effects), Reply::Done, "{written}");
            assert_eq!(effects.duplicate.unwrap().of, of, "{written}");
        }
    }

    #[test]
    fn only_what_is_there_is_believed() {
        let entry = Entry::read("nominees/clinic.json", br#"{"name": "Open Clinic"}"#);
        let registry = Arc::new(Catalog::new(entry.into_iter().collect(), "", []));
        let known = Known { registry: Some(registry), absent: vec![99] };
        let given = |written: &str| match give_knowing(
            written,
            &Points::default(),
            &mut Effects::default(),
            &known,
        ) {
            Reply::Not(why) => why.plain(),
            reply => format!("{reply:?}"),
        };
        for (written, said) in [
            ("/duplicate #12", "Done"),
            ("/duplicate open clinic", "Done"),
            ("/duplicate #99", "there is no pull request `#99` here"),
            ("/duplicate 9", "Did you mean pull request `#9`?"),
            (
                "/duplicate Open Clinics of the North",
                "no entry of the registry is called \"Open Clinics of the North\".",
            ),
            ("/duplicate Opne Klinic", "The nearest name is \"Open Clinic\"."),
        ] {
            assert!(given(written).contains(said), "{written}: {}", given(written));
        }
        // Without the registry a name is taken as it is.
        assert_eq!(give("/duplicate Rain Maps", &Points::default(), &mut Effects::default()), Reply::Done);
    }

    #[test]
    fn can_be_taken_back() {
        let mut effects = Effects::default();
        give("/duplicate #12", &Points::default(), &mut effects);
        assert_eq!(give("/duplicate None", &Points::default(), &mut effects), Reply::Done);
        assert!(effects.duplicate.is_none());
        assert!(refusal("/duplicate none").contains("`/waive not-in-registry REASON`"));
        assert!(refusal("/duplicate #7").contains("itself"));
        assert!(refusal("/duplicate ``").contains("of what"));
    }
}

//! `/duplicate`: a person knows this project from elsewhere.

use super::{Ask, Command, Given, QUOTES, Reply, Scene, Who};
use crate::prose;
use crate::triage::{
    effect::{Duplicate, Effects, Twin},
    prose::code,
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
    apply,
};

fn apply(given: &Given<'_>, scene: &Scene<'_>, effects: &mut Effects) -> Reply {
    let said = given.rest.trim_matches(|sign: char| sign.is_whitespace() || QUOTES.contains(&sign));
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
        Some(number) => Twin::PullRequest(number),
        None => Twin::Entry(said.to_owned()),
    };
    effects.duplicate = Some(Duplicate { by: given.by.clone(), of });
    effects.duplicate_is_new |= is_new;
    Reply::Done
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
    use super::super::tests::{give, refusal};
    use super::*;
    use crate::triage::report::points::Points;

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

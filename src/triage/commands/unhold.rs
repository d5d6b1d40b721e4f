//! `/unhold`: it goes on.

use super::{Ask, Command, Given, Reply, Scene, Who, nobody};
use crate::triage::effect::Effects;

pub static COMMAND: Command = Command {
    name: "unhold",
    usage: "/unhold",
    who: Who::Maintainers,
    help: "I end what `/hold` began.",
    example: "/unhold",
    asks: Ask::Look,
    names: nobody,
    apply,
};

fn apply(given: &Given<'_>, _: &Scene<'_>, effects: &mut Effects) -> Reply {
    match effects.hold.take() {
        Some(_) => Reply::Done,
        None if !given.is_new() => Reply::Over,
        None => Reply::Not(" ended nothing: this pull request is not on hold.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{give, refusal};
    use super::*;
    use crate::triage::report::points::Points;

    #[test]
    fn ends_a_hold_and_only_that() {
        let mut effects = Effects::default();
        give("/hold", &Points::default(), &mut effects);
        assert_eq!(give("/unhold", &Points::default(), &mut effects), Reply::Done);
        assert!(effects.hold.is_none());
        assert!(refusal("/unhold").contains("not on hold"));
    }
}

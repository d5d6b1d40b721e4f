//! `/hold`: nobody has to do anything for now.

use super::{Ask, Command, Given, Reply, Scene, Who, nobody};
use crate::triage::effect::{Effects, Hold};

pub static COMMAND: Command = Command {
    name: "hold",
    usage: "/hold [REASON]",
    who: Who::Maintainers,
    help: "I put this pull request on hold and show who did it, and why. Nobody has to do anything until `/unhold`; I go \
           on looking at new commits.",
    example: "/hold until the steering group has met",
    asks: Ask::Look,
    names: nobody,
    apply,
};

fn apply(given: &Given<'_>, _: &Scene<'_>, effects: &mut Effects) -> Reply {
    let reason = Some(given.rest.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned);
    effects.hold = Some(Hold { by: given.by.clone(), reason });
    Reply::Done
}

#[cfg(test)]
mod tests {
    use super::super::tests::give;
    use super::*;
    use crate::triage::report::points::Points;

    #[test]
    fn the_last_one_counts_and_needs_no_reason() {
        let mut effects = Effects::default();
        assert_eq!(give("/hold   until May \u{a0}", &Points::default(), &mut effects), Reply::Done);
        assert_eq!(effects.hold.as_ref().unwrap().reason.as_deref(), Some("until May"));
        assert_eq!(give("/HOLD", &Points::default(), &mut effects), Reply::Done);
        assert_eq!(effects.hold.as_ref().unwrap().reason, None);
    }
}

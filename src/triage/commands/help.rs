//! `/help`: what the person who asks may do here.

use super::{Ask, Command, Given, Reply, Scene, Who, nobody};
use crate::triage::effect::{Asker, Effects};

pub static COMMAND: Command = Command {
    name: "help",
    usage: "/help",
    who: Who::Anyone,
    help: "I write into my comment which commands you may use here.",
    example: "/help",
    asks: Ask::Words,
    names: nobody,
    apply,
};

fn apply(given: &Given<'_>, _: &Scene<'_>, effects: &mut Effects) -> Reply {
    effects.asker = Some(Asker { by: given.by.clone(), role: given.role, is_author: given.is_author });
    Reply::Done
}

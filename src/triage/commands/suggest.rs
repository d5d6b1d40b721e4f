//! `/suggest`: the sure corrections, each with a button.

use super::{Ask, Command, Who, nobody, nothing_else};

pub static COMMAND: Command = Command {
    name: "suggest",
    usage: "/suggest",
    who: Who::MaintainersAndAuthor,
    help: "I offer the corrections that I am sure of as suggestions, each with a button that takes it over. I do it once \
           for each commit.",
    example: "/suggest",
    asks: Ask::Suggestions,
    names: nobody,
    apply: nothing_else,
};

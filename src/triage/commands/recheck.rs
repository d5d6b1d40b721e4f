//! `/recheck`: look at everything again.

use super::{Ask, Command, Who, nobody, nothing_else};

pub static COMMAND: Command = Command {
    name: "recheck",
    usage: "/recheck",
    who: Who::MaintainersAndAuthor,
    help: "I look at everything again, also at the repositories, for example after a license was changed there.",
    example: "/recheck",
    asks: Ask::Look,
    names: nobody,
    apply: nothing_else,
};

//! `/recheck`: look at everything again.

use super::{Command, Who};

pub static COMMAND: Command = Command {
    name: "recheck",
    usage: "/recheck",
    who: Who::MaintainersAndAuthor,
    help: "I look at everything again, also at the repositories: useful after a change there, for example of a license.",
    ready: true,
};

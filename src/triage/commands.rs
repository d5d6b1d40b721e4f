//! All commands. A new one is a file in this folder and two plain lines here.

mod recheck;
mod suggest;

use super::snapshot::Role;

/// Who may give a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Who {
    /// People with at least write permission.
    Maintainers,
    /// They, and the author of the pull request.
    MaintainersAndAuthor,
    Anyone,
}

impl Who {
    /// Whether somebody with this role, who is the author or not, may give the command.
    pub fn may(self, role: Role, is_author: bool) -> bool {
        match self {
            Who::Maintainers => role >= Role::Write,
            Who::MaintainersAndAuthor => role >= Role::Write || is_author,
            Who::Anyone => true,
        }
    }
}

/// What the bot does once a command is followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ask {
    /// A new look at everything.
    Look,
    /// Such a look, and the sure corrections as suggestions.
    Suggestions,
}

/// What there is to say about a command.
#[derive(Debug)]
pub struct Command {
    pub name: &'static str,
    pub usage: &'static str,
    pub who: Who,
    pub help: &'static str,
    pub asks: Ask,
    /// Whether it can be used already.
    pub ready: bool,
}

/// A name that is taken: it is answered with "not yet" until the command is there.
const fn reserved(name: &'static str, who: Who) -> Command {
    Command { name, usage: name, who, help: "", asks: Ask::Look, ready: false }
}

static ROUTE: Command = reserved("route", Who::Maintainers);
static WAIVE: Command = reserved("waive", Who::Maintainers);
static HOLD: Command = reserved("hold", Who::Maintainers);
static UNHOLD: Command = reserved("unhold", Who::Maintainers);
static DUPLICATE: Command = reserved("duplicate", Who::Maintainers);
static HELP: Command = reserved("help", Who::Anyone);

pub static ALL: [&Command; 8] =
    [&recheck::COMMAND, &ROUTE, &WAIVE, &HOLD, &UNHOLD, &DUPLICATE, &suggest::COMMAND, &HELP];

//! All commands. A new one is a file in this folder and two plain lines here.

mod duplicate;
mod help;
mod hold;
mod recheck;
mod route;
mod suggest;
mod unhold;
mod waive;

use std::sync::Arc;

use super::{
    catalog::Catalog,
    effect::{By, Effects},
    marker::Open,
    policy::Policy,
    prose::Prose,
    report::points::Points,
    snapshot::Role,
};

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

    /// Them, in words.
    pub fn words(self) -> &'static str {
        match self {
            Who::Maintainers => "people with write permission",
            Who::MaintainersAndAuthor => "the author, and people with write permission",
            Who::Anyone => "anyone",
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
    /// Words that need no new look.
    Words,
}

/// A command as somebody gave it who may.
pub struct Given<'a> {
    /// What follows its name.
    pub rest: &'a str,
    pub by: &'a By,
    pub role: Role,
    pub is_author: bool,
    /// What it waived of what stood then, by check; `None` where it is followed for the first time.
    pub before: Option<&'a Open>,
    /// Whether it may be an old one of which nothing is remembered.
    pub forgotten: bool,
}

impl Given<'_> {
    /// Whether it is followed for the first time.
    fn is_new(&self) -> bool {
        self.before.is_none()
    }
}

/// Where commands are followed.
pub struct Scene<'a> {
    pub policy: &'a Policy,
    /// The number of the pull request.
    pub number: u64,
    /// What the checks left open; `None` where nothing was judged anew.
    pub points: Option<&'a Points>,
    pub known: &'a Known,
}

/// What is known of the projects that a command may name.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The entries of the registry; `None` where they could not be had.
    pub registry: Option<Arc<Catalog>>,
    /// Numbers under which there is no pull request.
    pub absent: Vec<u64>,
}

/// What came of a command.
#[derive(Debug, Eq, PartialEq)]
pub enum Reply {
    Done,
    /// Not done, and what there is to say after "`/command` by somebody".
    Not(Prose),
    /// Followed once; there is nothing left of it.
    Over,
}

/// All there is to say about a command, and what it does.
#[derive(Debug)]
pub struct Command {
    pub name: &'static str,
    pub usage: &'static str,
    pub who: Who,
    /// What the bot does.
    pub help: &'static str,
    pub example: &'static str,
    pub asks: Ask,
    /// The pull request that its words name, of which it has to be asked whether there is one.
    pub names: fn(&str) -> Option<u64>,
    pub apply: fn(&Given<'_>, &Scene<'_>, &mut Effects) -> Reply,
}

/// Commands that name no pull request.
fn nobody(_: &str) -> Option<u64> {
    None
}

/// Commands whose whole effect is what they ask for.
fn nothing_else(_: &Given<'_>, _: &Scene<'_>, _: &mut Effects) -> Reply {
    Reply::Done
}

/// Signs with which people set off words.
const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»'];

pub static ALL: [&Command; 8] = [
    &recheck::COMMAND,
    &suggest::COMMAND,
    &help::COMMAND,
    &route::COMMAND,
    &waive::COMMAND,
    &hold::COMMAND,
    &unhold::COMMAND,
    &duplicate::COMMAND,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::command::{Words, read};

    /// Gives a command, as it is written in a comment, to a fresh scene.
    pub fn give(written: &str, points: &Points, effects: &mut Effects) -> Reply {
        give_knowing(written, points, effects, &Known::default())
    }

    /// The same where something is known of what it may name.
    pub fn give_knowing(written: &str, points: &Points, effects: &mut Effects, known: &Known) -> Reply {
        let words = read(written);
        let [Words::Command { command, rest }] = &words[..] else { panic!("{written}") };
        let by = By { login: "grace".into(), page: "https://github.com/c".into(), place: (1, 0) };
        let given =
            Given { rest, by: &by, role: Role::Write, is_author: false, before: None, forgotten: false };
        let scene = Scene { policy: Policy::built_in(), number: 7, points: Some(points), known };
        (command.apply)(&given, &scene, effects)
    }

    /// What is said where it is not done.
    pub fn refusal(written: &str) -> String {
        match give(written, &Points::default(), &mut Effects::default()) {
            Reply::Not(why) => why.plain(),
            reply => panic!("{written}: {reply:?}"),
        }
    }

    /// The documentation is the test: every command's example is read as that command, and its usage names it.
    #[test]
    fn examples_are_commands() {
        for command in ALL {
            let [Words::Command { command: read, .. }] = &read(command.example)[..] else {
                panic!("{}", command.example)
            };
            assert_eq!(read.name, command.name);
            assert!(command.usage.starts_with(&format!("/{}", command.name)), "{}", command.usage);
            assert!(command.help.ends_with('.'), "{}", command.help);
        }
    }
}

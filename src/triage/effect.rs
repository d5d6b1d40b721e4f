//! What people decided by commands: it holds until a later command says otherwise, or its comment is edited or
//! deleted.
//!
//! In: the commands, in the order in which they were given. Out: [`Effects`]. Never: what follows from them.

use super::{
    marker::Open,
    prose::{Prose, link, theirs},
    snapshot::Role,
};
use crate::prose;

/// Where a command stands: its comment's id, and which of the comment's commands it is.
pub type Place = (u64, usize);

/// Who gave a command, and where.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct By {
    pub login: String,
    /// The comment's page.
    pub page: String,
    pub place: Place,
}

impl By {
    /// "`grace` (comment)", with a link to the comment.
    pub fn named(&self) -> Prose {
        prose![theirs(self.login.as_str()), " (", link("comment", self.page.as_str()), ")"]
    }
}

/// A pull request that is not to be judged for now.
#[derive(Clone, Debug)]
pub struct Hold {
    pub by: By,
    pub reason: Option<String>,
}

/// Communities that a person chose in place of the bot.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub by: By,
    /// Their ids.
    pub communities: Vec<String>,
}

/// What a check said and shall no longer count.
#[derive(Clone, Debug)]
pub struct Waiver {
    pub by: By,
    /// The check's id.
    pub check: &'static str,
    pub reason: String,
    /// Digests of what it waives and what is still open.
    pub points: Vec<String>,
}

/// What a pull request is said to repeat.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Twin {
    PullRequest(u64),
    /// An entry of the registry, as the person wrote it.
    Entry(String),
}

/// A person's word that the project is nominated or registered already.
#[derive(Clone, Debug)]
pub struct Duplicate {
    pub by: By,
    pub of: Twin,
}

/// Who asked last what they may do.
#[derive(Clone, Debug)]
pub struct Asker {
    pub by: By,
    pub role: Role,
    pub is_author: bool,
}

/// All that commands brought about.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub hold: Option<Hold>,
    pub route: Option<Chosen>,
    pub waivers: Vec<Waiver>,
    pub duplicate: Option<Duplicate>,
    pub asker: Option<Asker>,
    /// A new command chose the route: it comes after whatever people did to the labels of communities.
    pub route_is_new: bool,
    /// Likewise for the label of duplicates.
    pub duplicate_is_new: bool,
}

impl Effects {
    /// The commands without which something would be otherwise.
    pub fn places(&self) -> Vec<Place> {
        let waivers = self.waivers.iter().filter(|waiver| !waiver.points.is_empty());
        let one_each = [
            self.hold.as_ref().map(|hold| &hold.by),
            self.route.as_ref().map(|chosen| &chosen.by),
            self.duplicate.as_ref().map(|duplicate| &duplicate.by),
            self.asker.as_ref().map(|asker| &asker.by),
        ];
        one_each.into_iter().flatten().chain(waivers.map(|waiver| &waiver.by)).map(|by| by.place).collect()
    }

    /// The last waiver of this point of a check.
    pub fn waiver(&self, check: &str, point: &str) -> Option<&Waiver> {
        let waives =
            |waiver: &&Waiver| waiver.check == check && waiver.points.iter().any(|known| known == point);
        self.waivers.iter().rev().find(waives)
    }

    /// What the waivers of a comment are about, by check.
    pub fn waived_by(&self, comment: u64) -> Open {
        let mut waived = Open::new();
        let here = self.waivers.iter().filter(|waiver| waiver.by.place.0 == comment);
        for waiver in here.filter(|waiver| !waiver.points.is_empty()) {
            waived.insert(waiver.check.to_owned(), waiver.points.clone());
        }
        waived
    }
}

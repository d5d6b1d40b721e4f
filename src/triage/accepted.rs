//! Which licenses the registry accepts for what is nominated, so that no check advises what another one refuses.
//!
//! In: a nomination and the registry's list. Out: answers, and words to say them in. Never: a finding.

use super::{
    nomination::Nomination,
    pages::Pages,
    policy::{Licenses, Standing},
    prose::{Piece, Prose, code, listed},
};
use crate::prose;

/// Licenses that many know, for each type of good.
const WELL_KNOWN: [&str; 6] = ["Apache-2.0", "MIT", "GPL-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0"];

/// What is accepted for one nomination.
pub struct Accepted<'a> {
    licenses: &'a Licenses,
    pages: &'a Pages,
    types: Vec<String>,
}

impl<'a> Accepted<'a> {
    pub fn of(nomination: &Nomination, licenses: &'a Licenses, pages: &'a Pages) -> Self {
        Self { licenses, pages, types: types(nomination) }
    }

    /// Where all of them stand.
    pub fn listed(&self, what: &str) -> Prose {
        self.pages.licenses(what, self.licenses.own.as_deref())
    }

    /// How an id stands for the type of good for which it stands best.
    pub fn standing(&self, id: &str) -> Standing {
        let standings = self.types.iter().map(|kind| self.licenses.standing(id, kind));
        standings.min_by_key(|standing| *standing as u8).unwrap_or(Standing::NotApproved)
    }

    /// Whether a license would be refused if the nomination declared it.
    pub fn refuses(&self, id: &str) -> bool {
        self.standing(self.licenses.spelling(id)) == Standing::NotApproved
    }

    /// " for `software`", as the nomination has it; empty where it declares no type.
    pub fn kinds(&self) -> Prose {
        let declared = self.types.iter().filter(|kind| *kind != ANY);
        let declared: Vec<Piece> = declared.map(|kind| Piece::Theirs(kind.clone())).collect();
        if declared.is_empty() { Prose::default() } else { prose![" for "].then(listed(declared, 5)) }
    }

    /// " is not accepted for `software`"
    pub fn not_accepted(&self) -> Prose {
        prose![" is not accepted"].then(self.kinds())
    }

    /// "one of the accepted licenses, for example `MIT`"
    pub fn one_of(&self) -> Prose {
        let known = WELL_KNOWN.into_iter().filter(|id| self.standing(id) == Standing::Approved);
        let known: Vec<Piece> = known.take(3).map(code).collect();
        let one = prose!["one of "].then(self.listed("the accepted licenses"));
        if known.is_empty() { one } else { one.then(prose![", such as "]).then(listed(known, 3)) }
    }
}

/// Stands for any type of good.
const ANY: &str = "any";

/// The declared types, in the registry's words; without any it is judged whether a license is accepted at all.
pub fn types(nomination: &Nomination) -> Vec<String> {
    let declared = nomination.types.iter().map(|kind| kind.value.trim().to_lowercase());
    let declared: Vec<String> = declared.filter(|kind| !kind.is_empty()).collect();
    if declared.is_empty() { vec![ANY.to_owned()] } else { declared }
}

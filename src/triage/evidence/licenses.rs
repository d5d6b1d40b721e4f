//! The licenses of the listed repositories beside those that a nomination declares.
//!
//! In: a nomination, the evidence. Out: for each repository a [`Relation`]. Never: a word on what is to be done about
//! it, which is the checks'.

use super::{Answer, Evidence, LicenseFacts, LicenseFile, Relation};
use crate::{
    prose,
    triage::{
        license::{self, Meant},
        license_text::Reading,
        nomination::{License, Located, Nomination},
        prose::{Prose, theirs},
        raw_file::Place,
        repository::{Address, Repository},
    },
};

/// One listed repository beside what was declared.
#[derive(Clone, Debug)]
pub struct RepositoryLicense {
    /// The address as written, and its place.
    pub url: Located<String>,
    /// Where it is at present, as far as its address is that of a repository.
    pub repository: Option<Repository>,
    pub relation: Relation,
    pub found: Option<LicenseFacts>,
}

/// Why nothing is known of a repository that `repository-reachable` tells of.
pub const GONE: &str = "the repository is not there, or not public";

/// Why a check could not look at every listed repository, and whether that is told: what did not answer, else what is
/// gone.
pub fn unseen(silent: Option<String>, is_gone: bool) -> Option<(Prose, bool)> {
    silent.map(|why| (prose![why], false)).or_else(|| is_gone.then(|| (GONE.into(), true)))
}

fn told(why: &'static str) -> Relation {
    Relation::NotReachable { why: why.into(), told: true }
}

/// An address at which no forge is asked for a repository.
fn elsewhere(written: &str) -> Relation {
    match Address::read(written) {
        Address::Elsewhere { host } => {
            let why = prose![theirs(host), " is not looked up; a reviewer opens the repository"];
            Relation::NotReachable { why, told: false }
        }
        _ => told("this is not the address of a repository"),
    }
}

/// The license that a declared id means, also a misspelled one.
pub fn understood(written: &str) -> Option<String> {
    let written = written.trim();
    if license::is_spdx(written) {
        return Some(written.to_owned());
    }
    match license::meant(written, std::iter::empty()) {
        Meant::One(id) => Some(id),
        _ => None,
    }
}

/// The ids that a nomination declares. What means none is left out: that it has to be named is said once, and not
/// again as a difference.
pub(super) fn declared(nomination: &Nomination) -> Vec<String> {
    let written = nomination.licenses.iter().filter_map(|license| license.spdx.as_ref());
    written.filter_map(|id| understood(&id.value)).collect()
}

/// Every listed repository beside the declared licenses, in the nomination's order.
pub fn compare(nomination: &Nomination, evidence: &Evidence) -> Vec<RepositoryLicense> {
    let declared = declared(nomination);
    (nomination.repositories.iter())
        .map(|listed| {
            let url = listed.url.clone();
            let Some(asked) = Address::read(&url.value).repository() else {
                return RepositoryLicense {
                    relation: elsewhere(&url.value),
                    url,
                    repository: None,
                    found: None,
                };
            };
            let (relation, found, present) = match (evidence.repository(&asked), evidence.license(&asked)) {
                (Answer::Missing, _) => (told(GONE), None, None),
                (Answer::Found(facts), _) if facts.private => (told(GONE), None, None),
                (Answer::Unavailable(why), _) | (_, Answer::Unavailable(why)) => {
                    (Relation::NotReachable { why: prose![why], told: false }, None, None)
                }
                (Answer::Found(facts), Answer::Missing) => (Relation::None, None, Some(facts.name)),
                (Answer::Found(facts), Answer::Found(found)) => {
                    let relation = match found.relation(&declared) {
                        Relation::Matches if is_unread(evidence, &asked, &found) => Relation::NotRecognized,
                        relation => relation,
                    };
                    (relation, Some(found), Some(facts.name))
                }
            };
            RepositoryLicense { url, repository: Some(present.unwrap_or(asked)), relation, found }
        })
        .collect()
}

/// Whether there are more license files than were read, where it is their texts that tell the license.
fn is_unread(evidence: &Evidence, repository: &Repository, found: &LicenseFacts) -> bool {
    let is_read = |name: &str| found.files.iter().any(|file| file.name == name);
    let top = evidence.contents(repository);
    found.spdx.is_none()
        && top.found().is_some_and(|top| top.license_files().any(|item| !is_read(&item.name)))
}

/// Where a link to the license of the project may lead.
pub enum LicensePlace {
    /// This listed repository has a license file, or may have one.
    In(Repository),
    /// It has none yet.
    NotYetIn(Repository),
    /// No repository is listed that people can open.
    Nowhere,
}

/// The best place among the listed repositories.
pub fn license_place(nomination: &Nomination, evidence: &Evidence) -> LicensePlace {
    let listed =
        nomination.repositories.iter().filter_map(|listed| Address::read(&listed.url.value).repository());
    let mut empty = None;
    for repository in listed.filter(|repository| evidence.is_repository(repository)) {
        match (evidence.repository(&repository), evidence.license(&repository)) {
            (Answer::Missing, _) => {}
            (Answer::Found(facts), _) if facts.private => {}
            (Answer::Found(_), Answer::Missing) => empty = empty.or(Some(repository)),
            _ => return LicensePlace::In(repository),
        }
    }
    empty.map_or(LicensePlace::Nowhere, LicensePlace::NotYetIn)
}

/// What is known of a listed repository, by its present name or the one that is written.
pub fn listed(nomination: &Nomination, evidence: &Evidence, at: &Repository) -> Option<RepositoryLicense> {
    compare(nomination, evidence).into_iter().find(|listed| {
        listed.repository.as_ref().is_some_and(|present| present.is_same(at))
            || Address::read(&listed.url.value).repository().is_some_and(|written| written.is_same(at))
    })
}

/// A file that a nomination links, which lies in a repository that it lists.
pub struct LinkedFile {
    listed: RepositoryLicense,
    place: Place,
}

impl LinkedFile {
    /// `None` where an address is not that of such a file.
    pub fn of(nomination: &Nomination, evidence: &Evidence, address: &str) -> Option<Self> {
        let place = Place::of(address)?;
        Some(Self { listed: listed(nomination, evidence, &place.repository)?, place })
    }

    /// Whether it is the file that a forge has told of.
    fn is_at(&self, page: &str) -> bool {
        Place::of(page).is_some_and(|told| self.place.is_same_file(&told))
    }

    /// What its repository's forge has told of it; the page of the repository's license is a license file, too.
    fn known(&self) -> Option<(&LicenseFacts, Option<&LicenseFile>)> {
        let found = self.listed.found.as_ref()?;
        let file = found.files.iter().find(|file| self.is_at(&file.page));
        (file.is_some() || self.is_at(&found.page)).then_some((found, file))
    }

    /// What its text says, where it was read.
    pub fn reading(&self) -> Option<&Reading> {
        self.known()?.1?.reading.as_deref()
    }

    /// Whether it is known to hold a license.
    pub fn holds(&self, id: &str) -> bool {
        let is_held = |(found, file): (&LicenseFacts, Option<&LicenseFile>)| match file {
            Some(file) if file.reading.is_some() => {
                file.is_plain() && file.held().any(|held| license::is_same(held, id))
            }
            _ => {
                self.is_at(&found.page) && found.spdx.as_ref().is_some_and(|spdx| license::is_same(spdx, id))
            }
        };
        self.known().is_some_and(is_held)
    }

    /// Whether the repository is told to be not there, or not public.
    pub fn is_gone(&self) -> bool {
        matches!(self.listed.relation, Relation::NotReachable { told: true, .. })
    }

    /// Whether it is told already that its repository's license is not the declared one: of this file, or of all that
    /// it holds.
    pub fn is_told(&self, held: &[&str]) -> bool {
        let Some(found) = &self.listed.found else {
            // There is no license file, or no repository that could be looked at.
            return matches!(
                self.listed.relation,
                Relation::None | Relation::NotReachable { told: true, .. }
            );
        };
        let is_found = |held: &&str| found.ids().iter().any(|id| license::is_same(id, held));
        let same_license = !held.is_empty() && held.iter().all(is_found);
        match self.listed.relation {
            Relation::Differs => self.known().is_some() || same_license,
            Relation::NotRecognized => self.known().is_some(),
            _ => false,
        }
    }
}

/// The page of the license file of a listed repository, where it was found to be this declared license.
pub fn file_of(nomination: &Nomination, evidence: &Evidence, declared: &License) -> Option<String> {
    let id = declared.spdx.as_ref()?.value.trim();
    let same = |found: &LicenseFacts| found.ids().iter().any(|found| license::is_meant(id, found));
    let listed = compare(nomination, evidence).into_iter();
    let matching = listed.filter(|listed| listed.relation == Relation::Matches);
    matching.filter_map(|listed| listed.found).find(same).map(|found| found.page_of(id).to_owned())
}

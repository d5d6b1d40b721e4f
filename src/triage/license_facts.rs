//! The license files of a repository: what they hold together, and how that stands to what is declared.
//!
//! In: what a forge says of a license, and what the texts of its license files say. Out: ids, a [`Relation`]. Never:
//! a license that is only named, or whose text was changed, taken for one that is held.

use std::sync::Arc;

use super::{
    license,
    license_text::{About, Reading},
    prose::Prose,
};

/// What a repository has for a license.
#[derive(Clone, Debug)]
pub struct LicenseFacts {
    /// The SPDX id that the forge itself tells, where its word counts: GitHub's does. `None` also for `NOASSERTION`.
    pub spdx: Option<String>,
    /// The license files, those at the top first.
    pub files: Vec<LicenseFile>,
    /// Page of the license file; of several, the first.
    pub page: String,
}

/// One license file.
#[derive(Clone, Debug)]
pub struct LicenseFile {
    /// Its path in the repository.
    pub name: String,
    /// Its page on the forge.
    pub page: String,
    /// What its text says; `None` where it was not read or is no text.
    pub reading: Option<Arc<Reading>>,
}

/// How the license found in a repository stands to those declared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Relation {
    Matches,
    Differs,
    /// There is a license file, and a person has to read it.
    NotRecognized,
    /// The repository has no license file.
    None,
    /// Nothing could be learned.
    NotReachable {
        why: Prose,
        /// Whether another check's finding says so already.
        told: bool,
    },
}

impl LicenseFacts {
    /// What a forge itself detects in its one license file, at this page.
    pub fn detected(spdx: impl Into<String>, page: impl Into<String>) -> Self {
        Self { spdx: Some(spdx.into()), files: Vec::new(), page: page.into() }
    }

    /// What a forge says of a file, beside what the file says itself. Forges pass over words that stand beside a
    /// license; where those may change it, the forge's word is not enough. Of a text that is not known here it is.
    pub fn told(spdx: Option<String>, mut file: LicenseFile) -> Self {
        let is_another =
            |id: &str| file.held().next().is_some() && !file.held().any(|held| license::is_same(held, id));
        let spdx = spdx.filter(|id| !file.is_doubted(id) && !is_another(id));
        if spdx.is_some() {
            file.reading = None;
        }
        Self { spdx, page: file.page.clone(), files: vec![file] }
    }

    /// The licenses that the files are known to hold, none twice.
    pub fn ids(&self) -> Vec<&str> {
        let plain = self.files.iter().filter(|file| file.is_plain());
        let mut ids: Vec<&str> = self.spdx.as_deref().into_iter().collect();
        for id in plain.flat_map(LicenseFile::held) {
            if !ids.iter().any(|known| license::is_same(known, id)) {
                ids.push(id);
            }
        }
        ids
    }

    /// The page of the file that holds a license.
    pub fn page_of(&self, id: &str) -> &str {
        let file = self.files.iter().find(|file| file.held().any(|held| license::is_meant(id, held)));
        file.map_or(&self.page, |file| &file.page)
    }

    /// Strangers' words because of which a person has to look.
    pub fn doubts(&self) -> impl Iterator<Item = &str> {
        let readings = self.files.iter().filter_map(|file| file.reading.as_ref());
        readings.flat_map(|reading| &reading.doubts).map(|doubt| doubt.words.as_str())
    }

    /// Tells the texts that were read from all others.
    pub fn digest(&self) -> String {
        let readings = self.files.iter().filter_map(|file| file.reading.as_ref());
        readings.map(|reading| reading.digest.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How the files stand to the declared licenses. A text is taken for a license only where it is that license's
    /// word for word. Whatever speaks against that is for a person to read: at the top of the repository, of a
    /// declared license anywhere, and wherever one that is not found may be.
    pub(super) fn relation(&self, declared: &[String]) -> Relation {
        let known = self.ids();
        let is_declared = |id: &str| declared.iter().any(|one| license::is_same(one, id));
        let is_known = |id: &String| known.iter().any(|known| license::is_same(known, id));
        // What the forge detects, nobody has to read.
        let read = || self.files.iter().filter(|file| self.spdx.is_none() || file.reading.is_some());
        let mut unclear = read().filter(|file| !file.is_plain()).peekable();
        let all_found = declared.iter().all(is_known);
        // A license that is not open takes back what an open one beside it gives, unless it is told for what it is.
        let closed = |id: &str| !license::is_open(id) && !is_declared(id);
        let is_closed =
            self.files.iter().filter(|file| file.is_at_top()).flat_map(LicenseFile::speaks_of).any(closed);
        // What else its file says that it is under may be all that counts.
        let is_stray = read()
            .filter(|file| file.is_at_top())
            .flat_map(|file| file.reading.iter().flat_map(|reading| reading.strays()))
            .any(|named| !is_declared(&named.id) && !is_known(&named.id));
        if known.is_empty()
            || (is_closed || is_stray) && known.iter().any(|id| is_declared(id))
            || unclear.peek().is_some() && !all_found
            || unclear.any(|file| file.is_at_top() || file.speaks_of().any(is_declared))
        {
            return Relation::NotRecognized;
        }
        if declared.is_empty() {
            let why = "the nomination does not say yet which license it has".into();
            return Relation::NotReachable { why, told: true };
        }
        // What lies in a folder holds for parts, and does not speak for the whole.
        let at_top = || read().filter(|file| file.is_at_top()).flat_map(LicenseFile::speaks_of);
        let top_differs = self.spdx.is_none() && at_top().next().is_some() && !at_top().any(is_declared);
        let is_named = read().flat_map(LicenseFile::speaks_of).any(is_declared);
        match (known.iter().any(|id| is_declared(id)), is_named) {
            (true, _) if !top_differs => Relation::Matches,
            (false, false) => Relation::Differs,
            _ => Relation::NotRecognized,
        }
    }
}

impl LicenseFile {
    /// The licenses that its text holds in full.
    pub(super) fn held(&self) -> impl Iterator<Item = &str> {
        self.reading.iter().flat_map(|reading| &reading.held).map(|held| held.id.as_str())
    }

    fn is_at_top(&self) -> bool {
        !self.name.contains('/')
    }

    /// Whether its text says something that is known, and nothing that casts doubt on it.
    pub(super) fn is_plain(&self) -> bool {
        let known = |reading: &Reading| !reading.held.is_empty() || !reading.named.is_empty();
        self.reading.as_ref().is_some_and(|reading| known(reading) && reading.doubts.is_empty())
    }

    /// Whether its text is of this license, and something in it was changed or added.
    fn is_doubted(&self, id: &str) -> bool {
        let mut doubts = self.reading.iter().flat_map(|reading| &reading.doubts);
        doubts.any(|doubt| doubt.about != About::Long)
            && self.speaks_of().any(|one| license::is_same(one, id))
    }

    /// The licenses that it holds or names, or that a doubt is about.
    fn speaks_of(&self) -> impl Iterator<Item = &str> {
        let named = self.reading.iter().flat_map(|reading| &reading.named).map(|named| named.id.as_str());
        let doubts = self.reading.iter().flat_map(|reading| &reading.doubts);
        let doubted = doubts.filter_map(|doubt| match &doubt.about {
            About::Changed(id) | About::Altered(id) | About::Title(id) => Some(id.as_str()),
            About::Beside | About::Long => None,
        });
        self.held().chain(named).chain(doubted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::license_text::read;

    fn of(id: &str) -> &'static str {
        spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
    }

    fn facts(files: &[(&str, &str)]) -> LicenseFacts {
        let page = |name: &str| format!("https://codeberg.org/o/r/src/branch/main/{name}");
        let files: Vec<LicenseFile> = (files.iter())
            .map(|(name, text)| LicenseFile {
                name: (*name).to_owned(),
                page: page(name),
                reading: (!text.is_empty()).then(|| Arc::new(read(text))),
            })
            .collect();
        LicenseFacts { spdx: None, page: files[0].page.clone(), files }
    }

    fn relation(files: &[(&str, &str)], declared: &[&str]) -> Relation {
        let declared: Vec<String> = declared.iter().map(|id| (*id).to_owned()).collect();
        facts(files).relation(&declared)
    }

    #[test]
    fn the_files_of_a_repository_speak_together() {
        use Relation::{Differs, Matches, NotRecognized};
        let (mit, gpl) = (of("MIT"), of("GPL-3.0-only"));
        let changed = mit.replace("to deal in", "to look at");
        let own = "All rights belong to the ministry. Ask before you use it.";
        let both = format!("{mit}\n\n{}", of("BUSL-1.1"));
        for (files, declared, expected) in [
            (&[("LICENSE", mit)][..], &["MIT"][..], Matches),
            (&[("LICENSE", mit)], &["GPL-3.0-only"], Differs),
            (&[("LICENSE", mit)], &["MIT", "GPL-3.0-only"], Matches),
            (&[("LICENSE-MIT", mit), ("LICENSE-GPL", gpl)], &["GPL-3.0-or-later"], Matches),
            (&[("LICENSE-MIT", mit), ("LICENSE-GPL", gpl)], &["Apache-2.0"], Differs),
            (&[("LICENSE", &*changed)], &["MIT"], NotRecognized),
            (&[("LICENSE", own)], &["MIT"], NotRecognized),
            (&[("LICENSE", "")], &["MIT"], NotRecognized),
            // A good text beside does not make up for one that was changed, or that nobody knows.
            (&[("LICENSE", &*changed), ("LICENSES/MIT.txt", mit)], &["MIT"], NotRecognized),
            (&[("LICENSE", mit), ("LICENSES/MIT.txt", &*changed)], &["MIT"], NotRecognized),
            (&[("LICENSE", own), ("LICENSES/MIT.txt", mit)], &["MIT"], NotRecognized),
            (&[("LICENSE", mit), ("COPYING", "")], &["MIT"], NotRecognized),
            // A text in a folder does not speak for the whole.
            (&[("LICENSE", gpl), ("LICENSES/MIT.txt", mit)], &["MIT"], NotRecognized),
            (&[("LICENSE", gpl), ("LICENSES/MIT.txt", mit)], &["MIT", "GPL-3.0-only"], Matches),
            (&[("LICENSE", "Released under the MIT license."), ("LICENSES/MIT.txt", mit)], &["MIT"], Matches),
            (
                &[("LICENSE", "Released under the GPL v3."), ("LICENSES/MIT.txt", mit)],
                &["MIT"],
                NotRecognized,
            ),
            (&[("LICENSES/MIT.txt", mit), ("LICENSES/GPL.txt", gpl)], &["MIT"], Matches),
            // Which of the two holds for what, only a person can tell.
            (&[("LICENSE", mit), ("LICENSE-BUSINESS", of("BUSL-1.1"))], &["MIT"], NotRecognized),
            (&[("LICENSE", &*both)], &["MIT"], NotRecognized),
            (&[("LICENSE", &*both)], &["BUSL-1.1"], Matches),
            // A file that nobody can make out is needed where something that is declared was not found.
            (&[("LICENSE", gpl), ("LICENSES/MIT.txt", &*changed)], &["GPL-3.0-only"], Matches),
            (&[("LICENSE", gpl), ("LICENSES/X.txt", own)], &["GPL-3.0-only", "MIT"], NotRecognized),
        ] {
            let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
            assert_eq!(relation(files, declared), expected, "{names:?} for {declared:?}");
        }
        let none = relation(&[("LICENSE", mit)], &[]);
        assert!(matches!(none, Relation::NotReachable { told: true, .. }), "{none:?}");
    }

    #[test]
    fn what_the_forge_detects_is_known() {
        let page = "https://github.com/o/r/blob/main/LICENSE";
        let file = LicenseFile { name: "LICENSE".into(), page: page.into(), reading: None };
        for (text, detected, is) in [
            (of("MIT").to_owned(), "MIT", Some("MIT")),
            (of("MIT").replace("free of charge", "free of charge and for non-commercial use"), "MIT", None),
            (format!("{}\nIt must not be sold.\n", of("MIT")), "MIT", None),
            ("Do as you like. You must not sell it.".into(), "WTFPL", Some("WTFPL")),
        ] {
            let read = LicenseFile { reading: Some(Arc::new(read(&text))), ..file.clone() };
            assert_eq!(LicenseFacts::told(Some(detected.into()), read).spdx.as_deref(), is, "{text}");
        }
        let detected = LicenseFacts { files: vec![file], ..LicenseFacts::detected("MIT", page) };
        assert_eq!(detected.relation(&["MIT".into()]), Relation::Matches);
        assert_eq!(detected.relation(&["GPL-3.0".into()]), Relation::Differs);
        assert_eq!((detected.ids(), detected.page_of("MIT")), (vec!["MIT"], page));
    }

    #[test]
    fn each_license_has_its_file() {
        let facts = facts(&[("LICENSE-MIT", of("MIT")), ("LICENSE-APACHE", of("Apache-2.0"))]);
        assert_eq!(facts.ids(), ["MIT", "Apache-2.0"]);
        assert!(facts.page_of("Apache-2.0").ends_with("/LICENSE-APACHE"));
        assert!(facts.page_of("MIT").ends_with("/LICENSE-MIT"));
    }
}

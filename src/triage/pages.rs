//! Where people read what a registry asks for: its own files where they lie, else the DPG Standard.
//!
//! In: which registry it is. Out: links, or the paths of files of a checkout. Never: what those pages say.

use super::{
    prose::{Prose, code, link},
    pull_request::{RepositoryName, encoded},
};
use crate::prose;

/// The page of DPGAlliance's registry with all accepted licenses.
pub const LICENSES: &str =
    "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/help-center/licenses.md";

/// The registry of which that page speaks.
const ALLIANCE: &str = "DPGAlliance/publicgoods-candidates";

/// What any registry's licenses are measured by that names none of its own.
const STANDARD: &str = "https://digitalpublicgoods.net/standard/";

/// Where a registry's files are shown.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// What their addresses begin with; `None` for a checkout, of which nobody knows whose it is.
    files: Option<String>,
    is_another: bool,
}

impl Pages {
    /// Those of a repository on this website, at its default branch.
    pub fn of(website: &str, registry: &RepositoryName) -> Self {
        let name = registry.to_string();
        Self {
            files: Some(format!("{website}/{name}/blob/HEAD/")),
            is_another: !name.eq_ignore_ascii_case(ALLIANCE),
        }
    }

    /// What stands in a file of the registry.
    pub fn file(&self, what: String, path: &str) -> Prose {
        match &self.files {
            Some(begin) => prose![link(what, format!("{begin}{}", encoded(path)))],
            None => prose![what, " in ", code(path)],
        }
    }

    /// The accepted licenses; a registry that names some of its own does so in a file.
    pub fn licenses(&self, what: &str, own: Option<&str>) -> Prose {
        match own {
            Some(path) => self.file(what.to_owned(), path),
            None => prose![link(what, if self.is_another { STANDARD } else { LICENSES })],
        }
    }
}

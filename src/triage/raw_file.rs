//! The file behind the page on which a forge shows it.
//!
//! In: an address as it is asked for. Out: where the file's bytes are, and which file of which repository it is at which
//! version, where the address has the form of such a page. Never: whether anything is there.

use url::Url;

use super::{
    repository::{self, Address, RAW_FILES, Repository},
    web_address,
};

/// Where the bytes of the file lie that a page shows; `None` for a page that shows no file.
pub fn address(page: &str) -> Option<String> {
    let mut url = Url::parse(page).ok()?;
    if let Some(gist) = repository::gist(&url) {
        // Of several files, the first; one that is linked as it is needs no other address.
        let is_page = web_address::parts(&url).len() <= 2;
        return Some(if is_page { format!("https://gist.github.com/{gist}/raw") } else { page.to_owned() });
    }
    let host = web_address::host(&url).to_owned();
    let parts = web_address::parts(&url);
    match (host.as_str(), parts.as_slice()) {
        ("github.com", [owner, name, "blob" | "raw" | "blame", reference, path @ ..]) if !path.is_empty() => {
            let path = path.join("/");
            Some(format!("https://{RAW_FILES}/{owner}/{name}/{reference}/{path}"))
        }
        (RAW_FILES, [_, _, _, _, ..]) => Some(page.to_owned()),
        ("bitbucket.org", [owner, name, "src" | "raw", reference, path @ ..]) if !path.is_empty() => {
            let path = path.join("/");
            Some(format!("https://bitbucket.org/{owner}/{name}/raw/{reference}/{path}"))
        }
        _ => {
            let path = elsewhere(&host, &parts)?;
            url.set_path(&path);
            Some(url.into())
        }
    }
}

/// A file in a repository, as an address names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    pub repository: Repository,
    /// The version that it is read at: a branch, a tag or a commit. That a branch may have slashes in its name, no
    /// address tells.
    pub reference: String,
    /// As it is written in addresses.
    pub path: String,
}

impl Place {
    /// Where the file lies that a page shows.
    pub fn of(page: &str) -> Option<Self> {
        let raw = address(page)?;
        let url = Url::parse(&raw).ok()?;
        let parts = web_address::parts(&url);
        let dash = parts.windows(2).position(|two| two == ["-", "raw"]);
        let (reference, path) = match (web_address::host(&url), dash) {
            (RAW_FILES, _) => parts.get(2..)?.split_first()?,
            (_, Some(dash)) => parts.get(dash + 2..)?.split_first()?,
            (_, None) => match parts.get(2..)? {
                ["raw", "branch" | "tag" | "commit", rest @ ..] | ["raw", rest @ ..] => rest.split_first()?,
                _ => return None,
            },
        };
        let repository = Address::read(&raw).within()?;
        Some(Self { repository, reference: (*reference).to_owned(), path: path.join("/") })
    }

    /// Whether another address of a file in the same repository means the same file at the same version; that one is of
    /// the default branch, for which `HEAD` is another word.
    pub fn is_same_file(&self, of_default_branch: &Place) -> bool {
        self.path == of_default_branch.path
            && (self.reference == of_default_branch.reference || self.reference == "HEAD")
    }
}

/// GitLab and Forgejo stand on many hosts; the forms of their paths are their own.
fn elsewhere(host: &str, parts: &[&str]) -> Option<String> {
    let with = |at: usize, word: &str| {
        let mut parts = parts.to_vec();
        parts[at] = word;
        format!("/{}", parts.join("/"))
    };
    let dash = parts.windows(2).position(|two| matches!(two, ["-", "blob" | "raw" | "blame"]));
    if let Some(dash) = dash.filter(|dash| parts.len() > dash + 3) {
        return Some(with(dash + 1, "raw"));
    }
    let is_gitlab = host.split('.').any(|label| label == "gitlab");
    match parts {
        [_, _, "src" | "raw", "branch" | "tag" | "commit", _, _, ..] => Some(with(2, "raw")),
        // As GitLab wrote it until 2019, and still reads it.
        [_, _, "blob" | "raw", _, _, ..] if is_gitlab => Some(with(2, "raw")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_their_files() {
        for (page, file) in [
            (
                "https://github.com/o/r/blob/main/LICENSE",
                "https://raw.githubusercontent.com/o/r/main/LICENSE",
            ),
            (
                "https://www.github.com/o/r/blob/v1.0/docs/The%20License.md?plain=1",
                "https://raw.githubusercontent.com/o/r/v1.0/docs/The%20License.md",
            ),
            ("http://github.com/o/r/raw/main/LICENSE", "https://raw.githubusercontent.com/o/r/main/LICENSE"),
            (
                "https://raw.githubusercontent.com/o/r/main/LICENSE",
                "https://raw.githubusercontent.com/o/r/main/LICENSE",
            ),
            (
                "https://gitlab.com/g/sub/r/-/blob/main/LICENSE?ref_type=heads",
                "https://gitlab.com/g/sub/r/-/raw/main/LICENSE?ref_type=heads",
            ),
            ("https://git.x.org/g/r/-/blob/main/a/LICENSE", "https://git.x.org/g/r/-/raw/main/a/LICENSE"),
            ("https://gitlab.com/g/r/blob/master/LICENSE", "https://gitlab.com/g/r/raw/master/LICENSE"),
            (
                "https://codeberg.org/o/r/src/branch/main/LICENSE",
                "https://codeberg.org/o/r/raw/branch/main/LICENSE",
            ),
            (
                "https://forge.x.org/o/r/src/commit/0a1b2c/COPYING",
                "https://forge.x.org/o/r/raw/commit/0a1b2c/COPYING",
            ),
            ("https://bitbucket.org/o/r/src/master/LICENSE", "https://bitbucket.org/o/r/raw/master/LICENSE"),
            ("https://gist.github.com/o/0a1b2c3d4e", "https://gist.github.com/o/0a1b2c3d4e/raw"),
            (
                "https://gist.githubusercontent.com/o/0a1b2c3d4e/raw/LICENSE",
                "https://gist.githubusercontent.com/o/0a1b2c3d4e/raw/LICENSE",
            ),
        ] {
            assert_eq!(address(page).as_deref(), Some(file), "{page}");
        }
        for page in [
            "https://github.com/o/r",
            "https://github.com/o/r/blob/main",
            "https://github.com/o/r/tree/main/LICENSES",
            "https://github.com/o/r/wiki/License",
            "https://gitlab.com/g/r/-/blob/main",
            "https://gitlab.com/g/r/-/tree/main",
            "https://codeberg.org/o/r/src/branch/main",
            "https://x.org/a/b/blob/c/d",
            "https://x.org/license",
            "no address",
        ] {
            assert_eq!(address(page), None, "{page}");
            assert_eq!(Place::of(page), None, "{page}");
        }
    }

    #[test]
    fn files_lie_in_repositories() {
        for (page, repository, path) in [
            ("https://github.com/o/r/blob/v1.0/docs/A%20B.md", "github.com/o/r", "docs/A%20B.md"),
            ("https://raw.githubusercontent.com/o/r/main/LICENSE", "github.com/o/r", "LICENSE"),
            ("https://gitlab.com/g/sub/r/-/blob/main/a/LICENSE", "gitlab.com/g/sub/r", "a/LICENSE"),
            ("https://gitlab.com/g/r/-/blob/branch/main/LICENSE", "gitlab.com/g/r", "main/LICENSE"),
            ("https://gitlab.com/g/r/blob/master/LICENSE", "gitlab.com/g/r", "LICENSE"),
            ("https://git.x.org/g/r/-/raw/main/raw/LICENSE", "git.x.org/g/r", "raw/LICENSE"),
            ("https://codeberg.org/o/r/src/branch/main/LICENSE", "codeberg.org/o/r", "LICENSE"),
            ("https://forge.x.org/o/r/raw/commit/0a1b2c/COPYING", "forge.x.org/o/r", "COPYING"),
        ] {
            let place = Place::of(page).unwrap();
            assert_eq!((place.repository.key().as_str(), place.path.as_str()), (repository, path), "{page}");
        }
        // Which repositories Bitbucket has is not asked.
        assert_eq!(Place::of("https://bitbucket.org/o/r/src/master/LICENSE"), None);
    }

    #[test]
    fn a_file_at_another_version_is_another_file() {
        let place = |page: &str| Place::of(page).unwrap();
        let at_main = place("https://github.com/o/r/blob/main/LICENSE");
        for (page, same) in [
            ("https://raw.githubusercontent.com/o/r/main/LICENSE", true),
            ("https://github.com/o/r/blob/HEAD/LICENSE", true),
            ("https://github.com/o/r/blob/v1.0/LICENSE", false),
            ("https://github.com/o/r/blob/main/license", false),
            ("https://github.com/o/r/blob/main/docs/LICENSE", false),
        ] {
            assert_eq!(place(page).is_same_file(&at_main), same, "{page}");
        }
        let on_codeberg = place("https://codeberg.org/o/r/src/branch/main/LICENSE");
        assert!(place("https://codeberg.org/o/r/raw/branch/main/LICENSE").is_same_file(&on_codeberg));
    }
}

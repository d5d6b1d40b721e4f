//! What lies at the top of a repository, and what that tells without opening a file.
//!
//! In: the list of its default branch's first folder. Out: [`Contents`]. Never: what is inside a file or a folder.

use super::{license_text::is_license_file, manifest};

/// A file or folder at the top.
#[derive(Clone, Debug)]
pub struct Item {
    pub name: String,
    pub folder: bool,
    /// In bytes; of a folder 0.
    pub size: u64,
}

impl Item {
    /// A file of which nothing else is known.
    pub fn file(name: impl Into<String>) -> Self {
        Self { name: name.into(), folder: false, size: 1 }
    }

    /// A folder of which nothing else is known.
    pub fn folder(name: impl Into<String>) -> Self {
        Self { folder: true, size: 0, ..Self::file(name) }
    }
}

/// The list of a repository's first folder. GitHub shows at most 1,000 items of one:
/// <https://docs.github.com/rest/repos/contents#get-repository-content>.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    pub items: Vec<Item>,
}

/// Endings of files that people read or look at.
const READ: [&str; 26] = [
    "md", "mkd", "markdown", "txt", "rst", "adoc", "asciidoc", "org", "pdf", "doc", "docx", "odt", "ppt",
    "pptx", "xls", "xlsx", "html", "htm", "png", "jpg", "jpeg", "gif", "svg", "webp", "mp4", "bib",
];

/// Names of files about a repository, without their endings.
const ABOUT: [&str; 16] = [
    "authors",
    "changelog",
    "changes",
    "citation",
    "code_of_conduct",
    "codeowners",
    "contributing",
    "contributors",
    "funding",
    "governance",
    "history",
    "maintainers",
    "notice",
    "readme",
    "roadmap",
    "security",
];

/// Folders in which no source is expected.
const ABOUT_FOLDERS: [&str; 12] = [
    ".github",
    ".gitlab",
    ".vscode",
    ".idea",
    "doc",
    "docs",
    "documentation",
    "images",
    "img",
    "licenses",
    "media",
    "screenshots",
];

/// A license text is never larger, in bytes.
const MOST_LICENSE: u64 = 1024 * 1024;

impl Contents {
    /// Whether people find a first page at its top.
    pub fn has_readme(&self) -> bool {
        self.files().any(|file| stem(&file.name.to_lowercase()) == "readme")
    }

    /// Whether something at its top may be source. A folder may be, but for those of documents.
    pub fn may_hold_source(&self) -> bool {
        self.items.iter().any(|item| {
            let name = item.name.to_lowercase();
            if item.folder {
                return !ABOUT_FOLDERS.contains(&name.as_str());
            }
            // Settings of git and of editors.
            let setting = name.starts_with('.');
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            let read = READ.contains(&ending) && name != "index.html" && name != "cmakelists.txt";
            !(setting || read || ABOUT.contains(&stem(&name)) || is_license_file(&name))
        })
    }

    /// Its license files, in the order of the list.
    pub fn license_files(&self) -> impl Iterator<Item = &Item> {
        self.files().filter(|file| is_license_file(&file.name) && file.size <= MOST_LICENSE)
    }

    /// The folder in which projects that follow REUSE (<https://reuse.software>) keep the texts of their licenses.
    pub fn license_folder(&self) -> Option<&Item> {
        self.items.iter().find(|item| item.folder && item.name.eq_ignore_ascii_case("licenses"))
    }

    /// The files in which it names the packages that it is built with, as far as they are read.
    pub fn manifests(&self) -> impl Iterator<Item = &Item> {
        self.files().filter(|file| file.size <= manifest::MOST_BYTES && manifest::is_read(&file.name))
    }

    /// Whether it has a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.files().any(|file| file.name == name)
    }

    fn files(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.folder)
    }
}

/// A file's name in small letters up to its first dot; the dash of `README-en.md` ends it, too.
fn stem(name: &str) -> &str {
    name.split(['.', '-']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn top(names: &[&str]) -> Contents {
        let item = |name: &&str| match name.strip_suffix('/') {
            Some(folder) => Item::folder(folder),
            None => Item::file(*name),
        };
        Contents { items: names.iter().map(item).collect() }
    }

    #[test]
    fn a_readme_by_any_spelling() {
        for name in ["README.md", "readme", "Readme.rst", "README.en.md", "README-fr.md"] {
            assert!(top(&[name]).has_readme(), "{name}");
        }
        for name in ["README/", "README_FIRST.md", "docs/", "about.md"] {
            assert!(!top(&[name]).has_readme(), "{name}");
        }
    }

    #[test]
    fn documents_are_no_source() {
        let papers = [
            "README.md",
            "LICENSE-MIT",
            "COPYING",
            ".gitignore",
            "docs/",
            ".github/",
            "CONTRIBUTING",
            "plan.pdf",
        ];
        assert!(!top(&papers).may_hold_source());
        for source in ["main.py", "src/", "Makefile", "index.html", "CMakeLists.txt", "package.json"] {
            assert!(top(&[&papers[..], &[source]].concat()).may_hold_source(), "{source}");
        }
    }

    #[test]
    fn license_files_and_the_folder_of_reuse() {
        let top = top(&["LICENSE-MIT", "LICENSE-APACHE", "LICENSES/", "src/", "license.py"]);
        let names: Vec<&str> = top.license_files().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["LICENSE-MIT", "LICENSE-APACHE"]);
        assert_eq!(top.license_folder().unwrap().name, "LICENSES");
    }
}

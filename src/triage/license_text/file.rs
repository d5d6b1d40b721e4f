//! License files: which files are some, by their names, and their bytes as text.
//!
//! In: a path, bytes. Out: a yes or no, a text. Never: a PDF, a picture or another binary read as if it were text.

use crate::triage::license;

/// How the names of license files begin.
const BEGINNINGS: [&str; 7] = ["license", "licence", "copying", "unlicense", "unlicence", "copyright", "ofl"];

/// What license files end in; none of these is part of the name.
const ENDINGS: [&str; 12] =
    ["md", "mkd", "markdown", "txt", "rst", "adoc", "asciidoc", "html", "htm", "org", "text", "lesser"];

/// Words that licenses' own names begin with: `MIT-LICENSE`, `Apache_License.txt`, `gpl-3.0.txt`.
const NAMES: [&str; 17] = [
    "mit", "apache", "gpl", "lgpl", "agpl", "gnu", "bsd", "mpl", "mozilla", "cc", "cc0", "epl", "eupl",
    "odbl", "isc", "gpl3", "agpl3",
];

/// Whether a file is one that holds a license, by its name or path: `LICENSE`, `docs/Licence.txt`, `COPYING.LESSER`,
/// `LICENSE-MIT`, `mit-license.md`, `LICENSES/CC0-1.0.txt`.
pub fn is_license_file(name: &str) -> bool {
    let path = name.trim().trim_end_matches('/').to_lowercase().replace("%20", " ").replace('\\', "/");
    let mut parts = path.rsplit('/');
    let (file, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (stem, ending) = match file.rsplit_once('.') {
        // The ending of `LICENSE-AGPL-3.0` is a version.
        Some((stem, ending)) if !ending.bytes().all(|byte| byte.is_ascii_digit()) => (stem, ending),
        _ => (file, ""),
    };
    let pieces: Vec<&str> =
        stem.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()).collect();
    let Some(first) = pieces.first() else { return false };
    let text = ENDINGS.contains(&ending) || ending.is_empty();
    if is_of_others(file) {
        return false;
    }
    // A document that cannot be read here may be the license, and then no other file is.
    let document = DOCUMENTS.contains(&ending) && BEGINNINGS.contains(first);
    // `LICENSE.MIT`, `LICENSE.data`: the ending says which.
    let which = BEGINNINGS.contains(first) && pieces.len() == 1 && !CODE.contains(&ending);
    let begins = BEGINNINGS.contains(first);
    let ends = pieces.iter().any(|piece| matches!(*piece, "license" | "licence" | "licensing"));
    let named =
        NAMES.contains(first) && pieces[1..].iter().all(|piece| piece.bytes().all(|b| b.is_ascii_digit()));
    // A folder of licenses may hold those of libraries as well, each under the library's name.
    let gathered = matches!(folder, "licenses" | "licences" | "license")
        && (NAMES.contains(first) || stem.starts_with("licenseref-") || license::is_spdx_in_any_case(stem));
    which
        || document
        || text && (begins || ends || named && !(ending.is_empty() && pieces.len() == 1) || gathered)
}

/// Whether a file tells by its name that the licenses in it are those of what others made: `LICENSE-THIRD-PARTY`.
pub fn is_of_others(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default().to_lowercase();
    file.split(|c: char| !c.is_alphanumeric()).any(|piece| OF_OTHERS.contains(&piece))
}

/// Words of files on what others made.
const OF_OTHERS: [&str; 12] = [
    "third",
    "thirdparty",
    "3rd",
    "3rdparty",
    "party",
    "vendor",
    "vendored",
    "dependencies",
    "dependency",
    "deps",
    "bundled",
    "libraries",
];

/// Documents that are no text.
const DOCUMENTS: [&str; 5] = ["pdf", "doc", "docx", "odt", "rtf"];

/// Endings of files that deal with licenses instead of being one: `license.py`, `license.json`.
const CODE: [&str; 23] = [
    "py", "js", "ts", "jsx", "tsx", "rs", "go", "java", "kt", "cs", "c", "h", "cpp", "php", "rb", "sh",
    "json", "yml", "yaml", "xml", "css", "svg", "png",
];

/// A license file's bytes as text: UTF-8, UTF-16 with its mark, or else Latin-1 in its Windows form.
/// `None` for what is no text, such as a PDF: it was not read, which says nothing about it.
pub fn from_file(path_hint: &str, bytes: &[u8]) -> Option<String> {
    const BINARY: [&str; 12] =
        [".pdf", ".doc", ".docx", ".odt", ".rtf", ".png", ".jpg", ".jpeg", ".gif", ".zip", ".gz", ".epub"];
    let path = path_hint.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    if BINARY.iter().any(|ending| path.ends_with(ending))
        || bytes.starts_with(b"%PDF")
        || bytes.starts_with(b"PK\x03\x04")
    {
        return None;
    }
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| windows(*byte)).collect(),
        },
    };
    // Text has line ends and form feeds, and none of the others.
    let strange =
        text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')).count();
    (!text.contains('\0') && strange * 200 <= text.len()).then_some(text)
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).map(|character| character.unwrap_or('\u{fffd}')).collect()
}

/// Windows has quotation marks and dashes where Latin-1 has nothing to see.
fn windows(byte: u8) -> char {
    match byte {
        0x91 | 0x92 => '\u{2019}',
        0x93 | 0x94 => '"',
        0x96 | 0x97 => '\u{2013}',
        0x95 => '•',
        0x99 => '™',
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn license_files_are_known_by_their_names() {
        for name in [
            "LICENSE",
            "LICENSE.md",
            "LICENSE.txt",
            "license",
            "license.txt",
            "COPYING",
            "License.txt",
            "LICENSE.mkd",
            "LICENSE_SOURCE",
            "license-data",
            "Open-Source+License",
            "LICENSE-APLv2",
            "LICENSE-AGPL-3.0",
            "LICENSE-EPL-2.0",
            "LICENSE-CODE.txt",
            "OpenMRS+License",
            "MIT_License",
            "LICENCE",
            "software-license",
            "LICENSE.data.md",
            "LICENSE-AGPLv3.txt",
            "license.md",
            "LICENSE-GPL3",
            "License.md",
            "opensource_license",
            "LICENSE-text.html",
            "licence",
            "copyright",
            "UNLICENSE",
            "LICENSE-MIT",
            "LICENSE-APACHE",
            "COPYING.LESSER",
            "LICENSES/CC-BY-4.0.txt",
            "docs/LICENSE.rst",
            "gpl-3.0.txt",
            "mit-license",
            "LICENSE.MIT",
            "LICENCE.adoc",
            "LICENSES/LicenseRef-Own.txt",
            "LICENSES/Zlib.txt",
            "LICENSE.pdf",
            "license-en.docx",
        ] {
            assert!(is_license_file(name), "{name}");
        }
        for name in [
            "README.md",
            "package.json",
            "license.py",
            "license_check.rs",
            "src/licenses.ts",
            "mit",
            "about",
            "terms",
            "LICENSES",
            "code_of_conduct.md",
            "index.html",
            "",
            "ca7570en.pdf",
            "gpl.py",
            "license.json",
            "tree",
            "LICENSE-THIRD-PARTY",
            "third_party_licenses.txt",
            "LICENSES/jquery.txt",
            "docs/terms.pdf",
        ] {
            assert!(!is_license_file(name), "{name}");
        }
    }

    #[test]
    fn bytes_become_text_or_nothing() {
        assert_eq!(from_file("LICENSE", "MIT ©".as_bytes()).unwrap(), "MIT ©");
        assert_eq!(from_file("LICENSE", b"\xef\xbb\xbfMIT").unwrap(), "MIT");
        assert_eq!(from_file("LICENSE", b"\xff\xfeM\0I\0T\0").unwrap(), "MIT");
        assert_eq!(from_file("LICENSE", b"\xfe\xff\0M\0I\0T").unwrap(), "MIT");
        assert_eq!(from_file("LICENSE", b"Jos\xe9 \x93Software\x94").unwrap(), "José \"Software\"");
        assert_eq!(from_file("license.pdf", b"text"), None);
        assert_eq!(from_file("license", b"%PDF-1.4"), None);
        assert_eq!(from_file("license", b"\x7fELF\0\0\0"), None);
        assert_eq!(from_file("license", b"M\0I\0T\0"), None);
    }
}

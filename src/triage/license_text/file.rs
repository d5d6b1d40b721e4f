//! License files: what they are called, and their bytes as text.
//!
//! In: a name, or bytes. Out: whether it is one, or its text. Never: what stands in it.

/// How license files begin, without regard to case. The names that nominations link to, and their usual kin.
const STEMS: [&str; 7] = ["license", "licence", "copying", "unlicense", "copyright", "licensing", "licenses"];

/// How they end.
const ENDINGS: [&str; 8] = ["", "md", "txt", "rst", "html", "adoc", "markdown", "text"];

/// Whether a file of this name (without folders) holds a license as a rule: `LICENSE`, `COPYING.txt`, `LICENSE-MIT`,
/// `license.md`, `LICENSE.Apache-2.0`.
pub fn is_license_file(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(rest) = STEMS.iter().find_map(|stem| {
        name.strip_prefix(stem).filter(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_', ' ']))
    }) else {
        // "MIT-LICENSE", "Apache_License.txt", "gpl-license.md"
        let stem = name.split('.').next().unwrap_or_default();
        return ["-license", "_license", "-licence", "_licence", " license"]
            .iter()
            .any(|end| stem.ends_with(end))
            && ENDINGS.contains(&name[stem.len()..].trim_start_matches('.'));
    };
    let ending = rest.rsplit_once('.').map_or("", |(_, ending)| ending);
    // Behind a dot may stand a license's name instead of a file's kind; programs and pictures are none.
    !["py", "js", "ts", "java", "go", "rb", "php", "png", "svg", "jpg", "json", "xml", "yml", "yaml", "pdf"]
        .contains(&ending)
}

/// A file's bytes as text; `None` where they are none: a PDF, a picture, an archive.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return Some(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => return Some(utf16(rest, u16::from_be_bytes)),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"%PDF") || bytes.contains(&0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        // Latin-1: every byte is a character of the same number.
        Err(_) => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_license_files() {
        for name in [
            "LICENSE",
            "License.txt",
            "LICENCE.md",
            "COPYING",
            "COPYING.LESSER",
            "LICENSE-MIT",
            "LICENSE.Apache-2.0",
            "UNLICENSE",
            "license",
            "LICENSE_CODE",
            "MIT-LICENSE.txt",
            "Apache_License",
            "LICENSE.rst",
            "licence.txt",
            "LICENSE-DATA.md",
        ] {
            assert!(is_license_file(name), "{name}");
        }
        for name in [
            "README.md",
            "licenses.py",
            "package.json",
            "license.svg",
            "licensed-users.md",
            "LICENSEE",
            "relicense.md",
        ] {
            assert!(!is_license_file(name), "{name}");
        }
    }

    #[test]
    fn bytes_become_text_or_nothing() {
        assert_eq!(decode(b"\xEF\xBB\xBFMIT").as_deref(), Some("MIT"));
        assert_eq!(decode(b"\xFF\xFEM\0I\0T\0").as_deref(), Some("MIT"));
        assert_eq!(decode(b"caf\xE9").as_deref(), Some("caf\u{e9}"));
        assert_eq!(decode(b"%PDF-1.7 ..."), None);
        assert_eq!(decode(b"\x89PNG\0\0"), None);
    }
}

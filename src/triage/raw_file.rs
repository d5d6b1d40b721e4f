//! The file behind the page on which a forge shows it.
//!
//! In: an address as it is asked for. Out: where the file's bytes are, where the address has the form of such a page.
//! Never: whether anything is there.

use url::Url;

use super::web_address;

/// Where the bytes of the file lie that a page shows; `None` for a page that shows no file.
pub fn address(page: &str) -> Option<String> {
    let mut url = Url::parse(page).ok()?;
    let host = web_address::host(&url).to_owned();
    let parts = web_address::parts(&url);
    match (host.as_str(), parts.as_slice()) {
        ("github.com", [owner, name, "blob" | "raw" | "blame", reference, path @ ..]) if !path.is_empty() => {
            let path = path.join("/");
            Some(format!("https://raw.githubusercontent.com/{owner}/{name}/{reference}/{path}"))
        }
        ("raw.githubusercontent.com", [_, _, _, _, ..]) => Some(page.to_owned()),
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
        }
    }
}

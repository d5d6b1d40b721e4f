//! Web addresses as people write them: with or without `https://` and `www.`, with a slash at the end or without.
//!
//! In: what somebody wrote. Out: the address that it is, and its parts in one spelling. Never: whether anything is
//! there. What a link is asked by, to the letter, is `link`'s.

use url::Url;

/// The address of a page.
pub fn page(written: &str) -> Option<Url> {
    parsed(written.trim()).filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether it is an address, or holds some among other words. "N.A." and an e-mail address are none.
pub fn is_address(written: &str) -> bool {
    written.split([' ', '\n', '\r', '\t', ',', ';', '(', ')', '<', '>']).any(is_one)
}

fn is_one(word: &str) -> bool {
    let of_host = |url: &Url| {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        host.rsplit('.').next().is_some_and(|last| last.len() > 1) || word.contains("://")
    };
    page(word).filter(of_host).is_some_and(|url| url.username().is_empty() || word.contains("://"))
}

/// The addresses in a text, with commas, blanks or words between them. One in the path of another is a part of it.
pub fn all_in(written: &str) -> Vec<&str> {
    let lower = written.to_ascii_lowercase();
    let begins = ["http://", "https://"].into_iter().flat_map(|scheme| lower.match_indices(scheme));
    let mut starts: Vec<usize> =
        begins.map(|(at, _)| at).filter(|at| !lower[..*at].ends_with(['/', '=', ':', '&'])).collect();
    starts.sort_unstable();
    let end = |at: usize| starts.get(at + 1).copied().unwrap_or(written.len());
    let one = |(at, &start): (usize, &usize)| {
        let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '|' | '<' | '>' | '"');
        let word = written[start..end(at)].split(ends).next().unwrap_or_default();
        let word = word.trim_end_matches([',', '.']);
        if word.contains('(') { word } else { word.trim_end_matches(')') }
    };
    starts.iter().enumerate().map(one).filter(|word| Url::parse(word).is_ok()).collect()
}

/// The address of a page or of a repository, also as `git clone` takes it: `git@github.com:owner/name.git`.
pub fn page_or_clone(written: &str) -> Option<Url> {
    let written = written.trim();
    let url = match written.strip_prefix("git@").and_then(|rest| rest.split_once(':')) {
        Some((host, path)) if !path.starts_with('/') => parsed(&format!("https://{host}/{path}")),
        _ => parsed(written),
    };
    url.filter(|url| matches!(url.scheme(), "http" | "https" | "git" | "ssh" | "git+https"))
}

/// An address in which nothing is written of how it is asked is one of `https`.
fn parsed(written: &str) -> Option<Url> {
    if written.contains(char::is_whitespace) || all_in(written).len() > 1 {
        return None;
    }
    let url = match written.contains("://") {
        true => Url::parse(written),
        false => Url::parse(&format!("https://{written}")),
    };
    url.ok().filter(|url| url.host_str().is_some_and(|host| host.contains('.')))
}

/// The host's name without `www.`.
pub fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_start_matches("www.")
}

/// The parts of the path that are not empty.
pub fn parts(url: &Url) -> Vec<&str> {
    url.path().split('/').filter(|part| !part.is_empty()).collect()
}

/// Whether two addresses differ only in what nobody means by them: `www.`, `https`, a slash at the end.
pub fn is_same_page(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        rest.trim_start_matches("www.").trim_end_matches('/').to_owned()
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_an_address_or_none() {
        for (written, address) in [
            (" openclinic.org/a ", Some("https://openclinic.org/a")),
            ("HTTP://WWW.openclinic.org", Some("http://www.openclinic.org/")),
            ("openclinic.org openclinic.net", None),
            ("ftp://openclinic.org/a", None),
            ("git@github.com:o/r.git", None),
            ("n/a", None),
            ("localhost/a", None),
            ("", None),
        ] {
            assert_eq!(page(written).map(String::from).as_deref(), address, "{written}");
        }
        for written in ["https://x.org/a\nhttps://y.org", "see openclinic.org, page 3", "https://10.0.0.1/a"]
        {
            assert!(is_address(written), "{written}");
        }
        for written in ["", "-", "N/A", "n.a.", "ask me", "accessmod", "ada@openclinic.org", "https://"] {
            assert!(!is_address(written), "{written}");
        }
        for (written, all) in [
            ("https://x.org/a, https://y.org.", &["https://x.org/a", "https://y.org"][..]),
            ("https://x.org/a,https://y.org/(b)", &["https://x.org/a", "https://y.org/(b)"]),
            ("the license (see HTTPS://x.org/a,b)", &["HTTPS://x.org/a,b"]),
            ("https://x.orghttps://y.org", &["https://x.org", "https://y.org"]),
            (
                "https://web.archive.org/web/2024/https://x.org",
                &["https://web.archive.org/web/2024/https://x.org"],
            ),
            ("x.org", &[]),
            ("", &[]),
        ] {
            assert_eq!(all_in(written), all, "{written}");
            assert!(all.len() < 2 || page(written).is_none(), "{written}");
        }
        let cloned = page_or_clone("git@github.com:o/r.git").unwrap();
        assert_eq!((cloned.as_str(), host(&cloned)), ("https://github.com/o/r.git", "github.com"));
        assert_eq!(parts(&page("x.org//a/b/").unwrap()), ["a", "b"]);
        assert!(
            is_same_page("https://www.x.org/a/", "http://x.org/a") && !is_same_page("x.org/a", "x.org/b")
        );
    }
}

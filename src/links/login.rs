//! Whether a page is a login wall: what stands behind it is not open to everybody.
//!
//! In: where the way to a page ended, and the page. Out: yes or no. Never: certainty; what is said of it is a hint.

use super::{fetch::Page, page};

/// Hosts that only ask who one is.
const HOSTS: [&str; 7] = [
    "accounts.google.com",
    "login.microsoftonline.com",
    "login.live.com",
    "login.yahoo.com",
    "auth.atlassian.com",
    "id.atlassian.com",
    "appleid.apple.com",
];

/// Last parts of paths that only ask who one is.
const PATHS: [&str; 10] = [
    "login",
    "log-in",
    "log_in",
    "login.php",
    "login.html",
    "wp-login.php",
    "signin",
    "sign-in",
    "sign_in",
    "signon",
];

/// First words of titles of such pages.
const TITLES: [&str; 5] = ["log in", "login", "log-in", "sign in", "sign-in"];

/// Whether a page asks for a login. Many open pages have a field for a password as well; it counts only where the
/// address led on to it.
pub(super) fn is_wall(page: &Page) -> bool {
    let url = page.address.url();
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
    let title = || page::title(&page.text).unwrap_or_default().to_lowercase();
    page.status == 401
        || HOSTS.contains(&page.address.host())
        || PATHS.contains(&last.as_str())
        || page.led_on
            && (TITLES.iter().any(|begin| title().starts_with(begin)) || page::asks_for_password(&page.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::{address::Vetted, fetch::End};

    #[test]
    fn walls_are_told_from_pages() {
        let password = "<input type=password>";
        for (address, led_on, text, wall) in [
            ("https://accounts.google.com/v3/signin/identifier?x=1", true, "", true),
            ("https://accounts.google.com.evil.example/", true, "", false),
            ("https://openclinic.example/users/sign_in/", false, "", true),
            ("https://openclinic.example/Login", false, "", true),
            ("https://openclinic.example/blog/login-for-clinics", false, "", false),
            ("https://openclinic.example/", false, password, false),
            ("https://openclinic.example/start", true, password, true),
            ("https://openclinic.example/start", true, "<title> Sign in · Open Clinic</title>", true),
            ("https://openclinic.example/start", true, "<title>Logistics</title>", false),
        ] {
            let page = Page {
                address: Vetted::read(address).unwrap(),
                moved: false,
                led_on,
                status: 200,
                content_type: None,
                text: text.to_owned(),
                end: End::Whole,
            };
            assert_eq!(is_wall(&page), wall, "{address} {text}");
        }
    }
}

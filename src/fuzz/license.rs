//! A license's text, which anybody may have written.

use crate::triage::license_text::{self, from_file};

/// Any text is read, in time with its length, and shown in part only.
pub fn body(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let reading = license_text::read(&text);
    let words = reading.named.iter().map(|named| &named.words);
    for words in words.chain(reading.doubts.iter().map(|doubt| &doubt.words)) {
        assert!(text.contains(words.as_str()), "{words:?} is no quotation");
    }
    license_text::verdict(&reading, &["MIT", "GPL-3.0-or-later"]);
    if let Some(text) = from_file("LICENSE", data) {
        license_text::read(&text);
    }
    // Each copy of a license takes one more walk over the text, up to twelve: there are more in both that are compared.
    super::linear(&text[..text.floor_char_boundary(500)], 16_000, |text| {
        license_text::read(text);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn published() -> impl Strategy<Value = &'static str> {
        (0..spdx::text::LICENSE_TEXTS.len()).prop_map(|at| spdx::text::LICENSE_TEXTS[at].1)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text(text in "\\PC{0,200}", license in published(), cut in any::<prop::sample::Index>(), with in "[^a-z]{0,9}") {
            body(text.as_bytes());
            let cut = license.floor_char_boundary(cut.index(license.len()));
            body(format!("{}{with}{}", &license[..cut], license[cut..].replacen(' ', &with, 2)).as_bytes());
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            body(&bytes);
        }
    }

    #[test]
    fn what_is_repeated() {
        for part in [
            "the above copyright notice and this permission notice ",
            "license",
            "MIT License GPL v3 Apache 2.0 ",
            "Licensed under the MIT License. ",
            "https://creativecommons.org/licenses/by/4.0/ ",
            "a\u{301}\u{302}\u{303}",
            "<[<[",
            "<a ",
            "\n",
            "\u{200b}",
            "WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO ",
        ] {
            body(part.repeat(500 / part.len()).as_bytes());
        }
    }
}

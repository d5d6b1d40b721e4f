//! A page that a nomination links, which anybody may have written.

use crate::links::page;

/// Any page is read, in time with its length.
pub fn body(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let title = page::title(&text);
    assert!(title.is_none_or(|title| text.contains(title)));
    let read = |text: &str| {
        page::title(text);
        page::asks_for_password(text);
    };
    super::linear(&text, 16_000, read);
    // A page without a title is read to its end.
    super::linear(&text.replace("title", "t"), 16_000, read);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_page(
            text in any::<String>(),
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<", ">", "</", "<!--", "-->", "<!", "<title>", "</title", "<script>", "</scripté", "<input ", "type=",
                "password", "'", "\"", "=", " ", "/", "é", "<a href=", "\u{0}",
            ]), 0..12),
        ) {
            body(text.as_bytes());
            body(pieces.concat().as_bytes());
        }
    }
}

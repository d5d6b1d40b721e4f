//! Texts that only say that there is none.
//!
//! In: what somebody wrote. Out: yes or no. Never: templates' texts, which `placeholder` tells.

/// Whether a text is blank, a sign, or a word for "none".
pub fn is_filler(text: &str) -> bool {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).take(20).collect();
    FILLERS.contains(&letters.to_lowercase().as_str())
}

/// Without blanks and signs.
const FILLERS: [&str; 12] = [
    "",
    "na",
    "none",
    "no",
    "nil",
    "null",
    "notapplicable",
    "notavailable",
    "unknown",
    "askme",
    "tobeadded",
    "comingsoon",
];

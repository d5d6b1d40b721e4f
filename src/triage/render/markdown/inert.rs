//! Words in Markdown: ours formatted as we mean it, others' as inert text.
//!
//! In: sentences, names, addresses. Out: Markdown in which others' words stand only inside code spans and code
//! blocks. Never: what is said.

use crate::triage::prose::{Piece, Prose, SHOWN, inert};

/// A sentence as Markdown.
pub fn prose(sentence: &Prose) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => words(text),
        Piece::Code(text) | Piece::Theirs(text) => span(text),
        Piece::Link { label, url } => anchor(label, url),
    };
    sentence.0.iter().map(piece).collect()
}

/// Our own words: what Markdown would take for formatting is escaped, except inside the code spans that we wrote.
pub fn words(text: &str) -> String {
    let mut escaped = String::new();
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= character == '`';
        if !in_code && matches!(character, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '@' | '#' | '|' | '~') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A code span: GitHub makes no mention, link, picture, HTML or issue reference of what stands in it.
pub fn span(text: &str) -> String {
    quoted(text, SHOWN)
}

/// A code span of at most `most` characters of a text.
pub fn quoted(text: &str, most: usize) -> String {
    let text = inert(text, most);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A link whose label is a code span; `url` is one that we built or GitHub gave.
pub fn anchor(label: &str, url: &str) -> String {
    let url: String = url
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c) {
                c.to_string()
            } else {
                percent(c)
            }
        })
        .collect();
    if label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'.')) {
        return format!("[{label}]({url})");
    }
    format!("[{}]({url})", cell(&span(label)))
}

fn percent(character: char) -> String {
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A text in a table: the sign that parts columns is escaped, also inside code spans.
pub fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// A code block.
pub fn block(language: &str, text: &str) -> String {
    raw_block(language, &text.lines().map(|line| inert(line, 400) + "\n").collect::<String>())
}

/// A code block of a text that is to be copied, and so stands in it as it is. It ends with a line end.
pub fn raw_block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}{fence}\n")
}

/// A block that GitHub offers to put in place of the lines that it is written on, exactly as it stands here.
pub fn suggestion(text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}suggestion\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_cannot_be_left() {
        assert_eq!(span("a`b"), "``a`b``");
        assert_eq!(span("`"), "`` ` ``");
        assert_eq!(span("a\n\n# b"), "`a  # b`");
        assert_eq!(span(" \n"), "(empty)");
        assert_eq!(block("json", "```\nx"), "````json\n```\nx\n````\n");
        assert_eq!(anchor("a|b", "https://x.org/(a)b c"), "[`a\\|b`](https://x.org/%28a%29b%20c)");
        assert_eq!(words("*a* [b](c) `[d]` @e #1"), "\\*a\\* \\[b\\](c) `[d]` \\@e \\#1");
    }
}

//! What stands in a text and is no word: addresses, tags of HTML, blanks to be filled in, signs of layout.
//!
//! In: the rest of a line. Out: how long what begins there is. Never: a word, or what any of it means.

use unicode_normalization::char::is_combining_mark;

/// Elements of HTML whose tags are no words.
const TAGS: [&str; 37] = [
    "a",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "small",
    "span",
    "strong",
    "summary",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Attributes of such tags that neither hide nor say anything. What has others may be a sentence in angle brackets.
const ATTRIBUTES: [&str; 16] = [
    "href", "src", "srcset", "class", "id", "align", "width", "height", "rel", "target", "name", "lang",
    "dir", "border", "start", "open",
];

/// No tag is longer, in bytes.
const LONGEST_TAG: usize = 600;

/// What nobody sees must not tear a word apart: somebody may have put it there for that.
pub(super) fn is_invisible(character: char) -> bool {
    is_combining_mark(character) && !strikes_out(character)
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202c}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}'
        )
}

/// Marks that lie over the letter before them: strokes, circles, the sign of a prohibition.
fn strikes_out(character: char) -> bool {
    matches!(
        character,
        '\u{335}'..='\u{338}' | '\u{20d2}' | '\u{20d3}' | '\u{20d8}'..='\u{20da}' | '\u{20dd}'..='\u{20e0}'
            | '\u{20e2}'..='\u{20e5}' | '\u{20ea}' | '\u{20eb}'
    )
}

/// The length of signs within a word that are markup: the word goes on behind them.
pub(super) fn markup(rest: &str) -> Option<usize> {
    let signs = rest.len() - rest.trim_start_matches(['*', '_', '`']).len();
    let length = if signs > 0 { signs } else { tag(rest)? };
    rest[length..].starts_with(char::is_alphanumeric).then_some(length)
}

/// Signs of layout and of writing; letters and numbers are words.
pub(super) fn is_usual(sign: char) -> bool {
    const USUAL: &str = "©®™ⓒⒸ§¶·•‣◦●▪–—―‘’‚“”„«»‹›…′″×→←、。，：；（）「」『』《》【】！？\u{fffd}";
    let of_control = sign.is_control() && !matches!(sign, '\r' | '\t' | '\u{c}');
    sign.is_ascii() && !of_control
        || sign.is_whitespace()
        || is_invisible(sign)
        || matches!(sign, '\u{2500}'..='\u{257f}')
        || USUAL.contains(sign)
}

/// The length of a character that is written by its number, and whether it may say something.
pub(super) fn entity(rest: &str) -> Option<(usize, bool)> {
    // Quotation marks, "&", "©" and blanks.
    const SIGNS: [&str; 8] = ["34", "38", "39", "60", "62", "160", "169", "8217"];
    let number = rest.strip_prefix("&#")?;
    let digits = number.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(number.len());
    let end = digits + usize::from(number[digits..].starts_with(';'));
    (digits > 0).then(|| (2 + end, !SIGNS.contains(&&number[..digits])))
}

/// An address of the web. What is no part of one ends it, so that no sentence hides in it.
pub(super) fn address(rest: &str) -> Option<usize> {
    let begins = ["http://", "https://", "www."]
        .iter()
        .any(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let ends = |c: char| {
        !c.is_ascii() || c.is_whitespace() || matches!(c, ')' | ']' | '>' | '<' | '"' | '|' | ',' | ';')
    };
    begins.then(|| rest.find(ends).unwrap_or(rest.len()))
}

/// `<year>` and `[name of copyright owner]`.
pub(super) fn blank(rest: &str) -> Option<usize> {
    let close = match rest.as_bytes()[0] {
        b'<' => '>',
        b'[' => ']',
        _ => return None,
    };
    let end = rest[..rest.floor_char_boundary(80)].find(close)?;
    let inside = &rest[1..end];
    (!inside.contains("://") && inside.contains(char::is_alphabetic)).then_some(end + 1)
}

/// What stewards write, between brackets, where something is to be filled in.
pub const UNFILLED: [&str; 16] = [
    "year",
    "years",
    "yyyy",
    "yy",
    "program",
    "owner",
    "name of author",
    "name of copyright owners",
    "copyright holders",
    "copyright holder",
    "organization",
    "fullname",
    "name of copyright owner",
    "signature of ty coon",
    "one line to give the program's name and a brief idea of what it does.",
    "one line to give the program's name and an idea of what it does.",
];

/// The length of such words in brackets, which many leave as they are.
pub(super) fn unfilled(rest: &str) -> Option<usize> {
    let length = blank(rest)?;
    let inside = rest[1..length - 1].trim();
    UNFILLED.iter().any(|known| known.eq_ignore_ascii_case(inside)).then_some(length)
}

/// `ada@clinic.example`
pub(super) fn email(rest: &str) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    let end = rest.char_indices().take(100).find(|(_, c)| !is_part(*c)).map_or(rest.len(), |(at, _)| at);
    let (name, host) = rest.get(..end)?.split_once('@')?;
    (!name.is_empty() && host.len() < 100 && host.contains('.')).then_some(end)
}

/// The length of a tag of HTML, which may go on in the next line. What only looks like one is read.
pub(super) fn tag(rest: &str) -> Option<usize> {
    let rest = &rest[..rest.floor_char_boundary(LONGEST_TAG)];
    let inside = rest.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name: String = inside.chars().take(11).take_while(char::is_ascii_alphanumeric).collect();
    if !TAGS.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let mut left = &inside[name.len()..];
    loop {
        left = left.trim_start();
        if left.is_empty() {
            return Some(rest.len());
        }
        if let Some(behind) = left.strip_prefix("/>").or_else(|| left.strip_prefix('>')) {
            return Some(rest.len() - behind.len());
        }
        let end = left.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(left.len());
        if !ATTRIBUTES.contains(&left[..end].to_ascii_lowercase().as_str()) {
            return None;
        }
        left = left[end..].trim_start();
        if let Some(value) = left.strip_prefix('=') {
            left = behind_value(value.trim_start())?;
        }
    }
}

/// What stands behind the value of an attribute.
fn behind_value(value: &str) -> Option<&str> {
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote).map(|(_, behind)| behind),
        _ => Some(value.trim_start_matches(|c: char| !c.is_whitespace() && c != '>')),
    }
}

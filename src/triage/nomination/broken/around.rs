//! What stands before the first fault of a text, which is JSON up to there.
//!
//! In: a text and a place in it. Out: the last pieces before the place, and what is open there. Never: what is wrong.

use crate::triage::span::{Source, Span};

/// A piece of JSON.
#[derive(Clone)]
pub struct Token {
    pub span: Span,
    /// `"` for a text, `0` for a number or a word, else the sign itself.
    pub sign: char,
}

/// A place in a text and what stands before it.
pub struct Around<'a> {
    pub source: &'a Source,
    pub at: usize,
    /// The last pieces, the very last first.
    last: [Option<Token>; 3],
    /// The brackets that are not closed, and where they stand.
    pub open: Vec<(char, usize)>,
    /// Where the text begins that is not closed.
    pub opened: Option<usize>,
}

impl<'a> Around<'a> {
    pub fn of(source: &'a Source, at: usize) -> Self {
        let mut around = Self { source, at, last: [None, None, None], open: Vec::new(), opened: None };
        let bytes = &source.text().as_bytes()[..at];
        let mut next = 0;
        while let Some(&byte) = bytes.get(next) {
            let from = next;
            next += 1;
            let sign = match byte {
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                b'"' => {
                    let Some(end) = closing(bytes, next) else {
                        around.opened = Some(from);
                        return around;
                    };
                    next = end + 1;
                    '"'
                }
                b'{' | b'[' => {
                    around.open.push((char::from(byte), from));
                    char::from(byte)
                }
                b'}' | b']' => {
                    around.open.pop();
                    char::from(byte)
                }
                b',' | b':' => char::from(byte),
                _ => {
                    let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | b']');
                    next = bytes[from..].iter().position(ends).map_or(at, |length| from + length);
                    '0'
                }
            };
            around.last.rotate_right(1);
            around.last[0] = Some(Token { span: from..next, sign });
        }
        around
    }

    pub fn last(&self) -> Option<&Token> {
        self.last[0].as_ref()
    }

    pub fn before_last(&self) -> Option<&Token> {
        self.last[1].as_ref()
    }

    /// The sign of the last piece; `\0` where there is none.
    pub fn last_sign(&self) -> char {
        self.last().map_or('\0', |last| last.sign)
    }

    /// The last character of the last piece.
    pub fn end(&self) -> Span {
        self.last().map_or(0..0, |last| last.span.end - 1..last.span.end)
    }

    /// Whether nothing stands between the last piece and the place.
    pub fn touches(&self) -> bool {
        self.last().is_some_and(|last| last.span.end == self.at)
    }

    /// The text from the place on.
    pub fn rest(&self) -> &'a str {
        &self.source.text()[self.at..]
    }

    /// The rest of the place's line.
    pub fn rest_of_line(&self) -> &'a str {
        self.rest().lines().next().unwrap_or_default()
    }

    pub fn found(&self) -> char {
        self.rest().chars().next().unwrap_or('\0')
    }

    /// The one character at the place.
    pub fn here(&self) -> Span {
        self.at..self.at + self.rest().chars().next().map_or(0, char::len_utf8)
    }

    /// The bracket within which the place lies, and its line.
    pub fn innermost(&self) -> Option<(char, usize)> {
        self.open.last().map(|&(sign, at)| (sign, self.line(at)))
    }

    pub fn line(&self, at: usize) -> usize {
        self.source.place(&(at..at)).line
    }

    /// Whether the place is in a later line than the last piece.
    pub fn is_in_a_later_line(&self) -> bool {
        self.line(self.end().start) < self.line(self.at)
    }
}

fn closing(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        match bytes.get(from)? {
            b'"' => return Some(from),
            b'\\' => from += 2,
            _ => from += 1,
        }
    }
}

/// Whether it belongs to a number or a word.
pub fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || "_.+-".contains(sign)
}

/// Double quotation marks as word processors make them.
pub fn is_curly(sign: char) -> bool {
    "“”„‟«»＂".contains(sign)
}

/// Signs that people take for quotation marks of JSON and that are none.
pub fn is_single(sign: char) -> bool {
    "'‘’‚‛`´‹›".contains(sign)
}

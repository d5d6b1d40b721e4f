//! Places in a text: byte ranges, and the lines and columns that people count.
//!
//! In: the text of a file. Out: [`Span`]s and [`Place`]s. Never: what stands there.

use std::ops::Range;

/// A range of bytes of a [`Source`].
pub type Span = Range<usize>;

/// A range as people and GitHub count it: from 1, columns in characters, the end being the last character
/// that belongs to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// The text of a file, with its lines found.
#[derive(Clone, Debug, Default)]
pub struct Source {
    text: String,
    /// Byte offsets at which lines begin.
    starts: Vec<usize>,
}

impl Source {
    pub fn new(text: String) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty where the span does not lie in this text.
    pub fn slice(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Line and column of a span. An empty span counts as the one character at which it stands.
    pub fn place(&self, span: &Span) -> Place {
        let (line, column) = self.position(span.start);
        if span.end <= span.start + 1 {
            return Place { line, column, end_line: line, end_column: column };
        }
        let last = self.text[..span.end.min(self.text.len())].char_indices().next_back();
        let (end_line, end_column) = self.position(last.map_or(span.start, |(at, _)| at.max(span.start)));
        Place { line, column, end_line, end_column }
    }

    /// The span of one character at a line and a column counted in bytes from 1, as `serde_json` reports them; column 0
    /// is the line end before.
    pub fn at(&self, line: usize, byte_column: usize) -> Span {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let mut at = (start + byte_column).saturating_sub(1).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at..self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8())
    }

    /// The text of a line, counted from 1, without its line end.
    pub fn line(&self, number: usize) -> &str {
        let Some(&start) = self.starts.get(number.saturating_sub(1)) else { return "" };
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// How many lines there are; a text that ends with a line end has no empty line behind it.
    pub fn lines(&self) -> usize {
        self.starts.len() - usize::from(self.starts.len() > 1 && self.text.ends_with('\n'))
    }

    /// Byte offset at which a line, counted from 1, begins.
    pub fn line_start(&self, number: usize) -> usize {
        self.starts.get(number.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        (line, self.text[self.starts[line - 1]..offset].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_ends_are_inclusive() {
        let source = Source::new("{\n  \"é\": \"GPL\"\r\n}\n".into());
        let at = source.text().find("\"GPL\"").unwrap();
        assert_eq!(source.place(&(at..at + 5)), Place { line: 2, column: 8, end_line: 2, end_column: 12 });
        assert_eq!(source.line(2), "  \"é\": \"GPL\"");
        assert_eq!(source.lines(), 3);
    }

    #[test]
    fn places_outside_the_text_are_its_end() {
        let source = Source::new("ab\ncé".into());
        assert_eq!(source.place(&(90..99)).line, 2);
        assert_eq!(source.at(2, 3), 4..6, "inside a character: its beginning");
        assert_eq!(source.at(2, 0), 2..3, "the line end before");
        assert_eq!(source.at(9, 9), 6..6);
        assert_eq!(source.line(9), "");
    }
}

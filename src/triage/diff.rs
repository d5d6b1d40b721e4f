//! The difference of a file in a pull request: which of its lines the change touches, and what stood there before.
//!
//! In: a unified patch, as GitHub shows it, or both texts. Out: a [`Diff`]. Never: a request, or a guess: a patch
//! that does not fit a text undoes nothing.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
};

/// A line further down is none of a nomination; a patch that names it is refused.
const LAST_LINE: usize = 3_000_000;

/// What a change does to the lines of one file. Lines are counted from 1.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    hunks: Vec<Hunk>,
    /// For each line of the new text up to the end of the last hunk, where it comes from.
    formers: Vec<Former>,
    /// Lines of the old text up to the end of the last hunk.
    old_lines: usize,
}

/// Where a line of the new text comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Former {
    /// This line of the old text.
    Line(usize),
    /// The change brings it.
    New,
    /// The change brings it, but it is a brace and says nothing. Which brace of two stood there before cannot be told.
    Brace,
}

/// A part of the file as GitHub shows it: changed lines, and some around them.
#[derive(Clone, Debug)]
struct Hunk {
    /// The lines of the old text.
    old: Range<usize>,
    /// The lines of the new text.
    new: Range<usize>,
    lines: Vec<Line>,
}

/// A line with its line end.
#[derive(Clone, Debug)]
enum Line {
    Same(Vec<u8>),
    Gone(Vec<u8>),
    New(Vec<u8>),
}

impl Line {
    fn text(&mut self) -> &mut Vec<u8> {
        let (Line::Same(text) | Line::Gone(text) | Line::New(text)) = self;
        text
    }
}

impl Diff {
    /// Reads a patch; `None` where it is not a whole one.
    pub fn read(patch: &str) -> Option<Self> {
        let mut hunks: Vec<Hunk> = Vec::new();
        for line in patch.strip_suffix('\n').unwrap_or(patch).split('\n') {
            if let Some(header) = line.strip_prefix("@@ ") {
                let (old, new) = header.split_once(" @@")?.0.split_once(' ')?;
                let (old, new) = (lines(old.strip_prefix('-')?)?, lines(new.strip_prefix('+')?)?);
                hunks.push(Hunk { old, new, lines: Vec::new() });
                continue;
            }
            let hunk = hunks.last_mut()?;
            let text = |rest: &str| [rest.as_bytes(), b"\n"].concat();
            match line.split_at_checked(1)? {
                (" ", rest) => hunk.lines.push(Line::Same(text(rest))),
                ("-", rest) => hunk.lines.push(Line::Gone(text(rest))),
                ("+", rest) => hunk.lines.push(Line::New(text(rest))),
                // "\ No newline at end of file"
                ("\\", _) => drop(hunk.lines.last_mut()?.text().pop()),
                _ => return None,
            }
        }
        Self::of(hunks)
    }

    /// The difference of two texts where GitHub shows none: all from the first to the last line that differs.
    pub fn between(old: &[u8], new: &[u8]) -> Self {
        let (old, new) = (split(old), split(new));
        let before = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let most = old.len().min(new.len()) - before;
        let pairs = old.iter().rev().zip(new.iter().rev());
        let behind = pairs.take(most).take_while(|(old, new)| old == new).count();
        let (old, new) = (&old[before..old.len() - behind], &new[before..new.len() - behind]);
        let gone = old.iter().map(|line| Line::Gone(line.to_vec()));
        let hunk = Hunk {
            old: before + 1..before + 1 + old.len(),
            new: before + 1..before + 1 + new.len(),
            lines: gone.chain(new.iter().map(|line| Line::New(line.to_vec()))).collect(),
        };
        Self::of(vec![hunk]).unwrap_or_default()
    }

    /// Hunks that follow one another and hold as many lines as they say.
    fn of(hunks: Vec<Hunk>) -> Option<Self> {
        let mut diff = Self::default();
        let (mut old_line, mut new_line) = (1, 1);
        let mut changed = Pairs::default();
        for hunk in &hunks {
            let between = hunk.new.start.checked_sub(new_line)?;
            if hunk.old.start.checked_sub(old_line)? != between {
                return None;
            }
            diff.formers.extend((old_line..hunk.old.start).map(Former::Line));
            (old_line, new_line) = (hunk.old.start, hunk.new.start);
            for line in &hunk.lines {
                match line {
                    Line::Same(_) => {
                        changed.end_run(&mut diff.formers);
                        diff.formers.push(Former::Line(old_line));
                        (old_line, new_line) = (old_line + 1, new_line + 1);
                    }
                    Line::Gone(text) => {
                        changed.gone.push((old_line, text));
                        old_line += 1;
                    }
                    Line::New(text) => {
                        changed.new.push((new_line, text));
                        diff.formers.push(if says(text) { Former::New } else { Former::Brace });
                        new_line += 1;
                    }
                }
            }
            changed.end_run(&mut diff.formers);
            if (old_line, new_line) != (hunk.old.end, hunk.new.end) {
                return None;
            }
        }
        changed.end(&mut diff.formers);
        diff.old_lines = old_line - 1;
        diff.hunks = hunks;
        Some(diff)
    }

    /// How many lines the change brings and takes away.
    pub fn counts(&self) -> (usize, usize) {
        let lines = || self.hunks.iter().flat_map(|hunk| &hunk.lines);
        (
            lines().filter(|line| matches!(line, Line::New(_))).count(),
            lines().filter(|line| matches!(line, Line::Gone(_))).count(),
        )
    }

    /// The text before the change, from the one after it; `None` where the two do not fit.
    pub fn undo(&self, new: &[u8]) -> Option<Vec<u8>> {
        let new = split(new);
        let mut old = Vec::new();
        let mut at = 0;
        for hunk in &self.hunks {
            old.extend(new.get(at..hunk.new.start - 1)?.concat());
            at = hunk.new.start - 1;
            for line in &hunk.lines {
                match line {
                    Line::Gone(text) => old.extend_from_slice(text),
                    Line::Same(text) | Line::New(text) if *new.get(at)? != text.as_slice() => return None,
                    Line::Same(text) => {
                        old.extend_from_slice(text);
                        at += 1;
                    }
                    Line::New(_) => at += 1,
                }
            }
        }
        old.extend(new.get(at..)?.concat());
        Some(old)
    }

    /// Where a line of the new text comes from. One that was only moved, indented anew, or got a comma because of
    /// what follows it, stood there before.
    fn former(&self, line: usize) -> Former {
        match self.formers.get(line.saturating_sub(1)) {
            Some(former) => *former,
            None => Former::Line((line + self.old_lines).saturating_sub(self.formers.len())),
        }
    }

    /// Where these lines of the new text begin in the old one; `None` where the change touches them: brings one, or
    /// takes one away between them.
    pub fn untouched(&self, first: usize, last: usize) -> Option<usize> {
        let mut start = None;
        for line in first.. {
            match (self.former(line), start) {
                (Former::New, _) => return None,
                (Former::Line(former), None) => start = Some(former.checked_sub(line - first)?),
                (Former::Line(former), Some(start)) if former != start + (line - first) => return None,
                _ => {}
            }
            if line >= last && start.is_some() {
                break;
            }
        }
        start
    }

    /// Whether GitHub shows these lines of the new text, in one piece.
    pub fn shows(&self, first: usize, last: usize) -> bool {
        self.hunks.iter().any(|hunk| hunk.new.contains(&first) && hunk.new.contains(&last))
    }
}

/// Lines that go and lines that come, of which some are the same ones.
#[derive(Default)]
struct Pairs<'a> {
    /// Of the run of changed lines at hand; those in front of it are paired at the end.
    gone: Vec<(usize, &'a [u8])>,
    new: Vec<(usize, &'a [u8])>,
    gone_before: Vec<(usize, &'a [u8])>,
    new_before: Vec<(usize, &'a [u8])>,
}

impl<'a> Pairs<'a> {
    /// Pairs what goes and comes at one place.
    fn end_run(&mut self, formers: &mut [Former]) {
        pair(&mut self.gone, &mut self.new, formers);
        self.gone_before.append(&mut self.gone);
        self.new_before.append(&mut self.new);
    }

    /// Pairs what goes here and comes there, as far as it says something: braces are everywhere.
    fn end(mut self, formers: &mut [Former]) {
        self.gone_before.retain(|(_, text)| says(text));
        self.new_before.retain(|(_, text)| says(text));
        pair(&mut self.gone_before, &mut self.new_before, formers);
    }
}

/// Finds for each line that comes one that goes, and leaves those for which there is none.
fn pair<'a>(gone: &mut Vec<(usize, &'a [u8])>, new: &mut Vec<(usize, &'a [u8])>, formers: &mut [Former]) {
    let mut known: HashMap<&[u8], VecDeque<usize>> = HashMap::new();
    for (line, text) in gone.iter() {
        known.entry(bare(text)).or_default().push_back(*line);
    }
    let mut paired = Vec::new();
    new.retain(|(line, text)| {
        let Some(former) = known.get_mut(bare(text)).and_then(VecDeque::pop_front) else { return true };
        formers[line - 1] = Former::Line(former);
        paired.push(former);
        false
    });
    paired.sort_unstable();
    gone.retain(|(line, _)| paired.binary_search(line).is_err());
}

/// Whether a line holds more than braces and commas.
fn says(line: &[u8]) -> bool {
    line.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// A line without its indentation, its end, and the comma that another entry behind it brings.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line.strip_suffix(b",").unwrap_or(line).trim_ascii_end()
}

/// The lines of one side of a hunk: `3,2`, or `3` for one line; an empty side stands behind the line that it names.
fn lines(range: &str) -> Option<Range<usize>> {
    let (start, count) = match range.split_once(',') {
        Some((start, count)) => (start.parse::<usize>().ok()?, count.parse::<usize>().ok()?),
        None => (range.parse().ok()?, 1),
    };
    let start = if count == 0 { start.checked_add(1)? } else { start };
    let end = start.checked_add(count)?;
    (start > 0 && end <= LAST_LINE).then_some(start..end)
}

fn split(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5,\n  \"f\": 6,\n  \"g\": 7,\n  \"h\": 8\n}";
    const NEW: &str = "{\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5,\n  \"f\": 6,\n  \"g\": 7,\n  \"h\": 8,\n  \"i\": 9\n}\n";
    const PATCH: &str = "@@ -1,5 +1,4 @@\n {\n-  \"a\": 1,\n   \"b\": 2,\n   \"c\": 3,\n   \"d\": 4,\n\
        @@ -6,5 +5,6 @@ {\n   \"e\": 5,\n   \"f\": 6,\n   \"g\": 7,\n-  \"h\": 8\n-}\n\\ No newline at end of file\n\
        +  \"h\": 8,\n+  \"i\": 9\n+}";

    #[test]
    fn a_patch_is_undone() {
        let diff = Diff::read(PATCH).unwrap();
        assert_eq!(diff.counts(), (3, 3));
        assert_eq!(diff.undo(NEW.as_bytes()).unwrap(), OLD.as_bytes());
        assert_eq!(diff.undo(OLD.as_bytes()), None, "another text");
        assert_eq!(diff.undo(b""), None);
        let added = Diff::read("@@ -0,0 +1 @@\n+{}\n\\ No newline at end of file").unwrap();
        assert_eq!(added.undo(b"{}").unwrap(), b"");
        let emptied = Diff::read("@@ -1,2 +0,0 @@\n-{\r\n-}").unwrap();
        assert_eq!(emptied.undo(b"").unwrap(), b"{\r\n}\n");
        let lines = Diff::read("@@ -2 +2 @@\n-b\r\n+b").unwrap();
        assert_eq!(lines.undo(b"a\nb\nc\n").unwrap(), b"a\nb\r\nc\n");
    }

    #[test]
    fn what_is_no_whole_patch_is_refused() {
        for patch in [
            "",
            "a",
            "+a",
            "@@ -1 +1 @@",
            "@@ -1,2 +1,2 @@\n-a\n+b",
            "@@ -1 +1 @@\n-a\n+b\n+c",
            "@@ -1 +2 @@\n-a\n+b",
            "@@ -5 +5 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b",
            "@@ -1 +1 @@\n-a\n+b\n~",
            "@@ -1,99999999999999999999 +1 @@\n-a\n+b",
            "@@ -0 +0 @@\n-a\n+b",
            "@@ -9999999999 +9999999999 @@\n-a\n+b",
        ] {
            assert!(Diff::read(patch).is_none(), "{patch:?}");
        }
    }

    #[test]
    fn lines_are_told_apart() {
        let diff = Diff::read(PATCH).unwrap();
        assert_eq!(diff.untouched(1, 1), Some(1));
        assert_eq!(diff.untouched(2, 4), Some(3));
        assert_eq!(diff.untouched(1, 3), None, "a line is gone between them");
        assert_eq!(diff.untouched(8, 8), Some(9), "a comma alone");
        assert_eq!(diff.untouched(9, 9), None);
        assert_eq!(diff.untouched(10, 10), Some(10));
        assert!(diff.shows(1, 4) && diff.shows(5, 10) && !diff.shows(4, 5) && !diff.shows(11, 11));
        let diff = Diff::read("@@ -5,2 +5,3 @@\n e\n+new\n f").unwrap();
        assert_eq!((diff.untouched(2, 4), diff.untouched(6, 6)), (Some(2), None));
        assert_eq!(diff.untouched(50, 51), Some(49), "far behind the last hunk");
    }

    #[test]
    fn moved_lines_are_not_touched_each_by_itself() {
        let patch = "@@ -1,7 +1,7 @@\n {\n-  \"stage\": \"x\",\n-  {\n   \"a\": 1,\n   \"b\": 2,\n+{\n+    \"stage\": \"x\"\n   \"c\": 3\n }";
        let diff = Diff::read(patch).unwrap();
        assert_eq!(diff.untouched(5, 5), Some(2));
        assert_eq!(diff.untouched(5, 6), None, "the order is another one");
        assert_eq!(diff.untouched(2, 3), Some(4));
    }

    /// Git takes the brace behind a new entry for the one that stood there before, or the one in front of it.
    #[test]
    fn a_new_neighbor_touches_no_entry() {
        let diff = Diff::read("@@ -1,4 +1,7 @@\n {\n   \"a\": 1\n+},\n+{\n+  \"b\": 2\n }\n ]").unwrap();
        assert_eq!(diff.untouched(1, 3), Some(1));
        assert_eq!(diff.untouched(4, 6), None);
        let diff = Diff::read("@@ -1,4 +1,7 @@\n {\n+  \"b\": 2\n+},\n+{\n   \"a\": 1\n }\n ]").unwrap();
        assert_eq!(diff.untouched(1, 3), None);
        assert_eq!(diff.untouched(4, 6), Some(1));
        assert_eq!(diff.untouched(4, 4), Some(1), "by what stands behind it");
    }

    #[test]
    fn without_a_patch_all_between_the_ends_is_touched() {
        let diff = Diff::between(b"a\nb\nc\nd\n", b"a\nx\nc\ny\nd\n");
        assert_eq!(diff.untouched(1, 1), Some(1));
        assert_eq!(diff.untouched(2, 2), None);
        assert_eq!(diff.untouched(3, 3), Some(3), "it moved at most");
        assert_eq!(diff.untouched(4, 4), None);
        assert_eq!(diff.untouched(5, 5), Some(4));
        let same = Diff::between(b"a\na\n", b"a\na\n");
        assert_eq!((same.untouched(1, 2), same.counts()), (Some(1), (0, 0)));
        assert_eq!(Diff::between(b"", b"a\n").untouched(1, 1), None);
    }

    #[test]
    fn no_difference_touches_nothing_and_shows_nothing() {
        let diff = Diff::default();
        assert_eq!(diff.untouched(3, 9), Some(3));
        assert!(!diff.shows(1, 1));
        assert_eq!(diff.undo(b"a").unwrap(), b"a");
    }
}

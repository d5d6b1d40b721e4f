//! The difference of two texts as GitHub's `patch` shows it: unified hunks with three lines of context.

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// Above this many cells the middle part is shown as replaced as a whole.
const TABLE_LIMIT: usize = 4_000_000;
/// GitHub leaves the patch out of larger files.
const PATCH_BYTES: usize = 1_000_000;
const PATCH_LINES: usize = 3_000;

/// A file's difference in numbers and text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Diff {
    pub(super) additions: usize,
    pub(super) deletions: usize,
    /// None for binary and large files, and where nothing but the name changed.
    pub(super) patch: Option<String>,
    /// The lines of the new text that a review comment may point at.
    pub(super) new_lines: Vec<usize>,
}

/// One line of a hunk; the texts keep their line feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// Compares two contents.
pub(super) fn diff(old: &[u8], new: &[u8]) -> Diff {
    if is_binary(old) || is_binary(new) {
        return Diff::default();
    }
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let lines = compare(&split(&old), &split(&new));
    let additions = lines.iter().filter(|line| matches!(line, Line::New(_))).count();
    let deletions = lines.iter().filter(|line| matches!(line, Line::Gone(_))).count();
    let (text, new_lines) = hunks(&lines);
    let fits = text.len() <= PATCH_BYTES && additions + deletions <= PATCH_LINES;
    Diff { additions, deletions, patch: (fits && !text.is_empty()).then_some(text), new_lines }
}

/// How alike two contents are: 0 (nothing in common) to 1 (equal), by lines.
pub(super) fn similarity(old: &[u8], new: &[u8]) -> f64 {
    if old == new {
        return 1.0;
    }
    if is_binary(old) || is_binary(new) {
        return 0.0;
    }
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let same: usize = compare(&split(&old), &split(&new)).iter().map(|line| line.shared_bytes()).sum();
    same as f64 / old.len().max(new.len()).max(1) as f64
}

impl Line<'_> {
    fn shared_bytes(&self) -> usize {
        if let Line::Same(text) = self { text.len() } else { 0 }
    }
}

/// Git's own test: a NUL among the first 8,000 bytes.
fn is_binary(content: &[u8]) -> bool {
    content.iter().take(8_000).any(|byte| *byte == 0)
}

fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[before..], &new[before..]);
    let after = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_middle = &old_rest[..old_rest.len() - after];
    let new_middle = &new_rest[..new_rest.len() - after];
    let mut lines: Vec<Line> = old[..before].iter().map(|text| Line::Same(text)).collect();
    lines.extend(compare_middle(old_middle, new_middle));
    lines.extend(old_rest[old_middle.len()..].iter().map(|text| Line::Same(text)));
    lines
}

/// The longest common subsequence by the textbook's table.
fn compare_middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let gone = |lines: &[&'a str]| lines.iter().map(|text| Line::Gone(text)).collect::<Vec<_>>();
    let fresh = |lines: &[&'a str]| lines.iter().map(|text| Line::New(text)).collect::<Vec<_>>();
    if old.len().saturating_mul(new.len()) > TABLE_LIMIT {
        return [gone(old), fresh(new)].concat();
    }
    let width = new.len() + 1;
    let mut table = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i * width + j] = if old[i] == new[j] {
                table[(i + 1) * width + j + 1] + 1
            } else {
                table[(i + 1) * width + j].max(table[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            lines.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            lines.push(Line::Gone(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines.extend(gone(&old[i..]));
    lines.extend(fresh(&new[j..]));
    lines
}

/// The hunks as text, and the numbers of the new text's lines in them.
fn hunks(lines: &[Line]) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut new_lines = Vec::new();
    for (start, end) in spans(lines) {
        let old_before = lines[..start].iter().filter(|line| !matches!(line, Line::New(_))).count();
        let new_before = lines[..start].iter().filter(|line| !matches!(line, Line::Gone(_))).count();
        let hunk = &lines[start..end];
        let old_count = hunk.iter().filter(|line| !matches!(line, Line::New(_))).count();
        let new_count = hunk.iter().filter(|line| !matches!(line, Line::Gone(_))).count();
        let head = format!("@@ -{} +{} @@\n", range(old_before, old_count), range(new_before, new_count));
        text.push_str(&head);
        hunk.iter().for_each(|line| push_line(&mut text, line));
        new_lines.extend(new_before + 1..=new_before + new_count);
    }
    if text.ends_with('\n') {
        text.pop();
    }
    (text, new_lines)
}

/// Where each hunk starts and ends; hunks whose contexts touch are one.
fn spans(lines: &[Line]) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if matches!(line, Line::Same(_)) {
            continue;
        }
        let (start, end) = (index.saturating_sub(CONTEXT), (index + 1 + CONTEXT).min(lines.len()));
        match spans.last_mut() {
            Some(last) if start <= last.1 => last.1 = end,
            _ => spans.push((start, end)),
        }
    }
    spans
}

/// `start,count`; the count is left out when it is 1, an empty side starts one line earlier.
fn range(before: usize, count: usize) -> String {
    match count {
        0 => format!("{before},0"),
        1 => format!("{}", before + 1),
        _ => format!("{},{count}", before + 1),
    }
}

fn push_line(text: &mut String, line: &Line) {
    let (sign, content) = match line {
        Line::Same(content) => (' ', content),
        Line::Gone(content) => ('-', content),
        Line::New(content) => ('+', content),
    };
    text.push(sign);
    text.push_str(content);
    if !content.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_file_is_shown_whole() {
        let made = diff(b"", b"{\n  \"a\": 1\n}");
        let expected = "@@ -0,0 +1,3 @@\n+{\n+  \"a\": 1\n+}\n\\ No newline at end of file";
        assert_eq!((made.additions, made.deletions, made.patch.as_deref()), (3, 0, Some(expected)));
        assert_eq!(made.new_lines, [1, 2, 3]);
    }

    #[test]
    fn far_changes_are_hunks_of_their_own() {
        let old: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let new = old.replace("2\n3\n", "2\nthree\n").replace("19\n", "");
        let made = diff(old.as_bytes(), new.as_bytes());
        let expected =
            "@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n@@ -16,5 +16,4 @@\n 16\n 17\n 18\n-19\n 20";
        assert_eq!(made.patch.as_deref(), Some(expected));
        assert_eq!(made.new_lines, [1, 2, 3, 4, 5, 6, 16, 17, 18, 19]);
    }

    #[test]
    fn a_picture_has_no_patch() {
        assert_eq!(diff(b"", b"\x89PNG\0"), Diff::default());
    }
}

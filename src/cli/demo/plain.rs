//! A comment as text for a terminal: what people read of it, without addresses and tags.

use comrak::{
    Arena,
    nodes::{AstNode, NodeValue},
};

use super::page::markdown;

/// Where lines end, in characters.
const WIDTH: usize = 96;
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Markdown in lines, each behind `margin`, headings in bold.
pub fn plain(text: &str, margin: &str) -> String {
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, text, &markdown::options());
    let mut lines = Vec::new();
    root.children().for_each(|node| block(node, "", "", &mut lines));
    let mut whole = String::new();
    for line in lines {
        let line = if line.is_empty() { line } else { format!("{margin}{line}") };
        whole.push_str(&line);
        whole.push('\n');
    }
    whole
}

/// Adds a block's lines: the first behind `first`, the others behind `other`.
fn block<'a>(node: &'a AstNode<'a>, first: &str, other: &str, lines: &mut Vec<String>) {
    match &node.data.borrow().value {
        NodeValue::Heading(_) => {
            lines.extend([format!("{first}{BOLD}{}{PLAIN}", inline(node)), String::new()])
        }
        NodeValue::Paragraph => {
            wrap(&inline(node), first, other, lines);
            let in_item = node.parent().is_some_and(|parent| is_item(&parent.data.borrow().value));
            if !in_item {
                lines.push(String::new());
            }
        }
        NodeValue::CodeBlock(code) => {
            lines.extend(code.literal.lines().map(|line| format!("{other}    {line}")));
            lines.push(String::new());
        }
        NodeValue::HtmlBlock(html) => {
            let seen = without_tags(&html.literal);
            if !seen.is_empty() {
                lines.extend([format!("{first}{seen}"), String::new()]);
            }
        }
        NodeValue::List(_) => {
            node.children().for_each(|item| block(item, first, other, lines));
            lines.push(String::new());
        }
        value @ (NodeValue::Item(_) | NodeValue::TaskItem(_)) => {
            let mut first = format!("{first}{}", bullet(value));
            for child in node.children() {
                block(child, &first, &format!("{other}  "), lines);
                first = format!("{other}  ");
            }
        }
        NodeValue::Table(_) => {
            node.children().for_each(|row| lines.push(format!("{other}{}", cells(row))));
            lines.push(String::new());
        }
        _ => node.children().for_each(|child| block(child, first, other, lines)),
    }
}

fn bullet(item: &NodeValue) -> &'static str {
    match item {
        NodeValue::TaskItem(task) if task.symbol.is_some() => "- [x] ",
        NodeValue::TaskItem(_) => "- [ ] ",
        _ => "- ",
    }
}

fn is_item(value: &NodeValue) -> bool {
    matches!(value, NodeValue::Item(_) | NodeValue::TaskItem(_))
}

fn cells<'a>(row: &'a AstNode<'a>) -> String {
    let cells = row.children().map(inline).filter(|cell| !cell.is_empty());
    cells.collect::<Vec<_>>().join("  |  ")
}

/// What people read of a block's inlines; a line break is one.
fn inline<'a>(node: &'a AstNode<'a>) -> String {
    let text = node.children().map(|child| match &child.data.borrow().value {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Code(code) => format!("`{}`", code.literal),
        NodeValue::SoftBreak | NodeValue::LineBreak => "\n".to_owned(),
        _ => inline(child),
    });
    text.collect()
}

fn wrap(text: &str, first: &str, other: &str, lines: &mut Vec<String>) {
    let mut line = first.to_owned();
    for (at, paragraph) in text.lines().enumerate() {
        if at > 0 {
            lines.push(std::mem::replace(&mut line, other.to_owned()));
        }
        let mut begun = false;
        for word in paragraph.split_whitespace() {
            if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::replace(&mut line, other.to_owned()));
                begun = false;
            }
            if begun {
                line.push(' ');
            }
            line.push_str(word);
            begun = true;
        }
    }
    lines.push(line);
}

fn without_tags(html: &str) -> String {
    let mut seen = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        seen.push_str(before);
        let end = if after.starts_with("!--") { "-->" } else { ">" };
        rest = after.split_once(end).map_or("", |(_, rest)| rest);
    }
    seen.push_str(rest);
    seen.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_people_read() {
        let text = "<!-- marker -->\n### Two *things*\n\nSee [`a.json`](https://x.example/a), **now**\nor later.\n\n\
                    - one\n- [ ] two\n\n```json\n  \"a\": 1\n```\n\n| A | |\n| --- | --- |\n| b | c |\n\n\
                    <details><summary>More</summary>\n\nHidden.\n\n</details>\n";
        let want = format!(
            "> {BOLD}Two things{PLAIN}\n\n> See `a.json`, now\n> or later.\n\n> - one\n> - [ ] two\n\n>       \"a\": 1\n\n\
             > A\n> b  |  c\n\n> More\n\n> Hidden.\n\n"
        );
        assert_eq!(plain(text, "> "), want);
    }

    #[test]
    fn wraps_at_blanks() {
        let mut lines = Vec::new();
        wrap(&"word ".repeat(40), "- ", "  ", &mut lines);
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{lines:?}");
        assert!(lines[0].starts_with("- word") && lines[1].starts_with("  word"), "{lines:?}");
    }
}

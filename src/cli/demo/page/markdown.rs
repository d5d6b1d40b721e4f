//! Markdown as GitHub shows it in comments: GitHub's extensions, line breaks kept, and then cleaned.
//!
//! In: anybody's text. Out: HTML that runs nothing, loads nothing and looks like nothing else on the page.
//! Links to files and comments that are on the page lead there, for the stand-in has no pages of its own.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::UrlRelative;
use comrak::{Arena, Options, nodes::NodeValue};
use maud::PreEscaped;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::cli::demo::cast::{NOMINATOR, REGISTRY};
use crate::fake_github::PullRequestView;

/// What of GitHub's pages is on this one.
pub struct Places {
    number: u64,
    files: Vec<String>,
}

impl Places {
    /// Those of a pull request.
    pub fn of(view: &PullRequestView) -> Self {
        Self { number: view.number, files: view.files.iter().map(|file| file.path.clone()).collect() }
    }

    /// Where a link leads from here; empty for a place that the stand-in does not have.
    fn here(&self, link: &str) -> String {
        let Some((kind, rest, fragment)) = at_registry(link) else { return link.to_owned() };
        let file = || {
            let (_, path) = rest.split_once('/')?;
            let place = self.files.iter().position(|file| file == path)?;
            Some(place)
        };
        match kind.as_str() {
            "blob" => {
                let line = fragment.split('-').next().filter(|line| line.starts_with('L'));
                let line = line.map(|line| format!("-{line}")).unwrap_or_default();
                file().map(|file| format!("#file-{file}{line}")).unwrap_or_default()
            }
            "edit" => file().map(|file| format!("#edit-{file}")).unwrap_or_default(),
            "pull" => match fragment.split_once('-') {
                Some(("issuecomment", id)) => format!("#comment-{id}"),
                Some(("pullrequestreview", id)) => format!("#review-{id}"),
                _ if rest == self.number.to_string() => "#heading".to_owned(),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }
}

/// Kind of page, the rest of its path, and the fragment, of an address in the registry or the nominator's fork.
fn at_registry(link: &str) -> Option<(String, String, String)> {
    let url = Url::parse(link).ok().filter(|url| url.host_str() == Some("github.com"))?;
    let (owner, name) = REGISTRY.split_once('/')?;
    let path = url.path().trim_start_matches('/');
    let path = [owner, NOMINATOR].iter().find_map(|owner| path.strip_prefix(&format!("{owner}/{name}/")))?;
    let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
    let rest = percent_decode_str(rest).decode_utf8_lossy().into_owned();
    Some((kind.to_owned(), rest, url.fragment().unwrap_or_default().to_owned()))
}

/// A comment as people see it.
pub fn render(text: &str, places: &Places) -> PreEscaped<String> {
    let options = options();
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, text, &options);
    for node in root.descendants() {
        if let NodeValue::Link(link) = &mut node.data.borrow_mut().value {
            link.url = places.here(&link.url);
        }
    }
    let mut html = String::new();
    // Writing to a string does not fail.
    let _ = comrak::format_html(root, &options, &mut html);
    PreEscaped(clean(&html))
}

/// What a comment on lines suggests to put in their place.
pub fn suggestion(text: &str) -> Option<String> {
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, text, &options());
    root.children().find_map(|node| match &node.data.borrow().value {
        NodeValue::CodeBlock(block) if block.info == "suggestion" => Some(block.literal.to_string()),
        _ => None,
    })
}

/// GitHub's kind of Markdown, in comments.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    // As in GitHub's comments, though not in its files.
    options.render.hardbreaks = true;
    options.render.tasklist_classes = true;
    // HTML is let through here and cleaned afterwards, as GitHub does.
    options.render.r#unsafe = true;
    options
}

fn clean(html: &str) -> String {
    let alerts =
        ["note", "tip", "important", "warning", "caution"].map(|kind| format!("markdown-alert-{kind}"));
    let mut divs: HashSet<&str> = alerts.iter().map(String::as_str).collect();
    divs.insert("markdown-alert");
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area"])
        .add_tags(["input"])
        .tag_attribute_values(HashMap::from([(
            "input",
            HashMap::from([("type", HashSet::from(["checkbox"])), ("checked", HashSet::from([""]))]),
        )]))
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "type", "checkbox")
        .add_tag_attributes("details", ["open"])
        .allowed_classes(HashMap::from([
            ("div", divs),
            ("p", HashSet::from(["markdown-alert-title"])),
            ("ul", HashSet::from(["contains-task-list"])),
            ("li", HashSet::from(["task-list-item"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Custom(Box::new(fragment)))
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(html)
        .to_string()
}

/// Of relative addresses only those that stay on the page.
fn fragment(url: &str) -> Option<Cow<'_, str>> {
    url.starts_with('#').then_some(Cow::Borrowed(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let places = Places { number: 1, files: vec!["README.md".into(), "nominees/a b.json".into()] };
        render(text, &places).into_string()
    }

    #[test]
    fn keeps_what_github_keeps() {
        let html = shown(
            "<!-- marker -->\n<details><summary>More</summary>\n\n- [x] done\n\n</details>\n\n\
             | a |\n| - |\n| b |\n\none\ntwo\n\n> [!NOTE]\n> Look.\n",
        );
        for part in ["<details><summary>More</summary>", "<td>b</td>", "one<br>", "markdown-alert-note"] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(html.contains("type=\"checkbox\"") && html.contains("disabled"), "{html}");
        assert!(!html.contains("marker"), "{html}");
    }

    #[test]
    fn lets_nothing_run_or_load() {
        let html = shown(
            "<script>x()</script><img src=x onerror=x()><a href=\"javascript:x()\" style=\"color:red\">a</a>\n\n\
             [b](javascript:x()) ![c](https://x.example/c.png) <iframe src=x></iframe>\
             <form action=/x><input name=y type=submit></form><style>*{}</style><p id=heading class=notice>d</p>",
        );
        for part in
            ["script", "img", "onerror", "style", "iframe", "form", "submit", "name=", "id=", "notice"]
        {
            assert!(!html.contains(part), "{part} is in {html}");
        }
    }

    #[test]
    fn links_lead_to_places_on_the_page() {
        for (link, place) in [
            ("https://github.com/ada/publicgoods/blob/0a1b/nominees/a%20b.json#L7", "#file-1-L7"),
            ("https://github.com/ada/publicgoods/blob/0a1b/nominees/a%20b.json#L7-L9", "#file-1-L7"),
            ("https://github.com/ada/publicgoods/edit/patch-1/README.md", "#edit-0"),
            ("https://github.com/dpg-registry/publicgoods/pull/1#issuecomment-12", "#comment-12"),
            ("https://github.com/dpg-registry/publicgoods/pull/1#pullrequestreview-12", "#review-12"),
            ("https://github.com/fxi/AccessMod_shiny", "https://github.com/fxi/AccessMod_shiny"),
        ] {
            let html = shown(&format!("[x]({link})"));
            assert!(html.contains(&format!("href=\"{place}\"")), "{link}: {html}");
        }
        let html = shown("[x](https://github.com/ada/publicgoods/blob/0a1b/gone.json)");
        assert!(!html.contains("href"), "{html}");
    }
}

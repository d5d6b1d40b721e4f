//! What a page shows to people: the text that is seen, and the addresses that name a license.
//!
//! In: a page as it was fetched. Out: [`Shown`], or what the page is instead of a text. Never: a tree of elements, a
//! script's doing, what another page says. The time is that of the length, whatever the page is made of.

use url::Url;

use super::{
    fetch::{End, Page},
    page::{Part, Parts, attribute},
};
use crate::triage::{
    license_page::{Lack, Shown},
    license_text::{self, address, is_license_file, mention},
    web_address,
};

/// A page with scripts that shows fewer words without them is put together by them.
const FEWEST_WORDS: usize = 60;

/// Further links of a page are not looked at; it may lead on by them.
const MOST_LINKS: usize = 2000;

/// Hosts whose pages are programs: what is read of them is the frame around what people see.
const PROGRAMS: [&str; 16] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "docs.google.com",
    "drive.google.com",
    "sites.google.com",
    "notion.so",
    "notion.site",
    "figma.com",
    "dropbox.com",
    "onedrive.live.com",
    "sharepoint.com",
    "facebook.com",
    "linkedin.com",
    "researchgate.net",
];

/// Elements of which nothing is seen.
const UNSEEN: [&str; 6] = ["script", "style", "title", "noscript", "template", "svg"];
/// Elements that show something else than what stands in them.
const INSTEAD: [&str; 7] = ["iframe", "audio", "video", "canvas", "datalist", "noembed", "noframes"];
/// Elements in which nothing can stand.
const VOID: [&str; 9] = ["img", "input", "br", "hr", "meta", "link", "source", "wbr", "embed"];
/// Elements that show another page.
const FRAMES: [&str; 4] = ["iframe", "frame", "object", "embed"];
/// Elements that begin a line of their own, and those that begin a paragraph.
const LINES: [&str; 6] = ["br", "tr", "dt", "dd", "option", "summary"];
const PARAGRAPHS: [&str; 22] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "ul",
    "ol",
    "dl",
    "table",
    "td",
    "th",
    "blockquote",
    "pre",
    "form",
    "figure",
    "details",
    "hr",
    "body",
];

/// What people see of a page; where it is no text, what it is.
pub(super) fn shown(page: &Page) -> Result<Shown, String> {
    let kind = page.content_type.as_deref().unwrap_or_default();
    if page.end == End::NoText {
        return Err(in_words(kind).to_owned());
    }
    let cut = (page.end != End::Whole).then_some(Lack::Rest);
    let is_html = kind.contains("html") && !kind.contains("text/plain") || begins_as_html(&page.text);
    if !is_html {
        let path = page.address.url().path();
        let text = license_text::from_file(path, page.text.as_bytes()).ok_or("a file that is no text")?;
        return Ok(Shown { text, lacks: cut, ..Shown::default() });
    }
    let mut walk = Walk::new(page.address.url());
    // Of what is longer, the end is not read anyway.
    for part in Parts::of(&page.text) {
        walk.part(part);
        if walk.shown.len() > license_text::READ {
            break;
        }
    }
    Ok(walk.end(cut))
}

fn begins_as_html(text: &str) -> bool {
    let start = text.trim_start();
    ["<!doctype html", "<html"]
        .iter()
        .any(|begin| start.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin)))
}

/// What is no text, in words behind "is".
fn in_words(kind: &str) -> &'static str {
    match kind.split(['/', ';']).collect::<Vec<_>>().as_slice() {
        ["application", "pdf", ..] => "a PDF",
        ["image", ..] => "a picture",
        ["video" | "audio", ..] => "a recording",
        _ => "a file that is no text",
    }
}

/// The walk over a page, from its beginning to its end.
struct Walk<'a> {
    here: &'a Url,
    shown: String,
    /// Elements without anything to be seen, opened and not yet closed.
    unseen: [usize; UNSEEN.len()],
    /// An element that is hidden, and how many of its name are open in it.
    hidden: Option<(String, usize)>,
    /// Preformatted elements that are open.
    kept: usize,
    /// An address that names a license, and is written behind the text of its link, which begins here.
    named: Option<(String, usize)>,
    scripts: bool,
    asks_for_scripts: bool,
    leads_on: bool,
    /// Whether the browser goes on to another page by itself.
    leaves: bool,
    links: usize,
}

impl<'a> Walk<'a> {
    fn new(here: &'a Url) -> Self {
        Self {
            here,
            shown: String::new(),
            unseen: [0; UNSEEN.len()],
            hidden: None,
            kept: 0,
            named: None,
            scripts: false,
            asks_for_scripts: false,
            leads_on: false,
            leaves: false,
            links: 0,
        }
    }

    fn part(&mut self, part: Part<'_>) {
        match part {
            Part::Text(text) if self.is_seen() => self.text(text),
            // It may be shown once something is clicked.
            Part::Text(text) if self.hidden.is_some() => {
                self.leads_on |= !mention::families(text).is_empty();
            }
            Part::Text(text) => {
                let noscript = self.unseen[3] > 0;
                self.asks_for_scripts |= noscript && speaks_of_scripts(text);
            }
            Part::Open { name, attributes } => self.open(&name.to_ascii_lowercase(), attributes),
            Part::Close { name } => self.close(&name.to_ascii_lowercase()),
        }
    }

    fn is_seen(&self) -> bool {
        self.hidden.is_none() && self.unseen.iter().all(|open| *open == 0)
    }

    fn open(&mut self, name: &str, attributes: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open += usize::from(hidden == name);
            return;
        }
        if self.is_seen() && is_hidden(name, attributes) {
            self.leads_on |= FRAMES.contains(&name);
            self.hidden = (!VOID.contains(&name)).then(|| (name.to_owned(), 1));
            return;
        }
        if let Some(at) = UNSEEN.iter().position(|known| *known == name) {
            self.scripts |= name == "script";
            // Only a picture can end where it begins.
            self.unseen[at] += usize::from(name != "svg" || !attributes.ends_with('/'));
            return;
        }
        if !self.is_seen() {
            return;
        }
        match name {
            "a" => {
                self.flush();
                if let Some(href) = attribute(attributes, "href") {
                    self.link(&decoded(href));
                }
            }
            "link" => {
                let is =
                    |rel: &str| rel.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case("license"));
                if attribute(attributes, "rel").is_some_and(is)
                    && let Some(href) = attribute(attributes, "href")
                {
                    self.link(&decoded(href));
                    self.write();
                }
            }
            "img" => {
                self.write();
                self.text(attribute(attributes, "alt").unwrap_or_default());
                if let Some(source) = attribute(attributes, "src") {
                    self.link(&decoded(source));
                    self.write();
                }
            }
            "meta" => {
                let refreshes = attribute(attributes, "http-equiv")
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"));
                if refreshes {
                    self.leads_on = true;
                    self.leaves |= self.is_elsewhere(attribute(attributes, "content").unwrap_or_default());
                }
            }
            "li" => self.shown.push_str("\n\n- "),
            // Whoever reads the text sees that it is struck through.
            "del" | "s" | "strike" => self.shown.push_str("~~"),
            "pre" => {
                self.shown.push_str("\n\n");
                self.kept += 1;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.shown.push_str("\n\n## "),
            _ if FRAMES.contains(&name) => self.leads_on = true,
            _ => self.layout(name),
        }
    }

    /// Whether what a page is refreshed with is another page: `0; url=/license`.
    fn is_elsewhere(&self, refresh: &str) -> bool {
        let refresh = decoded(refresh);
        let Some((_, address)) = refresh.split_once([';', ',']) else { return false };
        let address = address.trim();
        let address = match address.get(..3) {
            Some(start) if start.eq_ignore_ascii_case("url") => {
                address[3..].trim_start().trim_start_matches('=')
            }
            _ => address,
        };
        let address = address.trim().trim_matches(['"', '\'']);
        let end = self.here.join(address);
        end.is_ok_and(|end| end.path() != self.here.path() || end.host_str() != self.here.host_str())
    }

    fn close(&mut self, name: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open -= usize::from(hidden == name);
            if *open == 0 {
                self.hidden = None;
            }
            return;
        }
        if let Some(at) = UNSEEN.iter().position(|known| *known == name) {
            self.unseen[at] = self.unseen[at].saturating_sub(1);
            return;
        }
        match name {
            "a" => self.flush(),
            "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.shown.push_str("\n\n"),
            "del" | "s" | "strike" => self.shown.push_str("~~"),
            "pre" => {
                self.shown.push_str("\n\n");
                self.kept = self.kept.saturating_sub(1);
            }
            _ => self.layout(name),
        }
    }

    fn layout(&mut self, name: &str) {
        if PARAGRAPHS.contains(&name) {
            self.shown.push_str("\n\n");
        } else if LINES.contains(&name) {
            self.shown.push('\n');
        }
    }

    /// Adds text, with its blanks only where they are kept.
    fn text(&mut self, written: &str) {
        let text = decoded(written);
        if self.kept > 0 {
            self.shown.push_str(&text);
            return;
        }
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            self.shown.push_str(word);
            let is_blank = word.len() < piece.len();
            if is_blank && !self.shown.ends_with([' ', '\n']) {
                self.shown.push(' ');
            }
        }
    }

    /// Looks where a link leads.
    fn link(&mut self, href: &str) {
        self.links += 1;
        if self.links > MOST_LINKS {
            self.leads_on = true;
            return;
        }
        if address::named(href).is_some() {
            self.named = Some((href.to_owned(), self.shown.len()));
            return;
        }
        let Ok(url) = self.here.join(href) else { return };
        let same = url.path() == self.here.path() && url.host_str() == self.here.host_str();
        self.leads_on |= !same && is_license_file(url.path()) && !address::is_generic(&url);
    }

    /// Writes the address of the link that ends here. One without a text is not seen.
    fn flush(&mut self) {
        if let Some((named, from)) = self.named.take() {
            if self.shown[from..].contains(char::is_alphanumeric) {
                self.address(&named);
            } else {
                self.leads_on = true;
            }
        }
    }

    /// Writes the address of a link that is seen without a text, such as around a picture.
    fn write(&mut self) {
        if let Some((named, _)) = self.named.take() {
            self.address(&named);
        }
    }

    fn address(&mut self, address: &str) {
        let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
        if !rest.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"')) {
            self.shown.push_str(" (https://");
            self.shown.push_str(rest);
            self.shown.push_str(") ");
        }
    }

    fn end(mut self, cut: Option<Lack>) -> Shown {
        self.flush();
        let words = self.shown.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
        let host = web_address::host(self.here);
        let is_program = PROGRAMS.iter().any(|known| {
            host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        });
        let by_scripts = is_program
            || words == 0
            || self.asks_for_scripts
            || self.scripts && words < FEWEST_WORDS
            // An element that never ends hides what follows it.
            || !self.is_seen();
        let lacks = if by_scripts { Some(Lack::Scripts) } else { cut };
        // People see the page to which it leads.
        let text = if self.leaves { String::new() } else { self.shown };
        Shown { text, lacks, website: true, leads_on: self.leads_on }
    }
}

/// Styles by which nothing is seen, without blanks and comments.
const HIDING: [&str; 9] = [
    "display:none",
    "visibility:hidden",
    "font-size:0",
    "opacity:0;",
    ";height:0",
    ";width:0",
    ";left:-",
    ";top:-",
    ";clip",
];

/// Whether an element is not shown, with all that stands in it.
fn is_hidden(name: &str, attributes: &str) -> bool {
    let style = attribute(attributes, "style").map(|style| {
        let style = decoded(style).to_ascii_lowercase();
        let bare: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        let mut parts = bare.split("/*");
        let first = parts.next().unwrap_or_default().to_owned();
        let seen =
            parts.fold(first, |style, part| style + part.split_once("*/").map_or("", |(_, rest)| rest));
        format!(";{seen};")
    });
    INSTEAD.contains(&name)
        || name == "dialog" && attribute(attributes, "open").is_none()
        || ["hidden", "popover"].iter().any(|hiding| attribute(attributes, hiding).is_some())
        || style.is_some_and(|style| HIDING.iter().any(|hiding| style.contains(hiding)))
}

fn speaks_of_scripts(text: &str) -> bool {
    text.to_ascii_lowercase().contains("javascript")
}

/// Characters that are written by name, as far as they matter to words.
const NAMED: [(&str, &str); 16] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("copy", "©"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("shy", ""),
    ("eacute", "é"),
    ("egrave", "è"),
];

/// Text without entities. What is none, or unknown, stands as it is.
fn decoded(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        // No entity that is known here is longer.
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((decoded, end)) => {
                text.push_str(&decoded);
                rest = &rest[end + 1..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text + rest
}

fn character(name: &str) -> Option<String> {
    if let Some((_, known)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some((*known).to_owned());
    }
    let number = name.strip_prefix('#')?;
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    number.ok().and_then(char::from_u32).map(String::from)
}

#[cfg(test)]
mod tests;

//! A reader of HTML for what is asked here, in one walk over the text.
//!
//! In: the text of a page, however broken. Out: its parts one after the other ([`Parts`]), and what `login` asks of
//! them. Never: a tree. Readers that build one need time with the square of nested tags.

/// A part of a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part<'a> {
    /// Text as written: entities stand as they are.
    Text(&'a str),
    /// The beginning of an element: its name as written, and its attributes as one text.
    Open {
        name: &'a str,
        attributes: &'a str,
    },
    Close {
        name: &'a str,
    },
}

/// Elements in which no tag but their own end counts.
const WITHOUT_TAGS: [&str; 4] = ["script", "style", "title", "textarea"];

/// The parts of a page, in its order. The place in the text only ever moves forward.
pub(super) struct Parts<'a> {
    rest: &'a str,
    /// The element without tags in which the place is.
    within: Option<&'a str>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text, within: None }
    }

    /// Takes so many bytes of what is left.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    /// The text up to the end tag of an element without tags.
    fn text_within(&mut self, name: &str) -> &'a str {
        let mut from = 0;
        while let Some(found) = self.rest[from..].find("</") {
            let end = from + found;
            let after = self.rest.as_bytes().get(end + 2..end + 2 + name.len());
            if after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes())) {
                return self.take(end);
            }
            from = end + 2;
        }
        self.take(self.rest.len())
    }

    /// Passes over a tag, at which `rest` begins, and answers what stands between its brackets.
    fn tag(&mut self) -> &'a str {
        let (mut quote, mut before) = (None, b'<');
        for (at, byte) in self.rest.bytes().enumerate().skip(1) {
            match (quote, byte) {
                (None, b'>') => return &self.take(at + 1)[1..at],
                // Elsewhere it is a part of a name or a value.
                (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
        }
        &self.take(self.rest.len())[1..]
    }

    /// Passes over a comment, at which `rest` begins.
    fn skip_comment(&mut self) {
        // The dashes of the beginning may be those of the end.
        let mut from = "<!".len();
        while let Some(found) = self.rest[from..].find("--") {
            let at = from + found;
            let after = &self.rest[at + 2..];
            if after.starts_with('>') {
                self.take(at + 3);
                return;
            }
            if after.starts_with("!>") && at >= "<!--".len() {
                self.take(at + 4);
                return;
            }
            from = at + 1;
        }
        self.take(self.rest.len());
    }

    /// Passes over what ends with this text.
    fn skip_past(&mut self, end: &str) {
        let at = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.take(at);
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        loop {
            if let Some(name) = self.within.take() {
                let text = self.text_within(name);
                if !text.is_empty() {
                    return Some(Part::Text(text));
                }
            }
            if self.rest.is_empty() {
                return None;
            }
            if self.rest.starts_with("<!--") {
                self.skip_comment();
                continue;
            }
            if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.skip_past(">");
                continue;
            }
            let letter = |at: usize| self.rest.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
            if self.rest.starts_with("</") && letter(2) {
                let name = named(&self.tag()[1..]).0;
                return Some(Part::Close { name });
            }
            if self.rest.starts_with('<') && letter(1) {
                let (name, attributes) = named(self.tag());
                let without = WITHOUT_TAGS.iter().any(|known| known.eq_ignore_ascii_case(name));
                self.within = without.then_some(name);
                return Some(Part::Open { name, attributes });
            }
            // A bracket that begins no tag is text.
            let from = usize::from(self.rest.starts_with('<'));
            let end = self.rest[from..].find('<').map_or(self.rest.len(), |at| from + at);
            return Some(Part::Text(self.take(end)));
        }
    }
}

/// The name of a tag, and what follows it.
fn named(tag: &str) -> (&str, &str) {
    let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(tag.len());
    tag.split_at(end)
}

/// The value of an attribute, as written.
pub(super) fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        // An equals sign in front is part of the name.
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/');
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(ends).map_or(rest.len(), |at| first + at);
        let (name, behind) = rest.split_at(end);
        let (value, behind) = match behind.trim_ascii_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_ascii_start()),
            None => ("", behind),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = behind;
    }
}

/// The value at which a text begins, and what follows it.
fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len()))
}

/// The page's title, as written.
pub(crate) fn title(text: &str) -> Option<&str> {
    let mut parts = Parts::of(text);
    parts.find(|part| matches!(part, Part::Open { name, .. } if name.eq_ignore_ascii_case("title")))?;
    match parts.next() {
        Some(Part::Text(title)) => Some(title.trim()),
        _ => None,
    }
}

/// Whether the page has a field for a password.
pub(crate) fn asks_for_password(text: &str) -> bool {
    Parts::of(text).any(|part| match part {
        Part::Open { name, attributes } if name.eq_ignore_ascii_case("input") => {
            attribute(attributes, "type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("password"))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn parts(text: &str) -> Vec<Part<'_>> {
        Parts::of(text).collect()
    }

    #[test]
    fn parts_in_their_order() {
        let open = |name, attributes| Part::Open { name, attributes };
        assert_eq!(
            parts("<!doctype html><P class='a>b'>1 < 2<br/><!-- <b> -->x</P ><script>if (a<b) {}</SCRIPT>"),
            [
                open("P", " class='a>b'"),
                Part::Text("1 "),
                Part::Text("< 2"),
                open("br", "/"),
                Part::Text("x"),
                Part::Close { name: "P" },
                open("script", ""),
                Part::Text("if (a<b) {}"),
                Part::Close { name: "SCRIPT" },
            ]
        );
        assert_eq!(
            parts("<!-- a --!>b<!-->c<!--->d<p x=it's y>e"),
            [Part::Text("b"), Part::Text("c"), Part::Text("d"), open("p", " x=it's y"), Part::Text("e")]
        );
        for broken in ["<", "</", "<!", "<!--", "<a", "<a href=\"", "</a", "<title>", "<script></", "é<é>é"]
        {
            parts(broken);
        }
    }

    #[test]
    fn titles_passwords_and_attributes() {
        assert_eq!(title("<head><TITLE lang=en> Sign <b>in </title>"), Some("Sign <b>in"));
        assert_eq!(title("<title></title>"), None);
        assert_eq!(title("no title"), None);
        assert!(asks_for_password("<form><input name=p disabled TYPE = 'Password' ></form>"));
        assert!(asks_for_password("<input/type='password'/>"));
        assert!(!asks_for_password("<input data-type=password><!-- <input type=password> -->"));
        assert!(!asks_for_password("<script>'<input type=password>'</script>"));
        assert_eq!(attribute(" a b=1 c=\"d e\" =x é='ü'", "c"), Some("d e"));
        assert_eq!(attribute(" a b=1 é='ü'", "é"), Some("ü"));
        assert_eq!(attribute(" a= ", "a"), Some(""));
    }

    /// What makes other readers slow costs no more here than its length.
    #[test]
    fn hostile_pages_take_time_with_their_length() {
        for piece in
            ["<div>", "<a b=\"", "<!--", "<script>", "</", "<title></t", "<", "<x a=1 b='", "<input type"]
        {
            let page = piece.repeat(2_000_000 / piece.len());
            let started = Instant::now();
            let (_, _) = (title(&page), asks_for_password(&page));
            assert!(started.elapsed() < Duration::from_secs(4), "{piece}: {:?}", started.elapsed());
        }
    }
}

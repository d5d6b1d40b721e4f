//! What the comment says when a look was given up: that what stands below it may be old.
//!
//! In: our comment. Out: the change to it, once. Never: the reason, which is for those who run the bot.

use super::Change;
use crate::triage::{marker::Marker, snapshot::LivingComment};

const WORDS: &str = "> [!WARNING]\n> My last look at this pull request did not work out, so what stands below may be \
     out of date. That is not your fault, and nothing is lost. I look again when something changes here, or when you \
     write `/recheck` in a comment. If this stays, please tell the maintainers.\n\n";

/// Puts the words before the text of our comment; none where they stand, or where somebody spoiled the comment.
pub fn gave_up(living: &LivingComment) -> Option<Change> {
    let marker = Marker::read(&living.body)?;
    let (_, text) = living.body.split_once('\n')?;
    (!says_so(living))
        .then(|| Change::EditComment { id: living.id, body: marker.with(&format!("{WORDS}{text}")) })
}

/// Whether the words stand in our comment: then a look is still to be done.
pub fn says_so(living: &LivingComment) -> bool {
    let text = living.body.split_once('\n').map_or("", |(_, text)| text);
    text.replace("\r\n", "\n").starts_with(WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_said_once_and_the_memory_stays() {
        let marker = Marker { head: "a".repeat(40), past: 7, ..Marker::default() };
        let living = |body| LivingComment { id: 3, node: String::new(), body };
        let Some(Change::EditComment { id: 3, body }) = gave_up(&living(marker.clone().with("text\n")))
        else {
            panic!("no change");
        };
        assert!(body.ends_with("tell the maintainers.\n\ntext\n"), "{body}");
        let read = Marker::read(&body).unwrap();
        assert!(read.fits(&body) && read.past == 7 && read.head == marker.head);
        assert_eq!(gave_up(&living(body.replace('\n', "\r\n"))), None);
        assert_eq!(gave_up(&living("spoiled".to_owned())), None);
    }
}

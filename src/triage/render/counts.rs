//! How much was found, in numbers and in words.
//!
//! In: [`FileReport`]s. Out: [`Counts`]. Never: what was found.

use crate::triage::{finding::Severity, report::FileReport};

/// Findings by what they ask for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    pub must: usize,
    pub should: usize,
    pub hint: usize,
    /// What only a person settles; there is nothing to do about it.
    pub people: usize,
}

impl Counts {
    pub fn of<'a>(files: impl IntoIterator<Item = &'a FileReport>) -> Self {
        files.into_iter().fold(Self::default(), |counts, file| Self {
            must: counts.must + file.to_change(Severity::Must).count(),
            should: counts.should + file.to_change(Severity::Should).count(),
            hint: counts.hint + file.to_change(Severity::Hint).count(),
            people: counts.people + file.for_people().count(),
        })
    }

    /// With findings that are alike counted as one, as they are told in a document.
    pub fn of_items<'a>(files: impl IntoIterator<Item = &'a FileReport>) -> Self {
        files.into_iter().fold(Self::default(), |counts, file| Self {
            must: counts.must + file.items(Severity::Must).len(),
            should: counts.should + file.items(Severity::Should).len(),
            hint: counts.hint + file.items(Severity::Hint).len(),
            people: counts.people + file.items_for_people().len(),
        })
    }

    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// "2 to fix, 1 worth improving"; what there is none of is left out, but for what has to be fixed.
    pub fn words(&self) -> String {
        let fix = if self.must > 0 { format!("{} to fix", self.must) } else { "nothing to fix".to_owned() };
        let others = [
            (self.should, "worth improving"),
            (self.hint, "to know"),
            (self.people, "for a person to decide"),
        ];
        let others = others.into_iter().filter(|(count, _)| *count > 0);
        others.fold(fix, |line, (count, what)| format!("{line}, {count} {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_leave_out_what_is_not_there() {
        let words = |must, should, hint, people| Counts { must, should, hint, people }.words();
        assert_eq!(words(0, 0, 0, 0), "nothing to fix");
        assert_eq!(words(2, 0, 1, 0), "2 to fix, 1 to know");
        assert_eq!(words(0, 3, 0, 1), "nothing to fix, 3 worth improving, 1 for a person to decide");
    }
}

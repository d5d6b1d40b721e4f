//! What a check says: data with a place, until a renderer speaks.

use super::{prose::Prose, span::Span};

/// How much a finding asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Severity {
    /// A fact for the person who decides.
    Hint,
    /// Asked for; does not hold the nomination up.
    Should,
    /// Has to change before people look at the nomination.
    Must,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Should => "should",
            Severity::Must => "must",
        }
    }
}

/// Where in a nomination: the value's JSON pointer (RFC 6901) and its bytes in the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spot {
    pub pointer: String,
    pub span: Span,
}

/// What stands in a value's place once it is put right.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Correction {
    /// This text; of the file's name, where the finding has no place.
    Text(String),
    /// These texts, each an entry of the list that the value stands in; none: the entry is deleted.
    Entries(Vec<String>),
}

/// Where that is done which a finding asks for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mended {
    /// In the nomination.
    #[default]
    Here,
    /// Elsewhere, so that the pull request does not show when it is done.
    Outside,
    /// In the conversation, or by closing a pull request: no edit of the file settles it.
    InTalk,
}

/// One fault or fact.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    pub severity: Severity,
    /// What is so, why it matters where that is not plain, and what to do.
    pub message: Prose,
    /// `None`: it concerns the file as a whole.
    pub spot: Option<Spot>,
    /// What is sure to be right in place of the value at `spot`.
    pub correction: Option<Correction>,
    /// Whether the correction changes only how something is written, so that nobody has to be asked about it.
    pub mechanical: bool,
    /// Whether the correction is a number, which stands without quotation marks.
    pub is_number: bool,
    pub mended: Mended,
    /// What it is about, where the message does not tell that from all else of its kind: a digest of a text that was
    /// read. A waiver holds for this alone.
    pub about: String,
    /// Whether it stood there before the change, on lines that the change does not touch.
    pub inherited: bool,
    /// Whether a person waived it: it counts no longer.
    pub waived: bool,
}

impl Finding {
    fn new(severity: Severity, message: Prose) -> Self {
        Self {
            severity,
            message,
            spot: None,
            correction: None,
            mechanical: false,
            is_number: false,
            mended: Mended::Here,
            about: String::new(),
            inherited: false,
            waived: false,
        }
    }

    pub fn must(message: Prose) -> Self {
        Self::new(Severity::Must, message)
    }

    pub fn should(message: Prose) -> Self {
        Self::new(Severity::Should, message)
    }

    pub fn hint(message: Prose) -> Self {
        Self::new(Severity::Hint, message)
    }

    pub fn at(mut self, spot: &Spot) -> Self {
        self.spot = Some(spot.clone());
        self
    }

    pub fn about(mut self, digest: String) -> Self {
        self.about = digest;
        self
    }

    pub fn outside(mut self) -> Self {
        self.mended = Mended::Outside;
        self
    }

    pub fn in_talk(mut self) -> Self {
        self.mended = Mended::InTalk;
        self
    }

    /// Offers a text that is sure to be right; somebody has to agree to it.
    pub fn suggest(mut self, text: impl Into<String>) -> Self {
        self.correction = Some(Correction::Text(text.into()));
        self
    }

    /// Says how it is written rightly; nothing of what is meant changes.
    pub fn mend(mut self, correction: Correction) -> Self {
        self.correction = Some(correction);
        self.mechanical = true;
        self
    }

    /// Says which number stands there in text.
    pub fn number(mut self, number: String) -> Self {
        self.is_number = true;
        self.mend(Correction::Text(number))
    }

    /// The correction of the whole value as it stands in the file.
    pub fn json(&self) -> Option<String> {
        self.suggestion().map(|text| {
            if self.is_number { text.to_owned() } else { serde_json::Value::from(text).to_string() }
        })
    }

    /// The text that is sure to be right in place of the whole value.
    pub fn suggestion(&self) -> Option<&str> {
        match &self.correction {
            Some(Correction::Text(text)) => Some(text),
            _ => None,
        }
    }
}

//! The pull requests of the demo: those that are open at the start, and those that the reader may open.
//!
//! The nominations are real ones of the registry or made up, see `tests/data/README.md`.

use super::outside::Repository;

/// A pull request to be opened.
pub struct Submission {
    /// What the reader's choice is called in a form.
    pub id: &'static str,
    /// What it is, in two or three words.
    pub kind: &'static str,
    /// What there is to see.
    pub says: &'static str,
    pub title: &'static str,
    pub body: &'static str,
    pub path: &'static str,
    text: Text,
}

enum Text {
    Whole(&'static str),
    /// A text with one part of it replaced.
    With(&'static str, &'static str, &'static str),
}

impl Submission {
    /// What the file says afterwards.
    pub fn text(&self) -> String {
        match self.text {
            Text::Whole(text) => text.to_owned(),
            Text::With(text, from, to) => text.replacen(from, to, 1),
        }
    }
}

macro_rules! data {
    ($path:literal) => {
        include_str!(concat!("../../../tests/data/", $path))
    };
}

/// What lies in the registry at the start.
pub const REGISTRY_FILES: [(&str, &str); 7] = [
    (".github/dpg-triage.yml", data!("demo/rules.yml")),
    ("README.md", "# The registry of digital public goods\n"),
    ("nominee-schema.json", data!("registry/nominee-schema.json")),
    ("screening-schema.json", data!("registry/screening-schema.json")),
    ("nominees/datawinners.json", DATA_WINNERS),
    ("nominees/deon.json", data!("nominees/deon.json")),
    ("nominees/open-clinic.json", data!("demo/open-clinic.json")),
];

const DATA_WINNERS: &str = data!("nominees/datawinners.json");

static GOOD: Submission = Submission {
    id: "good",
    kind: "A good one",
    says: "Nothing to change: people can review it at once.",
    title: "Nominate AccessMod",
    body: "AccessMod models how far people are from the health services that they need.",
    path: "nominees/accessmod.json",
    text: Text::Whole(data!("nominees/accessmod.json")),
};

static TYPICAL: Submission = Submission {
    id: "typical",
    kind: "A typical one",
    says: "A few slips, as in most: the file's name, the license.",
    title: "Nominate OpenSourceEcology",
    body: "Adds **OpenSourceEcology**: open source designs of industrial machines.",
    path: "nominees/open-source-ecology.json",
    text: Text::Whole(data!("nominees/open-source-ecology.json")),
};

static TERRIBLE: Submission = Submission {
    id: "terrible",
    kind: "A terrible one",
    says: "Nearly everything that can be wrong, in one file.",
    title: "Add Health 4 Everybody",
    body: "I filled in what I could.",
    path: "nominees/Health 4 Everybody Nomination.json",
    text: Text::Whole(data!("demo/terrible.json")),
};

static BROKEN: Submission = Submission {
    id: "broken",
    kind: "A broken file",
    says: "Written in a word processor: it is not JSON any more.",
    title: "Nominate AccessMod (from my word processor)",
    body: "I hope that this is the right format.",
    path: "nominees/accessmod.json",
    text: Text::Whole(data!("demo/broken.json")),
};

static ANSWERS: Submission = Submission {
    id: "answers",
    kind: "The long form",
    says: "The answers on all nine indicators, some of them still missing.",
    title: "Submit Open Clinic",
    body: "The answers for Open Clinic, which was nominated before.",
    path: "digitalpublicgoods/open-clinic.json",
    text: Text::Whole(data!("demo/open-clinic-submission.json")),
};

static CHANGE: Submission = Submission {
    id: "change",
    kind: "A change",
    says: "One line of an entry with old faults: these stay small.",
    title: "Link the website of DataWinners by https",
    body: "The website has `https` by now.",
    path: "nominees/datawinners.json",
    text: Text::With(DATA_WINNERS, "http://datawinners.com/", "https://datawinners.com/"),
};

static WORDS: Submission = Submission {
    id: "words",
    kind: "No nomination",
    says: "Only words: the bot says nothing.",
    title: "Say in the README where to ask",
    body: "No nomination, just words.",
    path: "README.md",
    text: Text::Whole("# The registry of digital public goods\n\nQuestions? Open an issue.\n"),
};

/// Those that are open at the start, in this order; the first is the one that the story is about.
pub static START: [&Submission; 4] = [&TYPICAL, &ANSWERS, &CHANGE, &WORDS];

/// Projects that the reader may nominate.
pub static PROJECTS: [&Submission; 3] = [&GOOD, &TYPICAL, &TERRIBLE];

/// What else the reader may open a pull request with.
pub static OTHERS: [&Submission; 3] = [&ANSWERS, &CHANGE, &BROKEN];

/// One of those that the reader may open.
pub fn chosen(id: &str) -> Option<&'static Submission> {
    PROJECTS.into_iter().chain(OTHERS).find(|submission| submission.id == id)
}

/// The nominated repositories, and those of a nominated account.
pub static REPOSITORIES: [Repository; 6] = [
    Repository::new("OpenSourceEcology/cross-platform-python-gui", "GPL-3.0", "master", "LICENSE"),
    Repository::new("fxi/AccessMod_shiny", "LGPL-3.0", "devel", "COPYING"),
    Repository::new("mangroveorg/datawinners", "Apache-2.0", "develop", "LICENSE"),
    Repository::new("open-clinic/app", "Apache-2.0", "main", "LICENSE"),
    Repository::new("health-4-everybody/mobile-app", "MIT", "main", "LICENSE"),
    Repository::new("health-4-everybody/website", "MIT", "main", "LICENSE"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_changes_one_line() {
        let lines = CHANGE.text();
        let changed = lines.lines().zip(DATA_WINNERS.lines()).filter(|(new, old)| new != old);
        assert_eq!(changed.count(), 1);
    }

    #[test]
    fn each_choice_has_a_name_of_its_own() {
        for submission in PROJECTS.into_iter().chain(OTHERS) {
            assert_eq!(chosen(submission.id).map(|chosen| chosen.kind), Some(submission.kind));
        }
        assert!(chosen("words").is_none());
    }
}

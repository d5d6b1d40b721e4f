//! What a check is: its documentation, two examples that run, and one pure function over a [`Case`].

use chrono::NaiveDate;

use super::{
    evidence::Evidence,
    finding::{Finding, Severity},
    nomination::{Kind, Nomination},
    policy::Policy,
    prose::Prose,
};

/// All that a check may know.
pub struct Case<'a> {
    pub nomination: &'a Nomination,
    /// What reading the file already brought to light; `json-valid` says it.
    pub faults: &'a [Finding],
    pub evidence: &'a Evidence,
    pub policy: &'a Policy,
    /// The day whose rules hold.
    pub day: NaiveDate,
    /// The other nominations of the same pull request.
    pub siblings: &'a [&'a Nomination],
    /// Paths of what else the pull request changes.
    pub other_files: &'a [String],
}

/// How a check ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    Met,
    NotMet(Vec<Finding>),
    /// Only judgement settles it.
    NeedsPerson(Vec<Finding>),
    /// Evidence could not be had. Never as fine.
    NotChecked {
        why: Prose,
        /// Whether a finding of another check says it already, so that people need not read it twice.
        told: bool,
    },
    NotApplicable,
}

impl Outcome {
    /// `Met` where nothing was found.
    pub fn of(findings: Vec<Finding>) -> Self {
        if findings.is_empty() { Outcome::Met } else { Outcome::NotMet(findings) }
    }

    pub fn not_checked(why: impl Into<Prose>) -> Self {
        Outcome::NotChecked { why: why.into(), told: false }
    }

    /// How a check ends that goes over several things: what it found, why something could not be looked at and whether
    /// that is told elsewhere, and whether it looked at anything.
    pub fn over(findings: Vec<Finding>, unknown: Option<(Prose, bool)>, looked: bool) -> Self {
        match (findings.is_empty(), unknown, looked) {
            (false, ..) => Outcome::NotMet(findings),
            (true, Some((why, told)), _) => Outcome::NotChecked { why, told },
            (true, None, true) => Outcome::Met,
            (true, None, false) => Outcome::NotApplicable,
        }
    }

    pub fn findings(&self) -> &[Finding] {
        match self {
            Outcome::NotMet(findings) | Outcome::NeedsPerson(findings) => findings,
            _ => &[],
        }
    }

    /// The highest severity found.
    pub fn severity(&self) -> Option<Severity> {
        self.findings().iter().map(|finding| finding.severity).max()
    }

    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::NotMet(_) => "not-met",
            Outcome::NeedsPerson(_) => "needs-person",
            Outcome::NotChecked { .. } => "not-checked",
            Outcome::NotApplicable => "not-applicable",
        }
    }
}

/// A file with its evidence, as documentation and as test.
pub struct Example {
    pub path: &'static str,
    pub text: &'static str,
    pub evidence: fn() -> Evidence,
    /// What else the pull request changes.
    pub other_files: &'static [&'static str],
}

/// A check: everything there is to say about it, and the function.
pub struct Check {
    /// A promise: never changed once released. The file's name in kebab-case.
    pub id: &'static str,
    /// What of the DPG Standard or of the registry's rules it belongs to.
    pub indicator: &'static str,
    /// What it is about, as the heading of what it finds: no word that it is so or not so.
    pub topic: &'static str,
    /// What holds when it is met, as a row of the checklist.
    pub title: &'static str,
    pub severities: &'static [Severity],
    /// Why the registry asks for it.
    pub why: &'static str,
    /// How to meet it.
    pub how: &'static str,
    /// The day since which the rule holds, where one is known (`YYYY-MM-DD`).
    pub since: Option<&'static str>,
    /// Where the rule is written.
    pub source: &'static str,
    /// The forms of nomination to which it applies.
    pub kinds: &'static [Kind],
    /// Whether it also judges a file that is no JSON.
    pub reads_raw: bool,
    pub meets: Example,
    pub fails: Example,
    pub judge: fn(&Case<'_>) -> Outcome,
}

pub const ALL_KINDS: &[Kind] = &[Kind::Nominee, Kind::Submission, Kind::Application];
pub const PROJECTS: &[Kind] = &[Kind::Nominee, Kind::Application];

/// For examples of checks that need no evidence.
pub fn no_evidence() -> Evidence {
    Evidence::default()
}

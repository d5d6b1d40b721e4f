//! Everything there is to say about a pull request, and how it stands.
//!
//! In: what the checks found, the ledger, the routes. Out: a [`Report`]. Never: how it looks.

pub mod points;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    check::{Case, Outcome},
    checks::{self, Judged},
    criteria::{self, Boxes, Criteria},
    evidence::{self, Evidence, Relation, RepositoryFacts, RepositoryLicense},
    finding::{Finding, Mended, Severity},
    ledger::Ledger,
    nomination::Nomination,
    policy::Policy,
    prose::{Piece, Prose},
    routing::{self, Routed},
    schema::Schema,
    votes::Votes,
};
use points::Points;

/// One nomination, judged.
#[derive(Clone)]
pub struct FileReport {
    pub nomination: Nomination,
    /// The registry's schema for it, where it could be had.
    pub schema: Option<Arc<Schema>>,
    pub judged: Vec<Judged>,
    pub licenses: Vec<RepositoryLicense>,
    /// What GitHub says of the listed repositories.
    pub repositories: Vec<RepositoryFacts>,
    pub route: Vec<Routed>,
    /// Ids of checks that lack evidence, which a person waived.
    pub excused: Vec<&'static str>,
    /// Whether something did not answer that may answer later.
    pub incomplete: bool,
    /// Whether other files are judged together with it. Alone, its points are the same whatever the file is called.
    pub has_others: bool,
}

/// A finding with the check that says it.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    pub judged: &'a Judged,
    pub finding: &'a Finding,
}

/// Findings of one check in one file that differ in one word: the first is told, the others are listed with it.
pub struct Item<'a> {
    pub file: &'a FileReport,
    pub first: Said<'a>,
    /// The others, each with the piece of its message that differs.
    pub alike: Vec<(Said<'a>, &'a Piece)>,
}

fn together<'a>(said: impl Iterator<Item = (&'a FileReport, Said<'a>)>) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'a>> = Vec::new();
    for (file, said) in said {
        let like = |item: &&mut Item<'_>| {
            item.file.nomination.path == file.nomination.path
                && item.first.judged.check.id == said.judged.check.id
        };
        let alike = items.iter_mut().filter(like).find_map(|item| {
            let different = difference(item.first.finding, said.finding)?;
            Some((item, different))
        });
        match alike {
            Some((item, different)) => item.alike.push((said, different)),
            None => items.push(Item { file, first: said, alike: Vec::new() }),
        }
    }
    items
}

/// The one piece in which the message of `other` differs from that of `one`, if it is only one and both say what
/// to do in the same words.
fn difference<'a>(one: &Finding, other: &'a Finding) -> Option<&'a Piece> {
    if one.suggestion().is_some()
        || other.suggestion().is_some()
        || one.message.0.len() != other.message.0.len()
    {
        return None;
    }
    let mut different = one.message.0.iter().zip(&other.message.0).filter(|(one, other)| one != other);
    let (_, piece) = different.next()?;
    different.next().is_none().then_some(piece)
}

impl FileReport {
    /// Judges one nomination.
    pub fn of(
        nomination: Nomination,
        faults: &[Finding],
        evidence: &Evidence,
        policy: &Policy,
        taken_at: DateTime<Utc>,
        siblings: &[&Nomination],
        other_files: &[String],
    ) -> Self {
        let day = taken_at.date_naive();
        let judged = checks::run(&Case {
            nomination: &nomination,
            faults,
            evidence,
            policy,
            day,
            siblings,
            other_files,
        });
        let licenses = evidence::compare(&nomination, evidence);
        let route = routing::route(&nomination, evidence, policy);
        let schema = nomination.schema.as_ref().and_then(|path| evidence.schema(path).found().cloned());
        let repositories = evidence::known(&nomination, evidence);
        Self {
            nomination,
            schema,
            judged,
            licenses,
            repositories,
            route,
            excused: Vec::new(),
            has_others: false,
            incomplete: evidence.is_incomplete(),
        }
    }

    /// What was found and is for somebody to change, of one severity.
    pub fn to_change(&self, severity: Severity) -> impl Iterator<Item = Said<'_>> {
        self.all().filter(move |said| {
            let for_people = matches!(said.judged.outcome, Outcome::NeedsPerson(_));
            let counts = said.finding.severity == severity && !said.finding.waived;
            counts && (said.finding.inherited || !for_people)
        })
    }

    /// What only a person settles.
    pub fn for_people(&self) -> impl Iterator<Item = Said<'_>> {
        let counts = |said: &Said<'_>| !said.finding.inherited && !said.finding.waived;
        self.all().filter(move |said| matches!(said.judged.outcome, Outcome::NeedsPerson(_)) && counts(said))
    }

    /// What somebody has to act on, of one severity, alike findings together.
    pub fn items(&self, severity: Severity) -> Vec<Item<'_>> {
        together(self.to_change(severity).map(|said| (self, said)))
    }

    /// What only a person settles, alike findings together.
    pub fn items_for_people(&self) -> Vec<Item<'_>> {
        together(self.for_people().map(|said| (self, said)))
    }

    /// Every finding, in the checks' order.
    pub fn all(&self) -> impl Iterator<Item = Said<'_>> {
        (self.judged.iter())
            .flat_map(|judged| judged.outcome.findings().iter().map(move |finding| Said { judged, finding }))
    }

    /// Checks for which evidence could not be had, and why.
    pub fn not_checked(&self) -> impl Iterator<Item = (&Judged, &Prose)> {
        let counts = |judged: &&Judged| !self.excused.contains(&judged.check.id);
        self.judged.iter().filter(counts).filter_map(|judged| match &judged.outcome {
            Outcome::NotChecked { why, told: false } => Some((judged, why)),
            _ => None,
        })
    }

    /// Whether something that the verdict hangs on could not be judged.
    fn lacks_evidence(&self) -> bool {
        self.judged.iter().any(|judged| {
            let lacks = matches!(judged.outcome, Outcome::NotChecked { .. });
            lacks && judged.can_say_must() && !self.excused.contains(&judged.check.id)
        })
    }

    pub fn met(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|judged| judged.outcome == Outcome::Met)
    }
}

/// What could not be checked in any of these files: each reason once, with the topics of the checks that lack it.
pub fn not_checked(files: &[FileReport]) -> Vec<(&Prose, Vec<&'static str>)> {
    let mut reasons: Vec<(&Prose, Vec<&'static str>)> = Vec::new();
    for (judged, why) in files.iter().flat_map(FileReport::not_checked) {
        let topic = judged.check.topic;
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, topics)) if topics.contains(&topic) => {}
            Some((_, topics)) => topics.push(topic),
            None => reasons.push((why, vec![topic])),
        }
    }
    reasons
}

/// How a pull request stands: the `triage:` label and the check run's conclusion.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    OnHold,
    NeedsChanges,
    NeedsPerson,
    Reviewed,
    Ready,
}

/// What the verdict hangs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub held: bool,
    /// Findings of severity `must` that are not waived.
    pub musts: usize,
    /// 👎 and 😕 that count.
    pub objections: usize,
    /// 👍 that count.
    pub approvals: usize,
    pub approvals_needed: usize,
    /// Something only judgement settles, and not waived.
    pub needs_person: bool,
    /// Evidence of a check that can say `must` was not to be had.
    pub evidence_missing: bool,
}

impl Verdict {
    /// The first row that fits.
    pub fn of(standing: Standing) -> Self {
        if standing.held {
            Verdict::OnHold
        } else if standing.musts > 0 {
            Verdict::NeedsChanges
        } else if standing.objections > 0 {
            Verdict::NeedsPerson
        } else if standing.approvals > 0 && standing.approvals >= standing.approvals_needed {
            Verdict::Reviewed
        } else if standing.needs_person || standing.evidence_missing {
            Verdict::NeedsPerson
        } else {
            Verdict::Ready
        }
    }

    /// The label behind `triage: `.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::OnHold => "on hold",
            Verdict::NeedsChanges => "needs changes",
            Verdict::NeedsPerson => "needs a person",
            Verdict::Reviewed => "reviewed",
            Verdict::Ready => "ready for review",
        }
    }

    /// The check run's conclusion: <https://docs.github.com/rest/checks/runs#create-a-check-run>.
    pub fn conclusion(self) -> &'static str {
        match self {
            Verdict::OnHold | Verdict::NeedsPerson => "neutral",
            Verdict::NeedsChanges => "failure",
            Verdict::Reviewed | Verdict::Ready => "success",
        }
    }
}

/// How the licenses of all repositories stand together, the worst last.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum LicenseStanding {
    Verified,
    Unverified,
    Missing,
    Mismatch,
}

impl LicenseStanding {
    /// The label behind `license: `.
    pub fn word(self) -> &'static str {
        match self {
            LicenseStanding::Verified => "verified",
            LicenseStanding::Unverified => "unverified",
            LicenseStanding::Missing => "missing",
            LicenseStanding::Mismatch => "mismatch",
        }
    }

    /// The worst over all repositories; without one, nothing is verified.
    pub fn of<'a>(relations: impl Iterator<Item = &'a Relation>) -> Self {
        let standing = relations.map(|relation| match relation {
            Relation::Matches => LicenseStanding::Verified,
            Relation::Differs => LicenseStanding::Mismatch,
            Relation::None => LicenseStanding::Missing,
            Relation::NotRecognized | Relation::NotReachable { .. } => LicenseStanding::Unverified,
        });
        standing.max().unwrap_or(LicenseStanding::Unverified)
    }
}

/// A pull request, judged.
#[derive(Clone)]
pub struct Report {
    pub files: Vec<FileReport>,
    pub ledger: Ledger,
    pub votes: Votes,
    pub standing: Standing,
    pub verdict: Verdict,
    pub license: LicenseStanding,
    pub route: Vec<Routed>,
    /// What the reviewers of the routed communities go through.
    pub criteria: Vec<Criteria>,
    pub boxes: Boxes,
    /// What is to be said about the registry's rules.
    pub note: Option<Prose>,
}

impl Report {
    /// Follows the commands of the ledger in what was found. `surplus` is how many nominations were not looked at.
    pub fn of(mut files: Vec<FileReport>, surplus: usize, mut ledger: Ledger, policy: &Policy) -> Self {
        let has_others = files.len() > 1;
        files.iter_mut().for_each(|file| file.has_others = has_others);
        let points = Points::of_files(&files);
        ledger.follow(policy, Some(&points));
        points::waive(&mut files, &ledger.effects);
        files.iter_mut().for_each(|file| checks::fold(&mut file.judged));
        let standing = Standing {
            held: ledger.effects.hold.is_some(),
            musts: files.iter().map(|file| file.to_change(Severity::Must).count()).sum(),
            needs_person: ledger.effects.duplicate.is_some()
                || files.iter().any(|file| file.for_people().next().is_some()),
            evidence_missing: surplus > 0 || files.iter().any(FileReport::lacks_evidence),
            objections: 0,
            approvals: 0,
            approvals_needed: policy.votes_needed,
        };
        let relations = files.iter().flat_map(|file| &file.licenses).map(|license| &license.relation);
        let license = LicenseStanding::of(relations);
        let route = match &ledger.effects.route {
            Some(chosen) => routing::chosen(&chosen.communities, policy),
            None => routing::together(files.iter().flat_map(|file| file.route.iter().cloned())),
        };
        let votes = Votes::default();
        let criteria = criteria::criteria(&route, policy);
        Self {
            ledger,
            votes,
            standing,
            verdict: Verdict::of(standing),
            license,
            route,
            criteria,
            boxes: Boxes::default(),
            note: None,
            files,
        }
    }

    /// The same report once the votes are counted: whose they are hangs on its route.
    pub fn counting(self, votes: Votes) -> Self {
        let standing = Standing { objections: votes.objections, approvals: votes.approvals, ..self.standing };
        Self { verdict: Verdict::of(standing), standing, votes, ..self }
    }

    /// What somebody has to act on, of one severity, alike findings together.
    pub fn items(&self, severity: Severity) -> Vec<Item<'_>> {
        together(self.files.iter().flat_map(|file| file.to_change(severity).map(move |said| (file, said))))
    }

    /// What has to change before people look at it.
    pub fn musts(&self) -> impl Iterator<Item = Said<'_>> {
        self.files.iter().flat_map(|file| file.to_change(Severity::Must))
    }

    /// What must not stay as it is, alike findings together: what is answered in the conversation, and what is changed.
    pub fn musts_apart(&self) -> (Vec<Item<'_>>, Vec<Item<'_>>) {
        let is_question = |item: &Item<'_>| item.first.finding.mended == Mended::InTalk;
        self.items(Severity::Must).into_iter().partition(is_question)
    }

    /// What only a person settles, alike findings together.
    pub fn items_for_people(&self) -> Vec<Item<'_>> {
        together(self.files.iter().flat_map(|file| file.for_people().map(move |said| (file, said))))
    }

    /// Points that only a person settles; what several checks lack for one reason is one. As for the verdict, only a
    /// check that can say `must` counts of those that lack evidence.
    pub fn count_for_people(&self) -> usize {
        let mut reasons: Vec<(&str, &Prose)> = Vec::new();
        for file in &self.files {
            for (_, why) in file.not_checked().filter(|(judged, _)| judged.can_say_must()) {
                let reason = (file.nomination.path.as_str(), why);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        let said = usize::from(self.ledger.effects.duplicate.is_some());
        self.items_for_people().len() + reasons.len() + said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verdict table, row by row: each row also with everything that stands below it.
    #[test]
    fn verdict_is_the_first_row_that_fits() {
        let needs_person = Standing { approvals_needed: 1, needs_person: true, ..Standing::default() };
        let no_evidence = Standing { approvals_needed: 1, evidence_missing: true, ..Standing::default() };
        let both = Standing { evidence_missing: true, ..needs_person };
        let votes = Standing { approvals: 1, ..both };
        let objection = Standing { objections: 1, ..votes };
        let must = Standing { musts: 1, ..objection };
        let held = Standing { held: true, ..must };
        for (standing, label, conclusion) in [
            (held, "on hold", "neutral"),
            (Standing { held: true, ..Standing::default() }, "on hold", "neutral"),
            (must, "needs changes", "failure"),
            (Standing { musts: 3, approvals_needed: 1, ..Standing::default() }, "needs changes", "failure"),
            (objection, "needs a person", "neutral"),
            (
                Standing { approvals: 5, objections: 1, approvals_needed: 1, ..Standing::default() },
                "needs a person",
                "neutral",
            ),
            (votes, "reviewed", "success"),
            (Standing { approvals: 1, approvals_needed: 2, ..both }, "needs a person", "neutral"),
            (
                Standing { approvals: 1, approvals_needed: 2, ..Standing::default() },
                "ready for review",
                "success",
            ),
            (Standing { approvals: 2, approvals_needed: 2, ..both }, "reviewed", "success"),
            (
                Standing { approvals: 0, approvals_needed: 0, ..Standing::default() },
                "ready for review",
                "success",
            ),
            (needs_person, "needs a person", "neutral"),
            (no_evidence, "needs a person", "neutral"),
            (Standing { approvals_needed: 1, ..Standing::default() }, "ready for review", "success"),
        ] {
            let verdict = Verdict::of(standing);
            assert_eq!((verdict.word(), verdict.conclusion()), (label, conclusion), "{standing:?}");
        }
    }

    #[test]
    fn license_label_is_the_worst() {
        let unreachable = Relation::NotReachable { why: Default::default(), told: false };
        for (relations, word) in [
            (vec![], "unverified"),
            (vec![Relation::Matches], "verified"),
            (vec![Relation::Matches, Relation::NotRecognized], "unverified"),
            (vec![Relation::Matches, unreachable.clone()], "unverified"),
            (vec![unreachable, Relation::None], "missing"),
            (vec![Relation::None, Relation::Differs, Relation::Matches], "mismatch"),
        ] {
            assert_eq!(LicenseStanding::of(relations.iter()).word(), word, "{relations:?}");
        }
    }
}

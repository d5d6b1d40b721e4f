//! What is open, told apart by digests: so what was solved can be told from what is new, and what was waived from
//! what was not.
//!
//! In: judged files. Out: [`Points`] and [`Open`]. Never: what is said of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{FileReport, Report, Said};
use crate::triage::{
    check::Outcome,
    checks::Judged,
    effect::Effects,
    finding::{Finding, Severity, Unseen},
    marker::{Open, digest},
};

/// How many open findings the marker remembers, of all checks together.
const REMEMBERED: usize = 150;

/// What the checks left open, of all files.
#[derive(Clone, Debug, Default)]
pub struct Points {
    open: BTreeMap<&'static str, Vec<String>>,
    /// Checks that could not judge everything.
    unknown: BTreeSet<&'static str>,
}

impl Points {
    /// All that can be waived: what asks for something, and what a verdict hangs on and could not be had.
    pub fn of_files(files: &[FileReport]) -> Self {
        let mut points = Self::default();
        for file in files {
            for said in file.all().filter(|said| said.finding.severity > Severity::Hint) {
                points.add(said.judged.check.id, point(file, said.finding));
            }
            for judged in file.judged.iter().filter(|judged| lacks_evidence(judged)) {
                points.unknown.insert(judged.check.id);
                if judged.can_say_must() {
                    points.add(judged.check.id, lacking(file));
                }
            }
        }
        points
    }

    /// Adds a point of a check.
    pub fn add(&mut self, check: &'static str, point: String) {
        self.open.entry(check).or_default().push(point);
    }

    /// The points of a check.
    pub fn of(&self, check: &str) -> &[String] {
        self.open.get(check).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids of checks with something open.
    pub fn checks(&self) -> impl Iterator<Item = &'static str> {
        self.open.keys().copied()
    }

    /// Whether a point is open, or may be for all that is known.
    pub fn may_stand(&self, check: &str, point: &str) -> bool {
        self.unknown.contains(check) || self.of(check).iter().any(|known| known == point)
    }
}

/// Marks what was waived in these files.
pub fn waive(files: &mut [FileReport], effects: &Effects) {
    if effects.waivers.is_empty() {
        return;
    }
    for file in files {
        let waived = |judged: &Judged, finding: &Finding| {
            finding.severity > Severity::Hint
                && effects.waiver(judged.check.id, &point(file, finding)).is_some()
        };
        let marks: Vec<Vec<bool>> = (file.judged.iter())
            .map(|judged| judged.outcome.findings().iter().map(|finding| waived(judged, finding)).collect())
            .collect();
        let lacking = lacking(file);
        let excused =
            file.judged.iter().filter(|judged| lacks_evidence(judged)).map(|judged| judged.check.id);
        file.excused = excused.filter(|id| effects.waiver(id, &lacking).is_some()).collect();
        for (judged, marks) in file.judged.iter_mut().zip(marks) {
            if let Outcome::NotMet(findings) | Outcome::NeedsPerson(findings) = &mut judged.outcome {
                findings.iter_mut().zip(marks).for_each(|(finding, waived)| finding.waived = waived);
            }
        }
    }
}

/// The open findings of a report by check, for the marker.
pub fn open(report: &Report) -> Open {
    let mut open = Open::new();
    let mut remembered = 0;
    for file in &report.files {
        for Said { judged, finding } in file.all().filter(|said| said.finding.severity > Severity::Hint) {
            let digests = open.entry(judged.check.id.to_owned()).or_default();
            if remembered < REMEMBERED {
                digests.push(remembered_as(file, finding));
                remembered += 1;
            }
        }
    }
    open
}

/// Adds what was open `before` and was not looked at this time: nobody can say that it is solved.
pub fn keep_unseen(open: &mut Open, before: &Open, report: &Report) {
    let mut remembered: usize = open.values().map(Vec::len).sum();
    for (id, digests) in before {
        let judged = (report.files.iter())
            .flat_map(|file| file.judged.iter().map(move |judged| (file, judged)))
            .filter(|(_, judged)| judged.check.id == id);
        let (mut is_unseen, mut places) = (false, BTreeSet::new());
        for (file, judged) in judged {
            is_unseen |= judged.outcome.is_unseen();
            let unseen = judged.outcome.findings().iter();
            let unseen = unseen.filter(|finding| finding.unseen == Unseen::ThisPlace);
            places.extend(unseen.map(|finding| place(file, finding)));
        }
        let is_at = |digest: &String| digest.split_once('.').is_some_and(|(_, place)| places.contains(place));
        for digest in digests.iter().filter(|digest| is_unseen || is_at(digest)) {
            if !has(open, id, digest) && remembered < REMEMBERED {
                open.entry(id.clone()).or_default().push(digest.clone());
                remembered += 1;
            }
        }
    }
}

/// How the checks end of which something was open `before`: the topics of those that are met but for hints, and of those
/// that ask for something, or say at a place where they did what they saw there now.
pub fn met_and_left(report: &Report, before: &Open) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut met, mut left) = (Vec::new(), Vec::new());
    for (file, judged) in report.files.iter().flat_map(|file| file.judged.iter().map(move |one| (file, one)))
    {
        let Some(known) = before.get(judged.check.id) else { continue };
        let was_at = |place: &str| {
            known.iter().any(|digest| digest.split_once('.').is_some_and(|(_, at)| at == place))
        };
        let asks = |finding: &Finding| {
            let is_seen = finding.unseen == Unseen::Nothing;
            finding.severity > Severity::Hint || is_seen && was_at(&place(file, finding))
        };
        match &judged.outcome {
            Outcome::NotChecked { .. } | Outcome::NotApplicable => {}
            outcome if outcome.findings().iter().any(asks) => left.push(judged.check.topic),
            _ => met.push(judged.check.topic),
        }
    }
    (met, left)
}

/// Whether a remembered finding is among the open ones of a check.
pub fn has(open: &Open, check: &str, digest: &str) -> bool {
    // What was remembered without its place is the same finding.
    let finding = |digest: &str| digest.split('.').next().map(str::to_owned);
    open.get(check).is_some_and(|open| open.iter().any(|known| finding(known) == finding(digest)))
}

/// The digests of a finding and of its place.
fn remembered_as(file: &FileReport, finding: &Finding) -> String {
    format!("{}.{}", point(file, finding), place(file, finding))
}

/// A short digest of where a finding stands.
fn place(file: &FileReport, finding: &Finding) -> String {
    let pointer = finding.spot.as_ref().map_or("", |spot| spot.pointer.as_str());
    digest(&format!("{}\n{pointer}", apart(file))).chars().take(4).collect()
}

/// The digest of a finding.
pub fn point(file: &FileReport, finding: &Finding) -> String {
    let pointer = finding.spot.as_ref().map_or("", |spot| spot.pointer.as_str());
    digest(&format!("{}\n{pointer}\n{}{}", apart(file), finding.message.plain(), finding.about))
}

/// What tells its points from those of other files. One that is alone may be renamed, as the bot itself may ask.
fn apart(file: &FileReport) -> &str {
    if file.has_others { &file.nomination.path } else { "" }
}

/// The digest of a check's evidence that could not be had, for whatever reason. Another address is other evidence.
pub fn lacking(file: &FileReport) -> String {
    let nomination = &file.nomination;
    let addresses = (nomination.repositories.iter().map(|repository| &repository.url))
        .chain(nomination.licenses.iter().filter_map(|license| license.url.as_ref()))
        .map(|url| url.value.trim());
    let addresses: Vec<&str> = addresses.collect();
    digest(&format!("{}\n{}\nnot checked", apart(file), addresses.join("\n")))
}

fn lacks_evidence(judged: &Judged) -> bool {
    matches!(judged.outcome, Outcome::NotChecked { .. })
}

//! A change is judged for what it changed: faults that stood there before, on lines that it does not touch, are
//! told as hints.
//!
//! In: a judged file, and the text that it had before the change. Out: the same, its inherited findings marked.
//! Never: a finding hidden, or one that the change brings about made less of.

use super::{
    check::{Case, Outcome},
    checks::{self, Judged},
    evidence::Evidence,
    finding::{Finding, Severity},
    nomination::{self, Nomination},
    policy::Policy,
    snapshot::{Base, Snapshot},
};

/// Layout is one thing of the whole file: where it was wrong before, it does not matter which line shows it now.
const OF_THE_WHOLE: &str = "json-format";

/// Marks what `judged` has in common with the same file before the change.
///
/// The text before is judged by the evidence and on the day of the present one. So a fact that changed outside in
/// the meantime (a license in a repository) is not laid to this change, which says what was said before. What the
/// text before raises and the present one does not (another repository) was not asked: its findings are missing
/// then, and those of the present text count. The files of the pull request itself are as they were before it, so
/// that what they bring about (the file in `digitalpublicgoods` by which a nominee becomes a DPG) is new.
pub fn mark(
    judged: &mut [Judged],
    nomination: &Nomination,
    base: &Base,
    evidence: &Evidence,
    policy: &Policy,
    snapshot: &Snapshot,
) {
    // While the file cannot be read nothing else in it can be judged: that holds up any change to it.
    if nomination.document.is_none() {
        return;
    }
    let (before, faults) = nomination::parse(base.filed.clone(), &base.bytes);
    // Under a new name and with other repositories it is another project, whatever of the text is left.
    if is_another(&before, nomination) {
        return;
    }
    let known = checks::run(&Case {
        nomination: &before,
        faults: &faults,
        evidence: &evidence.before(&snapshot.appeared, &snapshot.vanished),
        policy,
        day: snapshot.taken_at.date_naive(),
        // What else the pull request brings did not stand beside the file before.
        siblings: &[],
        other_files: &[],
    });
    for judged in judged {
        let said: Vec<(&Finding, Option<usize>)> = (known.iter())
            .filter(|known| known.check.id == judged.check.id)
            .flat_map(|known| known.outcome.findings())
            .map(|finding| (finding, lines(&before, finding).map(|(first, _)| first)))
            .collect();
        let is_inherited = |finding: &Finding| {
            if judged.check.id == OF_THE_WHOLE {
                return !said.is_empty();
            }
            let former = match lines(nomination, finding) {
                Some((first, last)) => match base.diff.untouched(first, last) {
                    Some(former) => Some(former),
                    None => return false,
                },
                None => None,
            };
            said.iter().any(|(known, line)| known.message == finding.message && *line == former)
        };
        let (Outcome::NotMet(findings) | Outcome::NeedsPerson(findings)) = &mut judged.outcome else {
            continue;
        };
        for finding in findings.iter_mut().filter(|finding| is_inherited(finding)) {
            finding.severity = Severity::Hint;
            finding.inherited = true;
        }
        // Nobody has to settle now what nobody changed.
        if findings.iter().all(|finding| finding.inherited) {
            judged.outcome = Outcome::NotMet(std::mem::take(findings));
        }
    }
}

fn is_another(before: &Nomination, now: &Nomination) -> bool {
    let name = |one: &Nomination| one.name.as_ref().map(|name| name.value.trim().to_lowercase());
    let urls = |one: &Nomination| -> Vec<String> {
        one.repositories.iter().map(|listed| listed.url.value.trim().to_lowercase()).collect()
    };
    let (before_urls, now_urls) = (urls(before), urls(now));
    name(before) != name(now) && !now_urls.iter().any(|url| before_urls.contains(url))
}

/// The lines that a finding speaks of; `None` where it is the file as a whole.
fn lines(nomination: &Nomination, finding: &Finding) -> Option<(usize, usize)> {
    let spot = finding.spot.as_ref().filter(|spot| !spot.pointer.is_empty())?;
    let place = nomination.source.place(&spot.span);
    Some((place.line, place.end_line))
}

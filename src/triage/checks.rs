//! All checks, in the order of the checklist, and the one place that runs them.
//!
//! A new check is one file in this folder and two plain lines here.

mod description;
mod developer_tool;
mod file_extension;
mod file_name;
mod indicator_3_ownership;
mod indicator_4_platform_independence;
mod indicator_5_documentation;
mod indicator_6_data_extraction;
mod indicator_7_privacy_laws;
mod indicator_8_standards;
mod indicator_9a_data_privacy;
mod indicator_9b_content;
mod indicator_9c_harassment;
mod json_format;
mod json_valid;
mod license_approved;
mod license_for_each_type;
mod license_id;
mod license_in_repository;
mod license_url;
mod license_url_owner;
mod license_url_shows_license;
mod links;
mod locations;
mod name_and_aliases;
mod nominee_exists;
mod not_in_open_pull_request;
mod not_in_registry;
mod one_nomination;
mod organization;
mod placeholder;
mod platform_dependency;
mod repository_alive;
mod repository_listed;
mod repository_reachable;
mod repository_related;
mod repository_url;
mod schema_valid;
mod sdg_count;
mod sdg_evidence;
mod sdg_listed;
mod sdg_target;
mod sectors;
mod stage;
mod type_accepted;

use super::{
    check::{Case, Check, Outcome},
    finding::{Finding, Severity},
    nomination::Kind,
};

pub static ALL: &[&Check] = &[
    &json_valid::CHECK,
    &file_extension::CHECK,
    &schema_valid::CHECK,
    &json_format::CHECK,
    &file_name::CHECK,
    &stage::CHECK,
    &nominee_exists::CHECK,
    &name_and_aliases::CHECK,
    &description::CHECK,
    &sectors::CHECK,
    &organization::CHECK,
    &locations::CHECK,
    &placeholder::CHECK,
    &type_accepted::CHECK,
    &one_nomination::CHECK,
    &sdg_listed::CHECK,
    &sdg_evidence::CHECK,
    &sdg_count::CHECK,
    &sdg_target::CHECK,
    &license_id::CHECK,
    &license_approved::CHECK,
    &license_for_each_type::CHECK,
    &license_in_repository::CHECK,
    &license_url::CHECK,
    &license_url_shows_license::CHECK,
    &license_url_owner::CHECK,
    &repository_listed::CHECK,
    &repository_url::CHECK,
    &repository_reachable::CHECK,
    &repository_alive::CHECK,
    &repository_related::CHECK,
    &links::CHECK,
    &not_in_registry::CHECK,
    &not_in_open_pull_request::CHECK,
    &developer_tool::CHECK,
    &indicator_3_ownership::CHECK,
    &platform_dependency::CHECK,
    &indicator_4_platform_independence::CHECK,
    &indicator_5_documentation::CHECK,
    &indicator_6_data_extraction::CHECK,
    &indicator_7_privacy_laws::CHECK,
    &indicator_8_standards::CHECK,
    &indicator_9a_data_privacy::CHECK,
    &indicator_9b_content::CHECK,
    &indicator_9c_harassment::CHECK,
];

/// A check and how it ended.
#[derive(Clone)]
pub struct Judged {
    pub check: &'static Check,
    /// What the registry lets its findings weigh, where it says so.
    pub weight: Option<Severity>,
    pub outcome: Outcome,
}

impl Judged {
    /// Whether the verdict can hang on the check.
    pub fn can_say_must(&self) -> bool {
        match self.weight {
            Some(weight) => weight == Severity::Must,
            None => self.check.severities.contains(&Severity::Must),
        }
    }

    /// Gives its findings the weight that the registry wants. A hint is a fact and stays one.
    fn weigh(&mut self) {
        let Some(weight) = self.weight else { return };
        let (Outcome::NotMet(findings) | Outcome::NeedsPerson(findings)) = &mut self.outcome else { return };
        for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Hint) {
            finding.severity = weight;
        }
        if weight == Severity::Hint
            && let Outcome::NeedsPerson(findings) = &mut self.outcome
        {
            self.outcome = Outcome::NotMet(std::mem::take(findings));
        }
    }
}

/// What a registry may set as `max` of a check, in words.
pub fn limit(id: &str) -> Option<&'static str> {
    (id == sdg_count::CHECK.id).then_some("How many goals are read without a word.")
}

/// Judges a nomination by every check that the registry has not turned off.
pub fn run(case: &Case<'_>) -> Vec<Judged> {
    let settings = &case.policy.checks;
    let mut judged: Vec<Judged> = (ALL.iter().filter(|check| !settings.off.contains(check.id)))
        .map(|&check| Judged {
            check,
            weight: settings.severities.get(check.id).copied(),
            outcome: judge(check, case),
        })
        .collect();
    // Who has to write another address or value needs no other word on the one that stands there.
    let not_checked = || Outcome::NotChecked { why: "another address is asked for".into(), told: true };
    let shows = license_url_shows_license::CHECK.id;
    silence(&mut judged, license_url::CHECK.id, |other| other == shows, not_checked);
    silence(&mut judged, links::CHECK.id, |other| other != schema_valid::CHECK.id, not_checked);
    silence(&mut judged, schema_valid::CHECK.id, |_| true, || Outcome::Met);
    judged.iter_mut().for_each(Judged::weigh);
    // In a submission its answers come first; what a program adds, last.
    if case.nomination.kind == Kind::Submission {
        judged.sort_by_key(|judged| judged.check.id == json_format::CHECK.id);
    }
    judged
}

/// What the license file in the repository shows is said of a declared id before how that is spelled: two words on one
/// line would contradict each other. Where the first was waived, the second stands.
pub fn fold(judged: &mut [Judged]) {
    let later = || Outcome::NotChecked { why: "the license itself is in question".into(), told: true };
    let shown = license_in_repository::CHECK.id;
    silence(judged, license_id::CHECK.id, |other| other == shown, later);
    // Of an entry whose license has to go, the link goes with it.
    let refused = entries(judged, license_approved::CHECK.id);
    let is_refused = |finding: &Finding| entry(finding).is_some_and(|entry| refused.contains(&entry));
    retain(judged, license_url::CHECK.id, |finding| !is_refused(finding), later);
    // Of too many goals, those that stay are read closely later.
    if !entries(judged, sdg_count::CHECK.id).is_empty() {
        let fewer = || Outcome::NotChecked { why: "fewer goals are asked for".into(), told: true };
        retain(judged, sdg_evidence::CHECK.id, |finding| finding.severity == Severity::Must, fewer);
    }
}

/// The entries of lists in which a check finds what has to change.
fn entries(judged: &[Judged], id: &str) -> Vec<String> {
    let of_check = judged.iter().filter(|judged| judged.check.id == id);
    let changes = of_check.filter(|judged| matches!(judged.outcome, Outcome::NotMet(_)));
    let findings = changes.flat_map(|judged| judged.outcome.findings());
    findings.filter(|finding| !finding.waived).filter_map(entry).collect()
}

/// The entry of a list that a finding is about: "/license/0".
fn entry(finding: &Finding) -> Option<String> {
    let mut tokens = finding.spot.as_ref()?.pointer.split('/').skip(1);
    Some(format!("/{}/{}", tokens.next()?, tokens.next()?))
}

/// Takes from a check all but some findings. Where nothing is left of what it found, it ends as `silent` says.
fn retain(judged: &mut [Judged], id: &str, stays: impl Fn(&Finding) -> bool, silent: fn() -> Outcome) {
    for judged in judged.iter_mut().filter(|judged| judged.check.id == id) {
        if let Outcome::NotMet(findings) = &mut judged.outcome {
            findings.retain(|finding| finding.waived || stays(finding));
            if findings.is_empty() {
                judged.outcome = silent();
            }
        }
    }
}

fn judge(check: &Check, case: &Case<'_>) -> Outcome {
    if !check.kinds.contains(&case.nomination.kind) {
        Outcome::NotApplicable
    } else if case.nomination.document.is_none() && !check.reads_raw {
        Outcome::NotChecked { why: "the file could not be read as JSON".into(), told: true }
    } else {
        (check.judge)(case)
    }
}

/// One fault, one finding: takes from a check what others that are `heard` say already. Where nothing is left, it ends
/// as `silent` says.
fn silence(judged: &mut [Judged], id: &str, heard: impl Fn(&str) -> bool, silent: fn() -> Outcome) {
    let said: Vec<Finding> = (judged.iter())
        .filter(|judged| judged.check.id != id && heard(judged.check.id))
        // What a person looks at does not have to change.
        .filter(|judged| matches!(judged.outcome, Outcome::NotMet(_)))
        .flat_map(|judged| judged.outcome.findings().iter().cloned())
        .filter(|finding| !finding.waived)
        .collect();
    for judged in judged.iter_mut().filter(|judged| judged.check.id == id) {
        if let Outcome::NotMet(findings) = &mut judged.outcome {
            findings.retain(|finding| !said.iter().any(|other| says_same(other, finding)));
            if findings.is_empty() {
                judged.outcome = silent();
            }
        }
    }
}

/// Whether it was said of the same value that it must change, at least as urgently.
fn says_same(said: &Finding, other: &Finding) -> bool {
    if said.severity < other.severity {
        return false;
    }
    let (Some(said), Some(other)) = (&said.spot, &other.spot) else { return false };
    !other.pointer.is_empty() && said.pointer == other.pointer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge;

    /// The documentation is the test: every check's examples end as they say.
    #[test]
    fn examples_end_as_documented() {
        for check in ALL {
            let met = judge(check, &check.meets).outcome;
            assert_eq!(met, Outcome::Met, "{}: {:?}", check.id, met.findings());
            let failed = judge(check, &check.fails).outcome;
            assert!(matches!(failed, Outcome::NotMet(_)), "{}: {failed:?}", check.id);
            let severity = failed.severity().expect("a finding");
            assert!(check.severities.contains(&severity), "{}: {severity:?}", check.id);
        }
    }

    #[test]
    fn ids_are_unique_and_kebab_case() {
        for (at, check) in ALL.iter().enumerate() {
            assert!(
                check
                    .id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{}",
                check.id
            );
            assert!(ALL[..at].iter().all(|other| other.id != check.id), "{}", check.id);
        }
    }
}

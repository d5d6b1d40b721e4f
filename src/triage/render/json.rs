//! `check --format json`: one document for programs.

use serde::Serialize;

use super::counts::Counts;
use crate::triage::{
    checks::Judged,
    finding::{Finding, Severity},
    report::FileReport,
};

#[derive(Serialize)]
struct Document<'a> {
    files: Vec<File<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    kind: &'static str,
    /// `null` where the nomination has none.
    name: Option<&'a str>,
    outcomes: Vec<CheckOutcome<'a>>,
    route: Vec<Route<'a>>,
}

#[derive(Serialize)]
struct CheckOutcome<'a> {
    check: &'a str,
    outcome: &'static str,
    severity: Option<&'static str>,
    findings: Vec<Found>,
    /// Why it was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct Found {
    severity: &'static str,
    message: String,
    pointer: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    suggestion: Option<String>,
}

#[derive(Serialize)]
struct Route<'a> {
    community: &'a str,
    reasons: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    /// Findings that somebody can act on; those of `needs-person` stand in no number.
    must: usize,
    should: usize,
    hint: usize,
    seconds: f64,
}

/// The document of several files; `seconds` is how long judging them took.
pub fn json(files: &[FileReport], seconds: f64) -> String {
    let counts = Counts::of(files);
    let document = Document {
        files: files.iter().map(file).collect(),
        summary: Summary {
            files: files.len(),
            must: counts.must,
            should: counts.should,
            hint: counts.hint,
            seconds: (seconds * 1000.0).round() / 1000.0,
        },
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn file(report: &FileReport) -> File<'_> {
    let nomination = &report.nomination;
    File {
        path: &nomination.path,
        kind: nomination.kind.word(),
        name: nomination.name.as_ref().map(|name| name.value.as_str()),
        outcomes: report.judged.iter().map(|judged| outcome(report, judged)).collect(),
        route: (report.route.iter())
            .map(|routed| Route { community: &routed.community, reasons: &routed.reasons })
            .collect(),
    }
}

fn outcome<'a>(report: &FileReport, judged: &'a Judged) -> CheckOutcome<'a> {
    let reason = match &judged.outcome {
        crate::triage::check::Outcome::NotChecked { why, .. } => Some(why.plain()),
        _ => None,
    };
    CheckOutcome {
        check: judged.check.id,
        outcome: judged.outcome.word(),
        severity: judged.outcome.severity().map(Severity::word),
        findings: judged.outcome.findings().iter().map(|finding| found(report, finding)).collect(),
        reason,
    }
}

fn found(report: &FileReport, finding: &Finding) -> Found {
    let place = finding.spot.as_ref().map(|spot| report.nomination.source.place(&spot.span));
    Found {
        severity: finding.severity.word(),
        message: finding.message.plain(),
        pointer: finding.spot.as_ref().map(|spot| spot.pointer.clone()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        suggestion: finding.suggestion().map(str::to_owned),
    }
}

//! Numbers about the running process, in the text format of Prometheus.
//!
//! In: counts and levels, from any part. Out: text. Never: a label that strangers choose, so that their number is
//! bounded.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What is measured.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Metric {
    Deliveries,
    Jobs,
    JobSeconds,
    InboxRows,
    OldestJobSeconds,
    OldestHeldJobSeconds,
    GitHubRequests,
    RateLimitRemaining,
    GitHubWrites,
    WriteWaitSeconds,
    WritesLeft,
    GitHubPauses,
    MissingPermissions,
    CaughtUp,
}

impl Metric {
    /// Its name, what kind it is, and what it means.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Deliveries => (
                "dpg_triage_deliveries_total",
                "counter",
                "Webhook deliveries, by event and what became of them.",
            ),
            Self::Jobs => ("dpg_triage_jobs_total", "counter", "Jobs that ended, by how."),
            Self::JobSeconds => {
                ("dpg_triage_job_seconds_total", "counter", "Time that jobs took, by how they ended.")
            }
            Self::InboxRows => (
                "dpg_triage_inbox_rows",
                "gauge",
                "Deliveries in the inbox, by state; dead ones need a person.",
            ),
            Self::OldestJobSeconds => (
                "dpg_triage_oldest_job_seconds",
                "gauge",
                "For how long the oldest job that may run has been asked for, tries in vain included.",
            ),
            Self::OldestHeldJobSeconds => (
                "dpg_triage_oldest_held_job_seconds",
                "gauge",
                "The same of jobs that wait for a limit of GitHub's; suspended installations do not count.",
            ),
            Self::GitHubRequests => (
                "dpg_triage_github_requests_total",
                "counter",
                "Requests to GitHub, by route and status; 304 is free, none is no answer.",
            ),
            Self::RateLimitRemaining => (
                "dpg_triage_github_rate_limit_remaining",
                "gauge",
                "What GitHub last said is left of the hourly allowance, by whose it is.",
            ),
            Self::GitHubWrites => {
                ("dpg_triage_github_writes_total", "counter", "Writes to GitHub, by whose they are.")
            }
            Self::WriteWaitSeconds => (
                "dpg_triage_github_write_wait_seconds_total",
                "counter",
                "Time that writes waited for their turn.",
            ),
            Self::WritesLeft => (
                "dpg_triage_github_writes_left",
                "gauge",
                "How many more writes there may be within the hour.",
            ),
            Self::GitHubPauses => (
                "dpg_triage_github_pauses_total",
                "counter",
                "How often GitHub asked to wait; none is the App itself.",
            ),
            Self::MissingPermissions => (
                "dpg_triage_github_missing_permissions_total",
                "counter",
                "Requests that were refused because the App lacks a permission.",
            ),
            Self::CaughtUp => (
                "dpg_triage_caught_up_timestamp_seconds",
                "gauge",
                "When missed webhooks were last looked for, or else the process began, in seconds since 1970.",
            ),
        }
    }
}

type Series = BTreeMap<(Metric, String), f64>;

/// Counts and levels. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Series>>);

impl Meter {
    /// Adds to a count. Labels are pairs of name and value.
    pub fn add(&self, metric: Metric, labels: &[(&str, &str)], by: f64) {
        *self.series().entry((metric, written(labels))).or_default() += by;
    }

    /// Says how high something stands now.
    pub fn set(&self, metric: Metric, labels: &[(&str, &str)], to: f64) {
        self.series().insert((metric, written(labels)), to);
    }

    fn series(&self) -> MutexGuard<'_, Series> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All of them, as text. Where two have the same series, the later one counts.
pub fn text(meters: &[Meter]) -> String {
    let mut all = Series::new();
    for meter in meters {
        all.extend(meter.series().iter().map(|(key, value)| (key.clone(), *value)));
    }
    let (mut text, mut last) = (String::new(), None);
    for ((metric, labels), value) in all {
        let (name, kind, help) = metric.words();
        if last.replace(metric) != Some(metric) {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        }
        let _ = writeln!(text, "{name}{labels} {value}");
    }
    text
}

fn written(labels: &[(&str, &str)]) -> String {
    let pairs = labels.iter().map(|(name, value)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!("{name}=\"{value}\"")
    });
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_prometheus_reads() {
        let (one, other) = (Meter::default(), Meter::default());
        one.add(Metric::Jobs, &[("result", "done")], 1.0);
        one.clone().add(Metric::Jobs, &[("result", "done")], 2.0);
        one.add(Metric::Jobs, &[("result", "a \"b\" \\ \n")], 0.5);
        other.set(Metric::OldestJobSeconds, &[], 3.0);
        other.set(Metric::OldestJobSeconds, &[], 0.25);
        let wanted = "# HELP dpg_triage_jobs_total Jobs that ended, by how.\n\
            # TYPE dpg_triage_jobs_total counter\n\
            dpg_triage_jobs_total{result=\"a \\\"b\\\" \\\\ \\n\"} 0.5\n\
            dpg_triage_jobs_total{result=\"done\"} 3\n\
            # HELP dpg_triage_oldest_job_seconds For how long the oldest job that may run has been asked for, tries in vain included.\n\
            # TYPE dpg_triage_oldest_job_seconds gauge\n\
            dpg_triage_oldest_job_seconds 0.25\n";
        assert_eq!(text(&[one, other]), wanted);
    }
}

//! Whether events can arrive: the webhook as it is written down, and what became of the latest deliveries.
//!
//! In: GitHub's answers. Out: findings. Never: a payload.

use std::collections::BTreeSet;

use url::Url;

use super::{Finding, State, app::Pages, unknown};
use crate::{
    github::{
        Error,
        deliveries::Attempt,
        inspect::{Hook, LATEST},
    },
    prose,
    triage::prose::{Prose, code, theirs},
};

/// Where `serve` takes deliveries.
const PATH: &str = "/api/github/webhooks";

/// The webhook as the App's page has it, every mistake at once.
pub(super) fn address(
    hook: &Result<Option<Hook>, Error>,
    health: Option<&Result<u16, Error>>,
    pages: &Pages,
) -> Vec<Finding> {
    let hook = match hook {
        Ok(Some(hook)) => hook,
        Ok(None) => return vec![without(pages)],
        Err(error) => return vec![unknown("webhook", error)],
    };
    let Some(text) = hook.url.as_deref().filter(|url| !url.is_empty()) else { return vec![without(pages)] };
    let mut findings = Vec::new();
    let mut wrong = |state, said: Prose, cure: Prose| {
        findings.push(Finding::new(state, "webhook", said).cure(cure).link(pages.settings("")));
    };
    let url = Url::parse(text).ok();
    match &url {
        None => wrong(
            State::Problem,
            prose![theirs(text), " is no address."],
            prose!["Write ", code(format!("https://YOUR-ADDRESS{PATH}")), " as the Webhook URL."],
        ),
        Some(url) => {
            if url.scheme() != "https" {
                wrong(
                    State::Warning,
                    prose![theirs(text), " is not https: what GitHub tells can be read on its way."],
                    "Put a reverse proxy with a certificate before `serve`, and write its https address."
                        .into(),
                );
            }
            if !url.path().ends_with(PATH) {
                wrong(
                    State::Problem,
                    prose![theirs(text), " does not end in ", code(PATH), ", where `serve` listens."],
                    "Correct the Webhook URL, unless a proxy in between leads there.".into(),
                );
            }
        }
    }
    if hook.content_type.as_deref() != Some("json") {
        wrong(
            State::Problem,
            prose!["Events come as a form, and `serve` takes only JSON."],
            prose!["Choose ", code("application/json"), " as the content type of the webhook."],
        );
    }
    if !hook.is_signed() {
        wrong(
            State::Problem,
            "The webhook has no secret, so `serve` refuses every delivery.".into(),
            prose!["Enter as its secret what ", code("WEBHOOK_SECRET"), " holds."],
        );
    }
    if !hook.verifies() {
        wrong(
            State::Warning,
            "GitHub does not look at the certificate of the address.".into(),
            "Choose Enable SSL verification.".into(),
        );
    }
    if findings.is_empty() {
        findings.push(Finding::ok("webhook", prose![theirs(text), "; JSON, with a secret."]));
    }
    if let Some(url) = url {
        findings.push(reached(&url, health));
    }
    findings
}

fn without(pages: &Pages) -> Finding {
    Finding::problem("webhook", "The App has no webhook, so it hears of nothing.")
        .cure(prose![
            "Make it active, with the URL ",
            code(format!("https://YOUR-ADDRESS{PATH}")),
            " and a secret."
        ])
        .link(pages.settings(""))
}

/// Where `serve` says that it is there, at the address of the webhook.
pub fn health_of(url: &Url) -> (String, String) {
    let before = url.path().strip_suffix(PATH).unwrap_or_default();
    (url.origin().ascii_serialization(), format!("{before}/healthz"))
}

fn reached(url: &Url, health: Option<&Result<u16, Error>>) -> Finding {
    let (origin, path) = health_of(url);
    let address = theirs(format!("{origin}{path}"));
    let cure =
        "Start `serve`, and look at what stands between it and the web: name, port, proxy, certificate.";
    match health {
        None => {
            Finding::ok("reach", prose!["Not tried: with ", code("--reach"), ", ", address, " is asked."])
        }
        Some(Ok(200)) => Finding::ok("reach", prose![address, " answers."]),
        Some(Ok(404)) => Finding::warning(
            "reach",
            prose![
                address,
                " answers with 404. Where only the webhook is let through, that is as it should be."
            ],
        ),
        Some(Ok(status)) => {
            Finding::problem("reach", prose![address, format!(" answers with {status}.")]).cure(cure)
        }
        Some(Err(error)) => {
            let said = prose![address, " does not answer from here: ", theirs(error.to_string()), "."];
            Finding::problem("reach", said).cure(cure)
        }
    }
}

/// What became of the latest deliveries.
pub(super) fn deliveries(latest: &Result<Vec<Attempt>, Error>, pages: &Pages) -> Finding {
    const ABOUT: &str = "deliveries";
    let latest = match latest {
        Ok(latest) => latest,
        Err(error) => return unknown(ABOUT, error),
    };
    let Some(newest) = latest.first() else {
        return Finding::ok(ABOUT, "GitHub had nothing to tell in the last three days.");
    };
    let good: BTreeSet<&str> =
        latest.iter().filter(|one| one.is_good()).map(|one| one.guid.as_str()).collect();
    let of = match latest.len() {
        LATEST => format!("the last {LATEST} deliveries"),
        1 => "1 delivery in the last three days".to_owned(),
        many => format!("{many} deliveries in the last three days"),
    };
    let failed = latest.iter().filter(|one| !one.is_good());
    let Some(last) = failed.clone().next() else {
        return Finding::ok(ABOUT, prose![format!("None of {of} failed.")]);
    };
    let open = failed.clone().filter(|one| !good.contains(one.guid.as_str())).count();
    let said = prose![
        format!("{} of {of} failed. The last was ", failed.count()),
        theirs(event(last)),
        format!(" at {}: {}.", last.delivered_at.format("%Y-%m-%d %H:%M UTC"), meaning(last).0)
    ];
    let again = prose!["What nobody took, `serve` asks GitHub for again, up to three days back."];
    let finding = match (newest.is_good(), open) {
        (true, 0) => return Finding::ok(ABOUT, said.and("Each was taken when it came again.".into())),
        (true, _) => Finding::warning(ABOUT, said.and("Later ones were taken.".into())).cure(again),
        (false, _) => Finding::problem(ABOUT, said).cure(meaning(last).1.and(again)),
    };
    finding.link(pages.settings("advanced"))
}

fn event(attempt: &Attempt) -> String {
    match &attempt.action {
        Some(action) => format!("{} {action}", attempt.event),
        None => attempt.event.clone(),
    }
}

/// What a failure means, and what to do.
fn meaning(attempt: &Attempt) -> (String, Prose) {
    let words = attempt.status.as_deref().unwrap_or_default().to_lowercase();
    let (means, cure): (&str, Prose) = match attempt.status_code.unwrap_or_default() {
        0 if words.contains("timed out") || words.contains("timeout") => (
            "no answer within ten seconds",
            "Look whether the machine has enough room, and whether its database answers (`/readyz`).".into(),
        ),
        0 => (
            "nobody answered",
            "Start `serve`, and look whether the address leads to it: name, port, firewall, certificate."
                .into(),
        ),
        401 | 403 => (
            "the signature was refused",
            prose![
                "The secret of the webhook and ",
                code("WEBHOOK_SECRET"),
                " differ: enter the same in both, and start `serve` anew."
            ],
        ),
        404 => (
            "there is nothing at this address",
            prose!["Let the Webhook URL end in ", code(PATH), ", and the proxy hand it on to `serve`."],
        ),
        413 => (
            "the delivery was too large for a proxy",
            prose!["Let the proxy take bodies of 25 MB (nginx: ", code("client_max_body_size 25m"), ")."],
        ),
        415 => (
            "not sent as JSON",
            prose!["Choose ", code("application/json"), " as the content type of the webhook."],
        ),
        502 | 504 => (
            "a proxy answered, and nobody listens behind it",
            "Start `serve`, and look whether the proxy leads to its HOST and PORT.".into(),
        ),
        503 => (
            "`serve` could not store it",
            "Look at the database, and at `/readyz` and the log of `serve`.".into(),
        ),
        _ => ("an answer that `serve` does not give on purpose", "Look at the log of `serve`.".into()),
    };
    let status = match attempt.status_code.unwrap_or_default() {
        0 => String::new(),
        status => format!(" ({status})"),
    };
    (format!("{means}{status}"), cure)
}

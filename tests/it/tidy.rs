//! The walls between the rooms, and the habits of the house, held by a test.

use std::{
    fs,
    path::{Path, PathBuf},
};

struct Room {
    /// Files whose path begins with one of these, relative to `src/`.
    paths: &'static [&'static str],
    /// What none of their lines may name.
    never: &'static [&'static str],
}

/// The walls. What a room may use is in docs/ARCHITECTURE.md; here stands what it must not.
const ROOMS: &[Room] = &[
    Room {
        paths: &["triage.rs", "triage/"],
        never: &[
            "async ",
            ".await",
            "octocrab",
            "axum",
            "reqwest",
            "tokio",
            "sqlx",
            "std::env",
            "env::var",
            "std::fs",
            "fs::",
            "Utc::now",
            "Local::now",
            "SystemTime",
            "Instant",
            "std::net",
            "tracing",
            "crate::github",
            "crate::links",
            "crate::queue",
            "crate::webhook",
            "crate::server",
            "crate::pipeline",
            "crate::cli",
            "crate::config",
            "crate::fake_github",
        ],
    },
    Room {
        paths: &["triage/checks/"],
        never: &["triage::checks::", "super::super", "render::markdown", "ledger", "plan::", "snapshot"],
    },
    Room {
        paths: &[
            "triage/check.rs",
            "triage/evidence.rs",
            "triage/policy.rs",
            "triage/nomination",
            "triage/license.rs",
            "triage/country.rs",
            "triage/questionnaire.rs",
        ],
        never: &["render", "ledger", "plan", "report::", "snapshot"],
    },
    Room {
        paths: &["server.rs", "webhook", "queue"],
        never: &[
            "crate::github",
            "crate::links",
            "crate::pipeline",
            "crate::cli",
            "crate::fake_github",
            "triage::nomination",
            "triage::check",
            "triage::report",
            "triage::plan",
            "triage::snapshot",
            "octocrab",
            "reqwest",
        ],
    },
    Room { paths: &["queue"], never: &["crate::webhook", "crate::server", "axum"] },
    Room { paths: &["webhook"], never: &["crate::server"] },
    Room {
        paths: &["github.rs", "github/"],
        never: &[
            "triage::check",
            "triage::checks",
            "triage::render",
            "crate::links",
            "crate::webhook",
            "crate::server",
            "crate::queue",
            "axum",
            "reqwest",
        ],
    },
    Room {
        paths: &["links.rs", "links/"],
        never: &[
            "crate::github",
            "octocrab",
            "triage::check",
            "triage::render",
            "crate::webhook",
            "crate::server",
            "crate::queue",
            "crate::pipeline",
            "crate::cli",
            "crate::config",
            "axum",
        ],
    },
    Room {
        paths: &["pipeline.rs"],
        never: &["axum", "markdown", "octocrab", "reqwest", "crate::webhook", "crate::server"],
    },
    Room {
        paths: &["sweep.rs", "sweep/", "catch_up.rs"],
        never: &[
            "axum",
            "markdown",
            "octocrab",
            "reqwest",
            "crate::pipeline",
            "crate::webhook",
            "crate::server",
            "crate::cli",
        ],
    },
    Room {
        paths: &["doctor.rs", "doctor/"],
        never: &[
            "async ",
            ".await",
            "tokio",
            "octocrab",
            "fs::",
            "Utc::now",
            "tracing",
            "crate::links",
            "crate::pipeline",
            "crate::cli",
            "crate::webhook",
            "crate::server",
            "crate::fake_github",
        ],
    },
    Room { paths: &["health.rs", "metrics.rs"], never: &["crate::", "async ", "tracing", "Utc::now"] },
    Room {
        paths: &["fake_github"],
        never: &[
            "crate::github",
            "crate::links",
            "crate::triage",
            "crate::webhook",
            "crate::queue",
            "crate::server",
            "crate::pipeline",
            "crate::config",
            "crate::cli",
            "octocrab",
        ],
    },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Every source file: its path relative to `src/`, and its text without the tests at its foot; files of tests are left out.
fn rooms() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    sources(&root(), &mut paths);
    paths.sort();
    paths.retain(|path| !path.to_string_lossy().contains("tests"));
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default().to_owned();
            (name, code)
        })
        .collect()
}

/// The lines of code, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn walls_stand() {
    let mut breaches = Vec::new();
    for (name, text) in rooms() {
        for room in ROOMS.iter().filter(|room| room.paths.iter().any(|path| name.starts_with(path))) {
            for (number, line) in code(&text) {
                for never in room.never.iter().filter(|never| line.contains(**never)) {
                    breaches.push(format!("src/{name}:{number} names `{never}`: {}", line.trim()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// One place each: the environment, the clock of the main path, the client for what strangers name, what is for
/// stand-ins alone.
#[test]
fn some_things_have_one_place() {
    for (what, places) in [
        // The double is told by a test's surroundings whether to keep a record.
        ("env::var", &["config.rs", "fake_github/record.rs"][..]),
        ("octocrab::", &["github.rs", "github/"]),
        ("Utc::now", &["cli/", "fake_github", "github/clock.rs", "github/refusal.rs"]),
        ("reqwest", &["links.rs", "links/", "fake_github"]),
        // A loopback port is open to links beside a stand-in, and to no others.
        ("Links::beside", &["cli/demo"]),
        ("fake_github::", &["cli/demo", "fake_github", "links.rs", "links/fetch.rs"]),
        ("sqlx", &["queue"]),
    ] {
        for (name, text) in rooms() {
            let allowed = places.iter().any(|place| name.starts_with(place));
            let found = code(&text).find(|(_, line)| line.contains(what));
            assert!(
                allowed || found.is_none(),
                "src/{name}:{} names `{what}`",
                found.map_or(0, |(number, _)| number)
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_can_be_read_at_a_sitting() {
    for (name, text) in rooms() {
        assert!(text.starts_with("//!"), "src/{name} does not begin with what it is for");
        let lines = text.lines().count();
        assert!(lines <= 500, "src/{name} has {lines} lines of code: is it still one thing?");
    }
}

/// A check is one file with its id, and two lines in `checks.rs`.
#[test]
fn checks_are_named_after_their_files() {
    for (name, text) in rooms() {
        let Some(stem) = name.strip_prefix("triage/checks/").and_then(|file| file.strip_suffix(".rs")) else {
            continue;
        };
        let id = format!("id: \"{}\"", stem.replace('_', "-"));
        assert!(text.contains(&id), "src/{name} does not have {id}");
        let list = fs::read_to_string(root().join("triage/checks.rs")).unwrap();
        assert!(
            list.contains(&format!("mod {stem};")) && list.contains(&format!("&{stem}::CHECK")),
            "checks.rs lacks {stem}"
        );
    }
}

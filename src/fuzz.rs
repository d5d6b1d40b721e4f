//! What holds for any input, whatever it is: the bodies of the fuzz targets, which the tests run as well.
//!
//! In: bytes that nobody chose. Out: nothing, or a panic that says what does not hold. Never: in a program that is
//! shipped; this is compiled for tests and under `cargo fuzz` only.
//!
//! `fuzz/fuzz_targets/` has one file for each body. At the foot of each body's file proptest feeds it with inputs that
//! come near to real ones.

pub mod command;
pub mod comment;
pub mod license;
pub mod nomination;
pub mod page;
pub mod webhook;

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDate, Utc};

use crate::triage::{
    contents::{Contents, Item},
    evidence::{Answer, Evidence, LicenseFacts, RepositoryFacts},
    nomination::{Filed, Kind, parse},
    policy::Policy,
    pull_request::RepositoryName,
    report::FileReport,
    schema::Schema,
};

/// One day like any other.
fn day() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN).and_utc()
}

/// One file judged, as if everything about it could be had. `told` stands in for all that others say of it elsewhere.
fn judged(kind: Kind, path: &str, text: &[u8], told: &str) -> FileReport {
    let schema = Arc::new(Schema::read(match kind {
        Kind::Submission => include_str!("../tests/data/registry/screening-schema.json"),
        _ => include_str!("../tests/data/registry/nominee-schema.json"),
    }));
    let filed = Filed { path: path.to_owned(), kind, schema: Some("schema.json".to_owned()) };
    let repository = RepositoryName::new("o", "r");
    let mut evidence = Evidence::unasked("it was not looked up");
    evidence.schema_is("schema.json", Answer::Found(schema));
    let facts = RepositoryFacts {
        description: Some(told.to_owned()),
        topics: vec![told.to_owned()],
        ..RepositoryFacts::new(repository.clone())
    };
    evidence.repository_is(&repository, Answer::Found(facts));
    let license = LicenseFacts {
        spdx: None,
        files: Vec::new(),
        page: "https://github.com/o/r/blob/main/LICENSE".to_owned(),
    };
    evidence.license_is(&repository, Answer::Found(license));
    let items = ["package.json", told].map(Item::file).into();
    evidence.contents_are(&repository, Answer::Found(Contents { items }));
    let package = serde_json::json!({"dependencies": {"firebase": told}}).to_string();
    evidence.manifest_is(&repository, "package.json", Answer::Found(package));
    let (nomination, faults) = parse(filed, text);
    FileReport::of(nomination, &faults, &evidence, Policy::built_in(), day(), &[], &[told.to_owned()])
}

/// Four times the input takes eight times the time at most: twice as long as the input read four times, which is as
/// much to read. What takes time with the square takes sixteen times. Other work on the machine disturbs a measurement,
/// so the best of many counts.
fn linear(input: &str, length: usize, read: impl Fn(&str)) {
    if input.is_empty() {
        return;
    }
    let once = input.repeat(length.div_ceil(input.len()));
    let fourfold = once.repeat(4);
    let time = |texts: &[&String]| {
        let from = Instant::now();
        texts.iter().for_each(|text| read(black_box(text)));
        from.elapsed()
    };
    let mut best = (Duration::MAX, Duration::MAX);
    for round in 0..40 {
        best = (best.0.min(time(&[&once; 4])), best.1.min(time(&[&fourfold])));
        // Half a millisecond is as good as nothing. One pair of times may agree by chance.
        if round >= 2 && best.1 <= best.0 * 2 + Duration::from_micros(500) {
            return;
        }
    }
    panic!("{} bytes take {:?}, four times as many {:?}", once.len(), best.0 / 4, best.1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "four times as many")]
    fn what_takes_time_with_the_square_is_seen() {
        // Other work on the machine may hide it, but not every time.
        for _ in 0..10 {
            linear("x", 400, |text| {
                let pairs =
                    text.bytes().map(|one| text.bytes().filter(|other| black_box(*other) < one).count());
                black_box(pairs.sum::<usize>());
            });
        }
    }
}

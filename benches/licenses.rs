//! What it costs to read the text of a license: time, and the memory that the known texts take.
//!
//! `cargo bench --bench licenses` reads the texts that nominations have most, as published and wrapped anew, each many
//! times.
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use dpg_triage::triage::license_text::read;

const LICENSES: [&str; 8] =
    ["MIT", "Apache-2.0", "GPL-3.0", "AGPL-3.0", "BSD-3-Clause", "MPL-2.0", "CC-BY-4.0", "CC0-1.0"];
const ROUNDS: usize = 21;
/// For a text of usual length.
const GOAL: Duration = Duration::from_millis(60);

fn main() -> Result<()> {
    let before = memory()?;
    let began = Instant::now();
    read("");
    println!(
        "the known texts are prepared in {:.0} ms; memory {before} MB before, {} MB after",
        began.elapsed().as_secs_f64() * 1e3,
        memory()?
    );
    let mut slowest = Duration::ZERO;
    for id in LICENSES {
        let known = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id);
        let (_, text) = known.with_context(|| format!("no license {id}"))?;
        let wrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut took: Vec<Duration> = (0..ROUNDS)
            .map(|round| {
                let start = Instant::now();
                let reading = read(if round % 2 == 0 { text } else { &wrapped });
                let took = start.elapsed();
                ensure!(!reading.held.is_empty(), "{id} is not told");
                Ok(took)
            })
            .collect::<Result<_>>()?;
        took.sort();
        let [median, most] = [took[ROUNDS / 2], took[ROUNDS - 1]];
        println!(
            "{id:<14} {:>6} bytes: median {:5.1} ms, slowest {:5.1} ms",
            text.len(),
            median.as_secs_f64() * 1e3,
            most.as_secs_f64() * 1e3
        );
        slowest = slowest.max(median);
    }
    println!("slowest median {:.1} ms (goal {} ms)", slowest.as_secs_f64() * 1e3, GOAL.as_millis());
    ensure!(slowest <= GOAL, "a license text takes too long");
    Ok(())
}

/// What this process holds, in MB.
fn memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("odd status")?;
    Ok(line.split_whitespace().nth(1).context("odd status")?.parse::<u64>()? / 1024)
}

//! `dpg-triage`: the first look at a nomination to the Digital Public Goods registry.
//!
//! Every reason to look at a pull request becomes one question, "what should it look like now?", answered by one
//! straight line of plain values with the outside only at its ends: a signed [`webhook`] becomes a row in the
//! [`queue`]; its job takes a snapshot of the pull request through [`github`], [`links`] opens what it links, the pure
//! core in [`triage`] parses, judges, routes and plans, and what differs from what stands is written back. Where
//! GitHub sends no word, [`sweep`] asks for the look; where nobody took its word, [`catch_up`] asks for it again. [`pipeline`] is that line; read it first. `docs/ARCHITECTURE.md` has the map.

pub mod triage;

pub mod metrics;
pub mod github;
pub mod links;
pub mod rules;
pub mod pipeline;

pub mod queue;
pub mod health;
pub mod sweep;
pub mod catch_up;
pub mod webhook;
pub mod server;

pub mod config;
pub mod doctor;
pub mod cli;

pub mod fake_github;

#[cfg(any(test, fuzzing))]
pub mod fuzz;

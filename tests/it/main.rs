//! One binary for all integration tests: they enter by the front door and read what came out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stderr)]

mod browser;
mod catch_up;
mod check;
mod change;
mod demo;
mod described;
mod doctor;
mod documents;
mod faults;
mod fix;
mod forges;
mod hostile;
mod house;
mod commands;
mod communities;
mod crowd;
mod decisions;
mod memory;
mod kills;
mod license_pages;
mod metrics;
mod licenses;
mod line;
mod links;
mod online;
mod pace;
mod outage;
mod postgres;
mod process;
mod pull_request;
mod properties;
mod replicas;
mod repositories;
mod repository_table;
mod rules;
mod reactions;
mod refusals;
mod situations;
mod submissions;
mod suggest;
mod sweep;
mod tidy;
mod tour;
mod twins;

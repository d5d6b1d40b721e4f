//! One binary for all integration tests: they enter by the front door and read what came out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, clippy::print_stderr)]

mod browser;
mod demo;
mod documents;
mod fix;
mod hostile;
mod house;
mod commands;
mod licenses;
mod line;
mod process;
mod properties;
mod situations;
mod tidy;

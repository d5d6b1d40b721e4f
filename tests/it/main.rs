//! One binary for all integration tests: they enter by the front door and read what came out.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod browser;
mod demo;
mod documents;
mod house;
mod line;
mod tidy;

//! The pure core.
pub mod pull_request;

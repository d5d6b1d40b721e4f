//! `dpg-triage`: the first look at a nomination to the Digital Public Goods registry.

pub mod triage;

pub mod github;
pub mod pipeline;

pub mod queue;
pub mod server;
pub mod webhook;

pub mod cli;
pub mod config;

pub mod fake_github;

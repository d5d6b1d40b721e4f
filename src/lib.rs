//! `dpg-triage`: the first look at a nomination to the Digital Public Goods registry.

pub mod triage;

pub mod github;
pub mod pipeline;

pub mod queue;
pub mod webhook;
pub mod server;

pub mod config;
pub mod cli;

pub mod fake_github;

//! The pure core: from the text of a nomination and the evidence to what its pull request should look like.
//!
//! Nothing here waits, fetches, logs, or looks at a clock, a file or the environment. Values come in, values go
//! out; the modules stand in the order in which they build on each other.

pub mod pull_request;
pub mod span;
pub mod diff;
pub mod prose;
pub mod finding;
pub mod nomination;
pub mod license;
pub mod web_address;
pub mod license_text;
pub mod license_facts;
pub mod country;
pub mod repository;
pub mod account;
pub mod likeness;
pub mod exclusions;
pub mod filler;
pub mod catalog;
pub mod link;
pub mod raw_file;
pub mod license_page;
pub mod format;
pub mod correction;
pub mod pages;
pub mod schema;
pub mod manifest;
pub mod contents;
pub mod evidence;
pub mod owned;
pub mod phrase;
pub mod communities;
pub mod policy;
pub mod routing;
pub mod accepted;
pub mod check;
pub mod questionnaire;
pub mod checks;
pub mod snapshot;
pub mod form;
pub mod inherited;
pub mod marker;
pub mod effect;
pub mod command;
pub mod commands;
pub mod ledger;
pub mod votes;
pub mod criteria;
pub mod report;
pub mod fix;
pub mod suggestion;
pub mod posted;
pub mod render;
pub mod plan;

//! What went over the wire, newest first: webhooks to the bot, and what it asked of GitHub.

use chrono::Local;
use maud::{Markup, html};

use crate::cli::demo::happening::is_write;
use crate::cli::demo::story::{event_name, readable};
use crate::fake_github::{Delivery, FakeGitHub, Request};

/// So many lines of each are shown.
const LINES: usize = 60;

/// Both logs.
pub fn wire(github: &FakeGitHub) -> Markup {
    let (deliveries, requests) = (github.deliveries(), github.requests());
    html! {
        footer #wire .wire data-live {
            section aria-label="Webhooks" {
                h2 { "Webhooks to the bot" span .quiet { " " (deliveries.len()) ", newest first" } }
                div .scroll { table #webhooks {
                    @for one in deliveries.iter().rev().take(LINES) { (webhook(one)) }
                } }
            }
            section aria-label="Requests" {
                h2 { "The bot's requests to GitHub" span .quiet { " " (requests.len()) ", newest first" } }
                div .scroll { table #requests {
                    @for one in requests.iter().rev().take(LINES) { (request(one)) }
                } }
            }
        }
    }
}

fn webhook(one: &Delivery) -> Markup {
    let status = one.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let meaning = match one.status {
        Some(202) => "noted, to be done",
        Some(200) => "nothing to do",
        _ => "",
    };
    html! {
        tr {
            td { (one.delivered_at.with_timezone(&Local).format("%H:%M:%S")) }
            td { code { (event_name(&one.event, one.action.as_deref())) } }
            td .bad[!one.succeeded()] { (status) }
            td .quiet .meaning { (meaning) }
            td .quiet .number { (one.duration.as_millis()) " ms" }
        }
    }
}

fn request(one: &Request) -> Markup {
    html! {
        tr .writes[is_write(one)] {
            td { code { (one.method) } }
            td .path { code { (readable(&one.path)) } }
            // A file or role that is not there is an answer, too.
            td .bad[one.status >= 400 && one.status != 404] { (one.status) }
            td .quiet .number { (one.ended.duration_since(one.started).as_millis()) " ms" }
        }
    }
}

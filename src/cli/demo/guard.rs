//! Who may speak to the page: this machine's browser on the page itself, and no other site through it.
//!
//! A page on loopback can be reached by every site that the reader has open: by a form that posts here, or by a
//! name of the site's own that leads to 127.0.0.1. The first shows in `Origin` and `Sec-Fetch-Site`, the second
//! in `Host`.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Sent with every answer, unless the answer has its own.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: with that, browsers hide the origin of our own forms, too.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Refuses what comes from elsewhere, and dresses every answer. The state is the page's port.
pub async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let mut response = match refusal(port, request.method(), request.headers()) {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn refusal(port: u16, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let Some(host) = text(header::HOST).filter(|host| ours.iter().any(|one| one == host)) else {
        return Some("This page is at 127.0.0.1 and under no other name.\n");
    };
    if text(header::ORIGIN).is_some_and(|origin| origin != format!("http://{host}")) {
        return Some("This page takes nothing from other sites.\n");
    }
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let mode = text(HeaderName::from_static("sec-fetch-mode"));
    // A link to the page is harmless wherever it stands.
    let link = method == Method::GET && mode == Some("navigate");
    let elsewhere = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    (elsewhere && !link).then_some("This page takes nothing from other sites.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        refusal(4000, &method, &headers.collect()).is_some()
    }

    #[test]
    fn lets_the_page_itself_in() {
        for host in ["127.0.0.1:4000", "localhost:4000"] {
            assert!(!refused(Method::GET, &[("host", host), ("sec-fetch-site", "none")]));
            assert!(!refused(Method::POST, &[("host", host)]), "curl");
        }
        let ours = [
            ("host", "localhost:4000"),
            ("origin", "http://localhost:4000"),
            ("sec-fetch-site", "same-origin"),
        ];
        assert!(!refused(Method::POST, &ours));
        let link =
            [("host", "localhost:4000"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert!(!refused(Method::GET, &link));
    }

    #[test]
    fn keeps_other_sites_out() {
        assert!(refused(Method::GET, &[]));
        for host in
            ["evil.example:4000", "evil.example", "127.0.0.1", "127.0.0.1:4001", "127.0.0.1:4000.evil"]
        {
            assert!(refused(Method::GET, &[("host", host)]), "{host}");
        }
        for origin in ["http://evil.example", "null", "http://127.0.0.1:4001", "https://127.0.0.1:4000"] {
            assert!(refused(Method::POST, &[("host", "127.0.0.1:4000"), ("origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            let headers =
                [("host", "127.0.0.1:4000"), ("sec-fetch-site", site), ("sec-fetch-mode", "navigate")];
            assert!(refused(Method::POST, &headers), "{site}");
            assert!(refused(Method::GET, &headers[..2]), "{site}");
        }
    }
}

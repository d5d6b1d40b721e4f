//! Labels in their colours, with text that can be read on them.

use maud::{Markup, html};

use crate::fake_github::LabelView;

/// The labels of a pull request.
pub fn row(labels: &[LabelView]) -> Markup {
    html! {
        ul .labels aria-label="Labels" {
            @for label in labels {
                li .label .(class(&label.color)) title=[label.description.as_deref()] { (label.name) }
            }
        }
    }
}

/// A rule for each colour: the page allows no `style` attributes.
pub fn colors(labels: &[LabelView]) -> String {
    let mut colors: Vec<&str> = labels.iter().map(|label| label.color.as_str()).collect();
    colors.sort_unstable();
    colors.dedup();
    let rules = colors.iter().filter_map(|color| {
        let text = text_on(color)?;
        Some(format!(".{}{{background:#{color};color:{text}}}\n", class(color)))
    });
    rules.collect()
}

/// `color-0e8a16`; nothing of what a stranger could write gets into it.
fn class(color: &str) -> String {
    let digits = color.chars().filter(char::is_ascii_hexdigit).take(6);
    format!("color-{}", digits.collect::<String>())
}

/// White where it can be read well, else black, which then can; None where it is no colour.
///
/// Well is a contrast of 4.5 : 1, see WCAG 2.2, success criterion 1.4.3.
fn text_on(color: &str) -> Option<&'static str> {
    if color.len() != 6 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(color, 16).ok()?;
    let part = |shift: u32| {
        let value = f64::from((number >> shift) & 0xff) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0);
    Some(if 1.05 / (luminance + 0.05) >= 4.5 { "#fff" } else { "#000" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_dark_on_light_and_light_on_dark() {
        assert_eq!(text_on("ffffff"), Some("#000"));
        assert_eq!(text_on("fbca04"), Some("#000"));
        assert_eq!(text_on("000000"), Some("#fff"));
        for dark in ["5319e7", "0e8a16", "d93f0b", "1d76db"] {
            assert_eq!(text_on(dark), Some("#fff"), "{dark}");
        }
        assert_eq!(text_on("red"), None);
        assert_eq!(text_on("+00fff"), None);
    }
}

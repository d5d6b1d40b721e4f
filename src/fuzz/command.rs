//! A comment of anybody: which commands stand in it.

use crate::triage::command::{self, Words};

/// Commands are read only where they stand in the text, and never where a line before them hides them.
pub fn body(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for words in command::read(&text) {
        match words {
            Words::Command { command, rest } => {
                let written =
                    |line: &str| line.to_ascii_lowercase().starts_with(&format!("/{}", command.name));
                assert!(text.lines().any(|line| written(line) && line.contains(&rest)), "{}", command.name);
            }
            Words::Near { written, meant } => assert_ne!(written, meant.name),
        }
    }
    for before in [">", "text\n", "```\n", "<!--\n", "\n", " "] {
        assert!(command::read(&format!("{before}{text}")).is_empty(), "{before:?}");
    }
    assert!(command::read(&text.replace('\n', "\n/")).len() <= 10);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_comment(body in any::<String>(), lines in prop::collection::vec("/[a-zA-Z]{1,12}[ .]?[a-z]{0,5}", 0..14)) {
            super::body(body.as_bytes());
            super::body(lines.join("\n").as_bytes());
        }
    }

    #[test]
    fn our_own_commands() {
        for command in crate::triage::commands::ALL {
            body(command.usage.as_bytes());
            body(format!("/{}: because\r\n/{}", command.name.to_uppercase(), &command.name[1..]).as_bytes());
        }
    }
}

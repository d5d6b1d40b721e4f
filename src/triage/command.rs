//! Commands in comments: the leading lines that begin with `/`, one a line.
//!
//! In: a comment's text. Out: the [`Words`] of its commands. Never: who may give them, which each command says.

use super::commands::{self, Command};

/// A line that begins with `/`, read.
#[derive(Clone, Debug)]
pub enum Words {
    /// A command of ours, and what follows its name.
    Command { command: &'static Command, rest: String },
    /// A word that is nearly one of ours.
    Near { written: String, meant: &'static Command },
}

/// How many commands of a comment are read.
const MOST: usize = 10;

/// The commands of a comment. A `/word` that is neither ours nor near to it belongs to somebody else.
pub fn read(body: &str) -> Vec<Words> {
    // What an HTML comment hides, nobody sees: none goes on behind a line that leaves one open.
    let mut is_shown = true;
    let leading = body.lines().take_while(|line| {
        let was_shown = is_shown;
        is_shown = line.rsplit_once("<!--").is_none_or(|(_, hidden)| hidden.contains("-->"));
        was_shown && line.starts_with('/')
    });
    leading.take(MOST).filter_map(one).collect()
}

fn one(line: &str) -> Option<Words> {
    let line = line.trim_end();
    let (name, rest) = line[1..].split_once(char::is_whitespace).unwrap_or((&line[1..], ""));
    let name = name.trim_end_matches(['.', '!', ',', ';', ':']);
    // A path such as `/usr/bin` is no command, nor is a word longer than any of ours could be misspelled.
    if name.len() > 20
        || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    {
        return None;
    }
    let name = name.to_ascii_lowercase();
    if let Some(command) = commands::ALL.iter().copied().find(|command| command.name == name) {
        return Some(Words::Command { command, rest: rest.trim().to_owned() });
    }
    let near = |command: &&&'static Command| {
        let distance = strsim::damerau_levenshtein(command.name, &name);
        distance == 1 || distance == 2 && command.name.len() >= 6
    };
    let meant = commands::ALL.iter().find(near)?;
    Some(Words::Near { written: name, meant })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(body: &str) -> Vec<String> {
        let name = |words| match words {
            Words::Command { command, rest } => format!("{}({rest})", command.name),
            Words::Near { written, meant } => format!("{written}?{}", meant.name),
        };
        read(body).into_iter().map(name).collect()
    }

    #[test]
    fn only_leading_lines_count() {
        assert_eq!(names("/recheck"), ["recheck()"]);
        assert_eq!(names("/recheck."), ["recheck()"]);
        assert_eq!(
            names("/RECHECK  please \r\n/hold too early\n\nthanks"),
            ["recheck(please)", "hold(too early)"]
        );
        for body in [
            "please /recheck",
            " /recheck",
            "> /recheck",
            "```\n/recheck\n```",
            "<!--\n/recheck\n-->",
            "",
            "`/recheck`",
            "\n/recheck",
            "    /recheck",
            "\t/recheck",
            "~~~\n/recheck\n~~~",
            "- /recheck",
            "\u{200b}/recheck",
            "\u{feff}/recheck",
            "\u{ff0f}recheck",
            "/re\u{200b}check",
            "\u{2215}recheck",
        ] {
            assert!(names(body).is_empty(), "{body:?}");
        }
    }

    #[test]
    fn what_is_hidden_is_no_command() {
        assert_eq!(names("/recheck <!-- and -->\n/hold"), ["recheck(<!-- and -->)", "hold()"]);
        assert_eq!(names("/recheck <!--\n/hold\n-->"), ["recheck(<!--)"]);
        assert_eq!(names("/recheck <!-- a --> <!--\n/hold\n-->\n/hold").len(), 1);
    }

    #[test]
    fn near_words_are_noticed_and_others_left_alone() {
        assert_eq!(names("/rechek"), ["rechek?recheck"]);
        for body in ["/approve", "/lgtm", "/usr/bin/env", "/", "//recheck", "/r"] {
            assert!(names(body).is_empty(), "{body:?}");
        }
        assert!(names(&format!("/{}", "recheck".repeat(9_999))).is_empty());
    }
}

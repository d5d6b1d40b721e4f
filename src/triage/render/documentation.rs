//! `docs/checks.md` and `docs/commands.md`: what every check asks, why, and what it says of its own example, which is run for it;
//! and what every command does, for whom.

use chrono::NaiveDate;

use crate::triage::{
    check::{Case, Check, Example},
    checks::{self, Judged},
    commands,
    nomination::{self, Filed},
    policy::Policy,
};

/// The whole page.
pub fn checks() -> String {
    let mut page = String::from(
        "# The checks\n\n<!-- Generated from src/triage/checks/*.rs; a test compares. `just docs` writes it anew. -->\n\n\
         Each check ends as `met`, `not-met`, `needs-person` (only judgement settles it), `not-checked` (the evidence could \
         not be had) or `not-applicable`. A finding is a `must` (it has to change before people look), a `should` (it is \
         asked for) or a `hint` (a fact for whoever decides).\n\n| Check | What holds | Severity |\n| --- | --- | --- |\n",
    );
    for check in checks::ALL {
        page.push_str(&format!("| [`{0}`](#{0}) | {1} | {2} |\n", check.id, check.title, severities(check)));
    }
    let mut indicator = "";
    for check in checks::ALL {
        if check.indicator != indicator {
            indicator = check.indicator;
            page.push_str(&format!("\n## {indicator}\n"));
        }
        page.push_str(&section(check));
    }
    page
}

/// The page on the commands.
pub fn commands() -> String {
    let mut page = String::from(
        "# The commands\n\n<!-- Generated from src/triage/commands/*.rs; a test compares. `just docs` writes it anew. -->\n\n\
         A command stands at the very beginning of a comment on the pull request, one a line. \"I\" is the bot.\n\n\
         | Command | Who | What happens | Example |\n| --- | --- | --- | --- |\n",
    );
    for command in commands::ALL {
        page.push_str(&format!(
            "| `{}` | {} | {} | `{}` |\n",
            command.usage.replace('|', "\\|"),
            command.who.words(),
            command.help,
            command.example
        ));
    }
    page.push_str(COMMANDS_HOLD);
    page
}

/// How commands are judged.
const COMMANDS_HOLD: &str = "
The bot answers 👀 when it has seen a command and 🚀 when it is done. 😕 says that something was not done; the bot's comment says what, and what would do, until a later command of the same person is carried out. Of several commands in one comment each is judged for itself, and 🚀 means all of them.
Commands of people who may not give them get 😕 and nothing else.

- A command is judged once, when it is first read, by what its author may do then.
- It holds until a later one says otherwise. Edit or delete its comment, and what it brought about is undone.
- A waiver covers what the check says when it is given. Once that is gone, or something else is found, the check counts again.
- A command in a comment that was edited before the bot read it does not count: who edited it cannot be told.
- Only the first lines of a comment count, as long as each begins with `/`. What stands in a quotation, in code or in an HTML comment is no command.
- A `cop:` label or `possible duplicate` that a person sets or takes away stays so, until somebody gives a new `/route` or `/duplicate`: the later act counts.
- Reasons are shown up to 300 characters.
- Within an hour, five comments with commands by one person are answered on a pull request. The author's next one that asks for words, such as `/help`, is told from when on; all others beyond are passed over. People with write permission are always answered, and so is the author's `/recheck` and `/suggest`.
";

/// The page's part on one check.
pub fn section(check: &Check) -> String {
    let kinds: Vec<&str> = check.kinds.iter().map(|kind| kind.word()).collect();
    let since = check.since.map(|since| format!(" Since {since}.")).unwrap_or_default();
    format!(
        "\n### {id}\n\n**{title}.** For: {kinds}. Severity: {severities}.{since}\n\n{why}\n\n**How to meet it.** {how}\n\n\
         This meets it (`{meets_path}`):\n\n```json\n{meets}```\n\nThis does not (`{fails_path}`):\n\n```json\n{fails}```\n\n\
         and is told:\n\n{said}\nSource: <{source}>\n",
        id = check.id,
        title = check.title,
        kinds = kinds.join(", "),
        severities = severities(check),
        why = check.why,
        how = check.how,
        meets_path = check.meets.path,
        meets = check.meets.text,
        fails_path = check.fails.path,
        fails = check.fails.text,
        said = said(check),
        source = check.source,
    )
}

/// The severities that a check can say, the highest first.
pub(super) fn severities(check: &Check) -> String {
    let mut severities = check.severities.to_vec();
    severities.sort_unstable_by(|one, other| other.cmp(one));
    severities.iter().map(|severity| severity.word()).collect::<Vec<_>>().join(" / ")
}

/// What a check says of its own example that fails, as a Markdown quotation.
pub(super) fn said(check: &Check) -> String {
    let judged = judge(check, &check.fails);
    let line = |finding: &crate::triage::finding::Finding| {
        let write = finding.suggestion().map(|text| format!(" Write: `{text}`.")).unwrap_or_default();
        format!("> **{}**: {}{write}\n", finding.severity.word(), finding.message.plain())
    };
    judged.outcome.findings().iter().map(line).collect()
}

/// How a check ends on an example, as on any nomination.
#[expect(clippy::expect_used, reason = "every check of the list is run, and the day is a constant")]
pub fn judge(check: &Check, example: &Example) -> Judged {
    let policy = Policy::built_in();
    let fallback = || Filed { path: example.path.to_owned(), kind: check.kinds[0], schema: None };
    let filed = policy.file(example.path, example.text.as_bytes()).unwrap_or_else(fallback);
    let (nomination, faults) = nomination::parse(filed, example.text.as_bytes());
    let evidence = (example.evidence)();
    let day = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
    let other_files: Vec<String> = example.other_files.iter().map(|path| (*path).to_owned()).collect();
    let case = Case {
        nomination: &nomination,
        faults: &faults,
        evidence: &evidence,
        policy,
        day,
        siblings: &[],
        other_files: &other_files,
    };
    checks::run(&case).into_iter().find(|judged| judged.check.id == check.id).expect("one of the list")
}

/// What a check says of a text in the place of its example of one that fails.
#[cfg(test)]
pub fn said_of(check: &Check, text: &str) -> Vec<String> {
    let judged = judge(check, &Example { text: text.to_owned().leak(), ..check.fails });
    judged.outcome.findings().iter().map(|finding| finding.message.plain()).collect()
}

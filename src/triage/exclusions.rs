//! The registry's table of the projects that it excluded: whom, when and why.
//!
//! In: the text of `excluded-nominees/README.md`. Out: [`Exclusion`]s. Never: which entry one means, which the catalog
//! says.

/// Where the table stands.
pub const TABLE: &str = "excluded-nominees/README.md";

/// A row of the table, in the words of those who keep it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Exclusion {
    /// The projects that it names.
    pub names: Vec<String>,
    /// As written: "Sept 3rd, 2020".
    pub date: String,
    pub reason: String,
}

/// The rows of the table with the columns nominee, date and reason.
pub fn read(text: &str) -> Vec<Exclusion> {
    let rows = text.lines().skip_while(|line| !is_ruler(line)).skip(1);
    rows.take_while(|line| line.contains('|')).filter_map(row).collect()
}

/// The line of dashes below a table's head.
fn is_ruler(line: &str) -> bool {
    line.contains('|')
        && line.contains("--")
        && line.chars().all(|sign| matches!(sign, '-' | '|' | ':' | ' '))
}

fn row(line: &str) -> Option<Exclusion> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let (nominees, rest) = line.split_once('|')?;
    let (date, reason) = rest.split_once('|').unwrap_or((rest, ""));
    let names: Vec<String> = (nominees.split([',', '&', ';']).map(words))
        .chain([words(nominees)])
        .filter(|name| !name.is_empty())
        .collect();
    let reason = words(reason).trim_end_matches(';').trim_end().to_owned();
    (!names.is_empty()).then(|| Exclusion { names, date: words(date), reason })
}

/// A cell as text: of a link only its words.
fn words(cell: &str) -> String {
    let mut text = String::new();
    let mut rest = cell.trim();
    while let Some((before, behind)) = rest.split_once('[') {
        text.push_str(before);
        match behind.split_once("](").and_then(|(label, target)| Some((label, target.split_once(')')?.1))) {
            Some((label, after)) => {
                text.push_str(label);
                rest = after;
            }
            None => {
                text.push('[');
                rest = behind;
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_as_they_are_written() {
        let text = "# Excluded\n\nSee | below.\n\nNominee | Exclusion Date | Reason\n--- | --- | ---\n\
                    Archive | Sept 3rd, 2020 |  EUPL-1.1 is not approved\n\
                    | Stethoscope| May 2nd, 2021 | No hardware; |\n\
                    Aster - Scoring, Aster - Stream & Aster - Platform | March 7th, 2022 | Not maintained\n\
                    KA Lite | Jan 10th, 2022 | See [Kolibri](https://x.org/k) [sic\n\n\nAnother | table\n";
        let rows = read(text);
        assert_eq!(rows.len(), 4);
        assert_eq!(
            (rows[0].date.as_str(), rows[0].reason.as_str()),
            ("Sept 3rd, 2020", "EUPL-1.1 is not approved")
        );
        assert_eq!((rows[1].names[0].as_str(), rows[1].reason.as_str()), ("Stethoscope", "No hardware"));
        assert_eq!(rows[2].names[..3], ["Aster - Scoring", "Aster - Stream", "Aster - Platform"]);
        assert_eq!(rows[3].reason, "See Kolibri [sic");
        assert!(read("no table").is_empty() && read("--- | ---\n | | \n").is_empty());
    }
}

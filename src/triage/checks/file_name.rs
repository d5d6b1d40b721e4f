//! `file-name`: the file is called after the nomination.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, no_evidence},
        finding::{Finding, Severity},
        nomination::Kind,
        prose::{code, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "file-name",
    indicator: "The file",
    topic: "Name of the file",
    title: "The file is named after the project",
    severities: &[Severity::Must],
    why: "The registry finds a project's files by its name: the nominee, the later submission and the page on the \
          website all share it.",
    how: "Rename the file to the project's name in small letters, with hyphens for blanks and without accents and \
          other signs; letters, digits, hyphens and dots remain.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/scripts/check-filenames.js",
    kinds: &[Kind::Nominee, Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "nominees/salud-para-ninos-2.0.json",
        text: "{\"name\": \"Salud para Niños (2.0)\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/OpenClinic.json",
        text: "{\"name\": \"Open Clinic\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

/// The registry's own rule: trimmed, decomposed (NFD), lower case, blanks to hyphens, of the rest only letters,
/// digits, hyphens and dots, and never two hyphens in a row.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.trim().nfd().filter(|character| !is_combining_mark(*character)) {
        let hyphen = character.is_whitespace() || character == '-';
        match character.to_ascii_lowercase() {
            _ if hyphen && slug.ends_with('-') => {}
            _ if hyphen => slug.push('-'),
            character @ ('a'..='z' | '0'..='9' | '.') => slug.push(character),
            _ => {}
        }
    }
    slug
}

/// Longer names, in letters, do not make file names that every system takes.
const LONGEST: usize = 150;

fn judge(case: &Case<'_>) -> Outcome {
    let Some(name) = &case.nomination.name else {
        return Outcome::NotChecked { why: "the nomination has no name".into(), told: true };
    };
    let slug = slug(&name.value);
    let file = case.nomination.file_name();
    if slug.trim_matches(['-', '.']).is_empty() {
        let message = prose![
            "The name ",
            theirs(name.value.as_str()),
            " has no Latin letter or digit from which a file name could be made. Add a Latin spelling to it.",
        ];
        return Outcome::NotMet(vec![Finding::must(message).at(&name.spot)]);
    }
    if slug.len() > LONGEST {
        let message = prose![
            format!(
                "The name has {} characters, too many for the name of a file. ",
                name.value.chars().count()
            ),
            "Write the project's name alone; what it is stands in ",
            code("description"),
            ".",
        ];
        return Outcome::NotMet(vec![Finding::must(message).at(&name.spot)]);
    }
    let wanted = format!("{slug}.json");
    let folder = case.nomination.path.strip_suffix(file).unwrap_or_default().trim_end_matches('/');
    if !case.policy.nominations.iter().any(|rule| rule.folder == folder) {
        let message = prose![
            "The file lies in the folder ",
            theirs(folder),
            ", where the registry does not see it. Move it to the folder above, as ",
            code(wanted),
            ".",
        ];
        return Outcome::NotMet(vec![Finding::must(message)]);
    }
    // That the ending is missing is for `file-extension` to tell.
    if file.strip_suffix(".json").unwrap_or(file) == slug {
        return Outcome::Met;
    }
    let message = prose![
        "The file is called ",
        theirs(file),
        ", but for a project named ",
        theirs(name.value.as_str()),
        " it has to be called ",
        code(wanted.as_str()),
        ". Rename it (in GitHub's editor by the box above the text), or correct the name in it if that is what is wrong.",
    ];
    Outcome::NotMet(vec![Finding::must(message).suggest(wanted)])
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_follow_the_registrys_rule() {
        for (name, expected) in [
            ("OpenMRS", "openmrs"),
            (" X-Road® ", "x-road"),
            ("République  numérique", "republique-numerique"),
            ("api.gouv.fr", "api.gouv.fr"),
            ("A & B - C", "a-b-c"),
            ("日本", ""),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }
}

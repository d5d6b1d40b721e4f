//! `developer-tool`: nothing says that it is a general tool for those who write software.

use chrono::NaiveDate;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        evidence::Answer,
        finding::{Finding, Severity},
        prose::{Piece, Prose, link, listed, theirs},
        repository::Address,
    },
};

pub const CHECK: Check = Check {
    id: "developer-tool",
    indicator: "The registry",
    topic: "For whom it is",
    title: "Nothing says that it is a general tool for developers",
    severities: &[Severity::Hint],
    why: "Since November 2021 the registry does not accept tools that mostly support developers of software, whatever \
          the software is for: libraries, frameworks, compilers, test tools. It looks for projects that themselves \
          serve the goals that they name.",
    how: "Nothing has to be done if the project serves a goal itself. Say in the description who uses it and for what: \
          \"lets clinics record vaccinations\" tells more than \"a framework for forms\".",
    since: Some("2021-11-09"),
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/excluded-nominees/README.md",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\",\n  \"description\": \"A framework with which clinics build forms for vaccinations.\"\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/fast-forms.json",
        text: "{\n  \"name\": \"Fast Forms\",\n  \"description\": \"A JavaScript library that lets developers build forms.\"\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

/// Whoever says this speaks to developers.
const SAYINGS: [&str; 60] = [
    "allow developers",
    "allows developers",
    "api client",
    "boilerplate",
    "build system",
    "build tool",
    "ci cd",
    "code editor",
    "code generator",
    "command line tool",
    "compiler",
    "compiles to",
    "component library",
    "computer vision models",
    "continuous integration",
    "data mining toolkit",
    "deep learning framework",
    "deep learning library",
    "design system",
    "developer tool",
    "developer tools",
    "developers build",
    "developers easily",
    "devops",
    "docker compose",
    "enable developers",
    "enables developers",
    "for software developers",
    "for web developers",
    "framework for building",
    "help developers",
    "helps developers",
    "javascript libraries",
    "lets developers",
    "linter",
    "machine learning algorithms",
    "machine learning framework",
    "machine learning library",
    "machine learning toolkit",
    "npm package",
    "package manager",
    "platform for machine learning",
    "programming language",
    "python client",
    "python interface",
    "python package",
    "static analysis",
    "test framework",
    "test runner",
    "test system",
    "testing framework",
    "testing tool",
    "tool for developers",
    "tools for developers",
    "ui framework",
    "ui library",
    "unit testing",
    "unit tests",
    "virtual machine",
    "web framework",
];

/// Beside one of [`KINDS`], at most two words apart, they say the same.
const LANGUAGES: [&str; 15] = [
    "angular",
    "css",
    "golang",
    "html",
    "java",
    "javascript",
    "kotlin",
    "node",
    "php",
    "python",
    "react",
    "ruby",
    "rust",
    "typescript",
    "vue",
];

const KINDS: [&str; 8] =
    ["framework", "frameworks", "libraries", "library", "sdk", "sdks", "toolkit", "toolkits"];

/// What is said of the project's own means, not of itself: "built with the popular Angular framework".
const MEANS: [&str; 10] =
    ["built", "leverage", "leverages", "leveraging", "powered", "through", "using", "uses", "via", "with"];

/// Topics of a repository that say the same.
const TOPICS: [&str; 22] = [
    "build-tool",
    "code-quality",
    "compiler",
    "component-library",
    "css-framework",
    "deep-learning-framework",
    "developer-tool",
    "developer-tools",
    "devtools",
    "javascript-library",
    "linter",
    "package-manager",
    "php-framework",
    "programming-language",
    "python-library",
    "react-components",
    "static-analysis",
    "testing-framework",
    "testing-tools",
    "ui-components",
    "ui-library",
    "web-framework",
];

/// Words of the fields in which goals are reached: who speaks of one builds for it.
const FIELDS: [&str; 104] = [
    "accessibility",
    "agricultural",
    "agriculture",
    "bank",
    "banking",
    "biodiversity",
    "catastrophe",
    "child",
    "children",
    "citizen",
    "citizens",
    "civic",
    "classroom",
    "climate",
    "clinic",
    "clinical",
    "clinics",
    "conservation",
    "corruption",
    "covid",
    "crisis",
    "crop",
    "crops",
    "democracy",
    "disabilities",
    "disability",
    "disaster",
    "disasters",
    "disease",
    "diseases",
    "education",
    "educational",
    "election",
    "elections",
    "emergency",
    "emission",
    "emissions",
    "energy",
    "environmental",
    "epidemic",
    "farmer",
    "farmers",
    "farming",
    "financial",
    "flood",
    "food",
    "forest",
    "gender",
    "government",
    "governments",
    "health",
    "healthcare",
    "hospital",
    "hospitals",
    "humanitarian",
    "identity",
    "inclusive",
    "indigenous",
    "justice",
    "learner",
    "learners",
    "legal",
    "literacy",
    "loans",
    "marine",
    "maternal",
    "medical",
    "medicine",
    "microfinance",
    "migrants",
    "municipal",
    "newborn",
    "ngo",
    "ngos",
    "nonprofit",
    "nonprofits",
    "nutrition",
    "ocean",
    "pandemic",
    "parliament",
    "patient",
    "patients",
    "payment",
    "payments",
    "pollution",
    "poverty",
    "refugee",
    "refugees",
    "relief",
    "sanitation",
    "school",
    "schools",
    "sdg",
    "sdgs",
    "soil",
    "student",
    "students",
    "sustainable",
    "teacher",
    "teachers",
    "transparency",
    "vaccination",
    "vaccinations",
    "vaccine",
];

fn judge(case: &Case<'_>) -> Outcome {
    let written = [&case.nomination.name, &case.nomination.description];
    let since = CHECK.since.and_then(|day| day.parse::<NaiveDate>().ok());
    if written.iter().all(|text| text.is_none()) || since.is_some_and(|since| case.day < since) {
        return Outcome::NotApplicable;
    }
    let texts: Vec<&str> = written.iter().filter_map(|text| Some(text.as_ref()?.value.as_str())).collect();
    if texts.iter().any(|text| words(text).iter().any(|word| FIELDS.contains(&word.as_str()))) {
        return Outcome::Met;
    }
    let said: Vec<String> = texts.iter().flat_map(|text| sayings(text)).collect();
    if !said.is_empty() {
        let spot =
            written.iter().find_map(|text| text.as_ref().filter(|text| !sayings(&text.value).is_empty()));
        let finding = Finding::hint(message("The nomination".into(), said));
        return Outcome::NotMet(vec![match spot {
            Some(text) => finding.at(&text.spot),
            None => finding,
        }]);
    }
    let findings = case.nomination.repositories.iter().filter_map(|listed| {
        let name = Address::read(&listed.url.value).repository()?;
        let Answer::Found(facts) = case.evidence.repository(&name) else { return None };
        let description = facts.description.unwrap_or_default();
        if words(&description).iter().any(|word| FIELDS.contains(&word.as_str())) {
            return None;
        }
        let topics = facts.topics.into_iter().filter(|topic| TOPICS.contains(&topic.as_str()));
        let said: Vec<String> = sayings(&description).into_iter().chain(topics).collect();
        let page = link(facts.name.to_string(), facts.name.page());
        (!said.is_empty()).then(|| Finding::hint(message(page, said)).at(&listed.url.spot))
    });
    Outcome::of(findings.collect())
}

fn message(who: Piece, mut said: Vec<String>) -> Prose {
    said.dedup();
    let said = listed(said.into_iter().map(theirs).collect(), 3);
    prose![who, " speaks of "].then(said).then(prose![
        ". That may be a general tool for developers, which the registry does not accept since November 2021. A person \
         decides; what counts is whether the project itself serves the goals that it names.",
    ])
}

/// What in a text speaks to developers, as it says it.
fn sayings(text: &str) -> Vec<String> {
    let words = words(text);
    let mut said: Vec<(usize, usize)> = Vec::new();
    for saying in SAYINGS {
        let sought: Vec<&str> = saying.split(' ').collect();
        let at = words.windows(sought.len()).position(|window| window == sought);
        said.extend(at.map(|at| (at, at + sought.len())));
    }
    for (at, _) in words.iter().enumerate().filter(|(_, word)| LANGUAGES.contains(&word.as_str())) {
        let kind = (at + 1..words.len().min(at + 4)).find(|&end| KINDS.contains(&words[end].as_str()));
        said.extend(kind.map(|end| (at, end + 1)));
    }
    said.retain(|&(at, _)| {
        !words[at.saturating_sub(4)..at].iter().any(|word| MEANS.contains(&word.as_str()))
    });
    said.sort_by_key(|&(at, end)| (at, std::cmp::Reverse(end)));
    // Of two that overlap, the first says it.
    let mut reached = 0;
    said.retain(|&(at, end)| {
        at >= reached && {
            reached = end;
            true
        }
    });
    said.into_iter().map(|(at, end)| words[at..end].join(" ")).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_to_developers() {
        for (text, expected) in [
            ("The React UI library you always wanted.", &["react ui library"][..]),
            ("A superset of JavaScript that compiles to clean JavaScript.", &["compiles to"]),
            (
                "An open source Python framework for building computer vision models",
                &["python framework", "computer vision models"],
            ),
            ("A web app built with the popular Angular framework", &[]),
            ("A digital library of books", &[]),
            ("Developers met here", &[]),
        ] {
            assert_eq!(sayings(text), expected, "{text}");
        }
    }
}

//! Whether a pull request came in through a form: then who nominates does not read it, and "you" is a maintainer.
//!
//! In: a [`Snapshot`]. Out: yes or no. Never: who may do what; for that the account alone counts.

use super::{
    nomination::Kind,
    snapshot::{NominationFile, Snapshot},
};

/// Whether a program opened the pull request: by its account, or by the branch, which the registry's forms name in their
/// own way though they work under a person's account. Both forms push to the registry itself.
pub fn is_through_form(snapshot: &Snapshot) -> bool {
    let in_registry = snapshot.head_repository.as_ref() == Some(&snapshot.pull_request.repository);
    let branch = snapshot.head_branch.as_str();
    snapshot.author.bot
        || in_registry && (is_drawn(branch) || snapshot.nominations.iter().any(|file| is_of(branch, file)))
}

/// `Glific-2gd3omiflla`: the name, and what was drawn by lot so that no two branches are alike. Of the 823 pull requests of
/// the DPG registry whose branches are known, this and [`is_of`] tell the 531 of the two forms but for three, and none of
/// the others.
fn is_drawn(branch: &str) -> bool {
    let Some((_, lot)) = branch.rsplit_once('-') else { return false };
    let has = |of: fn(&u8) -> bool| lot.as_bytes().iter().any(of);
    (9..=13).contains(&lot.len())
        && lot.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.')
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
}

/// `CommCare-10174`, which brings the application `10174.json`.
fn is_of(branch: &str, file: &NominationFile) -> bool {
    let number = file.filed.path.strip_suffix(".json");
    file.filed.kind == Kind::Application
        && branch.rsplit_once('-').is_some_and(|(_, ending)| Some(ending) == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Branches as they were in the DPG registry.
    #[test]
    fn branches_that_a_form_names() {
        for branch in [
            "Glific-2gd3omiflla",
            "Guyana-Animation-Network-(GAN)-Inc--a32aosjina.e",
            "aajeevika-14kktpucqpb",
            "theglobalpartnershiponmarinelitterdigitalplatform-hcw97939fm.9",
        ] {
            assert!(is_drawn(branch), "{branch}");
        }
        for branch in [
            "travis",
            "patch-23",
            "CNBGuatemala__the_Guatemala_Online_National_Basic_Curriculum",
            "encode-cboard-full-submission",
            "ricardomiron-patch-9",
            "update-2021.10.05",
            "",
        ] {
            assert!(!is_drawn(branch), "{branch}");
        }
    }
}

//! Who there is when the demo begins, and the registry that they nominate to.

use std::sync::LazyLock;

use super::nominations::{REGISTRY_FILES, Submission};
use super::outside::Outside;
use crate::fake_github::{FakeGitHub, FileChange, PullRequestSetup, RepositorySetup, Unknown};
use crate::{rules, triage::communities::Community};

/// The registry that is nominated to.
pub const REGISTRY: &str = "dpg-registry/publicgoods";
/// The account that the bot writes with.
pub const BOT: &str = "dpg-triage[bot]";
/// Opens the pull requests, without rights in the registry.
pub const NOMINATOR: &str = "ada";
/// Has write permission in the registry.
pub const MAINTAINER: &str = "grace";

/// Named as a reviewer in the registry's rules; may read the registry, so that GitHub lets the bot ask for a review.
pub const REVIEWER: &str = "ivy";
/// Has nothing to do with any of it.
pub const STRANGER: &str = "eve";

/// Somebody to comment as: login, and what that person is here.
pub const PEOPLE: [(&str, &str); 4] = [
    (NOMINATOR, "the nominator"),
    (MAINTAINER, "a maintainer"),
    (REVIEWER, "a reviewer"),
    (STRANGER, "somebody passing by"),
];

/// What somebody can say of the bot's comment by a reaction, and what it means: `+1` and the like.
pub const REACTIONS: [(&str, &str); 4] = [
    ("+1", "reviewed and fine"),
    ("-1", "I object"),
    ("eyes", "I take this one"),
    ("confused", "this report is wrong"),
];

/// Of which communities the registry's rules name somebody as a reviewer.
pub fn reviews_for(login: &str) -> Vec<&'static str> {
    static COMMUNITIES: LazyLock<Vec<Community>> = LazyLock::new(|| {
        let rules = REGISTRY_FILES.iter().find(|(path, _)| *path == rules::PATH);
        let policy = rules.and_then(|(_, text)| rules::read(text.as_bytes()).policy);
        policy.map(|policy| policy.communities.to_vec()).unwrap_or_default()
    });
    let named = |community: &&Community| {
        community.reviewers.iter().any(|reviewer| reviewer.eq_ignore_ascii_case(login))
    };
    COMMUNITIES.iter().filter(named).map(|community| community.name.as_str()).collect()
}

/// Puts people, registry and nominated repositories in place.
pub fn assemble(github: &FakeGitHub) -> Result<(), Unknown> {
    for (login, _) in PEOPLE {
        github.add_user(login);
    }
    github.add_repository(RepositorySetup {
        full_name: REGISTRY.to_owned(),
        files: REGISTRY_FILES.map(|(path, text)| (path.to_owned(), text.to_owned())).into(),
        ..RepositorySetup::default()
    })?;
    github.set_permission(REGISTRY, MAINTAINER, "write")?;
    github.set_permission(REGISTRY, REVIEWER, "read")?;
    Outside::begin(github)?;
    if let Some((owner, _)) = REGISTRY.split_once('/') {
        github.install_app(owner)?;
    }
    Ok(())
}

/// Opens a pull request from the nominator's fork; answers its number.
pub fn submit(github: &FakeGitHub, submission: &Submission) -> Result<u64, Unknown> {
    let change = FileChange::write(submission.path, submission.text());
    let setup = PullRequestSetup {
        body: Some(submission.body.to_owned()),
        ..PullRequestSetup::from_fork(NOMINATOR, submission.title, vec![change])
    };
    github.open_pull_request(REGISTRY, setup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_know_the_reviewer_and_nobody_else() {
        assert_eq!(reviews_for(REVIEWER), ["Health", "Digital public infrastructure"]);
        for login in [NOMINATOR, MAINTAINER, STRANGER] {
            assert_eq!(reviews_for(login), Vec::<&str>::new(), "{login}");
        }
    }
}

//! The table of votes: who said what, when, and what it comes to.

use chrono::TimeZone;

use super::*;
use crate::triage::{
    pull_request::{PullRequestRef, RepositoryName},
    snapshot::{LivingComment, ReviewShown, State},
};

const HEAD: &str = "0123456789abcdef0123456789abcdef01234567";
const OLD: &str = "ffffffffffffffffffffffffffffffffffffffff";

fn at(second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 12, 0, second).unwrap()
}

fn person(login: &str) -> Account {
    let id = match login {
        "ada" => 1,
        "grace" => 2,
        "henry" => 3,
        "eve" => 4,
        "ghost" => GHOST,
        _ => 9,
    };
    Account { id, login: login.to_owned(), bot: login.ends_with("[bot]") }
}

/// A snapshot at second 40 of a head that was first seen at second 10; ada's. Reactions come as who, what, when, and
/// have ids from 1; reviews as who, what, where.
fn snapshot(
    reactions: &[(&str, Opinion, u32)],
    reviews: &[(&str, Option<Opinion>, &str)],
    marker: &Marker,
) -> Snapshot {
    let repository = RepositoryName::new("dpg-registry", "publicgoods");
    Snapshot {
        pull_request: PullRequestRef {
            installation: 1,
            repository_id: 2,
            repository: repository.clone(),
            number: 3,
        },
        taken_at: at(40),
        state: State::Open,
        draft: false,
        author: person("ada"),
        head_sha: HEAD.to_owned(),
        head_repository: None,
        head_branch: "main".to_owned(),
        base_sha: OLD.to_owned(),
        website: "https://github.com".to_owned(),
        nominations: vec![],
        surplus: 0,
        other_files: vec![],
        appeared: vec![],
        vanished: vec![],
        comments: vec![],
        living: Some(LivingComment { id: 5, node: String::new(), body: marker.clone().with("text") }),
        reactions: (reactions.iter().zip(1..))
            .map(|((who, says, when), id)| ReactionShown { id, by: person(who), says: *says, at: at(*when) })
            .collect(),
        reviews: (reviews.iter())
            .map(|(who, says, commit)| ReviewShown {
                by: person(who),
                says: *says,
                commit: (*commit).to_owned(),
            })
            .collect(),
        labels: vec![],
        renamed: Default::default(),
        label_acts: None,
        edits: None,
        review: None,
        suggested_at: None,
        check_run: None,
    }
}

fn seen_before() -> Marker {
    Marker { head: HEAD.to_owned(), since: at(10), ..Marker::default() }
}

/// The votes where grace is named in capitals and henry is in the team.
fn votes(reactions: &[(&str, Opinion, u32)], reviews: &[(&str, Option<Opinion>, &str)]) -> Votes {
    let voters =
        Voters { communities: vec!["Health".into()], reviewers: vec!["GRACE".into()], teams: vec![] };
    let known = Known { counted: vec![3], ..Known::default() };
    Votes::count(&snapshot(reactions, reviews, &seen_before()), voters, known, 1)
}

#[test]
fn what_counts() {
    use Opinion::{Fine, Objects, ReportWrong, Takes};
    for (reactions, reviews, approvals, objections) in [
        (&[][..], &[][..], 0, 0),
        (&[("grace", Fine, 20)], &[], 1, 0),
        (&[("henry", Fine, 20)], &[], 1, 0),
        (&[("grace", Fine, 20), ("henry", Fine, 30)], &[], 2, 0),
        (&[("grace", Objects, 20)], &[], 0, 1),
        (&[("grace", ReportWrong, 20)], &[], 0, 1),
        (&[("grace", Takes, 20)], &[], 0, 0),
        (&[("grace", Takes, 20), ("grace", Fine, 21)], &[], 1, 0),
        (&[("grace", Fine, 20), ("henry", Objects, 20)], &[], 1, 1),
        // One person, both ways: an objection.
        (&[("grace", Fine, 20), ("grace", Objects, 21)], &[], 0, 1),
        (&[("grace", Objects, 20), ("grace", ReportWrong, 21)], &[], 0, 1),
        // Not the author, a bot, a deleted account, or somebody else.
        (&[("ada", Fine, 20), ("ada", Objects, 20)], &[], 0, 0),
        (&[("dependabot[bot]", Fine, 20), ("ghost", Objects, 20), ("eve", Fine, 20)], &[], 0, 0),
        // Before the head was first seen, and in the second when it was.
        (&[("grace", Fine, 9)], &[], 0, 0),
        (&[("grace", Objects, 9)], &[], 0, 0),
        (&[("grace", Fine, 10)], &[], 1, 0),
        (&[("grace", Objects, 9), ("grace", Fine, 20)], &[], 1, 0),
        // Reviews.
        (&[], &[("grace", Some(Fine), HEAD)], 1, 0),
        (&[], &[("grace", Some(Objects), HEAD)], 0, 1),
        (&[], &[("grace", None, HEAD)], 0, 0),
        (&[], &[("grace", Some(Fine), OLD)], 0, 0),
        (&[], &[("grace", Some(Objects), OLD)], 0, 0),
        (&[], &[("grace", Some(Objects), HEAD), ("grace", Some(Fine), HEAD)], 1, 0),
        (&[], &[("grace", Some(Fine), HEAD), ("grace", Some(Objects), HEAD)], 0, 1),
        (&[], &[("grace", Some(Fine), HEAD), ("grace", None, HEAD)], 0, 0),
        (&[], &[("ada", Some(Fine), HEAD), ("eve", Some(Fine), HEAD)], 0, 0),
        // Both of one person: an approval once, an objection by either.
        (&[("grace", Fine, 20)], &[("grace", Some(Fine), HEAD)], 1, 0),
        (&[("grace", Fine, 20)], &[("grace", Some(Objects), HEAD)], 0, 1),
        (&[("grace", Objects, 20)], &[("grace", Some(Fine), HEAD)], 0, 1),
        (&[("grace", Fine, 9)], &[("grace", Some(Fine), HEAD)], 1, 0),
        (&[("grace", Fine, 20)], &[("grace", Some(Objects), OLD)], 1, 0),
    ] {
        let votes = votes(reactions, reviews);
        assert_eq!((votes.approvals, votes.objections), (approvals, objections), "{reactions:?} {reviews:?}");
    }
}

#[test]
fn who_said_what() {
    use Opinion::{Fine, Objects, Takes};
    let votes = votes(
        &[
            ("grace", Fine, 20),
            ("henry", Fine, 5),
            ("eve", Objects, 20),
            ("grace", Takes, 3),
            ("ada", Fine, 20),
        ],
        &[("grace", Some(Fine), OLD), ("henry", Some(Objects), HEAD)],
    );
    assert_eq!(votes.said, BTreeMap::from([(Fine, vec!["grace".into()]), (Objects, vec!["henry".into()])]));
    assert_eq!(votes.earlier, BTreeMap::from([(Fine, vec!["henry".into()]), (Takes, vec!["grace".into()])]));
    assert_eq!(votes.uncounted, ["eve"]);
}

/// Times have whole seconds: what was there when the head was first seen is remembered by its id.
#[test]
fn what_was_there_at_first_sight_came_before() {
    let reactions =
        [("grace", Opinion::Fine, 9), ("henry", Opinion::Fine, 40), ("grace", Opinion::Takes, 41)];
    let old = Marker { head: OLD.to_owned(), since: at(1), ..Marker::default() };
    let first = snapshot(&reactions, &[], &old);
    let undated = FirstSeen::of(&first, Some(&old)).undated(&first);
    assert_eq!(undated, [2, 3]);
    let known = || Known { counted: vec![2, 3], ..Known::default() };
    assert_eq!(Votes::count(&first, Voters::default(), known(), 1).approvals, 0);

    // The next look at the same head, with a new one in the same second.
    let marker = Marker { since: at(40), earlier: undated, ..seen_before() };
    let again = [("grace", Opinion::Fine, 9), ("henry", Opinion::Fine, 40), ("grace", Opinion::Objects, 40)];
    let mut next = snapshot(&again, &[], &marker);
    next.reactions[2].id = 7;
    let votes = Votes::count(&next, Voters::default(), known(), 1);
    assert_eq!((votes.approvals, votes.objections), (0, 1));
    // Taken back, it need not be remembered.
    assert_eq!(FirstSeen::of(&next, Some(&marker)).undated(&next), [2]);
}

#[test]
fn digests_tell_the_same_reactions() {
    assert_eq!(digest([].into_iter()), "");
    assert_eq!(digest([2, 1].into_iter()), digest([1, 2].into_iter()));
    assert_ne!(digest([1, 2].into_iter()), digest([12].into_iter()));
}

#[test]
fn voters_are_those_of_the_route() {
    let routed = |id: &str| Routed {
        community: id.to_owned(),
        name: id.to_owned(),
        label: String::new(),
        reasons: vec![],
        score: 4.0,
    };
    let mut policy = Policy::built_in().clone();
    assert!(Voters::of(&[routed("health")], &policy).are_writers(), "nobody is named");
    assert!(Voters::of(&[], &policy).are_writers(), "no community");
    let mut communities = policy.communities.to_vec();
    for community in &mut communities {
        match community.id.as_str() {
            "health" => community.team = Some("dpg-registry/health".to_owned()),
            "education" => community.reviewers = vec!["Grace".to_owned()],
            _ => {}
        }
    }
    policy.communities = communities.into();
    let both = Voters::of(&[routed("health"), routed("education"), routed("climate-change")], &policy);
    assert_eq!((both.teams.len(), both.reviewers.len(), both.communities.len()), (1, 1, 2));
    assert!(both.names(&person("gRACE")) && !both.names(&person("henry")));
    assert!(!Voters::of(&[routed("health")], &policy).names(&person("grace")));
}

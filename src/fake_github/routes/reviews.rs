//! Reviews of pull requests, and requests for them.

use super::{Call, Route};
use crate::fake_github::acts::NewReview;
use crate::fake_github::answer::{Answer, Reply, invalid, not_found, refuse};
use crate::fake_github::auth::Needs;
use crate::fake_github::checks::text;
use crate::fake_github::files::{ChangedFile, files_between};
use crate::fake_github::thread::{Review, ReviewComment};
use crate::fake_github::world::World;
use serde_json::{Value, json};

const READ: Needs = Needs::Read(&["pull_requests"]);
const WRITE: Needs = Needs::Write(&["pull_requests"]);
const NO_COLLABORATOR: &str = "Reviews may only be requested from collaborators. One or more of the users \
    or teams you specified is not a collaborator of the repository.";

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/pulls/{number}/reviews", READ, list),
    Route::post("/repos/{owner}/{repo}/pulls/{number}/reviews", WRITE, create),
    Route::get("/repos/{owner}/{repo}/pulls/{number}/reviews/{id}", READ, get),
    Route::get("/repos/{owner}/{repo}/pulls/{number}/comments", READ, comments),
    Route::get("/repos/{owner}/{repo}/pulls/{number}/requested_reviewers", READ, requested),
    Route::post("/repos/{owner}/{repo}/pulls/{number}/requested_reviewers", WRITE, request),
];

/// "List reviews for a pull request": oldest first.
fn list(world: &mut World, call: &Call) -> Reply {
    let (id, number) = (call.repository()?, call.number("number")?);
    let (repository, thread) = (world.repo(id)?, world.thread(id, number)?);
    let reviews = world.pull(id, number)?.reviews.iter().collect();
    call.list(world, reviews, |review| world.review_json(repository, thread, review))
}

/// "Get a review for a pull request".
fn get(world: &mut World, call: &Call) -> Reply {
    let (id, number) = (call.repository()?, call.number("number")?);
    let wanted = call.number("id")?;
    let review = world.pull(id, number)?.reviews.iter().find(|review| review.id == wanted);
    let review = review.ok_or_else(not_found)?;
    Ok(Answer::ok(world.review_json(world.repo(id)?, world.thread(id, number)?, review)))
}

/// "List review comments on a pull request".
fn comments(world: &mut World, call: &Call) -> Reply {
    let (id, number) = (call.repository()?, call.number("number")?);
    let (repository, thread) = (world.repo(id)?, world.thread(id, number)?);
    let of = |review: &'_ Review| {
        review.comments.iter().map(|comment| (review.clone(), comment.clone())).collect::<Vec<_>>()
    };
    let all: Vec<(Review, ReviewComment)> = world.pull(id, number)?.reviews.iter().flat_map(of).collect();
    call.list(world, all, |(review, comment)| {
        world.review_comment_json(repository, thread, &review, &comment)
    })
}

/// "Create a review for a pull request".
fn create(world: &mut World, call: &Call) -> Reply {
    let (id, number, body) = (call.repository()?, call.number("number")?, call.json()?);
    let state = match text(&body, "event")?.as_deref() {
        Some("APPROVE") => "APPROVED",
        Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
        Some("COMMENT") => "COMMENTED",
        _ => return Err(invalid("PullRequestReview", "event", "invalid", "")),
    };
    let words = text(&body, "body")?.unwrap_or_default();
    let commit_sha = text(&body, "commit_id")?;
    let pull = world.pull(id, number)?;
    let commit = commit_sha.clone().unwrap_or_else(|| pull.head_sha.clone());
    if world.git.commit(&commit).is_none() {
        return Err(refuse(422, "Unprocessable Entity: The commit_id is not part of the pull request"));
    }
    let comments = read_comments(&files_between(&world.git, &pull.base_sha, &commit), &body)?;
    let silent = words.is_empty() && (comments.is_empty() || state == "CHANGES_REQUESTED");
    if silent && state != "APPROVED" {
        return Err(refuse(422, "Unprocessable Entity: body is needed"));
    }
    if words.chars().count() > 65_536 {
        return Err(invalid(
            "PullRequestReview",
            "body",
            "custom",
            "body is too long (maximum is 65536 characters)",
        ));
    }
    let author = call.actor(world);
    if author == world.thread(id, number)?.author && state != "COMMENTED" {
        return Err(refuse(422, "Unprocessable Entity: Can not review your own pull request"));
    }
    let new = NewReview { author, state: state.to_owned(), body: words, commit_sha, comments };
    let review_id = world.add_review(id, number, new)?;
    let review = world.pull(id, number)?.reviews.iter().find(|review| review.id == review_id);
    let review = review.ok_or_else(not_found)?;
    Ok(Answer::ok(world.review_json(world.repo(id)?, world.thread(id, number)?, review)))
}

/// The comments of a review; each must point at lines of the difference.
fn read_comments(files: &[ChangedFile], body: &Value) -> Result<Vec<ReviewComment>, Answer> {
    let mut found = Vec::new();
    for given in body["comments"].as_array().into_iter().flatten() {
        let (Some(path), Some(words)) = (text(given, "path")?, text(given, "body")?) else {
            return Err(refuse(422, "Unprocessable Entity: path and body are needed"));
        };
        let file = files.iter().find(|file| file.path == path);
        let file = file.ok_or_else(|| refuse(422, "Unprocessable Entity: Path could not be resolved"))?;
        let in_hunks = |line: u64| file.diff.new_lines.contains(&usize::try_from(line).unwrap_or_default());
        if ["side", "start_side"].iter().any(|side| given[side].as_str().unwrap_or("RIGHT") != "RIGHT") {
            return Err(refuse(422, "This double knows comments on the right side only"));
        }
        let line = given["line"].as_u64();
        let line = line.filter(|line| in_hunks(*line));
        let line = line.ok_or_else(|| {
            refuse(422, "Unprocessable Entity: Pull request review thread line must be part of the diff")
        })?;
        let start_line = given["start_line"].as_u64();
        // Between two hunks there is always a line that is in none.
        if start_line.is_some_and(|start| start >= line || !(start..line).all(in_hunks)) {
            return Err(refuse(
                422,
                "Unprocessable Entity: Start line must precede the end line and be part of the same hunk",
            ));
        }
        found.push(ReviewComment { id: 0, path, start_line, line, body: words });
    }
    Ok(found)
}

/// "Get all requested reviewers for a pull request".
fn requested(world: &mut World, call: &Call) -> Reply {
    let pull = world.pull(call.repository()?, call.number("number")?)?;
    let (users, teams) =
        (world.accounts_json(&pull.requested_reviewers), world.teams_json(&pull.requested_teams));
    Ok(Answer::ok(json!({"users": users, "teams": teams})))
}

/// "Request reviewers for a pull request": all of them, or nobody is asked.
fn request(world: &mut World, call: &Call) -> Reply {
    let (id, number, body) = (call.repository()?, call.number("number")?, call.json()?);
    let author = world.thread(id, number)?.author;
    let repository = world.repo(id)?;
    let mut people = Vec::new();
    for login in body["reviewers"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let account =
            world.account_id(login).ok().filter(|account| world.is_collaborator(repository, *account));
        let refusal = || refuse(422, NO_COLLABORATOR);
        people.push(account.ok_or_else(refusal)?);
    }
    if people.contains(&author) {
        return Err(refuse(422, "Review cannot be requested from pull request author."));
    }
    let mut teams = Vec::new();
    for slug in body["team_reviewers"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let own = world.teams.iter().find(|team| team.organization == repository.owner && team.slug == slug);
        let team = own.filter(|team| team.repositories.contains(&id));
        let refusal = || refuse(422, NO_COLLABORATOR);
        teams.push(team.ok_or_else(refusal)?.id);
    }
    world.request_reviews(id, number, call.actor(world), &people, &teams)?;
    let (thread, pull) = (world.thread(id, number)?, world.pull(id, number)?);
    Ok(Answer::created(world.pull_json(world.repo(id)?, thread, pull)))
}

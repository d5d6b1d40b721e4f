//! `/waive`: a person takes it upon them that something is left as it is.

use super::{Ask, Command, Given, QUOTES, Reply, Scene, Who, nobody};
use crate::prose;
use crate::triage::{
    check::Check,
    checks,
    effect::{Effects, Waiver},
    prose::{Piece, Prose, code, listed, theirs},
    report::points::Points,
};

pub static COMMAND: Command = Command {
    name: "waive",
    usage: "/waive CHECK REASON",
    who: Who::Maintainers,
    help: "What this check (by its id or its heading) says now counts no longer; I show who waived it, and why. It holds \
           until that is gone, and not for anything else that the check finds later.",
    example: "/waive license-url The ministry publishes the license there",
    asks: Ask::Look,
    names: nobody,
    apply,
};

/// How many points are waived together: each has to be remembered.
const MOST: usize = 40;

/// How many are remembered in all.
const MOST_IN_ALL: usize = 150;

fn apply(given: &Given<'_>, scene: &Scene<'_>, effects: &mut Effects) -> Reply {
    let Some((check, reason)) = check(given.rest) else { return unknown(given.rest, scene.points) };
    let points = match (given.before, scene.points) {
        (Some(before), points) => {
            // What was waived and is gone comes back as something new. Of what could not be judged nothing is known.
            let stands = |point: &&String| points.is_none_or(|points| points.may_stand(check.id, point));
            before.get(check.id).into_iter().flatten().filter(stands).cloned().collect()
        }
        (None, Some(points)) => match fresh(given, check, reason, points, effects) {
            Ok(points) => points,
            Err(why) => return Reply::Not(why),
        },
        (None, None) => return Reply::Over,
    };
    if points.is_empty() {
        return Reply::Over;
    }
    let waiver = Waiver { by: given.by.clone(), check: check.id, reason: reason.to_owned(), points };
    effects.waivers.push(waiver);
    Reply::Done
}

/// What a new command waives, or why it does not.
fn fresh(
    given: &Given<'_>,
    check: &Check,
    reason: &str,
    points: &Points,
    effects: &Effects,
) -> Result<Vec<String>, Prose> {
    let open = points.of(check.id);
    let remembered: usize = effects.waivers.iter().map(|waiver| waiver.points.len()).sum();
    if open.is_empty() {
        return Err(
            prose![" waives nothing: ", code(check.id), " has nothing open here. "].then(listed_open(points))
        );
    }
    if reason.is_empty() {
        return Err(prose![
            " needs a reason, so that others know why it is left as it is: ",
            code(format!("/waive {} REASON", check.id)),
            "."
        ]);
    }
    if given.forgotten {
        return Err(prose![
            " was not followed: I do not know any more what it was about. Write it anew if it still holds."
        ]);
    }
    if open.len() > MOST || remembered + open.len() > MOST_IN_ALL {
        return Err(prose![" waives nothing: ", code(check.id), " has more open than I can keep apart."]);
    }
    Ok(open.to_vec())
}

/// The check that a text begins with, by its id or its heading, and the rest: why.
fn check(text: &str) -> Option<(&'static Check, &str)> {
    let text = text.trim_start_matches(QUOTES);
    let behind = |name: &str| {
        let rest = text.get(name.len()..)?;
        let is_it = text.get(..name.len())?.eq_ignore_ascii_case(name);
        let ends = !rest.strip_prefix('-').unwrap_or(rest).starts_with(char::is_alphanumeric);
        (is_it && ends).then_some((name.len(), rest))
    };
    let named = checks::ALL.iter().filter_map(|&check| {
        let (length, rest) =
            [check.id, check.topic].into_iter().filter_map(behind).max_by_key(|(length, _)| *length)?;
        Some((length, check, rest))
    });
    let (_, check, rest) = named.max_by_key(|(length, ..)| *length)?;
    let between = |sign: char| sign.is_whitespace() || QUOTES.contains(&sign) || ":-–—,".contains(sign);
    Some((check, rest.trim_start_matches(between).trim_end()))
}

fn unknown(text: &str, points: Option<&Points>) -> Reply {
    let word: String = text.split_whitespace().next().unwrap_or_default().chars().take(60).collect();
    let open = points.map(listed_open).unwrap_or_default();
    let word = word.trim_matches(QUOTES);
    if word.is_empty() {
        return Reply::Not(prose![" needs a check and a reason. "].then(open));
    }
    let mut why = prose![" names ", theirs(word), ", which is not a check. "];
    let like = |id: &str| strsim::normalized_damerau_levenshtein(id, &word.to_lowercase());
    let near = checks::ALL.iter().map(|check| (like(check.id), check.id));
    if let Some((_, meant)) =
        near.filter(|(like, _)| *like >= 0.6).max_by(|one, other| one.0.total_cmp(&other.0))
    {
        why.push("Did you mean ");
        why.push(code(meant));
        why.push("? ");
    }
    Reply::Not(why.then(open))
}

/// What there is to waive.
fn listed_open(points: &Points) -> Prose {
    let open: Vec<Piece> = points.checks().map(code).collect();
    if open.is_empty() {
        return "Nothing is open here.".into();
    }
    prose!["Open here: "].then(listed(open, 50)).then(".".into())
}

#[cfg(test)]
mod tests {
    use super::super::tests::give;
    use super::*;

    fn points(open: &[(&'static str, &[&str])]) -> Points {
        let mut points = Points::default();
        for (check, these) in open {
            these.iter().for_each(|point| points.add(check, (*point).to_owned()));
        }
        points
    }

    fn said(written: &str, points: &Points) -> String {
        match give(written, points, &mut Effects::default()) {
            Reply::Not(why) => why.plain(),
            reply => panic!("{written}: {reply:?}"),
        }
    }

    #[test]
    fn a_check_is_known_by_id_and_heading() {
        for (written, id, reason) in [
            ("license-url It is fine", "license-url", "It is fine"),
            ("license-url-owner: theirs", "license-url-owner", "theirs"),
            ("LICENSE-URL - fine", "license-url", "fine"),
            ("`license-url` \"fine\"", "license-url", "fine\""),
            ("\"Link to the license\", fine", "license-url", "fine"),
            ("link to the license fine", "license-url", "fine"),
            ("license-url", "license-url", ""),
        ] {
            let (check, why) = check(written).unwrap();
            assert_eq!((check.id, why), (id, reason), "{written}");
        }
        for written in ["", "license-urls x", "license", "lïcense-url x", "ü"] {
            assert!(check(written).is_none(), "{written}");
        }
    }

    #[test]
    fn waives_what_is_open_now() {
        let open = points(&[("license-url", &["a", "b"]), ("sectors", &["c"])]);
        let mut effects = Effects::default();
        assert_eq!(give("/waive license-url fine", &open, &mut effects), Reply::Done);
        assert!(effects.waiver("license-url", "a").is_some() && effects.waiver("license-url", "z").is_none());
        assert!(effects.waiver("sectors", "c").is_none());
        assert_eq!(effects.waived_by(1)["license-url"], ["a", "b"]);
    }

    #[test]
    fn what_cannot_be_waived_is_told() {
        let open = points(&[("license-url", &["a"]), ("sectors", &["c"])]);
        let all = "Open here: `license-url` and `sectors`.";
        assert!(said("/waive license-url", &open).contains("needs a reason"));
        assert!(said("/waive stage fine", &open).contains("`stage` has nothing open here"));
        for written in ["/waive", "/waive lisense-url fine", "/waive \"\" fine"] {
            assert!(said(written, &open).ends_with(all), "{written}: {}", said(written, &open));
        }
        assert!(said("/waive lisense-url fine", &open).contains("Did you mean `license-url`?"));
        assert!(said(&format!("/waive {}", "x".repeat(60_000)), &open).len() < 400);
        let many: Vec<String> = (0..41).map(|at| at.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(said("/waive links fine", &points(&[("links", &many)])).contains("more open than"));
    }
}

//! What people decide by commands: shown, counted, and undone again.

use dpg_triage::fake_github::{FileChange, LicenseSetup};
use serde_json::json;

use crate::house::{House, PATH, REGISTRY, nominee, reactions};

fn labels(house: &House, number: u64) -> Vec<String> {
    house.shown(number).label_names().into_iter().map(str::to_owned).collect()
}

fn has(house: &House, number: u64, label: &str) -> bool {
    labels(house, number).iter().any(|known| known == label)
}

/// A nomination with something to change that stands outside of it, and something worth improving.
async fn mismatch(house: &House) -> u64 {
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    house.nominate(PATH, nominee(|nominee| nominee["sectors"] = json!([]))).await
}

#[tokio::test]
async fn a_hold_says_who_and_why() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let hold = house.comment(number, "grace", "/hold until the *steering group* of @eve has met").await;
    assert_eq!(reactions(&house, number, hold), ["eyes", "rocket"]);
    insta::assert_snapshot!(house.page(number));
    let again = house.comment(number, "grace", "/unhold").await;
    assert_eq!(reactions(&house, number, again), ["eyes", "rocket"]);
    assert!(has(&house, number, "triage: ready for review"));
    let nothing = house.comment(number, "grace", "/unhold").await;
    assert_eq!(reactions(&house, number, nothing), ["eyes", "confused"]);
    assert!(house.living(number).contains("this pull request is not on hold"), "{}", house.living(number));
    // Without what ended it, it holds again; without itself, it does not.
    house.github.delete_comment(REGISTRY, again, "grace").unwrap();
    house.settle().await;
    assert!(has(&house, number, "triage: on hold"));
    house.github.delete_comment(REGISTRY, hold, "grace").unwrap();
    house.settle().await;
    assert!(has(&house, number, "triage: ready for review"));
    let living = house.living(number);
    assert!(living.contains("`/hold` stood in a comment that was deleted"), "{living}");
    house.close().await;
}

#[tokio::test]
async fn a_route_is_chosen_and_given_back() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(has(&house, number, "cop: health"));
    let first = house.comment(number, "grace", "/route Education, `open-data`").await;
    assert_eq!(reactions(&house, number, first), ["eyes", "rocket"]);
    insta::assert_snapshot!(house.page(number));
    let second = house.comment(number, "grace", "/route: \"Climate\"").await;
    let cops = |house: &House| -> Vec<String> {
        labels(house, number).into_iter().filter(|label| label.starts_with("cop: ")).collect()
    };
    assert_eq!(cops(&house), ["cop: climate"]);
    house.push(number, PATH, nominee(|nominee| nominee["sectors"] = json!(["Education"]))).await;
    assert_eq!(cops(&house), ["cop: climate"], "a push changes nothing about it");
    house.github.delete_comment(REGISTRY, second, "grace").unwrap();
    house.settle().await;
    assert_eq!(cops(&house), ["cop: education", "cop: open data"], "the one before counts again");
    house.comment(number, "grace", "/route auto").await;
    assert_eq!(cops(&house), ["cop: health"]);
    house.comment(number, "grace", "/route helth").await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// A label that a person set counts until somebody chooses the route after that, and the other way round.
#[tokio::test]
async fn of_a_label_and_a_route_the_later_counts() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.add_label(REGISTRY, number, "grace", "cop: education").unwrap();
    house.github.remove_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.settle().await;
    house.comment(number, "grace", "/route health").await;
    assert!(has(&house, number, "cop: health") && !has(&house, number, "cop: education"));
    house.github.remove_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.settle().await;
    house.comment(number, "ada", "/recheck").await;
    assert!(!has(&house, number, "cop: health"));
    house.close().await;
}

#[tokio::test]
async fn a_waiver_counts_for_what_stood_then() {
    let house = House::open().await;
    let number = mismatch(&house).await;
    assert!(has(&house, number, "triage: needs changes"));
    let bare = house.comment(number, "grace", "/waive license-in-repository").await;
    assert_eq!(reactions(&house, number, bare), ["eyes", "confused"]);
    assert!(house.living(number).contains("needs a reason"), "{}", house.living(number));
    let wrong = house.comment(number, "grace", "/waive licence-in-repositry They change it").await;
    assert_eq!(reactions(&house, number, wrong), ["eyes", "confused"]);
    insta::assert_snapshot!("a_waiver_of_no_check", house.page(number));

    let id = house.comment(number, "grace", "/waive license-in-repository They <b>change</b> it @ada").await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    assert!(has(&house, number, "triage: ready for review") && has(&house, number, "license: mismatch"));
    insta::assert_snapshot!("a_waiver", house.page(number));

    // Another license is another finding; the first one again, after it was gone, too.
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("GPL-3.0"))).unwrap();
    house.comment(number, "ada", "/recheck").await;
    assert!(has(&house, number, "triage: needs changes"));
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    house.comment(number, "ada", "/recheck").await;
    assert!(has(&house, number, "triage: needs changes"), "{}", house.living(number));
    assert!(!house.living(number).contains("Waived"), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn a_waiver_is_undone_with_its_comment() {
    let house = House::open().await;
    let number = mismatch(&house).await;
    let by_heading = "/waive \"License in the repository\" fine";
    let id = house.comment(number, "grace", by_heading).await;
    assert!(has(&house, number, "triage: ready for review"));
    house.push(number, PATH, nominee(|nominee| nominee["sectors"] = json!(["Health"]))).await;
    assert!(has(&house, number, "triage: ready for review"), "a push that leaves it as it is");
    house.github.edit_comment(REGISTRY, id, "grace", "/waive license-in-repository Not fine").unwrap();
    house.settle().await;
    assert!(has(&house, number, "triage: needs changes"));
    assert!(house.living(number).contains("`/waive` by `grace` stood in a"), "{}", house.living(number));
    house.close().await;
}

/// The bot itself may ask for another name of the file.
#[tokio::test]
async fn a_waiver_holds_when_the_file_is_renamed() {
    let house = House::open().await;
    let number = mismatch(&house).await;
    house.comment(number, "grace", "/waive license-in-repository fine").await;
    house
        .github
        .push(REGISTRY, number, "ada", vec![FileChange::rename(PATH, "nominees/clinic.json")])
        .unwrap();
    house.settle().await;
    let page = house.living(number);
    assert!(page.contains("nominees/clinic.json") && page.contains("Waived"), "{page}");
    assert!(!page.contains("not the same as before: License"), "{page}");
    house.close().await;
}

/// The license file is no part of the pull request: another text may stand there tomorrow.
#[tokio::test]
async fn a_waiver_of_an_unknown_text_is_for_that_text() {
    let house = House::open().await;
    let own =
        |text: &str| Some(LicenseSetup { text: text.to_owned(), ..LicenseSetup::detected("NOASSERTION") });
    house.github.set_license("open-clinic/app", own("Do with it what you like.")).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(has(&house, number, "triage: needs a person"), "{}", house.living(number));
    house.comment(number, "grace", "/waive license-in-repository Public domain by other words").await;
    assert!(has(&house, number, "triage: ready for review"), "{}", house.living(number));
    house.github.set_license("open-clinic/app", own("Do with it\nwhat you like!")).unwrap();
    house.comment(number, "grace", "/recheck").await;
    assert!(has(&house, number, "triage: ready for review"), "{}", house.living(number));
    house.github.set_license("open-clinic/app", own("Ask us what you may do with it.")).unwrap();
    house.comment(number, "grace", "/recheck").await;
    assert!(has(&house, number, "triage: needs a person"), "{}", house.living(number));
    house.close().await;
}

/// Missing evidence can be waived; what it then says when it comes cannot have been meant.
#[tokio::test]
async fn missing_evidence_is_waived() {
    use dpg_triage::fake_github::Fault;
    let house = House::open().await;
    house.github.fail(Fault::status("GET", "/repos/open-clinic/app/license", 99, 500));
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(has(&house, number, "triage: needs a person"));
    house.comment(number, "grace", "/waive license-in-repository Seen by hand").await;
    assert!(has(&house, number, "triage: ready for review"), "{}", house.living(number));
    assert!(house.living(number).contains("It could not be checked."), "{}", house.living(number));
    let elsewhere = nominee(|nominee| {
        nominee["repositories"][0]["url"] = json!("https://bitbucket.org/mallory/closed");
    });
    house.push(number, PATH, elsewhere).await;
    assert!(has(&house, number, "triage: needs a person"), "not what was waived: {}", house.living(number));
    house.push(number, PATH, nominee(|_| {})).await;
    house.github.heal();
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    house.comment(number, "grace", "/recheck").await;
    assert!(has(&house, number, "triage: needs changes"), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn a_duplicate_is_a_persons_word() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let itself = house.comment(number, "grace", &format!("/duplicate #{number}")).await;
    assert_eq!(reactions(&house, number, itself), ["eyes", "confused"]);
    for (written, said) in [
        ("/duplicate #412", "there is no pull request `#412` here"),
        ("/duplicate 9", "Did you mean pull request `#9`?"),
        ("/duplicate Boxtribut", "The nearest name is `Boxtribute`"),
        ("/duplicate Box <b>tribute</b>", "no entry of the registry is called `Box <b>tribute</b>`"),
    ] {
        let mark = house.github.mark();
        let id = house.comment(number, "grace", written).await;
        assert_eq!(reactions(&house, number, id), ["eyes", "confused"], "{written}");
        assert!(house.living(number).contains(said), "{written}: {}", house.living(number));
        assert!(!has(&house, number, "possible duplicate"), "{written}");
        let asked = house.github.requests_since(mark).to("GET", "/repos/{owner}/{repo}/pulls/{number}").len();
        assert!(asked <= 2, "{written}: {asked}");
    }
    let other = nominee(|nominee| {
        nominee["name"] = json!("Rain Maps");
        nominee["website"] = json!("https://rain.example");
        nominee["repositories"] = json!([{"name": "app", "url": "https://github.com/rain/app"}]);
        nominee["organizations"] = json!([]);
    });
    let other = house.nominate("nominees/rain-maps.json", other).await;
    let id = house.comment(number, "grace", &format!("/duplicate #{other}")).await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    assert!(has(&house, number, "possible duplicate") && has(&house, number, "triage: needs a person"));
    insta::assert_snapshot!(house.page(number));
    house.push(number, PATH, nominee(|nominee| nominee["sectors"] = json!(["Education"]))).await;
    assert!(has(&house, number, "possible duplicate"));
    house.comment(number, "grace", "/duplicate boxtribute").await;
    assert!(house.living(number).contains("the registry's entry `boxtribute`"));
    house.comment(number, "grace", "/duplicate none").await;
    assert!(!has(&house, number, "possible duplicate") && has(&house, number, "triage: ready for review"));
    house.close().await;
}

#[tokio::test]
async fn help_says_what_this_person_may_do() {
    let house = House::open().await;
    let number = mismatch(&house).await;
    for by in ["eve", "ada", "grace"] {
        let mark = house.github.mark();
        let id = house.comment(number, by, "/help").await;
        assert_eq!(reactions(&house, number, id), ["eyes", "rocket"], "{by}");
        let asked = house.github.requests_since(mark);
        assert!(asked.iter().all(|request| !request.path.contains("open-clinic")), "{asked}");
        let page = house.page(number);
        let help = &page[page.find("#### Commands").unwrap()..page.find("<details><summary>How").unwrap()];
        insta::assert_snapshot!(format!("help_for_{by}"), help);
    }
    // A look writes the same.
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

/// What is forbidden is not done, and not spoken of.
#[tokio::test]
async fn who_may_not_gets_a_frown() {
    let house = House::open().await;
    let number = mismatch(&house).await;
    let before = house.living(number);
    for by in ["ada", "eve"] {
        for body in
            ["/hold", "/unhold", "/route education", "/waive license-in-repository fine", "/duplicate #1"]
        {
            let id = house.comment(number, by, body).await;
            assert_eq!(reactions(&house, number, id), ["confused"], "{by} {body}");
        }
    }
    assert_eq!(house.living(number), before);
    house.close().await;
}

//! One pull request through every command and every vote, told as a story: what somebody does, how it stands then,
//! and which lines of the comment changed. The whole comment is shown where the story turns.

use std::fmt::Write;

use dpg_triage::fake_github::{LicenseSetup, RepositorySetup};
use similar::{ChangeTag, TextDiff};

use crate::house::{BOT, House, PATH, REGISTRY, reactions, registry_with};

/// Two reviewers look at health, and both have to find it fine.
const RULES: &str = "\
votes: {approve: 2}
communities:
  - id: health
    name: Health
    reviewers: [ivy, jo]
    match: {sdgs: [3], sectors: [Health], words: [vaccination, clinic]}
  - id: education
    name: Education
    match: {sdgs: [4], sectors: [Education], words: [school]}
";

fn registry() -> RepositorySetup {
    registry_with(&[(".github/dpg-triage.yml", RULES)])
}

/// Laid out as the registry has it, and with nothing to change.
const NOMINATION: &str = r#"{
  "name": "Open Clinic",
  "aliases": [],
  "description": "Records vaccinations in clinics without a network.",
  "website": "https://openclinic.example",
  "license": [
    {
      "spdx": "Apache-2.0",
      "licenseURL": "https://github.com/open-clinic/app/blob/main/LICENSE"
    }
  ],
  "SDGs": [
    {
      "SDGNumber": 3,
      "evidenceText": "Clinics in 12 districts record vaccinations with it (target 3.8).",
      "evidenceURL": "https://openclinic.example/districts"
    }
  ],
  "sectors": [
    "Health"
  ],
  "type": [
    "software"
  ],
  "repositories": [
    {
      "name": "app",
      "url": "https://github.com/open-clinic/app"
    }
  ],
  "organizations": [
    {
      "name": "Open Clinic",
      "website": "https://openclinic.example",
      "org_type": "owner",
      "contact_name": "Ada",
      "contact_email": "ada@openclinic.example"
    }
  ],
  "stage": "nominee"
}
"#;

/// With one license id that has one right answer.
fn slip() -> String {
    NOMINATION.replace("Apache-2.0", "Apache 2")
}

/// The story so far.
struct Tour {
    house: House,
    number: u64,
    story: String,
    /// The comment as it was shown last.
    page: String,
    steps: usize,
    /// What differs from run to run, and what stands in its place.
    names: Vec<(String, String)>,
}

impl Tour {
    /// The nominator opens it.
    async fn begin() -> Self {
        let house = House::open_on(registry()).await;
        for user in ["ivy", "jo"] {
            house.github.add_user(user);
        }
        let number = house.nominate(PATH, slip()).await;
        let (story, page, names) = (String::new(), String::new(), Vec::new());
        let mut tour = Self { house, number, story, page, steps: 0, names };
        tour.names_of_today();
        tour.page = tour.read();
        tour.step("ada, the nominator, opens the pull request", &[]);
        tour
    }

    /// Somebody comments; answers the comment's id.
    async fn says(&mut self, by: &str, words: &str) -> u64 {
        let id = self.house.comment(self.number, by, words).await;
        let reactions = reactions(&self.house, self.number, id);
        let shown = reactions.iter().map(|content| emoji(content)).collect::<Vec<_>>();
        self.step(&format!("{by} comments: {words}"), &shown);
        id
    }

    /// GitHub sends no word of reactions; the timer would find them, here a new title does.
    async fn reacts(&mut self, by: &str, content: &str) {
        self.house.github.react(REGISTRY, self.comment(), by, content).unwrap();
        self.look().await;
        self.step(&format!("{by} reacts to the bot's comment with {}", emoji(content)), &[]);
    }

    async fn takes_back(&mut self, by: &str, content: &str) {
        self.house.github.take_back_reaction(REGISTRY, self.comment(), by, content).unwrap();
        self.look().await;
        self.step(&format!("{by} takes {} back", emoji(content)), &[]);
    }

    /// Something else happens, which was done just before.
    async fn then(&mut self, act: &str) {
        self.house.settle().await;
        self.step(act, &[]);
    }

    async fn look(&self) {
        self.house.github.edit_title(REGISTRY, self.number, "ada", "Nominate Open Clinic").unwrap();
        self.house.settle().await;
    }

    fn comment(&self) -> u64 {
        self.house.shown(self.number).comments_by(BOT)[0].id
    }

    /// Tells one step.
    fn step(&mut self, act: &str, reactions: &[&str]) {
        self.steps += 1;
        let shown = self.house.shown(self.number);
        let labels = shown.label_names();
        let label = labels.iter().find(|label| label.starts_with("triage: ")).unwrap();
        let conclusion = shown.check_runs.last().and_then(|run| run.conclusion.clone()).unwrap_or_default();
        writeln!(self.story, "{}. {act}\n   => {label} ({conclusion})", self.steps).unwrap();
        if !reactions.is_empty() {
            writeln!(self.story, "   the bot reacts with {}", reactions.join(" ")).unwrap();
        }
        self.names_of_today();
        let page = self.read();
        for change in TextDiff::from_lines(&self.page, &page).iter_all_changes() {
            let sign = match change.tag() {
                ChangeTag::Equal => continue,
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value().trim_end();
            if !line.is_empty() {
                writeln!(self.story, "   {sign} {line}").unwrap();
            }
        }
        self.story.push('\n');
        self.page = page;
    }

    /// Gives every id of now a name that is the same tomorrow.
    fn names_of_today(&mut self) {
        let shown = self.house.shown(self.number);
        let comments = shown.comments.iter().map(|comment| comment.id.to_string());
        let reviews = shown.reviews.iter().map(|review| review.id.to_string());
        let commits = [shown.head_sha.clone(), shown.head_sha[..7].to_owned()];
        for (kind, ids) in [
            ("COMMENT", comments.collect::<Vec<_>>()),
            ("REVIEW", reviews.collect()),
            ("COMMIT", commits.to_vec()),
        ] {
            for id in ids {
                if self.names.iter().any(|(known, _)| *known == id) {
                    continue;
                }
                let number = self.names.iter().filter(|(_, name)| name.starts_with(kind)).count();
                // A commit has a long and a short form.
                let number = if kind == "COMMIT" { number / 2 + 1 } else { number + 1 };
                self.names.push((id, format!("{kind}{number}")));
            }
        }
    }

    /// The comment as people read it, without what is folded away as fine.
    fn read(&self) -> String {
        let today = chrono::Utc::now().date_naive().to_string();
        let mut page = self.house.living(self.number).replace(&format!("| {today} |"), "| TODAY |");
        for (id, name) in &self.names {
            page = page.replace(id, name);
        }
        page.lines().filter(|line| !line.starts_with("- ✅ ")).map(|line| format!("{line}\n")).collect()
    }

    #[track_caller]
    fn stands(&self, label: &str) {
        let label = format!("triage: {label}");
        assert!(self.house.shown(self.number).label_names().contains(&label.as_str()), "{}", self.story);
    }
}

fn emoji(content: &str) -> &str {
    match content {
        "+1" => "👍",
        "-1" => "👎",
        "eyes" => "👀",
        "confused" => "😕",
        "rocket" => "🚀",
        other => other,
    }
}

/// Shows the whole comment at a turn of the story.
macro_rules! show {
    ($tour:expr, $name:literal) => {
        insta::assert_snapshot!($name, $tour.page)
    };
}

#[tokio::test]
async fn a_tour_of_commands_and_votes() {
    let mut tour = Tour::begin().await;
    tour.stands("needs changes");
    show!(tour, "tour_1_opened");
    commands_of_the_nominator(&mut tour).await;
    decisions_of_a_maintainer(&mut tour).await;
    votes(&mut tour).await;
    reviews(&mut tour).await;
    ends(&mut tour).await;
    insta::assert_snapshot!("tour_the_story", tour.story);
    tour.house.close().await;
}

async fn commands_of_the_nominator(tour: &mut Tour) {
    tour.says("eve", "/hold").await;
    tour.stands("needs changes");
    tour.says("ada", "/help").await;
    tour.says("ada", "/sugest").await;
    tour.says("ada", "/suggest").await;
    assert_eq!(tour.house.shown(tour.number).reviews.len(), 1);
    tour.house.push(tour.number, PATH, NOMINATION).await;
    tour.then("ada takes the suggestion over, which pushes a commit").await;
    tour.stands("ready for review");
    show!(tour, "tour_2_mended");
    tour.house.github.convert_to_draft(REGISTRY, tour.number, "ada").unwrap();
    tour.then("ada converts it to a draft").await;
    tour.house.github.ready_for_review(REGISTRY, tour.number, "ada").unwrap();
    tour.then("ada clicks Ready for review").await;
    tour.stands("ready for review");
}

async fn decisions_of_a_maintainer(tour: &mut Tour) {
    tour.says("grace", "/route education").await;
    assert!(tour.house.shown(tour.number).label_names().contains(&"cop: education"));
    tour.says("grace", "/route auto").await;
    assert!(tour.house.shown(tour.number).label_names().contains(&"cop: health"));
    tour.house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    tour.says("ada", "/recheck").await;
    tour.stands("needs changes");
    tour.says("grace", "/waive license-in-repository The file is being replaced").await;
    tour.stands("ready for review");
    tour.says("grace", "/hold until the steering group has met").await;
    tour.stands("on hold");
    show!(tour, "tour_3_on_hold");
    tour.says("grace", "/unhold").await;
    tour.stands("ready for review");
    tour.says("grace", "/duplicate Boxtribute").await;
    tour.stands("needs a person");
    tour.says("grace", "/duplicate none").await;
    tour.stands("ready for review");
}

async fn votes(tour: &mut Tour) {
    tour.reacts("ivy", "eyes").await;
    tour.reacts("ivy", "+1").await;
    tour.reacts("ada", "+1").await;
    tour.stands("ready for review");
    tour.reacts("jo", "-1").await;
    tour.stands("needs a person");
    tour.takes_back("jo", "-1").await;
    tour.reacts("jo", "+1").await;
    tour.stands("reviewed");
    show!(tour, "tour_4_reviewed");
    let website = NOMINATION.replace("https://openclinic.example\"", "https://openclinic.example/en\"");
    tour.house.push(tour.number, PATH, website).await;
    tour.then("ada pushes another commit").await;
    tour.stands("ready for review");
    show!(tour, "tour_5_after_a_push");
}

async fn reviews(tour: &mut Tour) {
    let review = |tour: &Tour, by: &str| {
        tour.house.github.review(REGISTRY, tour.number, by, "APPROVED", "I tried it out.").unwrap()
    };
    review(tour, "ivy");
    tour.then("ivy approves in a review on GitHub").await;
    let second = review(tour, "jo");
    tour.then("jo approves, too").await;
    tour.stands("reviewed");
    tour.house.github.dismiss_review(REGISTRY, tour.number, second, "grace").unwrap();
    tour.then("grace dismisses the review of jo").await;
    tour.stands("ready for review");
}

async fn ends(tour: &mut Tour) {
    let waiver = tour
        .house
        .shown(tour.number)
        .comments
        .iter()
        .find(|said| said.body.starts_with("/waive"))
        .unwrap()
        .id;
    tour.house.github.edit_comment(REGISTRY, waiver, "grace", "/waive license-in-repository Or not").unwrap();
    tour.then("grace edits the comment with /waive").await;
    tour.stands("needs changes");
    let route = tour.says("grace", "/route education").await;
    tour.house.github.delete_comment(REGISTRY, route, "grace").unwrap();
    tour.then("grace deletes this comment").await;
    assert!(tour.house.shown(tour.number).label_names().contains(&"cop: health"));
    let ours = tour.house.shown(tour.number).comments_by(BOT)[0].clone();
    let cut = ours.body.chars().take(60).collect::<String>();
    tour.house.github.edit_comment(REGISTRY, ours.id, "grace", &cut).unwrap();
    tour.then("grace cuts the bot's comment off after 60 characters").await;
    show!(tour, "tour_6_notes_lost");
    tour.house.github.close(REGISTRY, tour.number, "ada").unwrap();
    tour.then("ada closes the pull request").await;
}

//! Many nominations, each in a registry of its own so that none is like another there, and whether all are judged right.

use std::{collections::BTreeMap, time::Duration};

use dpg_triage::{
    fake_github::{FakeGitHub, FileChange, PullRequestSetup, RepositorySetup},
    triage::marker::Marker,
};

use crate::house::{BOT, House, nominee, registry_with};

/// A pull request with a nomination.
#[derive(Clone, Debug)]
pub struct One {
    pub registry: String,
    pub number: u64,
    pub nominator: String,
    name: String,
}

/// A world with so many registries, and nobody at work in it.
pub struct Crowd {
    house: House,
    pub all: Vec<One>,
    registries: usize,
}

impl Crowd {
    pub async fn gather(registries: usize) -> Self {
        let house = House::build().await;
        for at in 0..registries {
            let owner = format!("registry-{at}");
            let full_name = format!("{owner}/publicgoods");
            house.github.add_repository(RepositorySetup { full_name, ..registry_with(&[]) }).unwrap();
            house.github.install_app(&owner).unwrap();
            house.github.add_user(&format!("nominator-{at}"));
        }
        Self { house, all: Vec::new(), registries }
    }

    pub fn github(&self) -> &FakeGitHub {
        &self.house.github
    }

    /// The next project is nominated, in the next registry.
    pub fn open(&mut self) -> One {
        let at = self.all.len();
        let whose = at % self.registries;
        let (registry, nominator) = (format!("registry-{whose}/publicgoods"), format!("nominator-{whose}"));
        let name = format!("clinic-{at}");
        self.house.repository(&format!("{name}/app"), Some("Apache-2.0"));
        let setup = PullRequestSetup::from_fork(&nominator, "Nominate", vec![file(&name, 0)]);
        let number = self.github().open_pull_request(&registry, setup).unwrap();
        self.all.push(One { registry, number, name, nominator });
        self.all[at].clone()
    }

    /// The project's next text.
    pub fn push(&self, one: &One, version: usize) {
        self.github()
            .push(&one.registry, one.number, &one.nominator, vec![file(&one.name, version)])
            .unwrap();
    }

    /// The labels of a nomination that is judged at its head, with one comment, and check runs there that say nothing
    /// twice. A run gives way to another where something was not to be had for a moment: its annotations cannot be
    /// taken back.
    pub fn labels(&self, one: &One) -> Option<Vec<String>> {
        self.judged(one).ok()
    }

    /// See [`Crowd::labels`]; or what is not so.
    fn judged(&self, one: &One) -> Result<Vec<String>, String> {
        let shown = self.github().pull_request(&one.registry, one.number).unwrap();
        let ours = shown.comments_by(BOT);
        assert!(ours.len() < 2, "{one:?} has {} comments", ours.len());
        let Some(comment) = ours.first() else { return Err("no comment".to_owned()) };
        let Some(marker) = Marker::read(&comment.body) else { return Err("no marker".to_owned()) };
        if marker.head != shown.head_sha {
            return Err(format!("the comment is of {}, the head is {}", marker.head, shown.head_sha));
        }
        let runs: Vec<_> =
            shown.check_runs.iter().map(|run| (&run.external_id, run.status.as_str())).collect();
        let is_told = runs.last().is_some_and(|(_, status)| *status == "completed");
        if !is_told || runs.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("check runs at {}: {runs:?}", shown.head_sha));
        }
        Ok(shown.label_names().iter().map(|name| (*name).to_owned()).collect())
    }

    /// Waits until all are judged, and have these labels.
    pub async fn all_have(&self, labels: &[String], patience: Duration) {
        let right = |one: &One| self.labels(one).is_some_and(|found| found == labels);
        let all = self.github().wait_until(|_| self.all.iter().all(right), patience).await;
        if all.is_err() {
            let wrong = self.all.iter().filter(|one| !right(one));
            let wrong: Vec<_> = wrong.map(|one| (one, self.judged(one))).collect();
            panic!("{} of {} are not as they should be: {wrong:#?}", wrong.len(), self.all.len());
        }
        self.github().assert_no_unexpected();
    }

    /// How many comments the App made on each, by GitHub's answers.
    pub fn comments_made(&self) -> BTreeMap<String, usize> {
        let mut made = BTreeMap::new();
        let posts = self.github().requests().to("POST", "/repos/{owner}/{repo}/issues/{number}/comments");
        for post in posts.iter().filter(|post| post.status == 201) {
            *made.entry(post.path.clone()).or_default() += 1;
        }
        made
    }
}

/// Its links lead to this machine, which nobody opens: so no answer of a network is waited for.
fn file(name: &str, version: usize) -> FileChange {
    let text = nominee(|nominee| {
        let link = format!("https://127.0.0.1/{version}");
        nominee["name"] = name.into();
        nominee["website"] = link.clone().into();
        nominee["license"][0]["licenseURL"] = link.clone().into();
        nominee["SDGs"][0]["evidenceURL"] = link.clone().into();
        nominee["organizations"][0]["website"] = link.into();
        nominee["repositories"][0]["url"] = format!("https://github.com/{name}/app").into();
    });
    FileChange::write(format!("nominees/{name}.json"), text)
}

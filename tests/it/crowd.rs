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

    /// The labels of a nomination that is judged at its head, with one comment and one check run there.
    pub fn labels(&self, one: &One) -> Option<Vec<String>> {
        let shown = self.github().pull_request(&one.registry, one.number).unwrap();
        let ours = shown.comments_by(BOT);
        assert!(ours.len() < 2, "{one:?} has {} comments", ours.len());
        let is_judged = ours.first().and_then(|comment| Marker::read(&comment.body));
        let is_judged = is_judged.is_some_and(|marker| marker.head == shown.head_sha);
        let is_whole = shown.check_runs.len() == 1 && shown.check_runs[0].status == "completed";
        let labels = shown.label_names().iter().map(|name| (*name).to_owned()).collect();
        (is_judged && is_whole).then_some(labels)
    }

    /// Waits until all are judged, and have these labels.
    pub async fn all_have(&self, labels: &[String], patience: Duration) {
        let right = |one: &One| self.labels(one).is_some_and(|found| found == labels);
        let all = self.github().wait_until(|_| self.all.iter().all(right), patience).await;
        if all.is_err() {
            let wrong = self.all.iter().filter(|one| !right(one));
            let wrong: Vec<_> = wrong.map(|one| (one, self.labels(one))).collect();
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

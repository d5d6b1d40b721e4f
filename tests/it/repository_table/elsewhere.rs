//! Repositories that lie on other forges.

use std::time::Duration;

use dpg_triage::fake_github::{ForgeKind, ProjectSetup, Reply};

use super::{
    ROW, Row,
    world::{CHANGED, SOURCE, on_gitlab, project, published},
};

/// Where a file has its bytes, which may not be shown though the API has the file.
const GITLAB_FILE: &str = "https://gitlab.com/open-clinic/app/-/raw/main/LICENSE";

pub fn on_other_forges() -> Vec<Row> {
    const GITLAB: Row = Row {
        listed: &["https://gitlab.com/open-clinic/app"],
        link: "https://gitlab.com/open-clinic/app/-/blob/main/LICENSE",
        ..ROW
    };
    vec![
        Row {
            name: "on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "Apache-2.0")),
            ..GITLAB
        },
        Row {
            name: "in a subgroup on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/apps/core", "Apache-2.0")),
            link: "https://gitlab.com/open-clinic/apps/core/-/blob/main/LICENSE",
            listed: &["https://gitlab.com/open-clinic/apps/core.git"],
            ..ROW
        },
        Row {
            name: "moved on GitLab",
            world: |github| {
                let moved_from = vec!["open-clinic/old".to_owned()];
                on_gitlab(github, ProjectSetup { moved_from, ..project("open-clinic/app", "Apache-2.0") });
            },
            listed: &["https://gitlab.com/open-clinic/old"],
            expected: "repository-reachable not-met must",
            ..GITLAB
        },
        Row {
            name: "private on GitLab",
            world: |github| {
                on_gitlab(github, ProjectSetup { private: true, ..project("open-clinic/app", "MIT") });
            },
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-reachable not-met must; repository-alive not-checked; links not-met hint; license unverified",
            ..GITLAB
        },
        Row {
            name: "archived on GitLab",
            world: |github| {
                let setup = project("open-clinic/app", "Apache-2.0");
                on_gitlab(github, ProjectSetup { archived: true, ..setup });
            },
            expected: "repository-alive not-met should",
            ..GITLAB
        },
        Row {
            name: "empty on GitLab",
            world: |github| on_gitlab(github, ProjectSetup::new("open-clinic/app", &[])),
            expected: "license-in-repository not-met must; repository-alive not-met should; license missing",
            ..GITLAB
        },
        Row {
            name: "without a license on GitLab",
            world: |github| on_gitlab(github, ProjectSetup::new("open-clinic/app", &SOURCE)),
            expected: "license-in-repository not-met must; license missing",
            ..GITLAB
        },
        Row {
            name: "another license on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "MIT")),
            expected: "license-in-repository not-met must; license mismatch",
            ..GITLAB
        },
        Row {
            name: "a changed license on GitLab",
            world: |github| {
                let changed = format!("{}\n{CHANGED}\n", published("Apache-2.0"));
                on_gitlab(github, ProjectSetup::new("open-clinic/app", &[("LICENSE", &changed)]));
            },
            expected: "license-in-repository needs-person; license unverified",
            ..GITLAB
        },
        Row {
            name: "on GitLab, which shows no file",
            world: |github| {
                on_gitlab(github, project("open-clinic/app", "Apache-2.0"));
                github.web().answers(GITLAB_FILE, Reply::status(503));
            },
            ..GITLAB
        },
        Row {
            name: "another license on GitLab, which shows no file",
            world: |github| {
                on_gitlab(github, project("open-clinic/app", "MIT"));
                github.web().answers(GITLAB_FILE, Reply::status(503));
            },
            expected: "license-in-repository not-met must; license mismatch",
            ..GITLAB
        },
        Row {
            name: "two license files on GitLab, which shows none, and the other one linked",
            world: |github| {
                let files = [("LICENSE", published("Apache-2.0")), ("LICENSE-MIT", published("MIT"))];
                on_gitlab(github, ProjectSetup::new("open-clinic/app", &files));
                github
                    .web()
                    .answers("https://gitlab.com/open-clinic/app/-/raw/main/LICENSE-MIT", Reply::status(503));
            },
            link: "https://gitlab.com/open-clinic/app/-/blob/main/LICENSE-MIT",
            expected: "license-url-shows-license not-met must",
            ..GITLAB
        },
        Row {
            name: "on Codeberg, which asks whether one is a program",
            world: |github| {
                let setup = project("open-clinic/app", "Apache-2.0");
                github.web().has_project(ForgeKind::Forgejo, "codeberg.org", setup);
                let asks = Reply::page("<!doctype html><p>Making sure</p><script src=/work.js></script>");
                github.web().answers("https://codeberg.org/open-clinic/app/raw/branch/main/LICENSE", asks);
            },
            link: "https://codeberg.org/open-clinic/app/src/branch/main/LICENSE",
            listed: &["https://codeberg.org/open-clinic/app"],
            ..ROW
        },
        Row {
            name: "the front page on GitLab linked as license",
            world: |github| on_gitlab(github, project("open-clinic/app", "Apache-2.0")),
            link: "https://gitlab.com/open-clinic/app",
            expected: "license-url not-met should",
            ..GITLAB
        },
        Row {
            name: "the front page of another project on GitLab linked as license",
            world: |github| {
                on_gitlab(github, project("open-clinic/app", "Apache-2.0"));
                on_gitlab(github, project("open-clinic/site", "MIT"));
            },
            link: "https://gitlab.com/open-clinic/site",
            expected: "license-url not-checked; license-url-shows-license not-met must",
            ..GITLAB
        },
        Row {
            name: "the front page on a Gitea of somebody's own linked as license",
            world: |github| {
                let setup = project("open-clinic/app", "Apache-2.0");
                github.web().has_project(ForgeKind::Forgejo, "gitea.example.org", setup);
            },
            link: "https://gitea.example.org/open-clinic/app",
            listed: &["https://gitea.example.org/open-clinic/app"],
            expected: "license-url not-met should",
            ..ROW
        },
        Row {
            name: "a page inside on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "Apache-2.0")),
            listed: &["https://gitlab.com/open-clinic/app/-/tree/main/docs"],
            expected: "license-in-repository not-checked; repository-url not-met should; license unverified",
            ..GITLAB
        },
        Row {
            name: "a group on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "Apache-2.0")),
            listed: &["https://gitlab.com/groups/open-clinic"],
            expected: "license-in-repository not-checked; repository-url not-met should; license unverified",
            ..GITLAB
        },
        Row {
            name: "GitLab answers nothing",
            world: |github| {
                let question = "https://gitlab.com/api/v4/projects/open-clinic%2Fapp?license=true";
                github.web().answers(question, Reply::text(200, "{}").after(Duration::from_secs(300)));
            },
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-reachable not-checked; \
                       repository-alive not-checked; license unverified",
            ..GITLAB
        },
        Row {
            name: "a GitLab of somebody's own",
            world: |github| {
                let setup = project("apps/core", "Apache-2.0");
                github.web().has_project(ForgeKind::GitLab, "git.openclinic.example", setup);
            },
            link: "https://git.openclinic.example/apps/core/-/blob/main/LICENSE",
            listed: &["https://git.openclinic.example/apps/core"],
            ..ROW
        },
        Row {
            name: "two license files on Codeberg",
            world: |github| {
                let files = [("LICENSE-MIT", published("MIT")), ("LICENSE-APACHE", published("Apache-2.0"))];
                let setup = ProjectSetup::new("open-clinic/app", &files);
                github.web().has_project(ForgeKind::Forgejo, "codeberg.org", setup);
            },
            declared: &["MIT", "Apache-2.0"],
            link: "https://codeberg.org/open-clinic/app/src/branch/main/LICENSE-MIT",
            listed: &["https://codeberg.org/open-clinic/app"],
            expected: "license-url-shows-license not-met must",
            ..ROW
        },
        Row {
            name: "a Gitea of somebody's own",
            world: |github| {
                let setup = project("open-clinic/app", "Apache-2.0");
                github.web().has_project(ForgeKind::Forgejo, "gitea.example.org", setup);
            },
            link: "https://gitea.example.org/open-clinic/app/src/branch/main/LICENSE",
            listed: &["https://gitea.example.org/open-clinic/app"],
            ..ROW
        },
        Row {
            name: "a host that is no forge",
            world: |_| {},
            link: "https://openclinic.example/license",
            listed: &["https://openclinic.example/source/app"],
            expected: "license-in-repository not-checked; license-url-shows-license not-met must; repository-reachable not-checked; \
                       repository-alive not-checked; license unverified",
            ..ROW
        },
        Row {
            name: "a host that there is not",
            world: |github| github.web().has_no_host("git.gone.example"),
            link: "https://openclinic.example/license",
            listed: &["https://git.gone.example/open-clinic/app"],
            expected: "license-in-repository not-checked; license-url-shows-license not-met must; repository-reachable not-met must; repository-alive not-checked; license unverified",
            ..ROW
        },
        Row {
            name: "on Bitbucket",
            world: |_| {},
            link: "https://bitbucket.org/open-clinic/app/src/main/LICENSE",
            listed: &["https://bitbucket.org/open-clinic/app"],
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-reachable not-checked; license unverified",
            ..ROW
        },
    ]
}

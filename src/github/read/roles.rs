//! What people may do in the registry.
//!
//! In: accounts. Out: their roles. Never: what follows from them.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use serde::Deserialize;

use super::UserAnswer;
use crate::{
    github::{Error, Installation},
    triage::{
        pull_request::RepositoryName,
        snapshot::{Account, Role},
    },
};

impl Installation<'_> {
    /// What people may do in the registry: <https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user>.
    /// A login may have changed hands since; the id tells.
    pub async fn roles(
        &self,
        repository: &RepositoryName,
        people: &[Account],
    ) -> Result<BTreeMap<u64, Role>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            permission: String,
            role_name: Option<String>,
            user: Option<UserAnswer>,
        }
        let asked = people.iter().map(|person| async move {
            let route = format!("/repos/{repository}/collaborators/{}/permission", person.login);
            let answer = match self.api().get::<Answer>(&route).await {
                Ok(answer) => answer,
                Err(Error::Gone { .. }) => return Ok((person.id, Role::None)),
                Err(error) => return Err(error),
            };
            if answer.user.is_none_or(|user| user.id != person.id) {
                return Ok((person.id, Role::None));
            }
            let role = match (answer.permission.as_str(), answer.role_name.as_deref()) {
                (_, Some("admin")) | ("admin", None) => Role::Admin,
                (_, Some("maintain")) => Role::Maintain,
                ("admin" | "write", _) => Role::Write,
                (_, Some("triage")) => Role::Triage,
                ("read", _) => Role::Read,
                _ => Role::None,
            };
            Ok((person.id, role))
        });
        Ok(try_join_all(asked).await?.into_iter().collect())
    }
}

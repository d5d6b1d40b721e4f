//! Comments and reactions. There is no event for reactions.

use crate::fake_github::Unknown;
use crate::fake_github::thread::{Comment, Reaction, Version};
use crate::fake_github::world::World;
use serde_json::{Value, json};

impl World {
    /// Adds a comment; answers its id.
    pub(in crate::fake_github) fn add_comment(
        &mut self,
        repository: u64,
        number: u64,
        author: u64,
        body: &str,
    ) -> Result<u64, Unknown> {
        let (id, now) = (self.next_id(), self.now());
        let via_app = author == self.app.bot;
        let thread = self.thread_mut(repository, number)?;
        thread.updated_at = now;
        thread.comments.push(Comment {
            id,
            author,
            body: body.to_owned(),
            via_app,
            created_at: now,
            updated_at: now,
            versions: Vec::new(),
            reactions: Vec::new(),
        });
        let value = self.comment_value(repository, id)?;
        self.emit_comment(repository, number, value, "created", author, json!({}))?;
        Ok(id)
    }

    /// Changes a comment's text.
    pub(in crate::fake_github) fn edit_comment(
        &mut self,
        repository: u64,
        id: u64,
        by: u64,
        body: &str,
    ) -> Result<(), Unknown> {
        let now = self.now();
        let number = self.comment_thread(repository, id)?;
        self.thread_mut(repository, number)?.updated_at = now;
        let comment = self.comment_mut(repository, id)?;
        let before = std::mem::replace(&mut comment.body, body.to_owned());
        comment.updated_at = now;
        if comment.versions.is_empty() {
            let first = Version { by: comment.author, at: comment.created_at, body: before.clone() };
            comment.versions.push(first);
        }
        comment.versions.push(Version { by, at: now, body: body.to_owned() });
        let value = self.comment_value(repository, id)?;
        let changes = json!({"changes": {"body": {"from": before}}});
        self.emit_comment(repository, number, value, "edited", by, changes)
    }

    /// Takes a comment away.
    pub(in crate::fake_github) fn delete_comment(
        &mut self,
        repository: u64,
        id: u64,
        by: u64,
    ) -> Result<(), Unknown> {
        let now = self.now();
        let number = self.comment_thread(repository, id)?;
        let value = self.comment_value(repository, id)?;
        let thread = self.thread_mut(repository, number)?;
        thread.comments.retain(|comment| comment.id != id);
        thread.updated_at = now;
        self.emit_comment(repository, number, value, "deleted", by, json!({}))
    }

    /// Adds a reaction; answers its id and whether it is new.
    pub(in crate::fake_github) fn add_reaction(
        &mut self,
        repository: u64,
        comment: u64,
        user: u64,
        content: &str,
    ) -> Result<(u64, bool), Unknown> {
        let (id, created_at) = (self.next_id(), self.now());
        let reactions = &mut self.comment_mut(repository, comment)?.reactions;
        let same = |reaction: &&Reaction| reaction.user == user && reaction.content == content;
        if let Some(old) = reactions.iter().find(same) {
            return Ok((old.id, false));
        }
        reactions.push(Reaction { id, user, content: content.to_owned(), created_at });
        Ok((id, true))
    }

    /// Takes a reaction back.
    pub(in crate::fake_github) fn remove_reaction(
        &mut self,
        repository: u64,
        comment: u64,
        wanted: impl Fn(&Reaction) -> bool,
    ) -> Result<(), Unknown> {
        let reactions = &mut self.comment_mut(repository, comment)?.reactions;
        let place = reactions.iter().position(wanted);
        let place = place.ok_or_else(|| Unknown(format!("that reaction to comment {comment}")))?;
        reactions.remove(place);
        Ok(())
    }

    /// The number of the thread that a comment stands under.
    pub(in crate::fake_github) fn comment_thread(&self, repository: u64, id: u64) -> Result<u64, Unknown> {
        self.repo(repository)?.thread_of_comment(id).ok_or_else(|| Unknown(format!("comment {id}")))
    }

    /// A comment of a repository.
    pub(in crate::fake_github) fn comment(&self, repository: u64, id: u64) -> Result<&Comment, Unknown> {
        let thread = self.thread(repository, self.comment_thread(repository, id)?)?;
        thread.comment(id).ok_or_else(|| Unknown(format!("comment {id}")))
    }

    fn comment_mut(&mut self, repository: u64, id: u64) -> Result<&mut Comment, Unknown> {
        let number = self.comment_thread(repository, id)?;
        let mut comments = self.thread_mut(repository, number)?.comments.iter_mut();
        comments.find(|comment| comment.id == id).ok_or_else(|| Unknown(format!("comment {id}")))
    }

    /// A comment's JSON.
    pub(in crate::fake_github) fn comment_value(&self, repository: u64, id: u64) -> Result<Value, Unknown> {
        let thread = self.thread(repository, self.comment_thread(repository, id)?)?;
        Ok(self.comment_json(self.repo(repository)?, thread, self.comment(repository, id)?))
    }
}

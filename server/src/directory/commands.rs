//! Commands of the composer that programs answer.

use super::{Directory, Key};
use crate::{
    clock::Timestamp,
    ids::{CommandId, UserId},
};

/// A command such as `/deploy`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    pub id: CommandId,
    /// What follows the slash, in lower case.
    pub name: String,
    /// What is typed after it, such as `[environment]`.
    pub hint: String,
    pub description: String,
    pub url: String,
    pub key: Key,
    /// Who says what the program answers.
    pub bot: UserId,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

impl Directory {
    /// The command that is called like this.
    #[must_use]
    pub fn command_named(&self, name: &str) -> Option<&Command> {
        self.commands.values().find(|command| command.name == name)
    }
}

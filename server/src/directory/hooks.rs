//! Webhooks by which programs speak in a channel.

use super::{Directory, SecretHash};
use crate::{
    clock::Timestamp,
    ids::{ChannelId, HookId, UserId},
};

/// An incoming webhook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hook {
    pub id: HookId,
    /// Where it speaks.
    pub channel: ChannelId,
    /// Who speaks; the webhook's name is this bot's.
    pub bot: UserId,
    /// Of the last part of its address.
    pub secret: SecretHash,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Directory {
    /// The webhook whose secret hashes to this.
    #[must_use]
    pub fn hook_with_secret(&self, secret: &SecretHash) -> Option<&Hook> {
        self.hooks.get(self.by_hook_secret.get(secret)?)
    }

    /// Whether this bot belongs to a webhook or a command, and goes with it.
    #[must_use]
    pub fn has_bot(&self, bot: UserId) -> bool {
        self.hooks.values().any(|hook| hook.bot == bot)
            || self.outgoing.values().any(|outgoing| outgoing.bot == bot)
            || self.commands.values().any(|command| command.bot == bot)
    }

    pub(super) fn set_hook(&mut self, hook: &Hook) {
        self.forget_hook(hook.id);
        self.by_hook_secret.insert(hook.secret, hook.id);
        self.hooks.insert(hook.id, hook.clone());
    }

    pub(super) fn forget_hook(&mut self, id: HookId) {
        if let Some(before) = self.hooks.remove(&id) {
            self.by_hook_secret.remove(&before.secret);
        }
    }
}

//! What a program or an admin tells one person, wherever they listen for it. It is told to who is connected and kept
//! nowhere.

use super::protocol::{Fleeting, News};
use crate::{
    accounts::Actor,
    app::App,
    error::AppError,
    ids::UserId,
    permission::{Action, Relation},
};
use serde_json::Value;

/// The longest notification, in bytes.
const LONGEST: usize = 16 << 10;

/// Tells somebody something.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `rate_limited`.
pub(super) fn notify(app: &App, actor: &Actor, to: UserId, notification: Value) -> Result<(), AppError> {
    let bot = {
        let directory = app.journal.directory();
        directory.people.get(&actor.user).is_some_and(|person| person.bot)
    };
    actor.require(Action::SendNotification, Relation { bot, ..Relation::NONE })?;
    app.journal.directory().active_person(to)?;
    if notification.to_string().len() > LONGEST {
        return Err(AppError::field("notification", format!("is longer than {LONGEST} bytes")));
    }
    app.limits.messages.take(&actor.user)?;
    app.realtime.tell_person(to, Fleeting { frame: None, news: News::Notification(notification) });
    Ok(())
}

//! The rows of reminders.

use super::store::small;
use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Reminder, ReminderPlace, ReminderState, ThreadPlace},
    ids::{ChannelId, ReminderId, UserId},
    journal::Draft,
};
use surrealdb::types::SurrealValue;
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PlaceRow {
    channel: Uuid,
    number: i64,
    /// Of a message in a thread: the conversation and number of what the thread hangs on.
    home: Option<Uuid>,
    root: Option<i64>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ReminderRow {
    user: Uuid,
    text: String,
    message: Option<PlaceRow>,
    due_at: i64,
    created_at: i64,
    /// `waiting`, `due` or `done`.
    state: String,
    done_at: Option<i64>,
    version: i64,
}

impl PlaceRow {
    fn of(place: ReminderPlace) -> Self {
        Self {
            channel: place.channel_id.0,
            number: i64::from(place.number),
            home: place.thread.map(|thread| thread.channel_id.0),
            root: place.thread.map(|thread| i64::from(thread.number)),
        }
    }

    fn place(self) -> ReminderPlace {
        let thread = self.home.zip(self.root);
        ReminderPlace {
            channel_id: ChannelId(self.channel),
            number: small(self.number),
            thread: thread.map(|(home, root)| ThreadPlace { channel_id: ChannelId(home), number: small(root) }),
        }
    }
}

pub(super) fn put(draft: &mut Draft<'_>, reminder: Reminder) {
    let row = ReminderRow {
        user: reminder.user.0,
        text: reminder.text.clone(),
        message: reminder.message.map(PlaceRow::of),
        due_at: reminder.due_at.millis(),
        created_at: reminder.created_at.millis(),
        state: match reminder.state {
            ReminderState::Waiting => "waiting",
            ReminderState::Due => "due",
            ReminderState::Done => "done",
        }
        .to_owned(),
        done_at: reminder.done_at.map(Timestamp::millis),
        version: i64::from(reminder.version),
    };
    draft.put(record("reminder", reminder.id.0), row);
    draft.fact(Fact::Reminder(reminder));
}

pub(super) fn delete(draft: &mut Draft<'_>, user: UserId, id: ReminderId) {
    draft.delete(record("reminder", id.0));
    draft.fact(Fact::ReminderGone(user, id));
}

/// Reads what people want to be reminded of.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let moment = Timestamp::from_millis;
    let sql = "SELECT record::id(id) AS key, $this AS row FROM reminder";
    for Keyed { key, row } in all::<Keyed<ReminderRow>>(database, sql).await? {
        let reminder = Reminder {
            id: ReminderId(key),
            user: UserId(row.user),
            text: row.text,
            message: row.message.map(PlaceRow::place),
            due_at: moment(row.due_at),
            created_at: moment(row.created_at),
            state: match row.state.as_str() {
                "waiting" => ReminderState::Waiting,
                "due" => ReminderState::Due,
                _ => ReminderState::Done,
            },
            done_at: row.done_at.map(moment),
            version: small(row.version),
        };
        directory.apply(&Fact::Reminder(reminder));
    }
    Ok(())
}

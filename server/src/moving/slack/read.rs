//! Reading an export on a thread that may wait for the disk. What cannot be understood is noted, and the rest goes on.

use super::{
    Progress, Report,
    archive::{Archive, Unread},
    people::MOST as MOST_PEOPLE,
    rooms::LISTS,
    said::{Reader, Said},
    shapes::{Conversation, Message, User},
    words::Names,
};
use crate::{directory::ChannelKind, moving::problems::Kind};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
};
use tokio::sync::mpsc;

/// The longest that one message can be, in bytes of JSON.
const LONGEST: usize = 1 << 20;

/// What the reading hands on.
#[derive(Debug)]
pub(super) enum Piece {
    /// Messages of the conversation whose turn it is, in the order of time.
    Portion(Vec<Said>),
    /// There are no more of this conversation.
    End,
}

/// The lists of an export.
pub(super) type Lists = (Vec<User>, Vec<(ChannelKind, Vec<Conversation>)>);

/// Reads who is in an export and which conversations.
pub(super) fn lists(archive: &mut Archive, report: &Report) -> Lists {
    let mut users: Vec<User> = entries(archive, "users.json", Kind::PersonUnreadable, report);
    if users.is_empty() {
        users = entries(archive, "org_users.json", Kind::PersonUnreadable, report);
    }
    for user in users.drain(users.len().min(MOST_PEOPLE)..) {
        report.with().note(Kind::PersonUnreadable, "users.json", user.name.as_deref().unwrap_or_default());
    }
    let conversations = LISTS.map(|(name, kind)| (kind, entries(archive, name, Kind::ConversationUnreadable, report)));
    super::note_strange(archive, &mut report.with());
    (users, conversations.into())
}

fn entries<T: DeserializeOwned>(archive: &mut Archive, name: &str, kind: Kind, report: &Report) -> Vec<T> {
    let Some(text) = archive.list(name) else { return Vec::new() };
    let mut problems = report.with();
    let text = text.unwrap_or_default();
    let Ok(list) = serde_json::from_slice::<Vec<&RawValue>>(&text) else {
        problems.note(kind, name, "");
        return Vec::new();
    };
    let mut read = Vec::with_capacity(list.len().min(MOST_PEOPLE));
    for (place, entry) in list.iter().enumerate() {
        match one(entry) {
            Some(one) => read.push(one),
            None => problems.note(kind, name, &format!("entry {}", place + 1)),
        }
    }
    read
}

/// A derived reader would take a list for an object.
fn one<T: DeserializeOwned>(entry: &RawValue) -> Option<T> {
    let fits = entry.get().len() <= LONGEST && entry.get().starts_with('{');
    fits.then(|| serde_json::from_str(entry.get()).ok()).flatten()
}

/// Everything that reading the messages needs.
pub(super) struct Reading {
    pub(super) archive: Archive,
    /// The folder of each conversation, and what it is called in the report.
    pub(super) rooms: Vec<(String, String)>,
    pub(super) names: Names,
    pub(super) bots: BTreeMap<String, String>,
    /// How many messages are handed on at a time.
    pub(super) portion: usize,
    pub(super) report: Report,
    pub(super) progress: Arc<Progress>,
}

impl Reading {
    /// Reads all conversations in their order, until nobody takes it any more.
    pub(super) fn run(mut self, pieces: &mpsc::Sender<Piece>) {
        for (folder, place) in std::mem::take(&mut self.rooms) {
            let mut waiting = Vec::new();
            for (day, index) in self.archive.days(&folder) {
                waiting.extend(self.day(&place, &format!("{folder}/{day}"), index));
                self.progress.days.fetch_add(1, Ordering::Relaxed);
                while waiting.len() >= self.portion {
                    let rest = waiting.split_off(self.portion);
                    let portion = std::mem::replace(&mut waiting, rest);
                    if pieces.blocking_send(Piece::Portion(portion)).is_err() {
                        return;
                    }
                }
            }
            let last = (!waiting.is_empty()).then_some(Piece::Portion(waiting));
            for piece in last.into_iter().chain([Piece::End]) {
                if pieces.blocking_send(piece).is_err() {
                    return;
                }
            }
        }
    }

    fn day(&mut self, place: &str, name: &str, index: usize) -> Vec<Said> {
        let unread = |why: &str| self.report.with().note(Kind::DayUnreadable, place, &format!("{name}: {why}"));
        let text = match self.archive.json(index) {
            Ok(text) => text,
            Err(why) => {
                unread(if matches!(why, Unread::TooLarge) { "too large" } else { "damaged" });
                return Vec::new();
            }
        };
        let Ok(list) = serde_json::from_slice::<Vec<&RawValue>>(&text) else {
            unread("not a list in JSON");
            return Vec::new();
        };
        let reader = Reader { names: &self.names, bots: &self.bots, place };
        let mut problems = self.report.with();
        let mut said = Vec::with_capacity(list.len());
        for entry in &list {
            match one::<Message>(entry) {
                Some(message) => said.extend(reader.read(&self.archive, &message, &mut problems)),
                None => problems.note(Kind::MessageUnreadable, place, name),
            }
        }
        said.sort_by(|a, b| (a.micros, &a.key).cmp(&(b.micros, &b.key)));
        said
    }
}

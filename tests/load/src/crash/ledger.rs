//! What the server has promised: every acknowledged message, edit, deletion and read mark.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};

use super::observer::{Happened, Told};

/// Written by everyone who works, read by those who verify.
#[derive(Clone)]
pub(super) struct Ledger(Arc<Mutex<Pages>>);

pub(super) struct Pages {
    pub(super) channels: Vec<Channel>,
    /// Where the message with a key is.
    places: HashMap<String, (usize, u64)>,
    pub(super) edits: u64,
    pub(super) deletions: u64,
}

/// The promises of one channel.
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) messages: BTreeMap<u64, Entry>,
    /// Edited or deleted since they were last compared.
    pub(super) touched: BTreeSet<u64>,
    /// How far each person has read.
    pub(super) read: Vec<u64>,
}

/// A message as it has to be.
pub(super) struct Entry {
    pub(super) key: String,
    /// The person's index.
    pub(super) author: usize,
    pub(super) body: String,
    pub(super) deleted: bool,
}

impl Ledger {
    pub(super) fn new(channels: Vec<String>, people: usize) -> Self {
        let channel = |id| Channel { id, messages: BTreeMap::new(), touched: BTreeSet::new(), read: vec![0; people] };
        let channels = channels.into_iter().map(channel).collect();
        Self(Arc::new(Mutex::new(Pages { channels, places: HashMap::new(), edits: 0, deletions: 0 })))
    }

    pub(super) fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    /// A send was acknowledged, perhaps for the second time.
    pub(super) fn sent(&mut self, channel: usize, number: u64, entry: Entry) -> Result<()> {
        let author = entry.author;
        if let Some(place) = self.places.get(&entry.key) {
            ensure!(
                *place == (channel, number),
                "key {} was acknowledged as {place:?} and as {:?}",
                entry.key,
                (channel, number)
            );
            return Ok(());
        }
        self.places.insert(entry.key.clone(), (channel, number));
        let key = entry.key.clone();
        if let Some(other) = self.channels[channel].messages.insert(number, entry) {
            anyhow::bail!("number {number} of channel {channel} was given to {} and to {key}", other.key);
        }
        self.read(channel, author, number);
        Ok(())
    }

    pub(super) fn edited(&mut self, channel: usize, number: u64, body: &str) {
        self.edits += 1;
        body.clone_into(&mut self.touch(channel, number).body);
    }

    pub(super) fn deleted(&mut self, channel: usize, number: u64) {
        self.deletions += 1;
        self.touch(channel, number).deleted = true;
    }

    fn touch(&mut self, channel: usize, number: u64) -> &mut Entry {
        let channel = &mut self.channels[channel];
        channel.touched.insert(number);
        channel.messages.get_mut(&number).expect("people change only what was acknowledged")
    }

    /// A read mark was acknowledged. Gives where the mark has to be now.
    pub(super) fn read(&mut self, channel: usize, person: usize, number: u64) -> u64 {
        let mark = &mut self.channels[channel].read[person];
        *mark = number.max(*mark);
        *mark
    }

    pub(super) fn messages(&self) -> usize {
        self.places.len()
    }

    pub(super) fn last_numbers(&self) -> Vec<u64> {
        self.channels.iter().map(Channel::last).collect()
    }

    /// How many messages were created after these numbers.
    pub(super) fn created_after(&self, numbers: &[u64]) -> u64 {
        self.channels.iter().zip(numbers).map(|(channel, number)| channel.last() - number).sum()
    }

    /// Compares what events told with what was promised: every message after `before` once and in order, and for all that was
    /// told the last word on it.
    pub(super) fn check_told(&self, before: &[u64], told: &[Told]) -> Result<()> {
        let mut next: Vec<u64> = before.iter().map(|number| number + 1).collect();
        let mut last_word: BTreeMap<(usize, u64), &Happened> = BTreeMap::new();
        for event in told {
            let Some(channel) = self.channels.iter().position(|channel| channel.id == event.channel) else {
                continue;
            };
            if matches!(event.what, Happened::Created(_)) {
                ensure!(
                    event.number == next[channel],
                    "channel {channel}: message {} was told where {} was due",
                    event.number,
                    next[channel]
                );
                next[channel] += 1;
            }
            last_word.insert((channel, event.number), &event.what);
        }
        for (index, channel) in self.channels.iter().enumerate() {
            ensure!(
                next[index] == channel.last() + 1,
                "channel {index}: told up to {}, promised up to {}",
                next[index] - 1,
                channel.last()
            );
        }
        for ((channel, number), what) in last_word {
            let entry = self.channels[channel].messages.get(&number);
            let right = entry.is_some_and(|entry| match what {
                Happened::Created(body) | Happened::Updated(body) => !entry.deleted && entry.body == *body,
                Happened::Deleted => entry.deleted,
            });
            ensure!(
                right,
                "channel {channel}: the last event on message {number} is {what:?}, which is not what was promised"
            );
        }
        Ok(())
    }
}

impl Channel {
    pub(super) fn last(&self) -> u64 {
        self.messages.last_key_value().map_or(0, |(number, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two messages of ann and bob, the second edited, told as they happened.
    fn pages() -> Pages {
        let ledger = Ledger::new(vec!["general".to_owned()], 2);
        let mut pages = ledger.0.lock().unwrap();
        for (number, author) in [(1, 0), (2, 1)] {
            pages.sent(0, number, entry(&format!("key {number}"), author)).unwrap();
        }
        pages.edited(0, 2, "better");
        std::mem::replace(&mut pages, Pages { channels: Vec::new(), places: HashMap::new(), edits: 0, deletions: 0 })
    }

    fn entry(key: &str, author: usize) -> Entry {
        Entry { key: key.to_owned(), author, body: "body".to_owned(), deleted: false }
    }

    fn told(number: u64, what: Happened) -> Told {
        Told { channel: "general".to_owned(), number, what }
    }

    fn created(number: u64) -> Told {
        told(number, Happened::Created("body".to_owned()))
    }

    fn updated() -> Told {
        told(2, Happened::Updated("better".to_owned()))
    }

    #[test]
    fn what_was_promised_and_told_once_is_right() {
        pages().check_told(&[0], &[created(1), created(2), updated()]).unwrap();
        pages().check_told(&[1], &[created(2), updated()]).unwrap();
    }

    #[test]
    fn a_doubled_a_lost_and_a_misplaced_event_are_found() {
        assert!(pages().check_told(&[0], &[created(1), created(1), created(2), updated()]).is_err());
        assert!(pages().check_told(&[0], &[created(1)]).is_err());
        assert!(pages().check_told(&[0], &[created(2), created(1), updated()]).is_err());
    }

    #[test]
    fn an_edit_that_was_not_told_is_found() {
        assert!(pages().check_told(&[0], &[created(1), created(2)]).is_err());
    }

    #[test]
    fn one_key_with_two_numbers_and_one_number_with_two_keys_are_found() {
        let mut pages = pages();
        assert!(pages.sent(0, 3, entry("key 1", 0)).is_err());
        assert!(pages.sent(0, 1, entry("key 3", 0)).is_err());
        assert!(pages.sent(0, 1, entry("key 1", 0)).is_ok());
    }
}

//! People who send, edit, delete and read, one thing after the other, until the server is gone.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use futures_util::future::join_all;
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::ledger::{Entry, Ledger};
use crate::client::{Answer, Client};
use crate::team::Person;

pub(super) struct People(Vec<Worker>);

/// One person with what they remember.
pub(super) struct Worker {
    index: usize,
    person: Person,
    random: Rng,
    role: Role,
    sent: u64,
    /// Own messages that may still be changed.
    recent: Vec<(usize, u64)>,
    /// What had no answer when the server was killed.
    in_doubt: Option<Action>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Writes,
    OnlyReads,
}

enum Action {
    Send { channel: usize, key: String, body: String },
    Edit { channel: usize, number: u64, body: String },
    Delete { channel: usize, number: u64 },
    Read { channel: usize, number: u64 },
}

/// Whether a send was new to the server.
#[derive(PartialEq, Eq)]
enum Known {
    New,
    Already,
}

#[derive(Deserialize)]
struct Sent {
    number: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marked {
    read_number: u64,
}

/// How many own messages a person may go back to.
const REMEMBERED: usize = 20;

impl People {
    /// The last one only reads.
    pub(super) fn new(people: &[Person], seed: u64) -> Self {
        let worker = |(index, person): (usize, &Person)| Worker {
            index,
            person: person.clone(),
            random: Rng::with_seed(seed.wrapping_add(index as u64)),
            role: if index + 1 == people.len() { Role::OnlyReads } else { Role::Writes },
            sent: 0,
            recent: Vec::new(),
            in_doubt: None,
        };
        Self(people.iter().enumerate().map(worker).collect())
    }

    /// Everyone works until the server is gone. [`Self::gather`] takes them back.
    pub(super) fn work(
        &mut self,
        address: SocketAddr,
        ledger: &Ledger,
        pause: Duration,
    ) -> Vec<JoinHandle<Result<Worker>>> {
        let work = |worker: Worker| tokio::spawn(worker.work(address, ledger.clone(), pause));
        self.0.drain(..).map(work).collect()
    }

    /// Takes people back from work. Gives how many have something in doubt.
    pub(super) async fn gather(&mut self, working: Vec<JoinHandle<Result<Worker>>>) -> Result<usize> {
        for worker in join_all(working).await {
            self.0.push(worker??);
        }
        Ok(self.0.iter().filter(|worker| worker.in_doubt.is_some()).count())
    }

    /// Asks again for everything in doubt. Gives how many sends had been written before the kill.
    pub(super) async fn resolve(&mut self, address: SocketAddr, ledger: &Ledger) -> Result<usize> {
        let mut written = 0;
        for worker in &mut self.0 {
            let Some(action) = worker.in_doubt.take() else {
                continue;
            };
            let mut client = worker.person.client(address);
            let answer = worker.ask(&mut client, &action, ledger).await?;
            written += usize::from(worker.note(&mut client, &action, &answer, ledger).await? == Known::Already);
        }
        Ok(written)
    }
}

impl Worker {
    async fn work(mut self, address: SocketAddr, ledger: Ledger, pause: Duration) -> Result<Self> {
        let mut client = self.person.client(address);
        let pause = if self.role == Role::OnlyReads { pause + Duration::from_millis(20) } else { pause };
        loop {
            let Some(action) = self.choose(&ledger) else {
                sleep(Duration::from_millis(5)).await;
                continue;
            };
            let Ok(answer) = self.ask(&mut client, &action, &ledger).await else {
                self.in_doubt = Some(action);
                return Ok(self);
            };
            self.note(&mut client, &action, &answer, &ledger).await?;
            sleep(pause.mul_f64(self.random.f64() * 2.0)).await;
        }
    }

    /// What to do next; nothing while there is nothing to read yet.
    fn choose(&mut self, ledger: &Ledger) -> Option<Action> {
        let dice = self.random.u32(..100);
        if self.role == Role::OnlyReads || dice < 5 {
            let pages = ledger.pages();
            let channel = self.random.usize(..pages.channels.len());
            let last = pages.channels[channel].last();
            return (last > 0).then(|| Action::Read { channel, number: self.random.u64(1..=last) });
        }
        if dice < 20 && !self.recent.is_empty() {
            let place = self.random.usize(..self.recent.len());
            if dice < 10 {
                let (channel, number) = self.recent.swap_remove(place);
                return Some(Action::Delete { channel, number });
            }
            let (channel, number) = self.recent[place];
            let body = format!("edited by {} at {}", self.index, self.random.u64(..));
            return Some(Action::Edit { channel, number, body });
        }
        self.sent += 1;
        let channel = self.random.usize(..ledger.pages().channels.len());
        let key = format!("{}-{}-{:08x}", self.index, self.sent, self.random.u32(..));
        let body = format!("message {key} {}", "word ".repeat(self.random.usize(1..40)));
        Some(Action::Send { channel, key, body: body.trim_end().to_owned() })
    }

    async fn ask(&self, client: &mut Client, action: &Action, ledger: &Ledger) -> Result<Answer> {
        let path = |channel: usize| format!("/api/v1/channels/{}", ledger.pages().channels[channel].id);
        let (method, path, body) = match action {
            Action::Send { channel, key, body } => {
                (Method::POST, format!("{}/messages", path(*channel)), Some(json!({"body": body, "clientKey": key})))
            }
            Action::Edit { channel, number, body } => {
                (Method::PATCH, format!("{}/messages/{number}", path(*channel)), Some(json!({"body": body})))
            }
            Action::Delete { channel, number } => {
                (Method::DELETE, format!("{}/messages/{number}", path(*channel)), None)
            }
            Action::Read { channel, number } => {
                (Method::PUT, format!("{}/read", path(*channel)), Some(json!({"number": number})))
            }
        };
        client.call(method, &path, body.as_ref()).await
    }

    /// Writes an acknowledgement into the ledger.
    async fn note(&mut self, client: &mut Client, action: &Action, answer: &Answer, ledger: &Ledger) -> Result<Known> {
        let mut known = Known::New;
        match action {
            Action::Send { channel, key, body } => {
                let sent: Sent = answer.data("sending")?;
                let entry = Entry { key: key.clone(), author: self.index, body: body.clone(), deleted: false };
                ledger.pages().sent(*channel, sent.number, entry)?;
                self.remember(*channel, sent.number);
                if answer.status == 200 {
                    known = Known::Already;
                }
            }
            Action::Edit { channel, number, body } => {
                answer.data::<Sent>("editing")?;
                ledger.pages().edited(*channel, *number, body);
            }
            Action::Delete { channel, number } => {
                if !answer.is_success() {
                    self.confirm_deletion(client, *channel, *number, answer, ledger).await?;
                }
                ledger.pages().deleted(*channel, *number);
            }
            Action::Read { channel, number } => {
                let marked: Marked = answer.data("marking read")?;
                let due = ledger.pages().read(*channel, self.index, *number);
                ensure!(marked.read_number == due, "the mark is at {}, not at {due}", marked.read_number);
            }
        }
        Ok(known)
    }

    /// Deleting again what the kill left deleted may be refused, but then it has to be gone.
    async fn confirm_deletion(
        &self,
        client: &mut Client,
        channel: usize,
        number: u64,
        refusal: &Answer,
        ledger: &Ledger,
    ) -> Result<()> {
        let path = format!("/api/v1/channels/{}/messages/{number}", ledger.pages().channels[channel].id);
        let message: Value = client.get(&path).await?;
        if message["deletedAt"].is_null() {
            bail!("deleting {number} was refused with {refusal}");
        }
        Ok(())
    }

    fn remember(&mut self, channel: usize, number: u64) {
        self.recent.push((channel, number));
        if self.recent.len() > REMEMBERED {
            self.recent.remove(0);
        }
    }
}

//! A client that only listens: live until the kill, then resuming by cursor.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::socket::{Event, Frame, Resume, Socket};

/// What an event said about a message.
pub(super) struct Told {
    pub(super) channel: String,
    pub(super) number: u64,
    pub(super) what: Happened,
}

#[derive(Debug)]
pub(super) enum Happened {
    Created(String),
    Updated(String),
    Deleted,
}

/// Everything a client was told, and the cursor of the last of it.
pub(super) struct Story {
    pub(super) told: Vec<Told>,
    pub(super) cursor: String,
}

/// More missed events than this may be answered with a reset.
const REPLAY_LIMIT: u64 = 5000;

impl Story {
    pub(super) fn from(cursor: String) -> Self {
        Self { told: Vec::new(), cursor }
    }

    /// Listens in the background until the socket dies.
    pub(super) fn listen(mut self, mut socket: Socket) -> JoinHandle<Self> {
        tokio::spawn(async move {
            while let Some(text) = socket.text().await {
                // A frame cut by the kill is no frame.
                if let Ok(Frame::Event(event)) = serde_json::from_str(&text) {
                    self.add(&event);
                }
            }
            self
        })
    }

    /// Goes on from the cursor until `messages` creations are known, and a little further: until the answer to a ping, so that one told
    /// twice would be seen. Says whether the server replayed; it may refuse when too much was missed.
    pub(super) async fn resume(&mut self, socket: &mut Socket, messages: u64) -> Result<Resume> {
        let ready = socket.hello(Some(&self.cursor)).await?;
        if ready.resume == Resume::Reset {
            ensure!(messages > REPLAY_LIMIT / 2, "a reset after {messages} messages");
            return Ok(Resume::Reset);
        }
        while self.created() < messages {
            let frame =
                socket.frame().await.with_context(|| format!("{} of {messages} messages were told", self.created()))?;
            if let Frame::Event(event) = frame {
                self.add(&event);
            }
        }
        socket.ping().await?;
        loop {
            match socket.frame().await? {
                Frame::Event(event) => self.add(&event),
                Frame::Pong => return Ok(Resume::Replayed),
                Frame::Ready(_) | Frame::Other => {}
            }
        }
    }

    fn created(&self) -> u64 {
        self.told.iter().filter(|told| matches!(told.what, Happened::Created(_))).count() as u64
    }

    fn add(&mut self, event: &Event) {
        self.cursor.clone_from(&event.cursor);
        let message = &event.data["message"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let what = match event.name.as_str() {
            "message.created" => Happened::Created(text(&message["body"])),
            "message.updated" => Happened::Updated(text(&message["body"])),
            "message.deleted" => Happened::Deleted,
            _ => return,
        };
        self.told.push(Told {
            channel: text(&message["channelId"]),
            number: message["number"].as_u64().unwrap_or_default(),
            what,
        });
    }
}

//! One client's connection, from its hello to its end.

use super::{
    hub::{Close, Outgoing, Socket},
    presence::State,
    protocol::{self, DEAD, Extent, Hello, Incoming, PING, Resume},
};
use crate::{
    accounts::{Actor, session_of_token},
    app::App,
    ids::SessionId,
    journal::{Cursor, Missed},
};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{SinkExt, StreamExt};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// How long a client may take to say hello.
const HELLO: Duration = Duration::from_secs(5);
/// How long a frame may take to leave; a client that does not read for so long is too slow.
const SEND: Duration = Duration::from_secs(20);
/// How many frames are sent between two looks at what came in.
const BURST: usize = 64;
/// How many frames a client may send in a second, averaged over ten.
const INCOMING_A_SECOND: f64 = 10.0;

/// Why a connection ended.
enum End {
    /// The client went away.
    Gone,
    /// The server closes it.
    Close(u16),
}

impl From<Close> for End {
    fn from(why: Close) -> Self {
        Self::Close(why as u16)
    }
}

impl From<axum::Error> for End {
    fn from(_: axum::Error) -> Self {
        Self::Gone
    }
}

/// Serves one connection. `session` is who the upgrade request came from, if it said.
pub(super) async fn serve(app: Arc<App>, mut socket: WebSocket, session: Option<SessionId>) {
    let end = match greet(&app, &mut socket, session).await {
        Ok((session, hello)) => run(&app, &mut socket, session, hello).await,
        Err(end) => end,
    };
    if let End::Close(code) = end {
        let frame = CloseFrame { code, reason: Utf8Bytes::default() };
        // Dropping a socket with unread input resets it, and the client might never see the code:
        // so what still comes is read until the client closes too, for a moment.
        let goodbye = async {
            if socket.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = socket.next().await {}
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    }
}

/// Waits for the first hello and finds out who it is.
async fn greet(app: &App, socket: &mut WebSocket, session: Option<SessionId>) -> Result<(SessionId, Hello), End> {
    let first = tokio::select! {
        first = tokio::time::timeout(HELLO, next_text(socket)) => first,
        () = app.shutdown.cancelled() => return Err(Close::Restarting.into()),
    };
    let text = first.map_err(|_| End::from(Close::NotSignedIn))??;
    let Ok(Incoming::Hello(hello)) = serde_json::from_str(&text) else { return Err(Close::Protocol.into()) };
    let session = match (&hello.token, session) {
        (Some(token), _) => session_of_token(token, app).map_err(|_| End::from(Close::NotSignedIn))?,
        (None, Some(session)) => session,
        (None, None) => return Err(Close::NotSignedIn.into()),
    };
    Ok((session, hello))
}

async fn next_text(socket: &mut WebSocket) -> Result<Utf8Bytes, End> {
    loop {
        match socket.next().await.ok_or(End::Gone)?? {
            Message::Text(text) => return Ok(text),
            Message::Close(_) => return Err(End::Gone),
            _ => {}
        }
    }
}

async fn run(app: &App, socket: &mut WebSocket, session: SessionId, hello: Hello) -> End {
    let found = {
        let directory = app.journal.directory();
        Actor::of(&directory, session).and_then(|actor| Some((directory.people.get(&actor.user)?.sees_since, actor)))
    };
    let Some((sees_since, actor)) = found else { return Close::NotSignedIn.into() };
    if actor.require_scope(crate::directory::Scope::Read).is_err() {
        return Close::NotSignedIn.into();
    }
    if actor.is_held_up() {
        return Close::SetUpFirst.into();
    }
    let Some((own, outgoing)) = app.realtime.add(actor.user, session, Some(sees_since)) else {
        return Close::TooSlow.into();
    };
    // The session may have ended between the look above and now; whoever ended it did not find
    // this socket, so it looks again itself.
    let still = Actor::of(&app.journal.directory(), session);
    let end = if still.as_ref().is_none_or(Actor::is_held_up) {
        if still.is_none() { Close::NotSignedIn.into() } else { Close::SetUpFirst.into() }
    } else {
        let connection = Connection {
            app,
            socket,
            own: &own,
            after: None,
            heard: Instant::now(),
            credit: 10.0 * INCOMING_A_SECOND,
            typed: None,
        };
        connection.talk(outgoing, hello).await
    };
    app.realtime.remove(&own);
    end
}

struct Connection<'a> {
    app: &'a App,
    socket: &'a mut WebSocket,
    own: &'a Arc<Socket>,
    /// Events up to here were sent already.
    after: Option<Cursor>,
    heard: Instant,
    /// How many more frames the client may send now.
    credit: f64,
    typed: Option<Instant>,
}

impl Connection<'_> {
    async fn talk(mut self, mut outgoing: mpsc::Receiver<Outgoing>, hello: Hello) -> End {
        if let Err(end) = self.greeted(hello).await {
            return end;
        }
        let mut ping = tokio::time::interval_at((Instant::now() + PING).into(), PING);
        let mut burst = Vec::with_capacity(4);
        loop {
            let step = tokio::select! {
                code = self.own.closed() => Err(End::Close(code)),
                () = self.app.shutdown.cancelled() => Err(Close::Restarting.into()),
                _ = ping.tick() => self.ping().await,
                incoming = self.socket.next() => self.incoming(incoming, &mut outgoing).await,
                count = outgoing.recv_many(&mut burst, BURST) => {
                    if count == 0 { Err(End::Gone) } else { self.send_burst(&mut burst).await }
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > DEAD {
            return Err(End::Gone);
        }
        self.send(Message::Ping(axum::body::Bytes::new())).await
    }

    async fn send_burst(&mut self, burst: &mut Vec<Outgoing>) -> Result<(), End> {
        let Self { socket, after, .. } = self;
        let sending = async {
            for outgoing in burst.drain(..) {
                let frame = match outgoing {
                    Outgoing::Event(event, frame) => {
                        if after.as_ref().is_some_and(|after| !event.is_after(after)) {
                            continue;
                        }
                        frame
                    }
                    Outgoing::Fleeting(fleeting) => match &fleeting.frame {
                        Some(frame) => frame.clone(),
                        None => continue,
                    },
                };
                socket.feed(Message::Text(frame)).await?;
            }
            socket.flush().await
        };
        match tokio::time::timeout(SEND, sending).await {
            Ok(sent) => sent.map_err(End::from),
            Err(_) => Err(Close::TooSlow.into()),
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match tokio::time::timeout(SEND, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(End::from),
            Err(_) => Err(Close::TooSlow.into()),
        }
    }

    async fn incoming(
        &mut self,
        incoming: Option<Result<Message, axum::Error>>,
        outgoing: &mut mpsc::Receiver<Outgoing>,
    ) -> Result<(), End> {
        let message = incoming.ok_or(End::Gone)??;
        let earned = self.heard.elapsed().as_secs_f64() * INCOMING_A_SECOND;
        self.heard = Instant::now();
        self.credit = (self.credit + earned).min(10.0 * INCOMING_A_SECOND) - 1.0;
        if self.credit < 0.0 {
            return Err(Close::Protocol.into());
        }
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => return Err(End::Gone),
            Message::Binary(_) => return Err(Close::Protocol.into()),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
        };
        match serde_json::from_str(&text) {
            Ok(Incoming::Hello(hello)) => self.greeted(hello).await,
            Ok(Incoming::Typing { channel_id }) => {
                self.typing(channel_id);
                Ok(())
            }
            Ok(Incoming::Presence { state }) => {
                self.app.realtime.set_state(self.own, state.into());
                Ok(())
            }
            Ok(Incoming::Ping) => self.pong(outgoing).await,
            Err(_) => Err(Close::Protocol.into()),
        }
    }

    /// Answers a ping with a cursor that the client can go on from: whatever is queued before it is
    /// sent first.
    async fn pong(&mut self, outgoing: &mut mpsc::Receiver<Outgoing>) -> Result<(), End> {
        if let Some(queued) = self.app.realtime.queued() {
            let mut burst = Vec::new();
            while let Ok(frame) = outgoing.try_recv() {
                burst.push(frame);
            }
            self.send_burst(&mut burst).await?;
            if self.after.as_ref().is_none_or(|after| queued.is_after(after)) {
                self.after = Some(queued);
            }
        }
        let cursor = self.after.clone().unwrap_or_else(|| self.app.journal.cursor());
        self.send(Message::Text(protocol::pong(&cursor))).await
    }

    /// Answers a hello: what was missed, or the word to load afresh; then everyone's presence.
    async fn greeted(&mut self, hello: Hello) -> Result<(), End> {
        if hello.protocol != protocol::VERSION {
            return Err(Close::Update.into());
        }
        let state = if hello.visible == Some(false) { State::Away } else { State::Active };
        self.app.realtime.set_state(self.own, state);
        let (user, oldest) = {
            let directory = self.app.journal.directory();
            let person = directory.active_person(self.own.user).map_err(|_| End::from(Close::NotSignedIn))?;
            (person.view(), person.sees_since)
        };
        let missed = match hello.cursor.as_deref().and_then(Cursor::parse) {
            Some(cursor) => self.app.journal.missed(&cursor, oldest).await.map_err(|_| End::Gone)?,
            None => Missed::TooMuch,
        };
        match missed {
            Missed::Events(events, newest) => {
                self.feed(protocol::ready(Resume::Replayed, &newest, &user, self.app.room.is_full())).await?;
                for event in events {
                    let allowed = {
                        let directory = self.app.journal.directory();
                        event.audience.includes(&directory, user.id, user.role)
                    };
                    if allowed {
                        self.feed(event.frame(self.app.journal.epoch()).into()).await?;
                    }
                }
                self.after = Some(newest);
            }
            Missed::TooMuch => {
                let cursor = self.app.journal.cursor();
                self.feed(protocol::ready(Resume::Reset, &cursor, &user, self.app.room.is_full())).await?;
                self.after = Some(cursor);
            }
        }
        let everyone = self.app.realtime.presence.all();
        self.send(Message::Text(protocol::presence(&everyone, Extent::Everyone))).await
    }

    async fn feed(&mut self, frame: Utf8Bytes) -> Result<(), End> {
        match tokio::time::timeout(SEND, self.socket.feed(Message::Text(frame))).await {
            Ok(fed) => fed.map_err(End::from),
            Err(_) => Err(Close::TooSlow.into()),
        }
    }

    /// Passes typing on to those who may know of it, at most once a second.
    fn typing(&mut self, channel: crate::ids::ChannelId) {
        if self.typed.is_some_and(|typed| typed.elapsed() < Duration::from_secs(1)) {
            return;
        }
        let directory = self.app.journal.directory();
        let user = self.own.user;
        if directory.channels.get(&channel).is_some_and(|channel| directory.relation(channel, user).member) {
            self.typed = Some(Instant::now());
            self.app.realtime.tell_members(&directory, channel, user, protocol::typing(channel, user));
        }
    }
}

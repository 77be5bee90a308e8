//! One client's connection, from its welcome to its end.

use super::{
    door::actor_of,
    words::{self, Created},
};
use crate::{
    accounts::Actor,
    app::App,
    ids::{ChannelId, SessionId, UserId},
    journal::{Audience, Event},
    realtime::{
        hub::{Close, Outgoing, Socket},
        presence::State,
        protocol::News,
    },
};
use serde::Serialize;
use serde_json::{Value, json};
use socketioxide::{
    SendError, SocketError,
    extract::{AckSender, Event as Name, SocketRef, TryData},
};
use std::{
    collections::{HashMap, HashSet},
    future::ready,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How long a packet may wait to leave; a client that does not read for so long is too slow.
const SEND: Duration = Duration::from_secs(20);
/// How soon is tried again to hand over a packet to a client that is behind.
const RETRY: Duration = Duration::from_millis(25);
/// How many events of a client may wait while one of them is dealt with.
const ASKS: usize = 64;
/// How many events a client may send in a second, averaged over ten.
pub(super) const ASKS_A_SECOND: f64 = 10.0;
/// How long somebody is typing who says nothing more of it.
const TYPING: Duration = Duration::from_secs(6);

/// Why a connection ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// The client went away, or the hub stops.
    Gone,
    /// The hub ends it.
    Close,
}

pub(super) struct Asked {
    pub name: String,
    pub content: Value,
    pub ack: AckSender,
}

/// Begins to serve a client that has just been let in.
pub(super) fn start(app: &Arc<App>, actor: Actor, socket: SocketRef) {
    let (asks, asked) = mpsc::channel(ASKS);
    let (gone, flooded) = (CancellationToken::new(), CancellationToken::new());
    let overrun = flooded.clone();
    // What stands before the future runs where packets are read, so events stay in the order in which they came.
    socket.on_fallback(move |Name(name): Name, TryData(content): TryData<Value>, ack: AckSender| {
        let content = content.unwrap_or(Value::Null);
        if asks.try_send(Asked { name, content, ack }).is_err() {
            overrun.cancel();
        }
        ready(())
    });
    let left = gone.clone();
    socket.on_disconnect(move || {
        left.cancel();
        ready(())
    });
    let hub = Arc::clone(app);
    app.tasks.spawn(async move {
        let signals = Signals { gone, flooded };
        if serve(&hub, &actor, &socket, asked, signals).await == End::Close {
            // Where not even this fits, the connection ends with the next ping that does not.
            let _ = socket.disconnect();
        }
    });
}

/// What ends a connection from the client's side.
struct Signals {
    gone: CancellationToken,
    flooded: CancellationToken,
}

async fn serve(
    app: &Arc<App>,
    actor: &Actor,
    socket: &SocketRef,
    mut asked: mpsc::Receiver<Asked>,
    signals: Signals,
) -> End {
    let Some((own, mut outgoing)) = app.realtime.add(actor.user, actor.session, None) else { return End::Close };
    let mut connection = Connection {
        app,
        socket,
        own,
        user: actor.user,
        session: actor.session,
        address: actor.address.clone(),
        rooms: HashSet::new(),
        here: HashSet::new(),
        typing: HashMap::new(),
        heard: Instant::now(),
        credit: 10.0 * ASKS_A_SECOND,
        typed: None,
    };
    let end = loop {
        match connection.talk(&mut outgoing, &mut asked, &signals).await {
            Stop::End(end) => break end,
            // The person sees the team with other eyes. This client holds no picture of it, so it goes on.
            Stop::Afresh => match app.realtime.add(connection.user, connection.session, None) {
                Some((own, next)) => {
                    app.realtime.set_state(&own, State::Active);
                    let before = std::mem::replace(&mut connection.own, own);
                    app.realtime.remove(&before);
                    outgoing = next;
                }
                None => break End::Close,
            },
        }
    };
    app.realtime.remove(&connection.own);
    end
}

enum Stop {
    End(End),
    Afresh,
}

impl From<End> for Stop {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

pub(super) struct Connection<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) socket: &'a SocketRef,
    pub(super) own: Arc<Socket>,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) address: String,
    /// What the client wants to hear of.
    pub(super) rooms: HashSet<ChannelId>,
    /// Who is here, as far as the client was told.
    pub(super) here: HashSet<UserId>,
    /// Who is typing where, as far as the client was told, and when they will have stopped.
    pub(super) typing: HashMap<(ChannelId, UserId), Instant>,
    pub(super) heard: Instant,
    /// How many more events the client may send now.
    pub(super) credit: f64,
    pub(super) typed: Option<Instant>,
}

impl Connection<'_> {
    async fn talk(
        &mut self,
        outgoing: &mut mpsc::Receiver<Outgoing>,
        asked: &mut mpsc::Receiver<Asked>,
        signals: &Signals,
    ) -> Stop {
        // The session may have ended before this socket stood in the hub.
        if actor_of(self.app, self.session).is_none() {
            return End::Close.into();
        }
        if let Err(end) = self.welcome().await {
            return end.into();
        }
        loop {
            let stopped = self.typing.values().min().copied();
            let step = tokio::select! {
                code = self.own.closed() => return self.closed(code),
                () = self.app.shutdown.cancelled() => Err(End::Gone),
                () = signals.gone.cancelled() => Err(End::Gone),
                () = signals.flooded.cancelled() => Err(End::Close),
                Some(asked) = asked.recv() => self.asked(asked).await,
                Some(news) = outgoing.recv() => self.told(news).await,
                () = until(stopped) => self.typing_ended().await,
            };
            if let Err(end) = step {
                return end.into();
            }
        }
    }

    fn closed(&self, code: u16) -> Stop {
        match code {
            code if code == Close::Restarting as u16 => End::Gone.into(),
            code if code == Close::AccessRemoved as u16 && actor_of(self.app, self.session).is_some() => Stop::Afresh,
            _ => End::Close.into(),
        }
    }

    /// Tells who is here; the client itself is.
    async fn welcome(&mut self) -> Result<(), End> {
        if !self.here.is_empty() {
            return Ok(());
        }
        self.app.realtime.set_state(&self.own, State::Active);
        let here = self.app.realtime.presence.since();
        let online = words::online(&self.app.journal.directory(), &here);
        self.here = here.into_iter().map(|(user, _)| user).collect();
        self.emit("users:online", &online).await
    }

    /// Hands a packet over; one that does not fit waits until it does, and meanwhile the hub's queue fills.
    pub(super) async fn emit(&self, name: &str, content: &(impl Serialize + ?Sized)) -> Result<(), End> {
        let began = Instant::now();
        loop {
            match self.socket.emit(name, content) {
                Ok(()) => return Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull)) if began.elapsed() < SEND => {}
                Err(SendError::Socket(SocketError::InternalChannelFull)) => return Err(End::Close),
                Err(SendError::Socket(SocketError::Closed)) => return Err(End::Gone),
                Err(SendError::Serialize(error)) => {
                    tracing::error!(%error, "something could not be said by Socket.IO");
                    return Ok(());
                }
            }
            tokio::select! {
                () = tokio::time::sleep(RETRY) => {}
                code = self.own.closed() => {
                    return Err(if code == Close::Restarting as u16 { End::Gone } else { End::Close });
                }
                () = self.app.shutdown.cancelled() => return Err(End::Gone),
            }
        }
    }

    async fn told(&mut self, outgoing: Outgoing) -> Result<(), End> {
        match outgoing {
            Outgoing::Event(event, _) => self.happened(&event).await,
            Outgoing::Fleeting(fleeting) => match &fleeting.news {
                News::Typing(channel, user) => self.types(*channel, *user).await,
                News::TypingStopped(channel, user) => self.stops_typing(*channel, *user).await,
                News::Presence(changes) => self.present(changes).await,
                News::Notification(notification) => self.emit("notification:received", notification).await,
                News::Disk | News::Whisper => Ok(()),
            },
        }
    }

    async fn happened(&mut self, event: &Event) -> Result<(), End> {
        match event.audience {
            Audience::Members(channel) if self.rooms.contains(&channel) => {
                let Some((_, Created { message })) = event.read::<Created>("message.created") else { return Ok(()) };
                let view = message.view(&self.app.journal.directory());
                self.stops_typing(message.channel_id, message.author_id).await?;
                self.emit("chat:message", &view).await
            }
            // Somebody left; perhaps it is this person.
            Audience::ViewersAnd(channel, user) if user == self.user => {
                if !self.is_member(channel) {
                    self.rooms.remove(&channel);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn is_member(&self, channel: ChannelId) -> bool {
        let directory = self.app.journal.directory();
        directory.channels.get(&channel).is_some_and(|channel| channel.members.contains_key(&self.user))
    }

    async fn types(&mut self, channel: ChannelId, user: UserId) -> Result<(), End> {
        if !self.rooms.contains(&channel) || !self.is_member(channel) {
            return Ok(());
        }
        let who = self.app.journal.directory().people.get(&user).map(words::somebody);
        self.typing.insert((channel, user), Instant::now() + TYPING);
        self.emit("chat:typing", &who).await
    }

    async fn stops_typing(&mut self, channel: ChannelId, user: UserId) -> Result<(), End> {
        match self.typing.remove(&(channel, user)) {
            Some(_) => self.emit("chat:stop-typing", &json!({ "userId": user })).await,
            None => Ok(()),
        }
    }

    async fn typing_ended(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let ended: Vec<_> = self.typing.iter().filter(|(_, end)| **end <= now).map(|(who, _)| *who).collect();
        for (channel, user) in ended {
            self.stops_typing(channel, user).await?;
        }
        Ok(())
    }

    async fn present(&mut self, changes: &[(UserId, State)]) -> Result<(), End> {
        for (user, state) in changes {
            let (name, new) = match state {
                State::Offline => ("user:offline", self.here.remove(user)),
                State::Away | State::Active => ("user:online", self.here.insert(*user)),
            };
            let who = self.app.journal.directory().people.get(user).map(words::somebody);
            if let (true, Some(who)) = (new, who) {
                self.emit(name, &who).await?;
            }
        }
        Ok(())
    }
}

/// Waits for that moment, or for ever.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

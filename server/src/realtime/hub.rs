//! The sockets of every person.

use super::{
    presence::{Presence, Seen, State},
    protocol::Fleeting,
};
use crate::{
    app::App,
    directory::Directory,
    ids::{ChannelId, SessionId, UserId},
    journal::{Batch, Cursor, Event},
};
use axum::extract::ws::Utf8Bytes;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU8, AtomicU16, AtomicU64, AtomicUsize, Ordering},
    },
};
use tokio::sync::{Notify, broadcast, mpsc};

/// How many frames may wait for one socket.
pub(super) const QUEUE: usize = 1_024;
/// How many events may wait for a listener in this process; a slower one misses the oldest.
const HEARD: usize = 256;
/// How many sockets there can be; a hub for a team needs a few hundred.
const MOST_SOCKETS: usize = 20_000;

/// Why a socket is closed, as the client is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Close {
    /// The server is stopping; come back.
    Restarting = 1012,
    /// The client broke the protocol.
    Protocol = 1008,
    /// Not signed in, or no longer.
    NotSignedIn = 4001,
    /// What the person may see changed; load afresh.
    AccessRemoved = 4003,
    /// The client did not keep up; resume by cursor.
    TooSlow = 4008,
    /// The client is too old for this server; reload.
    Update = 4009,
    /// The person has to set up two-factor sign-in before anything else.
    SetUpFirst = 4010,
}

/// Something for a socket to send.
#[derive(Clone, Debug)]
pub(super) enum Outgoing {
    Event(Arc<Event>, Utf8Bytes),
    Fleeting(Arc<Fleeting>),
}

/// One connected client.
#[derive(Debug)]
pub(super) struct Socket {
    id: u64,
    pub user: UserId,
    pub session: SessionId,
    /// The person's [`sees_since`](crate::directory::Person::sees_since) when the client connected; `None` for a client
    /// that holds no picture of the team, which goes on when the person sees it with other eyes.
    sees_since: Option<i64>,
    queue: mpsc::Sender<Outgoing>,
    /// What its page last said: [`State`] as a number.
    state: AtomicU8,
    close: AtomicU16,
    closing: Notify,
}

impl Socket {
    /// Asks the socket's task to close it; the first reason counts.
    pub(super) fn close(&self, why: Close) {
        let _ = self.close.compare_exchange(0, why as u16, Ordering::AcqRel, Ordering::Acquire);
        self.closing.notify_one();
    }

    /// Waits until somebody asks for the socket to be closed.
    pub(super) async fn closed(&self) -> u16 {
        loop {
            let code = self.close.load(Ordering::Acquire);
            if code != 0 {
                return code;
            }
            self.closing.notified().await;
        }
    }

    pub(super) fn state(&self) -> State {
        State::from_number(self.state.load(Ordering::Relaxed))
    }

    /// Queues an event; a full queue closes the socket. Nothing is queued after the one that did not
    /// fit: the client would take its cursor over the gap.
    fn event(&self, event: &Arc<Event>, frame: &Utf8Bytes) {
        if self.close.load(Ordering::Acquire) != 0 {
            return;
        }
        let outgoing = Outgoing::Event(Arc::clone(event), frame.clone());
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(outgoing) {
            self.close(Close::TooSlow);
        }
    }

    /// Queues fleeting news, unless the socket is behind.
    fn fleeting(&self, fleeting: &Arc<Fleeting>) {
        if self.queue.capacity() * 2 >= self.queue.max_capacity() {
            let _ = self.queue.try_send(Outgoing::Fleeting(Arc::clone(fleeting)));
        }
    }

    fn sees_afresh(&self, sees_since: i64) -> bool {
        self.sees_since.is_some_and(|since| since != sees_since)
    }
}

type Sockets = HashMap<UserId, Vec<Arc<Socket>>>;

/// Everyone who is connected.
#[derive(Debug)]
pub struct Hub {
    sockets: RwLock<Sockets>,
    count: AtomicUsize,
    next: AtomicU64,
    pub(super) presence: Presence,
    /// The newest event that is in the queues of all who get it.
    queued: Mutex<Option<Cursor>>,
    /// Listeners in this process.
    heard: broadcast::Sender<Arc<Event>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sockets: RwLock::default(),
            count: AtomicUsize::default(),
            next: AtomicU64::default(),
            presence: Presence::default(),
            queued: Mutex::default(),
            heard: broadcast::Sender::new(HEARD),
        }
    }
}

impl Hub {
    /// Every event from now on, whomever it is for: the listener asks the event's audience. Events
    /// can be missed, so this is for what may be missed.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Event>> {
        self.heard.subscribe()
    }

    /// Everyone who has a client connected.
    #[must_use]
    pub fn people(&self) -> Vec<UserId> {
        self.read(|sockets| sockets.keys().copied().collect())
    }

    /// When this person was last here.
    pub(crate) fn seen(&self, user: UserId) -> Seen {
        self.presence.seen(user)
    }

    /// Adds a socket; `None` when there are too many.
    pub(super) fn add(
        &self,
        user: UserId,
        session: SessionId,
        sees_since: Option<i64>,
    ) -> Option<(Arc<Socket>, mpsc::Receiver<Outgoing>)> {
        if self.count.fetch_add(1, Ordering::AcqRel) >= MOST_SOCKETS {
            self.count.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        let (queue, outgoing) = mpsc::channel(QUEUE);
        let socket = Arc::new(Socket {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            user,
            session,
            sees_since,
            queue,
            state: AtomicU8::new(State::Active.number()),
            close: AtomicU16::new(0),
            closing: Notify::new(),
        });
        self.write(|sockets| sockets.entry(user).or_default().push(Arc::clone(&socket)));
        Some((socket, outgoing))
    }

    pub(super) fn remove(&self, socket: &Socket) {
        self.write(|sockets| {
            if let Some(own) = sockets.get_mut(&socket.user) {
                own.retain(|other| other.id != socket.id);
                if own.is_empty() {
                    sockets.remove(&socket.user);
                }
            }
        });
        self.count.fetch_sub(1, Ordering::AcqRel);
        self.refresh_presence(socket.user);
    }

    /// Notes what a client's page says of its person.
    pub(super) fn set_state(&self, socket: &Socket, state: State) {
        socket.state.store(state.number(), Ordering::Relaxed);
        self.refresh_presence(socket.user);
    }

    fn refresh_presence(&self, user: UserId) {
        let state = self.read(|sockets| {
            sockets.get(&user).into_iter().flatten().map(|socket| socket.state()).max().unwrap_or(State::Offline)
        });
        self.presence.set(user, state);
    }

    /// The place in the log up to which everything is in the sockets' queues; `None` before the
    /// first event since the start.
    pub(super) fn queued(&self) -> Option<Cursor> {
        self.queued.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many clients are connected.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Closes every socket of a session that ended.
    pub fn close_session(&self, session: SessionId) {
        self.each(|socket| {
            if socket.session == session {
                socket.close(Close::NotSignedIn);
            }
        });
    }

    /// Closes every socket of a person whose view of the team changed as a whole.
    pub fn close_person(&self, user: UserId) {
        self.read(|sockets| {
            sockets.get(&user).into_iter().flatten().for_each(|socket| socket.close(Close::AccessRemoved));
        });
    }

    /// Closes every socket of those sessions whose people have something to set up first.
    pub fn hold_up(&self, held: impl Fn(SessionId) -> bool) {
        self.each(|socket| {
            if held(socket.session) {
                socket.close(Close::SetUpFirst);
            }
        });
    }

    /// Closes every socket.
    pub fn close_all(&self, why: Close) {
        self.each(|socket| socket.close(why));
    }

    /// Tells the members of a channel what somebody does there or in one of its threads, all but that person.
    pub(super) fn tell_members(&self, directory: &Directory, channel: ChannelId, user: UserId, fleeting: Fleeting) {
        let Some(channel) = directory.channels.get(&channel) else { return };
        let fleeting = Arc::new(fleeting);
        self.read(|sockets| {
            for socket in directory
                .home(channel)
                .members
                .keys()
                .filter(|member| **member != user)
                .filter_map(|member| sockets.get(member))
                .flatten()
            {
                socket.fleeting(&fleeting);
            }
        });
    }

    /// Sends fleeting news to one person's clients.
    pub(super) fn tell_person(&self, user: UserId, fleeting: Fleeting) {
        let fleeting = Arc::new(fleeting);
        self.read(|sockets| sockets.get(&user).into_iter().flatten().for_each(|socket| socket.fleeting(&fleeting)));
    }

    /// Tells everyone whether the disk is so full that nothing more is written.
    pub(crate) fn tell_disk(&self, full: bool) {
        self.tell_all(super::protocol::disk(full));
    }

    /// Tells one person what a program answers them alone.
    pub(crate) fn whisper(&self, user: UserId, channel: ChannelId, command: &str, text: &str) {
        self.tell_person(user, super::protocol::whisper(channel, command, text));
    }

    /// Sends fleeting news to everyone.
    pub(super) fn tell_all(&self, fleeting: Fleeting) {
        let fleeting = Arc::new(fleeting);
        self.each(|socket| socket.fleeting(&fleeting));
    }

    fn deliver(&self, directory: &Directory, event: &Arc<Event>, epoch: &str) {
        // The position from which a person sees what they see now, if they may have the event.
        let allowed = |user: UserId| {
            let person = directory.people.get(&user)?;
            event.audience.includes(directory, user, person.role).then_some(person.sees_since)
        };
        self.read(|sockets| {
            let mut frame = None;
            let mut send = |own: &[Arc<Socket>], sees_since: i64| {
                let frame = frame.get_or_insert_with(|| Utf8Bytes::from(event.frame(epoch)));
                for socket in own {
                    // What this client has was seen with other eyes; it has to load afresh.
                    if socket.sees_afresh(sees_since) {
                        socket.close(Close::AccessRemoved);
                    } else {
                        socket.event(event, frame);
                    }
                }
            };
            match event.audience.candidates(directory) {
                Some(people) => people
                    .into_iter()
                    .filter_map(|user| Some((sockets.get(&user)?, allowed(user)?)))
                    .for_each(|(own, sees_since)| send(own, sees_since)),
                None => sockets
                    .iter()
                    .filter_map(|(user, own)| Some((own, allowed(*user)?)))
                    .for_each(|(own, sees_since)| send(own, sees_since)),
            }
        });
    }

    fn each(&self, act: impl Fn(&Socket)) {
        self.read(|sockets| sockets.values().flatten().for_each(|socket| act(socket)));
    }

    fn read<T>(&self, look: impl FnOnce(&Sockets) -> T) -> T {
        look(&self.sockets.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut Sockets)) {
        change(&mut self.sockets.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Takes batches from the journal, in order, and gives their events to the sockets.
pub(crate) async fn deliver(app: Arc<App>, mut published: mpsc::Receiver<Batch>) {
    loop {
        let batch = tokio::select! {
            batch = published.recv() => batch,
            () = app.shutdown.cancelled() => return,
        };
        let Some(batch) = batch else { return };
        let directory = app.journal.directory();
        for event in batch.iter() {
            app.realtime.deliver(&directory, event, app.journal.epoch());
            // Nobody listens in a server without a desktop.
            let _ = app.realtime.heard.send(Arc::clone(event));
        }
        if let Some(last) = batch.last() {
            let cursor = last.cursor(app.journal.epoch());
            *app.realtime.queued.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
        }
    }
}

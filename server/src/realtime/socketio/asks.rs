//! What a client asks, done by the operations that everybody uses.

use super::{
    door::actor_of,
    talk::{ASKS_A_SECOND, Asked, Connection, End},
    words::{self, Ask, SayBody},
};
use crate::{
    accounts::Actor,
    chat::{self, Sent, Words},
    directory::MemberRole,
    error::{AppError, Code},
    ids::ChannelId,
    realtime::{
        notify::notify,
        protocol::{self, Fleeting, News},
    },
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl Connection<'_> {
    pub(super) async fn asked(&mut self, Asked { name, content, ack }: Asked) -> Result<(), End> {
        let earned = self.heard.elapsed().as_secs_f64() * ASKS_A_SECOND;
        self.heard = Instant::now();
        self.credit = (self.credit + earned).min(10.0 * ASKS_A_SECOND) - 1.0;
        if self.credit < 0.0 {
            return Err(End::Close);
        }
        let Some(mut actor) = actor_of(self.app, self.session) else { return Err(End::Close) };
        actor.address.clone_from(&self.address);
        let done = match Ask::read(&name, content) {
            Ok(ask) => self.dealt_with(&actor, ask).await?,
            Err(failure) => Err(failure),
        };
        match done {
            // A client that is so far behind that this does not fit is not waiting for it.
            Ok(answer) => drop(ack.send(&answer)),
            Err(failure) => {
                let mut problem = failure.document(None);
                problem["event"] = name.into();
                let _ = ack.send(&problem);
                self.emit("error", &problem).await?;
            }
        }
        Ok(())
    }

    /// Does what is asked. What it is acknowledged with, or why it cannot be done.
    async fn dealt_with(&mut self, actor: &Actor, ask: Ask) -> Result<Result<Value, AppError>, End> {
        let done = json!({ "success": true });
        Ok(match ask {
            Ask::Join(room) => match self.join(actor, room).await {
                Ok(()) => {
                    self.emit("chat:joined", &json!({ "roomId": room })).await?;
                    Ok(done)
                }
                Err(failure) => Err(failure),
            },
            Ask::Leave(room) => {
                self.rooms.remove(&room);
                self.typing.retain(|(channel, _), _| *channel != room);
                self.emit("chat:left", &json!({ "roomId": room })).await?;
                Ok(done)
            }
            Ask::Say(said) => self.say(actor, said).await,
            Ask::Typing(room) => self.typing(actor, room).map(|()| done),
            Ask::StopTyping(room) => self.stop_typing(actor, room).map(|()| done),
            Ask::Notify(body) => notify(self.app, actor, body.user_id, body.notification).map(|()| done),
        })
    }

    /// Lets the client hear of a room. Who is not in it becomes a member, where they may join it.
    async fn join(&mut self, actor: &Actor, room: ChannelId) -> Result<(), AppError> {
        let member = {
            let directory = self.app.journal.directory();
            directory.visible_room(room, actor.user, actor.role)?.members.contains_key(&actor.user)
        };
        if !member {
            self.has_room()?;
            chat::add_member(self.app, actor, room, actor.user, MemberRole::Member).await?;
        }
        self.rooms.insert(room);
        Ok(())
    }

    async fn say(&self, actor: &Actor, SayBody { room_id: room, message }: SayBody) -> Result<Value, AppError> {
        self.has_room()?;
        let words = Words { body: message, files: Vec::new(), client_key: None, alias: None, poll: None };
        let (Sent::New(sent) | Sent::Before(sent)) = chat::send(self.app, actor, room, words).await?;
        Ok(json!({ "success": true, "id": words::id(sent.channel_id, sent.number) }))
    }

    /// Requests that write are refused before they come to an operation; what comes by this door is not a request.
    fn has_room(&self) -> Result<(), AppError> {
        if self.app.room.is_full() { Err(AppError::new(Code::DiskFull)) } else { Ok(()) }
    }

    /// Passes typing on, at most once a second.
    fn typing(&mut self, actor: &Actor, room: ChannelId) -> Result<(), AppError> {
        self.may_type(actor, room)?;
        if self.typed.is_none_or(|typed| typed.elapsed() >= Duration::from_secs(1)) {
            self.typed = Some(Instant::now());
            self.tell(room, protocol::typing(room, actor.user));
        }
        Ok(())
    }

    fn stop_typing(&mut self, actor: &Actor, room: ChannelId) -> Result<(), AppError> {
        self.may_type(actor, room)?;
        self.typed = None;
        self.tell(room, Fleeting { frame: None, news: News::TypingStopped(room, actor.user) });
        Ok(())
    }

    fn tell(&self, room: ChannelId, fleeting: Fleeting) {
        self.app.realtime.tell_members(&self.app.journal.directory(), room, self.user, fleeting);
    }

    fn may_type(&self, actor: &Actor, room: ChannelId) -> Result<(), AppError> {
        let directory = self.app.journal.directory();
        let channel = directory.visible_room(room, actor.user, actor.role)?;
        if directory.relation(channel, actor.user).member { Ok(()) } else { Err(AppError::new(Code::Forbidden)) }
    }
}

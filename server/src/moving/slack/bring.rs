//! Writing what was read, in portions, so that people go on writing meanwhile.

use super::{
    Failure, Job, Mode, Report,
    count::Tally,
    files::Files,
    open::open,
    people::{Becomes, People},
    read::Piece,
    rooms::{Known, Room},
    said::Said,
    shapes::{micros, seconds},
};
use crate::{
    accounts::{self, Standing},
    chat::{self, Brought, Reply, Root},
    clock::{self, Timestamp},
    directory::{Channel, ChannelKind, MemberRole, Pin},
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    journal::Draft,
    moving::{problems::Kind, store},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// How many people are made with one change, and let into a channel.
const HANDFUL: usize = 40;
/// How often a change is tried again while the hub is busy.
const TRIES: u32 = 30;

/// An import under way.
pub(super) struct Bringing<'a> {
    pub(super) job: &'a Job,
    pub(super) people: People,
    pub(super) report: Report,
    tally: Tally,
    owner: UserId,
    /// Who is here by Slack's id.
    who: HashMap<String, UserId>,
    files: Files,
    /// For looking only: who would be.
    pretended: HashMap<String, UserId>,
    /// Members who were made.
    newcomers: Vec<UserId>,
}

/// Where a message of the conversation in hand is: its number there, or 0 of a reply; and who wrote it.
type Places = HashMap<(i64, bool), (u32, UserId)>;

/// The conversation in hand.
struct Hand<'a> {
    room: &'a Room,
    channel: ChannelId,
    kind: ChannelKind,
    readers: BTreeSet<UserId>,
    places: Places,
}

impl<'a> Bringing<'a> {
    pub(super) fn new(job: &'a Job, people: People, owner: UserId, tally: Tally, report: Report) -> Self {
        let files = Files::new(job, report.clone());
        let mut who = HashMap::new();
        for someone in &people.all {
            if let Becomes::Here(user) = someone.becomes {
                who.insert(someone.id.clone(), user);
            }
        }
        Self { job, people, report, tally, owner, who, files, pretended: HashMap::new(), newcomers: Vec::new() }
    }

    pub(super) fn into_tally(self) -> Tally {
        self.tally
    }

    fn looks(&self) -> bool {
        self.job.mode == Mode::Look
    }

    /// Makes one change, however busy the hub is.
    async fn commit<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Draft<'_>) -> Result<T, AppError> + Send + Sync + 'static,
    ) -> Result<T, AppError> {
        if self.job.app.room.is_full() {
            return Err(AppError::new(Code::DiskFull));
        }
        let change = Arc::new(change);
        let began = Instant::now();
        let mut tries = 0;
        let done = loop {
            let once = Arc::clone(&change);
            match self.job.app.journal.commit(move |draft| once(draft)).await {
                Err(failure) if failure.code == Code::Busy && tries < TRIES && !self.ends() => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                done => break done?,
            }
        };
        // Whoever writes meanwhile finds the journal free two times out of three.
        if self.job.mode == Mode::Gently && self.job.app.realtime.count() > 0 {
            tokio::time::sleep(began.elapsed() * 2).await;
        }
        Ok(done)
    }

    fn ends(&self) -> bool {
        self.job.stop.is_cancelled() || self.job.app.shutdown.is_cancelled()
    }

    /// Makes the people who are not here yet.
    pub(super) async fn people(&mut self) -> Result<(), Failure> {
        let places: Vec<_> = (0..self.people.all.len())
            .filter(|place| matches!(self.people.all[*place].becomes, Becomes::New(_)))
            .collect();
        for handful in places.chunks(HANDFUL) {
            if self.ends() {
                break;
            }
            self.make(handful).await?;
        }
        // Those who were here already are known by their ids from now on.
        let here: Vec<_> = self.who.iter().map(|(id, user)| (id.clone(), *user)).collect();
        if !self.looks() {
            for handful in here.chunks(200) {
                let handful = handful.to_vec();
                self.commit(move |draft| {
                    handful.iter().for_each(|(id, user)| store::put_person(draft, id, *user));
                    Ok(())
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn make(&mut self, places: &[usize]) -> Result<(), Failure> {
        let mut new = Vec::new();
        for place in places {
            let someone = &self.people.all[*place];
            if let Becomes::New(person) = &someone.becomes {
                new.push((*place, someone.id.clone(), person.clone()));
            }
        }
        if self.looks() {
            for (_, id, _) in new {
                self.pretended.insert(id, UserId::generate());
            }
            return Ok(());
        }
        let asked = new.clone();
        let made = self
            .commit(move |draft| {
                let people: Vec<_> = asked.iter().map(|(.., person)| person.clone()).collect();
                let made = accounts::bring_people(draft, &people)?;
                for ((_, id, _), (user, _)) in asked.iter().zip(&made) {
                    store::put_person(draft, id, *user);
                }
                Ok(made)
            })
            .await?;
        for ((place, id, person), (user, name)) in new.into_iter().zip(made) {
            if person.standing == Standing::Member {
                self.newcomers.push(user);
            }
            self.people.became(place, user, name);
            self.who.insert(id, user);
        }
        Ok(())
    }

    /// Lets the new members into the channel that everybody is in.
    pub(super) async fn welcome(&self) -> Result<(), Failure> {
        let general = {
            let directory = self.job.app.journal.directory();
            let public = |channel: &&Channel| channel.kind == ChannelKind::Public && channel.archived_at.is_none();
            directory.rooms().filter(public).map(|channel| channel.id).min()
        };
        let Some(general) = general else { return Ok(()) };
        for handful in self.newcomers.chunks(HANDFUL) {
            let handful: Vec<_> = handful.iter().map(|user| (*user, MemberRole::Member)).collect();
            self.commit(move |draft| chat::seat(draft, general, &handful)).await?;
        }
        Ok(())
    }

    fn user(&self, id: &str) -> Option<UserId> {
        self.who.get(id).or_else(|| self.pretended.get(id)).copied()
    }

    /// Makes those whom only messages name.
    async fn strangers(&mut self, said: &[Said]) -> Result<(), Failure> {
        let before = self.people.all.len();
        {
            let directory = self.job.app.journal.directory();
            for one in said {
                let reacted = one.reactions.iter().flat_map(|(_, users)| users).map(|id| (id.as_str(), None, false));
                let author = (one.author.id.as_str(), one.author.name.as_deref(), one.author.bot);
                for (id, name, bot) in std::iter::once(author).chain(reacted) {
                    self.people.stranger(id, name, bot, &directory);
                }
            }
        }
        let new: Vec<_> = (before..self.people.all.len()).collect();
        for place in &new {
            self.tally.counts.person(&self.people.all[*place], |_| false);
        }
        for handful in new.chunks(HANDFUL) {
            self.make(handful).await?;
        }
        Ok(())
    }

    /// Brings one conversation. Says whether to go on.
    pub(super) async fn room(&mut self, room: &Room, pieces: &mut mpsc::Receiver<Piece>) -> Result<bool, Failure> {
        if self.ends() {
            return Ok(false);
        }
        let (channel, kind) = self.open(room).await?;
        let readers = room.members.iter().filter_map(|member| self.user(member)).collect();
        let mut hand = Hand { room, channel, kind, readers, places: HashMap::new() };
        loop {
            match pieces.recv().await {
                Some(Piece::Portion(said)) if !self.ends() => self.portion(&mut hand, said).await?,
                Some(Piece::End) => break,
                // It is to end, or nobody reads on.
                _ => return Ok(false),
            }
        }
        self.settle(&hand).await?;
        Ok(true)
    }

    async fn open(&self, room: &Room) -> Result<(ChannelId, ChannelKind), Failure> {
        if self.looks() {
            let channel = room.known.map_or_else(ChannelId::generate, |known| known.channel);
            return Ok((channel, room.kind));
        }
        let members: BTreeSet<_> = room.members.iter().filter_map(|member| self.user(member)).collect();
        let creator = room.creator.as_deref().and_then(|creator| self.user(creator)).unwrap_or(self.owner);
        let opened = room.clone();
        let (channel, kind, instead) = self.commit(move |draft| open(draft, &opened, &members, creator)).await?;
        if let Some(name) = instead {
            self.report.with().note(Kind::DirectTaken, &room.place, &format!("#{name}"));
        }
        Ok((channel, kind))
    }

    /// Brings the messages of a portion that are not here yet.
    async fn portion(&mut self, hand: &mut Hand<'_>, said: Vec<Said>) -> Result<(), Failure> {
        let keys = said.iter().map(|said| said.key.as_str());
        let (Some(from), Some(to)) = (keys.clone().min(), keys.max()) else { return Ok(()) };
        let known = store::messages(&self.job.app.database, &hand.room.id, (from, to)).await?;
        self.strangers(&said).await?;
        let mut fresh = Vec::new();
        for one in said {
            let Some(author) = self.user(&one.author.id) else { continue };
            let place = (one.micros, one.key.contains('/'));
            if let Some((channel, number)) = known.get(&one.key) {
                self.tally.counts.known_messages += 1;
                hand.places.insert(place, (if *channel == hand.channel { *number } else { 0 }, author));
            } else if place.1 || !hand.places.contains_key(&place) {
                fresh.push((one, author));
            }
        }
        let messages = self.converted(hand, &fresh).await?;
        let count = messages.len() as u64;
        let placed = if self.looks() {
            pretend(hand, &messages)
        } else if messages.is_empty() {
            Vec::new()
        } else {
            let (channel, readers, room) = (hand.channel, hand.readers.clone(), hand.room.id.clone());
            let keys: Vec<_> = fresh.iter().map(|(said, _)| said.key.clone()).collect();
            let messages = Arc::new(messages);
            self.commit(move |draft| {
                let placed = chat::bring(draft, channel, &messages, &readers)?;
                for (key, place) in keys.iter().zip(&placed) {
                    store::put_message(draft, &room, key, *place);
                }
                Ok(placed)
            })
            .await?
        };
        for ((said, author), (channel, number)) in fresh.iter().zip(placed) {
            let number = if channel == hand.channel { number } else { 0 };
            hand.places.insert((said.micros, said.key.contains('/')), (number, *author));
            self.tally.counts.said(said, number == 0);
        }
        self.job.progress.messages.fetch_add(count, Ordering::Relaxed);
        Ok(())
    }

    /// The messages as they will be here, with their files.
    async fn converted(&mut self, hand: &mut Hand<'_>, fresh: &[(Said, UserId)]) -> Result<Vec<Brought>, Failure> {
        // Where the first messages of threads stand that are in this portion themselves.
        let mut before: HashMap<i64, usize> = HashMap::new();
        let mut messages = Vec::with_capacity(fresh.len());
        for (place, (said, author)) in fresh.iter().enumerate() {
            let root = said.root.as_deref().and_then(micros).map(|root| {
                let there = hand.places.get(&(root, false)).filter(|(number, _)| *number > 0);
                let there = there.map(|(number, author)| Root::There(*number, *author));
                there.or_else(|| before.get(&root).map(|place| Root::Before(*place)))
            });
            if root.is_some_and(|root| root.is_none()) {
                self.report.with().note(Kind::RootMissing, &hand.room.place, &said.key);
            }
            let reply = root.flatten().map(|root| Reply { root, also: said.also });
            if reply.is_none() && !said.key.contains('/') {
                before.insert(said.micros, place);
            }
            let mut files = Vec::new();
            for file in &said.files {
                let taken = self.files.take(&hand.room.place, file).await?;
                if let Some((bytes, arrived)) = taken {
                    self.tally.counts.file(bytes);
                    files.extend(arrived);
                }
            }
            let reactions = said.reactions.iter().map(|(emoji, users)| {
                let mut seen = BTreeSet::new();
                let users = users.iter().filter_map(|user| self.user(user)).filter(|user| seen.insert(*user));
                ((*emoji).to_owned(), users.collect::<Vec<_>>())
            });
            let mut body = said.body.clone();
            if body.is_empty() && files.is_empty() && !said.deleted && !self.looks() {
                // Its files could not be read.
                "[file]".clone_into(&mut body);
            }
            messages.push(Brought {
                author: *author,
                alias: said.alias.clone(),
                body,
                files,
                micros: said.micros,
                edited_at: said.edited.map(Timestamp::from_millis),
                deleted: said.deleted,
                reactions: reactions.filter(|(_, users)| !users.is_empty()).collect(),
                reply,
            });
        }
        Ok(messages)
    }

    /// Lets people into a channel that was filled, and opens it.
    async fn settle(&mut self, hand: &Hand<'_>) -> Result<(), Failure> {
        let (room, channel) = (hand.room, hand.channel);
        let mut pinned = Vec::new();
        for pin in &room.pins {
            let place = pin.id.as_deref().and_then(micros).and_then(|at| hand.places.get(&(at, false)));
            let Some((number, _)) = place.filter(|(number, _)| *number > 0) else {
                self.report.with().note(Kind::PinMissing, &room.place, pin.id.as_deref().unwrap_or_default());
                continue;
            };
            let by = pin.user.as_deref().and_then(|user| self.user(user)).unwrap_or(self.owner);
            let at = seconds(pin.created.as_ref()).map_or_else(clock::now, |at| Timestamp::from_millis(at * 1_000));
            pinned.push((*number, Pin { by, at }));
        }
        if room.known.is_some_and(|known| known.done) {
            return Ok(());
        }
        self.tally.counts.pins += pinned.len() as u64;
        if self.looks() {
            return Ok(());
        }
        if hand.kind != ChannelKind::Direct {
            let creator = room.creator.as_deref().and_then(|creator| self.user(creator));
            let role = |user| if Some(user) == creator { MemberRole::Manager } else { MemberRole::Member };
            let seats: Vec<_> = hand.readers.iter().map(|user| (*user, role(*user))).collect();
            for handful in seats.chunks(HANDFUL) {
                let handful = handful.to_vec();
                self.commit(move |draft| chat::seat(draft, channel, &handful)).await?;
            }
        }
        let (id, archived) = (room.id.clone(), room.archived);
        let left_out = self
            .commit(move |draft| {
                let archived_at = archived.then_some(draft.now);
                store::put_room(draft, &id, Known { channel, done: true });
                chat::settle_room(draft, channel, &pinned, archived_at)
            })
            .await?;
        for _ in 0..left_out {
            self.report.with().note(Kind::PinsTooMany, &room.place, "");
        }
        Ok(())
    }
}

/// The places that messages would get, as far as it matters which are replies.
fn pretend(hand: &Hand<'_>, messages: &[Brought]) -> Vec<(ChannelId, u32)> {
    let elsewhere = ChannelId::generate();
    messages.iter().map(|message| (if message.reply.is_some() { elsewhere } else { hand.channel }, 1)).collect()
}

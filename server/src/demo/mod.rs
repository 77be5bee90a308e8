//! A throw-away team to look around in.
//!
//! Nothing about it is special: its people join by an invitation, open channels and say things
//! through the operations that everybody uses, and the journal writes it down; only the journal's
//! clock is set to the moments of the story while it is told.

mod board;
mod story;

use crate::{
    accounts::{self, Actor, Device, NewInvite, Newcomer, PersonPatch, Transport, Welcome},
    app::App,
    chat::{self, NewChannel},
    clock::{self, Timestamp},
    config::{Config, LimitConfig},
    directory::{ChannelKind, LanAccess, MemberRole},
    disk,
    error::{AppError, Code},
    http::{Peer, extract::IfMatch},
    ids::{ChannelId, ProjectId, UserId},
    permission::Role,
    tasks::{self, NewsRead},
};
use anyhow::Context;
use board::{Board, Work};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    sync::Arc,
};
use story::{Moment, Someone, Story, Talk};
use tokio_util::sync::CancellationToken;

/// Marks a data directory as one of a demo team. It says whether the team is whole.
const MARK: &str = "demo";
const WHOLE: &str = "whole";
const HALF: &str = "half";

/// Why a data directory is not a demo team's.
#[derive(Debug, thiserror::Error)]
#[error("{0} has a team of its own; demo data goes into an empty directory")]
pub struct NotADemo(String);

/// Where a demo team lives that nobody wants to keep; whoever starts it removes it afterwards.
#[must_use]
pub fn passing_directory() -> PathBuf {
    std::env::temp_dir().join(format!("hearth-demo-{}", uuid::Uuid::now_v7()))
}

/// Starts a hub with the demo team, and makes the team where the data directory is empty. Returns
/// the owner as well, who can be let in with [`accounts::entry_path`].
///
/// # Errors
/// [`NotADemo`] where another team lives; as [`crate::start`].
pub async fn start(config: Config, shutdown: CancellationToken) -> anyhow::Result<(Arc<App>, UserId)> {
    let data = config.data.clone();
    if let Some(data) = &data {
        prepare(data)?;
    }
    // The story is told faster than anyone may talk.
    let limits = LimitConfig { sign_in: 0, register: 0, messages: 0 };
    // On the heap: both are large, and would be part of every caller's future.
    let app = Box::pin(crate::start(Config { limits, ..config }, shutdown)).await?;
    let owner = app.journal.directory().people.values().find(|person| person.role == Role::Owner).map(|one| one.id);
    if let Some(owner) = owner {
        return Ok((app, owner));
    }
    let filled = Box::pin(fill(&app)).await.and_then(|owner| {
        if let Some(data) = &data {
            disk::write_private(&data.join(MARK), WHOLE.as_bytes())?;
        }
        Ok(owner)
    });
    match filled {
        Ok(owner) => Ok((app, owner)),
        Err(error) => {
            crate::stop(&app).await?;
            Err(error)
        }
    }
}

/// Makes sure that a directory is a demo's or empty. A demo that was stopped while it was made is
/// thrown away.
fn prepare(data: &Path) -> anyhow::Result<()> {
    let database = data.join("database");
    match std::fs::read_to_string(data.join(MARK)) {
        Ok(mark) if mark.trim() == WHOLE => return Ok(()),
        Ok(_) if database.exists() => {
            let _lock = crate::database::DirectoryLock::take(data)?;
            std::fs::remove_dir_all(&database).context("the half-made demo cannot be removed")?;
        }
        Ok(_) => {}
        Err(_) if database.exists() => return Err(NotADemo(data.display().to_string()).into()),
        Err(_) => std::fs::create_dir_all(data)?,
    }
    disk::write_private(&data.join(MARK), HALF.as_bytes())?;
    Ok(())
}

/// Fills a hub that has no team yet. Nobody may be connected while it is filled. Nobody is signed
/// in afterwards, and nobody knows the passwords.
///
/// # Errors
/// When there is a team, or an operation refuses.
pub async fn fill(app: &Arc<App>) -> anyhow::Result<UserId> {
    let told = tell(app, &story::read()?, &board::read()?).await;
    app.journal.set_moment(None);
    told.map_err(|refusal| anyhow::anyhow!("the demo data was refused: {}", refusal.sentence()))
}

/// What happens in the story, in the order of time.
enum Act<'a> {
    Join(&'a Someone),
    Open(usize, &'a Talk),
    Enter(usize, &'a str),
    Say(usize, &'a str, &'a str),
    React(usize, u32, &'a str, &'a str),
    Pin(usize, u32, &'a str),
    /// By the owner, for later.
    Save(usize, u32),
    Project(&'a Board),
    Task(&'a Board, &'a Work),
}

struct Stage<'a> {
    app: &'a Arc<App>,
    people: HashMap<&'a str, Actor>,
    channels: HashMap<usize, ChannelId>,
    /// The codes of invitations by role.
    invitations: HashMap<Role, String>,
    project: Option<ProjectId>,
    now: Timestamp,
}

async fn tell(app: &Arc<App>, story: &Story, board: &Board) -> Result<UserId, AppError> {
    let now = clock::now();
    let since = story.team.since.told_from(now);
    let (owner, others) = story.team.people.split_first().ok_or_else(|| AppError::not_found("Owner"))?;
    let mut acts = acts(story, others, now);
    acts.push((board.at.told_from(now), Act::Project(board)));
    acts.extend(board.tasks.iter().map(|work| (work.at.told_from(now), Act::Task(board, work))));
    acts.sort_by_key(|(at, _)| *at);

    app.journal.set_moment(Some(since));
    let welcome =
        accounts::set_up(app, &story.team.name, newcomer(owner), None, here(), entry(), LanAccess::Closed).await?;
    let maya = actor_of(app, &welcome)?;
    let mut stage = Stage {
        app,
        people: HashMap::new(),
        channels: HashMap::new(),
        invitations: HashMap::new(),
        project: None,
        now,
    };
    describe(app, &maya, owner).await?;
    let general = app.journal.directory().channel_named("general").ok_or_else(|| AppError::not_found("Channel"))?;
    stage.people.insert(&owner.username, maya.clone());
    if let Some(place) = story.talks.iter().position(|talk| talk.by.is_none()) {
        stage.channels.insert(place, general);
    }
    for (at, act) in acts {
        app.journal.set_moment(Some(at));
        stage.play(&maya, act).await?;
    }
    stage.read(story).await?;
    for actor in stage.people.values() {
        accounts::log_out(app, actor).await?;
    }
    Ok(maya.user)
}

fn acts<'a>(story: &'a Story, others: &'a [Someone], now: Timestamp) -> Vec<(Timestamp, Act<'a>)> {
    let told = |moment: Moment| moment.told_from(now);
    let since = told(story.team.since);
    let joined = |person: &Someone| person.joined.map_or(since, told);
    let mut acts: Vec<_> = others.iter().map(|person| (joined(person), Act::Join(person))).collect();
    for (place, talk) in story.talks.iter().enumerate() {
        let opened = talk.since.map_or(since, told);
        if talk.by.is_some() {
            acts.push((opened, Act::Open(place, talk)));
        }
        for name in &talk.members {
            let late = others.iter().find(|person| person.username == *name).map(joined).filter(|at| *at > opened);
            match late {
                Some(at) => acts.push((at, Act::Enter(place, name))),
                None if talk.by.is_none() => acts.push((opened, Act::Enter(place, name))),
                None => {}
            }
        }
        acts.extend(talk.messages.iter().map(|(at, who, what)| (told(*at), Act::Say(place, who, what))));
        let found = |beginning: &str| {
            let number = talk.number_of(beginning)?;
            let (at, who) = talk.said(number)?;
            Some((told(at), number, who))
        };
        for (beginning, emoji, people) in &talk.reactions {
            let Some((at, number, _)) = found(beginning) else { continue };
            acts.extend(people.iter().map(|who| (at, Act::React(place, number, emoji, who))));
        }
        for (at, number, who) in talk.pinned.iter().filter_map(|beginning| found(beginning)) {
            acts.push((at, Act::Pin(place, number, who)));
        }
        for (at, number, _) in talk.saved.iter().filter_map(|beginning| found(beginning)) {
            acts.push((at, Act::Save(place, number)));
        }
    }
    acts
}

impl<'a> Stage<'a> {
    fn actor(&self, name: &str) -> Result<&Actor, AppError> {
        self.people.get(name).ok_or_else(|| AppError::not_found("User"))
    }

    fn channel(&self, place: usize) -> Result<ChannelId, AppError> {
        self.channels.get(&place).copied().ok_or_else(|| AppError::not_found("Channel"))
    }

    /// The code of an invitation for this role; one is made when the first person needs it.
    async fn invitation(&mut self, maya: &Actor, role: Role) -> Result<String, AppError> {
        if let Some(code) = self.invitations.get(&role) {
            return Ok(code.clone());
        }
        let label = if role == Role::Guest { "Photographer" } else { "The workshop" }.to_owned();
        // It is made in the past and has to work in the present.
        let invite = NewInvite { role, max_uses: None, expires_in_hours: Some(24 * 30), label };
        let code = accounts::create_invite(self.app, maya, invite).await?.code;
        self.invitations.insert(role, code.clone());
        Ok(code)
    }

    async fn play(&mut self, maya: &Actor, act: Act<'a>) -> Result<(), AppError> {
        let app = self.app;
        match act {
            Act::Join(person) => {
                let code = self.invitation(maya, person.role).await?;
                let welcome = accounts::register(app, newcomer(person), Some(code), here(), entry()).await?;
                let actor = actor_of(app, &welcome)?;
                describe(app, &actor, person).await?;
                self.people.insert(&person.username, actor);
            }
            Act::Open(place, talk) => {
                let by = self.actor(talk.by.as_deref().unwrap_or_default())?.clone();
                // Those who join the team later enter later.
                let members = talk.members.iter().filter_map(|name| self.people.get(name.as_str())).map(|one| one.user);
                let channel = if talk.kind == ChannelKind::Direct {
                    chat::open_direct(app, &by, members.collect()).await?.0
                } else {
                    let (name, topic) = (talk.name.clone(), talk.topic.clone());
                    chat::create(app, &by, NewChannel { name, kind: talk.kind, topic, members: members.collect() })
                        .await?
                };
                self.channels.insert(place, channel.id);
            }
            Act::Enter(place, name) => {
                let user = self.actor(name)?.user;
                let channel = self.channel(place)?;
                let inside = app.journal.directory().channels.get(&channel).and_then(|channel| {
                    let member = channel.members.keys().find(|member| **member != user);
                    member.copied()
                });
                let by = self.people.values().find(|actor| Some(actor.user) == inside).unwrap_or(maya);
                chat::add_member(app, by, channel, user, MemberRole::Member).await?;
            }
            Act::Say(place, who, what) => {
                let words =
                    chat::Words { body: what.to_owned(), files: Vec::new(), client_key: None, alias: None, poll: None };
                chat::send(app, self.actor(who)?, self.channel(place)?, words).await?;
            }
            Act::React(place, number, emoji, who) => {
                chat::react(app, self.actor(who)?, self.channel(place)?, number, emoji, chat::Wish::There).await?;
            }
            Act::Pin(place, number, who) => {
                chat::pin(app, self.actor(who)?, self.channel(place)?, number).await?;
            }
            Act::Save(place, number) => {
                chat::save(app, maya, self.channel(place)?, number).await?;
            }
            Act::Project(board) => self.project = Some(board.open(app, &self.people).await?),
            Act::Task(board, work) => {
                let project = self.project.ok_or_else(|| AppError::not_found("Project"))?;
                board.add(app, &self.people, project, work, self.now).await?;
            }
        }
        Ok(())
    }

    /// Everyone reads everything, but for what the story leaves unread.
    async fn read(&self, story: &Story) -> Result<(), AppError> {
        for (place, talk) in story.talks.iter().enumerate() {
            let channel = self.channel(place)?;
            let (last, members) = {
                let directory = self.app.journal.directory();
                let found = directory.channels.get(&channel).ok_or_else(|| AppError::not_found("Channel"))?;
                (found.last_number, found.members.keys().copied().collect::<Vec<_>>())
            };
            for (name, actor) in self.people.iter().filter(|(_, actor)| members.contains(&actor.user)) {
                let unread = talk.unread.get(*name).copied().unwrap_or(0);
                chat::mark(self.app, actor, channel, last.saturating_sub(unread)).await?;
            }
        }
        for actor in self.people.values() {
            let newest = self.app.journal.directory().unread_news(actor.user).next_back().map(|told| told.place);
            // Of their tasks the newest word is left.
            if let Some(place) = newest {
                tasks::read_news(self.app, actor, NewsRead::UpTo(place - 1)).await?;
            }
        }
        Ok(())
    }
}

fn newcomer(person: &Someone) -> Newcomer {
    Newcomer {
        name: person.name.clone(),
        username: Some(person.username.clone()),
        email: None,
        password: accounts::secret(),
    }
}

async fn describe(app: &App, actor: &Actor, person: &Someone) -> Result<(), AppError> {
    let patch = PersonPatch {
        title: Some(person.title.clone()),
        status_text: Some(person.status.clone()),
        status_emoji: Some(person.emoji.clone()),
        ..PersonPatch::default()
    };
    accounts::update(app, actor, actor.user, patch, IfMatch(None)).await.map(drop)
}

fn actor_of(app: &App, welcome: &Welcome) -> Result<Actor, AppError> {
    let directory = app.journal.directory();
    let session = directory.sessions.values().find(|session| session.user == welcome.account.user.id);
    session.and_then(|session| Actor::of(&directory, session.id)).ok_or_else(|| AppError::new(Code::InvalidToken))
}

fn here() -> Peer {
    Peer(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

fn entry() -> (Transport, Device) {
    (Transport::Cookie, Device { name: "Hearth".to_owned(), address: here().0.to_string() })
}

//! Who the people of an export are here: somebody who is in the team already, or somebody new.

use super::{
    said::SLACKBOT,
    shapes::{Profile, User},
};
use crate::{
    accounts::{NewPerson, Standing},
    directory::{Directory, Person},
    ids::UserId,
    moving::problems::{Kind, Problems},
    validate,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many people an export can have.
pub(super) const MOST: usize = 20_000;

/// Somebody of an export.
#[derive(Clone, Debug)]
pub(super) struct Someone {
    /// Slack's id.
    pub(super) id: String,
    pub(super) becomes: Becomes,
}

#[derive(Clone, Debug)]
pub(super) enum Becomes {
    /// Somebody who is here, or was brought before.
    Here(UserId),
    New(NewPerson),
}

/// Everybody of an export.
#[derive(Default, Debug)]
pub(super) struct People {
    pub(super) all: Vec<Someone>,
    by_id: HashMap<String, usize>,
    /// The ids of people that programs have, by the ids that programs have for themselves.
    pub(super) bots: BTreeMap<String, String>,
    /// User names by Slack's ids.
    pub(super) names: HashMap<String, String>,
    taken: BTreeSet<String>,
}

impl People {
    pub(super) fn of(&self, id: &str) -> Option<&Someone> {
        self.by_id.get(id).and_then(|place| self.all.get(*place))
    }

    /// Finds out who these are. `known` are those that an earlier import brought.
    pub(super) fn plan(
        users: Vec<User>,
        directory: &Directory,
        known: &HashMap<String, UserId>,
        problems: &mut Problems,
    ) -> Self {
        let mut people = Self::default();
        for user in users {
            people.add(&user, directory, known, problems);
        }
        people
    }

    fn add(&mut self, user: &User, directory: &Directory, known: &HashMap<String, UserId>, problems: &mut Problems) {
        let Some(id) = user.id.clone().filter(|id| super::said::usable(id)) else {
            problems.note(Kind::PersonUnreadable, "users.json", user.name.as_deref().unwrap_or_default());
            return;
        };
        if self.by_id.contains_key(&id) {
            return;
        }
        let bot = user.is_bot == Some(true) || id == SLACKBOT;
        let profile = user.profile.as_ref();
        if let Some(program) = profile.and_then(|profile| profile.bot_id.clone()) {
            self.bots.insert(program, id.clone());
        }
        let email = profile.and_then(|profile| profile.email.as_deref()).and_then(|email| validate::email(email).ok());
        let wanted = user.name.as_deref().and_then(|name| validate::username(name).ok());
        let here = known
            .get(&id)
            .copied()
            .or_else(|| matching(directory, bot, user.deleted == Some(true), email.as_deref(), wanted.as_deref()));
        if let Some(person) = here.and_then(|here| directory.people.get(&here)) {
            self.insert(id, Becomes::Here(person.id), person.username.clone());
            return;
        }
        if user.is_admin == Some(true) || user.is_owner == Some(true) {
            problems.note(Kind::RoleLowered, "users.json", user.name.as_deref().unwrap_or(&id));
        }
        let guest = user.is_restricted == Some(true) || user.is_ultra_restricted == Some(true);
        let standing = match (bot, user.deleted == Some(true), guest) {
            (true, ..) => Standing::Bot,
            (_, true, _) => Standing::Former,
            (.., true) => Standing::Guest,
            _ => Standing::Member,
        };
        let names = [profile.and_then(|profile| profile.real_name.as_deref()), user.real_name.as_deref()];
        let names = names.into_iter().chain([profile.and_then(|profile| profile.display_name.as_deref())]);
        let name = shown(names.chain([user.name.as_deref()]).flatten(), &id);
        let title = profile.and_then(|profile| profile.title.as_deref()).unwrap_or_default();
        let title: String = cleaned(title).chars().take(80).collect();
        let new = NewPerson {
            username: wanted.clone().unwrap_or_else(|| validate::username_from(&name)),
            email: email.filter(|_| !bot),
            title: validate::line(&title, 0, 80).unwrap_or_default(),
            time_zone: user.tz.as_deref().and_then(|zone| validate::time_zone(zone).ok()).filter(|_| !bot),
            name,
            standing,
        };
        let asked = user.name.clone().unwrap_or_default();
        let made = self.newcomer(id, new, directory);
        if made != asked.to_lowercase() {
            problems.note(Kind::PersonRenamed, "users.json", &format!("{asked} → {made}"));
        }
    }

    /// Somebody whom only a message names: a program, or somebody of another team.
    pub(super) fn stranger(&mut self, id: &str, name: Option<&str>, bot: bool, directory: &Directory) {
        if self.by_id.contains_key(id) || self.all.len() >= 2 * MOST {
            return;
        }
        let fallback = if id == SLACKBOT { "Slackbot" } else { id };
        let name = shown(name.into_iter(), fallback);
        let standing = if bot { Standing::Bot } else { Standing::Former };
        let username = validate::username_from(&name);
        let new = NewPerson { name, username, email: None, title: String::new(), time_zone: None, standing };
        self.newcomer(id.to_owned(), new, directory);
    }

    /// Puts somebody in who was brought before.
    pub(super) fn met(&mut self, id: &str, person: &Person) {
        if !self.by_id.contains_key(id) {
            self.insert(id.to_owned(), Becomes::Here(person.id), person.username.clone());
        }
    }

    fn newcomer(&mut self, id: String, mut new: NewPerson, directory: &Directory) -> String {
        new.username =
            crate::accounts::free_name(&new.username, |name| directory.is_name(name) || self.taken.contains(name));
        let name = new.username.clone();
        self.taken.insert(name.clone());
        self.insert(id, Becomes::New(new), name.clone());
        name
    }

    fn insert(&mut self, id: String, becomes: Becomes, name: String) {
        self.by_id.insert(id.clone(), self.all.len());
        self.names.insert(id.clone(), name);
        self.all.push(Someone { id, becomes });
    }

    /// Notes who somebody became.
    pub(super) fn became(&mut self, place: usize, user: UserId, name: String) {
        if let Some(someone) = self.all.get_mut(place) {
            someone.becomes = Becomes::Here(user);
            self.names.insert(someone.id.clone(), name);
        }
    }

    /// Whether somebody can read here what they were told.
    pub(super) fn reads(&self, id: &str, directory: &Directory) -> bool {
        match self.of(id).map(|someone| &someone.becomes) {
            Some(Becomes::Here(user)) => directory.active_person(*user).is_ok_and(|person| !person.bot),
            Some(Becomes::New(new)) => matches!(new.standing, Standing::Member | Standing::Guest),
            None => false,
        }
    }
}

/// Who is here already: by e-mail address, or by user name where the addresses do not say otherwise.
fn matching(
    directory: &Directory,
    bot: bool,
    former: bool,
    email: Option<&str>,
    username: Option<&str>,
) -> Option<UserId> {
    if bot {
        return None;
    }
    let person = |user: UserId| directory.people.get(&user).filter(|person| !person.bot);
    if let Some(same) = email.and_then(|email| directory.user_with_email(email)).and_then(person) {
        return Some(same.id);
    }
    let named = username.and_then(|name| directory.user_with_name(name)).and_then(person)?;
    let other = email.is_some() && named.email.is_some();
    (!other && !former).then_some(named.id)
}

/// The first of these names that can be shown.
fn shown<'a>(names: impl Iterator<Item = &'a str>, otherwise: &str) -> String {
    let mut fitting = names.filter_map(|name| validate::person_name(&cleaned(name)).ok());
    let cut: String = cleaned(otherwise).chars().take(80).collect();
    fitting.next().unwrap_or_else(|| if cut.trim().is_empty() { "Somebody".to_owned() } else { cut })
}

/// The beginning of a text, without what cannot be shown.
fn cleaned(text: &str) -> String {
    let shows = |letter: &char| !letter.is_control() && validate::line(&letter.to_string(), 0, 1).is_ok();
    text.chars().take(80).filter(shows).collect()
}

/// What profiles call somebody.
pub(super) fn called(profile: Option<&Profile>) -> Option<String> {
    let profile = profile?;
    let names = [&profile.real_name, &profile.display_name, &profile.name];
    names.into_iter().flatten().find(|name| !name.trim().is_empty()).cloned()
}

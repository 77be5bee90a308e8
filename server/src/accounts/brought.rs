//! People who come from elsewhere. They have no password: an admin gives them a link when they are to sign in.

use super::store;
use crate::{
    directory::Person,
    error::AppError,
    ids::UserId,
    journal::{Audience, Draft},
    permission::Role,
    validate,
};
use serde_json::json;
use std::collections::BTreeSet;

/// What somebody is to be here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    Member,
    Guest,
    /// Only what they said is here.
    Former,
    Bot,
}

/// Somebody who comes from elsewhere, with fields that fit.
#[derive(Clone, Debug)]
pub(crate) struct NewPerson {
    pub name: String,
    /// Another is made of it when somebody has it.
    pub username: String,
    pub email: Option<String>,
    pub title: String,
    pub time_zone: Option<String>,
    pub standing: Standing,
}

/// Adds people to the team, and gives their ids and the user names that they got.
///
/// # Errors
/// `internal`.
pub(crate) fn bring(draft: &mut Draft<'_>, people: &[NewPerson]) -> Result<Vec<(UserId, String)>, AppError> {
    let (mut names, mut emails) = (BTreeSet::new(), BTreeSet::new());
    let mut made = Vec::with_capacity(people.len());
    for new in people {
        let directory = draft.directory;
        let username = free(&new.username, |name| directory.is_name(name) || names.contains(name));
        let email = new.email.clone().filter(|email| {
            new.standing != Standing::Former
                && directory.user_with_email(email).is_none()
                && emails.insert(email.clone())
        });
        names.insert(username.clone());
        let person = Person {
            id: UserId::generate(),
            name: new.name.clone(),
            username: username.clone(),
            email,
            role: match new.standing {
                Standing::Member | Standing::Former => Role::Member,
                Standing::Guest | Standing::Bot => Role::Guest,
            },
            title: new.title.clone(),
            status_text: String::new(),
            status_emoji: String::new(),
            status_until: None,
            time_zone: new.time_zone.clone(),
            avatar: None,
            bot: new.standing == Standing::Bot,
            created_at: draft.now,
            deleted_at: (new.standing == Standing::Former).then_some(draft.now),
            suspended_at: None,
            version: 1,
            sees_since: draft.position(),
        };
        draft.event(Audience::Everyone, "user.created", None, &json!({ "user": person.view() }), None)?;
        made.push((person.id, username));
        store::put_person(draft, person);
    }
    Ok(made)
}

/// This user name, or one that begins like it and that nobody has.
pub(crate) fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) && validate::username(wanted).is_ok() {
        return wanted.to_owned();
    }
    let base: String = wanted.chars().take(26).collect();
    let mut number = 1_u32;
    loop {
        number += 1;
        let name = format!("{base}{number}");
        if !taken(&name) {
            return name;
        }
    }
}

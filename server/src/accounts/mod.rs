//! People: how they come in, who they are, how they sign in, and what they may be shown of each
//! other.
//!
//! A browser holds one opaque cookie. An API client holds a short-lived signed access token and a
//! refresh token that changes with every use. A script holds an API token. All three name one
//! session in the directory, so ending the session ends them all at once, and no request asks the
//! database who is asking.

mod actor;
pub mod api;
mod avatars;
mod bots;
mod brought;
mod entry;
mod groups;
mod invites;
mod keys;
mod managed;
mod newcomers;
mod passwords;
mod people;
mod resets;
mod second_step;
mod sessions;
mod settings;
mod sign_in;
mod store;
mod tokens;
mod two_factor;

pub(crate) use actor::session_of_token;
pub use actor::{Actor, Entrant, OptionalActor, session_cookie};
pub(crate) use bots::{add as add_bot, rename as rename_bot};
pub(crate) use brought::{NewPerson, Standing, bring as bring_people, free as free_name};
pub use entry::{Entries, entry_path};
pub(crate) use groups::all_of as all_groups;
pub(crate) use invites::{NewInvite, create as create_invite};
pub use keys::{Keys, link_code};
pub(crate) use keys::{hash as secret_hash, secret};
pub use passwords::Passwords;
pub(crate) use people::{PersonPatch, clear_status, take_out, update};
pub use resets::create_for_owner as reset_for_owner;
pub use second_step::SecondSteps;
pub use sessions::{Device, Transport};
pub use sessions::{forget_expired, touch};
pub use sign_in::{Newcomer, set_up};
pub(crate) use sign_in::{Welcome, log_out, register};
pub(crate) use store::load;

use crate::{
    directory::{Directory, Person},
    error::AppError,
    ids::UserId,
    permission::Relation,
};

/// How one person stands to another: the same one, or more powerful.
fn relation(directory: &Directory, actor: &Actor, user: UserId) -> Result<Relation, AppError> {
    let person = directory.active_person(user)?;
    Ok(relation_to(actor, person))
}

fn relation_to(actor: &Actor, person: &Person) -> Relation {
    Relation { own: actor.user == person.id, outranks: actor.role > person.role, ..Relation::NONE }
}

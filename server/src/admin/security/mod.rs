//! How safe the hub is, at one look: who was refused lately, every API token, and what the configuration decides.

pub mod api;

use super::audit::{self, Act, Entry};
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    config::{Config, Source},
    directory::{SessionKind, TokenView},
    error::AppError,
    ids::UserId,
    permission::{Action, Relation},
};
use serde::Serialize;
use std::{cmp::Reverse, collections::BTreeMap, time::Duration};
use utoipa::ToSchema;

/// How far back refused sign-ins are looked for.
const LATELY: Duration = Duration::from_secs(7 * 24 * 3600);
/// How many addresses and accounts are shown.
const MOST: usize = 200;

/// What the configuration decides, with where it comes from. What is made in the dashboard is in the settings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Security {
    /// Host names that the hub answers to besides its own.
    pub allowed_hosts: Fixed<Vec<String>>,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Fixed<Vec<String>>,
    /// Attempts to sign in to one account in a minute; 0 is no limit.
    pub sign_in_limit: Fixed<u32>,
    /// New accounts from one address in a minute.
    pub register_limit: Fixed<u32>,
    /// Messages of one person in a minute.
    pub message_limit: Fixed<u32>,
    /// Who was refused in the last seven days, the latest first.
    pub attempts: Vec<Attempts>,
    /// How many people could have two-factor sign-in, and how many have it.
    pub people: usize,
    pub with_two_factor: usize,
}

/// A value that the dashboard shows and does not change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fixed<T> {
    pub value: T,
    pub source: Source,
}

/// Refused sign-ins from one address to one account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInAttempts)]
pub struct Attempts {
    pub address: String,
    /// The account; `null` where there is none of the name that was given.
    pub user_id: Option<UserId>,
    /// Wrong passwords.
    pub failed: u32,
    /// Right passwords with a wrong code after them.
    pub code_failed: u32,
    /// How many minutes there were with too many tries.
    pub limited: u32,
    /// Tries of somebody who is suspended.
    pub suspended: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// What the configuration decides, and who was refused lately.
///
/// # Errors
/// `forbidden`, `internal`.
pub async fn look(app: &App, actor: &Actor) -> Result<Security, AppError> {
    actor.require(Action::ViewSignIns, Relation::NONE)?;
    let since =
        Timestamp::from_millis(clock::now().millis().saturating_sub(i64::try_from(LATELY.as_millis()).unwrap_or(0)));
    let attempts = attempts(&audit::since(app, since).await?);
    let (people, with_two_factor) = {
        let directory = app.journal.directory();
        let here = || directory.people.values().filter(|person| person.deleted_at.is_none() && !person.bot);
        (here().count(), here().filter(|person| directory.two_factor.contains_key(&person.id)).count())
    };
    let Config { allowed_hosts, trusted_proxies, limits, .. } = &app.config;
    Ok(Security {
        allowed_hosts: fixed(&app.config, "allowed_hosts", allowed_hosts.clone()),
        trusted_proxies: fixed(
            &app.config,
            "trusted_proxies",
            trusted_proxies.iter().map(ToString::to_string).collect(),
        ),
        sign_in_limit: fixed(&app.config, "limits.sign_in", limits.sign_in),
        register_limit: fixed(&app.config, "limits.register", limits.register),
        message_limit: fixed(&app.config, "limits.messages", limits.messages),
        attempts,
        people,
        with_two_factor,
    })
}

fn fixed<T>(config: &Config, name: &str, value: T) -> Fixed<T> {
    Fixed { value, source: config.sources.get(name).copied().unwrap_or(Source::Default) }
}

/// The refusals by address and account, the latest first.
fn attempts(entries: &[Entry]) -> Vec<Attempts> {
    let mut found = BTreeMap::<(&str, Option<UserId>), Attempts>::new();
    for entry in entries {
        let refused =
            matches!(entry.act, Act::SignInFailed | Act::SignInCodeFailed | Act::SignInLimited | Act::SignInSuspended);
        if !refused {
            continue;
        }
        let sum = found.entry((&entry.address, entry.target)).or_insert_with(|| Attempts {
            address: entry.address.clone(),
            user_id: entry.target,
            failed: 0,
            code_failed: 0,
            limited: 0,
            suspended: 0,
            first_at: entry.at,
            last_at: entry.last_at,
        });
        let count = match entry.act {
            Act::SignInCodeFailed => &mut sum.code_failed,
            Act::SignInLimited => &mut sum.limited,
            Act::SignInSuspended => &mut sum.suspended,
            _ => &mut sum.failed,
        };
        *count = count.saturating_add(entry.times);
        sum.first_at = sum.first_at.min(entry.at);
        sum.last_at = sum.last_at.max(entry.last_at);
    }
    let mut sums: Vec<_> = found.into_values().collect();
    sums.sort_by_key(|sum| Reverse(sum.last_at));
    sums.truncate(MOST);
    sums
}

/// An API token, and whose it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OwnedToken)]
pub struct OwnedToken {
    pub user_id: UserId,
    #[serde(flatten)]
    pub token: TokenView,
}

/// The API tokens of everyone, bots included, the latest used first.
///
/// # Errors
/// `forbidden`.
pub fn tokens(app: &App, actor: &Actor) -> Result<Vec<OwnedToken>, AppError> {
    actor.require(Action::ViewSignIns, Relation::NONE)?;
    let directory = app.journal.directory();
    let mut tokens: Vec<_> = directory
        .sessions
        .values()
        .filter(|session| session.kind == SessionKind::Token)
        .map(|session| OwnedToken { user_id: session.user, token: session.token_view() })
        .collect();
    tokens.sort_by_key(|owned| Reverse((owned.token.last_seen_at, owned.token.id)));
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::{Act, Attempts, Entry, attempts};
    use crate::{clock::Timestamp, ids::UserId};

    #[test]
    fn refusals_are_summed_by_address_and_account() {
        let (bob, at) = (UserId::generate(), Timestamp::from_millis);
        let entry = |act, address: &str, target, times, first, last| Entry {
            number: 1,
            at: at(first),
            act,
            actor: None,
            target,
            address: address.to_owned(),
            detail: String::new(),
            times,
            last_at: at(last),
        };
        let entries = [
            entry(Act::SignInFailed, "10.0.0.2", Some(bob), 7, 50, 90),
            entry(Act::SignedIn, "10.0.0.2", Some(bob), 1, 40, 40),
            entry(Act::SignInCodeFailed, "10.0.0.2", Some(bob), 2, 30, 35),
            entry(Act::SignInFailed, "10.0.0.3", None, 1, 100, 100),
            entry(Act::SignInLimited, "10.0.0.2", Some(bob), 1, 10, 10),
        ];
        let none = |address: &str, user_id, first: i64, last: i64| Attempts {
            address: address.to_owned(),
            user_id,
            failed: 0,
            code_failed: 0,
            limited: 0,
            suspended: 0,
            first_at: at(first),
            last_at: at(last),
        };
        assert_eq!(
            attempts(&entries),
            [
                Attempts { failed: 1, ..none("10.0.0.3", None, 100, 100) },
                Attempts { failed: 7, code_failed: 2, limited: 1, ..none("10.0.0.2", Some(bob), 10, 90) },
            ]
        );
    }
}

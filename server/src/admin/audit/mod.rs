//! The audit log: every act of administration and security, who did it, to whom, from where and
//! when.
//!
//! An entry is written in the change that it tells of, so neither is there without the other. An act
//! that changes nothing, such as a refused sign-in, is a change of its own. Entries are numbered; the
//! newest [`KEEP`] stay.

pub mod api;
mod store;

pub(crate) use store::{load, trim, write_offline};

use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Fact, Repeated},
    error::AppError,
    ids::UserId,
    journal::Draft,
    permission::{Action, Relation},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// How many entries stay; older ones go.
pub const KEEP: u32 = 20_000;
/// How many entries are looked through for what was lately.
const LOOKED_AT: u32 = 10_000;
/// How many entries are looked through at a time.
const STEP: u32 = 500;
/// The most characters of an entry's detail.
const LONGEST: usize = 200;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The first run.
    TeamStarted,
    /// Somebody joined; the detail is the invitation's note.
    PersonJoined,
    /// The detail is the device.
    SignedIn,
    /// A password was not right. The target is the account, if there is one of that name.
    SignInFailed,
    /// The password was right, and the code after it was not.
    SignInCodeFailed,
    /// There were too many tries, from one address or to one account.
    SignInLimited,
    /// Somebody who is suspended tried to sign in.
    SignInSuspended,
    /// A refresh token was used twice; the sign-in was ended.
    TokenStolen,
    /// A device was signed out. The detail is its name; the target is whose it was, where an admin did it.
    SessionEnded,
    /// A person signed out all their other devices, or an admin those of the target. The detail says how many.
    SessionsEnded,
    TokenCreated,
    /// The target is whose it was, where an admin did it.
    TokenRevoked,
    PasswordChanged,
    /// Somebody who is signed in gave a password that is not theirs, to change it or to switch off two-factor sign-in.
    PasswordWrong,
    /// Somebody's own; the detail is the new one, empty where they took it away.
    EmailChanged,
    TwoFactorOn,
    TwoFactorOff,
    /// Switched off by an admin for the target.
    TwoFactorReset,
    RecoveryCodesRenewed,
    /// A sign-in with one of them in the place of a code. The detail is the device.
    RecoveryCodeUsed,
    /// An account made by an admin, with a link for the first sign-in.
    PersonAdded,
    ResetLinkCreated,
    /// A new password by a link.
    PasswordReset,
    /// The detail is the role before and the new one, and which fields of the profile changed with it.
    RoleChanged,
    /// Somebody else's profile; the detail names the fields.
    ProfileChanged,
    /// An account for a program. The target is the bot.
    BotCreated,
    /// The target is the bot, the detail the token's name.
    BotTokenCreated,
    BotTokenRevoked,
    /// The target is the webhook's bot, the detail the channel's name.
    HookCreated,
    /// It got another secret.
    HookRotated,
    HookRemoved,
    /// A webhook by which a program is told. The target is its bot, the detail where it is told.
    OutgoingCreated,
    OutgoingChanged,
    /// It got another secret.
    OutgoingRotated,
    OutgoingRemoved,
    /// The hub switched it off, because nothing was taken any more.
    OutgoingStopped,
    /// A command that a program answers. The target is its bot, the detail its name and where it is asked.
    CommandCreated,
    CommandChanged,
    CommandRotated,
    CommandRemoved,
    PersonSuspended,
    PersonResumed,
    PersonRemoved,
    InviteCreated,
    InviteRevoked,
    /// The detail is the group's name.
    GroupCreated,
    GroupChanged,
    GroupRemoved,
    /// The detail has the settings that changed, with the new values.
    SettingsChanged,
    /// The detail is whether teammates get in.
    NetworkChanged,
    /// The detail names the settings that changed.
    MailChanged,
    /// A conversation was saved as a file. The detail is the channel's name, empty for a direct one.
    ChannelExported,
    /// A project's tasks were saved as a table. The detail is the project's key.
    ProjectExported,
    BackupStarted,
    /// The detail is its file's name where the command line made it.
    BackupMade,
    BackupFailed,
    BackupDownloaded,
    /// The detail is its file's name; nobody is the actor where the plan did not keep it.
    BackupRemoved,
    /// The detail has the settings that changed.
    BackupPlanChanged,
    /// Brought from elsewhere. The detail is its file's name.
    BackupUploaded,
    /// The hub is restored from it at the next start. The detail is its file's name.
    RestorePrepared,
    /// The detail is the file's name.
    RestoreFailed,
    RestoreCancelled,
    /// An archive of another chat. The detail is its file's name.
    ImportUploaded,
    /// People, channels and messages of an archive are being made. The detail is its file's name.
    ImportStarted,
    /// The detail is its file's name.
    ImportStopped,
    /// The detail is its file's name and what was made.
    ImportFinished,
    /// The detail is its file's name.
    ImportFailed,
    ImportRemoved,
    /// The whole team is being written into one file.
    ExportStarted,
    ExportMade,
    ExportFailed,
    ExportDownloaded,
    ExportRemoved,
}

/// Who acts, and from where.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub user: Option<UserId>,
    pub address: &'a str,
}

impl<'a> By<'a> {
    /// Someone who is not signed in.
    #[must_use]
    pub fn stranger(address: &'a str) -> Self {
        Self { user: None, address }
    }

    /// Someone who has just come in.
    #[must_use]
    pub fn person(user: UserId, address: &'a str) -> Self {
        Self { user: Some(user), address }
    }
}

impl<'a> From<&'a Actor> for By<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self { user: Some(actor.user), address: &actor.address }
    }
}

/// Adds an entry to a change; one change has one at most, because the next number is counted by
/// what is committed.
pub(crate) fn note(draft: &mut Draft<'_>, act: Act, by: By<'_>, target: Option<UserId>, detail: &str) {
    let number = draft.directory.audited.saturating_add(1);
    let detail = detail.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
    let entry = Entry {
        number,
        at: draft.now,
        act,
        actor: by.user,
        target,
        address: by.address.to_owned(),
        detail,
        times: 1,
        last_at: draft.now,
    };
    store::put(draft, &entry);
}

/// For how long the same act from the same address to the same account is counted in one entry.
const TOGETHER: Duration = Duration::from_secs(3600);

/// Writes down that something was refused. From one address to one account within an hour it is one entry that counts,
/// so that whoever guesses does not push the other entries out of the log. That it cannot be written does not change
/// what came of it.
pub(crate) async fn count(app: &App, act: Act, address: &str, target: Option<UserId>) {
    let address = address.to_owned();
    let counted = app.journal.commit(move |draft| {
        let key = (store::word(act), address.clone(), target);
        let known = draft.directory.repeated.get(&key).filter(|known| draft.now.since(known.since) < TOGETHER);
        let (number, since, times) = match known {
            Some(known) => (known.number, known.since, known.times.saturating_add(1)),
            None => (draft.directory.audited.saturating_add(1), draft.now, 1),
        };
        let entry = Entry {
            number,
            at: since,
            act,
            actor: None,
            target,
            address: address.clone(),
            detail: String::new(),
            times,
            last_at: draft.now,
        };
        store::put(draft, &entry);
        draft.fact(Fact::Repeated(Repeated { key, number, since, times }));
        Ok(())
    });
    if let Err(error) = counted.await {
        tracing::warn!(%error, ?act, "an act could not be written to the audit log");
    }
}

/// Writes an entry of an act that changes nothing else. That it cannot be written does not change
/// what came of the act.
pub(crate) async fn tell(app: &App, act: Act, by: By<'_>, target: Option<UserId>, detail: String) {
    let (user, address) = (by.user, by.address.to_owned());
    let noted = app.journal.commit(move |draft| {
        note(draft, act, By { user, address: &address }, target, &detail);
        Ok(())
    });
    if let Err(error) = noted.await {
        tracing::warn!(%error, ?act, "an act could not be written to the audit log");
    }
}

/// One act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
pub struct Entry {
    /// Entries are numbered in the order of the acts.
    pub number: u32,
    pub at: Timestamp,
    pub act: Act,
    /// Null for someone who was not signed in, and for the hub itself.
    pub actor: Option<UserId>,
    /// The person to whom it was done.
    pub target: Option<UserId>,
    /// From where; empty for the hub itself.
    pub address: String,
    /// More about it; what it is depends on the act.
    pub detail: String,
    /// How often it happened: refused sign-ins from one address to one account are one entry for an hour.
    pub times: u32,
    /// When it happened last.
    pub last_at: Timestamp,
}

/// Which entries are wanted.
#[derive(Clone, Copy, Default, Debug)]
pub struct Filter {
    pub act: Option<Act>,
    /// By this person, or done to them.
    pub person: Option<UserId>,
}

impl Filter {
    fn fits(self, entry: &Entry) -> bool {
        self.act.is_none_or(|act| act == entry.act)
            && self.person.is_none_or(|person| entry.actor == Some(person) || entry.target == Some(person))
    }
}

/// The newest entries that fit, the newest first, at most `limit`; of those before a number, if one
/// is given. With them, whether there are more.
///
/// # Errors
/// `forbidden`, `internal`.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: Filter,
    before: Option<u32>,
    limit: usize,
) -> Result<(Vec<Entry>, bool), AppError> {
    actor.require(Action::ViewAudit, Relation::NONE)?;
    let (newest, floor) = bounds(&app.journal.directory());
    let mut to = before.map_or(newest, |before| before.saturating_sub(1).min(newest));
    let mut found = Vec::new();
    while to > floor {
        let from = to.saturating_sub(STEP).max(floor) + 1;
        let rows = store::range(&app.database, from, to).await.map_err(AppError::internal)?;
        found.extend(rows.into_iter().rev().filter(|entry| filter.fits(entry)));
        if found.len() > limit {
            found.truncate(limit);
            return Ok((found, true));
        }
        to = from - 1;
    }
    Ok((found, false))
}

/// The newest entries since a moment, the newest first, at most [`LOOKED_AT`]. What began to be counted an hour before and
/// goes on since is among them.
///
/// # Errors
/// `internal`.
pub(super) async fn since(app: &App, moment: Timestamp) -> Result<Vec<Entry>, AppError> {
    let (newest, floor) = bounds(&app.journal.directory());
    let floor = floor.max(newest.saturating_sub(LOOKED_AT));
    let mut to = newest;
    let mut found = Vec::new();
    while to > floor {
        let from = to.saturating_sub(STEP).max(floor) + 1;
        let rows = store::range(&app.database, from, to).await.map_err(AppError::internal)?;
        let older = rows.first().is_some_and(|entry| entry.at.plus(TOGETHER) < moment);
        found.extend(rows.into_iter().rev().filter(|entry| entry.last_at >= moment));
        if older {
            break;
        }
        to = from - 1;
    }
    Ok(found)
}

/// The newest number, and the number above which entries are kept.
fn bounds(directory: &Directory) -> (u32, u32) {
    (directory.audited, directory.audited.saturating_sub(KEEP))
}

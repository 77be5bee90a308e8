//! Making and changing commands.

use super::store;
use crate::{
    accounts::{self, Actor},
    admin::audit::{self, Act, By},
    app::App,
    clock::Timestamp,
    directory::{Command, Directory, Scope},
    error::AppError,
    ids::{CommandId, UserId},
    journal::Draft,
    outgoing, outside,
    permission::{Action, Relation, Role, allowed},
    validate::{self, Checks},
};
use serde::Serialize;
use utoipa::ToSchema;

/// How many commands a team can have.
const MOST: usize = 100;
/// The longest hint and description, in characters.
const LONGEST_HINT: usize = 60;
const LONGEST_DESCRIPTION: usize = 120;
/// What the composer does itself.
const BUILT_IN: [&str; 17] = [
    "me", "shrug", "status", "task", "mute", "invite", "topic", "leave", "remind", "poll", "join", "away", "dnd",
    "help", "msg", "search", "kick",
];

/// A command, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Command)]
pub struct CommandView {
    pub id: CommandId,
    /// What follows the slash: 1 to 32 of `a-z 0-9 _ -`, beginning with a letter.
    pub name: String,
    /// What is typed after it, such as `[environment]`.
    pub hint: String,
    pub description: String,
    /// The bot that says what the program answers to all.
    pub bot_id: UserId,
    /// Where the program is asked; for admins.
    pub url: Option<String>,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

impl CommandView {
    fn of(command: &Command, role: Role) -> Self {
        let admin = allowed(Action::ManageBots, role, Relation::NONE);
        Self {
            id: command.id,
            name: command.name.clone(),
            hint: command.hint.clone(),
            description: command.description.clone(),
            bot_id: command.bot,
            url: admin.then(|| command.url.clone()),
            created_by: command.created_by,
            created_at: command.created_at,
        }
    }
}

/// What a command is to be. What is `None` stays as it is.
#[derive(Clone, Default, Debug)]
pub struct Wish {
    pub name: Option<String>,
    pub hint: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
}

impl Wish {
    fn checked(self) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        let checked = Self {
            name: self.name.map(|name| checks.take("name", command_name(&name))),
            hint: self.hint.map(|hint| checks.take("hint", validate::line(&hint, 0, LONGEST_HINT))),
            description: self
                .description
                .map(|text| checks.take("description", validate::line(&text, 0, LONGEST_DESCRIPTION))),
            url: self.url.map(|url| checks.take("url", outside::address(&url))),
        };
        checks.finish()?;
        Ok(checked)
    }
}

/// A command's name; a slash before it is taken off.
fn command_name(name: &str) -> Result<String, String> {
    let name = validate::line(name.trim().trim_start_matches('/'), 1, 32)?.to_lowercase();
    let fits =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter))
            && name.starts_with(|letter: char| letter.is_ascii_lowercase());
    if !fits {
        return Err("may have letters a to z, digits, hyphens and underscores, and begins with a letter".to_owned());
    }
    if BUILT_IN.contains(&name.as_str()) {
        return Err("is a command that Hearth has itself".to_owned());
    }
    Ok(name)
}

/// The team's commands by name, for everybody; where they are asked, for admins.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<CommandView>, AppError> {
    actor.require_scope(Scope::Read)?;
    let directory = app.journal.directory();
    let mut all: Vec<_> = directory.commands.values().map(|command| CommandView::of(command, actor.role)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn name_taken() -> AppError {
    AppError::field("name", "is a command of the team already")
}

/// Makes a command and its bot; returns it with its secret, which is shown here and never again.
///
/// # Errors
/// `forbidden`, `validation`, `rate_limited`.
pub async fn create(app: &App, actor: &Actor, wish: Wish) -> Result<(CommandView, String), AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let wish = wish.checked()?;
    let (by, key) = (actor.clone(), outgoing::new_key());
    let secret = outgoing::secret_of(&key);
    let made = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = by.still(directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            if directory.commands.len() >= MOST {
                return Err(AppError::field("", format!("the team has {MOST} commands already")));
            }
            let name = wish.name.clone().unwrap_or_default();
            if directory.command_named(&name).is_some() {
                return Err(name_taken());
            }
            let bot = accounts::add_bot(draft, &name, None, Role::Guest)?;
            let command = Command {
                id: CommandId::generate(),
                name,
                hint: wish.hint.clone().unwrap_or_default(),
                description: wish.description.clone().unwrap_or_default(),
                url: wish.url.clone().unwrap_or_default(),
                key: key.clone(),
                bot: bot.id,
                created_by: actor.user,
                created_at: draft.now,
            };
            note(draft, Act::CommandCreated, &actor, &command);
            store::put(draft, command.clone());
            Ok(command)
        })
        .await?;
    Ok((CommandView::of(&made, actor.role), secret))
}

fn note(draft: &mut Draft<'_>, act: Act, actor: &Actor, command: &Command) {
    let detail = format!("/{} {}", command.name, outgoing::host_of(&command.url));
    audit::note(draft, act, By::from(actor), Some(command.bot), &detail);
}

fn found(directory: &Directory, id: CommandId) -> Result<&Command, AppError> {
    directory.commands.get(&id).ok_or_else(|| AppError::not_found("Command"))
}

/// Changes a command.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `rate_limited`.
pub async fn update(app: &App, actor: &Actor, id: CommandId, wish: Wish) -> Result<CommandView, AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let wish = wish.checked()?;
    let by = actor.clone();
    let made = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = by.still(directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            let mut next = found(directory, id)?.clone();
            if let Some(name) = wish.name.clone().filter(|name| *name != next.name) {
                if directory.command_named(&name).is_some() {
                    return Err(name_taken());
                }
                accounts::rename_bot(draft, next.bot, &name)?;
                next.name = name;
            }
            next.hint = wish.hint.clone().unwrap_or(next.hint);
            next.description = wish.description.clone().unwrap_or(next.description);
            next.url = wish.url.clone().unwrap_or(next.url);
            note(draft, Act::CommandChanged, &actor, &next);
            store::put(draft, next.clone());
            Ok(next)
        })
        .await?;
    Ok(CommandView::of(&made, actor.role))
}

/// Gives a command another secret; the one before is used no more.
///
/// # Errors
/// `forbidden`, `not_found`, `rate_limited`.
pub async fn rotate(app: &App, actor: &Actor, id: CommandId) -> Result<(CommandView, String), AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let (by, key) = (actor.clone(), outgoing::new_key());
    let secret = outgoing::secret_of(&key);
    let made = app
        .journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            let next = Command { key: key.clone(), ..found(draft.directory, id)?.clone() };
            note(draft, Act::CommandRotated, &actor, &next);
            store::put(draft, next.clone());
            Ok(next)
        })
        .await?;
    Ok((CommandView::of(&made, actor.role), secret))
}

/// Takes a command away, and its bot out of the team. What it said stays.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn remove(app: &App, actor: &Actor, id: CommandId) -> Result<(), AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    let by = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            let command = found(draft.directory, id)?;
            note(draft, Act::CommandRemoved, &actor, command);
            accounts::take_out(draft, command.bot)
        })
        .await
}

/// The commands of a bot that leaves the team go with it.
pub(crate) fn forget_of(draft: &mut Draft<'_>, user: UserId) {
    let all = draft.directory.commands.values();
    let gone: Vec<_> = all.filter(|command| command.bot == user).map(|command| command.id).collect();
    gone.into_iter().for_each(|command| store::delete(draft, command));
}

#[cfg(test)]
mod tests {
    use super::command_name;

    #[test]
    fn a_command_is_a_word_that_is_free() {
        assert_eq!(command_name(" /Deploy-2 ").as_deref(), Ok("deploy-2"));
        for bad in ["", "/", "2fast", "de ploy", "déploy", "/me", "a/b", &"a".repeat(33)] {
            assert!(command_name(bad).is_err(), "{bad}");
        }
    }
}

//! The team's settings.

use super::{Actor, store};
use crate::{
    app::App,
    directory::{DirectoryPolicy, PasswordRule, Registration, Settings},
    error::AppError,
    journal::Audience,
    permission::{Action, Relation},
    validate::{self, Checks},
};
use serde_json::json;

/// What is to change.
#[derive(Clone, Default, Debug)]
pub struct SettingsPatch {
    pub name: Option<String>,
    pub registration: Option<Registration>,
    pub directory: Option<DirectoryPolicy>,
    pub password_rule: Option<PasswordRule>,
}

/// The settings, for those who may change them.
///
/// # Errors
/// `forbidden`.
pub fn get(app: &App, actor: &Actor) -> Result<Settings, AppError> {
    actor.require(Action::ManageSettings, Relation::NONE)?;
    app.journal.directory().settings().cloned()
}

/// Changes settings and tells everyone.
///
/// # Errors
/// `forbidden`, `validation`.
pub async fn update(app: &App, actor: &Actor, patch: SettingsPatch) -> Result<Settings, AppError> {
    let mut checks = Checks::default();
    let name = patch.name.map(|name| checks.take("name", validate::line(&name, 1, 60)));
    checks.finish()?;
    let actor = actor.clone();
    let settings = app
        .journal
        .commit(move |draft| {
            actor.still(draft.directory)?.require(Action::ManageSettings, Relation::NONE)?;
            let mut settings = draft.directory.settings()?.clone();
            if let Some(name) = &name {
                settings.name.clone_from(name);
            }
            settings.registration = patch.registration.unwrap_or(settings.registration);
            settings.directory = patch.directory.unwrap_or(settings.directory);
            settings.password_rule = patch.password_rule.unwrap_or(settings.password_rule);
            let mut hub = draft.directory.hub_view();
            hub.name.clone_from(&settings.name);
            hub.registration = settings.registration;
            draft.event(Audience::Everyone, "hub.updated", None, &json!({ "hub": hub }), None)?;
            store::put_settings(draft, settings.clone());
            Ok(settings)
        })
        .await?;
    // The team's name is also its name on the network.
    app.discovery.wake();
    Ok(settings)
}

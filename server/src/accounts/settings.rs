//! The team's settings.

use super::{Actor, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    directory::{DirectoryPolicy, LinkPreviews, PasswordRule, Registration, Settings},
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
    pub link_previews: Option<LinkPreviews>,
    pub read_receipts: Option<bool>,
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
            let before = draft.directory.settings()?;
            let mut settings = before.clone();
            if let Some(name) = &name {
                settings.name.clone_from(name);
            }
            settings.registration = patch.registration.unwrap_or(settings.registration);
            settings.directory = patch.directory.unwrap_or(settings.directory);
            settings.password_rule = patch.password_rule.unwrap_or(settings.password_rule);
            settings.link_previews = patch.link_previews.unwrap_or(settings.link_previews);
            settings.read_receipts = patch.read_receipts.unwrap_or(settings.read_receipts);
            let mut hub = draft.directory.hub_view();
            hub.name.clone_from(&settings.name);
            hub.registration = settings.registration;
            hub.link_previews = settings.link_previews;
            hub.read_receipts = settings.read_receipts;
            draft.event(Audience::Everyone, "hub.updated", None, &json!({ "hub": hub }), None)?;
            if let Some(changed) = changes(before, &settings) {
                audit::note(draft, Act::SettingsChanged, By::from(&actor), None, &changed);
            }
            store::put_settings(draft, settings.clone());
            Ok(settings)
        })
        .await?;
    // The team's name is also its name on the network.
    app.discovery.wake();
    Ok(settings)
}

/// The settings that differ, with their new values.
fn changes(before: &Settings, after: &Settings) -> Option<String> {
    let fields = |settings: &Settings| match serde_json::to_value(settings) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let before = fields(before);
    let changed: Vec<_> = fields(after)
        .into_iter()
        .filter(|(name, value)| before.get(name) != Some(value))
        .map(|(name, value)| format!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    (!changed.is_empty()).then(|| changed.join(", "))
}

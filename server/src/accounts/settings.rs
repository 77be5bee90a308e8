//! The team's settings.

use super::{Actor, store, two_factor};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    directory::{DirectoryPolicy, LinkPreviews, PasswordRule, Registration, Settings, TwoFactorRule},
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
    pub two_factor: Option<TwoFactorRule>,
    pub session_idle_days: Option<u32>,
    /// The inner `None` removes it.
    pub session_most_days: Option<Option<u32>>,
}

/// The most days that a sign-in may last.
const MOST_DAYS: u32 = 366;

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
    let fits = |days: u32| (1..=MOST_DAYS).contains(&days);
    for (field, days) in
        [("sessionIdleDays", patch.session_idle_days), ("sessionMostDays", patch.session_most_days.flatten())]
    {
        if days.is_some_and(|days| !fits(days)) {
            checks.take::<()>(field, Err(format!("is not between 1 and {MOST_DAYS}")));
        }
    }
    checks.finish()?;
    let actor = actor.clone();
    let settings = app
        .journal
        .commit(move |draft| {
            let role = actor.still(draft.directory).and_then(|actor| {
                actor.require(Action::ManageSettings, Relation::NONE)?;
                Ok(actor.role)
            })?;
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
            settings.two_factor = patch.two_factor.unwrap_or(settings.two_factor);
            settings.session_idle_days = patch.session_idle_days.unwrap_or(settings.session_idle_days);
            settings.session_most_days = patch.session_most_days.unwrap_or(settings.session_most_days);
            let tightened = settings.two_factor != before.two_factor && settings.two_factor.asks(role);
            if tightened && !draft.directory.two_factor.contains_key(&actor.user) {
                return Err(AppError::field("twoFactor", "can be asked of others once you have set up your own"));
            }
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
    two_factor::hold_up(app);
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

//! Putting a team back from a backup, before any hub runs: choosing the file, showing what is in it, restoring it.

use crate::{
    app::{desktop, show},
    file_dialog,
    hub::{self, Asked},
    view::{Backup, View, readable},
};
use hearth_server::admin::backup::{self, Manifest, Progress};
use std::{
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};
use tauri::AppHandle;

/// How often the page is told how far it is.
const EVERY: Duration = Duration::from_millis(100);

/// The backup that was chosen last. The page asks for its restoring and never names a file.
#[derive(Debug, Default)]
pub(crate) struct Chosen(Mutex<Option<PathBuf>>);

impl Chosen {
    fn set(&self, file: Option<PathBuf>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = file;
    }

    fn take(&self) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

/// Lets the person choose a file, and shows what is in it.
pub(crate) async fn choose(app: &AppHandle) {
    // Whoever closes the dialog changed nothing.
    let Some(file) = file_dialog::choose_backup(app).await else { return };
    match backup::inspect(&file).await {
        Ok(manifest) => ask_for(app, file, &manifest),
        Err(refusal) => hub::choose_again(app, Some(refusal.to_string())),
    }
}

fn ask_for(app: &AppHandle, file: PathBuf, manifest: &Manifest) {
    let config = match desktop(app).arguments.config() {
        Ok(config) => config,
        Err(error) => return hub::choose_again(app, Some(format!("{error:#}"))),
    };
    let backup = Backup {
        file: readable(&file),
        team: manifest.team.clone(),
        made_at: manifest.made_at,
        people: manifest.rows_of("person"),
        channels: manifest.rows_of("channel"),
        messages: manifest.rows_of("message"),
    };
    desktop(app).chosen.set(Some(file));
    show(app, View::Backup { data: hub::data_of(&config), backup, replaces: hub::has_team(&config) });
}

/// Restores the backup that was chosen, and starts its team.
pub(crate) async fn restore(app: &AppHandle) {
    let Some(file) = desktop(app).chosen.take() else { return hub::choose_again(app, None) };
    match put_back(app, file).await {
        Ok(()) => hub::start(app, Asked::Yes).await,
        Err(error) => hub::choose_again(app, Some(format!("{error:#}"))),
    }
}

async fn put_back(app: &AppHandle, file: PathBuf) -> anyhow::Result<()> {
    let config = desktop(app).arguments.config()?;
    let data = config.data.ok_or_else(|| anyhow::anyhow!("no data directory"))?;
    let team = backup::inspect(&file).await?.team;
    let (teller, told) = (app.clone(), Mutex::new(None));
    let tell = move |Progress { step, done, total }| {
        let Ok(mut told) = told.lock() else { return };
        let due = told.is_none_or(|(before, at): (_, Instant)| before != step || at.elapsed() > EVERY);
        if due {
            *told = Some((step, Instant::now()));
            let percent = done.saturating_mul(100) / total.max(1);
            show(&teller, View::Restoring { team: team.clone(), step, percent });
        }
    };
    let restored = backup::restore(&file, &data, tell).await?;
    tracing::info!(kept = ?restored.kept, "a backup was restored");
    Ok(())
}

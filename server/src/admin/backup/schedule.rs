//! Making a backup every day, reading it again, and a drill every week.

use super::{
    Cause, Flaw, Kind, Outcome, begin, carry_out, check, due,
    list::{Found, found},
    plan,
    work::Busy,
};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
};
use std::{sync::Arc, time::Duration};

/// How often it is asked whether something is due. By the clock on the wall every time, so a computer that slept and a
/// clock that was put right make no difference.
const LOOK: Duration = Duration::from_secs(30);
/// How long a hub that starts is left alone.
const SETTLING: Duration = Duration::from_secs(60);
/// How old the last drill is when the next is due.
const DRILL: Duration = Duration::from_secs(7 * 24 * 3600 - 6 * 3600);
/// How long after a drill that was skipped it is tried again.
const AGAIN: Duration = Duration::from_secs(20 * 3600);

/// Makes what is due until the hub stops.
pub(crate) async fn keep_going(app: Arc<App>) {
    let mut wait = SETTLING;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.shutdown.cancelled() => return,
        }
        tick(&app, clock::now()).await;
        wait = LOOK;
    }
}

/// Makes what is due at this moment.
pub async fn tick(app: &Arc<App>, now: Timestamp) {
    if app.journal.directory().settings.is_none() {
        return;
    }
    if app.backups.kept.get().since.is_none() {
        app.backups.kept.note(|kept| kept.since = Some(now));
    }
    let kept = app.backups.kept.get();
    if plan::next(app, &kept, now).is_none_or(|at| at > now) {
        return;
    }
    // Somebody is making one by hand; this one is made after it.
    let Ok(running) = begin(app, Cause::Schedule) else { return };
    tracing::info!(backup.id = %running.id, "the backup of the day was begun");
    let id = running.id;
    let Some(made) = carry_out(app, &running).await else { return };
    let failure = made.err();
    app.backups.kept.note(|kept| kept.last = Some(Outcome { at: now, failure }));
    if failure.is_some() {
        return;
    }
    if let Some(backup) = found(app).await.ok().and_then(|all| all.into_iter().find(|one| one.manifest.id == id)) {
        verify(app, &backup, now).await;
    }
    if app.shutdown.is_cancelled() {
        return;
    }
    prune(app).await;
    if drill_is_due(app, now)
        && let Ok(busy) = Busy::begin(app, Kind::Drill, None)
    {
        check::drill(app, &busy.work).await;
    }
}

/// Reads what was made.
async fn verify(app: &Arc<App>, backup: &Found, now: Timestamp) {
    let Ok(busy) = Busy::begin(app, Kind::Check, Some(backup.manifest.id)) else { return };
    let failure: Option<Flaw> = check::check(app, backup, &busy.work).await;
    if failure.is_some() {
        app.backups.kept.note(|kept| kept.last = Some(Outcome { at: now, failure }));
    }
}

fn drill_is_due(app: &App, now: Timestamp) -> bool {
    app.backups.kept.get().drill.is_none_or(|drill| {
        let wait = if drill.skipped.is_some() { AGAIN } else { DRILL };
        // A drill in the future was written by a clock that was wrong.
        drill.at > now || now.since(drill.at) >= wait
    })
}

/// Removes the backups that need not stay.
async fn prune(app: &Arc<App>) {
    let Ok(all) = found(app).await else { return };
    let kept = app.backups.kept.get();
    let own: Vec<_> = all.iter().filter(|backup| !backup.brought).collect();
    let there: Vec<_> = own.iter().map(|backup| backup.there(kept.checks.get(&backup.manifest.id))).collect();
    let gone = due::surplus(&there, &kept.plan);
    let in_use = app.backups.state().work.clone();
    for backup in own {
        let id = backup.manifest.id;
        if !gone.contains(&id) || in_use.as_ref().is_some_and(|work| work.is_about(id)) {
            continue;
        }
        match tokio::fs::remove_file(&backup.path).await {
            Ok(()) => {
                tracing::info!(backup.id = %id, "a backup that need not stay was removed");
                audit::tell(app, Act::BackupRemoved, By::stranger(""), None, backup.name()).await;
            }
            Err(error) => tracing::warn!(backup.id = %id, %error, "a backup that need not stay was not removed"),
        }
    }
    let left: Vec<_> = all.iter().map(|backup| backup.manifest.id).filter(|id| !gone.contains(id)).collect();
    app.backups.kept.note(|kept| kept.checks.retain(|id, _| left.contains(id)));
}

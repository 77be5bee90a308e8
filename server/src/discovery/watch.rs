//! Follows what happens to the computer: cables, Wi-Fi, new addresses, and sleep.

use super::{browse::slept, interfaces};
use crate::app::App;
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

/// How often is looked. Everything that depends on it is done well within 15 seconds.
const LOOK: Duration = Duration::from_secs(2);

/// Looks at the interfaces and the clock until the hub stops.
pub(crate) async fn watch(app: Arc<App>) {
    let mut tick = tokio::time::interval(LOOK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = (Instant::now(), SystemTime::now());
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = app.shutdown.cancelled() => return,
        }
        let woke = slept(&mut last);
        // Where the system does not say, what was known stays.
        let Ok(found) = interfaces::list() else { continue };
        let changed = app.discovery.look(|standing| standing.interfaces != found);
        if changed || woke {
            tracing::info!(woke, "the computer's networks changed");
            app.discovery.update(|standing| {
                standing.interfaces = found;
                standing.wakes = standing.wakes.wrapping_add(u32::from(woke));
            });
        }
    }
}

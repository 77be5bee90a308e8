//! `hearth nearby`: the hubs that can be found on this network.

use crate::discovery::{Choice, NearbyHub, browse};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::{Instant, timeout_at};

/// Prints every hub when it is found and when it goes, for so many seconds.
pub(super) async fn print(seconds: u64, interfaces: Vec<String>, form: Form) -> anyhow::Result<()> {
    let named = BTreeSet::from_iter(interfaces);
    let nearby = browse(if named.is_empty() { Choice::Automatic } else { Choice::Named(named) })?;
    let mut changes = nearby.changes();
    let deadline = Instant::now() + Duration::from_secs(seconds.clamp(1, 86_400));
    let mut known: Vec<NearbyHub> = Vec::new();
    while let Ok(Ok(())) = timeout_at(deadline, changes.changed()).await {
        let now = changes.borrow_and_update().clone();
        for gone in known.iter().filter(|hub| now.iter().all(|other| other.id != hub.id)) {
            say(form, "gone", gone);
        }
        for hub in now.iter().filter(|hub| !known.contains(hub)) {
            let known_before = known.iter().any(|other| other.id == hub.id);
            say(form, if known_before { "changed" } else { "found" }, hub);
        }
        known = now;
    }
    if known.is_empty() && form == Form::Text {
        println!("No hub is nearby.");
    }
    Ok(())
}

/// How hubs are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// A line of JSON for each event.
    Json,
}

fn say(form: Form, event: &str, hub: &NearbyHub) {
    if form == Form::Json {
        println!("{}", serde_json::json!({ "event": event, "hub": hub }));
        return;
    }
    let place = hub.url().unwrap_or_default();
    println!("{event:8} {}  {place}  {}:{}  Hearth {}  {}", hub.name, hub.host, hub.port, hub.version, hub.id);
}

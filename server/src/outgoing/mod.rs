//! Outgoing webhooks: programs are told what happens in the channels and projects that somebody chose for them.
//!
//! A job follows the journal at a position of its own. What an event is to a webhook becomes a delivery, written down
//! together with that position, so nothing is lost or told twice however the hub stops; a send never waits for it. A
//! delivery is tried until it is taken, ever more rarely, and not for ever. A receiver that takes nothing for days is
//! told nothing more until somebody looks after it. So one that is dead holds up neither the log nor the others.
//!
//! Each webhook has a bot, which is in the channels that it hears, where everybody sees it.

pub mod api;
mod attempt;
mod manage;
mod news;
mod sign;
mod store;
mod view;
mod work;

pub use attempt::{AFTER, ENOUGH, GIVEN_UP_AFTER};
pub use manage::Wish;
pub(crate) use manage::forget_of;
pub(crate) use sign::{headers as signature_headers, new_key, secret as secret_of};
pub(crate) use store::load;
pub use view::OutgoingView;
pub(crate) use work::run as tell_programs;

use crate::{
    app::App,
    clock::Timestamp,
    directory::Outgoing,
    ids::{DeliveryId, OutgoingId},
    outside::{Fault, Reach},
};
use serde::Serialize;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use tokio::sync::Notify;
use utoipa::ToSchema;

/// How much may wait to be told by one webhook; what comes then is not kept.
pub const MOST_WAITING: usize = 2_000;
/// How many deliveries that are over are kept of one webhook.
pub const KEPT: usize = 200;

/// How it stands with something to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is tried, or tried again at `nextAt`.
    Waiting,
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    fn named(word: &str) -> Self {
        match word {
            "waiting" => Self::Waiting,
            "delivered" => Self::Delivered,
            _ => Self::Failed,
        }
    }
}

/// Something that was, or is to be, told by a webhook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    pub id: DeliveryId,
    /// Such as `message.created`, or `test`.
    pub topic: String,
    pub created_at: Timestamp,
    pub state: DeliveryState,
    pub tries: u32,
    /// When it is tried again.
    pub next_at: Option<Timestamp>,
    pub tried_at: Option<Timestamp>,
    /// What the receiver answered last; `null` where it did not.
    pub status: Option<u16>,
    /// How long the last try took.
    pub took_ms: Option<u32>,
    /// How the last answer begins.
    pub answer: Option<String>,
    /// Why there was no answer.
    pub fault: Option<Fault>,
}

/// What came of one try.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Attempted {
    at: Timestamp,
    status: Option<u16>,
    took_ms: u32,
    answer: Option<String>,
    fault: Option<Fault>,
}

/// Wakes the job that tells programs, and knows how much waits. One in an [`App`].
#[derive(Debug, Default)]
pub struct Programs {
    wake: Notify,
    waiting: Mutex<HashMap<OutgoingId, usize>>,
}

impl Programs {
    fn waiting(&self, outgoing: OutgoingId) -> usize {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get(&outgoing).copied().unwrap_or_default()
    }

    fn note_waiting(&self, counts: HashMap<OutgoingId, usize>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = counts;
    }
}

/// How far what this address is asked may reach. The hub itself is asked by nobody.
pub(crate) fn reach(app: &App, near: bool, url: &reqwest::Url) -> Reach {
    let own_port = app.discovery.standing().port;
    if !near {
        Reach::Far
    } else if app.config.webhooks_here && url.port_or_known_default() != Some(own_port) {
        Reach::Here
    } else {
        Reach::Near
    }
}

/// The name and port of an address, for those who shall not see what else is in it.
pub(crate) fn host_of(url: &str) -> String {
    reqwest::Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// Whether a webhook still signs with the key before.
fn has_former(outgoing: &Outgoing, now: Timestamp) -> bool {
    outgoing.former.as_ref().is_some_and(|(_, until)| *until > now)
}

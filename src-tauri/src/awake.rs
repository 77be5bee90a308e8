//! Keeping the computer from falling asleep while the team needs its hub.

use std::sync::{Mutex, PoisonError};

/// Holds the computer awake, or not.
#[derive(Default)]
pub(crate) struct Awake(Mutex<Option<keepawake::KeepAwake>>);

impl std::fmt::Debug for Awake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Awake").field(&self.is_on()).finish()
    }
}

impl Awake {
    /// Whether the computer is held awake now.
    pub(crate) fn is_on(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Holds the computer awake or lets it sleep; gives whether it is held now. The screen may go dark.
    pub(crate) fn set(&self, on: bool) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = None;
        if on {
            let made = keepawake::Builder::default()
                .idle(true)
                .sleep(true)
                .reason("The team's hub runs on this computer")
                .app_name(crate::words::APP)
                .app_reverse_domain(crate::IDENTIFIER)
                .create();
            match made {
                Ok(made) => *held = Some(made),
                Err(error) => tracing::warn!(%error, "this computer cannot be kept awake"),
            }
        }
        held.is_some()
    }
}

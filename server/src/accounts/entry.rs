//! Letting the person in who sits at this computer, without a password: by a link that works once,
//! for a minute, and from this computer only. The desktop app opens its window with one.

use super::{Device, Transport, keys, sign_in, sign_in::Welcome};
use crate::{app::App, directory::SecretHash, error::AppError, http::Peer, ids::UserId};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a link works.
const LASTS: Duration = Duration::from_secs(60);

/// The newest link; making one ends the one before it.
#[derive(Default, Debug)]
pub struct Entries(Mutex<Option<Entry>>);

#[derive(Debug)]
struct Entry {
    secret: SecretHash,
    user: UserId,
    until: Instant,
}

impl Entries {
    /// Takes the link with this code, if there is one that still works.
    fn take(&self, code: &str, now: Instant) -> Option<UserId> {
        let secret = keys::hash(code);
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        newest.take_if(|entry| entry.secret == secret).filter(|entry| now < entry.until).map(|entry| entry.user)
    }

    fn put(&self, code: &str, user: UserId, now: Instant) {
        let entry = Entry { secret: keys::hash(code), user, until: now + LASTS };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry);
    }
}

/// The path of a link that signs this person in. Only for whoever runs the hub: it is not to be
/// reached by any request.
#[must_use]
pub fn entry_path(app: &App, user: UserId) -> String {
    let code = keys::secret();
    app.entries.put(&code, user, Instant::now());
    format!("/enter/{code}")
}

/// Signs in by a link.
///
/// # Errors
/// `not_found` from another computer, and for a code that is wrong, used or too old.
pub(super) async fn enter(app: &Arc<App>, code: &str, peer: Peer, device: Device) -> Result<Welcome, AppError> {
    let refused = || AppError::not_found("Link");
    if !peer.is_loopback() {
        return Err(refused());
    }
    app.limits.register_from.take(&peer.0)?;
    let user = app.entries.take(code, Instant::now()).ok_or_else(refused)?;
    sign_in::open_for(app, user, (Transport::Cookie, device)).await
}

#[cfg(test)]
mod tests {
    use super::{Entries, LASTS};
    use crate::ids::UserId;
    use std::time::{Duration, Instant};

    #[test]
    fn a_link_works_once_and_for_a_minute_and_the_next_one_ends_it() {
        let (entries, user, now) = (Entries::default(), UserId::generate(), Instant::now());
        let almost = now + Duration::from_millis(59_999);
        entries.put("first", user, now);
        assert_eq!(entries.take("other", now), None);
        assert_eq!(entries.take("first", almost), Some(user));
        assert_eq!(entries.take("first", almost), None);
        entries.put("late", user, now);
        assert_eq!(entries.take("late", now + LASTS), None);
        entries.put("one", user, now);
        entries.put("two", user, now);
        assert_eq!(entries.take("one", now), None);
        assert_eq!(entries.take("two", now), Some(user));
    }
}

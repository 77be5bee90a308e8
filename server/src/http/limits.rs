//! How often one person or one address may do something.

use crate::error::{AppError, Code};
use crate::ids::UserId;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use std::{hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

/// One limit: so many a minute for each key, in bursts of as many.
#[derive(Debug)]
pub struct Limit<K: Hash + Eq + Clone>(Option<DefaultKeyedRateLimiter<K>>);

impl<K: Hash + Eq + Clone> Limit<K> {
    /// A limit of this many a minute; 0 is no limit.
    #[must_use]
    pub fn per_minute(times: u32) -> Self {
        Self(NonZeroU32::new(times).map(|times| RateLimiter::keyed(Quota::per_minute(times))))
    }

    /// Counts one use.
    ///
    /// # Errors
    /// `rate_limited`, with the time after which it will be allowed again.
    pub fn take(&self, key: &K) -> Result<(), AppError> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            AppError::later(Code::RateLimited, wait.max(Duration::from_secs(1)))
        })
    }

    fn forget_idle(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The limits in force.
#[derive(Debug)]
pub struct Limits {
    /// Attempts to sign in to one account.
    pub sign_in: Limit<String>,
    /// Attempts to sign in from one address. Wide enough for a whole team behind one.
    pub sign_in_from: Limit<IpAddr>,
    /// How often it is written down that an address is over a limit.
    pub refusals: Limit<IpAddr>,
    /// New accounts and use of invitation or reset links from one address.
    pub register_from: Limit<IpAddr>,
    /// Messages of one person.
    pub messages: Limit<UserId>,
    /// Other changes of one person: channels, profiles, invitations.
    pub changes: Limit<UserId>,
    /// What one person's devices write down of what is being typed.
    pub drafts: Limit<UserId>,
}

impl Limits {
    /// Limits from the configuration's numbers, each per minute and 0 for none.
    #[must_use]
    pub fn new(config: &crate::config::LimitConfig) -> Self {
        Self {
            sign_in: Limit::per_minute(config.sign_in),
            sign_in_from: Limit::per_minute(config.sign_in.saturating_mul(12)),
            refusals: Limit::per_minute(1),
            register_from: Limit::per_minute(config.register),
            messages: Limit::per_minute(config.messages),
            changes: Limit::per_minute(config.messages),
            drafts: Limit::per_minute(config.messages),
        }
    }

    /// Lets go of the keys that have not been used for a while.
    pub fn forget_idle(&self) {
        self.sign_in.forget_idle();
        self.sign_in_from.forget_idle();
        self.refusals.forget_idle();
        self.register_from.forget_idle();
        self.messages.forget_idle();
        self.changes.forget_idle();
        self.drafts.forget_idle();
    }
}

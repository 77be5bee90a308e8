//! Sign-ins that are half way, and set-ups of two-factor sign-in that are not confirmed: held in memory, for minutes, and
//! bounded. A restart ends them, and one begins again.

use super::keys;
use crate::{
    directory::{CodeSecret, SecretHash},
    error::{AppError, Code},
    ids::UserId,
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long there is between the password and the code.
const TICKET_LASTS: Duration = Duration::from_secs(5 * 60);
/// How many sign-ins of one person can be half way; the oldest gives way.
const TICKETS_EACH: usize = 5;
/// How many there can be altogether.
const MOST_TICKETS: usize = 2_000;
/// How long there is between the QR code and the first code.
const SET_UP_LASTS: Duration = Duration::from_secs(20 * 60);
/// How many wrong codes an account has in [`TRIES_FOR`].
const TRIES: u32 = 10;
/// That is less than a thousand in a day, of which three in a million are right at a moment; admins see them.
const TRIES_FOR: Duration = Duration::from_secs(15 * 60);

/// What is half way.
#[derive(Default, Debug)]
pub struct SecondSteps(Mutex<Inner>);

#[derive(Default, Debug)]
struct Inner {
    tickets: HashMap<SecretHash, Ticket>,
    set_ups: HashMap<UserId, (CodeSecret, Instant)>,
    tries: HashMap<UserId, (u32, Instant)>,
}

#[derive(Debug)]
struct Ticket {
    user: UserId,
    until: Instant,
}

impl SecondSteps {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A ticket that stands for this person's password, which was right.
    pub(super) fn issue(&self, user: UserId, now: Instant) -> Result<String, AppError> {
        let ticket = keys::secret();
        let mut inner = self.lock();
        inner.tickets.retain(|_, ticket| ticket.until > now);
        let own = || inner.tickets.iter().filter(|(_, ticket)| ticket.user == user);
        if own().count() >= TICKETS_EACH
            && let Some(oldest) = own().min_by_key(|(_, ticket)| ticket.until).map(|(secret, _)| *secret)
        {
            inner.tickets.remove(&oldest);
        }
        if inner.tickets.len() >= MOST_TICKETS {
            return Err(AppError::later(Code::Busy, TICKET_LASTS));
        }
        inner.tickets.insert(keys::hash(&ticket), Ticket { user, until: now + TICKET_LASTS });
        Ok(ticket)
    }

    /// Whose password a ticket stands for.
    pub(super) fn holder(&self, ticket: &str, now: Instant) -> Result<UserId, AppError> {
        let inner = self.lock();
        let found = inner.tickets.get(&keys::hash(ticket)).filter(|ticket| ticket.until > now);
        found.map(|ticket| ticket.user).ok_or_else(|| AppError::new(Code::SignInExpired))
    }

    /// Ends what is half way for somebody: they are in, or their password is another.
    pub(super) fn end(&self, user: UserId) {
        self.lock().tickets.retain(|_, ticket| ticket.user != user);
    }

    /// Counts a try to give a code, before it is looked at.
    pub(super) fn try_code(&self, user: UserId, now: Instant) -> Result<(), AppError> {
        let mut inner = self.lock();
        inner.tries.retain(|_, (_, since)| now.duration_since(*since) < TRIES_FOR);
        let (count, since) = inner.tries.entry(user).or_insert((0, now));
        if *count >= TRIES {
            let left = TRIES_FOR.saturating_sub(now.duration_since(*since));
            return Err(AppError::later(Code::RateLimited, left.max(Duration::from_secs(1))));
        }
        *count += 1;
        Ok(())
    }

    /// A code was right: the tries before it do not count any more.
    pub(super) fn passed(&self, user: UserId) {
        self.lock().tries.remove(&user);
    }

    /// Holds a secret until its first code confirms it; an earlier one is void.
    pub(super) fn begin(&self, user: UserId, secret: CodeSecret, now: Instant) {
        let mut inner = self.lock();
        inner.set_ups.retain(|_, (_, until)| *until > now);
        inner.set_ups.insert(user, (secret, now + SET_UP_LASTS));
    }

    /// The secret that waits to be confirmed.
    pub(super) fn begun(&self, user: UserId, now: Instant) -> Option<CodeSecret> {
        let inner = self.lock();
        inner.set_ups.get(&user).filter(|(_, until)| *until > now).map(|(secret, _)| secret.clone())
    }

    pub(super) fn confirmed(&self, user: UserId) {
        self.lock().set_ups.remove(&user);
    }
}

#[cfg(test)]
mod tests {
    use super::{SecondSteps, TICKET_LASTS, TICKETS_EACH, TRIES, TRIES_FOR};
    use crate::{directory::CodeSecret, error::Code, ids::UserId};
    use std::time::{Duration, Instant};

    #[test]
    fn a_ticket_is_for_its_person_and_for_five_minutes() {
        let (steps, bob, now) = (SecondSteps::default(), UserId::generate(), Instant::now());
        let ticket = steps.issue(bob, now).unwrap();
        let almost = now + Duration::from_secs(299);
        assert_eq!(steps.holder(&ticket, almost).unwrap(), bob);
        assert_eq!(steps.holder("another", now).unwrap_err().code, Code::SignInExpired);
        assert_eq!(steps.holder(&ticket, now + TICKET_LASTS).unwrap_err().code, Code::SignInExpired);
        steps.end(bob);
        assert!(steps.holder(&ticket, now).is_err());
    }

    #[test]
    fn the_oldest_ticket_of_a_person_gives_way_and_nobody_elses() {
        let (steps, bob, cy, now) = (SecondSteps::default(), UserId::generate(), UserId::generate(), Instant::now());
        let other = steps.issue(cy, now).unwrap();
        let after = |number: usize| now + Duration::from_millis(u64::try_from(number).unwrap());
        let tickets: Vec<_> = (0..=TICKETS_EACH).map(|number| steps.issue(bob, after(number)).unwrap()).collect();
        assert!(steps.holder(&tickets[0], after(9)).is_err());
        assert!(tickets[1..].iter().all(|ticket| steps.holder(ticket, after(9)).is_ok()));
        assert!(steps.holder(&other, after(9)).is_ok());
    }

    #[test]
    fn wrong_codes_are_counted_by_account_and_a_right_one_starts_anew() {
        let (steps, bob, cy, now) = (SecondSteps::default(), UserId::generate(), UserId::generate(), Instant::now());
        for _ in 0..TRIES {
            steps.try_code(bob, now).unwrap();
        }
        assert_eq!(steps.try_code(bob, now).unwrap_err().code, Code::RateLimited);
        steps.try_code(cy, now).unwrap();
        steps.try_code(bob, now + TRIES_FOR).unwrap();
        steps.passed(bob);
        for _ in 0..TRIES {
            steps.try_code(bob, now).unwrap();
        }
    }

    #[test]
    fn a_set_up_waits_for_twenty_minutes_and_the_newest_counts() {
        let (steps, bob, now) = (SecondSteps::default(), UserId::generate(), Instant::now());
        steps.begin(bob, CodeSecret(vec![1]), now);
        steps.begin(bob, CodeSecret(vec![2]), now);
        assert_eq!(steps.begun(bob, now), Some(CodeSecret(vec![2])));
        assert_eq!(steps.begun(bob, now + Duration::from_secs(20 * 60)), None);
        steps.confirmed(bob);
        assert_eq!(steps.begun(bob, now), None);
    }
}

//! Passwords: what is accepted, and argon2id on threads of its own.
//!
//! Parameters as OWASP recommends: 19 MiB of memory, two passes, one lane.

use crate::{
    directory::PasswordRule,
    error::{AppError, Code},
};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::{collections::HashSet, sync::LazyLock, time::Duration};
use tokio::sync::Semaphore;

/// How many are hashed at once, each on a thread and in 19 MiB.
const AT_ONCE: usize = 2;
/// How many may wait; more are told to come back.
const WAITING: usize = 100;
/// Passwords of 8 characters and more that are tried first by those who guess, one a line.
const COMMON: &str = include_str!("../../../assets/passwords/common.txt");

static COMMON_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON.lines().collect());

/// Hashes and verifies, a bounded number at a time, so that a storm of sign-ins does not starve
/// everything else.
#[derive(Debug)]
pub struct Passwords {
    running: Semaphore,
    waiting: Semaphore,
    /// Verified against when there is no such account, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    /// # Errors
    /// When argon2 refuses its own parameters.
    pub fn new() -> anyhow::Result<Self> {
        let decoy = hash_now("a password that nobody has").map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Self { running: Semaphore::new(AT_ONCE), waiting: Semaphore::new(WAITING), decoy })
    }

    /// The password's hash, in PHC string form.
    ///
    /// # Errors
    /// `busy` when too many wait.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.run(move || hash_now(&password)).await?
    }

    /// Whether the password fits the hash; takes as long without a hash.
    ///
    /// # Errors
    /// `busy` when too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, AppError> {
        let real = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let fits = self.run(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(fits.await? && real)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let busy = || AppError::later(Code::Busy, Duration::from_secs(2));
        let _place = self.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.running.acquire().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
    }
}

fn argon() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Result<String, AppError> {
    argon().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(AppError::internal)
}

/// Whether the rule accepts this password.
///
/// # Errors
/// What is wrong with it, as a sentence that reads on after "password".
pub fn check(rule: PasswordRule, password: &str) -> Result<String, String> {
    let length = password.chars().count();
    if length < 8 {
        return Err("is shorter than 8 characters".to_owned());
    }
    if length > 256 {
        return Err("is longer than 256 characters".to_owned());
    }
    if password.contains('\0') {
        return Err("has a character that cannot be typed".to_owned());
    }
    if rule == PasswordRule::Uncommon && COMMON_SET.contains(password.to_lowercase().as_str()) {
        return Err("is one of the most common ones and would be guessed".to_owned());
    }
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Passwords, check};
    use crate::directory::PasswordRule;

    #[test]
    fn short_and_common_passwords_are_refused_by_rule() {
        assert!(check(PasswordRule::Uncommon, "correct horse").is_ok());
        assert!(check(PasswordRule::Uncommon, "Password1").is_err());
        assert!(check(PasswordRule::Length, "password1").is_ok());
        for rule in [PasswordRule::Uncommon, PasswordRule::Length] {
            assert!(check(rule, "seven77").is_err());
            assert!(check(rule, &"x".repeat(257)).is_err());
        }
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_nothing_fits_no_account() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("battery staple".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("a password that nobody has".into(), None).await.unwrap());
    }
}

//! By which server the hub sends mail, and what it mailed to whom.

use super::Directory;
use crate::{clock::Timestamp, ids::UserId};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::ToSchema;

/// How the way to the mail server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MailSecurity)]
pub enum Security {
    /// Not at all: for a server on the same computer or network.
    None,
    /// The connection is made secure before anything is said; without that nothing is sent.
    #[default]
    Starttls,
    /// The connection is secure from the beginning.
    Tls,
}

impl Security {
    /// The port that goes with it.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::Starttls => 587,
            Self::Tls => 465,
        }
    }

    /// The word as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starttls => "starttls",
            Self::Tls => "tls",
        }
    }
}

impl FromStr for Security {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::None, Self::Starttls, Self::Tls].into_iter().find(|each| each.word() == word).ok_or(())
    }
}

/// What admins decided of mail. The password is not among it: it lies in a file of its own.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MailSettings {
    pub server: Option<String>,
    pub port: Option<u16>,
    pub security: Option<Security>,
    pub user: Option<String>,
    /// The address that mail comes from.
    pub from: Option<String>,
    /// What links in mails begin with.
    pub address: Option<String>,
    /// Since when mail can be sent. What happened before is not mailed.
    pub since: Option<Timestamp>,
}

/// How often somebody wants a mail of what they missed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    Never,
    /// After a quarter of an hour.
    Quarter,
    /// After an hour.
    #[default]
    Hourly,
    /// Once a day, at an hour that they choose.
    Daily,
}

impl Digest {
    /// The word as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Quarter => "quarter",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }

    /// What a stored word says.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Never, Self::Quarter, Self::Hourly, Self::Daily].into_iter().find(|each| each.word() == word)
    }
}

/// An address that the mail server does not take mail for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub address: String,
    /// In the server's words.
    pub answer: String,
    pub at: Timestamp,
}

/// How far somebody's mails have come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mailed {
    /// What was said up to here is not mailed any more: it was, or it was given up.
    pub through: Timestamp,
    /// When the last mail was sent.
    pub at: Timestamp,
    /// A mail of what was said up to here was begun, and nothing is known of its end. It counts as sent.
    pub attempt: Option<Timestamp>,
    /// How often the present mail was tried in vain.
    pub tries: u32,
    /// Not to be tried before.
    pub again_at: Option<Timestamp>,
    pub refused: Option<Refused>,
}

impl Mailed {
    /// Somebody who gets mails from now on.
    #[must_use]
    pub fn from(now: Timestamp) -> Self {
        Self { through: now, at: now, attempt: None, tries: 0, again_at: None, refused: None }
    }

    /// Up to where everything was mailed or given up.
    #[must_use]
    pub fn up_to(&self) -> Timestamp {
        self.attempt.map_or(self.through, |attempt| attempt.max(self.through))
    }
}

impl Directory {
    /// How far this person's mails have come, if they ever got one.
    #[must_use]
    pub fn mailed(&self, user: UserId) -> Option<&Mailed> {
        self.mailed.get(&user)
    }
}

//! The keys that sign tokens, and the secrets that are handed out.

use crate::{
    clock::Timestamp,
    directory::SecretHash,
    error::{AppError, Code},
    ids::{SessionId, UserId},
};
use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, path::Path, time::Duration};

/// What an API token begins with.
pub const API_PREFIX: &str = "hearth_";
/// How long an access token lasts.
pub const ACCESS_TIME: Duration = Duration::from_secs(15 * 60);

/// The signing keys, the newest first; older ones still verify.
pub struct Keys(Vec<Key>);

#[derive(Serialize, Deserialize)]
struct Key {
    id: String,
    /// 32 random bytes in base64url.
    secret: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.0.len()).finish()
    }
}

#[derive(Serialize, Deserialize)]
struct Access {
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
    #[serde(rename = "use")]
    purpose: Purpose,
}

/// A refresh token has no time in it: the same session and generation always make the same token,
/// so that a client whose answer got lost can be given the same successor again.
#[derive(Serialize, Deserialize)]
struct Refresh {
    sid: SessionId,
    generation: u32,
    #[serde(rename = "use")]
    purpose: Purpose,
}

/// What a link in a mail allows whoever has the mail: that no more of them come.
#[derive(Serialize, Deserialize)]
struct Unsubscribe {
    sub: UserId,
    #[serde(rename = "use")]
    purpose: Purpose,
}

#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Purpose {
    Access,
    Refresh,
    Unsubscribe,
}

impl Keys {
    /// What an API token begins with, so that it is recognised where it should not be.
    pub const API_TOKEN_PREFIX: &'static str = API_PREFIX;

    /// Keys that are forgotten with the process.
    #[must_use]
    pub fn fresh() -> Self {
        let id = secret()[..8].to_owned();
        Self(vec![Key { id, secret: secret() }])
    }

    /// The keys of a data directory; made at first start, readable by this user only.
    ///
    /// # Errors
    /// When the file cannot be read, written or understood.
    pub fn open(directory: &Path) -> anyhow::Result<Self> {
        let path = directory.join("keys.json");
        if path.exists() {
            let text = std::fs::read_to_string(&path).context("keys.json cannot be read")?;
            let keys: Vec<Key> = serde_json::from_str(&text).context("keys.json does not fit")?;
            anyhow::ensure!(!keys.is_empty(), "keys.json has no key");
            return Ok(Self(keys));
        }
        let keys = Self::fresh();
        crate::disk::write_private(&path, serde_json::to_string_pretty(&keys.0)?.as_bytes())
            .context("keys.json cannot be written")?;
        Ok(keys)
    }

    /// A signed access token of a session, good for [`ACCESS_TIME`].
    ///
    /// # Errors
    /// `internal`.
    pub fn access(&self, user: UserId, session: SessionId, now: Timestamp) -> Result<String, AppError> {
        let iat = now.millis() / 1000;
        let exp = now.plus(ACCESS_TIME).millis() / 1000;
        self.sign(&Access { sub: user, sid: session, iat, exp, purpose: Purpose::Access })
    }

    /// The refresh token of a session's generation.
    ///
    /// # Errors
    /// `internal`.
    pub fn refresh(&self, session: SessionId, generation: u32) -> Result<String, AppError> {
        self.sign(&Refresh { sid: session, generation, purpose: Purpose::Refresh })
    }

    /// The session that an access token names.
    ///
    /// # Errors
    /// `invalid_token` when it was not signed here, is of another kind, or is too old.
    pub fn read_access(&self, token: &str) -> Result<SessionId, AppError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        let access: Access = self.verify(token, &validation)?;
        if access.purpose == Purpose::Access { Ok(access.sid) } else { Err(AppError::new(Code::InvalidToken)) }
    }

    /// The session and generation that a refresh token names.
    ///
    /// # Errors
    /// `invalid_token` when it was not signed here or is of another kind.
    pub fn read_refresh(&self, token: &str) -> Result<(SessionId, u32), AppError> {
        let refresh: Refresh = self.verify(token, &without_end())?;
        if refresh.purpose == Purpose::Refresh {
            Ok((refresh.sid, refresh.generation))
        } else {
            Err(AppError::new(Code::InvalidToken))
        }
    }

    /// What stands in the links by which a person's mails end. It works as long as the key does.
    ///
    /// # Errors
    /// `internal`.
    pub fn unsubscribe(&self, user: UserId) -> Result<String, AppError> {
        self.sign(&Unsubscribe { sub: user, purpose: Purpose::Unsubscribe })
    }

    /// Whose mails such a link ends.
    ///
    /// # Errors
    /// `invalid_token` when it was not signed here or is of another kind.
    pub fn read_unsubscribe(&self, token: &str) -> Result<UserId, AppError> {
        let found: Unsubscribe = self.verify(token, &without_end())?;
        if found.purpose == Purpose::Unsubscribe { Ok(found.sub) } else { Err(AppError::new(Code::InvalidToken)) }
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, AppError> {
        let key = &self.0[0];
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, claims, &EncodingKey::from_secret(key.secret.as_bytes())).map_err(AppError::internal)
    }

    fn verify<T: for<'de> Deserialize<'de>>(&self, token: &str, validation: &Validation) -> Result<T, AppError> {
        let invalid = || AppError::new(Code::InvalidToken);
        let header = decode_header(token).map_err(|_| invalid())?;
        let key = self.0.iter().find(|key| Some(&key.id) == header.kid.as_ref()).ok_or_else(invalid)?;
        decode::<T>(token, &DecodingKey::from_secret(key.secret.as_bytes()), validation)
            .map(|data| data.claims)
            .map_err(|_| invalid())
    }
}

/// For tokens that say nothing of when they end.
fn without_end() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation
}

/// 32 random bytes as text, for handing out.
#[must_use]
pub fn secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A shorter secret for links that people may have to type: 80 random bits in base 32 without the
/// letters that look like digits.
#[must_use]
pub fn link_code() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// What is kept of a secret.
#[must_use]
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret).into()
}

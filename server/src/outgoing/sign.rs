//! Signatures after the Standard Webhooks specification, so that receivers check them with the libraries they have.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use crate::{
    clock::Timestamp,
    directory::{Key, Outgoing},
    ids::DeliveryId,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sha2::Sha256;

/// How the specification lets secrets begin.
const PREFIX: &str = "whsec_";

/// A new key: 32 random bytes.
pub(crate) fn new_key() -> Key {
    let mut bytes = vec![0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    Key(bytes)
}

/// The key as it is handed to the receiver.
pub(crate) fn secret(key: &Key) -> String {
    format!("{PREFIX}{}", STANDARD.encode(&key.0))
}

/// The keys with which this webhook signs at this moment.
pub(super) fn keys(outgoing: &Outgoing, now: Timestamp) -> Vec<&Key> {
    let former = outgoing.former.as_ref().filter(|(_, until)| *until > now).map(|(key, _)| key);
    [Some(&outgoing.key), former].into_iter().flatten().collect()
}

/// The three headers by which a receiver knows whom a body is from, when it was sent, and whether it had it already.
pub(crate) fn headers(keys: &[&Key], id: DeliveryId, now: Timestamp, body: &[u8]) -> HeaderMap {
    let (id, seconds) = (format!("msg_{}", id.0.simple()), now.millis() / 1_000);
    let signatures: Vec<_> = keys.iter().map(|key| signature(key, &id, seconds, body)).collect();
    let values =
        [("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signatures.join(" "))];
    values
        .into_iter()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?)))
        .collect()
}

fn signature(key: &Key, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of every length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, secret, signature};
    use crate::directory::Key;
    use base64::{Engine, engine::general_purpose::STANDARD};

    /// The example by which the libraries of the specification are tested.
    #[test]
    fn the_signature_is_the_one_that_others_make() {
        let given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let key = Key(STANDARD.decode(given.strip_prefix(PREFIX).unwrap()).unwrap());
        let made = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret(&key), given);
    }
}

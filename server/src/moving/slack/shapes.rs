//! What Slack writes into its exports, as its help pages and the importers of Mattermost and Zulip describe it.
//!
//! Every field may be missing or null. What is not named here is passed over.

use serde::Deserialize;
use serde_json::Value;

/// One of `users.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    pub(super) id: Option<String>,
    /// The user name.
    pub(super) name: Option<String>,
    pub(super) real_name: Option<String>,
    pub(super) deleted: Option<bool>,
    pub(super) is_bot: Option<bool>,
    pub(super) is_admin: Option<bool>,
    pub(super) is_owner: Option<bool>,
    pub(super) is_restricted: Option<bool>,
    pub(super) is_ultra_restricted: Option<bool>,
    pub(super) tz: Option<String>,
    pub(super) profile: Option<Profile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    pub(super) real_name: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) title: Option<String>,
    pub(super) bot_id: Option<String>,
}

/// One of `channels.json`, `groups.json`, `mpims.json` or `dms.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Conversation {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) created: Option<Value>,
    pub(super) creator: Option<String>,
    pub(super) is_archived: Option<bool>,
    pub(super) members: Option<Vec<String>>,
    pub(super) topic: Option<Text>,
    pub(super) purpose: Option<Text>,
    pub(super) pins: Option<Vec<Pin>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Text {
    pub(super) value: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pin {
    /// When the message was sent, by which it is known; of a file, the file's id.
    pub(super) id: Option<String>,
    pub(super) user: Option<String>,
    pub(super) created: Option<Value>,
}

/// One of the file of a day.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) subtype: Option<String>,
    pub(super) ts: Option<String>,
    pub(super) user: Option<String>,
    pub(super) text: Option<String>,
    pub(super) thread_ts: Option<String>,
    pub(super) edited: Option<Edited>,
    pub(super) reactions: Option<Vec<Reaction>>,
    pub(super) files: Option<Vec<File>>,
    /// As files were before there could be several.
    pub(super) file: Option<File>,
    pub(super) comment: Option<Comment>,
    pub(super) attachments: Option<Vec<Value>>,
    pub(super) blocks: Option<Vec<Value>>,
    pub(super) bot_id: Option<String>,
    pub(super) bot_profile: Option<Profile>,
    /// Under which name a program spoke.
    pub(super) username: Option<String>,
    pub(super) icons: Option<Icons>,
    /// Who somebody is that is not in `users.json`.
    pub(super) user_profile: Option<Profile>,
    pub(super) room: Option<Room>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Edited {
    pub(super) ts: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reaction {
    pub(super) name: Option<String>,
    pub(super) users: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) title: Option<String>,
    /// `tombstone` for one that was deleted, `hidden_by_limit`, `external` for one that is elsewhere.
    pub(super) mode: Option<String>,
    pub(super) url_private: Option<String>,
    pub(super) permalink: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    pub(super) user: Option<String>,
    pub(super) comment: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Icons {
    pub(super) emoji: Option<String>,
}

/// A call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Room {
    pub(super) created_by: Option<String>,
}

/// A moment as Slack writes it, `1403051575.000407`: microseconds since 1970. Within a conversation no two messages have
/// the same.
pub(super) fn micros(ts: &str) -> Option<i64> {
    let (seconds, part) = ts.split_once('.').unwrap_or((ts, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=10).contains(&seconds.len()) || part.len() > 6 || !digits(seconds) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    let seconds: i64 = seconds.parse().ok()?;
    // Slack is of 2013; what is later than 2100 is a slip.
    (1..4_102_444_800).contains(&seconds).then_some(seconds * 1_000_000 + part)
}

/// Seconds since 1970, as a number or as text.
pub(super) fn seconds(value: Option<&Value>) -> Option<i64> {
    let seconds = match value? {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.split('.').next()?.parse().ok()?,
        _ => return None,
    };
    (1..4_102_444_800).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::micros;

    #[test]
    fn a_moment_is_read_to_the_microsecond_and_nonsense_is_none() {
        assert_eq!(micros("1403051575.000407"), Some(1_403_051_575_000_407));
        assert_eq!(micros("1403051575"), Some(1_403_051_575_000_000));
        assert_eq!(micros("1403051575.5"), Some(1_403_051_575_500_000));
        for bad in ["", ".", "-5.0", "x", "1e9", "99999999999.0", "1403051575.0000001", "9999999999.0"] {
            assert_eq!(micros(bad), None, "{bad}");
        }
    }
}

//! An export of Slack, made here with everything that the documentation of the format has.

use serde_json::{Value, json};
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A zip file in the making.
pub(crate) struct Export(ZipWriter<Cursor<Vec<u8>>>);

impl Export {
    pub(crate) fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    pub(crate) fn bytes(mut self, name: &str, bytes: &[u8]) -> Self {
        self.0.start_file(name, SimpleFileOptions::default()).unwrap();
        self.0.write_all(bytes).unwrap();
        self
    }

    pub(crate) fn json(self, name: &str, value: &Value) -> Self {
        self.bytes(name, value.to_string().as_bytes())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.finish().unwrap().into_inner()
    }
}

fn user(id: &str, name: &str, real: &str, more: &Value) -> Value {
    let mut user = json!({
        "id": id, "team_id": "T1", "name": name, "deleted": false, "color": "9f69e7", "real_name": real,
        "tz": "Europe/Vienna", "tz_label": "Central European Time", "tz_offset": 3600,
        "profile": {
            "title": "Maker", "phone": "", "skype": "", "real_name": real, "real_name_normalized": real,
            "display_name": "", "email": format!("{name}@example.org"), "image_72": "https://x.example/a.png", "team": "T1",
        },
        "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": false,
        "is_ultra_restricted": false, "is_bot": false, "is_app_user": false, "updated": 1_600_000_000,
    });
    for (field, value) in more.as_object().unwrap() {
        if field == "profile" {
            for (field, value) in value.as_object().unwrap() {
                user["profile"][field] = value.clone();
            }
        } else {
            user[field] = value.clone();
        }
    }
    user
}

pub(crate) fn users() -> Value {
    json!([
        user(
            "U1",
            "ann.lee",
            "Ann Lee",
            &json!({"is_admin": true, "is_owner": true, "profile": {"email": "ANN@example.org"}})
        ),
        user("U2", "dora", "Dora Black", &json!({"is_admin": true})),
        user("U3", "gus", "Gus Guest", &json!({"is_restricted": true})),
        user("U4", "fred", "Fred Former", &json!({"deleted": true})),
        user("U5", "deploy", "Deploy", &json!({"is_bot": true, "profile": {"bot_id": "B5", "email": null}})),
        user("U6", "eve", "Eve Only", &json!({"deleted": true})),
        // Somebody else here has this user name and another address.
        user("U7", "bob", "Bob Slacker", &json!({"profile": {"email": "bob.slacker@example.com"}})),
    ])
}

fn channel(id: &str, name: &str, members: &[&str], more: &Value) -> Value {
    let mut channel = json!({
        "id": id, "name": name, "created": 1_500_000_000, "creator": "U2", "is_archived": false, "is_general": false,
        "members": members, "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    });
    for (field, value) in more.as_object().unwrap() {
        channel[field] = value.clone();
    }
    channel
}

pub(crate) fn said(user: &str, ts: &str, text: &str, more: &Value) -> Value {
    let mut message = json!({
        "client_msg_id": "1", "type": "message", "user": user, "text": text, "ts": ts, "team": "T1",
        "blocks": [{"type": "rich_text", "block_id": "x", "elements": []}],
    });
    for (field, value) in more.as_object().unwrap() {
        message[field] = value.clone();
    }
    message
}

/// The lists of an export.
pub(crate) fn lists() -> Export {
    let pins = json!([{"id": "1600000100.000200", "type": "C", "created": 1_600_001_000, "user": "U2", "owner": "U2"},
        {"id": "1500000000.000001", "type": "C", "created": 1_600_001_000, "user": "U2", "owner": "U2"}]);
    Export::new()
        .json("users.json", &users())
        .json(
            "channels.json",
            &json!([
                channel(
                    "C1",
                    "general",
                    &["U1", "U2", "U3", "U4"],
                    &json!({"is_general": true, "pins": pins,
                    "topic": {"value": "All &amp; sundry"}, "purpose": {"value": "Company-wide"}})
                ),
                channel("C2", "old-stuff", &["U2"], &json!({"is_archived": true})),
                channel("C3", "random", &["U1", "U7"], &json!({})),
            ]),
        )
        .json(
            "groups.json",
            &json!([
                channel("G1", "secret", &["U2", "U4"], &json!({"topic": {"value": "Hush"}})),
                channel("G2", "gone", &["U4", "U6"], &json!({}))
            ]),
        )
        .json("mpims.json", &json!([channel("G3", "mpdm-ann.lee--dora--gus-1", &["U1", "U2", "U3"], &json!({}))]))
        .json(
            "dms.json",
            &json!([{"id": "D1", "created": 1_500_000_000, "members": ["U1", "U2"]},
                {"id": "D2", "created": 1_500_000_000, "members": ["U4", "U6"]}]),
        )
        .json("integration_logs.json", &json!([]))
        .json("canvases.json", &json!([]))
}

/// A team with something of every kind.
pub(crate) fn whole() -> Vec<u8> {
    with_everything(lists()).finish()
}

pub(crate) fn with_everything(export: Export) -> Export {
    let long = "word ".repeat(5_000);
    let first_day = json!([
        {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1600000000.000100", "text": "<@U2> has joined the channel"},
        said("U2", "1600000100.000200", "Hello *team* :wave: <@U1> in <#C1|general>, see <https://x.example/a|this> &lt;3", &json!({
            "thread_ts": "1600000100.000200", "reply_count": 2, "replies": [{"user": "U1", "ts": "1600000200.000100"}],
            "edited": {"user": "U2", "ts": "1600000150.000000"},
            "reactions": [
                {"name": "+1::skin-tone-2", "users": ["U1", "U4"], "count": 2},
                {"name": "party-parrot", "users": ["U1"], "count": 1},
                {"name": "tada", "users": ["U3", "U3"], "count": 1},
            ],
        })),
        said("U1", "1600000200.000100", "A _reply_", &json!({"thread_ts": "1600000100.000200", "parent_user_id": "U2"})),
        said("U3", "1600000300.000100", "Seen by all", &json!({"subtype": "thread_broadcast", "thread_ts": "1600000100.000200"})),
        said("U4", "1600000400.000100", "```\nlet x = *y*;\n```", &json!({})),
        said("U1", "1600000500.000100", "waves", &json!({"subtype": "me_message"})),
        json!({"type": "message", "subtype": "bot_message", "bot_id": "B5", "username": "Build 12", "ts": "1600000600.000100",
            "icons": {"emoji": ":rocket:"}, "text": "",
            "attachments": [{"title": "Passed", "title_link": "https://ci.example/12", "text": "all *good*", "fallback": "x"}]}),
        json!({"type": "message", "bot_id": "B9", "ts": "1600000700.000100", "text": "from nowhere",
            "bot_profile": {"id": "B9", "name": "Sensor"}}),
        said("U2", "1600000800.000100", "With files", &json!({"files": [
            {"id": "F1", "name": "notes.txt", "mimetype": "text/plain", "size": 5, "url_private": "https://files.slack.com/F1?t=xoxe-1"},
            {"id": "F2", "name": "gone.pdf", "size": 9, "url_private": "https://files.slack.com/F2/gone.pdf?t=xoxe-1"},
            {"id": "F3", "mode": "external", "name": "Plan", "url_private": "https://docs.example/plan"},
        ]})),
        said("U9", "1600000900.000100", "from another team", &json!({"user_profile": {"real_name": "Otto Other"}})),
        said("U1", "1600001000.000100", &long, &json!({})),
    ]);
    let second_day = json!([
        said("U2", "1600090000.000100", "a late reply", &json!({"thread_ts": "1600000100.000200"})),
        json!({"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": "1600090050.000100",
            "text": "This message was deleted.", "thread_ts": "1600090050.000100"}),
        said("U1", "1600090060.000100", "to what was deleted", &json!({"thread_ts": "1600090050.000100"})),
        said("U1", "1600090070.000100", "to what is not there", &json!({"thread_ts": "1400000000.000100"})),
        said("U1", "1600090080.000100", "", &json!({})),
        json!({"type": "message", "ts": "nonsense", "user": "U1", "text": "x"}),
        json!({"type": "message", "ts": "1600090090.000100", "user": {"no": 1}, "text": "x"}),
        json!(7),
    ]);
    export
        .json("general/2020-09-13.json", &first_day)
        .json("general/2020-09-14.json", &second_day)
        .json("old-stuff/2020-09-13.json", &json!([said("U2", "1600000000.000100", "old words", &json!({}))]))
        .json("random/2020-09-13.json", &json!([said("U7", "1600000000.000100", "I am another bob", &json!({}))]))
        .json("secret/2020-09-13.json", &json!([said("U2", "1600000000.000100", "a secret", &json!({}))]))
        .json("gone/2020-09-13.json", &json!([said("U4", "1600000000.000100", "nobody reads this", &json!({}))]))
        .json(
            "mpdm-ann.lee--dora--gus-1/2020-09-13.json",
            &json!([said("U3", "1600000000.000100", "we three", &json!({}))]),
        )
        .json(
            "D1/2020-09-13.json",
            &json!([
                said("U1", "1600000000.000100", "between us", &json!({})),
                said("U2", "1600000001.000100", "yes", &json!({})),
            ]),
        )
        .json("D2/2020-09-13.json", &json!([said("U4", "1600000000.000100", "nobody reads this", &json!({}))]))
        .json("nowhere/2020-09-13.json", &json!([said("U1", "1600000000.000100", "whose?", &json!({}))]))
        .json("general/2020-09-15.json", &json!({"not": "a list"}))
        .bytes("general/2020-09-16.json", b"[{\"type\": ")
        .bytes("__uploads/F1/notes.txt", b"notes")
        .bytes("../../etc/passwd", b"root")
}

/// A channel with so many messages by dora, one a second.
pub(crate) fn large(messages: usize) -> Vec<u8> {
    let mut export = lists();
    let days = messages.div_ceil(500);
    for day in 0..days {
        let list: Vec<_> = (day * 500..messages.min((day + 1) * 500))
            .map(|number| {
                said("U2", &format!("{}.000100", 1_600_000_000 + number), &format!("word {number}"), &json!({}))
            })
            .collect();
        export = export.json(&format!("general/2020-{:02}-{:02}.json", 1 + day / 28, 1 + day % 28), &json!(list));
    }
    export.finish()
}

//! What a server answered, and what every answer has to be like.

use reqwest::header::{HeaderMap, SET_COOKIE};
use serde_json::Value;

/// A status with what came with it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// What was asked, for the message when it was not expected.
    pub(crate) asked: String,
}

impl Answer {
    /// The body as JSON; null where there is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `name=value` of the cookie that was set.
    pub(crate) fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        cookie.split(';').next().map(str::to_owned)
    }

    /// The answer's `data`, or its whole body where it has none, after a success with this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        let mut body = self.json();
        if status != 204 {
            assert_eq!(body["success"], true, "{}: {}", self.asked, self.text);
        }
        match body.get_mut("data") {
            Some(data) if body_is_plain_data(&self.json()) => data.take(),
            _ => body,
        }
    }

    /// The problem document of a refusal with this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.json()["code"].as_str()), (status, Some(code)), "{}: {}", self.asked, self.text);
        self.problem()
    }

    /// The body, which is a whole problem document whatever it is about.
    #[track_caller]
    pub(crate) fn problem(&self) -> Value {
        let body = self.json();
        let told = || format!("{} → {} {:.400}", self.asked, self.status, self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", told());
        assert_eq!(body["status"], self.status, "{}", told());
        assert_eq!(body["success"], false, "{}", told());
        let code = body["code"].as_str().unwrap_or_default();
        assert_eq!(body["type"], format!("urn:hearth:problem:{code}"), "{}", told());
        assert!(body["title"].is_string() && body["error"].is_string(), "{}", told());
        let instance = body["instance"].as_str().unwrap_or_default();
        assert_eq!(instance, format!("urn:uuid:{}", self.header("x-request-id")), "{}", told());
        body
    }
}

/// Answers with more than `data` beside `success` are looked at whole.
fn body_is_plain_data(body: &Value) -> bool {
    body.as_object().is_some_and(|body| body.len() == 2)
}

/// The JSON as text for a snapshot: what differs from run to run is replaced by its kind.
pub(crate) fn shape(value: &Value) -> String {
    let mut value = value.clone();
    redact("", &mut value);
    serde_json::to_string_pretty(&value).unwrap()
}

fn redact(name: &str, value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| redact(name, value)),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| redact(name, entry)),
        Value::String(text) => {
            if let Some(kind) = kind(name, text) {
                *text = kind.to_owned();
            }
        }
        _ => {}
    }
}

fn kind(name: &str, text: &str) -> Option<&'static str> {
    let time = |text: &str| text.len() == 24 && text.ends_with('Z') && text[10..].starts_with('T');
    match name {
        "cursor" => Some("[cursor]"),
        "accessToken" | "refreshToken" | "token" => Some("[token]"),
        "code" if text.len() == 16 => Some("[code]"),
        "secret" => Some("[secret]"),
        "url" => Some("[url]"),
        "version" => Some("[version]"),
        _ if uuid::Uuid::try_parse(text).is_ok() => Some("[id]"),
        _ if text.starts_with("urn:uuid:") => Some("urn:uuid:[id]"),
        _ if time(text) => Some("[time]"),
        _ => None,
    }
}

//! What programs send by a webhook, as Slack describes it.

use super::{Refusal, mrkdwn};
use crate::{
    chat::{Alias, LONGEST},
    validate,
};
use serde::Deserialize;
use serde_json::Value;

/// The most attachments of a message, as Slack has it.
const MOST_ATTACHMENTS: usize = 100;
/// The most blocks of a message, as Slack has it.
const MOST_BLOCKS: usize = 50;
/// The most fields of a block or attachment that are shown.
const MOST_FIELDS: usize = 20;

/// A message. What is not known here is passed over, as programs send much that Slack once knew.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Payload {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    icon_emoji: Option<String>,
    #[serde(default)]
    attachments: Option<Vec<Attachment>>,
    #[serde(default)]
    blocks: Option<Vec<Value>>,
}

#[derive(Debug, Deserialize)]
struct Attachment {
    #[serde(default)]
    fallback: Option<String>,
    #[serde(default)]
    pretext: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    title_link: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    footer: Option<String>,
    #[serde(default)]
    fields: Option<Vec<Field>>,
    #[serde(default)]
    blocks: Option<Vec<Value>>,
}

#[derive(Debug, Deserialize)]
struct Field {
    #[serde(default)]
    title: Option<String>,
    /// Programs put numbers here as well.
    #[serde(default)]
    value: Value,
}

impl Payload {
    /// Reads a body of JSON, or of a form whose field `payload` is JSON.
    pub(super) fn read(bytes: &[u8], form: bool) -> Result<Self, Refusal> {
        let invalid = |_| Refusal::InvalidPayload;
        if !form {
            return object(bytes).map_err(invalid);
        }
        let mut fields = url::form_urlencoded::parse(bytes);
        let payload = fields.find(|(name, _)| name == "payload").ok_or(Refusal::InvalidPayload)?.1;
        object(payload.as_bytes()).map_err(invalid)
    }

    /// What is said, as Markdown, and the name it is shown under.
    pub(super) fn said(self) -> Result<(String, Option<Alias>), Refusal> {
        let attachments = self.attachments.unwrap_or_default();
        if attachments.len() > MOST_ATTACHMENTS {
            return Err(Refusal::TooManyAttachments);
        }
        let blocks = self.blocks.unwrap_or_default();
        if blocks.len() > MOST_BLOCKS {
            return Err(Refusal::InvalidBlocks);
        }
        // Where there are blocks, the text is what notifications show of them.
        let mut parts = if blocks.is_empty() {
            vec![mrkdwn::markdown(self.text.as_deref().unwrap_or_default())]
        } else {
            blocks.iter().map(block).collect::<Result<_, _>>()?
        };
        for attachment in attachments {
            parts.push(attachment.said()?);
        }
        parts.retain(|part| !part.trim().is_empty());
        let body: String = cleaned(&parts.join("\n\n")).chars().take(LONGEST).collect();
        if body.trim().is_empty() {
            return Err(Refusal::NoText);
        }
        Ok((body, alias(self.username.as_deref(), self.icon_emoji.as_deref())))
    }
}

/// What a message of Slack's own says, as Markdown. Nothing in it is refused: what cannot be shown is left out.
pub(crate) fn said_in_slack(text: &str, blocks: &[Value], attachments: &[Value]) -> String {
    // What people write has its text once more as a block; other blocks say more than the text beside them.
    let marked = blocks.iter().filter(|block| block["type"] != "rich_text").take(MOST_BLOCKS);
    let mut parts: Vec<_> = marked.filter_map(|marked| block(marked).ok()).collect();
    parts.retain(|part| !part.trim().is_empty());
    if parts.is_empty() {
        parts.push(mrkdwn::markdown(text));
    }
    // What a link leads to is for the link to say; a message that was shared has no other place.
    let shown = |attachment: &&Value| {
        let preview = attachment["from_url"].is_string() || attachment["original_url"].is_string();
        !preview || attachment["is_msg_unfurl"] == true || attachment["is_share"] == true
    };
    for attachment in attachments.iter().filter(shown).take(MOST_ATTACHMENTS) {
        let read = serde_json::from_value::<Attachment>(attachment.clone());
        parts.extend(read.ok().and_then(|attachment| attachment.said().ok()));
    }
    parts.retain(|part| !part.trim().is_empty());
    cleaned(&parts.join("\n\n")).trim().to_owned()
}

/// A derived reader would take a list for an object.
fn object(bytes: &[u8]) -> serde_json::Result<Payload> {
    let object: serde_json::Map<String, Value> = serde_json::from_slice(bytes)?;
    serde_json::from_value(Value::Object(object))
}

/// The name and emoji that a message asks for; what cannot be shown is left out.
fn alias(name: Option<&str>, emoji: Option<&str>) -> Option<Alias> {
    let name = name.and_then(|name| validate::line(name, 1, 80).ok());
    let emoji = emoji.and_then(|code| emojis::get_by_shortcode(code.trim().trim_matches(':')));
    (name.is_some() || emoji.is_some()).then(|| Alias { name, emoji: emoji.map(|emoji| emoji.as_str().to_owned()) })
}

/// Without what no message has.
fn cleaned(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

impl Attachment {
    /// A quotation with what it says.
    fn said(self) -> Result<String, Refusal> {
        let mut parts = Vec::new();
        let title = self.title.filter(|title| !title.trim().is_empty());
        if let Some(title) = title {
            let link = self.title_link.filter(|link| link.starts_with("http://") || link.starts_with("https://"));
            parts.push(match link {
                Some(link) => format!("**{}**", mrkdwn::link(&link, Some(title.trim()))),
                None => format!("**{}**", title.trim()),
            });
        }
        if let Some(text) = &self.text {
            parts.push(mrkdwn::markdown(text));
        }
        for block in self.blocks.unwrap_or_default().iter().take(MOST_BLOCKS) {
            parts.push(self::block(block)?);
        }
        for field in self.fields.unwrap_or_default().into_iter().take(MOST_FIELDS) {
            let value = field.value.as_str().map_or_else(|| field.value.to_string(), mrkdwn::markdown);
            let value = if field.value.is_null() { String::new() } else { value };
            let title = field.title.filter(|title| !title.trim().is_empty());
            parts.push(title.map_or(value.clone(), |title| format!("**{}:** {value}", title.trim())));
        }
        parts.retain(|part| !part.trim().is_empty());
        if parts.is_empty() {
            parts.extend(self.fallback.map(|text| mrkdwn::markdown(&text)));
        }
        if let Some(footer) = self.footer.filter(|footer| !footer.trim().is_empty()) {
            parts.push(mrkdwn::markdown(&footer));
        }
        let said = parts.join("\n");
        let quoted: Vec<_> = said.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
        let before = self.pretext.map(|text| mrkdwn::markdown(&text)).filter(|text| !text.trim().is_empty());
        Ok(before.map(|before| format!("{before}\n\n")).unwrap_or_default() + &quoted.join("\n"))
    }
}

/// One block: a heading, a section, a line, or small print. Others (buttons, inputs) say nothing.
fn block(block: &Value) -> Result<String, Refusal> {
    let kind = block["type"].as_str().ok_or(Refusal::InvalidBlocks)?;
    Ok(match kind {
        "header" => {
            let words = text(&block["text"]);
            if words.trim().is_empty() { String::new() } else { format!("**{}**", words.trim()) }
        }
        "section" => {
            let fields = block["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
            let words = std::iter::once(&block["text"]).chain(fields.iter().take(MOST_FIELDS)).map(text);
            words.filter(|words| !words.trim().is_empty()).collect::<Vec<_>>().join("\n")
        }
        "context" => {
            let elements = block["elements"].as_array().map(Vec::as_slice).unwrap_or_default();
            let words = elements.iter().take(MOST_FIELDS).map(text).filter(|words| !words.trim().is_empty());
            words.collect::<Vec<_>>().join(" · ")
        }
        "divider" => "---".to_owned(),
        "image" => {
            let (url, about) = (block["image_url"].as_str().unwrap_or_default(), block["alt_text"].as_str());
            let shown = url.starts_with("http://") || url.starts_with("https://");
            if shown { mrkdwn::link(url, about) } else { about.unwrap_or_default().to_owned() }
        }
        _ => String::new(),
    })
}

/// A text object, marked or plain.
fn text(object: &Value) -> String {
    let words = object["text"].as_str().unwrap_or_default();
    if object["type"] == "mrkdwn" { mrkdwn::markdown(words) } else { words.to_owned() }
}

//! Words of which somebody wants to be told, wherever they are said. A message with such a word
//! speaks to that person, and nobody else learns of it.

use crate::{
    accounts::Actor,
    app::App,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Scope},
    error::AppError,
    ids::UserId,
    journal::Audience,
    validate::{self, Checks},
};
use serde_json::json;
use std::collections::BTreeSet;
use surrealdb::types::SurrealValue;

/// How many words somebody can have.
const MOST: usize = 30;
/// The longest word, in characters.
const LONGEST: usize = 40;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct AlertsRow {
    words: Vec<String>,
}

/// The words of which the actor wants to be told.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn get(app: &App, actor: &Actor) -> Result<Vec<String>, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(app.journal.directory().alerts_of(actor.user).to_vec())
}

/// Sets them; they count from the next message on. Capitals make no difference.
///
/// # Errors
/// `validation`.
pub async fn set(app: &App, actor: &Actor, words: Vec<String>) -> Result<Vec<String>, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    if words.len() > MOST {
        checks.take::<()>("words", Err(format!("has more than {MOST} words")));
    }
    let words: BTreeSet<_> = words
        .iter()
        .take(MOST)
        .map(|word| checks.take("words", validate::line(word, 2, LONGEST).map(|word| word.to_lowercase())))
        .collect();
    checks.finish()?;
    let words: Vec<_> = words.into_iter().collect();
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let user = actor.still(draft.directory)?.user;
            if draft.directory.alerts_of(user) != words.as_slice() {
                draft.put(record("alerts", user.0), AlertsRow { words: words.clone() });
                draft.fact(Fact::Alerts(user, words.clone()));
                draft.event(Audience::Person(user), "alerts.updated", None, &json!({ "words": words }), None)?;
            }
            Ok(words.clone())
        })
        .await
}

/// Who wants to be told of a word in this text.
pub(super) fn alerted(directory: &Directory, body: &str) -> BTreeSet<UserId> {
    let mut people = directory.alerts().peekable();
    if people.peek().is_none() {
        return BTreeSet::new();
    }
    let body = body.to_lowercase();
    people.filter(|(_, words)| words.iter().any(|word| says(&body, word))).map(|(user, _)| user).collect()
}

/// Whether a text says this word as a whole; both in lower case. In scripts that put no spaces
/// between words it may stand anywhere.
fn says(body: &str, word: &str) -> bool {
    let bound = |letter: Option<char>| !letter.is_some_and(|letter| letter.is_alphanumeric() && letter < '\u{2e80}');
    body.match_indices(word)
        .any(|(at, found)| bound(body[..at].chars().next_back()) && bound(body[at + found.len()..].chars().next()))
}

/// Reads everybody's words.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let rows = all::<Keyed<AlertsRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM alerts").await?;
    for Keyed { key, row } in rows {
        directory.apply(&Fact::Alerts(UserId(key), row.words));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn a_word_is_said_as_a_whole() {
        for (body, word) in
            [("the roof leaks", "roof"), ("roof!", "roof"), ("a (red kite)", "red kite"), ("你好世界", "世界")]
        {
            assert!(says(body, word), "{word} in {body}");
        }
        for (body, word) in [("roofing", "roof"), ("proof", "roof"), ("", "roof"), ("red  kite", "red kite")] {
            assert!(!says(body, word), "{word} in {body}");
        }
    }
}

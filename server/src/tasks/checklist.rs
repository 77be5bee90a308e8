//! The points of a task's checklist. They are changed one by one, so that two who tick at once do not undo each other.

use super::{
    change::{Kind, TaskName, Work, change},
    view::Check,
};
use crate::{
    accounts::Actor,
    app::App,
    error::AppError,
    validate::{self, Checks},
};
use serde_json::json;

/// How many points a checklist has at most.
const MOST: usize = 200;

fn text(text: &str) -> Result<String, AppError> {
    let mut checks = Checks::default();
    let text = checks.take("text", validate::line(text, 1, 300));
    checks.finish()?;
    Ok(text)
}

const KIND: Kind = Kind { event: "task.checked", ..Kind::TEXT };

/// The whole list goes with the event: it is short.
fn finish(work: &mut Work) {
    let list = work.text.as_ref().map(|text| text.checklist.clone()).unwrap_or_default();
    work.extra.insert("checklist".to_owned(), json!(list));
}

fn listed(work: Work) -> Vec<Check> {
    work.text.unwrap_or_default().checklist
}

/// Adds a point at the end.
///
/// # Errors
/// `not_found`, `forbidden`, `project_archived`, `validation`.
pub async fn add(app: &App, actor: &Actor, task: &TaskName, words: &str) -> Result<Vec<Check>, AppError> {
    let words = text(words)?;
    let changed = change(app, actor, task, KIND, move |_, _, work, _| {
        let list = work.text.get_or_insert_default();
        if list.checklist.len() >= MOST {
            return Err(AppError::field("text", format!("is one more than {MOST} points")));
        }
        list.next_check += 1;
        list.checklist.push(Check { id: list.next_check, text: words.clone(), done: false });
        work.notes.push(("check", None, Some(words.clone())));
        finish(work);
        Ok(())
    })
    .await?;
    Ok(listed(changed))
}

/// What is to change of a point.
#[derive(Clone, Default, Debug)]
pub struct CheckPatch {
    pub text: Option<String>,
    pub done: Option<bool>,
}

/// Changes what a point says, or ticks it.
///
/// # Errors
/// As [`add`].
pub async fn update(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    check: u32,
    patch: CheckPatch,
) -> Result<Vec<Check>, AppError> {
    let words = patch.text.as_deref().map(text).transpose()?;
    let changed = change(app, actor, task, KIND, move |_, _, work, _| {
        let list = work.text.get_or_insert_default();
        let found = list.checklist.iter_mut().find(|found| found.id == check);
        let found = found.ok_or_else(|| AppError::not_found("Point"))?;
        let before = found.clone();
        found.text = words.clone().unwrap_or_else(|| found.text.clone());
        found.done = patch.done.unwrap_or(found.done);
        if *found == before {
            return Ok(());
        }
        let mark = |check: &Check| format!("{} {}", if check.done { "☑" } else { "☐" }, check.text);
        work.notes.push(("check", Some(mark(&before)), Some(mark(found))));
        finish(work);
        Ok(())
    })
    .await?;
    Ok(listed(changed))
}

/// Takes a point off the list; one that is gone is no fault.
///
/// # Errors
/// As [`add`].
pub async fn remove(app: &App, actor: &Actor, task: &TaskName, check: u32) -> Result<Vec<Check>, AppError> {
    let changed = change(app, actor, task, KIND, move |_, _, work, _| {
        let list = work.text.get_or_insert_default();
        let Some(place) = list.checklist.iter().position(|found| found.id == check) else { return Ok(()) };
        let gone = list.checklist.remove(place);
        work.notes.push(("check", Some(gone.text), None));
        finish(work);
        Ok(())
    })
    .await?;
    Ok(listed(changed))
}

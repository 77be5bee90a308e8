//! Tasks that come again. Of each there is one that carries the rule; when it is closed, or when its next day has come, the
//! next one is made in the same change that takes the rule from it. So there is never more than one next, whatever stops
//! in between.

use super::{
    boards::Spot,
    change::{Work, may_go_on, tell},
    news::{self, Happened},
    rule::Rule,
    store,
    view::{ActView, Day, TaskView, Text},
};
use crate::{
    clock::Timestamp,
    directory::{Fact, Project},
    error::AppError,
    ids::{TaskId, UserId},
    journal::Draft,
    notifications,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// When the next one is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Again {
    /// When this one is closed.
    Done,
    /// On its day, be this one closed or not.
    Schedule,
}

impl Again {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Schedule => "schedule",
        }
    }

    pub(super) fn of(word: &str) -> Self {
        if word == "schedule" { Self::Schedule } else { Self::Done }
    }
}

/// By what a task comes again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recurrence {
    /// A rule of RFC 5545 about days, such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO`.
    pub rule: String,
    pub again: Again,
    /// Whose day it is that counts: a name of the IANA time zone database.
    pub time_zone: String,
    /// Who wished it so; what the hub makes by it is theirs.
    #[serde(skip)]
    pub user: UserId,
}

/// By what a task is to come again.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecurrenceWish {
    /// `FREQ` (`DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`), and with it `INTERVAL`, `BYDAY`, `BYMONTHDAY` and `COUNT` or `UNTIL`.
    rule: String,
    again: Again,
    /// UTC when absent.
    #[serde(default)]
    time_zone: Option<String>,
}

impl RecurrenceWish {
    /// As it is kept.
    ///
    /// # Errors
    /// `validation`.
    pub(super) fn checked(&self, user: UserId) -> Result<Recurrence, AppError> {
        let refused = |why: String| AppError::field("recurrence", why);
        let rule = Rule::parse(&self.rule).map_err(refused)?;
        let time_zone = self.time_zone.as_deref().unwrap_or("UTC");
        let time_zone = notifications::known_zone(time_zone).map_err(refused)?;
        Ok(Recurrence { rule: rule.to_string(), again: self.again, time_zone, user })
    }
}

impl Recurrence {
    fn read(&self) -> Option<Rule> {
        Rule::parse(&self.rule).ok()
    }

    /// The day that it is where the rule counts.
    pub(super) fn today(&self, now: Timestamp) -> Day {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let moment = jiff::Timestamp::from_millisecond(now.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Day(zone.to_datetime(moment).date().to_string())
    }
}

/// Gives a task a rule, and a day where it has none.
pub(super) fn set(card: &mut TaskView, recurrence: Recurrence, now: Timestamp) -> Result<(), AppError> {
    if card.due.is_none() {
        let first = recurrence.read().and_then(|rule| rule.first(&recurrence.today(now)));
        card.due = Some(first.ok_or_else(|| AppError::field("recurrence", "has no day to come"))?);
    }
    card.recurrence = Some(recurrence);
    Ok(())
}

/// The day on which the hub makes the next one, where it does.
pub(super) fn next_day(card: &TaskView) -> Option<Day> {
    let recurrence = card.recurrence.as_ref().filter(|recurrence| recurrence.again == Again::Schedule)?;
    let due = card.due.as_ref().filter(|_| card.deleted_at.is_none())?;
    recurrence.read()?.next(due, due)
}

/// The day that it is where the rule counts, if that of the next one has come.
pub(super) fn come(card: &TaskView, now: Timestamp) -> Option<Day> {
    let today = card.recurrence.as_ref()?.today(now);
    next_day(card).filter(|next| *next <= today).map(|_| today)
}

/// The days on which tasks come again.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecurrencePreview)]
pub struct Preview {
    /// The rule in the form in which it is kept.
    pub rule: String,
    /// The day of the first: the one that was asked for, or else the next that the rule says.
    pub due: Option<Day>,
    /// At most three days that follow.
    pub next: Vec<Day>,
}

/// What a rule means.
///
/// # Errors
/// `validation`.
pub fn preview(rule: &str, due: Option<Day>, now: Timestamp) -> Result<Preview, AppError> {
    let rule = Rule::parse(rule).map_err(|why| AppError::field("rule", why))?;
    let today = Day(chrono::DateTime::from_timestamp_millis(now.millis()).unwrap_or_default().date_naive().to_string());
    let due = due.or_else(|| rule.first(&today));
    let next = due.as_ref().map(|due| rule.following(due, 3)).unwrap_or_default();
    Ok(Preview { rule: rule.to_string(), due, next })
}

/// The task that comes after another.
#[derive(Debug)]
pub(super) struct Next {
    card: TaskView,
    text: Text,
    others: Vec<(u32, String)>,
    after: String,
}

/// Has the next one of a task follow, if it is time: the rule goes to it, and it finds its place. It is written after
/// the task itself.
pub(super) fn follow(draft: &Draft<'_>, project: &Project, work: &mut Work) -> Option<Next> {
    let recurrence = work.card.recurrence.clone()?;
    let due = work.card.due.clone()?;
    let closed = project.is_open(work.before.status_id) && !project.is_open(work.card.status_id);
    let rule = recurrence.read()?;
    let day = match (recurrence.again, &work.day_came) {
        (Again::Done, _) if closed => rule.next(&due, &recurrence.today(draft.now)),
        (Again::Schedule, Some(today)) => rule.newest(&due, today),
        _ => return None,
    };
    // The rule has come to its end: it stays with the last one, as a word of what it was.
    let day = day?;
    let taken = draft.facts_so_far().find_map(|fact| match fact {
        Fact::TaskCreated(of, number) if *of == project.id => Some(*number),
        _ => None,
    });
    let number = taken.unwrap_or(project.last_number) + 1;
    let status_id = may_go_on(project, work.before.status_id)?;
    let placed = work.board.insert(number, status_id, Spot::First);
    if let Some((_, rank)) = placed.others.iter().find(|(other, _)| *other == work.card.number) {
        work.card.rank.clone_from(rank);
    }
    let shift = |start: &Day| {
        let date = |day: &Day| chrono::NaiveDate::parse_from_str(&day.0, "%Y-%m-%d").ok();
        let before = date(&due)?.signed_duration_since(date(start)?);
        Some(Day(date(&day)?.checked_sub_signed(before)?.format("%Y-%m-%d").to_string()))
    };
    let checklist = work.text.iter().flat_map(|text| text.checklist.iter().cloned());
    let checklist: Vec<_> = checklist.map(|check| super::view::Check { done: false, ..check }).collect();
    let text = work.text.clone().unwrap_or_default();
    let before = &work.card;
    let card = TaskView {
        id: TaskId::generate(),
        number,
        key: project.task_key(number),
        status_id,
        rank: placed.rank,
        start: before.start.as_ref().and_then(shift),
        due: Some(day.clone()),
        checks_done: 0,
        checks: u32::try_from(checklist.len()).unwrap_or(u32::MAX),
        comments: 0,
        described: !text.description.is_empty(),
        created_at: draft.now,
        updated_at: draft.now,
        closed_at: None,
        version: 1,
        last_comment: 0,
        last_act: 1,
        recurrence: Some(Recurrence { rule: rule.after_one().to_string(), ..recurrence }),
        ..before.clone()
    };
    let after = before.key.clone();
    work.card.recurrence = None;
    work.notes.push(("recurred", None, Some(card.key.clone())));
    let next_check = text.next_check;
    let version = u32::from(!text.description.is_empty());
    let text = Text {
        description: text.description,
        description_version: version,
        checklist,
        next_check,
        relations: Vec::new(),
    };
    Some(Next { card, text, others: placed.others, after })
}

/// Writes the next one. `by` is whose act it is; where the hub does it by itself, everybody is told.
pub(super) fn write(
    draft: &mut Draft<'_>,
    project: &Project,
    next: Next,
    (by, told_by): (UserId, Option<UserId>),
) -> Result<(), AppError> {
    let Next { card, text, others, after } = next;
    let field = "created".to_owned();
    let act = ActView { number: 1, at: draft.now, user_id: by, field, from: Some(after), to: Some(card.title.clone()) };
    store::put_ranks(draft, project.id, &others);
    store::insert_new(draft, &card, true);
    if text != Text::default() {
        store::put_text(draft, project.id, card.number, &text);
    }
    store::put_act(draft, project.id, card.number, &act);
    let assigned: BTreeSet<_> = card.assignee_ids.clone();
    let mut work = Work { others, ..Work::new(card, None, super::boards::Board::none(project.id)) };
    tell(draft, project, &mut work, "task.created", &[act])?;
    news::note(draft, project, &work.card, told_by, &Happened { assigned, ..Happened::default() })
}

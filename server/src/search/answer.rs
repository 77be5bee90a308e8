//! Answering a question.

use super::{
    Search,
    filters::{self, Moment, Wanted},
    find::{self, Found, MOST_BEST, Page, Place, SHORTEST_SLIP, Sort},
    query::{self, Phrase, Question},
    snippet,
    words::fold,
};
use crate::{
    accounts::Actor,
    app::App,
    chat::{self, Alias, MessageView},
    clock::{self, Timestamp},
    directory::{Directory, Person, Scope, Thread, ThreadPlace, UserView},
    error::{AppError, Code},
    files::FileView,
    ids::{ChannelId, UserId},
    permission::{Action, Relation},
};
use serde::{Deserialize, Serialize};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use utoipa::ToSchema;

/// Up to here what was found is counted.
pub(super) const MOST_COUNTED: usize = 1_000;
/// How many people are answered.
const MOST_PEOPLE: usize = 50;

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SearchResults)]
pub enum Results {
    #[default]
    Messages,
    /// Files by their names.
    Files,
    People,
}

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = SearchSegment)]
pub struct Segment {
    pub text: String,
    /// Whether it is what was asked for.
    pub marked: bool,
}

/// A message that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SearchHit)]
pub struct Hit {
    pub channel_id: ChannelId,
    pub number: u32,
    /// What the thread hangs on that it was said in.
    pub thread: Option<ThreadPlace>,
    pub author_id: UserId,
    /// Under which name and sign it is shown, where a program asked for another.
    pub alias: Option<Alias>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// The part of its text that shows why it was found, in one line of at most 242 characters.
    pub snippet: Vec<Segment>,
    pub files: Vec<FileHit>,
}

/// A file of a message that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = SearchFile)]
pub struct FileHit {
    pub file: FileView,
    /// Its name with marks.
    pub name: Vec<Segment>,
}

/// How far what is searched has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SearchState)]
pub enum Ready {
    /// Everything can be found.
    Current,
    /// What was said last cannot be found yet.
    Behind,
    /// The index is being made; much cannot be found yet.
    Building,
}

/// What was found. Only the list that was asked for has anything in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Found)]
pub struct Answer {
    pub messages: Vec<Hit>,
    /// Messages with files that fit; their `files` are those that do.
    pub files: Vec<Hit>,
    pub people: Vec<UserView>,
    /// How many there are from the place on that was asked for, at most 1,000.
    pub count: usize,
    /// Whether there are more than `count`.
    pub more: bool,
    /// Whether nothing has these words, and what was found has words that are nearly the same.
    pub close: bool,
    pub state: Ready,
}

/// A question as it was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub text: String,
    pub results: Results,
    pub sort: Sort,
    pub limit: usize,
    /// Where the page before this one ended.
    pub before: Option<String>,
    pub offset: i32,
}

/// Finds what the actor may read now. Gives the place to go on from; none at the end.
///
/// # Errors
/// `validation` for what cannot be understood; `busy` while too many ask.
pub(super) async fn search(app: &Arc<App>, actor: &Actor, asked: Asked) -> Result<(Answer, Option<String>), AppError> {
    actor.require_scope(Scope::Read)?;
    let question = query::parse(&asked.text);
    if asked.text.trim().is_empty() {
        return Err(AppError::field("q", "is empty"));
    }
    let place = asked.before.as_deref().map(place).transpose()?;
    let nothing = question.wordless && question.wanted.is_empty();
    let phrases = question.wanted.clone();
    let (wanted, people) = look(app, actor, question, &asked)?;
    let state = app.search.ready(app);
    let mut answer = Answer {
        messages: Vec::new(),
        files: Vec::new(),
        people: Vec::new(),
        count: 0,
        more: false,
        close: place.is_some_and(|(_, close)| close),
        state,
    };
    if asked.results == Results::People {
        answer.count = people.len();
        answer.people = people;
        return Ok((answer, None));
    }
    if nothing {
        return Ok((answer, None));
    }
    let (found, close) = find(app, wanted, &phrases, &asked, place).await?;
    answer.close = close;
    (answer.count, answer.more) = (found.count.min(MOST_COUNTED), found.count > MOST_COUNTED);
    let hits = show(app, actor, &found.places, &phrases, close).await?;
    match asked.results {
        Results::Files => answer.files = hits.into_iter().filter_map(|hit| only_named(hit, &phrases)).collect(),
        _ => answer.messages = hits,
    }
    Ok((answer, found.next.map(|place| cursor(place, close))))
}

/// What a question means for the team as it is, and the people who fit it.
fn look(app: &App, actor: &Actor, question: Question, asked: &Asked) -> Result<(Wanted, Vec<UserView>), AppError> {
    let directory = app.journal.directory();
    let mut people = Vec::new();
    if asked.results == Results::People {
        actor.require(Action::ViewPeople, Relation::NONE)?;
        people = named(&directory, &question.wanted);
    }
    let moment = Moment { now: clock::now(), offset: asked.offset };
    let mut wanted = filters::wanted(&directory, actor, question, moment)?;
    if asked.results == Results::Files {
        wanted.tags.push("file");
    }
    Ok((wanted, people))
}

/// Those in the team whose name or title has all of this.
fn named(directory: &Directory, phrases: &[Phrase]) -> Vec<UserView> {
    let has = |person: &Person, phrase: &Phrase| {
        let text = format!("{} @{} {}", person.name, person.username, person.title);
        !snippet::marks(&text, std::slice::from_ref(phrase), false).is_empty()
    };
    let fits = |person: &&Person| {
        person.deleted_at.is_none() && !phrases.is_empty() && phrases.iter().all(|phrase| has(person, phrase))
    };
    let mut people: Vec<_> = directory.people.values().filter(fits).collect();
    people.sort_by_cached_key(|person| fold(&person.name));
    people.into_iter().take(MOST_PEOPLE).map(Person::view).collect()
}

/// Asks the index, and again for what is nearly the same when it has nothing.
async fn find(
    app: &Arc<App>,
    wanted: Wanted,
    phrases: &[Phrase],
    asked: &Asked,
    place: Option<(Place, bool)>,
) -> Result<(Found, bool), AppError> {
    let nothing = Found { places: Vec::new(), count: 0, next: None };
    let Some(shelf) = app.search.with(|state| state.shelf.clone()) else { return Ok((nothing, false)) };
    let busy = || AppError::later(Code::Busy, Duration::from_secs(1));
    let turn = tokio::time::timeout(Duration::from_secs(5), app.search.turns.acquire()).await;
    let _turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
    let slips =
        phrases.iter().any(|phrase| matches!(phrase, Phrase::Part(word) if word.chars().count() >= SHORTEST_SLIP));
    let names = asked.results == Results::Files;
    let close = place.is_some_and(|(_, close)| close);
    let page = Page { sort: asked.sort, limit: asked.limit, after: place.map(|(place, _)| place), slips: close, names };
    let again = slips && place.is_none() && !names;
    let work = move || {
        // A damaged file can make the library give up in the middle.
        catch_unwind(AssertUnwindSafe(|| {
            let found = find::find(&shelf, &wanted, page)?;
            if found.places.is_empty() && again {
                return find::find(&shelf, &wanted, Page { slips: true, ..page }).map(|found| (found, true));
            }
            Ok::<_, tantivy::TantivyError>((found, close))
        }))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Ok((found, close)))) => {
            let close = close && !found.places.is_empty();
            Ok((found, close))
        }
        Ok(Ok(Err(error))) => {
            app.search.damaged.notify_one();
            Err(AppError::internal(error))
        }
        Ok(Err(_)) | Err(_) => {
            app.search.damaged.notify_one();
            Err(AppError::internal("the search index is damaged"))
        }
    }
}

/// What was found as it is now, without what went or was closed to the actor in the meantime.
async fn show(
    app: &App,
    actor: &Actor,
    places: &[(ChannelId, u32)],
    phrases: &[Phrase],
    close: bool,
) -> Result<Vec<Hit>, AppError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = chat::messages_at(app, places).await?;
    let directory = app.journal.directory();
    let hits = places.iter().filter_map(|place| {
        let message = found.remove(place)?;
        let channel = directory.visible_channel(message.channel_id, actor.user, actor.role).ok()?;
        actor.require(Action::ReadMessages, directory.relation(channel, actor.user)).ok()?;
        let thread = channel.thread.as_ref().map(Thread::place);
        message.deleted_at.is_none().then(|| hit(message, thread, phrases, close))
    });
    Ok(hits.collect())
}

fn hit(message: MessageView, thread: Option<ThreadPlace>, phrases: &[Phrase], close: bool) -> Hit {
    let files = message.files.into_iter().map(|file| {
        let name = snippet::snippet(&file.name, phrases, close);
        FileHit { file, name }
    });
    Hit {
        channel_id: message.channel_id,
        number: message.number,
        thread,
        author_id: message.author_id,
        alias: message.alias,
        created_at: message.created_at,
        edited_at: message.edited_at,
        files: files.collect(),
        snippet: snippet::snippet(&snippet::plain(&message.body), phrases, close),
    }
}

/// The hit with those of its files whose names fit; all where only filters were asked for.
fn only_named(mut hit: Hit, phrases: &[Phrase]) -> Option<Hit> {
    if !phrases.is_empty() {
        hit.files.retain(|file| file.name.iter().any(|part| part.marked));
    }
    (!hit.files.is_empty()).then_some(hit)
}

/// Where to go on, as clients give it back.
fn cursor(place: Place, close: bool) -> String {
    let close = if close { "~" } else { "" };
    match place {
        Place::Order(order) => format!("{close}o{order}"),
        Place::Rank(rank) => format!("{close}r{rank}"),
    }
}

fn place(text: &str) -> Result<(Place, bool), AppError> {
    let (text, close) = text.strip_prefix('~').map_or((text, false), |text| (text, true));
    let order = text.strip_prefix('o').and_then(|order| order.parse().ok()).map(Place::Order);
    let rank = || text.strip_prefix('r').and_then(|rank| rank.parse().ok()).filter(|rank| *rank <= MOST_BEST);
    let place = order.or_else(|| rank().map(Place::Rank));
    place.map(|place| (place, close)).ok_or_else(|| AppError::field("before", "is not where a page ended"))
}

impl Search {
    /// How far the index has come.
    fn ready(&self, app: &App) -> Ready {
        let newest = app.journal.cursor();
        let ready = self.with(|state| match (&state.shelf, &state.position) {
            (Some(_), Some(position)) if newest.is_after(position) => Ready::Behind,
            (Some(_), Some(_)) => Ready::Current,
            _ => Ready::Building,
        });
        if ready == Ready::Behind {
            self.asked.notify_one();
        }
        ready
    }
}

//! Asking the index.

use super::{
    answer::MOST_COUNTED,
    filters::Wanted,
    index::{Shelf, key, place},
    query::Phrase,
    words::{LONGEST_PART, SHORTEST_PART},
};
use crate::ids::ChannelId;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, ops::Bound};
use tantivy::{
    DocAddress, Order, Searcher, TantivyDocument, Term,
    collector::{Collector, Count, TopDocs},
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, EnableScoring, FuzzyTermQuery, Occur, PhraseQuery,
        Query, RangeQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption, Value},
};
use utoipa::ToSchema;

/// The shortest word that may have a slip in it, in letters.
pub(super) const SHORTEST_SLIP: usize = 4;
/// How many of the best matches can be paged through.
pub(super) const MOST_BEST: usize = 400;

/// What comes first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    #[default]
    Newest,
    /// What fits the words best.
    Best,
}

/// Where a page ends, and the next goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// After the message of this order.
    Order(u64),
    /// After this many.
    Rank(usize),
}

/// Which of what was found is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub sort: Sort,
    pub limit: usize,
    pub after: Option<Place>,
    /// Whether words may have one slip in them.
    pub slips: bool,
    /// Whether only names of files are looked at.
    pub names: bool,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub places: Vec<(ChannelId, u32)>,
    /// How many there are, after the place where the page begins.
    pub count: usize,
    pub next: Option<Place>,
}

/// Looks for what is wanted.
pub(super) fn find(shelf: &Shelf, wanted: &Wanted, page: Page) -> tantivy::Result<Found> {
    let searcher = shelf.reader.searcher();
    let Some(query) = query(shelf, wanted, page) else {
        return Ok(Found { places: Vec::new(), count: 0, next: None });
    };
    let (found, count): (Vec<(Place, DocAddress)>, usize) = match page.sort {
        Sort::Newest => newest(&searcher, &query, page.limit + 1)?,
        Sort::Best => {
            let first = match page.after {
                Some(Place::Rank(rank)) => rank,
                _ => 0,
            };
            let top = TopDocs::with_limit(page.limit + 1).and_offset(first).order_by_score();
            let (top, count) = searcher.search(&query, &(top, Count))?;
            let ranked = top.into_iter().enumerate();
            (ranked.map(|(index, (_, at))| (Place::Rank(first + index + 1), at)).collect(), count)
        }
    };
    let more = found.len() > page.limit;
    let shown = &found[..found.len().min(page.limit)];
    let next = shown.last().map(|(place, _)| *place).filter(|_| more);
    let next = next.filter(|place| !matches!(place, Place::Rank(rank) if *rank >= MOST_BEST));
    let places = shown.iter().map(|(_, at)| read(shelf, &searcher, *at)).collect::<tantivy::Result<Vec<_>>>()?;
    Ok(Found { places: places.into_iter().flatten().collect(), count, next })
}

/// The newest that fit, and how many fit. The index is in parts, most of which hold one stretch of time: where enough
/// was found and counted in the newer ones, the older ones are not looked into.
fn newest(
    searcher: &Searcher,
    query: &BooleanQuery,
    most: usize,
) -> tantivy::Result<(Vec<(Place, DocAddress)>, usize)> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let collector = (TopDocs::with_limit(most).order_by_fast_field::<u64>("order", Order::Desc), Count);
    let mut parts = Vec::new();
    for (ordinal, reader) in (0_u32..).zip(searcher.segment_readers()) {
        parts.push((reader.fast_fields().u64("order")?.max_value(), ordinal, reader));
    }
    parts.sort_unstable_by_key(|(newest, ordinal, _)| Reverse((*newest, *ordinal)));
    let (mut found, mut count) = (Vec::<(u64, DocAddress)>::new(), 0);
    for (newest, ordinal, reader) in parts {
        let enough = found.len() == most && found.last().is_some_and(|(order, _)| *order > newest);
        if enough && count > MOST_COUNTED {
            break;
        }
        let part = collector.collect_segment(weight.as_ref(), ordinal, reader)?;
        let (top, fitting) = collector.merge_fruits(vec![part])?;
        found.extend(top.into_iter().map(|(order, at)| (order.unwrap_or_default(), at)));
        found.sort_unstable_by_key(|(order, at)| Reverse((*order, *at)));
        found.truncate(most);
        count += fitting;
    }
    Ok((found.into_iter().map(|(order, at)| (Place::Order(order), at)).collect(), count))
}

fn read(shelf: &Shelf, searcher: &Searcher, at: DocAddress) -> tantivy::Result<Option<(ChannelId, u32)>> {
    let document: TantivyDocument = searcher.doc(at)?;
    Ok(document.get_first(shelf.fields.key).and_then(|value| value.as_bytes().and_then(place)))
}

type Clause = (Occur, Box<dyn Query>);

fn query(shelf: &Shelf, wanted: &Wanted, page: Page) -> Option<BooleanQuery> {
    let fields = shelf.fields;
    if wanted.rooms.is_empty() {
        return None;
    }
    let ids = |field: Field, ids: &mut dyn Iterator<Item = uuid::Uuid>| -> Box<dyn Query> {
        let terms: Vec<_> = ids.map(|id| Term::from_field_bytes(field, id.as_bytes())).collect();
        Box::new(TermSetQuery::new(terms))
    };
    // Only what scores a word counts for the order of the best.
    let quiet = |query: Box<dyn Query>| -> Box<dyn Query> { Box::new(ConstScoreQuery::new(query, 0.0)) };
    let mut clauses: Vec<Clause> =
        vec![(Occur::Must, quiet(ids(fields.room, &mut wanted.rooms.iter().map(|room| room.0))))];
    if let Some(authors) = &wanted.authors {
        clauses.push((Occur::Must, quiet(ids(fields.author, &mut authors.iter().map(|author| author.0)))));
    }
    if !wanted.not_authors.is_empty() {
        clauses.push((Occur::MustNot, ids(fields.author, &mut wanted.not_authors.iter().map(|author| author.0))));
    }
    let tag = |tag: &str| -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_text(fields.tags, tag), IndexRecordOption::Basic))
    };
    clauses.extend(wanted.tags.iter().map(|name| (Occur::Must, quiet(tag(name)))));
    clauses.extend(wanted.not_tags.iter().map(|name| (Occur::MustNot, tag(name))));
    let keys = |places: &[(ChannelId, u32)]| -> Box<dyn Query> {
        let term = |(channel, number): &(ChannelId, u32)| Term::from_field_bytes(fields.key, &key(*channel, *number));
        Box::new(TermSetQuery::new(places.iter().map(term).collect::<Vec<_>>()))
    };
    for places in &wanted.places {
        if places.is_empty() {
            return None;
        }
        clauses.push((Occur::Must, quiet(keys(places))));
    }
    clauses.extend(
        wanted.not_places.iter().filter(|places| !places.is_empty()).map(|places| (Occur::MustNot, keys(places))),
    );
    let (from, mut to) = (wanted.from, wanted.to);
    if let Some(Place::Order(order)) = page.after {
        to = Some(to.map_or(order, |to| to.min(order)));
    }
    if from.is_some() || to.is_some() {
        let bound = |order| Term::from_field_u64(fields.order, order);
        let from = from.map_or(Bound::Unbounded, |order| Bound::Included(bound(order)));
        let to = to.map_or(Bound::Unbounded, |order| Bound::Excluded(bound(order)));
        clauses.push((Occur::Must, quiet(Box::new(RangeQuery::new(from, to)))));
    }
    clauses.extend(wanted.phrases.iter().map(|phrase| (Occur::Must, said(shelf, phrase, page))));
    let unwanted = Page { slips: false, sort: Sort::Newest, ..page };
    clauses.extend(wanted.not_phrases.iter().map(|phrase| (Occur::MustNot, said(shelf, phrase, unwanted))));
    Some(BooleanQuery::new(clauses))
}

/// That a message says this.
fn said(shelf: &Shelf, phrase: &Phrase, page: Page) -> Box<dyn Query> {
    let fields = shelf.fields;
    let endings = if page.names { fields.names } else { fields.parts };
    let exact = |word: &str| -> Box<dyn Query> {
        let field = if page.names { fields.names } else { fields.words };
        let detail = if page.names { IndexRecordOption::Basic } else { IndexRecordOption::WithFreqs };
        Box::new(TermQuery::new(Term::from_field_text(field, word), detail))
    };
    let word = match phrase {
        Phrase::Exact(words) => {
            return match words.as_slice() {
                [] => Box::new(EmptyQuery),
                [only] => exact(only),
                // Names have no places: that they have all of the words is near enough.
                words if page.names => {
                    Box::new(BooleanQuery::intersection(words.iter().map(|word| exact(word)).collect()))
                }
                words => {
                    let terms = words.iter().map(|word| Term::from_field_text(fields.words, word)).collect();
                    Box::new(PhraseQuery::new(terms))
                }
            };
        }
        Phrase::Beginning(sign) => return beginning(if page.names { fields.names } else { fields.words }, sign),
        Phrase::Part(word) => word,
    };
    let letters = word.chars().count();
    if letters == 1 {
        return exact(word);
    }
    // Of short words only the beginning is meant, and what is longer than any part that is kept can only be one.
    let parts = page.names || (SHORTEST_PART..=LONGEST_PART).contains(&letters);
    let kept: String = word.chars().take(LONGEST_PART).collect();
    let mut ways = vec![if parts { beginning(endings, &kept) } else { beginning(fields.words, word) }];
    if page.slips && letters >= SHORTEST_SLIP && !page.names {
        ways.push(Box::new(FuzzyTermQuery::new(Term::from_field_text(fields.words, word), 1, true)));
    }
    if page.sort == Sort::Best && !page.names {
        ways.push(Box::new(BoostQuery::new(exact(word), 2.0)));
    }
    match ways.len() {
        1 => ways.remove(0),
        _ => Box::new(BooleanQuery::union(ways)),
    }
}

/// That something in this field begins so.
fn beginning(field: Field, text: &str) -> Box<dyn Query> {
    let from = Bound::Included(Term::from_field_text(field, text));
    let to = Bound::Excluded(Term::from_field_text(field, &format!("{text}\u{10ffff}")));
    Box::new(RangeQuery::new(from, to))
}

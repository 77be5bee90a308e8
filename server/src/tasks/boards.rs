//! Changes of one project's tasks take turns, and the order of its columns is kept while they do.

use super::{rank, store};
use crate::{database::Database, error::AppError, ids::ProjectId};
use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OwnedMutexGuard;

/// How many projects are changed at once. Two that fall to the same place wait for one another, and each reads its
/// columns anew, which is slower and nothing else.
const PLACES: usize = 256;

/// The order of the columns of one project: which task has which rank.
#[derive(Clone, Debug)]
pub(super) struct Board {
    project: ProjectId,
    columns: HashMap<u32, BTreeMap<String, u32>>,
}

#[derive(Debug, Default)]
struct Place {
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The order as it is on the disk; taken out while it may change.
    board: Arc<Mutex<Option<Board>>>,
}

/// Has each change of a project's tasks begin with what the one before it wrote. So numbers of history are without
/// holes, a rank is never given twice, and whoever moves a card needs not read its column.
#[derive(Debug)]
pub struct Boards {
    places: Vec<Place>,
    hasher: RandomState,
}

/// A turn at some projects. A change keeps a clone of `held` until it is on disk, because it is written also when the
/// caller has gone away.
pub(super) struct Turn {
    pub(super) held: Arc<Vec<OwnedMutexGuard<()>>>,
    kept: Arc<Mutex<Option<Board>>>,
    project: ProjectId,
}

impl Default for Boards {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| Place::default()).collect(), hasher: RandomState::new() }
    }
}

impl Boards {
    fn place(&self, project: ProjectId) -> usize {
        usize::try_from(self.hasher.hash_one(project) % PLACES as u64).unwrap_or(0)
    }

    /// Waits for those who came before at this project, and at the other one if a change touches two.
    pub(super) async fn take(&self, project: ProjectId, also: Option<ProjectId>) -> Turn {
        let place = self.place(project);
        // In one order for everybody, so that nobody waits for one who waits for them.
        let mut places: Vec<_> = also.map(|other| self.place(other)).into_iter().chain([place]).collect();
        places.sort_unstable();
        places.dedup();
        let mut held = Vec::with_capacity(places.len());
        for place in places {
            held.push(Arc::clone(&self.places[place].turn).lock_owned().await);
        }
        Turn { held: Arc::new(held), kept: Arc::clone(&self.places[place].board), project }
    }
}

impl Turn {
    /// The order of the columns. Until it is given back, the next turn reads it anew.
    pub(super) async fn board(&self, database: &Database) -> Result<Board, AppError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(board) = kept.filter(|board| board.project == self.project) {
            return Ok(board);
        }
        let mut board = Board { project: self.project, columns: HashMap::new() };
        for (number, status, rank) in store::ranks(database, self.project).await.map_err(AppError::internal)? {
            board.columns.entry(status).or_default().insert(rank, number);
        }
        Ok(board)
    }

    /// Gives the order back once what changed it is on disk.
    pub(super) fn give_back(&self, board: Board) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(board);
    }
}

/// Where a task is to stand in its column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    First,
    Last,
    /// Right after one, right before another; where they are not in the column or not in this order, the first counts
    /// for more, and where neither is, it is the end.
    Beside {
        after: Option<u32>,
        before: Option<u32>,
    },
}

/// What a column needs for a task to stand somewhere.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Placed {
    pub(super) rank: String,
    /// The new ranks of the others, where the column was numbered anew.
    pub(super) others: Vec<(u32, String)>,
}

impl Board {
    /// An order in which nothing stands, for changes that move nothing.
    pub(super) fn none(project: ProjectId) -> Self {
        Self { project, columns: HashMap::new() }
    }

    /// Takes a task out of a column.
    pub(super) fn remove(&mut self, status: u32, rank: &str) {
        if let Some(column) = self.columns.get_mut(&status) {
            column.remove(rank);
        }
    }

    /// Whether no task is in a column.
    pub(super) fn is_empty(&self, status: u32) -> bool {
        self.columns.get(&status).is_none_or(BTreeMap::is_empty)
    }

    /// Finds a place for a task that is in no column now.
    pub(super) fn insert(&mut self, number: u32, status: u32, spot: Spot) -> Placed {
        let column = self.columns.entry(status).or_default();
        let rank_of = |wanted: u32| column.iter().find(|(_, number)| **number == wanted).map(|(rank, _)| rank.clone());
        let (below, above) = match spot {
            Spot::First => (None, column.keys().next().cloned()),
            Spot::Last => (column.keys().next_back().cloned(), None),
            Spot::Beside { after, before } => {
                if let Some(rank) = after.and_then(rank_of) {
                    let next = column
                        .range::<String, _>((std::ops::Bound::Excluded(&rank), std::ops::Bound::Unbounded))
                        .next()
                        .map(|(rank, _)| rank.clone());
                    (Some(rank), next)
                } else if let Some(rank) = before.and_then(rank_of) {
                    (column.range::<String, _>(..&rank).next_back().map(|(rank, _)| rank.clone()), Some(rank))
                } else {
                    (column.keys().next_back().cloned(), None)
                }
            }
        };
        let rank = rank::between(below.as_deref(), above.as_deref());
        if rank.len() <= rank::LONGEST {
            column.insert(rank.clone(), number);
            return Placed { rank, others: Vec::new() };
        }
        column.insert(rank, number);
        let order: Vec<u32> = column.values().copied().collect();
        *column = rank::even(order.len()).zip(order).collect();
        let mut placed = Placed::default();
        for (rank, other) in column.iter() {
            if *other == number {
                placed.rank.clone_from(rank);
            } else {
                placed.others.push((*other, rank.clone()));
            }
        }
        placed
    }
}

#[cfg(test)]
mod tests {
    use super::{Board, Spot};
    use crate::ids::ProjectId;
    use std::collections::HashMap;

    fn order(board: &Board, status: u32) -> Vec<u32> {
        board.columns[&status].values().copied().collect()
    }

    #[test]
    fn cards_stand_where_they_are_put_and_a_missing_neighbour_is_no_fault() {
        let mut board = Board { project: ProjectId::generate(), columns: HashMap::new() };
        let beside = |after, before| Spot::Beside { after, before };
        for number in [1, 2] {
            board.insert(number, 1, Spot::Last);
        }
        board.insert(3, 1, Spot::First);
        board.insert(4, 1, beside(Some(1), Some(2)));
        board.insert(5, 1, beside(None, Some(1)));
        board.insert(6, 1, beside(Some(99), Some(2)));
        board.insert(7, 1, beside(Some(99), Some(98)));
        board.insert(8, 1, beside(Some(2), None));
        assert_eq!(order(&board, 1), [3, 5, 1, 4, 6, 2, 8, 7]);
        assert!(board.is_empty(2));
    }

    #[test]
    fn ten_thousand_into_one_gap_stay_in_order_and_short() {
        let mut board = Board { project: ProjectId::generate(), columns: HashMap::new() };
        board.insert(1, 1, Spot::Last);
        board.insert(2, 1, Spot::Last);
        let mut anew = 0;
        for number in 3..10_003 {
            let placed = board.insert(number, 1, Spot::Beside { after: Some(1), before: None });
            anew += usize::from(!placed.others.is_empty());
            assert!(placed.rank.len() <= super::rank::LONGEST);
        }
        let order = order(&board, 1);
        assert_eq!((order.len(), order[0], order[1], order[10_001]), (10_002, 1, 10_002, 2));
        assert!(order[1..10_001].is_sorted_by(|a, b| a > b));
        assert!((1..60).contains(&anew), "{anew}");
    }
}

//! One side of a book: its prices and what rests at each.
//!
//! Two structures tell the same: a sorted list, smallest and best for few levels, and a ladder with
//! one place for each price of a window, best for many. Both count in ranks: of two prices the
//! better has the lower rank, so neither needs to know the side.

mod bits;
mod ladder;
mod sorted;

use types::{Side, Ticks};

use crate::orders::Queue;
use ladder::Ladder;
use sorted::Sorted;

/// How a book keeps its levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Structure {
    /// A sorted list, the best level at its end.
    Sorted,
    /// A place for each price of a window that follows the best, and an ordered map beyond.
    #[default]
    Ladder,
}

/// All that rests at one price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub(crate) queue: Queue,
    /// What its orders show; never zero between commands.
    pub(crate) lots: u64,
}

const _: () = assert!(size_of::<Level>() == 16, "four levels are one cache line");

impl Level {
    pub(crate) const EMPTY: Self = Self { queue: Queue::EMPTY, lots: 0 };
}

/// The levels of one side.
#[derive(Debug)]
pub(crate) enum Levels {
    Sorted(Sorted),
    Ladder(Ladder),
}

/// The rank of a price: lower is better. Sides come in no order that a processor could foresee, so
/// they are worked out rather than asked about.
#[inline]
pub(crate) fn rank(side: Side, price: Ticks) -> i64 {
    price.0 * sign(side)
}

#[inline]
fn sign(side: Side) -> i64 {
    2 * (side as i64) - 1
}

/// The price of a rank.
#[inline]
pub(crate) fn price(side: Side, rank: i64) -> Ticks {
    Ticks(rank * sign(side))
}

impl Levels {
    pub(crate) fn new(structure: Structure) -> Self {
        match structure {
            Structure::Sorted => Self::Sorted(Sorted::default()),
            Structure::Ladder => Self::Ladder(Ladder::default()),
        }
    }

    /// The best rank.
    #[inline]
    pub(crate) fn best(&self) -> Option<i64> {
        match self {
            Self::Sorted(sorted) => sorted.best(),
            Self::Ladder(ladder) => ladder.best(),
        }
    }

    /// Whether an order at `rank` or better rests here.
    #[inline]
    pub(crate) fn reaches(&self, rank: i64) -> bool {
        match self {
            Self::Sorted(sorted) => sorted.best().is_some_and(|best| best <= rank),
            Self::Ladder(ladder) => ladder.reaches(rank),
        }
    }

    /// What rests at a rank.
    #[inline]
    pub(crate) fn find(&self, rank: i64) -> Option<&Level> {
        match self {
            Self::Sorted(sorted) => sorted.find(rank),
            Self::Ladder(ladder) => ladder.find(rank),
        }
    }

    /// The level at a rank, empty when it is new. Whoever calls puts an order there.
    #[inline]
    pub(crate) fn enter(&mut self, rank: i64) -> &mut Level {
        match self {
            Self::Sorted(sorted) => sorted.enter(rank),
            Self::Ladder(ladder) => ladder.enter(rank),
        }
    }

    /// The level of a resting order.
    #[inline]
    pub(crate) fn resting(&mut self, rank: i64) -> &mut Level {
        match self {
            Self::Sorted(sorted) => sorted.resting(rank),
            Self::Ladder(ladder) => ladder.resting(rank),
        }
    }

    /// An order that shows so many lots leaves its level: the level, or nothing when it was the
    /// last one there and the level is gone.
    #[inline]
    pub(crate) fn leave(&mut self, rank: i64, lots: u64) -> Option<&mut Level> {
        match self {
            Self::Sorted(sorted) => sorted.leave(rank, lots),
            Self::Ladder(ladder) => ladder.leave(rank, lots),
        }
    }

    /// The best rank that is worse than `rank`.
    pub(crate) fn after(&self, rank: i64) -> Option<i64> {
        match self {
            Self::Sorted(sorted) => sorted.after(rank),
            Self::Ladder(ladder) => ladder.after(rank),
        }
    }

    /// The worst rank.
    pub(crate) fn worst(&self) -> Option<i64> {
        match self {
            Self::Sorted(sorted) => sorted.worst(),
            Self::Ladder(ladder) => ladder.worst(),
        }
    }

    /// Ranks and levels, best first.
    pub(crate) fn best_first(&self) -> impl Iterator<Item = (i64, &Level)> {
        let mut at = self.best();
        std::iter::from_fn(move || {
            let rank = at?;
            at = self.after(rank);
            Some((rank, self.find(rank).expect("a rank that was found")))
        })
    }
}

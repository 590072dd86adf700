//! A sorted list of levels, the best at its end: orders near the touch are reached and changed
//! without moving the rest.

use super::Level;

#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// From the worst rank to the best.
    levels: Vec<(i64, Level)>,
}

impl Sorted {
    #[inline]
    pub(super) fn best(&self) -> Option<i64> {
        self.levels.last().map(|(rank, _)| *rank)
    }

    pub(super) fn worst(&self) -> Option<i64> {
        self.levels.first().map(|(rank, _)| *rank)
    }

    #[inline]
    pub(super) fn find(&self, rank: i64) -> Option<&Level> {
        self.place(rank).ok().map(|at| &self.levels[at].1)
    }

    #[inline]
    pub(super) fn enter(&mut self, rank: i64) -> &mut Level {
        let at = self.place(rank).unwrap_or_else(|at| {
            self.levels.insert(at, (rank, Level::EMPTY));
            at
        });
        &mut self.levels[at].1
    }

    #[inline]
    pub(super) fn resting(&mut self, rank: i64) -> &mut Level {
        let at = self.place(rank).expect("a resting order stands at a level");
        &mut self.levels[at].1
    }

    #[inline]
    pub(super) fn leave(&mut self, rank: i64, lots: u64) -> Option<&mut Level> {
        let at = self.place(rank).expect("a resting order stands at a level");
        self.levels[at].1.lots -= lots;
        if self.levels[at].1.lots == 0 {
            self.levels.remove(at);
            return None;
        }
        Some(&mut self.levels[at].1)
    }

    pub(super) fn after(&self, rank: i64) -> Option<i64> {
        let at = self.levels.partition_point(|(other, _)| rank < *other);
        self.levels[..at].last().map(|(rank, _)| *rank)
    }

    fn place(&self, rank: i64) -> Result<usize, usize> {
        // Most orders come near the touch, so the end is looked at before the rest is searched.
        match self.levels.last() {
            Some((best, _)) if *best == rank => Ok(self.levels.len() - 1),
            Some((best, _)) if rank < *best => Err(self.levels.len()),
            Some(_) => self.levels.binary_search_by(|(other, _)| rank.cmp(other)),
            None => Err(0),
        }
    }
}

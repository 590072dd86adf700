//! A place for each rank, in pages of 64 that exist only where orders rest, and an ordered map for
//! ranks far from the rest.
//!
//! A directory has an entry for each page of a window: which of its places are taken, and where the
//! page is. So a book of few levels is small, the next best rank is found by looking at bits, and
//! an order that comes and goes where nothing else rests uses a page that is still in the cache.
//!
//! The window grows with the number of levels and follows the best rank. It is moved only when as
//! many orders have come outside it as there are entries to move, so no sequence of orders makes
//! moving it dear, and orders far from the touch cost those near it nothing.

use std::collections::BTreeMap;

use super::Level;
use super::bits::{Bits, MOST};

/// Places of a page, one for each bit of an entry.
const PAGE: usize = 64;

/// Entries of the smallest directory.
const FEWEST: usize = 64;

/// Entries for each level, at most; an entry costs sixteen bytes.
const SPARSEST: usize = 64;

/// Entries that may be moved for each order that came outside the window.
const PATIENCE: usize = 16;

/// Worse than every price.
const NEVER: i64 = i64::MAX;

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// A bit for each place that is taken; without one there is no page.
    taken: u64,
    page: u32,
}

#[derive(Debug)]
pub(crate) struct Ladder {
    /// The number of the first page of the directory.
    first: i64,
    directory: Vec<Entry>,
    /// The entries that have a page.
    filled: Bits,
    pages: Vec<[Level; PAGE]>,
    /// Pages without orders, the next to be used last.
    free: Vec<u32>,
    /// The best rank of all; `NEVER` when there is none.
    best: i64,
    /// Levels in the window.
    count: usize,
    /// Levels outside it.
    far: BTreeMap<i64, Level>,
    /// The best of them; `NEVER` when there is none.
    far_best: i64,
    /// Orders that came outside the window since it was last moved.
    missed: usize,
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            first: 0,
            directory: Vec::new(),
            filled: Bits::default(),
            pages: Vec::new(),
            free: Vec::new(),
            best: NEVER,
            count: 0,
            far: BTreeMap::new(),
            far_best: NEVER,
            missed: 0,
        }
    }
}

impl Ladder {
    #[inline]
    pub(super) fn best(&self) -> Option<i64> {
        (self.best != NEVER).then_some(self.best)
    }

    #[inline]
    pub(super) fn reaches(&self, rank: i64) -> bool {
        self.best <= rank && self.best != NEVER
    }

    pub(super) fn worst(&self) -> Option<i64> {
        let last =
            |at: usize| self.rank(at, 63 - self.directory[at].taken.leading_zeros() as usize);
        let here = self.filled.last().map(last);
        here.max(self.far.last_key_value().map(|(rank, _)| *rank))
    }

    #[inline]
    pub(super) fn find(&self, rank: i64) -> Option<&Level> {
        let (entry, place) = (self.entry(rank), place(rank));
        match self.directory.get(entry) {
            Some(entry) if entry.taken >> place & 1 == 1 => {
                Some(&self.pages[entry.page as usize][place])
            }
            Some(_) => None,
            None => self.far.get(&rank),
        }
    }

    #[inline]
    pub(super) fn enter(&mut self, rank: i64) -> &mut Level {
        let at = self.entry(rank);
        if self.directory.len() <= at {
            return self.enter_outside(rank);
        }
        self.enter_here(rank, at)
    }

    #[inline]
    pub(super) fn resting(&mut self, rank: i64) -> &mut Level {
        match self.directory.get(self.entry(rank)) {
            Some(entry) => &mut self.pages[entry.page as usize][place(rank)],
            None => self.far.get_mut(&rank).expect("a resting order stands at a level"),
        }
    }

    #[inline]
    pub(super) fn leave(&mut self, rank: i64, lots: u64) -> Option<&mut Level> {
        let (at, place) = (self.entry(rank), place(rank));
        let Some(entry) = self.directory.get_mut(at) else {
            return self.leave_outside(rank, lots);
        };
        let page = entry.page as usize;
        let level = &mut self.pages[page][place];
        level.lots -= lots;
        if level.lots != 0 {
            return Some(&mut self.pages[page][place]);
        }
        *level = Level::EMPTY;
        entry.taken &= !(1 << place);
        self.count -= 1;
        if entry.taken == 0 {
            self.free.push(entry.page);
            self.filled.clear(at);
        }
        if rank == self.best {
            self.best = self.next_here(at, place).min(self.far_best);
        }
        None
    }

    pub(super) fn after(&self, rank: i64) -> Option<i64> {
        let next = rank.saturating_add(1);
        let from = next.max(self.first.saturating_mul(signed(PAGE)));
        let here = self.next_here(self.entry(from), place(from));
        let far = self.far.range(next..).next().map_or(NEVER, |(far, _)| *far);
        Some(here.min(far)).filter(|next| *next != NEVER)
    }

    /// The first rank taken in the window from a place of an entry on.
    #[inline]
    fn next_here(&self, at: usize, place: usize) -> i64 {
        let rest = self.directory.get(at).map_or(0, |entry| entry.taken >> place << place);
        if rest != 0 {
            return self.rank(at, rest.trailing_zeros() as usize);
        }
        let next = self.filled.next(at.saturating_add(1));
        next.map_or(NEVER, |at| self.rank(at, self.directory[at].taken.trailing_zeros() as usize))
    }

    /// The entry of a rank's page; past the end when it has none.
    #[inline]
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "a page before the first wraps to an entry past the end"
    )]
    fn entry(&self, rank: i64) -> usize {
        (rank >> PAGE.trailing_zeros()).wrapping_sub(self.first) as usize
    }

    #[inline]
    fn rank(&self, at: usize, place: usize) -> i64 {
        (self.first + signed(at)) * signed(PAGE) + signed(place)
    }

    #[inline]
    fn enter_here(&mut self, rank: i64, at: usize) -> &mut Level {
        let place = place(rank);
        let entry = &mut self.directory[at];
        if entry.taken >> place & 1 == 0 {
            if entry.taken == 0 {
                entry.page = self.free.pop().unwrap_or_else(|| new_page(&mut self.pages));
                self.filled.set(at);
            }
            entry.taken |= 1 << place;
            self.count += 1;
            self.best = self.best.min(rank);
        }
        &mut self.pages[entry.page as usize][place]
    }

    #[cold]
    fn enter_outside(&mut self, rank: i64) -> &mut Level {
        self.missed += 1;
        if self.directory.len() + self.far.len() <= PATIENCE * self.missed {
            self.move_window(rank);
            self.missed = 0;
        }
        let at = self.entry(rank);
        if at < self.directory.len() {
            return self.enter_here(rank, at);
        }
        self.best = self.best.min(rank);
        self.far_best = self.far_best.min(rank);
        self.far.entry(rank).or_insert(Level::EMPTY)
    }

    #[cold]
    fn leave_outside(&mut self, rank: i64, lots: u64) -> Option<&mut Level> {
        let level = self.far.get_mut(&rank).expect("a resting order stands at a level");
        level.lots -= lots;
        if level.lots != 0 {
            return self.far.get_mut(&rank);
        }
        self.far.remove(&rank);
        self.far_best = first_of(&self.far);
        if rank == self.best {
            self.best = self.next_here(0, 0).min(self.far_best);
        }
        None
    }

    /// Moves the window to where it holds the best rank, and `new` if that is near enough.
    fn move_window(&mut self, new: i64) {
        let page = |rank: i64| rank >> PAGE.trailing_zeros();
        let best = page(self.best.min(new));
        let last = self.filled.last().map_or(best, |at| self.first + signed(at));
        let span = usize::try_from(last.max(page(new)) - best + 1).expect("the best is the first");
        let levels = self.count + self.far.len() + 1;
        let most = (SPARSEST * levels).next_power_of_two().clamp(FEWEST, MOST);
        let wished = span.saturating_add(span / 4).min(most).next_power_of_two();
        let entries = wished.max(self.directory.len()).max(FEWEST);
        // What the window has to spare is put before the best and after the worst alike.
        let spare = entries - span.min(entries - entries / 4);
        let first = best - signed(spare / 2);
        let window = first..first + signed(entries);
        if window.contains(&page(new)) || self.directory.len() <= self.entry(self.best) {
            self.rebuild(first, entries);
        }
    }

    /// Puts every level where it belongs when the window has so many entries from `first` on.
    fn rebuild(&mut self, first: i64, entries: usize) {
        let old = std::mem::replace(&mut self.directory, vec![Entry::default(); entries]);
        let filled = std::mem::replace(&mut self.filled, Bits::new(entries));
        let old_first = std::mem::replace(&mut self.first, first);
        let mut next = filled.next(0);
        while let Some(at) = next {
            self.move_page(old_first + signed(at), old[at]);
            next = filled.next(at + 1);
        }
        for (rank, level) in std::mem::take(&mut self.far) {
            let at = self.entry(rank);
            if at < self.directory.len() {
                *self.enter_here(rank, at) = level;
            } else {
                self.far.insert(rank, level);
            }
        }
        self.far_best = first_of(&self.far);
    }

    /// A page stays what it is, at its new entry; outside the window its levels go to the map.
    fn move_page(&mut self, number: i64, entry: Entry) {
        let at = self.entry(number * signed(PAGE));
        if let Some(place) = self.directory.get_mut(at) {
            *place = entry;
            self.filled.set(at);
            return;
        }
        let page = &mut self.pages[entry.page as usize];
        for (place, level) in page.iter_mut().enumerate().filter(|(_, level)| level.lots != 0) {
            let level = std::mem::replace(level, Level::EMPTY);
            self.far.insert(number * signed(PAGE) + signed(place), level);
            self.count -= 1;
        }
        self.free.push(entry.page);
    }
}

#[cold]
fn new_page(pages: &mut Vec<[Level; PAGE]>) -> u32 {
    pages.push([Level::EMPTY; PAGE]);
    u32::try_from(pages.len() - 1).expect("a window has at most 2^18 pages")
}

fn first_of(far: &BTreeMap<i64, Level>) -> i64 {
    far.first_key_value().map_or(NEVER, |(rank, _)| *rank)
}

/// Where in its page a rank stands.
#[inline]
#[expect(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "the lowest six bits of a rank are its place"
)]
fn place(rank: i64) -> usize {
    rank as usize % PAGE
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).expect("a count of pages or places")
}

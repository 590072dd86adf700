//! A book rebuilt from the events of a venue that is believed, whatever its orders would do here.

use std::collections::BTreeMap;

use types::{Lots, Side, Ticks};

use super::Published;
use super::books::VenueBook;

/// What was done to the book other than by events.
#[derive(Debug, Default)]
pub(super) struct Counts {
    orders: u64,
    adopted: u64,
    phantoms: u64,
    unknown_deletes: u64,
    unknown_changes: u64,
}

pub(super) struct Rebuilt<B> {
    book: B,
    fillers: BTreeMap<(Side, Ticks), u64>,
    /// What was left of orders when they were cut away.
    cut: BTreeMap<u64, Lots>,
    counts: Counts,
    is_begun: bool,
}

/// Names above all that the venue gave.
const FIRST_FILLER: u64 = 1 << 48;

impl<B: VenueBook> Rebuilt<B> {
    pub(super) fn new(book: B) -> Self {
        let (fillers, cut) = (BTreeMap::new(), BTreeMap::new());
        Self { book, fillers, cut, counts: Counts::default(), is_begun: false }
    }

    pub(super) const fn is_begun(&self) -> bool {
        self.is_begun
    }

    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(super) fn best(&self, side: Side, depth: usize) -> Vec<(Ticks, Lots)> {
        self.book.best(side, depth)
    }

    /// `N` an order came, `X` it has so much left, `D` it left.
    pub(super) fn event(&mut self, kind: &str, name: u64, side: Side, price: Ticks, lots: Lots) {
        match (kind, self.book.left(name)) {
            ("N", None) => {
                self.counts.orders += 1;
                self.book.rest(name, side, price, lots);
            }
            ("X", Some(left)) if lots < left => self.book.reduce(name, left - lots),
            ("X", Some(left)) => self.put(side, price, lots - left),
            ("D", Some(_)) => self.book.remove(name),
            ("X" | "D", None) if self.cut.contains_key(&name) => {
                let before = self.cut.remove(&name).expect("it was just seen");
                let left = if kind == "X" { lots.min(before) } else { Lots::ZERO };
                self.take(side, price, before - left);
                if left != Lots::ZERO {
                    self.cut.insert(name, left);
                }
            }
            ("X", None) => {
                self.counts.unknown_changes += 1;
                self.take(side, price, lots);
                self.book.rest(name, side, price, lots);
            }
            ("D", None) => {
                self.counts.unknown_deletes += 1;
                self.take(side, price, lots);
            }
            (kind, left) => panic!("{kind} of {name}, of which {left:?} is left"),
        }
    }

    /// Brings the book to what was published.
    pub(super) fn adopt(&mut self, published: &Published) {
        for (side, expected) in Side::BOTH.into_iter().zip(published) {
            let worst = expected.last().expect("twenty prices").0;
            let told: BTreeMap<Ticks, Lots> = expected.iter().copied().collect();
            for (price, lots) in &told {
                let here = self.lots_at(side, *price);
                self.counts.adopted += u64::from(self.is_begun && here != *lots);
                match here.cmp(lots) {
                    std::cmp::Ordering::Less => self.put(side, *price, *lots - here),
                    std::cmp::Ordering::Equal => {}
                    std::cmp::Ordering::Greater => self.cut(side, *price, here - *lots),
                }
            }
            for (price, lots) in self.book.best(side, usize::MAX) {
                if side.is_better(price, worst) && !told.contains_key(&price) {
                    self.counts.phantoms += 1;
                    self.cut(side, price, lots);
                }
            }
        }
        self.is_begun = true;
    }

    fn lots_at(&self, side: Side, price: Ticks) -> Lots {
        self.book.queue(side, price).into_iter().map(|(_, lots)| lots).sum()
    }

    /// More lots at a price, in the name of its filler.
    fn put(&mut self, side: Side, price: Ticks, lots: Lots) {
        if lots == Lots::ZERO {
            return;
        }
        let next = FIRST_FILLER + u64::try_from(self.fillers.len()).expect("few");
        let filler = *self.fillers.entry((side, price)).or_insert(next);
        let before = self.book.left(filler).unwrap_or_default();
        if before != Lots::ZERO {
            self.book.remove(filler);
        }
        self.book.rest(filler, side, price, before + lots);
    }

    /// Fewer lots at a price, out of its filler, as far as that goes.
    fn take(&mut self, side: Side, price: Ticks, lots: Lots) {
        if let Some(filler) = self.fillers.get(&(side, price)).copied() {
            self.shorten(filler, lots);
        }
    }

    /// Fewer lots at a price, wherever they come from: the order of that size, which is the one that a
    /// broadcast did not know of; else the filler, then the earliest orders.
    fn cut(&mut self, side: Side, price: Ticks, lots: Lots) {
        let rest = self.lots_at(side, price) - lots;
        let queue = self.book.queue(side, price);
        if let Some((name, _)) = queue.iter().rev().find(|(_, left)| *left == lots) {
            return self.cut_away(*name);
        }
        self.take(side, price, lots);
        for (name, left) in self.book.queue(side, price) {
            let over = self.lots_at(side, price) - rest;
            if left <= over {
                self.cut_away(name);
            } else {
                self.shorten(name, over);
            }
        }
    }

    /// Takes an order out of which a broadcast did not know. If it comes back with a later broadcast,
    /// it comes as filler, and its own later events are about the filler.
    fn cut_away(&mut self, name: u64) {
        let left = self.book.left(name).expect("what is cut away rests");
        self.book.remove(name);
        if name < FIRST_FILLER {
            self.cut.insert(name, left);
        }
    }

    fn shorten(&mut self, name: u64, by: Lots) {
        match self.book.left(name) {
            _ if by == Lots::ZERO => {}
            Some(left) if left <= by => self.book.remove(name),
            Some(_) => self.book.reduce(name, by),
            None => {}
        }
    }
}

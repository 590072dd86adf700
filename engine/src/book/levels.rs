//! One side of a book: its prices, sorted, the best at the tail.

use types::{Lots, Side, Ticks};

use super::orders::Queue;

/// All that rests at one price.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) price: Ticks,
    /// Sum of what its orders have left; never zero between commands.
    pub(super) lots: Lots,
    pub(super) queue: Queue,
}

/// The levels of one side.
#[derive(Debug)]
pub(super) struct Levels {
    side: Side,
    sorted: Vec<Level>,
}

impl Levels {
    pub(super) fn new(side: Side) -> Self {
        Self { side, sorted: Vec::new() }
    }

    pub(super) fn best(&self) -> Option<&Level> {
        self.sorted.last()
    }

    pub(super) fn worst(&self) -> Option<&Level> {
        self.sorted.first()
    }

    pub(super) fn best_first(&self) -> impl Iterator<Item = &Level> {
        self.sorted.iter().rev()
    }

    pub(super) fn find(&self, price: Ticks) -> Option<&Level> {
        self.place(price).ok().map(|at| &self.sorted[at])
    }

    /// The level at a price, made when there is none.
    pub(super) fn at(&mut self, price: Ticks) -> &mut Level {
        let at = self.place(price).unwrap_or_else(|at| {
            self.sorted.insert(at, Level { price, lots: Lots::ZERO, queue: Queue::EMPTY });
            at
        });
        &mut self.sorted[at]
    }

    /// The level of a resting order.
    pub(super) fn resting(&mut self, price: Ticks) -> &mut Level {
        let at = self.place(price).expect("a resting order stands at a level");
        &mut self.sorted[at]
    }

    pub(super) fn drop(&mut self, price: Ticks) {
        let at = self.place(price).expect("a level is dropped once");
        self.sorted.remove(at);
    }

    fn place(&self, price: Ticks) -> Result<usize, usize> {
        // Most orders come near the touch, so the tail is looked at before the rest is searched.
        match self.sorted.last() {
            Some(best) if best.price == price => return Ok(self.sorted.len() - 1),
            Some(best) if self.side.is_better(price, best.price) => return Err(self.sorted.len()),
            Some(_) | None => {}
        }
        self.sorted.binary_search_by(|level| match self.side {
            Side::Buy => level.price.cmp(&price),
            Side::Sell => price.cmp(&level.price),
        })
    }
}

//! The books that a venue's recording is replayed into, behind one interface.

use tests::naive_book::NaiveBook;
use types::{Lots, Side, Ticks};

/// A book whose owner names the orders.
pub(super) trait VenueBook {
    /// Trades with the other side while prices cross; what is left is the answer.
    fn cross(
        &mut self,
        side: Side,
        limit: Ticks,
        lots: Lots,
        on_trade: &mut dyn FnMut(Ticks, Lots),
    ) -> Lots;
    /// Puts an order behind all others at its price, whether or not prices cross.
    fn rest(&mut self, name: u64, side: Side, price: Ticks, lots: Lots);
    fn reduce(&mut self, name: u64, by: Lots);
    fn remove(&mut self, name: u64);
    /// What is left of an order, if it rests.
    fn left(&self, name: u64) -> Option<Lots>;
    fn best(&self, side: Side, depth: usize) -> Vec<(Ticks, Lots)>;
    /// The orders at a price, the earliest first.
    fn queue(&self, side: Side, price: Ticks) -> Vec<(u64, Lots)>;
}

impl VenueBook for NaiveBook {
    fn cross(
        &mut self,
        side: Side,
        limit: Ticks,
        lots: Lots,
        on_trade: &mut dyn FnMut(Ticks, Lots),
    ) -> Lots {
        Self::cross(self, side, limit, lots, |trade| on_trade(trade.price, trade.lots))
    }
    fn rest(&mut self, name: u64, side: Side, price: Ticks, lots: Lots) {
        Self::rest(self, name, side, price, lots);
    }
    fn reduce(&mut self, name: u64, by: Lots) {
        Self::reduce(self, name, by);
    }
    fn remove(&mut self, name: u64) {
        Self::remove(self, name);
    }
    fn left(&self, name: u64) -> Option<Lots> {
        Self::left(self, name)
    }
    fn best(&self, side: Side, depth: usize) -> Vec<(Ticks, Lots)> {
        self.depth(side).into_iter().take(depth).collect()
    }
    fn queue(&self, side: Side, price: Ticks) -> Vec<(u64, Lots)> {
        Self::queue(self, side, price)
    }
}

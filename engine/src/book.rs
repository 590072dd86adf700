//! The order book of one contract: levels of price, and at each level the orders in time order.
//!
//! Best prices stand at the tail of a sorted list, so the orders near the touch are reached and
//! changed without moving the rest, and prices far away cost them nothing.
//!
//! Knows nothing of matching, money or margin.

mod levels;
mod orders;

use types::{Lots, OrderId, Side, Ticks};

use levels::Levels;
pub(crate) use orders::{Order, Orders};

/// The bids and the asks of one contract.
#[derive(Debug)]
pub(crate) struct Book {
    bids: Levels,
    asks: Levels,
}

impl Book {
    /// A book without orders.
    pub(crate) fn new() -> Self {
        Self { bids: Levels::new(Side::Buy), asks: Levels::new(Side::Sell) }
    }

    /// The best price of a side.
    pub(crate) fn best(&self, side: Side) -> Option<Ticks> {
        self.levels(side).best().map(|level| level.price)
    }

    /// The first order at the best price of a side.
    pub(crate) fn first(&self, side: Side, orders: &Orders) -> Option<OrderId> {
        self.levels(side).best().map(|level| orders.head(&level.queue))
    }

    /// All that rests at a price.
    pub(crate) fn lots_at(&self, side: Side, price: Ticks) -> Lots {
        self.levels(side).find(price).map_or(Lots::ZERO, |level| level.lots)
    }

    /// Prices and lots of a side, best first.
    pub(crate) fn depth(&self, side: Side) -> impl Iterator<Item = (Ticks, Lots)> {
        self.levels(side).best_first().map(|level| (level.price, level.lots))
    }

    /// The orders of a side, in the order in which they would trade.
    pub(crate) fn queue<'a>(
        &'a self,
        side: Side,
        orders: &'a Orders,
    ) -> impl Iterator<Item = &'a Order> {
        self.levels(side).best_first().flat_map(|level| orders.of_level(&level.queue))
    }

    /// The last order of a side in the order in which they would trade, price first.
    pub(crate) fn last(&self, side: Side, orders: &Orders) -> Option<OrderId> {
        self.levels(side).worst().map(|level| orders.tail(&level.queue))
    }

    /// Puts an order behind all others at its price.
    pub(crate) fn rest(&mut self, orders: &mut Orders, id: OrderId) {
        let Order { side, price, .. } = *orders.live(id);
        let leaves = orders.live(id).leaves();
        let level = self.levels_mut(side).at(price);
        level.lots += leaves;
        orders.append(&mut level.queue, id);
    }

    /// Takes an order out of its level, whatever is left of it.
    pub(crate) fn unrest(&mut self, orders: &mut Orders, id: OrderId) {
        let Order { side, price, .. } = *orders.live(id);
        let leaves = orders.live(id).leaves();
        let level = self.levels_mut(side).resting(price);
        orders.unlink(&mut level.queue, id);
        level.lots -= leaves;
        if level.lots == Lots::ZERO {
            self.levels_mut(side).drop(price);
        }
    }

    /// The orders at a price have so many lots less than they had; some are left.
    pub(crate) fn reduce(&mut self, side: Side, price: Ticks, by: Lots) {
        self.levels_mut(side).resting(price).lots -= by;
    }

    fn levels(&self, side: Side) -> &Levels {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn levels_mut(&mut self, side: Side) -> &mut Levels {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

//! The order book of one contract: both sides, each the levels of its prices.

use types::{Lots, OrderId, Side, Ticks};

use crate::allocation::{Allocation, Claim};
use crate::levels::{Level, Levels, Structure, price, rank};
use crate::order::Order;
use crate::orders::Orders;

/// The bids and the asks of one contract.
#[derive(Debug)]
pub struct Book {
    /// Bids and asks, in the order of [`Side`].
    sides: [Levels; 2],
    allocation: Option<Allocation>,
    /// What allocation works on; kept so that it does not allocate.
    pub(crate) claims: Vec<Claim>,
}

impl Book {
    /// A book without orders, in which the earlier order at a price trades first.
    #[must_use]
    pub fn new(structure: Structure) -> Self {
        Self {
            sides: [Levels::new(structure), Levels::new(structure)],
            allocation: None,
            claims: Vec::new(),
        }
    }

    /// The same book, with lots shared out at each price.
    #[must_use]
    pub fn with_allocation(self, allocation: Option<Allocation>) -> Self {
        Self { allocation, ..self }
    }

    pub(crate) fn allocation(&self) -> Option<&Allocation> {
        self.allocation.as_ref()
    }

    /// The best price of a side.
    #[must_use]
    #[inline]
    pub fn best(&self, side: Side) -> Option<Ticks> {
        self.levels(side).best().map(|rank| price(side, rank))
    }

    /// The best price of a side and what its orders show there.
    #[must_use]
    #[inline]
    pub fn top(&self, side: Side) -> Option<(Ticks, Lots)> {
        let levels = self.levels(side);
        let best = levels.best()?;
        let level = levels.find(best).expect("the best rank has a level");
        Some((price(side, best), Lots(level.lots)))
    }

    /// Lots of the first order of a side trade, at most so many: which order, and how many.
    ///
    /// # Panics
    /// When the side has no orders.
    pub fn trade_first(&mut self, orders: &mut Orders, side: Side, most: Lots) -> (OrderId, Lots) {
        let (_, slot) = self.head(side);
        let (id, lots) = (orders.id_at(slot), orders.at(slot).shown.min(most));
        self.hit(orders, slot, lots);
        (id, lots)
    }

    /// Whether an incoming order of this side would meet an order at `limit` or better.
    #[must_use]
    #[inline]
    pub fn crosses(&self, side: Side, limit: Ticks) -> bool {
        let other = side.opposite();
        self.levels(other).reaches(rank(other, limit))
    }

    /// The first order at the best price of a side.
    #[must_use]
    pub fn first(&self, side: Side, orders: &Orders) -> Option<OrderId> {
        self.levels(side).best()?;
        Some(orders.id_at(self.head(side).1))
    }

    /// The last order of a side in the order in which they would trade, price first.
    #[must_use]
    pub fn last(&self, side: Side, orders: &Orders) -> Option<OrderId> {
        let levels = self.levels(side);
        let level = levels.find(levels.worst()?).expect("the worst rank has a level");
        Some(orders.id_at(level.queue.tail))
    }

    /// What the orders at a price show.
    #[must_use]
    pub fn lots_at(&self, side: Side, price: Ticks) -> Lots {
        self.levels(side).find(rank(side, price)).map_or(Lots::ZERO, |level| Lots(level.lots))
    }

    /// Prices of a side and what orders show there, best first.
    pub fn depth(&self, side: Side) -> impl Iterator<Item = (Ticks, Lots)> {
        let levels = self.levels(side).best_first();
        levels.map(move |(rank, level)| (price(side, rank), Lots(level.lots)))
    }

    /// The orders of a side, in the order in which they would trade.
    pub fn queue<'a>(
        &'a self,
        side: Side,
        orders: &'a Orders,
    ) -> impl Iterator<Item = (OrderId, &'a Order)> {
        let levels = self.levels(side).best_first();
        levels
            .flat_map(|(_, level)| orders.walk(level.queue.head))
            .map(|(slot, order)| (orders.id_at(slot), order))
    }

    /// The orders at a price, the earliest first.
    pub fn at<'a>(
        &'a self,
        side: Side,
        price: Ticks,
        orders: &'a Orders,
    ) -> impl Iterator<Item = (OrderId, &'a Order)> {
        let level = self.levels(side).find(rank(side, price)).copied().unwrap_or(Level::EMPTY);
        orders.walk(level.queue.head).map(|(slot, order)| (orders.id_at(slot), order))
    }

    /// Puts a live order behind all others at its price.
    ///
    /// # Panics
    /// When the order is not live or shows nothing.
    #[inline]
    pub fn rest(&mut self, orders: &mut Orders, id: OrderId) {
        let order = orders.live_mut(id);
        assert!(order.shown != Lots::ZERO, "a resting order shows something");
        let (side, shown) = (order.side, order.shown.0);
        let rank = rank(side, order.price);
        let levels = self.levels_mut(side);
        order.set_top(levels.best().is_none_or(|best| rank < best));
        let level = levels.enter(rank);
        level.lots += shown;
        orders.push(&mut level.queue, narrow(id));
    }

    /// Puts a live order behind all others at its price as it rested before: showing so much, and
    /// having made the price the best or not.
    ///
    /// # Panics
    /// When the order is not live, or does not have so much.
    pub fn rest_again(&mut self, orders: &mut Orders, id: OrderId, shown: Lots, is_top: bool) {
        let order = orders.live_mut(id);
        (order.hidden, order.shown) = (order.leaves() - shown, shown);
        self.rest(orders, id);
        orders.live_mut(id).set_top(is_top);
    }

    /// Takes a resting order out of its level. It stays live.
    ///
    /// # Panics
    /// When the order is not live.
    #[inline]
    pub fn unrest(&mut self, orders: &mut Orders, id: OrderId) {
        let Order { side, price, shown, .. } = *orders.live(id);
        if let Some(level) = self.levels_mut(side).leave(rank(side, price), shown.0) {
            orders.pull(&mut level.queue, narrow(id));
        }
    }

    /// Takes an order in and puts it behind all others at its price: `insert` and `rest` in one.
    ///
    /// # Panics
    /// When the order shows nothing.
    #[inline]
    pub fn add(&mut self, orders: &mut Orders, order: Order) -> OrderId {
        assert!(order.shown != Lots::ZERO, "a resting order shows something");
        let rank = rank(order.side, order.price);
        let levels = self.levels_mut(order.side);
        let is_top = levels.best().is_none_or(|best| rank < best);
        let level = levels.enter(rank);
        level.lots += order.shown.0;
        orders.insert_at(&mut level.queue, order, is_top)
    }

    /// Takes the order in a slot out of its level and lets it go: `unrest` and `remove` in one.
    ///
    /// # Panics
    /// When no live order is in the slot.
    #[inline]
    pub fn take(&mut self, orders: &mut Orders, slot: u32) -> Order {
        let order = *orders.at(slot);
        assert!(order.is_live(), "a live order's slot");
        let rank = rank(order.side, order.price);
        if let Some(level) = self.levels_mut(order.side).leave(rank, order.shown.0) {
            orders.pull_known(&mut level.queue, &order);
        }
        orders.release(slot);
        order
    }

    /// A resting order has so many lots less and keeps its place; what it hides goes first. Some of
    /// what it shows is left.
    ///
    /// # Panics
    /// When the order is not live, or would have nothing left to show.
    pub fn reduce(&mut self, orders: &mut Orders, id: OrderId, by: Lots) {
        let order = orders.live_mut(id);
        let hidden = by.min(order.hidden);
        let shown = by - hidden;
        order.hidden -= hidden;
        order.shown -= shown;
        assert!(order.shown != Lots::ZERO, "an order that shows nothing does not rest");
        let (side, price) = (order.side, order.price);
        self.levels_mut(side).resting(rank(side, price)).lots -= shown.0;
    }

    /// The best price of a side, which has orders, and the slot of its first order.
    #[inline]
    pub(crate) fn head(&self, side: Side) -> (Ticks, u32) {
        let levels = self.levels(side);
        let best = levels.best().expect("a side with orders has a best price");
        let level = levels.find(best).expect("the best rank has a level");
        (price(side, best), level.queue.head)
    }

    /// Lots that a resting order shows have traded. An iceberg then shows its next peak, behind the
    /// others; an order with nothing left is out of the book and out of the slab. The order as it is
    /// after the trade.
    #[inline]
    pub(crate) fn hit(&mut self, orders: &mut Orders, slot: u32, lots: Lots) -> Order {
        let order = orders.at_mut(slot);
        let (side, rank) = (order.side, rank(order.side, order.price));
        order.shown -= lots;
        let levels = self.levels_mut(side);
        if order.shown != Lots::ZERO {
            levels.resting(rank).lots -= lots.0;
            return *order;
        }
        if order.hidden != Lots::ZERO {
            let level = levels.resting(rank);
            level.lots -= lots.0;
            return refresh(level, orders, slot);
        }
        let order = *order;
        if let Some(level) = levels.leave(rank, lots.0) {
            orders.pull_known(&mut level.queue, &order);
        }
        orders.release(slot);
        order
    }

    #[inline]
    fn levels(&self, side: Side) -> &Levels {
        &self.sides[side as usize]
    }

    #[inline]
    fn levels_mut(&mut self, side: Side) -> &mut Levels {
        &mut self.sides[side as usize]
    }
}

/// an iceberg shows its next peak.
#[cold]
fn refresh(level: &mut Level, orders: &mut Orders, slot: u32) -> Order {
    let order = orders.at_mut(slot);
    *order = order.refreshed();
    level.lots += order.shown.0;
    orders.pull(&mut level.queue, slot);
    orders.push(&mut level.queue, slot);
    *orders.at(slot)
}

#[inline]
fn narrow(id: OrderId) -> u32 {
    u32::try_from(Orders::slot(id)).expect("a slot has 32 bits")
}

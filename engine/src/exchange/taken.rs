//! What an order that has not come yet would have taken from the books so far.: what is implied
//! is looked for as if it were gone.

use std::collections::BTreeMap;

use book::Shadow;
use types::{InstrumentId, Lots, OrderId, Side, Ticks, Timestamp};

use super::Exchange;
use super::market::Market;

/// Lots and prices that were traded in thought.
#[derive(Debug)]
pub(super) struct Taken {
    /// When the order would come.
    pub(super) now: Timestamp,
    sides: BTreeMap<(InstrumentId, Side), Shadow>,
    /// The lowest and the highest price of each contract.
    prices: BTreeMap<InstrumentId, (Ticks, Ticks)>,
}

impl Taken {
    /// Nothing yet.
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, sides: BTreeMap::new(), prices: BTreeMap::new() }
    }

    /// A contract trades at a price, which its breaker looks at.
    pub(super) fn note(&mut self, id: InstrumentId, price: Ticks) {
        let (lowest, highest) = self.prices.get(&id).copied().unwrap_or((price, price));
        self.prices.insert(id, (lowest.min(price), highest.max(price)));
    }

    /// The lowest and the highest price at which a contract has traded.
    pub(super) fn extremes(&self, id: InstrumentId) -> Option<(Ticks, Ticks)> {
        self.prices.get(&id).copied()
    }

    fn side(&self, market: &Market, side: Side) -> Option<&Shadow> {
        self.sides.get(&(market.id(), side))
    }

    /// Lots of the first order of a side, at most so many.
    pub(super) fn take(
        &mut self,
        exchange: &Exchange,
        (id, side): (InstrumentId, Side),
        most: Lots,
    ) -> (OrderId, Lots) {
        let (book, slab) = (&exchange.market(id).book, &exchange.orders.slab);
        let whole = || Shadow::new(book, slab, side);
        self.sides.entry((id, side)).or_insert_with(whole).trade_first(book, slab, most)
    }
}

impl Exchange {
    /// The best price of a side and what is shown there, of what was left.
    pub(super) fn top_left(
        &self,
        market: &Market,
        side: Side,
        taken: Option<&Taken>,
    ) -> Option<(Ticks, Lots)> {
        match taken.and_then(|taken| taken.side(market, side)) {
            Some(shadow) => shadow.top(),
            None => market.book.top(side),
        }
    }

    /// The first order of a side, of what was left.
    pub(super) fn first_left(
        &self,
        market: &Market,
        side: Side,
        taken: Option<&Taken>,
    ) -> Option<OrderId> {
        match taken.and_then(|taken| taken.side(market, side)) {
            Some(shadow) => shadow.first(),
            None => market.book.first(side, &self.orders.slab),
        }
    }
}

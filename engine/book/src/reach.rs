//! What an incoming order would trade, found without trading it.

use std::ops::ControlFlow;

use types::{Lots, OrderId, SelfMatch, Ticks};

use crate::book::Book;
use crate::cross::{Stop, Taker};
use crate::order::Order;
use crate::orders::Orders;

/// What an incoming order would trade now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// How much.
    pub lots: Lots,
    /// Sum of price times lots.
    pub notional: i128,
    /// The first price it would trade at.
    pub first: Option<Ticks>,
    /// The last price it would trade at.
    pub worst: Option<Ticks>,
    /// What would be left of it.
    pub left: Lots,
    /// Why it would stop.
    pub stop: Stop,
}

/// What an incoming order would meet on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// It trades.
    Trade {
        /// At which price.
        price: Ticks,
        /// How much.
        lots: Lots,
    },
    /// An order of its own account loses lots.
    Own {
        /// Which.
        id: OrderId,
        /// How many.
        lots: Lots,
    },
}

/// What [`cross`](crate::cross) would do with an order.
#[must_use]
pub fn reach(book: &Book, orders: &Orders, taker: &Taker) -> Reach {
    reach_beyond(book, orders, taker, None, &mut |_| ())
}

/// The same, if all orders at `gone` and at better prices were gone already. `each` is told what the
/// order meets.
#[must_use]
pub fn reach_beyond(
    book: &Book,
    orders: &Orders,
    taker: &Taker,
    gone: Option<Ticks>,
    each: &mut dyn FnMut(Met),
) -> Reach {
    let reach = Reach {
        lots: Lots::ZERO,
        notional: 0,
        first: None,
        worst: None,
        left: taker.leaves,
        stop: Stop::NoPrice,
    };
    let mut walk = Walk { book, orders, taker, left: taker.leaves, reach, each };
    for (price, _) in book.depth(taker.side.opposite()) {
        if walk.left == Lots::ZERO || !taker.side.accepts(taker.limit, price) {
            break;
        }
        if gone.is_some_and(|gone| taker.side.accepts(gone, price)) {
            continue;
        }
        if walk.level(price).is_break() {
            return Reach { left: walk.left, stop: Stop::SelfMatch, ..walk.reach };
        }
    }
    let stop = if walk.left == Lots::ZERO { Stop::Filled } else { Stop::NoPrice };
    Reach { left: walk.left, stop, ..walk.reach }
}

struct Walk<'a> {
    book: &'a Book,
    orders: &'a Orders,
    taker: &'a Taker,
    left: Lots,
    reach: Reach,
    each: &'a mut dyn FnMut(Met),
}

impl Walk<'_> {
    /// What the order would trade at a price. Every order there shows its first peak before any
    /// iceberg shows its second, so own orders are met, and gone, before what is hidden trades.
    fn level(&mut self, price: Ticks) -> ControlFlow<()> {
        let (book, orders, account) = (self.book, self.orders, self.taker.account);
        let other = self.taker.side.opposite();
        let level = || book.at(other, price, orders);
        let is_own = |order: &(OrderId, &Order)| order.1.account == account;
        let is_shared = book.allocation().is_some();
        if is_shared {
            for (id, order) in level().filter(is_own) {
                self.meet(id, order)?;
            }
        }
        for (id, order) in level() {
            if self.left == Lots::ZERO {
                break;
            }
            if !is_own(&(id, order)) {
                self.trade(price, order.shown);
            } else if !is_shared {
                self.meet(id, order)?;
            }
        }
        for (_, order) in level().filter(|order| !is_own(order)) {
            self.trade(price, order.hidden);
        }
        ControlFlow::Continue(())
    }

    /// the order meets one of its own account; it breaks off where it would end.
    fn meet(&mut self, id: OrderId, own: &Order) -> ControlFlow<()> {
        match self.taker.self_match {
            SelfMatch::CancelAggressor => ControlFlow::Break(()),
            SelfMatch::CancelBoth => {
                (self.each)(Met::Own { id, lots: own.leaves() });
                ControlFlow::Break(())
            }
            SelfMatch::CancelResting => {
                (self.each)(Met::Own { id, lots: own.leaves() });
                ControlFlow::Continue(())
            }
            SelfMatch::Decrement => {
                let lots = own.leaves().min(self.left);
                (self.each)(Met::Own { id, lots });
                self.left -= lots;
                let is_over = self.left == Lots::ZERO;
                if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }
        }
    }

    fn trade(&mut self, price: Ticks, lots: Lots) {
        let lots = lots.min(self.left);
        if lots == Lots::ZERO {
            return;
        }
        self.left -= lots;
        self.reach.lots += lots;
        self.reach.notional += i128::from(price.0) * i128::from(lots.0);
        self.reach.first = self.reach.first.or(Some(price));
        self.reach.worst = Some(price);
        (self.each)(Met::Trade { price, lots });
    }
}

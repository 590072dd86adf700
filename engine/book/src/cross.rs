//! Continuous matching.: the best price first; at one price the earlier order first.

use types::{AccountId, Lots, OrderId, SelfMatch, Side, Ticks};

use crate::allocation::share;
use crate::book::Book;
use crate::order::Order;
use crate::orders::Orders;

/// An order that comes to the book.
#[derive(Clone, Copy, Debug)]
pub struct Taker {
    /// Buy or sell.
    pub side: Side,
    /// The worst price it accepts.
    pub limit: Ticks,
    /// What is left of it.
    pub leaves: Lots,
    /// Whose it is.
    pub account: AccountId,
    /// What happens when it meets an order of its own account.
    pub self_match: SelfMatch,
}

/// What happened to a resting order.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// It traded.
    Trade {
        /// Which.
        id: OrderId,
        /// The resting order after the trade; gone when it has nothing left.
        maker: Order,
        /// Its price.
        price: Ticks,
        /// How much.
        lots: Lots,
    },
    /// It met an incoming order of its own account.
    SelfMatch {
        /// Which.
        id: OrderId,
        /// The resting order afterwards; gone when it has nothing left.
        resting: Order,
        /// What it lost.
        lots: Lots,
    },
}

/// Why matching stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing is left of the order.
    Filled,
    /// No price is left that it accepts.
    NoPrice,
    /// It ended at an order of its own account.
    SelfMatch,
}

/// Trades an incoming order against the other side for as long as prices cross. Resting orders with
/// nothing left leave book and slab; the incoming order stays with whoever called.
#[inline]
pub fn cross(
    book: &mut Book,
    orders: &mut Orders,
    taker: &mut Taker,
    mut on_step: impl FnMut(Step),
) -> Stop {
    let other = taker.side.opposite();
    while taker.leaves != Lots::ZERO {
        if !book.crosses(taker.side, taker.limit) {
            return Stop::NoPrice;
        }
        if book.allocation().is_some() {
            return share(book, orders, taker, &mut on_step);
        }
        let (price, slot) = book.head(other);
        let resting = orders.at(slot);
        if resting.account == taker.account {
            match self_match(book, orders, taker, orders.id_at(slot), &mut on_step) {
                Some(stop) => return stop,
                None => continue,
            }
        }
        let id = orders.id_at(slot);
        let lots = taker.leaves.min(resting.shown);
        taker.leaves -= lots;
        let maker = book.hit(orders, slot, lots);
        on_step(Step::Trade { id, maker, price, lots });
    }
    Stop::Filled
}

/// the incoming order has met one of its own account. Why it stops, if it does.
#[cold]
pub(crate) fn self_match(
    book: &mut Book,
    orders: &mut Orders,
    taker: &mut Taker,
    id: OrderId,
    on_step: &mut impl FnMut(Step),
) -> Option<Stop> {
    let all = orders.live(id).leaves();
    let lots = match taker.self_match {
        SelfMatch::CancelAggressor => return Some(Stop::SelfMatch),
        SelfMatch::CancelResting | SelfMatch::CancelBoth => all,
        SelfMatch::Decrement => all.min(taker.leaves),
    };
    let resting = lose(book, orders, id, lots);
    on_step(Step::SelfMatch { id, resting, lots });
    if taker.self_match == SelfMatch::Decrement {
        taker.leaves -= lots;
    }
    let is_over = taker.self_match == SelfMatch::CancelBoth || taker.leaves == Lots::ZERO;
    is_over.then_some(Stop::SelfMatch)
}

/// A resting order loses lots without a trade; with nothing left it is gone.
fn lose(book: &mut Book, orders: &mut Orders, id: OrderId, lots: Lots) -> Order {
    if lots < orders.live(id).leaves() {
        book.reduce(orders, id, lots);
        return *orders.live(id);
    }
    book.unrest(orders, id);
    Order { shown: Lots::ZERO, hidden: Lots::ZERO, ..orders.remove(id) }
}

//! Continuous matching.: the best price first; at one price the earlier order first.
//!
//! Takes a book and an incoming order and says who trades with whom. Knows nothing of positions,
//! money or margin.

use types::{Lots, OrderId, Ticks};

use crate::book::{Book, Order, Orders};

/// An incoming order met a resting one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    /// The resting order, after the trade.
    pub(crate) maker: Order,
    /// The incoming order, after the trade.
    pub(crate) taker: Order,
    /// The resting order's price.
    pub(crate) price: Ticks,
    /// How much.
    pub(crate) lots: Lots,
}

/// Why matching stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Nothing is left of the order.
    Filled,
    /// No price is left that it accepts.
    NoPrice,
    /// The next order is of the same account.
    SelfTrade,
}

/// Trades an incoming order against the other side for as long as prices cross. Resting orders
/// that are filled leave the book; the incoming order stays with whoever called.
pub(crate) fn cross(
    book: &mut Book,
    orders: &mut Orders,
    taker: OrderId,
    matches: &mut Vec<Match>,
) -> Stop {
    loop {
        let incoming = *orders.live(taker);
        let other = incoming.side.opposite();
        if incoming.leaves() == Lots::ZERO {
            return Stop::Filled;
        }
        let Some(price) = book.best(other).filter(|p| incoming.side.accepts(incoming.price, *p))
        else {
            return Stop::NoPrice;
        };
        let first = book.first(other, orders).expect("a level has orders");
        let resting = *orders.live(first);
        if resting.account == incoming.account {
            return Stop::SelfTrade;
        }
        let lots = incoming.leaves().min(resting.leaves());
        if lots == resting.leaves() {
            book.unrest(orders, first);
        } else {
            book.reduce(other, price, lots);
        }
        let maker = orders.fill(first, price, lots);
        let taker = orders.fill(taker, price, lots);
        if maker.leaves() == Lots::ZERO {
            orders.remove(first);
        }
        matches.push(Match { maker, taker, price, lots });
    }
}

/// What an incoming order would trade now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) lots: Lots,
    /// Price times lots.
    pub(crate) notional: i128,
    pub(crate) worst: Option<Ticks>,
    pub(crate) stop: Stop,
}

/// What `cross` would do with an order, found without doing it.
pub(crate) fn reach(book: &Book, orders: &Orders, order: &Order) -> Reach {
    let mut reach = Reach { lots: Lots::ZERO, notional: 0, worst: None, stop: Stop::NoPrice };
    for resting in book.queue(order.side.opposite(), orders) {
        let left = order.leaves() - reach.lots;
        if left == Lots::ZERO || !order.side.accepts(order.price, resting.price) {
            break;
        }
        if resting.account == order.account {
            return Reach { stop: Stop::SelfTrade, ..reach };
        }
        let lots = left.min(resting.leaves());
        reach.lots += lots;
        reach.notional += i128::from(resting.price.0) * i128::from(lots.0);
        reach.worst = Some(resting.price);
    }
    if reach.lots == order.leaves() {
        reach.stop = Stop::Filled;
    }
    reach
}

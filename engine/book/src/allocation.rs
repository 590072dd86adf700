//! How the lots of an incoming order are shared out at one price.
//!
//! Round by round: own orders first, then the first order that made the price the best, the market
//! makers, a part by time and a part by size, and by time what rounding left over. What an order
//! gets in a round is one trade. An iceberg that shows anew takes part in the next round.

use types::{Lots, OrderId, Side, Ticks};

use crate::book::Book;
use crate::cross::{Step, Stop, Taker, self_match};
use crate::orders::Orders;

/// How lots are shared out at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Most lots of the order that first showed the price.
    pub top_lots: u64,
    /// Part of the rest that goes to market makers.
    pub maker_permille: u32,
    /// Part of what is left then that goes by time; the remainder goes by size.
    pub fifo_permille: u32,
    /// By size, a share of fewer lots is none.
    pub smallest_lots: u64,
}

/// An order at the price, and what it gets in this round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    id: OrderId,
    shown: u64,
    is_maker: bool,
    gets: u64,
}

impl Claim {
    fn room(&self) -> u64 {
        self.shown - self.gets
    }
}

/// Trades an incoming order against the other side of a book that shares lots out.
#[cold]
pub(crate) fn share(
    book: &mut Book,
    orders: &mut Orders,
    taker: &mut Taker,
    on_step: &mut impl FnMut(Step),
) -> Stop {
    let other = taker.side.opposite();
    let allocation = *book.allocation().expect("only books with an allocation share lots out");
    let mut claims = std::mem::take(&mut book.claims);
    let stop = loop {
        if taker.leaves == Lots::ZERO {
            break Stop::Filled;
        }
        let accepted = book.best(other).filter(|p| taker.side.accepts(taker.limit, *p));
        let Some(price) = accepted else { break Stop::NoPrice };
        if let Some(own) = own_order(book, orders, taker, price) {
            match self_match(book, orders, taker, own, on_step) {
                Some(stop) => break stop,
                None => continue,
            }
        }
        claim(book, orders, other, price, &mut claims);
        let is_top = orders.live(claims[0].id).is_top();
        allot(&mut claims, taker.leaves.0, is_top, &allocation);
        for Claim { id, gets, .. } in claims.iter().filter(|claim| 0 < claim.gets) {
            let (id, lots) = (*id, Lots(*gets));
            taker.leaves -= lots;
            let slot = u32::try_from(Orders::slot(id)).expect("a slot has 32 bits");
            let maker = book.hit(orders, slot, lots);
            on_step(Step::Trade { id, maker, price, lots });
        }
    };
    book.claims = claims;
    stop
}

/// The first order of the incoming order's own account at a price.
fn own_order(book: &Book, orders: &Orders, taker: &Taker, price: Ticks) -> Option<OrderId> {
    let mut level = book.at(taker.side.opposite(), price, orders);
    level.find(|(_, order)| order.account == taker.account).map(|(id, _)| id)
}

fn claim(book: &Book, orders: &Orders, side: Side, price: Ticks, claims: &mut Vec<Claim>) {
    claims.clear();
    claims.extend(book.at(side, price, orders).map(|(id, order)| Claim {
        id,
        shown: order.shown.0,
        is_maker: order.is_maker(),
        gets: 0,
    }));
}

/// Says what each order gets of `lots`; all of what it shows where that is not too much.
fn allot(claims: &mut [Claim], lots: u64, is_top: bool, allocation: &Allocation) {
    let mut left = lots;
    if is_top {
        let first = &mut claims[0];
        first.gets = allocation.top_lots.min(left).min(first.shown);
        left -= first.gets;
    }
    let makers = |claim: &&mut Claim| claim.is_maker;
    let part = permille(left, allocation.maker_permille);
    left -= by_size(claims, part, 0, makers);
    left -= by_time(claims, permille(left, allocation.fifo_permille));
    left -= by_size(claims, left, allocation.smallest_lots, |_| true);
    by_time(claims, left);
}

/// Gives the earlier order first what it has room for; how much was given.
fn by_time(claims: &mut [Claim], lots: u64) -> u64 {
    let mut left = lots;
    for claim in claims {
        let gets = left.min(claim.room());
        claim.gets += gets;
        left -= gets;
    }
    lots - left
}

/// Gives each order a share by what it has room for, rounded down; how much was given.
fn by_size(
    claims: &mut [Claim],
    lots: u64,
    smallest: u64,
    is_meant: impl Fn(&&mut Claim) -> bool,
) -> u64 {
    let room: u128 = claims.iter_mut().filter(&is_meant).map(|c| u128::from(c.room())).sum();
    if room == 0 {
        return 0;
    }
    let lots = u128::from(lots).min(room);
    let mut given = 0;
    for claim in claims.iter_mut().filter(&is_meant) {
        let share = lots * u128::from(claim.room()) / room;
        let share = u64::try_from(share).expect("a share is at most the room of its order");
        if smallest <= share {
            claim.gets += share;
            given += share;
        }
    }
    given
}

fn permille(lots: u64, part: u32) -> u64 {
    let part = u128::from(lots) * u128::from(part) / 1000;
    u64::try_from(part).expect("a part is at most the whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rulebook() {
        let claim = |shown, is_maker| Claim { id: OrderId(0), shown, is_maker, gets: 0 };
        let mut claims = [claim(10, false), claim(50, true), claim(40, false)];
        let allocation =
            Allocation { top_lots: 5, maker_permille: 300, fifo_permille: 400, smallest_lots: 1 };
        allot(&mut claims, 50, true, &allocation);
        assert_eq!(claims.map(|claim| claim.gets), [10, 13 + 7 + 8 + 1, 11]);
    }
}

//! Our book, in both of its structures. Orders are named by the book, so names are handed back out of
//! a table; a side is an account, so that no order meets its own.

use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use types::{AccountId, Lots, OrderId, SelfMatch, Side};

use crate::race::{Engine, Kind, Op, Tally};

struct Ours {
    books: Vec<Book>,
    orders: Orders,
    /// What the book calls the order of a name; generation 0 is nobody's.
    ids: Vec<OrderId>,
}

pub(super) fn sorted(books: usize, names: usize) -> Box<dyn Engine> {
    build(books, names, || Book::new(Structure::Sorted))
}

pub(super) fn ladder(books: usize, names: usize) -> Box<dyn Engine> {
    build(books, names, || Book::new(Structure::Ladder))
}

fn build(books: usize, names: usize, book: impl Fn() -> Book) -> Box<dyn Engine> {
    let books = (0..books).map(|_| book()).collect();
    Box::new(Ours { books, orders: Orders::new(), ids: vec![OrderId(0); names] })
}

impl Engine for Ours {
    fn apply(&mut self, op: &Op, tally: &mut Tally) {
        let Self { books, orders, ids } = self;
        let book = &mut books[op.book as usize];
        let id = &mut ids[op.name as usize];
        if matches!(op.kind, Kind::Cancel | Kind::Modify) {
            let is_found = orders.get(*id).is_some();
            if is_found {
                book.take(orders, slot(*id));
            }
            tally.cancel(is_found);
            if op.kind == Kind::Cancel || !is_found {
                return;
            }
        }
        let lots = Lots(op.lots.into());
        let account = account(op.side);
        let left = trade(book, orders, op, lots, tally);
        let rests = op.kind != Kind::Ioc && left != Lots::ZERO;
        if rests {
            *id = book.add(orders, Order::new(op.side, op.price, left, account));
        }
        tally.order(left != lots, rests);
    }
}

/// What is left of an order that has traded what it could.
#[inline]
fn trade(book: &mut Book, orders: &mut Orders, op: &Op, lots: Lots, tally: &mut Tally) -> Lots {
    if !book.crosses(op.side, op.price) {
        return lots;
    }
    let (account, self_match) = (account(op.side), SelfMatch::CancelAggressor);
    let mut taker = Taker { side: op.side, limit: op.price, leaves: lots, account, self_match };
    cross(book, orders, &mut taker, |step| {
        if let Step::Trade { price, lots, .. } = step {
            tally.trade(price.0.unsigned_abs(), lots.0);
        }
    });
    taker.leaves
}

fn slot(id: OrderId) -> u32 {
    u32::try_from(Orders::slot(id)).expect("a slot has 32 bits")
}

const fn account(side: Side) -> AccountId {
    match side {
        Side::Buy => AccountId(1),
        Side::Sell => AccountId(2),
    }
}

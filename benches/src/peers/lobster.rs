//! `lobster` 0.7. It has no immediate-or-cancel: one is a limit order, and a cancel of what rests of
//! it. Its answer to a cancel is always "cancelled", so whether one found its order is not known;
//! that its trades agree says so indirectly.

use lobster::{OrderBook, OrderEvent, OrderType, Side as Theirs};
use types::Side;

use crate::race::{Engine, Kind, Op, Tally};

struct Lobster {
    books: Vec<OrderBook>,
}

pub(super) fn build(books: usize, names: usize) -> Box<dyn Engine> {
    let each = (names / books).clamp(16, 10_000);
    Box::new(Lobster { books: (0..books).map(|_| OrderBook::new(each, 10, false)).collect() })
}

impl Engine for Lobster {
    fn apply(&mut self, op: &Op, tally: &mut Tally) {
        let book = &mut self.books[op.book as usize];
        let id = u128::from(op.name);
        if matches!(op.kind, Kind::Cancel | Kind::Modify) {
            let event = book.execute(OrderType::Cancel { id });
            tally.cancel(matches!(event, OrderEvent::Canceled { .. }));
            if op.kind == Kind::Cancel {
                return;
            }
        }
        let side = match op.side {
            Side::Buy => Theirs::Bid,
            Side::Sell => Theirs::Ask,
        };
        let (qty, price) = (u64::from(op.lots), op.price.0.unsigned_abs());
        let (fills, rests) = match book.execute(OrderType::Limit { id, side, qty, price }) {
            OrderEvent::Filled { fills, .. } => (fills, false),
            OrderEvent::PartiallyFilled { fills, .. } => (fills, true),
            OrderEvent::Placed { .. } => (Vec::new(), true),
            OrderEvent::Unfilled { .. } | OrderEvent::Canceled { .. } => {
                tally.refused += 1;
                return;
            }
        };
        for fill in &fills {
            tally.trade(fill.price, fill.qty);
        }
        if rests && op.kind == Kind::Ioc {
            book.execute(OrderType::Cancel { id });
        }
        tally.order(!fills.is_empty(), rests && op.kind != Kind::Ioc);
    }
}

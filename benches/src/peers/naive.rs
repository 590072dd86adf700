//! Ordered maps of prices with a queue at each: what the others are measured against.

use tests::naive_book::NaiveBook;
use types::Lots;

use crate::race::{Engine, Kind, Op, Tally};

struct Naive {
    books: Vec<NaiveBook>,
}

pub(super) fn build(books: usize, _names: usize) -> Box<dyn Engine> {
    Box::new(Naive { books: (0..books).map(|_| NaiveBook::default()).collect() })
}

impl Engine for Naive {
    fn apply(&mut self, op: &Op, tally: &mut Tally) {
        let book = &mut self.books[op.book as usize];
        if matches!(op.kind, Kind::Cancel | Kind::Modify) {
            let is_found = book.remove(op.name.into()).is_some();
            tally.cancel(is_found);
            if op.kind == Kind::Cancel || !is_found {
                return;
            }
        }
        let lots = Lots(op.lots.into());
        let left = book.cross(op.side, op.price, lots, |trade| {
            tally.trade(trade.price.0.unsigned_abs(), trade.lots.0);
        });
        let rests = op.kind != Kind::Ioc && left != Lots::ZERO;
        if rests {
            book.rest(op.name.into(), op.side, op.price, left);
        }
        tally.order(left != lots, rests);
    }
}

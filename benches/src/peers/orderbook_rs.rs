//! `orderbook-rs` 0.15. Its immediate-or-cancel answers with an error where a rest is dropped, so a
//! taker goes through its matching function, which tells the trades and leaves nothing behind.

use std::sync::Arc;

use orderbook_rs::{Id, OrderBook, Side as Theirs, StubClock, TimeInForce};
use types::Side;

use crate::race::{Engine, Kind, Op, Tally};

struct OrderbookRs {
    books: Vec<OrderBook<()>>,
}

/// With its clock for replays: reading the time of day is no part of a book.
pub(super) fn build(books: usize, _names: usize) -> Box<dyn Engine> {
    let book = |n| OrderBook::with_clock(&format!("book {n}"), Arc::new(StubClock::new()));
    Box::new(OrderbookRs { books: (0..books).map(book).collect() })
}

impl Engine for OrderbookRs {
    fn apply(&mut self, op: &Op, tally: &mut Tally) {
        let book = &self.books[op.book as usize];
        let id = Id::Sequential(op.name.into());
        if matches!(op.kind, Kind::Cancel | Kind::Modify) {
            let is_found = matches!(book.cancel_order(id), Ok(Some(_)));
            tally.cancel(is_found);
            if op.kind == Kind::Cancel || !is_found {
                return;
            }
        }
        let side = match op.side {
            Side::Buy => Theirs::Buy,
            Side::Sell => Theirs::Sell,
        };
        let (price, lots) = (u128::from(op.price.0.unsigned_abs()), u64::from(op.lots));
        let matched = if op.kind == Kind::Ioc {
            book.match_limit_order(id, lots, side, price).map(Some)
        } else {
            let lifetime = TimeInForce::Gtc;
            let added = book.add_limit_order_with_result(id, price, lots, side, lifetime, None);
            added.map(|(_, result)| result.map(|result| result.match_result))
        };
        let Ok(matched) = matched else {
            tally.refused += 1;
            return;
        };
        let trades = matched.as_ref().map_or(&[][..], |matched| matched.trades().as_vec());
        let mut done = 0;
        for trade in trades {
            tally.trade(narrow(trade.price().as_u128()), trade.quantity().as_u64());
            done += trade.quantity().as_u64();
        }
        tally.order(0 < done, op.kind != Kind::Ioc && done < lots);
    }
}

fn narrow(price: u128) -> u64 {
    u64::try_from(price).expect("prices here are small")
}

//! `matchcore` 0.4. A book numbers its commands without a gap and names an order after the command
//! that brought it; a command out of its book's sequence is refused.

use matchcore::{
    CancelCmd, Command, CommandKind, CommandMeta, CommandOutcome, CommandReport, LimitOrder,
    NewOrder, OrderBook, OrderFlags, OrderId, OrderKind, Price, Quantity, QuantityPolicy,
    SequenceNumber, Side as Theirs, SubmitCmd, TimeInForce, Timestamp,
};
use types::Side;

use crate::race::{Engine, Kind, Op, Tally};

struct Matchcore {
    books: Vec<(OrderBook, u64)>,
    /// What a book calls the order of a name.
    ids: Vec<OrderId>,
}

pub(super) fn build(books: usize, names: usize) -> Box<dyn Engine> {
    let books = (0..books).map(|n| (OrderBook::new(&format!("book {n}")), 0)).collect();
    Box::new(Matchcore { books, ids: vec![OrderId(0); names] })
}

impl Engine for Matchcore {
    fn apply(&mut self, op: &Op, tally: &mut Tally) {
        let (book, next) = &mut self.books[op.book as usize];
        let mut execute = |kind: CommandKind| {
            let number = *next;
            *next += 1;
            let (sequence_number, timestamp) = (SequenceNumber(number), Timestamp(number));
            let outcome =
                book.execute(&Command { meta: CommandMeta { sequence_number, timestamp }, kind });
            (OrderId(number), outcome)
        };
        if matches!(op.kind, Kind::Cancel | Kind::Modify) {
            let order_id = self.ids[op.name as usize];
            let cancel = CancelCmd { order_id, order_kind: OrderKind::Limit };
            let (_, outcome) = execute(CommandKind::Cancel(cancel));
            let is_found = matches!(outcome, CommandOutcome::Applied(_));
            tally.cancel(is_found);
            if op.kind == Kind::Cancel || !is_found {
                return;
            }
        }
        let (id, outcome) = execute(CommandKind::Submit(SubmitCmd { order: order(op) }));
        let CommandOutcome::Applied(CommandReport::Submit(effects)) = outcome else {
            tally.refused += 1;
            return;
        };
        let matched = effects.target_order().match_result();
        let trades = matched.map_or(&[][..], |matched| matched.trades());
        for trade in trades {
            tally.trade(trade.price().0, trade.quantity().0);
        }
        let done = matched.map_or(0, |matched| matched.executed_quantity().0);
        let rests = op.kind != Kind::Ioc && done < u64::from(op.lots);
        if rests {
            self.ids[op.name as usize] = id;
        }
        tally.order(!trades.is_empty(), rests);
    }
}

fn order(op: &Op) -> NewOrder {
    let side = match op.side {
        Side::Buy => Theirs::Buy,
        Side::Sell => Theirs::Sell,
    };
    let lifetime = if op.kind == Kind::Ioc { TimeInForce::Ioc } else { TimeInForce::Gtc };
    let quantity = QuantityPolicy::Standard { quantity: Quantity(op.lots.into()) };
    let flags = OrderFlags::new(side, false, lifetime);
    NewOrder::Limit(LimitOrder::new(Price(op.price.0.unsigned_abs()), quantity, flags))
}

//! Stops of one contract that wait for a trade.

use std::cmp::Reverse;

use types::{OrderId, Side, Ticks};

/// The stops of both sides, the next to be elected at the tail.
#[derive(Debug, Default)]
pub(crate) struct Stops {
    buys: Vec<Waiting>,
    sells: Vec<Waiting>,
    /// Counts stops as they come, so that the earlier is elected first at one trigger.
    turns: u64,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    trigger: Ticks,
    turn: u64,
    id: OrderId,
}

impl Waiting {
    /// The next to be elected has the highest.
    fn rank(&self, side: Side) -> (i64, Reverse<u64>) {
        (-side.sign() * self.trigger.0, Reverse(self.turn))
    }
}

impl Stops {
    /// Puts a stop behind all others of its trigger.
    pub(crate) fn add(&mut self, side: Side, trigger: Ticks, id: OrderId) {
        self.turns += 1;
        let new = Waiting { trigger, turn: self.turns, id };
        let stops = self.side(side);
        let at = stops.partition_point(|waiting| waiting.rank(side) < new.rank(side));
        stops.insert(at, new);
    }

    /// Takes a stop out.
    pub(crate) fn remove(&mut self, side: Side, trigger: Ticks, id: OrderId) {
        let stops = self.side(side);
        let sooner = |waiting: &Waiting| side.sign() * (waiting.trigger.0 - trigger.0) > 0;
        let first = stops.partition_point(sooner);
        let at = stops[first..].iter().position(|waiting| waiting.id == id);
        stops.remove(first + at.expect("a stop waits until it is taken out"));
    }

    /// Takes out the stop that a trade at this price elects next.
    pub(crate) fn elect(&mut self, price: Ticks) -> Option<OrderId> {
        Side::BOTH.into_iter().find_map(|side| {
            let stops = self.side(side);
            let is_reached = stops.last().is_some_and(|next| reached(side, next.trigger, price));
            if is_reached { stops.pop().map(|waiting| waiting.id) } else { None }
        })
    }

    /// The stops of a side, the next to be elected first.
    pub(crate) fn of(&self, side: Side) -> impl Iterator<Item = OrderId> {
        let stops = match side {
            Side::Buy => &self.buys,
            Side::Sell => &self.sells,
        };
        stops.iter().rev().map(|waiting| waiting.id)
    }

    fn side(&mut self, side: Side) -> &mut Vec<Waiting> {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }
}

/// Whether a trade at `price` is at or beyond the trigger.
pub(crate) fn reached(side: Side, trigger: Ticks, price: Ticks) -> bool {
    match side {
        Side::Buy => trigger <= price,
        Side::Sell => price <= trigger,
    }
}

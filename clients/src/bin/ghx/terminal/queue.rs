//! How many lots stand before an order of ours, from public data alone.
//!
//! A level tells its sum, not its order, so what is known is a span: trades take from the front,
//! a cancel may have stood before or behind. Where both ends meet the place is exact. A product that
//! shares lots out among orders has no queue; there the span is what time alone would give.

use std::collections::VecDeque;

use types::{Lots, Side, Ticks};

/// Changes of a book that are kept.
const KEPT: usize = 2_048;

/// The lots before an order: at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ahead {
    /// At least so many.
    pub(crate) least: u64,
    /// At most so many.
    pub(crate) most: u64,
}

/// A level after a change of its book.
#[derive(Clone, Copy, Debug)]
struct Step {
    eseq: u64,
    side: Side,
    price: Ticks,
    lots: Lots,
}

/// A trade of two orders of the book.
#[derive(Clone, Copy, Debug)]
struct Taken {
    eseq: u64,
    price: Ticks,
    lots: Lots,
}

/// An order of ours that rests in the book.
#[derive(Clone, Debug)]
struct Place {
    order_id: String,
    side: Side,
    price: Ticks,
    /// Number of the event with which it came to the end of the queue.
    joined: u64,
    /// Its lots when it joined, and now.
    brought: u64,
    ours: u64,
    known: Option<Known>,
}

/// What is known of a place.
#[derive(Clone, Copy, Debug)]
struct Known {
    ahead: Ahead,
    /// All lots at the price.
    level: u64,
    /// Number of the last change that was taken in.
    through: u64,
}

/// The places of our orders in one book.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    steps: VecDeque<Step>,
    taken: VecDeque<Taken>,
    places: Vec<Place>,
    /// The book is known without a gap from here on.
    since: u64,
    heard: u64,
}

impl Queue {
    /// The book begins anew at this number with these levels: of the orders that were there already
    /// it is only known how many others stand at their price.
    pub(crate) fn start(&mut self, eseq: u64, levels: impl Iterator<Item = (Side, Ticks, Lots)>) {
        let step = |(side, price, lots)| Step { eseq, side, price, lots };
        self.steps = levels.take(KEPT).map(step).collect();
        self.taken.clear();
        (self.since, self.heard) = (eseq, eseq);
        for place in &mut self.places {
            place.known = None;
        }
    }

    /// A level changed.
    pub(crate) fn change(&mut self, eseq: u64, side: Side, price: Ticks, lots: Lots) {
        if self.steps.len() == KEPT
            && let Some(oldest) = self.steps.pop_front()
        {
            self.since = oldest.eseq;
        }
        self.steps.push_back(Step { eseq, side, price, lots });
        self.heard = self.heard.max(eseq);
    }

    /// Orders of the book traded.
    pub(crate) fn trade(&mut self, eseq: u64, price: Ticks, lots: Lots) {
        if self.taken.len() == KEPT {
            self.taken.pop_front();
        }
        self.taken.push_back(Taken { eseq, price, lots });
    }

    /// An order of ours came to the end of the queue with this event.
    pub(crate) fn join(&mut self, order: &str, at: (Side, Ticks), eseq: u64, ours: Lots) {
        self.leave(order);
        let (order_id, (side, price)) = (order.to_owned(), at);
        let (brought, ours) = (ours.0, ours.0);
        self.places.push(Place { order_id, side, price, joined: eseq, brought, ours, known: None });
    }

    /// An order of ours has so many lots now, in its old place.
    pub(crate) fn keep(&mut self, order: &str, ours: Lots) {
        for place in self.places.iter_mut().filter(|place| place.order_id == order) {
            place.ours = ours.0;
        }
    }

    /// An order of ours is gone.
    pub(crate) fn leave(&mut self, order: &str) {
        self.places.retain(|place| place.order_id != order);
    }

    /// What stands before an order, as far as it is known.
    pub(crate) fn ahead(&self, order: &str) -> Option<Ahead> {
        let place = self.places.iter().find(|place| place.order_id == order)?;
        place.known.map(|known| known.ahead)
    }

    /// Takes in what has been heard. To be called when both the changes and the trades of a command
    /// have come; a trade that comes later only widens the span.
    pub(crate) fn catch_up(&mut self) {
        let Self { steps, taken, places, since, heard } = self;
        for place in places.iter_mut() {
            if place.known.is_none() && place.joined <= *heard {
                place.begin(steps, *since);
            }
            place.follow(steps, taken);
        }
    }
}

impl Place {
    /// Of a queue that was seen to grow it is the end; of one that was there before it is some part.
    fn begin(&mut self, steps: &VecDeque<Step>, since: u64) {
        let was_seen = since < self.joined;
        let first = if was_seen { self.joined } else { 0 };
        let ours = if was_seen { self.brought } else { self.ours };
        let is_it = |step: &&Step| self.is_mine(step) && first <= step.eseq;
        let Some(step) = steps.iter().find(is_it) else { return };
        if let Some(others) = step.lots.0.checked_sub(ours) {
            let least = if was_seen { others } else { 0 };
            self.known = Some(Known {
                ahead: Ahead { least, most: others },
                level: step.lots.0,
                through: step.eseq,
            });
        }
    }

    fn follow(&mut self, steps: &VecDeque<Step>, taken: &VecDeque<Taken>) {
        let Some(mut known) = self.known else { return };
        let from = known.through;
        for step in steps.iter().filter(|step| self.is_mine(step) && from < step.eseq) {
            let in_step = |trade: &&Taken| {
                trade.price == self.price && known.through < trade.eseq && trade.eseq <= step.eseq
            };
            let traded = taken.iter().filter(in_step).map(|trade| trade.lots.0).sum();
            known.fall(step, traded, self.ours);
        }
        self.known = Some(known);
    }

    fn is_mine(&self, step: &Step) -> bool {
        step.side == self.side && step.price == self.price
    }
}

impl Known {
    /// The level is another one, and so much of it has traded.
    fn fall(&mut self, step: &Step, traded: u64, ours: u64) {
        let left = self.level.saturating_sub(step.lots.0).saturating_sub(traded);
        let Ahead { least, most } = self.ahead;
        let most = most.saturating_sub(traded).min(step.lots.0.saturating_sub(ours));
        let least = least.saturating_sub(traded).saturating_sub(left).min(most);
        *self = Self { ahead: Ahead { least, most }, level: step.lots.0, through: step.eseq };
    }
}

#[cfg(test)]
mod tests;

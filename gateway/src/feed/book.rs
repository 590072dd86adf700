//! One book as the public sees it: lots at each price.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{Lots, Side, Ticks};

/// A price and the lots at it.
pub(crate) type Level = (Ticks, Lots);

/// All levels of one instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Book {
    bids: BTreeMap<Ticks, Lots>,
    asks: BTreeMap<Ticks, Lots>,
}

impl Book {
    /// Puts `lots` at a price; none removes it.
    pub(crate) fn set(&mut self, side: Side, price: Ticks, lots: Lots) {
        let levels = match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        if lots == Lots::ZERO {
            levels.remove(&price);
        } else {
            levels.insert(price, lots);
        }
    }

    /// The best levels of a side, best first, at most `most`.
    pub(crate) fn best(&self, side: Side, most: usize) -> Vec<Level> {
        let level = |(price, lots): (&Ticks, &Lots)| (*price, *lots);
        match side {
            Side::Buy => self.bids.iter().rev().take(most).map(level).collect(),
            Side::Sell => self.asks.iter().take(most).map(level).collect(),
        }
    }

    /// The best level of a side.
    pub(crate) fn top(&self, side: Side) -> Option<Level> {
        let best = match side {
            Side::Buy => self.bids.last_key_value(),
            Side::Sell => self.asks.first_key_value(),
        };
        best.map(|(price, lots)| (*price, *lots))
    }

    /// The middle of best bid and best ask, rounded down to a tick.
    pub(crate) fn middle(&self) -> Option<Ticks> {
        let (bid, ask) = (self.top(Side::Buy)?.0, self.top(Side::Sell)?.0);
        Some(Ticks((bid.0 + ask.0).div_euclid(2)))
    }
}

//! Novation and positions.: each trade becomes a position of the buyer and one of the seller
//! against the house, so the positions in a contract add up to nothing.
//!
//! A position is carried at a sum of price times lots, never at an average, so nothing is rounded.

use serde::{Deserialize, Serialize};
use types::{Mills, NetLots, TickValue, Ticks};

/// A position in one contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Long or short.
    pub(crate) net: NetLots,
    /// Price times lots: of trades since the last settlement, and of the rest at that settlement.
    pub(crate) carry: i128,
    /// The command that opened it; the oldest long is delivered first.
    pub(crate) since: u64,
}

impl Position {
    /// Takes over `lots` carried at `carry` that were opened by the command `since`.
    pub(crate) fn add(&mut self, lots: NetLots, carry: i128, since: u64) {
        let before = self.net.side();
        self.net += lots;
        self.carry += carry;
        if self.net.side() != before {
            self.since = since;
        } else if lots.side() == before {
            self.since = self.since.min(since);
        }
    }

    /// Gain (or loss) since the last settlement, were it settled at `price`.
    pub(crate) fn variation(&self, price: Ticks, tick_value: TickValue) -> Mills {
        tick_value.of(value(self.net, price) - self.carry)
    }

    /// Carried at `price` from now on.
    pub(crate) fn mark(&mut self, price: Ticks) {
        self.carry = value(self.net, price);
    }
}

/// Price times lots.
pub(crate) fn value(net: NetLots, price: Ticks) -> i128 {
    i128::from(price.0) * i128::from(net.0)
}

#[cfg(test)]
mod tests;

//! Initial margin of an account.: the worst scenario of positions and open orders together.
//!
//! `R[s]` sums the positions' losses; `W[s]` adds for each contract the worse of all its bids or
//! all its offers being filled. Their sum is the worst over every subset of fills, because each
//! contract's worst subset in a scenario is all of one side or nothing.

use serde::{Deserialize, Serialize};
use types::terms::SCENARIOS;
use types::{Lots, Mills, NetLots};

use super::Losses;

/// What an account has in one contract, as far as risk goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exposure {
    /// The position.
    pub(crate) net: NetLots,
    /// Lots of open bids.
    pub(crate) buys: Lots,
    /// Lots of open offers.
    pub(crate) sells: Lots,
}

/// The losses of an account in each scenario, kept up with every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    positions: [i64; SCENARIOS],
    orders: [i64; SCENARIOS],
}

impl Sums {
    /// The exposure in a contract was `old` and is `new`.
    pub(crate) fn change(&mut self, losses: &Losses, old: Exposure, new: Exposure) {
        for (s, loss) in losses.0.iter().enumerate() {
            self.positions[s] += loss * (new.net.0 - old.net.0);
            self.orders[s] += worst_fill(*loss, new) - worst_fill(*loss, old);
        }
    }

    /// Margin for positions and open orders, and the scenario that asks the most.
    pub(crate) fn initial(&self) -> (Mills, u8) {
        worst(|s| self.positions[s] + self.orders[s])
    }

    /// Margin for positions alone.
    pub(crate) fn positions(&self) -> Mills {
        worst(|s| self.positions[s]).0
    }
}

/// Four fifths of the initial margin of positions, a fraction of a mill rounded up.
pub(crate) fn maintenance(positions: Mills) -> Mills {
    Mills((positions.0 * 4 + 4) / 5)
}

fn worst_fill(loss: i64, exposure: Exposure) -> i64 {
    let lots = |lots: Lots| i64::try_from(lots.0).expect("position limits are below 2^60 lots");
    (loss * lots(exposure.buys)).max(-loss * lots(exposure.sells)).max(0)
}

/// The largest loss and its scenario, the first of equals; nothing when every scenario gains.
fn worst(loss: impl Fn(usize) -> i64) -> (Mills, u8) {
    (0..SCENARIOS).fold((Mills::ZERO, 0), |(most, binding), s| {
        if most.0 < loss(s) {
            (Mills(loss(s)), u8::try_from(s).expect("sixteen scenarios"))
        } else {
            (most, binding)
        }
    })
}

#[cfg(test)]
mod tests;

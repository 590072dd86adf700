//! At which price an account could no longer keep a position.

use types::{Mills, Ticks};

/// What an account stands to lose by one price, and what is behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stake {
    /// What all positions that move with the price gain when it rises by a tick; below zero they lose.
    pub(crate) mills_per_tick: i128,
    pub(crate) cash: Mills,
    /// Gain or loss of all positions since the last settlement, at the price there is now.
    pub(crate) variation: Mills,
    /// The maintenance margin of the account.
    pub(crate) maintenance: Mills,
}

impl Stake {
    /// The first price from `now` on, against the positions, at which cash less losses no longer covers
    /// the maintenance margin, everything else staying as it is. None where no position moves, nor
    /// beyond the `lowest` and the `highest` price.
    pub(crate) fn liquidation(
        &self,
        now: Ticks,
        (lowest, highest): (Ticks, Ticks),
    ) -> Option<Ticks> {
        if self.mills_per_tick == 0 {
            return None;
        }
        if self.cash < self.maintenance {
            return Some(now);
        }
        let spare = i128::from((self.cash + self.variation - self.maintenance).0);
        // The first tick that takes more than can be spared; none where it is too much already.
        let ticks = spare.div_euclid(self.mills_per_tick.abs()) + 1;
        let against = -self.mills_per_tick.signum() * ticks.max(0);
        let first = i128::from(now.0) + against;
        let is_possible = i128::from(lowest.0) <= first && first <= i128::from(highest.0);
        is_possible.then(|| Ticks(i64::try_from(first).expect("between two prices")))
    }
}

#[cfg(test)]
mod tests;

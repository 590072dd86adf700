//! At which price an account could no longer keep a position.

use types::{Mills, NetLots, TickValue, Ticks};

/// A position and what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stake {
    pub(crate) net: NetLots,
    /// Price times lots at which it is carried.
    pub(crate) carry: i128,
    pub(crate) tick_value: TickValue,
    pub(crate) cash: Mills,
    /// Gain or loss of all other positions since the last settlement.
    pub(crate) others: Mills,
    /// The maintenance margin of the account.
    pub(crate) maintenance: Mills,
}

impl Stake {
    /// The first price from `now` on, against the position, at which cash less losses no longer covers
    /// the maintenance margin, everything else staying as it is. None where no position moves, nor
    /// beyond the `lowest` and the `highest` price.
    pub(crate) fn liquidation(
        &self,
        now: Ticks,
        (lowest, highest): (Ticks, Ticks),
    ) -> Option<Ticks> {
        let mills_per_tick = i128::from(self.net.0) * i128::from(self.tick_value.0);
        if mills_per_tick == 0 {
            return None;
        }
        if self.cash < self.maintenance {
            return Some(now);
        }
        let carried = self.carry * i128::from(self.tick_value.0);
        let spare = i128::from((self.cash + self.others - self.maintenance).0) - carried;
        let first = if 0 < mills_per_tick {
            (-spare - 1).div_euclid(mills_per_tick).min(i128::from(now.0))
        } else {
            (spare.div_euclid(-mills_per_tick) + 1).max(i128::from(now.0))
        };
        let is_possible = i128::from(lowest.0) <= first && first <= i128::from(highest.0);
        is_possible.then(|| Ticks(i64::try_from(first).expect("between two prices")))
    }
}

#[cfg(test)]
mod tests;

//! Initial margin of an account.: the worst scenario of positions and open orders together.
//! and what large positions add, as far as orders could bring them.
//!
//! `R[s]` sums the positions' losses; `W[s]` adds for each contract the worse of all its bids or
//! all its offers being filled. Their sum is the worst over every subset of fills, because each
//! contract's worst subset in a scenario is all of one side or nothing.

use serde::{Deserialize, Serialize};
use types::terms::SCENARIOS;
use types::{Lots, Mills, NetLots, Side};

use super::Risk;

/// What an account has in one contract, as far as risk goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exposure {
    /// The position.
    pub(crate) net: NetLots,
    /// Lots of open bids.
    pub(crate) buys: Lots,
    /// Lots of open offers.
    pub(crate) sells: Lots,
    /// Lots that orders of other contracts would bring, bought and sold. They lose in the scenarios
    /// as those orders.
    pub(crate) legs: [Lots; 2],
}

impl Exposure {
    /// The largest position that orders could lead to, either way.
    fn furthest(&self) -> u64 {
        let net = i128::from(self.net.0);
        let [bought, sold] = self.legs.map(|lots| i128::from(lots.0));
        let most_long = net + i128::from(self.buys.0) + bought;
        let most_short = i128::from(self.sells.0) + sold - net;
        u64::try_from(most_long.max(most_short)).expect("one of the two is not below zero")
    }
}

/// The losses of an account in each scenario, kept up with every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    positions: [i64; SCENARIOS],
    orders: [i64; SCENARIOS],
    /// What positions add by their size, and what they would as large as orders could make them.
    concentration: [i64; 2],
}

impl Sums {
    /// The exposure in a contract was `old` and is `new`.
    pub(crate) fn change(&mut self, risk: &Risk, old: Exposure, new: Exposure) {
        let held = new.net.0 - old.net.0;
        if held != 0 {
            for (sum, loss) in self.positions.iter_mut().zip(risk.losses.0) {
                *sum += loss * held;
            }
        }
        self.offer(risk, Side::Buy, old.buys, new.buys);
        self.offer(risk, Side::Sell, old.sells, new.sells);
        self.concentrate(risk, old, new);
    }

    /// Of one side of a contract not `old` lots are on offer but `new`. Because no side has fewer lots
    /// than none, and only one of them can lose in a scenario, the worst fill grows with each lot alike.
    fn offer(&mut self, risk: &Risk, side: Side, old: Lots, new: Lots) {
        if old == new {
            return;
        }
        let more = more(old, new);
        for (sum, loss) in self.orders.iter_mut().zip(risk.losses.0) {
            *sum += lost(loss, side) * more;
        }
    }

    /// Nothing changed in a contract but what orders of others would bring.
    pub(crate) fn change_legs(&mut self, risk: &Risk, old: Exposure, new: Exposure) {
        self.concentrate(risk, old, new);
    }

    fn concentrate(&mut self, risk: &Risk, old: Exposure, new: Exposure) {
        let Some(concentration) = &risk.concentration else { return };
        self.concentration[0] += concentration.between(old.net.size().0, new.net.size().0);
        self.concentration[1] += concentration.between(old.furthest(), new.furthest());
    }

    /// What margin for positions and open orders would be, were an exposure `old` in a contract `new`,
    /// which has more or fewer lots on offer on one side and nothing else.
    pub(crate) fn initial_with(
        &self,
        risk: &Risk,
        side: Side,
        (old, new): (Exposure, Exposure),
    ) -> Mills {
        let more = match side {
            Side::Buy => more(old.buys, new.buys),
            Side::Sell => more(old.sells, new.sells),
        };
        let sums = self.positions.iter().zip(self.orders).zip(risk.losses.0);
        let losses = sums.map(|((held, open), loss)| held + open + lost(loss, side) * more);
        let grown = risk.concentration.as_ref();
        let grown = grown.map_or(0, |c| c.between(old.furthest(), new.furthest()));
        Mills(losses.fold(0, i64::max) + self.concentration[1] + grown)
    }

    /// Margin for positions and open orders, and the scenario that asks the most.
    pub(crate) fn initial(&self) -> (Mills, u8) {
        let (loss, binding) = worst(|s| self.positions[s] + self.orders[s]);
        (loss + self.concentration(), binding)
    }

    /// The part of it that large positions add.
    pub(crate) fn concentration(&self) -> Mills {
        Mills(self.concentration[1])
    }

    /// What positions alone lose in each scenario.
    pub(crate) fn position_losses(&self) -> [i64; SCENARIOS] {
        self.positions
    }

    /// Margin for positions alone.
    pub(crate) fn positions(&self) -> Mills {
        worst(|s| self.positions[s]).0 + Mills(self.concentration[0])
    }

    /// What positions and the worst fills of orders lose in each scenario; a gain is negative.
    pub(crate) fn losses(&self) -> [Mills; SCENARIOS] {
        std::array::from_fn(|s| Mills(self.positions[s] + self.orders[s]))
    }
}

/// Four fifths of the initial margin of positions, a fraction of a mill rounded up.
pub(crate) fn maintenance(positions: Mills) -> Mills {
    Mills((positions.0 * 4 + 4) / 5)
}

/// What a lot loses in a scenario when it is bought, or sold; a gain does not count.
fn lost(loss: i64, side: Side) -> i64 {
    (loss * side.sign()).max(0)
}

fn more(old: Lots, new: Lots) -> i64 {
    let lots = |lots: Lots| i64::try_from(lots.0).expect("position limits are below 2^60 lots");
    lots(new) - lots(old)
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

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

/// No product of losses and lots, and no sum of them, is as large. It is looked at once for all
/// scenarios, so that they can be added up without a check of each.
const ROOM: i64 = 1 << 62;

/// The losses of an account in each scenario, kept up with every change.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sums {
    positions: [i64; SCENARIOS],
    orders: [i64; SCENARIOS],
    /// What positions add by their size, and what they would as large as orders could make them.
    concentration: [i64; 2],
    /// The worst of both, and of positions alone, if it has been looked for since they changed.
    #[serde(skip)]
    worst: (Option<Worst>, Option<i64>),
}

/// The largest loss and its scenario, the first of equals; nothing when every scenario gains.
#[derive(Clone, Copy, Debug)]
struct Worst {
    loss: i64,
    binding: u8,
}

impl PartialEq for Sums {
    fn eq(&self, other: &Self) -> bool {
        let sums = |sums: &Self| (sums.positions, sums.orders, sums.concentration);
        sums(self) == sums(other)
    }
}

impl Eq for Sums {}

impl Sums {
    /// The exposure in a contract was `old` and is `new`.
    pub(crate) fn change(&mut self, risk: &Risk, old: Exposure, new: Exposure) {
        let held = new.net.0 - old.net.0;
        if held != 0 {
            self.worst = (None, None);
            add(&mut self.positions, risk.losses.long(), risk.losses.most(), held);
        }
        self.offer(risk, Side::Buy, old.buys, new.buys);
        self.offer(risk, Side::Sell, old.sells, new.sells);
        self.concentrate(risk, old, new);
    }

    /// Of one side of a contract not `old` lots are on offer but `new`. Because no side has fewer lots
    /// than none, and only one of them can lose in a scenario, the worst fill grows with each lot alike.
    fn offer(&mut self, risk: &Risk, side: Side, old: Lots, new: Lots) {
        if old != new {
            self.worst.0 = None;
            let (losses, most) = (risk.losses.offered(side), risk.losses.most_offered(side));
            add(&mut self.orders, losses, most, more(old, new));
        }
    }

    /// Nothing changed in a contract but what orders of others would bring.
    pub(crate) fn change_legs(&mut self, risk: &Risk, old: Exposure, new: Exposure) {
        self.concentrate(risk, old, new);
    }

    #[inline]
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
        let mut after = *self;
        let (was, is) = offered(side, old, new);
        after.offer(risk, side, was, is);
        after.initial().0 + grown(risk, old, new)
    }

    /// No less than that, found without a look at the scenarios: what is required now, and of the lots
    /// that come what they lose in their worst. Nothing when what is required now would have to be
    /// looked for.
    pub(crate) fn initial_at_most(
        &self,
        risk: &Risk,
        side: Side,
        (old, new): (Exposure, Exposure),
    ) -> Option<Mills> {
        let (was, is) = offered(side, old, new);
        let coming = risk.losses.most_offered(side).checked_mul(more(was, is).max(0))?;
        let initial = self.worst.0?.loss.checked_add(coming)?;
        Some(Mills(initial) + self.concentration() + grown(risk, old, new))
    }

    /// Looks for the worst, so that it is known until the next change.
    pub(crate) fn weigh(&mut self) {
        let Self { positions, orders, worst, .. } = self;
        worst.0.get_or_insert_with(|| worst_of(positions, orders));
        worst.1.get_or_insert_with(|| largest(positions));
    }

    /// Margin for positions and open orders, and the scenario that asks the most.
    pub(crate) fn initial(&self) -> (Mills, u8) {
        let worst = self.worst.0.unwrap_or_else(|| worst_of(&self.positions, &self.orders));
        (Mills(worst.loss) + self.concentration(), worst.binding)
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
        let worst = self.worst.1.unwrap_or_else(|| largest(&self.positions));
        Mills(worst + self.concentration[0])
    }

    /// What positions and the worst fills of orders lose in each scenario; a gain is negative.
    pub(crate) fn losses(&self) -> [Mills; SCENARIOS] {
        std::array::from_fn(|s| Mills(self.positions[s] + self.orders[s]))
    }
}

/// To each sum comes the loss of so many lots.
///
/// # Panics
/// When a sum has no room for it, which the limits of terms, positions and deposits exclude.
#[inline]
fn add(sums: &mut [i64; SCENARIOS], losses: &[i64; SCENARIOS], most: i64, lots: i64) {
    let product = most.checked_mul(lots.abs());
    assert!(product.is_some_and(|product| product < ROOM), "{lots} lots lose 2^62 mills");
    let mut all = 0;
    for (sum, loss) in sums.iter_mut().zip(losses) {
        // Both are below the room, so their sum goes round nowhere.
        *sum = sum.wrapping_add(loss.wrapping_mul(lots));
        all |= sum.wrapping_add(ROOM);
    }
    assert!(0 <= all, "losses of 2^62 mills");
}

/// The worst scenario of positions and orders together. Neither has a sum of 2^62, so two of them are
/// below 2^63.
#[inline]
fn worst_of(positions: &[i64; SCENARIOS], orders: &[i64; SCENARIOS]) -> Worst {
    let mut losses = *positions;
    for (loss, open) in losses.iter_mut().zip(orders) {
        *loss = loss.wrapping_add(*open);
    }
    let loss = largest(&losses);
    let binding = if loss == 0 { 0 } else { losses.iter().take_while(|l| **l != loss).count() };
    Worst { loss, binding: u8::try_from(binding).expect("sixteen scenarios") }
}

/// The largest loss; nothing when all gain.
#[inline]
fn largest(losses: &[i64; SCENARIOS]) -> i64 {
    losses.iter().fold(0, |most, loss| most.max(*loss))
}

/// The lots on offer on one side of two exposures.
fn offered(side: Side, old: Exposure, new: Exposure) -> (Lots, Lots) {
    match side {
        Side::Buy => (old.buys, new.buys),
        Side::Sell => (old.sells, new.sells),
    }
}

/// What large positions would add more.
fn grown(risk: &Risk, old: Exposure, new: Exposure) -> Mills {
    let concentration = risk.concentration.as_ref();
    Mills(concentration.map_or(0, |c| c.between(old.furthest(), new.furthest())))
}

/// Four fifths of the initial margin of positions, a fraction of a mill rounded up.
pub(crate) fn maintenance(positions: Mills) -> Mills {
    Mills((positions.0 * 4 + 4) / 5)
}

fn more(old: Lots, new: Lots) -> i64 {
    let lots = |lots: Lots| i64::try_from(lots.0).expect("position limits are below 2^60 lots");
    lots(new) - lots(old)
}

#[cfg(test)]
mod tests;

//! The sixteen scenarios.: a move of the curve, in sixtieths of each contract's scan range.

use types::terms::SCENARIOS;
use types::{MarketTerms, ProductTerms, Scenario, Side, Tenor, Ticks, YearMonth};

use super::ranges::{Ranges, months};

/// What one lot of a contract loses in each scenario, in mills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Losses {
    /// When it is held long; a gain is negative.
    long: [i64; SCENARIOS],
    /// When it is on offer, as a bid or as an ask, and is filled: a gain does not count, because then
    /// the worst is that it is not filled.
    offered: [[i64; SCENARIOS]; 2],
    /// The most of either.
    most: [i64; 2],
}

impl Losses {
    /// Of these losses of one long lot.
    pub(super) fn new(long: [i64; SCENARIOS]) -> Self {
        let offered = Side::BOTH.map(|side| long.map(|loss| (loss * side.sign()).max(0)));
        let most = offered.map(|losses| losses.into_iter().fold(0, i64::max));
        Self { long, offered, most }
    }

    /// Of one lot that is held long; a gain is negative.
    pub(crate) fn long(&self) -> &[i64; SCENARIOS] {
        &self.long
    }

    /// Of one lot that is on offer; a gain does not count.
    pub(super) fn offered(&self, side: Side) -> &[i64; SCENARIOS] {
        &self.offered[side as usize]
    }

    /// The most of one lot, or the most that it gains.
    pub(super) fn most(&self) -> i64 {
        self.most[0].max(self.most[1])
    }

    /// The most of one lot that is on offer.
    pub(super) fn most_offered(&self, side: Side) -> i64 {
        self.most[side as usize]
    }

    /// The losses of a contract: of each of its months, a fraction of a mill rounded up. What ends in
    /// money counts as its first month.
    pub(crate) fn of(
        terms: &MarketTerms,
        product: &ProductTerms,
        tenor: Tenor,
        ranges: &Ranges,
    ) -> Self {
        let mut losses = [0; SCENARIOS];
        for month in months(product.settlement, tenor) {
            let range = ranges.of(product, month);
            for (loss, scenario) in losses.iter_mut().zip(&terms.scenario) {
                *loss += loss_per_lot(scenario, product, month, range);
            }
        }
        Self::new(losses)
    }

    /// The losses of a combination: so many times those of each leg.
    pub(crate) fn combined<'a>(legs: impl Iterator<Item = (&'a Self, i32)>) -> Self {
        let mut losses = [0; SCENARIOS];
        for (leg, ratio) in legs {
            for (loss, of_leg) in losses.iter_mut().zip(leg.long) {
                *loss += of_leg * i64::from(ratio);
            }
        }
        Self::new(losses)
    }
}

pub(super) fn loss_per_lot(
    scenario: &Scenario,
    product: &ProductTerms,
    month: YearMonth,
    range: Ticks,
) -> i64 {
    let moves = |names: &[String], name: &String| names.is_empty() || names.contains(name);
    if !moves(&scenario.hubs, &product.hub) || !moves(&scenario.names, &product.name) {
        return 0;
    }
    let shock =
        if month < product.next_generation { scenario.before_60ths } else { scenario.after_60ths };
    let tick_value = product.tick_value(month.hours()).0;
    let loss = -i128::from(shock) * i128::from(range.0) * i128::from(tick_value);
    let rounded_up = -(-loss).div_euclid(60);
    i64::try_from(rounded_up).expect("terms keep a lot's loss far below 2^63 mills")
}

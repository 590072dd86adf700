//! The sixteen scenarios.: a move of the curve, in sixtieths of each contract's scan range.

use serde::{Deserialize, Serialize};
use types::terms::SCENARIOS;
use types::{MarketTerms, ProductTerms, Scenario, Tenor, Ticks, YearMonth};

use super::ranges::{Ranges, months};

/// What one long lot of a contract loses in each scenario, in mills; a gain is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Losses(pub(crate) [i64; SCENARIOS]);

impl Losses {
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
        Self(losses)
    }

    /// The losses of a combination: so many times those of each leg.
    pub(crate) fn combined<'a>(legs: impl Iterator<Item = (&'a Self, i32)>) -> Self {
        let mut losses = [0; SCENARIOS];
        for (leg, ratio) in legs {
            for (loss, of_leg) in losses.iter_mut().zip(leg.0) {
                *loss += of_leg * i64::from(ratio);
            }
        }
        Self(losses)
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

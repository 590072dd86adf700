//! The sixteen scenarios.: a move of the curve, in sixtieths of each contract's scan range.

use serde::Serialize;
use types::terms::SCENARIOS;
use types::{MarketTerms, ProductTerms, Scenario, Tenor, TickValue};

/// What one long lot of a contract loses in each scenario, in mills; a gain is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Losses(pub(crate) [i64; SCENARIOS]);

impl Losses {
    /// The losses of a contract. A fraction of a mill is rounded up.
    pub(crate) fn of(
        terms: &MarketTerms,
        product: &ProductTerms,
        tenor: Tenor,
        tick_value: TickValue,
    ) -> Self {
        let mut losses = [0; SCENARIOS];
        for (loss, scenario) in losses.iter_mut().zip(&terms.scenario) {
            *loss = loss_per_lot(scenario, product, tenor, tick_value);
        }
        Self(losses)
    }
}

pub(super) fn loss_per_lot(
    scenario: &Scenario,
    product: &ProductTerms,
    tenor: Tenor,
    tick_value: TickValue,
) -> i64 {
    let moves = |names: &[String], name: &String| names.is_empty() || names.contains(name);
    if !moves(&scenario.hubs, &product.hub) || !moves(&scenario.names, &product.name) {
        return 0;
    }
    let (shock, scan) = if tenor.first_month() < product.next_generation {
        (scenario.before_60ths, product.scan_before_ticks)
    } else {
        (scenario.after_60ths, product.scan_after_ticks)
    };
    let loss = -i128::from(shock) * i128::from(scan) * i128::from(tick_value.0);
    let rounded_up = -(-loss).div_euclid(60);
    i64::try_from(rounded_up).expect("terms keep a lot's loss far below 2^63 mills")
}

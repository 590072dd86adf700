//! Margin, worked out from every position and every open order. Chapter 6.

use std::collections::BTreeMap;

use types::terms::SCENARIOS;
use types::{
    InstrumentId, Lots, MarginReport, MarketTerms, Mills, ProductTerms, Settlement, Side, Tenor,
    YearMonth,
};

use super::Model;
use super::state::{Account, Position};

/// An order that is not there yet: so many more lots on offer (or fewer).
#[derive(Clone, Copy, Debug)]
pub(super) struct Supposed {
    pub(super) instrument: InstrumentId,
    pub(super) side: Side,
    pub(super) lots: i64,
}

/// What one lot bought loses in each scenario: month by month, a fraction of a mill rounded up.
pub(super) fn losses(
    terms: &MarketTerms,
    product: &ProductTerms,
    tenor: Tenor,
) -> [i128; SCENARIOS] {
    let count = if product.settlement == Settlement::Physical { tenor.months() } else { 1 };
    let mut all = [0; SCENARIOS];
    for month in (0..count).map(|n| tenor.first_month().plus(n)) {
        let of_month = losses_of_month(terms, product, month);
        all.iter_mut().zip(of_month).for_each(|(loss, of_month)| *loss += of_month);
    }
    all
}

fn losses_of_month(
    terms: &MarketTerms,
    product: &ProductTerms,
    month: YearMonth,
) -> [i128; SCENARIOS] {
    let tick_value = product.tick_value(month.hours());
    std::array::from_fn(|s| {
        let scenario = &terms.scenario[s];
        let other_hub = !scenario.hubs.is_empty() && !scenario.hubs.contains(&product.hub);
        let other_name = !scenario.names.is_empty() && !scenario.names.contains(&product.name);
        if other_hub || other_name {
            return 0;
        }
        let is_next = product.next_generation <= month;
        let (shock, scan) = if is_next {
            (scenario.after_60ths, product.scan_after_ticks)
        } else {
            (scenario.before_60ths, product.scan_before_ticks)
        };
        let gain_60ths = i128::from(shock) * i128::from(scan) * i128::from(tick_value.0);
        // A loss rounded up is a gain rounded down.
        -gain_60ths.div_euclid(60)
    })
}

impl Model {
    /// What an account has and must have, were `supposed` on offer too.
    pub(super) fn margin(&self, account: &Account, supposed: Option<Supposed>) -> MarginReport {
        self.margin_of(account, &account.positions, supposed)
    }

    /// The same, were these its positions.
    pub(super) fn margin_of(
        &self,
        account: &Account,
        positions: &BTreeMap<InstrumentId, Position>,
        supposed: Option<Supposed>,
    ) -> MarginReport {
        let mut all = [0; SCENARIOS];
        let mut held = [0; SCENARIOS];
        let mut variation = 0;
        for contract in &self.contracts {
            let position = positions.get(&contract.id()).copied().unwrap_or_default();
            let offered = |side| {
                let extra = supposed.filter(|s| s.instrument == contract.id() && s.side == side);
                let open = i128::from(self.on_offer(account, contract.id(), side).0);
                open + extra.map_or(0, |s| i128::from(s.lots))
            };
            let (buys, sells) = (offered(Side::Buy), offered(Side::Sell));
            for s in 0..SCENARIOS {
                let loss = contract.losses[s];
                held[s] += i128::from(position.net) * loss;
                all[s] += i128::from(position.net) * loss;
                all[s] += (buys * loss).max(-sells * loss).max(0);
            }
            variation += contract.gain(position, contract.settlement);
        }
        let worst = all.iter().copied().max().unwrap_or(0).max(0);
        let binding = all.iter().position(|loss| 0 < worst && *loss == worst).unwrap_or(0);
        let held = held.iter().copied().max().unwrap_or(0).max(0);
        MarginReport {
            cash: account.cash(),
            escrow: Mills::ZERO,
            variation: Mills::from_wide(variation),
            available: Mills::from_wide(account.cash + variation.min(0)),
            initial: Mills::from_wide(worst),
            maintenance: Mills::from_wide((held * 4 + 4) / 5),
            delivery: Mills::ZERO,
            binding_scenario: u8::try_from(binding).expect("sixteen scenarios"),
        }
    }

    /// Lots of an account's open orders on one side of a contract.
    pub(super) fn on_offer(&self, account: &Account, instrument: InstrumentId, side: Side) -> Lots {
        let mine = self.orders.iter().filter(|order| order.account == account.id);
        let here = mine.filter(|order| order.instrument == instrument && order.side == side);
        here.map(super::state::Order::leaves).sum()
    }
}

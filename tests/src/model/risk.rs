//! Margin, worked out from every position and every open order. Chapter 6.

use std::collections::BTreeMap;

use types::terms::SCENARIOS;
use types::{
    InstrumentId, Lots, MarginReport, MarketTerms, Mills, ProductTerms, Side, Tenor, YearMonth,
};

use super::Model;
use super::ranges::{Scan, months_at_risk, root, up};
use super::state::{Account, Contract, Position};

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
    scan: &Scan,
) -> [i128; SCENARIOS] {
    let mut all = [0; SCENARIOS];
    for month in months_at_risk(product, tenor) {
        let of_month = losses_of_month(terms, product, month, scan.range(product, month));
        all.iter_mut().zip(of_month).for_each(|(loss, of_month)| *loss += of_month);
    }
    all
}

fn losses_of_month(
    terms: &MarketTerms,
    product: &ProductTerms,
    month: YearMonth,
    range: i128,
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
        let shock = if is_next { scenario.after_60ths } else { scenario.before_60ths };
        let gain_60ths = i128::from(shock) * range * i128::from(tick_value.0);
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
        let (concentration, held_concentration) = self.concentration(account, positions, supposed);
        let worst = worst + concentration;
        let held = held.iter().copied().max().unwrap_or(0).max(0) + held_concentration;
        MarginReport {
            cash: account.cash(),
            escrow: Mills::ZERO,
            variation: Mills::from_wide(variation),
            available: Mills::from_wide(account.cash + variation.min(0)),
            initial: Mills::from_wide(worst),
            maintenance: Mills::from_wide((held * 4 + 4) / 5),
            delivery: Mills::ZERO,
            concentration: Mills::from_wide(concentration),
            binding_scenario: u8::try_from(binding).expect("sixteen scenarios"),
        }
    }

    /// What positions add by their size, were they as large as orders could make them, and as they
    /// are.
    pub(super) fn concentration(
        &self,
        account: &Account,
        positions: &BTreeMap<InstrumentId, Position>,
        supposed: Option<Supposed>,
    ) -> (i128, i128) {
        let mut brought: BTreeMap<(InstrumentId, Side), i128> = BTreeMap::new();
        let orders = self.orders.iter().filter(|order| order.account == account.id);
        let open = orders.map(|o| (o.instrument, o.side, i128::from(o.leaves().0)));
        let supposed = supposed.map(|s| (s.instrument, s.side, i128::from(s.lots)));
        for (instrument, side, lots) in open.chain(supposed) {
            *brought.entry((instrument, side)).or_default() += lots;
            for (leg, units) in self.brings(instrument) {
                let side = if 0 < units { side } else { side.opposite() };
                *brought.entry((leg, side)).or_default() += lots * i128::from(units.abs());
            }
        }
        let (mut with_orders, mut alone) = (0, 0);
        for contract in self.contracts.iter().filter(|c| c.instrument.tenor().is_some()) {
            let net = positions.get(&contract.id()).map_or(0, |position| i128::from(position.net));
            let lots = |side| brought.get(&(contract.id(), side)).copied().unwrap_or(0);
            let furthest = (net + lots(Side::Buy)).max(lots(Side::Sell) - net);
            with_orders += self.added_by_size(contract, furthest);
            alone += self.added_by_size(contract, net.abs());
        }
        (with_orders, alone)
    }

    /// What so many lots of a contract need beside their losses.
    fn added_by_size(&self, contract: &Contract, lots: i128) -> i128 {
        let product = self.product(contract);
        let Some(terms) = product.risk.concentration else { return 0 };
        let days = contract.volumes.len().min(usize::from(terms.days));
        let recent = &contract.volumes[contract.volumes.len() - days..];
        let mean = recent.iter().sum::<u64>() / u64::try_from(days.max(1)).expect("a count");
        let volume = i128::from(mean.max(terms.least_volume_lots));
        if 4 * lots <= volume {
            return 0;
        }
        let tenor = contract.instrument.tenor().expect("an outright");
        let scan = self.scan_today(contract.instrument.product);
        let value: i128 = months_at_risk(product, tenor)
            .into_iter()
            .map(|m| scan.range(product, m) * i128::from(product.tick_value(m.hours()).0))
            .sum();
        let millionths = root(up((4 * lots - volume) * 1_000_000_000_000, 4 * volume));
        up(lots * value * i128::from(terms.permille) * millionths, 1_000_000_000)
    }

    /// Lots of an account's open orders on one side of a contract.
    pub(super) fn on_offer(&self, account: &Account, instrument: InstrumentId, side: Side) -> Lots {
        let mine = self.orders.iter().filter(|order| order.account == account.id);
        let here = mine.filter(|order| order.instrument == instrument && order.side == side);
        here.map(super::state::Order::leaves).sum()
    }
}

//! What contracts put at risk, from day to day.: each settlement makes the scan ranges
//! hold that were announced at the one before, counts volumes and open interest, and announces the
//! ranges of the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::event::SettlementMethod;
use types::terms::RiskTerms;
use types::{
    Event, Instrument, InstrumentId, Kind, Leg, Lots, MarketFact, ProductId, ProductTerms, Tenor,
    Ticks, Timestamp, YearMonth,
};

use super::Exchange;
use crate::risk::{Concentration, Losses, Ranges, Risk, Volatility, months};

/// The scan ranges of a product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Scan {
    today: Ranges,
    /// Announced, from the next settlement on.
    tomorrow: Ranges,
    /// How the market finds the ranges that it announces: before the next generation, and from it
    /// on.
    volatility: [Volatility; 2],
    base: [Ticks; 2],
}

impl Scan {
    /// With which the market opens.
    pub(super) fn of_terms(terms: &ProductTerms) -> Self {
        Self {
            today: Ranges::of_terms(terms),
            tomorrow: Ranges::of_terms(terms),
            volatility: [Volatility::default(); 2],
            base: [terms.scan_before_ticks, terms.scan_after_ticks].map(Ticks),
        }
    }
}

impl Exchange {
    /// What a contract puts at risk today, if it traded so much on the last days. The legs of a
    /// combination are known.
    pub(super) fn risk_of(
        &self,
        instrument: &Instrument,
        volumes: impl ExactSizeIterator<Item = u64>,
    ) -> Risk {
        let Some(tenor) = instrument.tenor() else {
            let leg = |leg: Leg| (&self.market(leg.instrument).risk.losses, leg.ratio);
            let losses = Losses::combined(instrument.legs().map(leg));
            return Risk { losses, concentration: None };
        };
        let (terms, product) = (self.terms(), self.product(instrument.product));
        let ranges = &self.scan(instrument.product).today;
        let value = ranges.value(product, tenor);
        Risk {
            losses: Losses::of(terms, product, tenor, ranges),
            concentration: product
                .risk
                .concentration
                .map(|terms| Concentration::new(terms, value, volumes)),
        }
    }

    fn scan(&self, product: ProductId) -> &Scan {
        &self.scans[usize::from(product.0)]
    }

    /// the largest move of any month counts for the volatility of its product. The prices
    /// are struck, the contracts still have those before.
    pub(super) fn count_moves(&mut self, prices: &[(InstrumentId, Ticks, SettlementMethod)]) {
        for product in self.products() {
            let terms = self.product(product);
            let Some(scan_terms) = terms.risk.scan else { continue };
            let stressed = [terms.scan_before_ticks, terms.scan_after_ticks];
            for (at, stressed) in stressed.into_iter().enumerate() {
                let moves = self.moves(product, at == 1, prices);
                let scan = &mut self.scans[usize::from(product.0)];
                let after = moves.iter().map(|(was, is)| scan.volatility[at].after(*was, *is));
                let Some(volatility) = after.max() else { continue };
                let ranges =
                    moves.iter().map(|(_, is)| volatility.range(*is, stressed, scan_terms));
                scan.base[at] = ranges.max().expect("as many as there are moves");
                scan.volatility[at] = volatility;
            }
        }
    }

    /// The price before and the new one of each month of a product, before the next generation or
    /// from it on.
    fn moves(
        &self,
        product: ProductId,
        is_next: bool,
        prices: &[(InstrumentId, Ticks, SettlementMethod)],
    ) -> Vec<(Ticks, Ticks)> {
        let next_generation = self.product(product).next_generation;
        let of_month = |(id, price, _): &(InstrumentId, Ticks, SettlementMethod)| {
            let market = self.market(*id);
            let Some(Tenor::Month(month)) = market.instrument.tenor() else { return None };
            let is_meant =
                market.instrument.product == product && (next_generation <= month) == is_next;
            is_meant.then_some((market.state.settlement, *price))
        };
        prices.iter().filter_map(of_month).collect()
    }

    fn products(&self) -> impl Iterator<Item = ProductId> + use<> {
        (0..self.scans.len()).map(|n| ProductId(u16::try_from(n).expect("at most 64 products")))
    }

    /// What was announced holds from now on, and what holds from the next settlement on is announced.
    pub(super) fn review_ranges(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        if self.terms().product.iter().all(|product| product.risk == RiskTerms::default()) {
            return;
        }
        for scan in &mut self.scans {
            scan.today = scan.tomorrow.clone();
        }
        self.weigh_again();
        for product in self.products() {
            let tomorrow = Ranges::new(self.scan(product).base, self.interest(product));
            self.scans[usize::from(product.0)].tomorrow = tomorrow;
        }
        let ids: Vec<InstrumentId> = self.trading().map(super::Market::id).collect();
        for id in ids {
            self.announce_range(id, at.plus(Timestamp::DAY), out);
        }
    }

    /// Works out the risk of every contract again, and from it every account's sums.
    fn weigh_again(&mut self) {
        let mut is_changed = false;
        for at in 0..self.markets.len() {
            let market = &self.markets[at];
            if market.state.phase == types::Phase::Expired {
                continue;
            }
            let risk = self.risk_of(&market.instrument, market.state.volumes.iter().copied());
            is_changed |= risk != market.risk;
            self.markets[at].risk = risk;
        }
        if !is_changed {
            return;
        }
        for account in self.accounts.values_mut() {
            let sums = account.weighed(&self.markets);
            if sums != account.sums {
                account.sums = sums;
                self.touched.account(account.id);
            }
        }
    }

    /// the lots held of each month, those of its quarter and its year among them.
    fn interest(&self, product: ProductId) -> BTreeMap<YearMonth, Lots> {
        let mut interest = BTreeMap::new();
        let terms = self.product(product);
        if terms.risk.interest.is_none() {
            return interest;
        }
        let here = self.trading().filter(|market| market.instrument.product == product);
        for market in here {
            let (Some(tenor), held) = (market.instrument.tenor(), market.state.open_interest)
            else {
                continue;
            };
            for month in months(terms.settlement, tenor).filter(|_| held != Lots::ZERO) {
                *interest.entry(month).or_insert(Lots::ZERO) += held;
            }
        }
        interest
    }

    /// Tells the scan range of a contract from the next settlement on, unless it was told.
    pub(super) fn announce_range(
        &mut self,
        id: InstrumentId,
        from: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let market = self.market(id);
        let Kind::Outright(tenor) = market.instrument.kind else { return };
        let product = market.instrument.product;
        let range = self.scan(product).tomorrow.average(self.product(product), tenor);
        let market = self.market_mut(id);
        if range != market.state.range {
            market.state.range = range;
            market.tell(MarketFact::ScanRange { range, from }, out);
        }
    }

    /// The scan range of a contract today.
    pub(super) fn range_of(&self, product: ProductId, tenor: Tenor) -> Ticks {
        self.scan(product).today.average(self.product(product), tenor)
    }
}

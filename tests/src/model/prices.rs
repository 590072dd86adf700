//! What settles at which price. Chapter 8: a list of contracts without a price, shortened by one way
//! of finding one after the other.

use std::collections::BTreeMap;

use types::event::SettlementMethod;
use types::{InstrumentId, Kind, Phase, Settlement, Side, Tenor, Ticks, Timestamp, YearMonth};

use super::Model;
use super::state::Contract;

type Prices = BTreeMap<InstrumentId, (Ticks, SettlementMethod)>;

impl Model {
    /// The prices of these outrights, in order of listing.
    pub(super) fn settlement_prices(&self, outrights: &[InstrumentId]) -> Prices {
        let mut prices = Prices::new();
        for id in outrights {
            if let Some((price, _)) = self.recent_average(*id) {
                prices.insert(*id, (price, SettlementMethod::Vwap));
            }
        }
        while prices.len() < outrights.len() {
            let open: Vec<InstrumentId> =
                outrights.iter().copied().filter(|id| !prices.contains_key(id)).collect();
            let find = |method, way: &dyn Fn(InstrumentId) -> Option<Ticks>| -> Prices {
                let found = open.iter().filter_map(|id| Some((*id, way(*id)?)));
                found.map(|(id, price)| (id, (self.possible(id, price), method))).collect()
            };
            let mut found =
                find(SettlementMethod::SpreadVwap, &|id| self.spreads_trade_at(id, &prices));
            if found.is_empty() {
                found = find(SettlementMethod::MidQuote, &|id| {
                    Some(half(self.best(id, Side::Buy)?, self.best(id, Side::Sell)?))
                });
            }
            if found.is_empty() {
                found =
                    find(SettlementMethod::SpreadQuote, &|id| self.spreads_quote_at(id, &prices));
            }
            if found.is_empty() {
                found =
                    open.iter().map(|id| (*id, self.moved_by_neighbour(*id, &prices))).collect();
            }
            prices.extend(found);
        }
        self.replace_wholes(prices)
    }

    /// Average price and lots of the last minutes' trades.
    fn recent_average(&self, id: InstrumentId) -> Option<(Ticks, i128)> {
        let window = i64::from(self.terms().settlement_window_minutes) * Timestamp::MINUTE;
        let from = self.last_hour.plus(-window);
        let here = self.trades.iter().filter(|trade| trade.instrument == id);
        let recent = here.filter(|trade| from <= trade.time && !trade.is_block);
        let (mut lots, mut tick_lots) = (0, 0);
        for trade in recent {
            lots += i128::from(trade.lots.0);
            tick_lots += i128::from(trade.price.0) * i128::from(trade.lots.0);
        }
        (0 < lots).then(|| (half_up(tick_lots, lots), lots))
    }

    /// Calendar spreads that a contract is part of: the spread, the other contract, how many months
    /// away that is.
    fn spreads_of(&self, id: InstrumentId) -> Vec<(&Contract, InstrumentId, i32)> {
        let mut all = Vec::new();
        for spread in self.contracts.iter().filter(|contract| contract.phase != Phase::Expired) {
            let Kind::Spread { near, far } = spread.instrument.kind else { continue };
            let other = match (near == id, far == id) {
                (true, _) => far,
                (_, true) => near,
                (false, false) => continue,
            };
            let apart = self.month(other).since(self.month(id)).abs();
            let product = |id: InstrumentId| self.contract(id).instrument.product;
            if apart != 0 && product(other) == product(id) {
                all.push((spread, other, apart));
            }
        }
        all
    }

    fn month(&self, id: InstrumentId) -> YearMonth {
        self.contract(id).instrument.tenor().expect("an outright").first_month()
    }

    /// Each spread that traded says a price, and weighs its lots over the months apart.
    fn spreads_trade_at(&self, id: InstrumentId, prices: &Prices) -> Option<Ticks> {
        let (mut sum, mut weights) = (0, 0);
        for (spread, other, apart) in self.spreads_of(id) {
            let Some((other_price, _)) = prices.get(&other) else { continue };
            let Some((traded, lots)) = self.recent_average(spread.id()) else { continue };
            let price = beside(spread, id, *other_price, traded);
            let weight = 27_720 * lots / i128::from(apart);
            sum += weight * i128::from(price.0);
            weights += weight;
        }
        (weights != 0).then(|| half_up(sum, weights))
    }

    /// The best bid and ask that anybody makes who quotes a spread.
    fn spreads_quote_at(&self, id: InstrumentId, prices: &Prices) -> Option<Ticks> {
        let (mut bids, mut asks) = (Vec::new(), Vec::new());
        for (spread, other, _) in self.spreads_of(id) {
            let Some((other_price, _)) = prices.get(&other) else { continue };
            for side in Side::BOTH {
                let Some(quote) = self.best(spread.id(), side) else { continue };
                let price = beside(spread, id, *other_price, quote);
                // Who sells the spread sells its far contract and buys its near one.
                let sells = (side == Side::Sell) == is_far(spread, id);
                if sells { asks.push(price) } else { bids.push(price) }
            }
        }
        Some(half(*bids.iter().max()?, *asks.iter().min()?))
    }

    /// The price before, moved as the nearest contract of the product that has a price.
    fn moved_by_neighbour(&self, id: InstrumentId, prices: &Prices) -> (Ticks, SettlementMethod) {
        let contract = self.contract(id);
        let mut nearest: Option<(i32, i64)> = None;
        for (other, (price, _)) in prices {
            let other = self.contract(*other);
            if other.instrument.product != contract.instrument.product {
                continue;
            }
            let distance = self.month(other.id()).since(self.month(id)).abs();
            if nearest.is_none_or(|(least, _)| distance < least) {
                nearest = Some((distance, price.0 - other.settlement.0));
            }
        }
        match nearest {
            Some((_, moved)) => {
                let price = Ticks(contract.settlement.0 + moved);
                (self.possible(id, price), SettlementMethod::Neighbour)
            }
            None => (self.possible(id, contract.settlement), SettlementMethod::Previous),
        }
    }

    /// What is delivered for longer than a month is worth its months, hour by hour.
    fn replace_wholes(&self, mut prices: Prices) -> Prices {
        let found = prices.clone();
        for (id, settled) in &mut prices {
            let instrument = &self.contract(*id).instrument;
            let tenor = instrument.tenor().expect("an outright");
            if self.whole_parts(*id, tenor).is_empty() {
                continue;
            }
            let worth = self.worth_of_hours(*id, &found);
            let price = half_up(worth, i128::from(tenor.hours()));
            *settled = (self.possible(*id, price), SettlementMethod::Months);
        }
        prices
    }

    fn worth_of_hours(&self, id: InstrumentId, found: &Prices) -> i128 {
        let tenor = self.contract(id).instrument.tenor().expect("an outright");
        let parts = self.whole_parts(id, tenor);
        if parts.is_empty() {
            return i128::from(found[&id].0.0) * i128::from(tenor.hours());
        }
        parts.iter().map(|part| self.worth_of_hours(*part, found)).sum()
    }

    /// The months of a quarter or the quarters of a year, if each of them trades.
    fn whole_parts(&self, id: InstrumentId, tenor: Tenor) -> Vec<InstrumentId> {
        let contract = self.contract(id);
        let product = contract.instrument.product;
        let first = tenor.first_month();
        let parts: Vec<Tenor> = match tenor {
            Tenor::Month(_) => Vec::new(),
            Tenor::Quarter(_) => (0..3).map(|n| Tenor::Month(first.plus(n))).collect(),
            Tenor::Year(_) => (0..4).map(|n| Tenor::Quarter(first.plus(3 * n))).collect(),
        };
        let listed = |part: &Tenor| {
            let same = |c: &&Contract| {
                (c.instrument.product, c.instrument.tenor()) == (product, Some(*part))
            };
            let found = self.contracts.iter().find(same);
            found.filter(|c| c.phase != Phase::Expired).map(Contract::id)
        };
        if self.product(contract).settlement != Settlement::Physical {
            return Vec::new();
        }
        parts.iter().map(listed).collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    fn possible(&self, id: InstrumentId, price: Ticks) -> Ticks {
        let instrument = &self.contract(id).instrument;
        price.max(instrument.lowest).min(instrument.highest)
    }
}

fn is_far(spread: &Contract, id: InstrumentId) -> bool {
    matches!(spread.instrument.kind, Kind::Spread { far, .. } if far == id)
}

/// The price of one contract of a spread, from the other's: the spread is far less near.
fn beside(spread: &Contract, id: InstrumentId, other: Ticks, of_spread: Ticks) -> Ticks {
    if is_far(spread, id) { Ticks(other.0 + of_spread.0) } else { Ticks(other.0 - of_spread.0) }
}

fn half(bid: Ticks, ask: Ticks) -> Ticks {
    Ticks((bid.0 + ask.0).div_euclid(2))
}

fn half_up(sum: i128, weights: i128) -> Ticks {
    Ticks(i64::try_from((2 * sum + weights).div_euclid(2 * weights)).expect("between prices"))
}

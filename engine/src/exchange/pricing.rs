//! The settlement prices of a day, struck for all contracts together.: each step
//! goes on from the prices that the steps before it have found.

use std::collections::BTreeMap;

use types::event::SettlementMethod;
use types::{InstrumentId, Kind, Lots, Side, Tenor, Ticks, Timestamp};

use super::Exchange;
use super::market::Market;
use crate::settlement::{Implied, by_quotes, by_trades, mean, middle, moved};

/// The prices found so far, and how.
type Struck = BTreeMap<InstrumentId, (Ticks, SettlementMethod)>;

/// What a calendar spread says about one of its two contracts.
#[derive(Clone, Copy)]
struct Hint {
    /// The contract.
    of: InstrumentId,
    /// The other one.
    other: InstrumentId,
    /// 1 where its price is the other's and the spread's, -1 where it is the other's less the spread's.
    sign: i64,
    months: i32,
    traded: Option<(Ticks, Lots)>,
    /// Bid and ask for the contract, beyond the other's price.
    quotes: [Option<i64>; 2],
}

impl Exchange {
    /// The settlement price of every contract that trades and is no combination, in order of listing.
    pub(super) fn strike_prices(
        &mut self,
        at: Timestamp,
    ) -> Vec<(InstrumentId, Ticks, SettlementMethod)> {
        let traded = self.traded(at);
        let hints = self.hints(&traded);
        let trading = self.trading().filter(|market| !market.instrument.is_combination());
        let ids: Vec<InstrumentId> = trading.map(Market::id).collect();
        let of_trades = |id: &InstrumentId| {
            traded.get(id).map(|(price, _)| (*id, (*price, SettlementMethod::Vwap)))
        };
        let mut struck: Struck = ids.iter().filter_map(of_trades).collect();
        loop {
            let more = self.next_step(&ids, &hints, &struck);
            if more.is_empty() {
                break;
            }
            struck.extend(more);
        }
        let moved: Vec<_> = ids.iter().map(|id| (*id, self.move_with(*id, &struck))).collect();
        struck.extend(moved);
        let whole = |id: &InstrumentId| self.of_months(*id, &struck);
        let wholes: Struck = ids.iter().filter_map(whole).collect();
        struck.extend(wholes);
        let average = |id: &InstrumentId| {
            let price = self.within(*id, self.average_at_end(*id, at)?);
            Some((*id, (price, SettlementMethod::IndexAverage)))
        };
        let ended: Struck = ids.iter().filter_map(average).collect();
        struck.extend(ended);
        struck.into_iter().map(|(id, (price, method))| (id, price, method)).collect()
    }

    /// Average price and lots of what traded in the last minutes, combinations as well.
    fn traded(&mut self, at: Timestamp) -> BTreeMap<InstrumentId, (Ticks, Lots)> {
        let window_minutes = self.terms().settlement_window_minutes;
        let trading =
            self.markets.iter_mut().filter(|market| market.state.phase != types::Phase::Expired);
        let traded = trading.filter_map(|market| {
            let average = market.state.window.average(at, window_minutes);
            average.map(|average| (market.id(), average))
        });
        traded.collect()
    }

    /// what the calendar spreads say, each about both of its contracts.
    fn hints(&self, traded: &BTreeMap<InstrumentId, (Ticks, Lots)>) -> Vec<Hint> {
        let mut hints = Vec::new();
        for market in self.trading() {
            let Kind::Spread { near, far } = market.instrument.kind else { continue };
            let [one, two] = [near, far].map(|id| &self.market(id).instrument);
            let Some((one_month, two_month)) = one.tenor().zip(two.tenor()) else { continue };
            let months = two_month.first_month().since(one_month.first_month());
            if one.product != two.product || months == 0 {
                continue;
            }
            let traded = traded.get(&market.id()).copied();
            let [bid, ask] = Side::BOTH.map(|side| market.book.best(side).map(|price| price.0));
            let quotes = [bid, ask];
            hints.push(Hint { of: far, other: near, sign: 1, months, traded, quotes });
            let quotes = [ask.map(|ask| -ask), bid.map(|bid| -bid)];
            hints.push(Hint { of: near, other: far, sign: -1, months, traded, quotes });
        }
        hints
    }

    /// What the first step that still finds a price finds for contracts that have none yet.
    fn next_step(&self, ids: &[InstrumentId], hints: &[Hint], struck: &Struck) -> Struck {
        let steps: [(_, &dyn Fn(InstrumentId) -> Option<Ticks>); 3] = [
            (SettlementMethod::SpreadVwap, &|id| by_spread_trades(id, hints, struck)),
            (SettlementMethod::MidQuote, &|id| {
                let book = &self.market(id).book;
                middle(book.best(Side::Buy), book.best(Side::Sell))
            }),
            (SettlementMethod::SpreadQuote, &|id| by_spread_quotes(id, hints, struck)),
        ];
        for (method, price_of) in steps {
            let open = ids.iter().filter(|id| !struck.contains_key(id));
            let found: Struck = open
                .filter_map(|id| Some((*id, (self.within(*id, price_of(*id)?), method))))
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Struck::new()
    }

    /// What was found for a contract; else its price before, moved as the nearest contract of the
    /// product moved for which one was found.
    fn move_with(&self, id: InstrumentId, struck: &Struck) -> (Ticks, SettlementMethod) {
        if let Some(found) = struck.get(&id) {
            return *found;
        }
        let market = self.market(id);
        let neighbours = struck.iter().filter_map(|(other, (price, _))| {
            let other = self.market(*other);
            let is_same = other.instrument.product == market.instrument.product;
            let first = |market: &Market| market.instrument.tenor().map(Tenor::first_month);
            let (one, two) = first(other).zip(first(market)).filter(|_| is_same)?;
            Some((one.since(two).abs(), other.state.settlement, *price))
        });
        let (price, method) = moved(market.state.settlement, neighbours);
        (self.within(id, price), method)
    }

    /// of a quarter or a year whose parts trade, the mean of their prices by hours.
    fn of_months(
        &self,
        id: InstrumentId,
        struck: &Struck,
    ) -> Option<(InstrumentId, (Ticks, SettlementMethod))> {
        let instrument = &self.market(id).instrument;
        self.parts_of(instrument, instrument.tenor()?)?;
        let price = mean(self.tick_hours(id, struck), i128::from(instrument.hours));
        Some((id, (self.within(id, price), SettlementMethod::Months)))
    }

    /// Price times hours of a contract: of its parts where all of them trade, exact to the last one.
    fn tick_hours(&self, id: InstrumentId, struck: &Struck) -> i128 {
        let instrument = &self.market(id).instrument;
        match instrument.tenor().and_then(|tenor| self.parts_of(instrument, tenor)) {
            Some(parts) => parts.into_iter().map(|part| self.tick_hours(part, struck)).sum(),
            None => i128::from(struck[&id].0.0) * i128::from(instrument.hours),
        }
    }

    /// A price, or the nearest one that an order may ever have.
    fn within(&self, id: InstrumentId, price: Ticks) -> Ticks {
        let instrument = &self.market(id).instrument;
        price.clamp(instrument.lowest, instrument.highest)
    }
}

fn by_spread_trades(id: InstrumentId, hints: &[Hint], struck: &Struck) -> Option<Ticks> {
    by_trades(hints.iter().filter(|hint| hint.of == id).filter_map(|hint| {
        let (other, (spread, lots)) = (struck.get(&hint.other)?.0, hint.traded?);
        let price = Ticks(other.0 + hint.sign * spread.0);
        Some(Implied { price, lots, months: hint.months })
    }))
}

fn by_spread_quotes(id: InstrumentId, hints: &[Hint], struck: &Struck) -> Option<Ticks> {
    by_quotes(hints.iter().filter(|hint| hint.of == id).filter_map(|hint| {
        let other = struck.get(&hint.other)?.0;
        Some(hint.quotes.map(|quote| quote.map(|quote| Ticks(other.0 + quote))))
    }))
}

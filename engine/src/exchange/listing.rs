//! Which contracts exist.: the calendar lists new ones by itself.

use types::{
    Event, Instrument, InstrumentId, Kind, Lots, MarketFact, MarketTerms, Mills, ProductId,
    Refusal, RejectReason, Tenor, Ticks, Timestamp, YearMonth,
};

use super::market::Market;
use super::ranging::Scan;
use super::{Done, Exchange};
use crate::ledger::Purse;

impl Exchange {
    pub(super) fn open_market(
        &mut self,
        terms: &MarketTerms,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if self.terms.is_some() {
            return Err(RejectReason::MarketNotOpen.into());
        }
        if terms.fault().is_some() {
            return Err(RejectReason::BadTerms.into());
        }
        self.terms = Some(Box::new(terms.clone()));
        self.scans = terms.product.iter().map(Scan::of_terms).collect();
        self.last_hour = self.now.hour_start();
        self.last_call = self.settlement_before(self.now);
        let capital = Mills(terms.clearing.house_capital_mills);
        self.ledger.transfer(Purse::Outside, Purse::House, capital);
        out.push(Event::MarketOpened(Box::new(terms.clone())));
        self.list_due(out);
        Ok(Done::Plain)
    }

    /// Lists every contract that should be listed now and is not.
    pub(super) fn list_due(&mut self, out: &mut Vec<Event>) {
        for number in 0..self.terms().product.len() {
            let product = ProductId(u16::try_from(number).expect("at most 64 products"));
            for tenor in self.tenors_due(product) {
                if !self.listed.contains_key(&(product, tenor)) {
                    self.list(product, tenor, out);
                }
            }
        }
        self.list_spreads(out);
        self.relate();
        self.find_spot_months();
    }

    /// Months, quarters and years that still trade, as many of each as the terms say.
    pub(super) fn tenors_due(&self, product: ProductId) -> Vec<Tenor> {
        let terms = self.product(product);
        let this_month = self.last_hour.date().month();
        let quarter = this_month.plus(-i32::from((this_month.month() - 1) % 3));
        let january = this_month.plus(1 - i32::from(this_month.month()));
        let calendar = self.calendar();
        let next = |first: YearMonth, months: i32, count: u8, tenor: fn(YearMonth) -> Tenor| {
            let trades =
                |tenor: &Tenor| self.last_hour < calendar.last_trading(*tenor, terms.settlement);
            let all = (0..).map(|n| tenor(first.plus(n * months))).filter(trades);
            all.take(usize::from(count)).collect::<Vec<_>>()
        };
        let mut tenors = next(this_month, 1, terms.months_listed, Tenor::Month);
        tenors.extend(next(quarter, 3, terms.quarters_listed, Tenor::Quarter));
        tenors.extend(next(january, 12, terms.years_listed, Tenor::Year));
        tenors
    }

    fn list(&mut self, product: ProductId, tenor: Tenor, out: &mut Vec<Event>) {
        let terms = self.product(product);
        let tick_value = terms.tick_value(tenor.hours());
        let instrument = Instrument {
            id: InstrumentId(u32::try_from(self.markets.len()).expect("fewer than 2^32 contracts")),
            product,
            kind: Kind::Outright(tenor),
            symbol: terms.contract(tenor),
            start: tenor.start(),
            end: tenor.end(),
            hours: tenor.hours(),
            tick_value,
            last_trading: self.calendar().last_trading(tenor, terms.settlement),
            lowest: Ticks(terms.lowest_ticks),
            highest: Ticks(terms.highest_ticks),
            largest_order: Lots(terms.largest_order_lots),
            reference: self.first_settlement(product, tenor),
        };
        let risk = self.risk_of(&instrument, std::iter::empty());
        let mut market = Market::new(instrument.clone(), terms, risk, self.structure);
        market.state.range = self.range_of(product, tenor);
        self.listed.insert((product, tenor), instrument.id);
        let id = instrument.id;
        market.tell(MarketFact::Listed(Box::new(instrument)), out);
        self.markets.push(market);
        let next = self.settlement_before(self.last_hour).plus(Timestamp::DAY);
        self.announce_range(id, next, out);
        self.call_opening(id, self.now, out);
    }

    /// The settlement price a new contract starts with: that of the nearest contract of its
    /// product, or the product's reference when it is the first.
    fn first_settlement(&self, product: ProductId, tenor: Tenor) -> Ticks {
        let distance = |other: Tenor| other.first_month().since(tenor.first_month()).abs();
        let same_product =
            self.markets.iter().filter(|market| market.instrument.product == product);
        let outrights =
            same_product.filter_map(|market| Some((distance(market.instrument.tenor()?), market)));
        outrights
            .min_by_key(|(distance, _)| *distance)
            .map_or(Ticks(self.product(product).reference_ticks), |(_, m)| m.state.settlement)
    }
}

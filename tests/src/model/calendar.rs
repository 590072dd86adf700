//! Business days, last trading days and the contracts that are listed. Chapters 1 and 2.

use types::terms::SCENARIOS;
use types::{
    Date, Event, Indicative, Instrument, InstrumentId, Kind, Lots, MarketFact, MarketTerms, Phase,
    ProductId, ProductTerms, Refusal, RejectReason, Tenor, Ticks, Timestamp, YearMonth,
};

use super::ranges::Days;
use super::risk::losses;
use super::state::{Contract, Timers};
use super::{Done, Model};

impl Model {
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
        self.terms = Some(terms.clone());
        self.days = terms.product.iter().map(Days::new).collect();
        self.last_hour = self.now.hour_start();
        self.last_call = self.now;
        self.house = i128::from(terms.clearing.house_capital_mills);
        out.push(Event::MarketOpened(Box::new(terms.clone())));
        self.list_due(out);
        Ok(Done::Plain)
    }

    /// Lists what should be listed and is not: of each product the next months, quarters and years
    /// that still trade.
    pub(super) fn list_due(&mut self, out: &mut Vec<Event>) {
        let products = self.terms().product.clone();
        for (number, product) in products.iter().enumerate() {
            let id = ProductId(u16::try_from(number).expect("few products"));
            for tenor in self.tenors(product) {
                let is_same = |c: &Contract| {
                    (c.instrument.product, c.instrument.tenor()) == (id, Some(tenor))
                };
                if !self.contracts.iter().any(is_same) {
                    self.list(id, product, tenor, out);
                }
            }
        }
        self.list_spreads(out);
        // A quarter whose months are listed now brings its orders to them.
        self.touched.accounts.extend(self.accounts.iter().map(|account| account.id));
    }

    fn tenors(&self, product: &ProductTerms) -> Vec<Tenor> {
        let this_year = self.last_hour.date().month().year();
        let first = YearMonth::new(this_year, 1).expect("January");
        let months = (0..120).map(|n| Tenor::Month(first.plus(n)));
        let quarters = (0..40).map(|n| Tenor::Quarter(first.plus(3 * n)));
        let years = (0..10).map(|n| Tenor::Year(first.plus(12 * n)));
        let still = |tenor: &Tenor| self.last_hour < self.last_trading(*tenor);
        let mut all: Vec<Tenor> =
            months.filter(still).take(usize::from(product.months_listed)).collect();
        all.extend(quarters.filter(still).take(usize::from(product.quarters_listed)));
        all.extend(years.filter(still).take(usize::from(product.years_listed)));
        all
    }

    fn list(
        &mut self,
        product: ProductId,
        terms: &ProductTerms,
        tenor: Tenor,
        out: &mut Vec<Event>,
    ) {
        let tick_value = terms.tick_value(tenor.hours());
        let instrument = Instrument {
            id: InstrumentId(u32::try_from(self.contracts.len()).expect("few contracts")),
            product,
            kind: Kind::Outright(tenor),
            start: tenor.start(),
            end: tenor.end(),
            hours: tenor.hours(),
            symbol: format!("{}-{}-{tenor}", terms.name, terms.hub),
            tick_value,
            last_trading: self.last_trading(tenor),
            lowest: Ticks(terms.lowest_ticks),
            highest: Ticks(terms.highest_ticks),
            largest_order: Lots(terms.largest_order_lots),
            reference: self.reference(product, tenor, terms.reference_ticks),
        };
        let losses = losses(self.terms(), terms, tenor, self.scan_today(product));
        self.add_contract(instrument, losses, out);
    }

    pub(super) fn add_contract(
        &mut self,
        instrument: Instrument,
        losses: [i128; SCENARIOS],
        out: &mut Vec<Event>,
    ) {
        let mut contract = Contract {
            phase: Phase::Open,
            settlement: instrument.reference,
            basis: Ticks(instrument.reference.0.abs()),
            implied: [None; 2],
            is_members: false,
            is_idle: false,
            losses,
            volumes: Vec::new(),
            range_told: Ticks(0),
            settled_until: u64::try_from(self.trades.len()).expect("a count"),
            last_trade: None,
            window: Vec::new(),
            timers: Timers::default(),
            indicative: Indicative::default(),
            own_band: None,
            band_step: 0,
            is_at_edge: false,
            eseq: 0,
            instrument: instrument.clone(),
        };
        let id = contract.id();
        if let Some(tenor) = instrument.tenor() {
            contract.range_told = self.range_today(instrument.product, tenor);
        }
        contract.tell(MarketFact::Listed(Box::new(instrument)), out);
        self.contracts.push(contract);
        self.announce(id, out);
        let seconds = i64::from(self.terms().auction.opening_seconds);
        if seconds != 0 {
            let end = self.now.plus(seconds * Timestamp::SECOND);
            self.call_until(id, (self.at, Some(end)), out);
        }
    }

    /// The settlement price of the nearest contract of the product, or its first price.
    fn reference(&self, product: ProductId, tenor: Tenor, first: i64) -> Ticks {
        let same = self.contracts.iter().filter(|c| c.instrument.product == product);
        let outrights = same.filter(|c| c.instrument.tenor().is_some());
        let distance = |c: &&Contract| {
            let month = c.instrument.tenor().expect("an outright").first_month();
            month.since(tenor.first_month()).abs()
        };
        outrights.min_by_key(distance).map_or(Ticks(first), |contract| contract.settlement)
    }

    /// The settlement hour of the tenth business day before delivery begins.
    fn last_trading(&self, tenor: Tenor) -> Timestamp {
        let mut date = tenor.start();
        let mut count = 0;
        while count < 10 {
            date = date.plus(-1);
            count += i32::from(self.is_business_day(date));
        }
        self.settlement_time(date)
    }

    fn is_business_day(&self, date: Date) -> bool {
        let is_weekend = 5 <= date.weekday();
        !is_weekend && !self.terms().holidays.contains(&date)
    }
}

//! Combinations: which are listed, what they are called, what they are worth.

use types::instrument::{MOST_LEG_LOTS, MOST_LEGS};
use types::{
    AccountId, Detail, Event, Instrument, InstrumentId, Kind, Leg, Lots, MarketFact, Phase,
    ProductId, Refusal, RejectReason, Settlement, TickValue, Ticks,
};

use super::market::Market;
use super::{Done, Exchange};

impl Exchange {
    /// A member lists a combination.
    pub(super) fn define_combination(
        &mut self,
        account: AccountId,
        legs: &[Leg],
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(account)?;
        let kind = self.kind_of(legs)?;
        if let Some(id) = self.combinations.get(&kind) {
            return Ok(Done::Listed(*id));
        }
        let most = self.terms().member_combinations;
        let count = self.combinations.values().filter(|id| self.market(**id).state.is_members);
        if usize::try_from(most).expect("32 bits") <= count.count() {
            return Err(RejectReason::TooManyCombinations.with(Detail::Most(most.into())));
        }
        let id = self.list_combination(kind, out);
        self.market_mut(id).state.is_members = true;
        self.relate();
        Ok(Done::Listed(id))
    }

    /// The combination that these legs make, the same in whatever order they are given.
    fn kind_of(&self, legs: &[Leg]) -> Result<Kind, Refusal> {
        let bad = Refusal::from(RejectReason::BadCombination);
        if legs.len() < 2 || MOST_LEGS < legs.len() {
            return Err(bad);
        }
        for leg in legs {
            let market = self.find_market(leg.instrument)?;
            if market.state.phase == Phase::Expired {
                return Err(RejectReason::NotTrading.with(Detail::Phase(Phase::Expired)));
            }
        }
        let mut legs = legs.to_vec();
        legs.sort_unstable_by_key(|leg| self.place_of(leg.instrument));
        let is_twice = legs.windows(2).any(|two| two[0].instrument == two[1].instrument);
        let of_legs = |leg: &Leg| self.market(leg.instrument).instrument.is_combination();
        if is_twice || legs.iter().any(of_legs) {
            return Err(bad);
        }
        let kind = match legs[..] {
            [near, far] if matches!((near.ratio, far.ratio), (1, -1) | (-1, 1)) => {
                self.spread_of(near.instrument, far.instrument)
            }
            _ => self.ramp_of(legs),
        };
        kind.ok_or(bad)
    }

    /// Earlier and shorter periods come first, then products in the order of the terms.
    fn place_of(&self, id: InstrumentId) -> impl Ord + use<> {
        let instrument = &self.market(id).instrument;
        let tenor = instrument.tenor();
        (tenor.map(|tenor| (tenor.first_month(), tenor.months())), instrument.product, id)
    }

    fn spread_of(&self, near: InstrumentId, far: InstrumentId) -> Option<Kind> {
        let [one, two] = [near, far].map(|id| self.market(id));
        let tenors = one.instrument.tenor().zip(two.instrument.tenor());
        let is_same_length = tenors.is_some_and(|(one, two)| one.months() == two.months());
        let is_same_period = tenors.is_some_and(|(one, two)| one == two);
        let is_same_product = one.instrument.product == two.instrument.product;
        let is_twin = [one, two].iter().any(|m| m.settlement_terms == Settlement::Index);
        let is_legal = if is_twin {
            false
        } else if is_same_product {
            is_same_length
        } else {
            is_same_period && one.settlement_terms == two.settlement_terms
        };
        is_legal.then_some(Kind::Spread { near, far })
    }

    fn ramp_of(&self, mut legs: Vec<Leg>) -> Option<Kind> {
        if legs.iter().any(|leg| leg.ratio < 1 || MOST_LEG_LOTS < leg.ratio) {
            return None;
        }
        let divisor = legs.iter().fold(0, |divisor, leg| common_divisor(divisor, leg.ratio));
        legs.iter_mut().for_each(|leg| leg.ratio /= divisor);
        let instrument = |leg: &Leg| &self.market(leg.instrument).instrument;
        let product = instrument(&legs[0]).product;
        let is_legal = self.product(product).settlement != Settlement::Index
            && legs.iter().all(|leg| instrument(leg).product == product)
            && legs.iter().all(|leg| TickValue(0) != instrument(leg).tick_value)
            && legs.iter().map(|leg| leg.ratio).sum::<i32>() <= MOST_LEG_LOTS;
        is_legal.then_some(Kind::Ramp(legs))
    }

    /// Lists the spreads of the terms that are not listed yet.
    pub(super) fn list_spreads(&mut self, out: &mut Vec<Event>) {
        for number in 0..self.terms().product.len() {
            let product = ProductId(u16::try_from(number).expect("at most 64 products"));
            let count = usize::from(self.product(product).spreads_listed);
            let months = self.months_of(product);
            for two in months.windows(2).take(count) {
                self.list_spread(two[0], two[1], out);
            }
        }
        for spread in self.terms().spread.clone() {
            let [near, far] = [&spread.near, &spread.far].map(|symbol| {
                let all = &self.terms().product;
                let at = all.iter().position(|product| product.symbol() == *symbol);
                self.months_of(ProductId(
                    u16::try_from(at.expect("terms name products")).expect("at most 64"),
                ))
            });
            for near in near.into_iter().take(usize::from(spread.months)) {
                let tenor = self.market(near).instrument.tenor();
                let same = |id: &&InstrumentId| self.market(**id).instrument.tenor() == tenor;
                if let Some(far) = far.iter().find(same).copied() {
                    self.list_spread(near, far, out);
                }
            }
        }
    }

    /// The months of a product that trade, the nearest first.
    fn months_of(&self, product: ProductId) -> Vec<InstrumentId> {
        let tenors = self.tenors_due(product).into_iter().filter(|tenor| tenor.months() == 1);
        tenors.filter_map(|tenor| self.listed.get(&(product, tenor)).copied()).collect()
    }

    fn list_spread(&mut self, one: InstrumentId, two: InstrumentId, out: &mut Vec<Event>) {
        let (near, far) =
            if self.place_of(one) < self.place_of(two) { (one, two) } else { (two, one) };
        let kind = Kind::Spread { near, far };
        match self.combinations.get(&kind).copied() {
            Some(id) => self.market_mut(id).state.is_members = false,
            None => {
                self.list_combination(kind, out);
            }
        }
    }

    fn list_combination(&mut self, kind: Kind, out: &mut Vec<Event>) -> InstrumentId {
        let id = InstrumentId(u32::try_from(self.markets.len()).expect("fewer than 2^32"));
        let mut instrument = self.combination(id, kind.clone());
        let settlement = self.settlement_of_legs(&instrument);
        instrument.reference = settlement.0.clamp(instrument.lowest, instrument.highest);
        let risk = self.risk_of(&instrument, std::iter::empty());
        let terms = self.product(instrument.product);
        let mut market = Market::new(instrument.clone(), terms, risk, self.structure);
        market.state.basis = settlement.1;
        market.tell(MarketFact::Listed(Box::new(instrument)), out);
        self.markets.push(market);
        self.combinations.insert(kind, id);
        self.call_opening(id, self.now, out);
        id
    }

    /// A combination as it is listed, without its settlement price.
    fn combination(&self, id: InstrumentId, kind: Kind) -> Instrument {
        let leg = |id: InstrumentId| &self.market(id).instrument;
        let (far, lowest, highest, tick_value, hours) = match &kind {
            Kind::Outright(_) => unreachable!("an outright is no combination"),
            Kind::Spread { near, far } => {
                let (near, far) = (leg(*near), leg(*far));
                let lowest = Ticks(far.lowest.0 - near.highest.0);
                let highest = Ticks(far.highest.0 - near.lowest.0);
                (far, lowest, highest, far.tick_value, far.hours)
            }
            Kind::Ramp(legs) => {
                let worth = |l: &Leg| leg(l.instrument).tick_value.0 * i64::from(l.ratio);
                let hours = |l: &Leg| leg(l.instrument).hours * l.ratio.unsigned_abs();
                let first = leg(legs[0].instrument);
                let tick_value = TickValue(legs.iter().map(worth).sum());
                let hours = legs.iter().map(hours).sum();
                (first, first.lowest, first.highest, tick_value, hours)
            }
        };
        let mut instrument = Instrument {
            id,
            product: far.product,
            symbol: self.symbol_of(&kind),
            kind,
            start: far.start,
            end: far.end,
            hours,
            tick_value,
            last_trading: far.last_trading,
            lowest,
            highest,
            largest_order: Lots(u64::MAX),
            reference: Ticks(0),
        };
        let legs: Vec<Leg> = instrument.legs().collect();
        let ratio = legs.iter().map(|leg| leg.ratio.unsigned_abs()).max().expect("legs");
        for part in legs.iter().map(|l| leg(l.instrument)) {
            instrument.start = instrument.start.min(part.start);
            instrument.end = instrument.end.max(part.end);
            instrument.last_trading = instrument.last_trading.min(part.last_trading);
            instrument.largest_order = instrument.largest_order.min(part.largest_order);
        }
        instrument.largest_order.0 = (instrument.largest_order.0 / u64::from(ratio)).max(1);
        instrument
    }

    /// `H100-US-2027M03-2027M04`, `H100-US-2027M03:B200-US-2027M03`,
    /// `H100-US-2027M03_2X2027M04`.
    fn symbol_of(&self, kind: &Kind) -> String {
        let of = |id: InstrumentId| &self.market(id).instrument;
        let period = |id| of(id).tenor().map_or_else(String::new, |tenor| tenor.to_string());
        match kind {
            Kind::Outright(tenor) => tenor.to_string(),
            Kind::Spread { near, far } if of(*near).product == of(*far).product => {
                format!("{}-{}", of(*near).symbol, period(*far))
            }
            Kind::Spread { near, far } => format!("{}:{}", of(*near).symbol, of(*far).symbol),
            Kind::Ramp(legs) => {
                let product = self.product(of(legs[0].instrument).product).symbol();
                let part = |leg: &Leg| match leg.ratio {
                    1 => period(leg.instrument),
                    ratio => format!("{ratio}X{}", period(leg.instrument)),
                };
                let parts: Vec<String> = legs.iter().map(part).collect();
                format!("{product}-{}", parts.join("_"))
            }
        }
    }

    /// the settlement price that the legs' make, and its basis.
    pub(super) fn settlement_of_legs(&self, instrument: &Instrument) -> (Ticks, Ticks) {
        let price = |id: InstrumentId| self.market(id).state.settlement;
        match &instrument.kind {
            Kind::Outright(_) => unreachable!("an outright has no legs"),
            Kind::Spread { near, far } => {
                let (near, far) = (price(*near).0, price(*far).0);
                (Ticks(far - near), Ticks(far.abs() + near.abs()))
            }
            Kind::Ramp(legs) => {
                let worth = |leg: &Leg| {
                    let tick_value = self.market(leg.instrument).instrument.tick_value.0;
                    i128::from(price(leg.instrument).0)
                        * i128::from(tick_value)
                        * i128::from(leg.ratio)
                };
                let sum: i128 = legs.iter().map(worth).sum();
                let average = sum.div_euclid(i128::from(instrument.tick_value.0));
                let average = i64::try_from(average).expect("an average lies between its parts");
                (Ticks(average), Ticks(average.abs()))
            }
        }
    }

    /// Whether a combination ends now.
    pub(super) fn is_unused(&self, market: &Market) -> bool {
        let has_stops =
            types::Side::BOTH.iter().any(|side| market.stops.of(*side).next().is_some());
        let has_orders = types::Side::BOTH.iter().any(|side| market.book.best(*side).is_some());
        market.state.is_members && market.state.is_idle && !has_stops && !has_orders
    }
}

fn common_divisor(one: i32, other: i32) -> i32 {
    if other == 0 { one } else { common_divisor(other, one % other) }
}

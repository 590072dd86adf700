//! Orders of every type, and now and then one that contradicts itself.

use types::{
    Lots, MassQuote, NewOrder, OrderType, PostOnly, Protection, Qualifiers, Quote, QuoteGroup,
    SelfMatch, SessionId, Side, Tag, Text, Ticks, TimeInForce, Timestamp, TwoSided,
};

use super::{RECENT, Workload};

impl Workload {
    pub(super) fn order(&mut self) -> NewOrder {
        let instrument = self.instrument();
        let side = self.prng.pick(&Side::BOTH);
        let limit = OrderType::Limit(self.price(instrument, side));
        self.names += 1;
        let mut order = NewOrder {
            account: self.account(),
            session: SessionId(self.prng.below(3)),
            client_order_id: self.name(self.names),
            instrument,
            side,
            order_type: limit,
            quantity: self.quantity(),
            time_in_force: self.time_in_force(),
            qualifiers: Qualifiers { self_match: self.self_match(), ..Qualifiers::default() },
            valid_until: self.prng.chance(20).then(|| self.time.plus(self.prng.between(-9, 9))),
            tag: self.tag(),
        };
        self.specialize(&mut order);
        self.recent.push_back(order);
        if RECENT < self.recent.len() {
            self.recent.pop_front();
        }
        order
    }

    fn specialize(&mut self, order: &mut NewOrder) {
        match self.prng.below(1000) {
            0..60 => order.order_type = OrderType::Market,
            60..90 => order.order_type = OrderType::MarketToLimit,
            90..220 => {
                let trigger = self.trigger(order);
                let limit = Ticks(trigger.0 + order.side.sign() * self.prng.between(-2, 8));
                order.order_type = OrderType::StopLimit { trigger, limit };
                order.time_in_force = self.tif_of_stop();
            }
            220..290 => {
                order.order_type = OrderType::Stop { trigger: self.trigger(order) };
                order.time_in_force = self.tif_of_stop();
            }
            290..400 => self.make_post_only(order),
            400..480 => {
                let part = Lots((order.quantity.0 / self.prng.pick(&[2, 3, 5, 100])).max(1));
                order.qualifiers.peak = Some(part);
                order.time_in_force = TimeInForce::Gtc;
            }
            480..510 => {
                order.qualifiers.minimum = Some(Lots(1 + self.prng.below(6)));
            }
            _ => {}
        }
        order.qualifiers.reduce_only = self.prng.chance(120);
        if self.prng.chance(15) {
            self.contradict(order);
        }
    }

    fn make_post_only(&mut self, order: &mut NewOrder) {
        let post_only = self.prng.pick(&[PostOnly::Reject, PostOnly::Slide]);
        order.qualifiers.post_only = Some(post_only);
        if !order.time_in_force.rests() {
            order.time_in_force = TimeInForce::Day;
        }
    }

    fn contradict(&mut self, order: &mut NewOrder) {
        let qualifiers = &mut order.qualifiers;
        match self.prng.below(5) {
            0 => qualifiers.post_only = Some(PostOnly::Reject),
            1 => qualifiers.minimum = Some(Lots(self.prng.below(30))),
            2 => qualifiers.peak = Some(Lots(self.prng.below(30))),
            3 => order.time_in_force = TimeInForce::Fok,
            _ => order.time_in_force = TimeInForce::Gtd(self.time),
        }
    }

    /// Around the middle; more often on the side where it waits.
    fn trigger(&mut self, order: &NewOrder) -> Ticks {
        let at = usize::try_from(order.instrument.0).expect("a dozen");
        let beyond = self.prng.between(-3, 14);
        if self.prng.chance(10) {
            return Ticks(self.prng.between(-100, 21_000));
        }
        Ticks(self.middles[at] + order.side.sign() * beyond)
    }

    fn time_in_force(&mut self) -> TimeInForce {
        match self.prng.below(100) {
            0..55 => TimeInForce::Gtc,
            55..70 => TimeInForce::Ioc,
            70..76 => TimeInForce::Fok,
            76..88 => TimeInForce::Day,
            _ => self.gtd(),
        }
    }

    fn tif_of_stop(&mut self) -> TimeInForce {
        let gtd = self.gtd();
        self.prng.pick(&[
            TimeInForce::Gtc,
            TimeInForce::Gtc,
            TimeInForce::Ioc,
            TimeInForce::Day,
            gtd,
        ])
    }

    fn gtd(&mut self) -> TimeInForce {
        TimeInForce::Gtd(self.time.plus(self.prng.between(-10, 600) * Timestamp::SECOND))
    }

    fn self_match(&mut self) -> SelfMatch {
        self.prng.pick(&[
            SelfMatch::CancelAggressor,
            SelfMatch::CancelResting,
            SelfMatch::CancelBoth,
            SelfMatch::Decrement,
            SelfMatch::Decrement,
        ])
    }

    /// Around a middle that wanders and now and then jumps; most of all near it; one in fifty anywhere.
    pub(super) fn price(&mut self, instrument: types::InstrumentId, side: Side) -> Ticks {
        let at = usize::try_from(instrument.0).expect("a dozen");
        self.middles[at] += self.prng.between(-2, 2);
        if self.prng.chance(2) {
            self.middles[at] += self.prng.between(-120, 120);
        }
        // The market comes back to where it was, slowly.
        let start = super::start(self.is_combined, at);
        self.middles[at] += (start - self.middles[at]) / 400;
        if self.prng.chance(20) {
            return Ticks(self.prng.between(-100, 21_000));
        }
        let distance = self.prng.between(-4, 12).min(self.prng.between(-4, 40));
        Ticks(self.middles[at] - side.sign() * distance)
    }

    pub(super) fn quantity(&mut self) -> Lots {
        let odd = [0, 100, 101, 1_000_000];
        if self.prng.chance(15) {
            return Lots(self.prng.pick(&odd));
        }
        Lots(1 + self.prng.below(20).min(self.prng.below(20)))
    }

    pub(super) fn tag(&mut self) -> Option<Tag> {
        self.prng.chance(200).then(|| self.prng.pick(&["mm", "hedge"])).and_then(Text::new)
    }

    /// Two accounts quote most; often what they quoted before, and fewer lots.
    pub(super) fn quotes(&mut self) -> MassQuote {
        let account = self.maker();
        self.names += 1;
        let mut quotes: Vec<TwoSided> = Vec::new();
        for _ in 0..1 + self.prng.below(4) {
            let instrument = self.instrument();
            let is_named = quotes.iter().any(|two| two.instrument == instrument);
            if is_named && !self.prng.chance(5) {
                continue;
            }
            let at = usize::try_from(instrument.0).expect("a dozen");
            let coarse = self.middles[at] / 4 * 4;
            let mut side = |side: Side| {
                let distance = side.sign() * self.prng.pick(&[-1, 2, 4, 4, 4, 8]);
                let quantity = Lots(self.prng.pick(&[0, 1, 2, 3, 5, 5, 8, 8, 8]));
                let quote = Quote { price: Ticks(coarse - distance), quantity };
                (!self.prng.chance(150)).then_some(quote)
            };
            let (bid, ask) = (side(Side::Buy), side(Side::Sell));
            quotes.push(TwoSided { instrument, bid, ask });
        }
        let (session, quote_id) = (SessionId(self.prng.below(3)), self.name(self.names));
        MassQuote { account, session, quote_id, group: self.group(), quotes }
    }

    pub(super) fn group(&mut self) -> QuoteGroup {
        Text::new(self.prng.pick(&["mm", "mm", "mm", "wide"])).expect("letters")
    }

    pub(super) fn protection(&mut self) -> Option<Protection> {
        self.prng.chance(850).then(|| Protection {
            window_ms: self.prng.pick(&[0, 1000, 30_000, 600_000]),
            lots: Lots(self.prng.pick(&[0, 4, 12, 12])),
            trades: self.prng.pick(&[0, 0, 2, 3]),
            frozen_ms: self.prng.pick(&[0, 5000, 60_000]),
        })
    }
}

//! Auctions: called, frozen, uncrossed.

use std::collections::BTreeMap;

use types::{
    CancelReason, Event, Indicative, InstrumentId, Lots, MarketFact, OrderId, Phase, PhaseChange,
    Refusal, RejectReason, Side, Ticks, TimeInForce, Timestamp, TradeKind,
};

use super::live::Order;
use super::market::Timer;
use super::novating::Trade;
use super::{Done, Exchange, index};
use crate::auction::{Sides, strike};

impl Exchange {
    /// The operator takes a step. Contracts expire by the calendar alone.
    pub(super) fn change_phase(
        &mut self,
        id: InstrumentId,
        change: PhaseChange,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let market = self.find_market(id)?;
        let next = market.state.phase.after(change).filter(|_| change != PhaseChange::Expire);
        let phase = next.ok_or(RejectReason::BadPhaseChange)?;
        let (now, opening) = (self.now, self.terms().auction.opening_seconds);
        match change {
            PhaseChange::Call | PhaseChange::Reopen if 0 < opening => {
                self.call(id, now, after(now, opening), out);
            }
            PhaseChange::Reopen | PhaseChange::Uncross => self.open(id, out),
            PhaseChange::Freeze => self.freeze(id, out),
            PhaseChange::Call | PhaseChange::Halt | PhaseChange::Close => {
                self.market_mut(id).state.timer = None;
                self.enter_phase(id, phase, out);
            }
            PhaseChange::Expire => unreachable!("filtered above"),
        }
        Ok(Done::Plain)
    }

    /// the venue was down.
    pub(super) fn restart(&mut self, out: &mut Vec<Event>) -> Done {
        let seconds = self.terms().auction.restart_seconds;
        let end = after(self.now, seconds);
        if 0 < seconds {
            for id in self.in_phase(Phase::Open) {
                self.call(id, self.now, end, out);
            }
        }
        Done::Plain
    }

    /// The auction before a contract trades: when it is listed, and after a halt.
    pub(super) fn call_opening(&mut self, id: InstrumentId, at: Timestamp, out: &mut Vec<Event>) {
        match self.terms().auction.opening_seconds {
            0 if self.market(id).state.phase == Phase::Open => {}
            0 => self.open(id, out),
            seconds => self.call(id, at, after(at, seconds), out),
        }
    }

    /// The settlement auction of every contract that trades. An auction that would end before it
    /// ends with it.
    pub(super) fn call_settlement(&mut self, at: Timestamp, end: Timestamp, out: &mut Vec<Event>) {
        let freeze = self.freeze_time(at, end);
        for market in &mut self.markets {
            market.state.timer = market.state.timer.map(|timer| match timer {
                Timer::Freeze { end: before, .. } if before < end => {
                    Timer::Freeze { at: freeze, end }
                }
                Timer::Uncross(before) if before < end => Timer::Uncross(end),
                Timer::Freeze { .. } | Timer::Uncross(_) | Timer::Widen(_) => timer,
            });
        }
        for id in self.in_phase(Phase::Open) {
            self.call(id, at, end, out);
        }
    }

    /// When the last part of an auction begins.
    fn freeze_time(&self, at: Timestamp, end: Timestamp) -> Timestamp {
        let frozen = i64::from(self.terms().auction.no_cancel_seconds) * Timestamp::SECOND;
        Timestamp(end.plus(-frozen).0.max(at.0))
    }

    /// Calls an auction that ends at `end`.
    pub(super) fn call(
        &mut self,
        id: InstrumentId,
        at: Timestamp,
        end: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let is_frozen = self.terms().auction.no_cancel_seconds != 0;
        let freeze = self.freeze_time(at, end);
        self.enter_phase(id, Phase::PreOpen, out);
        let timer = if is_frozen { Timer::Freeze { at: freeze, end } } else { Timer::Uncross(end) };
        self.market_mut(id).state.timer = Some(timer);
        if is_frozen && freeze <= at {
            self.freeze(id, out);
        }
    }

    /// No order of the auction may leave any more.
    pub(super) fn freeze(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let state = &mut self.market_mut(id).state;
        if let Some(Timer::Freeze { end, .. }) = state.timer {
            state.timer = Some(Timer::Uncross(end));
        }
        self.enter_phase(id, Phase::NoCancel, out);
    }

    /// Trades the auction and goes on trading. What was elected in it and did not trade whole stays
    /// if it may rest.
    pub(super) fn open(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let elected = self.uncross(id, out);
        let market = self.market_mut(id);
        market.state.timer = None;
        market.state.extremes.clear();
        self.enter_phase(id, Phase::Open, out);
        for order in elected {
            let left = self.orders.get(order).map(|order| order.time_in_force);
            if left == Some(TimeInForce::Ioc) {
                self.withdraw(order, CancelReason::ImmediateOrCancel, out);
            }
        }
        self.come_again(id, out);
    }

    /// strikes the price, again and again while it elects stops, and trades at it. The stops
    /// it elected.
    fn uncross(&mut self, id: InstrumentId, out: &mut Vec<Event>) -> Vec<OrderId> {
        let mut elected = Vec::new();
        loop {
            let struck = self.strike(id);
            let Some(price) = struck.price else { return elected };
            let before = elected.len();
            while let Some(stop) = self.markets[index(id)].stops.elect(price) {
                self.elect_one(stop, out);
                if self.cut_to_position(stop, out) {
                    self.rest(stop);
                }
                elected.push(stop);
            }
            if elected.len() == before {
                self.trade_at(id, price, struck.lots, out);
                return elected;
            }
        }
    }

    /// Pairs both sides in the order in which they would trade, until the auction's lots are used up.
    fn trade_at(&mut self, id: InstrumentId, price: Ticks, lots: Lots, out: &mut Vec<Event>) {
        let [buyers, sellers] = Side::BOTH.map(|side| self.takes_part(id, side, price));
        let (mut buyers, mut sellers) = (buyers.into_iter(), sellers.into_iter());
        let (mut buyer, mut seller) = (buyers.next(), sellers.next());
        let mut left = lots;
        while let (true, Some(bid), Some(ask)) = (Lots::ZERO < left, buyer, seller) {
            let leaves = [bid, ask].map(|id| self.orders.live(id).leaves());
            let lots = left.min(leaves[0]).min(leaves[1]);
            let sides = [bid, ask].map(|id| self.take_from_book(id, price, lots));
            let trade =
                Trade { instrument: id, price, lots, aggressor: None, kind: TradeKind::Book };
            self.trade(&trade, [&sides[0], &sides[1]], out);
            left -= lots;
            if leaves[0] == lots {
                buyer = buyers.next();
            }
            if leaves[1] == lots {
                seller = sellers.next();
            }
        }
    }

    /// The orders of a side that accept the price, in the order in which they trade.
    fn takes_part(&self, id: InstrumentId, side: Side, price: Ticks) -> Vec<OrderId> {
        let queue = self.market(id).book.queue(side, &self.orders.slab);
        let accepts = |(_, order): &(OrderId, &book::Order)| side.accepts(order.price, price);
        queue.take_while(accepts).map(|(id, _)| id).collect()
    }

    /// A resting order trades at a price that is not its own.
    fn take_from_book(&mut self, id: OrderId, price: Ticks, lots: Lots) -> Order {
        let order = *self.orders.live(id);
        let market = &mut self.markets[index(order.instrument)];
        if order.leaves() == lots {
            market.book.unrest(&mut self.orders.slab, id);
        } else {
            market.book.reduce(&mut self.orders.slab, id, lots);
        }
        self.orders.fill(id, price, lots)
    }

    /// What the auction would come to now.
    fn strike(&self, id: InstrumentId) -> Indicative {
        let market = self.market(id);
        let [bids, asks] = Side::BOTH.map(|side| {
            let mut levels: BTreeMap<Ticks, Lots> = BTreeMap::new();
            for (_, order) in market.book.queue(side, &self.orders.slab) {
                *levels.entry(order.price).or_insert(Lots::ZERO) += order.leaves();
            }
            levels
        });
        strike(&Sides { bids: &bids, asks: &asks }, market.state.settlement)
    }

    /// Tells what each auction would come to, where that has changed.
    pub(super) fn tell_indicatives(&mut self, out: &mut Vec<Event>) {
        for at in 0..self.markets.len() {
            if !self.markets[at].state.phase.is_auction() {
                continue;
            }
            let indicative = self.strike(self.markets[at].id());
            let market = &mut self.markets[at];
            if market.state.indicative != indicative {
                market.state.indicative = indicative;
                market.tell(MarketFact::Indicative(indicative), out);
            }
        }
    }

    pub(super) fn enter_phase(&mut self, id: InstrumentId, phase: Phase, out: &mut Vec<Event>) {
        let market = self.market_mut(id);
        market.state.phase = phase;
        if !phase.is_auction() {
            market.state.indicative = Indicative::default();
        }
        market.tell(MarketFact::Phase(phase), out);
        self.touched.implied(id);
    }

    pub(super) fn in_phase(&self, phase: Phase) -> Vec<InstrumentId> {
        let markets = self.markets.iter().filter(|market| market.state.phase == phase);
        markets.map(super::Market::id).collect()
    }
}

pub(super) fn after(at: Timestamp, seconds: u32) -> Timestamp {
    at.plus(i64::from(seconds) * Timestamp::SECOND)
}

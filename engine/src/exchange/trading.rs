//! An order comes to the book: it trades, and what is left of it rests or ends.

use types::{
    CancelReason, Event, InstrumentId, Lots, OrderChange, OrderId, Phase, Ticks, TimeInForce,
    TradeKind,
};

use super::live::Order;
use super::novating::Trade;
use super::{Exchange, index};
use book::{Step, Stop};

impl Exchange {
    /// An order comes to the book, and what it trades may bring more.
    pub(super) fn come(&mut self, id: OrderId, out: &mut Vec<Event>) {
        let &Order { waits, instrument, side, .. } = self.orders.live(id);
        match waits {
            Some(wait) => {
                let market = &mut self.markets[index(instrument)];
                market.stops.add(side, wait.trigger, id);
                let last = market.state.last;
                self.elect(instrument, last.as_slice(), out);
            }
            None => self.trade_and_rest(id, out),
        }
        while let Some(elected) = self.scratch.elected.pop_front() {
            self.trade_and_rest(elected, out);
        }
    }

    /// Trades an order that rests nowhere for as long as prices cross; what is left of it rests or
    /// is cancelled.
    fn trade_and_rest(&mut self, id: OrderId, out: &mut Vec<Event>) {
        if !self.cut_to_position(id, out) {
            return;
        }
        let order = self.orders.live(id);
        let is_open = self.market(order.instrument).state.phase == Phase::Open;
        if !is_open || self.breaks(id, out) {
            return self.join_auction(id, out);
        }
        let mut prices = std::mem::take(&mut self.scratch.prices);
        let stop = self.trade_all(id, &mut prices, out);
        self.settle_rest(id, stop, out);
        for (instrument, price) in prices.drain(..) {
            self.elect(instrument, &[price], out);
        }
        self.scratch.prices = prices;
    }

    /// trades an order with its own book and with what is implied, whichever is better; at one
    /// price with its own book first.
    fn trade_all(
        &mut self,
        id: OrderId,
        prices: &mut Vec<(InstrumentId, Ticks)>,
        out: &mut Vec<Event>,
    ) -> Stop {
        loop {
            let order = self.orders.live(id);
            let leaves = order.leaves();
            let implied = self.implied_for(order, None);
            let limit = implied.map_or(order.price, |implied| implied.price);
            let stop = self.trade_in_book(id, limit, prices, out);
            if stop != Stop::NoPrice || self.orders.get(id).is_none() {
                return stop;
            }
            match implied {
                None => return stop,
                // What was found was for more lots, or for an order that is smaller now.
                Some(_) if self.orders.live(id).leaves() != leaves => {}
                Some(implied) => self.trade_implied(id, &implied, prices, out),
            }
            if self.orders.get(id).is_none() {
                return Stop::Filled;
            }
        }
    }

    /// Trades an order with those of its own book up to a price.
    fn trade_in_book(
        &mut self,
        id: OrderId,
        limit: Ticks,
        prices: &mut Vec<(InstrumentId, Ticks)>,
        out: &mut Vec<Event>,
    ) -> Stop {
        let order = self.orders.live(id);
        let mut taker = book::Taker { limit, ..order.taker() };
        let market = &mut self.markets[index(order.instrument)];
        let (slab, steps) = (&mut self.orders.slab, &mut self.scratch.steps);
        let stop = book::cross(&mut market.book, slab, &mut taker, |step| steps.push(step));
        if !steps.is_empty() {
            let mut steps = std::mem::take(&mut self.scratch.steps);
            for step in steps.drain(..) {
                self.carry_step(id, &step, prices, out);
            }
            self.scratch.steps = steps;
        }
        stop
    }

    fn carry_step(
        &mut self,
        taker: OrderId,
        step: &Step,
        prices: &mut Vec<(InstrumentId, Ticks)>,
        out: &mut Vec<Event>,
    ) {
        match *step {
            Step::Trade { id, price, lots, .. } => {
                prices.push((self.orders.live(taker).instrument, price));
                let taker = self.orders.fill(taker, price, lots);
                let maker = self.orders.fill(id, price, lots);
                let instrument = maker.instrument;
                let aggressor = Some(taker.side);
                let trade = Trade { instrument, price, lots, aggressor, kind: TradeKind::Book };
                self.trade(&trade, [&maker, &taker], out);
            }
            Step::SelfMatch { id, resting, lots } => {
                let price = self.orders.live(id).price;
                let (instrument, side) = (self.orders.live(id).instrument, resting.side);
                self.touched.level(instrument, side, price);
                if self.orders.live(taker).self_match == types::SelfMatch::Decrement {
                    self.lose(id, lots, out);
                    self.lose(taker, lots, out);
                } else {
                    self.end(id, CancelReason::SelfTrade, out);
                }
            }
        }
    }

    /// an order loses lots without a trade; without any left it ends.
    fn lose(&mut self, id: OrderId, lots: Lots, out: &mut Vec<Event>) {
        let order = *self.orders.live(id);
        if order.leaves() == lots {
            return self.end(id, CancelReason::SelfTrade, out);
        }
        let mut changed = order;
        changed.quantity = order.quantity - lots;
        changed.revision += 1;
        *self.orders.live_mut(id) = changed;
        self.change_open(&changed, order.leaves(), changed.leaves());
        self.tell_order(&changed, OrderChange::Restated, Some(CancelReason::SelfTrade), out);
    }

    /// What becomes of the rest of an order that has traded.
    fn settle_rest(&mut self, id: OrderId, stop: Stop, out: &mut Vec<Event>) {
        let Some(order) = self.orders.get(id) else { return };
        match stop {
            Stop::SelfMatch => self.end(id, CancelReason::SelfTrade, out),
            Stop::NoPrice | Stop::Filled if order.time_in_force.rests() => {
                self.orders.show(id);
                self.rest(id);
            }
            Stop::NoPrice | Stop::Filled => self.end(id, CancelReason::ImmediateOrCancel, out),
        }
    }

    /// what may rest waits in the book for the auction.
    fn join_auction(&mut self, id: OrderId, out: &mut Vec<Event>) {
        match self.orders.live(id).time_in_force {
            TimeInForce::Ioc | TimeInForce::Fok => self.end(id, CancelReason::Auction, out),
            TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd(_) => self.rest(id),
        }
    }
}

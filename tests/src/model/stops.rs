//! Stops: waiting beside the book until a trade elects them.

use std::collections::VecDeque;

use types::{
    CancelReason, Event, InstrumentId, Lots, OrderChange, OrderId, OrderState, Phase, Side, Ticks,
};

use super::Model;
use super::state::Order;

impl Model {
    /// An order that is in no book comes to it, and after it every stop that is elected because of
    /// it, in the order of their election.
    pub(super) fn run(&mut self, first: Order, out: &mut Vec<Event>) {
        let mut coming = VecDeque::from([first]);
        while let Some(order) = coming.pop_front() {
            for (instrument, price) in self.come(order, out) {
                for id in self.reached(instrument, price) {
                    coming.push_back(self.elect(id, out));
                }
            }
        }
    }

    /// A stop waits, or is elected at once.
    pub(super) fn wait(&mut self, mut stop: Order, out: &mut Vec<Event>) {
        self.turns += 1;
        stop.turn = self.turns;
        self.orders.push(stop);
        self.orders.sort_by_key(|order| order.id);
        let last = self.contract(stop.instrument).last_trade;
        if last.is_some_and(|price| stop.is_reached(price)) {
            let order = self.elect(stop.id, out);
            self.run(order, out);
        }
    }

    fn come(&mut self, order: Order, out: &mut Vec<Event>) -> Vec<(InstrumentId, Ticks)> {
        let Some(order) = self.cut_to_position(order, out) else { return Vec::new() };
        if self.contract(order.instrument).phase != Phase::Open {
            self.rest_or_end(order, CancelReason::Auction, out);
            return Vec::new();
        }
        if self.breaks(&order) {
            self.call_volatility(order.instrument, out);
            self.rest_or_end(order, CancelReason::Auction, out);
            return Vec::new();
        }
        self.trade(order, out)
    }

    /// Stops that a trade elects, in the order of their election.
    pub(super) fn reached(&self, instrument: InstrumentId, price: Ticks) -> Vec<OrderId> {
        let mut all = Vec::new();
        for side in Side::BOTH {
            all.extend(self.waiting(instrument, side, |stop| stop.is_reached(price)));
        }
        all
    }

    /// Stops of one side that are meant, in the order of their election.
    pub(super) fn waiting(
        &self,
        instrument: InstrumentId,
        side: Side,
        is_meant: impl Fn(&Order) -> bool,
    ) -> Vec<OrderId> {
        let here = |stop: &&Order| stop.waits_in(instrument) && stop.side == side;
        let mut stops: Vec<&Order> = self.orders.iter().filter(here).collect();
        stops.retain(|stop| is_meant(stop));
        stops.sort_by_key(|stop| stop.election_rank());
        stops.into_iter().map(|stop| stop.id).collect()
    }

    /// A stop becomes a limit order that is in no book yet.
    pub(super) fn elect(&mut self, id: OrderId, out: &mut Vec<Event>) -> Order {
        let at = self.orders.iter().position(|order| order.id == id).expect("it waits");
        let mut order = self.orders.remove(at);
        self.touched.accounts.insert(order.account);
        let trigger = order.trigger.take().expect("it waits for a trade");
        if order.has_no_limit {
            order.price = self.protected(order.instrument, order.side, trigger);
        }
        self.tell_order(&order, OrderChange::Elected, OrderState::Open, None, out);
        order
    }

    /// a reduce-only order that comes to the book reduces a position and no more.
    pub(super) fn cut_to_position(
        &mut self,
        mut order: Order,
        out: &mut Vec<Event>,
    ) -> Option<Order> {
        if !order.reduce_only {
            return Some(order);
        }
        let most = self.account(order.account).reducible(order.instrument, order.side);
        if most == Lots::ZERO {
            self.end(&order, CancelReason::ReduceOnly, out);
            return None;
        }
        if most < order.leaves() {
            order.shrink(order.leaves() - most);
            order.revision += 1;
            self.tell_restated(&order, CancelReason::ReduceOnly, out);
        }
        Some(order)
    }
}

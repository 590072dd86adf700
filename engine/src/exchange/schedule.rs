//! Timers.: when the clock advances, everything that was due fires, in order of time.

use types::{AccountId, CancelReason, Event, InstrumentId, OrderId, TimeInForce, Timestamp};

use super::live::Order;
use super::market::Timer;
use super::{Done, Exchange};

/// Something that happens at a time. Of what is due at one time the one named first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// What the phase of a contract waits for.
    Phase(InstrumentId),
    /// The auction of a daily settlement is called.
    SettlementCall,
    /// An order's time is over.
    End(u64, OrderId),
    /// The deadline of a call for margin.
    Call(AccountId),
    /// A full hour.
    Hour,
}

impl Exchange {
    pub(super) fn advance(&mut self, out: &mut Vec<Event>) -> Done {
        self.clear_defaults(out);
        while let Some((at, due)) = self.next_due().filter(|(at, _)| *at <= self.now) {
            self.fire(at, due, out);
        }
        self.sell_slices(out);
        self.buy_in(out);
        self.tell_indicatives(out);
        Done::Plain
    }

    /// When something is due next, were no other command to come. The indicative prices that an auction
    /// tells after a command are not among it. Before the market opens, nothing is known of that.
    #[must_use]
    pub fn due_at(&self) -> Timestamp {
        if self.terms.is_none() || !self.suspended.is_empty() || !self.unpaid.is_empty() {
            return self.now;
        }
        let slices = self.estates.values().min().copied();
        let timers = self.next_due().map(|(at, _)| at);
        slices.into_iter().chain(timers).min().unwrap_or(self.now)
    }

    fn next_due(&self) -> Option<(Timestamp, Due)> {
        let phases = self.markets.iter().filter_map(|market| {
            market.state.timer.map(|timer| (timer.due(), Due::Phase(market.id())))
        });
        let end = self.ends.first().map(|(at, turn, id)| (*at, Due::End(*turn, *id)));
        let margin = self.calls.first().map(|(at, id)| (*at, Due::Call(*id)));
        let hour = (self.last_hour.plus(Timestamp::HOUR), Due::Hour);
        let call = (self.next_call(), Due::SettlementCall);
        phases.chain(end).chain(margin).chain([hour, call]).min()
    }

    fn fire(&mut self, at: Timestamp, due: Due, out: &mut Vec<Event>) {
        match due {
            Due::Phase(id) => self.fire_phase(id, at, out),
            Due::End(_, id) => self.withdraw(id, CancelReason::TimeOver, out),
            Due::Call(id) => self.end_of_call(id, out),
            Due::Hour => {
                self.last_hour = at;
                self.fire_hour(at, out);
            }
            Due::SettlementCall => {
                let settlement = self.last_call.plus(Timestamp::DAY);
                self.last_call = settlement;
                if 0 < self.terms().auction.settlement_seconds {
                    self.call_settlement(at, settlement, out);
                }
            }
        }
    }

    /// When the auction of the next daily settlement is called.
    fn next_call(&self) -> Timestamp {
        let seconds = i64::from(self.terms().auction.settlement_seconds) * Timestamp::SECOND;
        self.last_call.plus(Timestamp::DAY - seconds)
    }

    /// The last time of daily settlement up to `at`.
    pub(super) fn settlement_before(&self, at: Timestamp) -> Timestamp {
        let hour = i64::from(self.terms().settlement_hour);
        let today = at.date().start().plus(hour * Timestamp::HOUR);
        if today <= at { today } else { today.plus(-Timestamp::DAY) }
    }

    fn fire_phase(&mut self, id: InstrumentId, at: Timestamp, out: &mut Vec<Event>) {
        match self.market(id).state.timer.expect("it is due") {
            Timer::Freeze { .. } => self.freeze(id, out),
            Timer::Uncross(_) => self.open(id, out),
            Timer::Widen(_) => self.widen(id, at, out),
        }
    }

    fn fire_hour(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        self.print_indexes(at, out);
        self.deliver(at, out);
        if at == self.settlement_before(at) {
            self.settle_day(at, out);
            self.expire_due(at, out);
            self.list_due(out);
            self.assign_due(at, out);
            self.fund_escrows(at, out);
            self.review_supply(out);
            self.review_coverage(out);
            self.forget_requests(at);
        }
        self.clear_defaults(out);
        if at == self.settlement_before(at) {
            self.close_estates(out);
            self.review_fund(out);
            self.tell_accountable(out);
            self.state_day(at, out);
        }
        self.review_calls(at, out);
    }

    /// orders of the day end with its settlement, the oldest first.
    pub(super) fn end_day_orders(&mut self, out: &mut Vec<Event>) {
        let of_day = self.orders.all().filter(|order| order.time_in_force == TimeInForce::Day);
        let mut ids: Vec<_> = of_day.map(|order| (order.turn, order.id)).collect();
        ids.sort_unstable();
        for (_, id) in ids {
            self.withdraw(id, CancelReason::TimeOver, out);
        }
    }

    /// An order with an end is ended then.
    pub(super) fn keep_time(&mut self, order: &Order) {
        if let TimeInForce::Gtd(end) = order.time_in_force {
            self.ends.insert((end, order.turn, order.id));
        }
    }

    /// An order that has ended needs no timer.
    pub(super) fn drop_time(&mut self, order: &Order) {
        if let TimeInForce::Gtd(end) = order.time_in_force {
            self.ends.remove(&(end, order.turn, order.id));
        }
    }

    fn forget_requests(&mut self, at: Timestamp) {
        self.requests.forget(at);
    }
}

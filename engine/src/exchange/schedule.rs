//! Timers.: when the clock advances, everything that was due fires, hour by hour, in order.

use types::{CancelReason, Event, OrderId, Timestamp};

use super::{Done, Exchange};

impl Exchange {
    pub(super) fn advance(&mut self, out: &mut Vec<Event>) -> Done {
        self.clear_suspended(out);
        let last = self.now.hour_start();
        while self.last_hour < last {
            self.last_hour = self.last_hour.plus(Timestamp::HOUR);
            self.fire(self.last_hour, out);
        }
        Done::Plain
    }

    fn fire(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        self.deliver(at, out);
        let settlement_hour = i64::from(self.terms().settlement_hour);
        if at == at.date().start().plus(settlement_hour * Timestamp::HOUR) {
            self.settle_day(at, out);
            self.expire_due(at, out);
            self.list_due(out);
            self.assign_due(at, out);
            self.fund_escrows(at, out);
            self.forget_requests(at);
        }
    }

    /// an account that could not pay loses its orders. Those it enters afterwards only
    /// reduce its risk, and stay.
    fn clear_suspended(&mut self, out: &mut Vec<Event>) {
        for account in std::mem::take(&mut self.suspended) {
            let orders = self.orders.of_account(account).map(|order| order.id);
            for id in orders.collect::<Vec<OrderId>>() {
                self.withdraw(id, CancelReason::Suspended, out);
            }
        }
    }

    fn forget_requests(&mut self, at: Timestamp) {
        for account in self.accounts.values_mut() {
            account.requests.forget(at);
        }
    }
}

//! The clock: everything that was due happens, in the order in which it was due. Chapters 2 to 5.

use types::{AccountId, CancelReason, Date, Event, InstrumentId, OrderId, TimeInForce, Timestamp};

use super::state::Fate;
use super::{Done, Model};

/// Something that was due; at one time, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Freeze(InstrumentId),
    Uncross(InstrumentId),
    Reopen(InstrumentId),
    SettlementCall,
    EndOfOrder(OrderId),
    EndOfCall(AccountId),
    Hour,
}

impl Due {
    /// What comes first at one time; contracts by number.
    fn rank(self) -> (u8, u64, Self) {
        match self {
            Self::Freeze(id) | Self::Uncross(id) | Self::Reopen(id) => (0, u64::from(id.0), self),
            Self::SettlementCall => (1, 0, self),
            Self::EndOfOrder(id) => (2, id.0, self),
            Self::EndOfCall(id) => (3, u64::from(id.0), self),
            Self::Hour => (4, 0, self),
        }
    }
}

impl Model {
    pub(super) fn advance(&mut self, out: &mut Vec<Event>) -> Done {
        self.clear_defaults(out);
        while let Some((time, due)) = self.next_due() {
            self.at = time;
            self.fire(due, out);
        }
        self.at = self.now;
        self.sell_slices(out);
        self.tell_indicatives(out);
        Done::Plain
    }

    /// What was due first of everything that is due now.
    fn next_due(&self) -> Option<(Timestamp, Due)> {
        let mut all = vec![(self.last_hour.plus(Timestamp::HOUR), Due::Hour)];
        for contract in &self.contracts {
            let (id, timers) = (contract.id(), contract.timers);
            all.extend(timers.freeze.map(|time| (time, Due::Freeze(id))));
            all.extend(timers.uncross.map(|time| (time, Due::Uncross(id))));
            all.extend(timers.reopen.map(|time| (time, Due::Reopen(id))));
        }
        for order in &self.orders {
            if let TimeInForce::Gtd(end) = order.time_in_force {
                all.push((end, Due::EndOfOrder(order.id)));
            }
        }
        for account in &self.accounts {
            all.extend(account.call.map(|until| (until, Due::EndOfCall(account.id))));
        }
        if self.terms().auction.settlement_seconds != 0 {
            all.push((self.next_call(), Due::SettlementCall));
        }
        all.retain(|(time, _)| *time <= self.now);
        all.into_iter().min_by_key(|(time, due)| (*time, due.rank()))
    }

    fn fire(&mut self, due: Due, out: &mut Vec<Event>) {
        match due {
            Due::Freeze(id) => self.freeze(id, out),
            Due::Uncross(id) => self.uncross(id, out),
            Due::Reopen(id) => self.end_limit_halt(id, out),
            Due::SettlementCall => {
                self.last_call = self.at;
                let seconds = i64::from(self.terms().auction.settlement_seconds);
                self.call_for_settlement(self.at.plus(seconds * Timestamp::SECOND), out);
            }
            Due::EndOfOrder(id) => self.withdraw(id, CancelReason::TimeOver, out),
            Due::EndOfCall(id) => self.end_of_call(id, out),
            Due::Hour => self.fire_hour(out),
        }
    }

    /// The first time after the last one at which contracts are called for a settlement.
    fn next_call(&self) -> Timestamp {
        let before = i64::from(self.terms().auction.settlement_seconds) * Timestamp::SECOND;
        let of_day = |day: Date| self.settlement_time(day).plus(-before);
        let today = self.last_call.date();
        let days = (-1..=2).map(|n| of_day(today.plus(n)));
        days.filter(|time| self.last_call < *time).min().expect("one of the next days")
    }

    pub(super) fn settlement_time(&self, day: Date) -> Timestamp {
        day.start().plus(i64::from(self.terms().settlement_hour) * Timestamp::HOUR)
    }

    fn fire_hour(&mut self, out: &mut Vec<Event>) {
        self.last_hour = self.last_hour.plus(Timestamp::HOUR);
        let is_settlement = self.last_hour == self.settlement_time(self.last_hour.date());
        if is_settlement {
            self.settle(out);
            self.expire(out);
            self.list_due(out);
            self.forget();
        }
        self.clear_defaults(out);
        if is_settlement {
            self.give_margin_back(out);
            self.review_fund(out);
            self.tell_accountable(out);
            self.state_day(out);
        }
        self.review_calls(out);
    }

    /// Client order ids are kept for a day after their orders have ended.
    fn forget(&mut self) {
        let at = self.last_hour;
        for account in &mut self.accounts {
            account.requests.retain(|_, request| match request.fate {
                Fate::Open(_) => true,
                Fate::Refused(_, ended) | Fate::Ended(_, _, ended) => {
                    at < ended.plus(Timestamp::DAY)
                }
            });
        }
    }
}

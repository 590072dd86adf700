//! Calls for margin between settlements.
//!
//! What an account has lost is looked at every hour, at the prices of the last trades; nothing is
//! worked out when it trades.

use types::{AccountFact, AccountId, CancelReason, ClearingFact, Event, Mills, OrderId, Timestamp};

use super::Exchange;
use super::account::Account;
use super::market::Market;
use types::Ticks;

impl Market {
    /// The price of its last trade since the last settlement, else its settlement price.
    fn mark(&self) -> Ticks {
        self.state.day.and(self.state.last).unwrap_or(self.state.settlement)
    }
}

impl Exchange {
    /// Every account that has lost too much is called, and every call that is met ends.
    pub(super) fn review_calls(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let minutes = self.terms().clearing.call_minutes;
        if minutes == 0 {
            return;
        }
        let until = at.plus(i64::from(minutes) * Timestamp::MINUTE);
        let is_called = |account: &&Account| {
            let is_new = account.call.is_none() && !account.is_suspended;
            is_new && self.has_lost_too_much(account)
        };
        let called: Vec<AccountId> =
            self.accounts.values().filter(is_called).map(|account| account.id).collect();
        let open: Vec<AccountId> = self.calls.iter().map(|(_, id)| *id).collect();
        for id in open {
            self.look_at_call(id, out);
        }
        for id in called {
            let account = &self.accounts[&id];
            let amount = self.margin_report(account).initial - self.what_counts(account);
            self.calls.insert((until, id));
            let account = self.account_mut(id);
            account.call = Some(until);
            account.tell(AccountFact::Clearing(ClearingFact::Called { amount, until }), out);
        }
    }

    /// Ends a call that is met.
    pub(super) fn look_at_call(&mut self, id: AccountId, out: &mut Vec<Event>) {
        let account = &self.accounts[&id];
        if account.call.is_some() && self.is_covered(account) {
            self.end_call(id);
            self.account_mut(id).tell(AccountFact::Clearing(ClearingFact::CallMet), out);
        }
    }

    /// The deadline of a call: without its orders the account is covered, or in default.
    pub(super) fn end_of_call(&mut self, id: AccountId, out: &mut Vec<Event>) {
        self.look_at_call(id, out);
        if self.accounts[&id].call.is_none() {
            return;
        }
        self.withdraw_all(id, CancelReason::Suspended, out);
        self.look_at_call(id, out);
        if self.accounts[&id].call.is_some() {
            self.declare_default(id, out);
            self.clear_defaults(out);
        }
    }

    pub(super) fn end_call(&mut self, id: AccountId) {
        if let Some(until) = self.account_mut(id).call.take() {
            self.calls.remove(&(until, id));
        }
    }

    pub(super) fn withdraw_all(
        &mut self,
        id: AccountId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) {
        let orders: Vec<OrderId> = self.orders.of_account(id).map(|order| order.id).collect();
        for order in orders {
            self.withdraw(order, reason, out);
        }
    }

    /// Gain (or loss) since the last settlement, at the prices of the last trades.
    pub(super) fn marked(&self, account: &Account) -> Mills {
        let of = |(id, holding): (_, &super::account::Holding)| {
            let market = self.market(id);
            holding.position.variation(market.mark(), market.instrument.tick_value)
        };
        account.holdings().map(of).sum()
    }

    /// Cash, less a loss at the prices of the last trades.
    pub(super) fn what_counts(&self, account: &Account) -> Mills {
        self.margin_report(account).cash + self.marked(account).min(Mills::ZERO)
    }

    fn has_lost_too_much(&self, account: &Account) -> bool {
        let report = self.margin_report(account);
        let counts = self.what_counts(account);
        let loss = report.cash - counts;
        let is_low = counts < report.maintenance || report.initial < loss + loss;
        is_low && !self.is_covered(account)
    }

    /// Whether an account has its initial margin, or all that its positions could ever lose.
    pub(super) fn is_covered(&self, account: &Account) -> bool {
        let report = self.margin_report(account);
        report.initial <= self.what_counts(account)
            || self.most_lost(account) + account.margin_of_delivery() <= report.cash
    }

    /// What its positions lose if every price goes as far as it can.
    fn most_lost(&self, account: &Account) -> Mills {
        let of = |(id, holding): (_, &super::account::Holding)| {
            let instrument = &self.market(id).instrument;
            let worst =
                if holding.position.net.0 < 0 { instrument.highest } else { instrument.lowest };
            -holding.position.variation(worst, instrument.tick_value)
        };
        account.holdings().map(of).sum()
    }
}

//! Calls for margin: who is called, and what becomes of it. Chapter 10.

use types::{AccountFact, AccountId, CancelReason, ClearingFact, Event, Mills, Ticks, Timestamp};

use super::Model;
use super::state::{Account, Contract};

impl Model {
    /// Calls that are met end; whoever has lost too much is called.
    pub(super) fn review_calls(&mut self, out: &mut Vec<Event>) {
        let minutes = self.terms().clearing.call_minutes;
        if minutes == 0 {
            return;
        }
        let until = self.last_hour.plus(i64::from(minutes) * Timestamp::MINUTE);
        let free = |account: &&Account| !account.is_suspended && account.call.is_none();
        let lost = |account: &&Account| self.has_lost_too_much(account);
        let new: Vec<AccountId> =
            self.accounts.iter().filter(free).filter(lost).map(|account| account.id).collect();
        let mut open: Vec<(Timestamp, AccountId)> =
            self.accounts.iter().filter_map(|account| Some((account.call?, account.id))).collect();
        open.sort();
        for (_, id) in open {
            self.look_at_call(id, out);
        }
        for id in new {
            let account = self.account(id);
            let initial = self.margin(account, None).initial;
            let amount = initial - Mills::from_wide(self.what_counts(account));
            let account = self.account_mut(id);
            account.call = Some(until);
            account.tell(AccountFact::Clearing(ClearingFact::Called { amount, until }), out);
        }
    }

    pub(super) fn look_at_call(&mut self, id: AccountId, out: &mut Vec<Event>) {
        if self.account(id).call.is_none() || !self.is_covered(self.account(id)) {
            return;
        }
        let account = self.account_mut(id);
        account.call = None;
        account.tell(AccountFact::Clearing(ClearingFact::CallMet), out);
    }

    /// Without its orders the account is covered, or it is in default.
    pub(super) fn end_of_call(&mut self, id: AccountId, out: &mut Vec<Event>) {
        self.look_at_call(id, out);
        if self.account(id).call.is_some() {
            self.withdraw_all(id, CancelReason::Suspended, out);
            self.look_at_call(id, out);
        }
        if self.account(id).call.is_some() {
            self.declare(id, out);
            self.clear_defaults(out);
        }
    }

    /// The last price since the settlement, blocks aside; else that of the settlement.
    fn mark(&self, contract: &Contract) -> Ticks {
        let since = usize::try_from(contract.settled_until).expect("a count");
        let mut here = self.trades[since..]
            .iter()
            .filter(|trade| trade.instrument == contract.id() && !trade.is_block);
        here.next_back().map_or(contract.settlement, |trade| trade.price)
    }

    /// Cash less what has been lost at the last prices.
    pub(super) fn what_counts(&self, account: &Account) -> i128 {
        let at_mark = account.positions.iter().map(|(id, position)| {
            let contract = self.contract(*id);
            contract.gain(*position, self.mark(contract))
        });
        account.cash + at_mark.sum::<i128>().min(0)
    }

    fn has_lost_too_much(&self, account: &Account) -> bool {
        if self.is_covered(account) {
            return false;
        }
        let report = self.margin(account, None);
        let counts = self.what_counts(account);
        let lost = account.cash - counts;
        counts < i128::from(report.maintenance.0) || i128::from(report.initial.0) < 2 * lost
    }

    /// It has its initial margin, or all that there is to lose.
    pub(super) fn is_covered(&self, account: &Account) -> bool {
        let initial = i128::from(self.margin(account, None).initial.0);
        if initial <= self.what_counts(account) {
            return true;
        }
        let mut worst = 0;
        for (id, position) in &account.positions {
            let contract = self.contract(*id);
            let (low, high) = (contract.instrument.lowest, contract.instrument.highest);
            let furthest = if 0 <= position.net { low } else { high };
            worst -= contract.gain(*position, furthest);
        }
        worst <= account.cash
    }
}

//! The default fund: its size, and what each member contributes.

use std::collections::BTreeMap;

use types::{AccountId, Event, Mills, TransferKind};

use super::Exchange;
use super::account::Account;
use super::payments::holds_a_position;
use crate::ledger::Purse;
use crate::waterfall::{fund_size, shares};

impl Exchange {
    /// Works the fund out again; contributions beyond are given back, and what lacks is paid in as far
    /// as cash beyond the initial margin goes.
    pub(super) fn review_fund(&mut self, out: &mut Vec<Event>) {
        let permille = self.terms().clearing.fund_permille;
        if permille == 0 {
            return;
        }
        let contributes = |account: &&Account| {
            !account.is_suspended && !account.id.is_of_house() && holds_a_position(account)
        };
        let all = || self.accounts.values().filter(contributes);
        let losses: Vec<_> = all().map(|account| account.sums.position_losses()).collect();
        let margins: Vec<i64> = all().map(|account| account.sums.positions().0).collect();
        let size = fund_size(&losses, permille);
        let wanted: BTreeMap<AccountId, i64> =
            all().map(|account| account.id).zip(shares(size.0, &margins)).collect();
        let ids: Vec<AccountId> = self.accounts.keys().copied().collect();
        for id in ids.into_iter().filter(|id| !id.is_of_house()) {
            self.contribute(id, Mills(wanted.get(&id).copied().unwrap_or(0)), out);
        }
    }

    fn contribute(&mut self, id: AccountId, wanted: Mills, out: &mut Vec<Event>) {
        let (cash, fund) = (Purse::Cash(id), Purse::Fund(id));
        let more = wanted - self.ledger.balance(fund);
        if more <= Mills::ZERO {
            return self.pay(TransferKind::FundOut, fund, cash, -more, out);
        }
        let report = self.margin_report(&self.accounts[&id]);
        let free = (report.available - report.initial).max(Mills::ZERO);
        self.pay(TransferKind::FundIn, cash, fund, more.min(free), out);
    }
}

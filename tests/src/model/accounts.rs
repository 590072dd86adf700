//! Accounts, money and the index. Chapters 3, 5 and 8.

use std::collections::{BTreeMap, BTreeSet};

use types::{
    AccountFact, AccountId, Detail, Event, MarginReport, Mills, ProductId, PublicKey, Refusal,
    RejectReason, StatedPurse, Ticks, Transfer, TransferKind,
};

use super::state::Account;
use super::{Done, Model};

impl Model {
    pub(super) fn open_account(
        &mut self,
        id: AccountId,
        name: &str,
        key: PublicKey,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if id.is_of_house() || self.accounts.iter().any(|account| account.id == id) {
            return Err(RejectReason::AccountExists.into());
        }
        if name.is_empty() || 64 < name.len() {
            return Err(RejectReason::BadAmount.into());
        }
        self.add_account(id, name, key, out);
        Ok(Done::Plain)
    }

    pub(super) fn add_account(
        &mut self,
        id: AccountId,
        name: &str,
        key: PublicKey,
        out: &mut Vec<Event>,
    ) {
        let mut account = Account {
            id,
            acct_seq: 0,
            key,
            cash: 0,
            is_suspended: false,
            is_due: false,
            contribution: 0,
            call: None,
            is_killed: false,
            is_held: false,
            debt: 0,
            member: None,
            credit: None,
            needs: BTreeMap::new(),
            makes: BTreeSet::new(),
            groups: BTreeMap::new(),
            positions: BTreeMap::new(),
            nonces: Vec::new(),
            requests: BTreeMap::new(),
            reported: MarginReport::default(),
            movements: Vec::new(),
            stated: 0,
        };
        account.tell(AccountFact::Opened { name: name.to_owned(), key }, out);
        self.accounts.push(account);
        self.accounts.sort_by_key(|account| account.id);
    }

    pub(super) fn deposit(
        &mut self,
        id: AccountId,
        amount: Mills,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        if amount <= Mills::ZERO {
            return Err(RejectReason::BadAmount.into());
        }
        self.move_cash(id, TransferKind::Deposit, i128::from(amount.0), out);
        Ok(Done::Plain)
    }

    /// all its orders end, in any phase.
    pub(super) fn throw_kill_switch(
        &mut self,
        id: AccountId,
        is_thrown: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        self.check_release(&[id], is_thrown)?;
        let count = self.switch(id, is_thrown, out);
        Ok(if is_thrown { Done::Canceled(id, count) } else { Done::Plain })
    }

    pub(super) fn appoint(
        &mut self,
        id: AccountId,
        product: ProductId,
        is_appointed: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        if self.terms().product.len() <= usize::from(product.0) {
            return Err(RejectReason::UnknownProduct.into());
        }
        let account = self.account_mut(id);
        if is_appointed {
            account.makes.insert(product);
        } else {
            account.makes.remove(&product);
        }
        account.tell(AccountFact::Maker { product, is_appointed }, out);
        Ok(Done::Plain)
    }

    pub(super) fn publish_index(
        &mut self,
        product: ProductId,
        price: Ticks,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let Some(terms) = self.terms().product.get(usize::from(product.0)) else {
            return Err(RejectReason::UnknownProduct.into());
        };
        if price.0 <= 0 || terms.highest_ticks < price.0 {
            return Err(RejectReason::BadAmount.into());
        }
        out.push(Event::IndexPublished { product, price });
        Ok(Done::Plain)
    }

    /// no more than what the margin of positions and orders leaves.
    pub(super) fn pay_out(
        &mut self,
        id: AccountId,
        amount: Mills,
        nonce: u64,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let account = self.find_account(id)?;
        self.check_nonce(id, nonce)?;
        if amount <= Mills::ZERO {
            return Err(RejectReason::BadAmount.into());
        }
        let report = self.margin(account, None);
        let counts = Mills::from_wide(self.what_counts(account)).min(report.available);
        let may = !account.is_suspended || report.initial == Mills::ZERO;
        if !may || counts < report.initial + amount {
            let detail = Detail::Margin { required: report.initial, available: counts };
            return Err(RejectReason::BeyondFreeCollateral.with(detail));
        }
        self.account_mut(id).nonces.push(nonce);
        self.move_cash(id, TransferKind::Withdrawal, -i128::from(amount.0), out);
        Ok(Done::Plain)
    }

    /// Moves money to an account, or from it; others pay what it lacks.
    pub(super) fn move_cash(
        &mut self,
        id: AccountId,
        kind: TransferKind,
        amount: i128,
        out: &mut Vec<Event>,
    ) {
        if amount == 0 {
            return;
        }
        if self.account(id).cash + amount < 0 {
            self.rescue(id, kind, -amount, out);
        }
        self.touched.accounts.insert(id);
        let account = self.account_mut(id);
        account.cash += amount;
        account.moved(StatedPurse::Cash, kind, amount);
        if matches!(kind, TransferKind::FundIn | TransferKind::FundOut) {
            account.moved(StatedPurse::Fund, kind, -amount);
        }
        account.tell_cash(kind, amount, out);
    }
}

impl Account {
    fn tell_cash(&mut self, kind: TransferKind, amount: i128, out: &mut Vec<Event>) {
        let (cash, amount) = (self.cash(), Mills::from_wide(amount));
        let transfer = Transfer { kind, amount, cash, escrow: Mills::ZERO };
        self.tell(AccountFact::Cash(transfer), out);
    }
}

//! Accounts, deposits, withdrawals, kill switches, market makers and the index: what the operator commands.
//!

use types::{
    AccountFact, AccountId, Detail, Event, Mills, ProductId, Proof, PublicKey, Refusal,
    RejectReason, TransferKind,
};

use super::account::Account;
use super::live::Order;
use super::{Done, Exchange};
use crate::ledger::Purse;

/// Longest name of an account, in bytes.
const LONGEST_NAME: usize = 64;

/// Most money that members may ever have paid in: $1,152 trillion.
const MOST_DEPOSITED: i64 = 1 << 60;

impl Exchange {
    pub(super) fn open_account(
        &mut self,
        id: AccountId,
        name: &str,
        key: PublicKey,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if id.is_of_house() || self.accounts.contains_key(&id) {
            return Err(RejectReason::AccountExists.into());
        }
        if name.is_empty() || LONGEST_NAME < name.len() {
            return Err(RejectReason::BadAmount.into());
        }
        let mut account = Account::new(id, name.to_owned(), key);
        account.tell(AccountFact::Opened { name: name.to_owned(), key }, out);
        self.accounts.insert(id, account);
        self.orders.open(id);
        self.requests.open(id);
        Ok(Done::Plain)
    }

    pub(super) fn deposit(
        &mut self,
        id: AccountId,
        amount: Mills,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        let room = MOST_DEPOSITED + self.ledger.balance(Purse::Outside).0;
        if amount <= Mills::ZERO || room < amount.0 {
            return Err(RejectReason::BadAmount.into());
        }
        self.pay(TransferKind::Deposit, Purse::Outside, Purse::Cash(id), amount, out);
        Ok(Done::Plain)
    }

    /// a member takes out what its margin leaves free.
    pub(super) fn pay_out(
        &mut self,
        id: AccountId,
        amount: Mills,
        proof: &Proof,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let account = self.find_account(id)?;
        account.check_nonce(proof.nonce)?;
        if amount <= Mills::ZERO {
            return Err(RejectReason::BadAmount.into());
        }
        let report = self.margin_report(account);
        let available = report.available.min(self.what_counts(account));
        let is_owing = account.is_suspended && report.initial != Mills::ZERO;
        if is_owing || available - report.initial < amount {
            let detail = Detail::Margin { required: report.initial, available };
            return Err(RejectReason::BeyondFreeCollateral.with(detail));
        }
        self.account_mut(id).use_nonce(proof.nonce);
        self.pay(TransferKind::Withdrawal, Purse::Cash(id), Purse::Outside, amount, out);
        Ok(Done::Plain)
    }

    /// all orders end, and nothing new is taken until the switch is released.
    pub(super) fn throw_kill_switch(
        &mut self,
        id: AccountId,
        is_thrown: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if self.find_account(id)?.is_held && !is_thrown {
            return Err(RejectReason::HeldByOperator.into());
        }
        let count = self.switch(id, is_thrown, out);
        Ok(if is_thrown { Done::Canceled(id, count) } else { Done::Plain })
    }

    /// orders that rest already count as a maker's from now on, or no longer do.
    pub(super) fn appoint_maker(
        &mut self,
        id: AccountId,
        product: ProductId,
        is_appointed: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        if self.terms().product.get(usize::from(product.0)).is_none() {
            return Err(RejectReason::UnknownProduct.into());
        }
        if is_appointed {
            self.makers.insert((product, id));
        } else {
            self.makers.remove(&(product, id));
        }
        let orders: Vec<_> = self.orders.of_account(id).map(|o| (o.id, o.instrument)).collect();
        for (order, instrument) in orders {
            if self.market(instrument).instrument.product == product {
                self.orders.slab.live_mut(order).set_maker(is_appointed);
            }
        }
        self.account_mut(id).tell(AccountFact::Maker { product, is_appointed }, out);
        Ok(Done::Plain)
    }

    /// Says of each order whether it is a market maker's.
    pub(super) fn mark_makers(&mut self, orders: &[Order]) {
        for order in orders {
            let product = self.markets[super::index(order.instrument)].instrument.product;
            let is_maker = self.makers.contains(&(product, order.account));
            self.orders.slab.live_mut(order.id).set_maker(is_maker);
        }
    }
}

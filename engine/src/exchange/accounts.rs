//! Accounts, deposits, phases and the index: what the operator commands.

use types::{
    AccountFact, AccountId, Event, InstrumentId, MarketFact, Mills, PhaseChange, ProductId,
    PublicKey, Refusal, RejectReason, Ticks, TransferKind,
};

use super::account::Account;
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
        if self.accounts.contains_key(&id) {
            return Err(RejectReason::AccountExists.into());
        }
        if name.is_empty() || LONGEST_NAME < name.len() {
            return Err(RejectReason::BadAmount.into());
        }
        let mut account = Account::new(id, name.to_owned(), key);
        account.tell(AccountFact::Opened { name: name.to_owned(), key }, out);
        self.accounts.insert(id, account);
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

    pub(super) fn change_phase(
        &mut self,
        id: InstrumentId,
        change: PhaseChange,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let market = self.find_market(id)?;
        // Contracts expire by the calendar alone.
        let next = market.state.phase.after(change).filter(|_| change != PhaseChange::Expire);
        let phase = next.ok_or(RejectReason::BadPhaseChange)?;
        let market = self.market_mut(id);
        market.state.phase = phase;
        market.tell(MarketFact::Phase(phase), out);
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
        if price <= Ticks(0) || terms.highest_ticks < price.0 {
            return Err(RejectReason::BadAmount.into());
        }
        self.indexes.insert(product, price);
        out.push(Event::IndexPublished { product, price });
        self.review_delivery_margins();
        Ok(Done::Plain)
    }
}

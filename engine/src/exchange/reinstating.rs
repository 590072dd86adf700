//! The way back from a default.

use types::{AccountFact, AccountId, Event, Mills, Refusal, RejectReason, TransferKind};

use super::payments::holds_a_position;
use super::{Done, Exchange};
use crate::ledger::Purse;

impl Exchange {
    /// An account that is flat, and can pay back what others paid for it, does so and may trade again.
    pub(super) fn reinstate(
        &mut self,
        id: AccountId,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let account = self.find_account(id)?;
        let is_flat = !holds_a_position(account)
            && account.variation == Mills::ZERO
            && account.open_orders == 0
            && account.delivery_margin == Mills::ZERO
            && !self.estates.contains_key(&id.of_house())
            && !self.suspended.contains(&id);
        let debt = account.debt;
        if !account.is_suspended || !is_flat || self.ledger.balance(Purse::Cash(id)) < debt {
            return Err(RejectReason::NotReinstatable.into());
        }
        self.pay(TransferKind::Repayment, Purse::Cash(id), Purse::House, debt, out);
        let account = self.account_mut(id);
        (account.is_suspended, account.debt) = (false, Mills::ZERO);
        account.tell(AccountFact::Reinstated, out);
        Ok(Done::Plain)
    }
}

//! Payments between purses, and what happens when a member cannot pay.

use types::{AccountFact, AccountId, Event, Mills, Transfer, TransferKind};

use super::Exchange;
use crate::ledger::Purse;

impl Exchange {
    /// Pays, and tells the members whose cash it moves. What a member lacks the house pays first,
    /// and from then on the member may only reduce its risk.
    pub(super) fn pay(
        &mut self,
        kind: TransferKind,
        from: Purse,
        to: Purse,
        amount: Mills,
        out: &mut Vec<Event>,
    ) {
        if amount == Mills::ZERO {
            return;
        }
        assert!(Mills::ZERO < amount, "a payment of {amount} has its purses the wrong way round");
        if let Purse::Cash(payer) = from {
            self.cover_shortfall(payer, amount, out);
        }
        self.ledger.transfer(from, to, amount);
        self.tell_cash(from, kind, -amount, out);
        self.tell_cash(to, kind, amount, out);
    }

    fn cover_shortfall(&mut self, payer: AccountId, amount: Mills, out: &mut Vec<Event>) {
        let lacking = amount - self.ledger.balance(Purse::Cash(payer));
        if lacking <= Mills::ZERO {
            return;
        }
        self.ledger.transfer(Purse::House, Purse::Cash(payer), lacking);
        self.tell_cash(Purse::Cash(payer), TransferKind::Shortfall, lacking, out);
        let account = self.account_mut(payer);
        if !account.is_suspended {
            account.is_suspended = true;
            account.tell(AccountFact::Suspended, out);
            self.suspended.insert(payer);
        }
    }

    fn tell_cash(&mut self, purse: Purse, kind: TransferKind, amount: Mills, out: &mut Vec<Event>) {
        let Purse::Cash(account) = purse else { return };
        let transfer = Transfer {
            kind,
            amount,
            cash: self.ledger.balance(purse),
            escrow: self.ledger.balance(Purse::Escrow(account)),
        };
        self.account_mut(account).tell(AccountFact::Cash(transfer), out);
        self.touched.account(account);
    }
}

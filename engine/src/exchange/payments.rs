//! Payments between purses, and who pays what a member cannot.

use types::{
    AccountFact, AccountId, ClearingFact, Event, Layer, Mills, NetLots, Transfer, TransferKind,
};

use super::Exchange;
use super::account::Account;
use crate::ledger::Purse;
use crate::waterfall::shares;

impl Exchange {
    /// Pays, and tells the members whose cash it moves. What a member lacks others pay first; from
    /// then on it is in default.
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
            self.make_able(kind, payer, amount, out);
        }
        self.move_money(kind, from, to, amount, out);
    }

    fn move_money(
        &mut self,
        kind: TransferKind,
        from: Purse,
        to: Purse,
        amount: Mills,
        out: &mut Vec<Event>,
    ) {
        self.ledger.transfer(from, to, amount);
        self.note(from, kind, -amount);
        self.note(to, kind, amount);
        self.tell_cash(from, kind, -amount, out);
        self.tell_cash(to, kind, amount, out);
    }

    fn make_able(
        &mut self,
        kind: TransferKind,
        payer: AccountId,
        amount: Mills,
        out: &mut Vec<Event>,
    ) {
        if amount <= self.ledger.balance(Purse::Cash(payer)) {
            return;
        }
        self.declare_default(payer, out);
        let mut lacking = self.spend_contribution(payer, amount, out);
        if !is_of_house(kind) {
            lacking = self.cover(payer, lacking, out);
        }
        self.cover_by(Layer::Beyond, Purse::House, payer, lacking, out);
    }

    /// from now on it may only reduce its risk, and its positions are the house's to close.
    pub(super) fn declare_default(&mut self, id: AccountId, out: &mut Vec<Event>) {
        if id.is_of_house() {
            return;
        }
        self.end_call(id);
        self.suspended.insert(id);
        let account = self.account_mut(id);
        if !account.is_suspended {
            account.is_suspended = true;
            account.tell(AccountFact::Suspended, out);
        }
    }

    /// its bond and its own contribution to the fund come before anybody else's money. What it
    /// still lacks to pay `amount`.
    pub(super) fn spend_contribution(
        &mut self,
        payer: AccountId,
        amount: Mills,
        out: &mut Vec<Event>,
    ) -> Mills {
        self.spend_bond(payer, amount, out);
        let lacking = amount - self.ledger.balance(Purse::Cash(payer));
        let own = self.ledger.balance(Purse::Fund(payer)).min(lacking);
        let (fund, cash) = (Purse::Fund(payer), Purse::Cash(payer));
        self.pay(TransferKind::FundOut, fund, cash, own, out);
        lacking - own
    }

    /// the house's capital, the fund, assessments. What is left that none of them can pay.
    pub(super) fn cover(
        &mut self,
        payer: AccountId,
        mut lacking: Mills,
        out: &mut Vec<Event>,
    ) -> Mills {
        let house = self.ledger.balance(Purse::House).max(Mills::ZERO).min(lacking);
        self.cover_by(Layer::House, Purse::House, payer, house, out);
        lacking -= house;
        let liable: Vec<AccountId> = self.liable().map(|account| account.id).collect();
        let funds = |id: &AccountId| self.ledger.balance(Purse::Fund(*id)).0;
        let contributions: Vec<i64> = liable.iter().map(funds).collect();
        let part = i128::from(self.terms().clearing.assessment_permille);
        let assessed = |(id, contribution): (&AccountId, &i64)| {
            let most = Mills::from_wide(i128::from(*contribution) * part / 1000);
            most.min(self.ledger.balance(Purse::Cash(*id))).0
        };
        let assessable: Vec<i64> = liable.iter().zip(&contributions).map(assessed).collect();
        lacking -= self.charge(Layer::Fund, payer, lacking, &liable, &contributions, out);
        lacking - self.charge(Layer::Assessment, payer, lacking, &liable, &assessable, out)
    }

    /// Whoever pays for others: members that hold a position and are not in default.
    fn liable(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter(|account| {
            !account.is_suspended && !account.id.is_of_house() && holds_a_position(account)
        })
    }

    /// Takes what is lacking from many, each in proportion to what it has to give.
    fn charge(
        &mut self,
        by: Layer,
        payer: AccountId,
        lacking: Mills,
        liable: &[AccountId],
        most: &[i64],
        out: &mut Vec<Event>,
    ) -> Mills {
        let amount = lacking.min(most.iter().copied().map(Mills).sum());
        for (id, share) in liable.iter().zip(shares(amount.0, most)) {
            if share == 0 {
                continue;
            }
            let charged = AccountFact::Clearing(ClearingFact::Charged { by, amount: Mills(share) });
            self.account_mut(*id).tell(charged, out);
            let (kind, from) = if by == Layer::Assessment {
                (TransferKind::Assessment, Purse::Cash(*id))
            } else {
                (TransferKind::FundCharge, Purse::Fund(*id))
            };
            self.move_money(kind, from, Purse::Clearing, Mills(share), out);
        }
        self.cover_by(by, Purse::Clearing, payer, amount, out);
        amount
    }

    /// One layer gives a member the money that it lacks.
    pub(super) fn cover_by(
        &mut self,
        by: Layer,
        from: Purse,
        payer: AccountId,
        amount: Mills,
        out: &mut Vec<Event>,
    ) {
        if amount == Mills::ZERO {
            return;
        }
        let covered = AccountFact::Clearing(ClearingFact::Covered { by, amount });
        let account = self.account_mut(payer);
        account.debt += amount;
        account.tell(covered, out);
        self.move_money(TransferKind::Shortfall, from, Purse::Cash(payer), amount, out);
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

/// Whether it holds lots of any contract.
pub(super) fn holds_a_position(account: &Account) -> bool {
    account.holdings().any(|(_, holding)| holding.position.net != NetLots::ZERO)
}

/// What nobody pays but the house when a member cannot, because it is owed to the house.
fn is_of_house(kind: TransferKind) -> bool {
    match kind {
        TransferKind::TradingFee
        | TransferKind::DeliveryFee
        | TransferKind::Rounding
        | TransferKind::Repayment => true,
        TransferKind::Deposit
        | TransferKind::Withdrawal
        | TransferKind::Variation
        | TransferKind::EscrowIn
        | TransferKind::EscrowOut
        | TransferKind::Delivery
        | TransferKind::Damages
        | TransferKind::Shortfall
        | TransferKind::FundIn
        | TransferKind::FundOut
        | TransferKind::Assessment
        | TransferKind::FundCharge
        | TransferKind::Default
        | TransferKind::BondIn
        | TransferKind::BondOut
        | TransferKind::Penalty
        | TransferKind::Cover
        | TransferKind::Warrant => false,
    }
}

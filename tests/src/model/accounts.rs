//! Accounts, money, phases and the index. Chapters 4, 5 and 8.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, Event, InstrumentId, MarginReport, MarketFact, Mills, Phase,
    PhaseChange, ProductId, PublicKey, Refusal, RejectReason, Ticks, Transfer, TransferKind,
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
        if self.accounts.iter().any(|account| account.id == id) {
            return Err(RejectReason::AccountExists.into());
        }
        if name.is_empty() || 64 < name.len() {
            return Err(RejectReason::BadAmount.into());
        }
        let mut account = Account {
            id,
            acct_seq: 0,
            cash: 0,
            is_suspended: false,
            loses_orders: false,
            positions: BTreeMap::new(),
            requests: BTreeMap::new(),
            reported: MarginReport::default(),
        };
        account.tell(AccountFact::Opened { name: name.to_owned(), key }, out);
        self.accounts.push(account);
        self.accounts.sort_by_key(|account| account.id);
        Ok(Done::Plain)
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

    pub(super) fn change_phase(
        &mut self,
        id: InstrumentId,
        change: PhaseChange,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let phase = match (self.find_contract(id)?.phase, change) {
            (Phase::Open, PhaseChange::Halt) => Phase::Halted,
            (Phase::Halted, PhaseChange::Resume) => Phase::Open,
            _ => return Err(RejectReason::BadPhaseChange.into()),
        };
        let contract = self.contract_mut(id);
        contract.phase = phase;
        contract.tell(MarketFact::Phase(phase), out);
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

    /// Moves money to an account, or from it; the house pays what it lacks.
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
        self.touched.accounts.insert(id);
        let account = self.account_mut(id);
        let lacking = -(account.cash + amount);
        if 0 < lacking {
            account.cash += lacking;
            account.tell_cash(TransferKind::Shortfall, lacking, out);
            if !account.is_suspended {
                account.is_suspended = true;
                account.loses_orders = true;
                account.tell(AccountFact::Suspended, out);
            }
        }
        account.cash += amount;
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

//! Daily statements.: at each settlement every account in which money moved, or that holds a
//! position, hears what it had, what moved and why, and what it has and must have.
//!
//! What moves is added up by purse and reason as it moves, in a list that is as long as there are
//! reasons, so a payment costs no memory of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{
    AccountFact, AccountId, Balances, Event, InstrumentId, Mills, NetLots, StatedPosition,
    StatedPurse, Statement, StatementLine, Timestamp, TransferKind,
};

use super::Exchange;
use super::account::Account;
use crate::ledger::Purse;

/// What moved in an account since its last statement.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Day {
    opening: Balances,
    lines: Vec<StatementLine>,
}

impl Day {
    fn note(&mut self, purse: StatedPurse, kind: TransferKind, amount: Mills) {
        let is_same = |line: &&mut StatementLine| line.purse == purse && line.kind == kind;
        match self.lines.iter_mut().find(is_same) {
            Some(line) => line.amount += amount,
            None => self.lines.push(StatementLine { purse, kind, amount }),
        }
    }
}

/// What positions gained at the settlement at hand; empty between commands.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// In which account, by which contract, how much.
    pub(super) gains: Vec<(AccountId, InstrumentId, Mills)>,
    /// Gains kept back, and losses that nobody could pay.
    cuts: BTreeMap<AccountId, Mills>,
}

impl Marks {
    /// A gain was cut by so much, or a loss if it is below zero.
    pub(super) fn cut(&mut self, account: AccountId, amount: Mills) {
        *self.cuts.entry(account).or_default() += amount;
    }

    /// What an account's positions gained, by contract.
    fn of(&self, account: AccountId) -> BTreeMap<InstrumentId, Mills> {
        let first = self.gains.partition_point(|(id, ..)| *id < account);
        let own = self.gains[first..].iter().take_while(|(id, ..)| *id == account);
        let mut gains = BTreeMap::new();
        for (_, instrument, gain) in own {
            *gains.entry(*instrument).or_default() += *gain;
        }
        gains
    }
}

/// Of which account money in a purse is, and where that account has it.
fn stated(purse: Purse) -> Option<(AccountId, StatedPurse)> {
    match purse {
        Purse::Cash(id) => Some((id, StatedPurse::Cash)),
        Purse::Escrow(id) => Some((id, StatedPurse::Escrow)),
        Purse::Fund(id) => Some((id, StatedPurse::Fund)),
        Purse::Bond(id) => Some((id, StatedPurse::Bond)),
        Purse::Outside | Purse::Fees | Purse::House | Purse::Rounding | Purse::Clearing => None,
    }
}

impl Exchange {
    /// Money has moved to a purse, or from it.
    pub(super) fn note(&mut self, purse: Purse, kind: TransferKind, amount: Mills) {
        if let Some((account, purse)) = stated(purse) {
            self.account_mut(account).day.note(purse, kind, amount);
        }
    }

    /// Tells every account that has one its statement of the day.
    pub(super) fn state_day(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        self.marks.gains.sort_unstable();
        let ids: Vec<AccountId> = self.accounts.keys().copied().collect();
        for id in ids {
            let account = &self.accounts[&id];
            let positions = self.stated_positions(account);
            if positions.is_empty() && account.day.lines.is_empty() {
                continue;
            }
            let statement = self.statement(account, at, positions);
            let account = self.account_mut(id);
            account.day.opening = statement.closing;
            account.day.lines.clear();
            account.tell(AccountFact::Statement(Box::new(statement)), out);
        }
        self.marks.gains.clear();
        self.marks.cuts.clear();
    }

    fn statement(
        &self,
        account: &Account,
        at: Timestamp,
        positions: Vec<StatedPosition>,
    ) -> Statement {
        let mut lines = account.day.lines.clone();
        lines.retain(|line| line.amount != Mills::ZERO);
        lines.sort_unstable();
        let closing = Balances {
            cash: self.ledger.balance(Purse::Cash(account.id)),
            escrow: self.ledger.balance(Purse::Escrow(account.id)),
            fund: self.ledger.balance(Purse::Fund(account.id)),
            bond: self.ledger.balance(Purse::Bond(account.id)),
        };
        let statement = Statement {
            date: at.date(),
            opening: account.day.opening,
            lines,
            closing,
            positions,
            cut: self.marks.cuts.get(&account.id).copied().unwrap_or_default(),
            margin: self.margin_report(account),
        };
        assert_adds_up(account, &statement);
        statement
    }

    /// Positions that are held, and those that the settlement has paid.
    fn stated_positions(&self, account: &Account) -> Vec<StatedPosition> {
        let gains = self.marks.of(account.id);
        let held = account.holdings().filter(|(_, holding)| holding.position.net != NetLots::ZERO);
        let mut all: BTreeMap<InstrumentId, Mills> =
            held.map(|(instrument, _)| (instrument, Mills::ZERO)).collect();
        all.extend(gains.into_iter().filter(|(instrument, gain)| {
            *gain != Mills::ZERO || account.holding(*instrument).position.net != NetLots::ZERO
        }));
        let stated = |(instrument, gain)| StatedPosition {
            instrument,
            net: account.holding(instrument).position.net,
            price: self.market(instrument).state.settlement,
            gain,
        };
        all.into_iter().map(stated).collect()
    }
}

/// to the mill.
fn assert_adds_up(account: &Account, statement: &Statement) {
    for purse in StatedPurse::ALL {
        let (opening, closing) = (statement.opening.of(purse), statement.closing.of(purse));
        let sum = opening + statement.moved(purse);
        assert!(sum == closing, "{purse:?} of {:?}: {sum} is not {closing}", account.id);
    }
    let gains: Mills = statement.positions.iter().map(|position| position.gain).sum();
    let paid = statement.paid(TransferKind::Variation);
    assert!(gains - statement.cut == paid, "{:?} gained {gains}, paid {paid}", account.id);
}

//! Statements, from the list of all movements there ever were.

use std::collections::{BTreeMap, BTreeSet};

use types::{
    AccountFact, AccountId, Balances, Event, InstrumentId, Mills, NetLots, StatedPosition,
    StatedPurse, Statement, StatementLine, TransferKind,
};

use super::Model;
use super::state::{Account, Movement};

impl Account {
    pub(super) fn moved(&mut self, purse: StatedPurse, kind: TransferKind, amount: i128) {
        if amount != 0 {
            self.movements.push(Movement { purse, kind, amount });
        }
    }

    /// What the first movements come to.
    fn balances(&self, count: usize) -> Balances {
        let sum = |purse| {
            let of = self.movements[..count].iter().filter(|movement| movement.purse == purse);
            Mills::from_wide(of.map(|movement| movement.amount).sum())
        };
        Balances {
            cash: sum(StatedPurse::Cash),
            escrow: sum(StatedPurse::Escrow),
            fund: sum(StatedPurse::Fund),
            bond: sum(StatedPurse::Bond),
        }
    }
}

impl Model {
    pub(super) fn state_day(&mut self, out: &mut Vec<Event>) {
        let (gained, kept_back) =
            (std::mem::take(&mut self.gained), std::mem::take(&mut self.kept_back));
        let ids: Vec<AccountId> = self.accounts.iter().map(|account| account.id).collect();
        for id in ids {
            let own = gained.iter().filter(|(account, ..)| *account == id);
            let own: Vec<_> = own.map(|(_, instrument, gain)| (*instrument, *gain)).collect();
            let positions = self.stated(id, &own);
            let account = self.account(id);
            let new = &account.movements[account.stated..];
            if new.is_empty() && positions.is_empty() {
                continue;
            }
            let mut sums: BTreeMap<(StatedPurse, TransferKind), i128> = BTreeMap::new();
            for movement in new {
                *sums.entry((movement.purse, movement.kind)).or_default() += movement.amount;
            }
            sums.retain(|_, amount| *amount != 0);
            let line = |((purse, kind), amount)| StatementLine {
                purse,
                kind,
                amount: Mills::from_wide(amount),
            };
            let count = account.movements.len();
            let statement = Statement {
                date: self.at.date(),
                opening: account.balances(account.stated),
                lines: sums.into_iter().map(line).collect(),
                closing: account.balances(count),
                positions,
                cut: kept_back
                    .iter()
                    .filter(|(account, _)| *account == id)
                    .map(|(_, cut)| *cut)
                    .sum(),
                margin: self.margin(account, None),
            };
            assert_eq!(statement.closing.cash, account.cash(), "movements are what it has");
            let account = self.account_mut(id);
            account.stated = count;
            account.tell(AccountFact::Statement(Box::new(statement)), out);
        }
    }

    fn stated(&self, id: AccountId, gained: &[(InstrumentId, i128)]) -> Vec<StatedPosition> {
        let positions = &self.account(id).positions;
        let mut all: BTreeSet<InstrumentId> = positions.keys().copied().collect();
        all.extend(gained.iter().map(|(instrument, _)| *instrument));
        let stated = |instrument: InstrumentId| {
            let own = gained.iter().filter(|(of, _)| *of == instrument);
            StatedPosition {
                instrument,
                net: NetLots(positions.get(&instrument).map_or(0, |position| position.net)),
                price: self.contract(instrument).settlement,
                gain: Mills::from_wide(own.map(|(_, gain)| gain).sum()),
            }
        };
        let is_told = |p: &StatedPosition| p.net.0 != 0 || p.gain != Mills::ZERO;
        all.into_iter().map(stated).filter(is_told).collect()
    }
}

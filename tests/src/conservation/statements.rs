//! from events alone: what a statement says has moved is what its account was told had moved, each
//! purse adds up, a statement begins as the one before ended, and what one account paid another had.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, Balances, ClearingFact, Date, Event, Layer, Mills, StatedPurse,
    Statement, Transfer, TransferKind,
};

/// Moved from one account to another, or from one purse of an account to another.
const BETWEEN_ACCOUNTS: [TransferKind; 13] = [
    TransferKind::Variation,
    TransferKind::EscrowIn,
    TransferKind::EscrowOut,
    TransferKind::Delivery,
    TransferKind::Damages,
    TransferKind::FundIn,
    TransferKind::FundOut,
    TransferKind::Default,
    TransferKind::BondIn,
    TransferKind::BondOut,
    TransferKind::Penalty,
    TransferKind::Cover,
    TransferKind::Warrant,
];

/// What was heard since the last statement of an account.
#[derive(Clone, Debug, Default)]
struct Since {
    closed: Balances,
    cash: BTreeMap<TransferKind, Mills>,
    /// Charged to its contribution.
    charged: Mills,
    /// Gains kept back, less losses that were forgiven.
    cut: Mills,
}

/// Follows all accounts from statement to statement.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements {
    accounts: BTreeMap<AccountId, Since>,
}

impl Statements {
    /// Checks the statements among the events of a command.
    pub(super) fn check(&mut self, events: &[Event]) {
        let mut days: BTreeMap<Date, BTreeMap<TransferKind, Mills>> = BTreeMap::new();
        for event in events {
            let Event::Account { account, fact, .. } = event else { continue };
            let since = self.accounts.entry(*account).or_default();
            match fact {
                AccountFact::Cash(Transfer { kind, amount, .. }) => {
                    *since.cash.entry(*kind).or_default() += *amount;
                }
                AccountFact::Clearing(ClearingFact::Charged { by: Layer::Fund, amount }) => {
                    since.charged += *amount;
                }
                AccountFact::Clearing(ClearingFact::GainCut { cut, .. }) => since.cut += *cut,
                AccountFact::Clearing(ClearingFact::Covered { by: Layer::Gains, amount }) => {
                    since.cut -= *amount;
                }
                AccountFact::Statement(statement) => {
                    since.close(*account, statement);
                    let day = days.entry(statement.date).or_default();
                    for line in &statement.lines {
                        *day.entry(line.kind).or_default() += line.amount;
                    }
                }
                _ => {}
            }
        }
        for (date, moved) in days {
            for kind in BETWEEN_ACCOUNTS {
                let left = moved.get(&kind).copied().unwrap_or_default();
                assert_eq!(left, Mills::ZERO, "{kind:?} of {date} is lost or made");
            }
        }
    }
}

impl Since {
    fn close(&mut self, account: AccountId, statement: &Statement) {
        let Statement { opening, closing, cut, positions, .. } = statement;
        assert_eq!(*opening, self.closed, "{account:?} begins where it ended");
        assert_eq!(*cut, self.cut, "{account:?}: what was kept back");
        for purse in StatedPurse::ALL {
            let sum = opening.of(purse) + statement.moved(purse);
            assert_eq!(sum, closing.of(purse), "{purse:?} of {account:?} adds up");
        }
        for line in &statement.lines {
            let told = match line.purse {
                StatedPurse::Cash => self.cash.remove(&line.kind).unwrap_or_default(),
                StatedPurse::Fund if line.kind == TransferKind::FundCharge => -self.charged,
                // The other end of what cash has told; what these pay is checked over all accounts.
                StatedPurse::Fund | StatedPurse::Escrow | StatedPurse::Bond => continue,
            };
            assert_eq!(line.amount, told, "{:?} of {account:?}", line.kind);
        }
        let untold = self.cash.values().find(|amount| **amount != Mills::ZERO);
        assert_eq!(untold, None, "{account:?} was told of more than its statement says");
        let gains: Mills = positions.iter().map(|position| position.gain).sum();
        let paid = statement.paid(TransferKind::Variation);
        assert_eq!(gains - *cut, paid, "{account:?} is paid what its positions gained");
        *self = Self { closed: *closing, ..Self::default() };
    }
}

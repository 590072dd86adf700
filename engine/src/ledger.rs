//! The double-entry ledger.: money only moves from one purse to another, so all purses
//! together always hold nothing.
//!
//! `transfer` is the only function of the exchange that moves money.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{AccountId, Mills};

/// Where money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Purse {
    /// A member's cash.
    Cash(AccountId),
    /// What a member has set aside for coming deliveries.
    Escrow(AccountId),
    /// The other side of every deposit: minus what members paid in.
    Outside,
    /// Fees earned.
    Fees,
    /// What a member has contributed to the default fund.
    Fund(AccountId),
    /// The house's own capital; negative when it has paid more than it had.
    House,
    /// What prices in whole ticks have left over.
    Rounding,
    /// Passes gains and losses on; empty between commands.
    Clearing,
}

/// Every purse and what is in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    purses: BTreeMap<Purse, Mills>,
}

impl Ledger {
    /// What is in a purse.
    pub(crate) fn balance(&self, purse: Purse) -> Mills {
        self.purses.get(&purse).copied().unwrap_or_default()
    }

    /// Money that is no member's, by the name of its purse.
    pub(crate) fn house(&self) -> impl Iterator<Item = (&'static str, Mills)> {
        self.purses.iter().filter_map(|(purse, balance)| {
            let name = match purse {
                Purse::Cash(_) | Purse::Escrow(_) | Purse::Fund(_) => return None,
                Purse::Outside => "outside",
                Purse::Fees => "fees",
                Purse::House => "house",
                Purse::Rounding => "rounding",
                Purse::Clearing => "clearing",
            };
            Some((name, *balance))
        })
    }

    /// Moves money. A negative amount moves the other way.
    ///
    /// # Panics
    /// When a member's purse would be overdrawn: what it lacks others pay first, see
    /// `Exchange::pay`.
    pub(crate) fn transfer(&mut self, from: Purse, to: Purse, amount: Mills) {
        self.put(from, -amount);
        self.put(to, amount);
    }

    fn put(&mut self, purse: Purse, amount: Mills) {
        let balance = self.purses.entry(purse).or_default();
        *balance += amount;
        let is_member = matches!(purse, Purse::Cash(_) | Purse::Escrow(_) | Purse::Fund(_));
        assert!(!is_member || Mills::ZERO <= *balance, "{purse:?} is overdrawn: {balance}");
    }

    /// All money there is: nothing.
    pub(crate) fn total(&self) -> Mills {
        self.purses.values().copied().sum()
    }
}

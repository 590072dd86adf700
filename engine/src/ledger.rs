//! The double-entry ledger.: money only moves from one purse to another, so all purses
//! together always hold nothing.
//!
//! `transfer` is the only function of the exchange that moves money.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{AccountId, Mills};

use crate::by_account::ByAccount;

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
    /// What a seller has set aside so that it performs.
    Bond(AccountId),
}

/// Every purse and what is in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Purses", into = "Purses")]
pub(crate) struct Ledger {
    /// Cash, escrow, contribution and bond of each member, where it has ever had them.
    members: ByAccount<[Option<Mills>; 4]>,
    /// The others, in the order of `Purse`.
    house: [Option<Mills>; 5],
}

/// The purses that have ever been used, as they are written down.
#[derive(Serialize, Deserialize)]
struct Purses {
    purses: BTreeMap<Purse, Mills>,
}

impl From<Purses> for Ledger {
    fn from(written: Purses) -> Self {
        let mut ledger = Self::default();
        for (purse, balance) in written.purses {
            *ledger.purse(purse) = Some(balance);
        }
        ledger
    }
}

impl From<Ledger> for Purses {
    fn from(ledger: Ledger) -> Self {
        Self { purses: ledger.all().collect() }
    }
}

/// Where the balance of a purse is.
enum Place {
    Member(AccountId, usize),
    House(usize),
}

impl Purse {
    const fn place(self) -> Place {
        match self {
            Self::Cash(id) => Place::Member(id, 0),
            Self::Escrow(id) => Place::Member(id, 1),
            Self::Fund(id) => Place::Member(id, 2),
            Self::Bond(id) => Place::Member(id, 3),
            Self::Outside => Place::House(0),
            Self::Fees => Place::House(1),
            Self::House => Place::House(2),
            Self::Rounding => Place::House(3),
            Self::Clearing => Place::House(4),
        }
    }
}

/// The purses that are no member's, by place, and what each is called.
const HOUSE: [(Purse, &str); 5] = [
    (Purse::Outside, "outside"),
    (Purse::Fees, "fees"),
    (Purse::House, "house"),
    (Purse::Rounding, "rounding"),
    (Purse::Clearing, "clearing"),
];

impl Ledger {
    /// What is in a purse.
    pub(crate) fn balance(&self, purse: Purse) -> Mills {
        let balance = match purse.place() {
            Place::Member(id, at) => self.members.get(&id).and_then(|purses| purses[at]),
            Place::House(at) => self.house[at],
        };
        balance.unwrap_or_default()
    }

    /// What a member has in cash and in escrow.
    pub(crate) fn cash_and_escrow(&self, id: AccountId) -> (Mills, Mills) {
        let [cash, escrow, ..] = self.members.get(&id).copied().unwrap_or_default();
        (cash.unwrap_or_default(), escrow.unwrap_or_default())
    }

    fn purse(&mut self, purse: Purse) -> &mut Option<Mills> {
        match purse.place() {
            Place::Member(id, at) => &mut self.members.or_insert(id, [None; 4])[at],
            Place::House(at) => &mut self.house[at],
        }
    }

    /// Every purse that has ever been used.
    fn all(&self) -> impl Iterator<Item = (Purse, Mills)> {
        let members = self.members.iter().flat_map(|(id, [cash, escrow, fund, bond])| {
            [
                (Purse::Cash(*id), *cash),
                (Purse::Escrow(*id), *escrow),
                (Purse::Fund(*id), *fund),
                (Purse::Bond(*id), *bond),
            ]
        });
        let house = HOUSE.iter().zip(self.house).map(|((purse, _), balance)| (*purse, balance));
        members.chain(house).filter_map(|(purse, balance)| Some((purse, balance?)))
    }

    /// Money that is no member's, by the name of its purse.
    pub(crate) fn house(&self) -> impl Iterator<Item = (&'static str, Mills)> {
        let house = HOUSE.iter().zip(self.house);
        house.filter_map(|((_, name), balance)| Some((*name, balance?)))
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
        let balance = self.purse(purse).get_or_insert_default();
        *balance += amount;
        let is_member = match purse {
            Purse::Cash(_) | Purse::Escrow(_) | Purse::Fund(_) | Purse::Bond(_) => true,
            Purse::Outside | Purse::Fees | Purse::House | Purse::Rounding | Purse::Clearing => {
                false
            }
        };
        assert!(!is_member || Mills::ZERO <= *balance, "{purse:?} is overdrawn: {balance}");
    }

    /// All money there is: nothing.
    pub(crate) fn total(&self) -> Mills {
        self.all().map(|(_, balance)| balance).sum()
    }
}

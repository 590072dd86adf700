//! Clearing, as members hear of it: calls for margin, and every step of a default with its amount.
//! Chapter 10.

use serde::{Deserialize, Serialize};

use crate::{AccountId, InstrumentId, Lots, MemberId, Mills, NetLots, ProductId, Ticks, Timestamp};

/// Accounts from this number on are the house's: one for each account whose default it clears.
const FIRST_OF_HOUSE: u32 = 1 << 31;

impl AccountId {
    /// Whether it is one of the house's, which nobody opens and nobody commands.
    #[must_use]
    pub const fn is_of_house(self) -> bool {
        FIRST_OF_HOUSE <= self.0
    }

    /// The account of the house in which this one's default is cleared.
    #[must_use]
    pub const fn of_house(self) -> Self {
        Self(self.0 | FIRST_OF_HOUSE)
    }

    /// The account whose default is cleared in this one.
    #[must_use]
    pub const fn defaulter(self) -> Self {
        Self(self.0 & !FIRST_OF_HOUSE)
    }
}

/// Who pays what an account cannot, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The house, out of its capital.
    House,
    /// What the others have contributed to the default fund.
    Fund,
    /// What the others are assessed beyond that.
    Assessment,
    /// The gains of the same settlement.
    Gains,
    /// The house, beyond its capital.
    Beyond,
}

/// Who is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// One account.
    Account(AccountId),
    /// All accounts of a member together.
    Member(MemberId),
}

/// A step of clearing that an account hears of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearingFact {
    /// It has to bring so much, or to reduce its positions, until then.
    Called {
        /// What lacks to its initial margin.
        amount: Mills,
        /// The deadline.
        until: Timestamp,
    },
    /// What it was called for is there.
    CallMet,
    /// Lots came to it (positive for a buyer's) or left it when the house took a position over.
    Moved {
        /// The contract.
        instrument: InstrumentId,
        /// Long or short.
        lots: NetLots,
    },
    /// Somebody else paid what it could not.
    Covered {
        /// Who.
        by: Layer,
        /// How much.
        amount: Mills,
    },
    /// Its contribution to the fund, or its cash, paid what another could not.
    Charged {
        /// As which layer.
        by: Layer,
        /// How much.
        amount: Mills,
    },
    /// Its gain was paid in part only.
    GainCut {
        /// Its gain.
        due: Mills,
        /// What was kept back of it.
        cut: Mills,
    },
    /// Lots of it were closed because nobody could pay the other side any more.
    TornUp {
        /// The contract.
        instrument: InstrumentId,
        /// The change of its position.
        lots: NetLots,
        /// At the last settlement price.
        price: Ticks,
    },
    /// The house sells the next slice of a position it took over, or buys it back.
    Slice {
        /// The contract.
        instrument: InstrumentId,
        /// How much of it.
        lots: Lots,
    },
    /// The house holds nothing of its positions any more.
    Closed {
        /// What was left of its margin came back.
        returned: Mills,
    },
    /// It holds so much of a contract that it has to account for it.
    Accountable {
        /// The contract.
        instrument: InstrumentId,
        /// What it holds.
        lots: NetLots,
        /// Beyond this.
        level: Lots,
    },
    /// It may hold so many lots more in the month of delivery.
    Exempted {
        /// Of which product.
        product: ProductId,
        /// How many; 0 when it ended.
        lots: Lots,
    },
    /// It is one of this member's accounts now.
    Joined {
        /// The member.
        member: MemberId,
    },
    /// What it, or its member, may require in margin.
    CreditLimited {
        /// Of whom.
        party: Party,
        /// The limit; none when absent.
        most: Option<Mills>,
    },
}

//! The two sides of the market. Every comparison of prices that depends on the side is here.

use serde::{Deserialize, Serialize};

use crate::Ticks;

/// Who wants what: a buyer of GPU-hours or a seller of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Wants GPU-hours; best is the highest price.
    Buy,
    /// Has GPU-hours; best is the lowest price.
    Sell,
}

impl Side {
    /// Both sides, buyers first.
    pub const BOTH: [Self; 2] = [Self::Buy, Self::Sell];

    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// +1 for a buyer, -1 for a seller.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }

    /// Whether an order of this side with this limit may trade at `price`.
    #[must_use]
    pub fn accepts(self, limit: Ticks, price: Ticks) -> bool {
        match self {
            Self::Buy => price <= limit,
            Self::Sell => limit <= price,
        }
    }

    /// Whether `a` stands before `b` in this side's book.
    #[must_use]
    pub fn is_better(self, a: Ticks, b: Ticks) -> bool {
        match self {
            Self::Buy => b < a,
            Self::Sell => a < b,
        }
    }
}

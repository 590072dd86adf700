//! Money in mills, a thousandth of a dollar, and the one way from prices to money.

use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// An amount of money: 1,000 mills are one dollar.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Mills(pub i64);

/// What one tick of one lot is worth, in mills: 8 GPUs x 744 hours x 1 mill = 5,952.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct TickValue(pub i64);

impl Mills {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The smaller amount.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// The larger amount.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The amount, from a calculation made in 128 bits.
    ///
    /// # Panics
    /// When it is not below 2^63 mills: the limits of every instrument are proved to exclude that
    /// when it is listed, so it would be our own mistake.
    #[must_use]
    pub fn from_wide(mills: i128) -> Self {
        Self(i64::try_from(mills).expect("instrument limits keep money below 2^63 mills"))
    }
}

impl TickValue {
    /// The money in `tick_lots`, a sum of signed prices times lots.
    #[must_use]
    pub fn of(self, tick_lots: i128) -> Mills {
        Mills::from_wide(tick_lots * i128::from(self.0))
    }
}

impl Add for Mills {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Mills {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Mills {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Mills {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Mills {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::iter::Sum for Mills {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// Dollars with three decimals: `-12.345`.
impl std::fmt::Display for Mills {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let mills = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:03}", mills / 1000, mills % 1000))
    }
}

//! Quantities: lots of a contract, signed lots of a position, GPU-hours of a delivery.

use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

use crate::Side;

/// Lots of a contract. One lot is a node of eight GPUs for every hour of the period.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Lots(pub u64);

/// A position: positive is long, negative is short.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct NetLots(pub i64);

/// One GPU for one hour; what is finally delivered, metered and paid.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct GpuHours(pub u64);

impl Lots {
    /// No lots.
    pub const ZERO: Self = Self(0);

    /// Signed as a change of position: a buyer's is positive.
    ///
    /// # Panics
    /// Never below 2^63 lots, which the largest order of every listed contract is far under.
    #[must_use]
    pub fn signed(self, side: Side) -> NetLots {
        NetLots(side.sign() * i64::try_from(self.0).expect("an order is below 2^63 lots"))
    }

    /// The smaller of two quantities.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
}

impl NetLots {
    /// A flat position.
    pub const ZERO: Self = Self(0);

    /// Size without sign.
    #[must_use]
    pub fn size(self) -> Lots {
        Lots(self.0.unsigned_abs())
    }

    /// The side one was on to get here; `None` when flat.
    #[must_use]
    pub fn side(self) -> Option<Side> {
        match self.0.signum() {
            1 => Some(Side::Buy),
            -1 => Some(Side::Sell),
            _ => None,
        }
    }
}

macro_rules! arithmetic {
    ($($name:ident),*) => {$(
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                all.fold(Self::default(), Add::add)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}

arithmetic!(Lots, NetLots, GpuHours);

impl Neg for NetLots {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

//! Prices in ticks. Signed, because spreads go negative.

use serde::{Deserialize, Serialize};

/// A price in ticks; one tick of a GPU-hour contract is a mill, $0.001 per GPU-hour.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Ticks(pub i64);

impl Ticks {
    /// This part of the price, half a tick rounded up.
    ///
    /// # Panics
    /// Never for the prices of a listed contract, which are below 2^50.
    #[must_use]
    pub fn times_permille(self, permille: u32) -> Self {
        let thousandths = i128::from(self.0) * i128::from(permille);
        Self(i64::try_from((thousandths + 500).div_euclid(1000)).expect("prices are below 2^50"))
    }
}

impl std::fmt::Display for Ticks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

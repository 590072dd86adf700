//! Prices in ticks. Signed, because spreads go negative.

use serde::{Deserialize, Serialize};

/// A price in ticks; one tick of a GPU-hour contract is a mill, $0.001 per GPU-hour.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Ticks(pub i64);

impl std::fmt::Display for Ticks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

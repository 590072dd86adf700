//! The reference index: what reporters have seen, and what was printed of it. Chapter 12.

use serde::{Deserialize, Serialize};

use crate::{Date, Ticks};

/// Most observations of one command.
pub const MOST_OBSERVATIONS: usize = 256;

/// Most observations of one product and day; with them and [`DEAREST`] every sum fits in 127 bits.
pub const MOST_OF_A_DAY: usize = 4096;

/// Highest price of an observation: a thousand dollars for a GPU-hour.
pub const DEAREST: Micros = Micros(1_000_000_000);

/// A price of a GPU-hour as it was seen, in millionths of a dollar.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Micros(pub i64);

/// What an index is printed in: ten-thousandths of a dollar for a GPU-hour.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct IndexValue(pub i64);

impl IndexValue {
    /// As a price, rounded half up to a tick.
    #[must_use]
    pub fn ticks(self) -> Ticks {
        Ticks((self.0 + 5).div_euclid(10))
    }
}

impl std::fmt::Display for IndexValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}.{:04}", self.0.div_euclid(10_000), self.0.rem_euclid(10_000)))
    }
}

/// What kind of price was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservationKind {
    /// GPUs were on offer at it.
    Offer,
    /// GPUs were let at it.
    Lease,
}

/// A price that a reporter has seen of a product on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The reporter's own number for it; what comes again under a number of the same day replaces
    /// what came before.
    pub reference: u64,
    /// The price of one GPU-hour; above zero and at most [`DEAREST`].
    pub price: Micros,
    /// For how many GPUs; none takes the observation back.
    pub gpus: u32,
    /// What kind of price.
    pub kind: ObservationKind,
}

/// What came of the observations of a day and those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPrint {
    /// The last day of the window.
    pub date: Date,
    /// 0 for the first print of the day, then one more for each that replaces it.
    pub revision: u32,
    /// Version of the method.
    pub method: u16,
    /// Observations that the value is the median of.
    pub used: u32,
    /// Observations of counted days that were left out.
    pub left_out: u32,
    /// Days that count.
    pub days: u8,
    /// The index; none where too little was seen.
    pub value: Option<IndexValue>,
}

//! Delivery of expired months in GPU-hours. Chapter 9.
//!
//! Says who delivers to whom, keeps the receipts of each hour, and works out what is owed. Moves no
//! money itself.

mod assignment;
mod damages;
mod margin;
mod obligation;
mod pledges;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::terms::GPUS_PER_LOT;
use types::{GpuHours, InstrumentId, Lots, ObligationId, Ticks, Timestamp};

pub(crate) use assignment::{Claim, Pair, pair, whole_blocks};
pub(crate) use damages::{Terms, damages};
pub(crate) use margin::{buyer_margin, seller_margin};
pub(crate) use obligation::Obligation;
pub(crate) use pledges::Pledges;

/// An expired month on its way to its obligations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Expired {
    /// The contract.
    pub(crate) instrument: InstrumentId,
    /// Final settlement price.
    pub(crate) price: Ticks,
    /// When sellers and buyers are paired.
    pub(crate) assignment: Timestamp,
    /// First hour of delivery.
    pub(crate) start: Timestamp,
    /// End of the last hour of delivery.
    pub(crate) end: Timestamp,
    /// Whole blocks bought, the oldest first.
    pub(crate) longs: Vec<Claim>,
    /// Whole blocks sold, the oldest first.
    pub(crate) shorts: Vec<Claim>,
}

/// Everything that is being delivered or will be.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Deliveries {
    /// Months that have expired and are not yet assigned.
    pub(crate) expired: Vec<Expired>,
    /// Obligations that are not yet settled.
    pub(crate) obligations: BTreeMap<ObligationId, Obligation>,
    /// Nodes pledged to months.
    pub(crate) pledges: Pledges,
    /// Obligations written so far.
    pub(crate) written: u64,
}

impl Expired {
    /// GPU-hours of so many lots for the whole month.
    pub(crate) fn gpu_hours(&self, lots: Lots) -> GpuHours {
        let hours = (self.end.0 - self.start.0) / Timestamp::HOUR;
        GpuHours(lots.0 * GPUS_PER_LOT * hours.unsigned_abs())
    }
}

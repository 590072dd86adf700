//! What members say and hear of the performance of a delivery: receipts, disputes, covers, bonds, warrants.
//! Chapter 9.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, GpuHours, InstrumentId, Lots, Mills, NodeId, NodeReading, ObligationId, Proof,
    Ticks, Timestamp,
};

/// What nodes delivered in an hour, as a buyer or a probe says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourClaim {
    /// Who says so.
    pub account: AccountId,
    /// Of which obligation.
    pub obligation: ObligationId,
    /// The start of the hour.
    pub hour: Timestamp,
    /// What each node delivered.
    pub readings: Vec<NodeReading>,
    /// The signature of who says so.
    pub proof: Proof,
}

/// Nodes of a provider that stand by for what is left of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandbyOffer {
    /// Who runs the nodes.
    pub account: AccountId,
    /// The contract month.
    pub instrument: InstrumentId,
    /// The nodes; none to offer nothing any more.
    pub nodes: Vec<NodeId>,
    /// Mills per GPU-hour; above zero.
    pub price: Ticks,
    /// The provider's signature.
    pub proof: Proof,
}

/// A bid for hours that are resold for what is left of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandbyBid {
    /// Who would take them.
    pub account: AccountId,
    /// The contract month.
    pub instrument: InstrumentId,
    /// How many lots at most; 0 to bid no more.
    pub lots: Lots,
    /// Mills per GPU-hour; above zero.
    pub price: Ticks,
    /// The bidder's signature.
    pub proof: Proof,
}

/// Something that happened to an obligation; both its accounts hear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PerformanceFact {
    /// The buyer has signed the seller's receipt of an hour.
    Countersigned {
        /// Of which obligation.
        obligation: ObligationId,
        /// The start of the hour.
        hour: Timestamp,
    },
    /// The buyer says that it got less in an hour than the seller reported.
    Disputed {
        /// Of which obligation.
        obligation: ObligationId,
        /// The start of the hour.
        hour: Timestamp,
        /// GPU-hours that the two do not agree on.
        gpu_hours: GpuHours,
    },
    /// A probe has read nodes in an hour.
    Probed {
        /// Of which obligation.
        obligation: ObligationId,
        /// The start of the hour.
        hour: Timestamp,
        /// What they delivered.
        gpu_hours: GpuHours,
    },
    /// What was disputed of an hour is decided.
    Decided {
        /// Of which obligation.
        obligation: ObligationId,
        /// The start of the hour.
        hour: Timestamp,
        /// GPU-hours that count as delivered.
        delivered: GpuHours,
        /// GPU-hours that do not.
        missing: GpuHours,
    },
    /// Lots that show nothing are delivered by another from now on.
    Covered {
        /// Which obligation.
        obligation: ObligationId,
        /// What was written for it.
        by: ObligationId,
        /// How many lots.
        lots: Lots,
        /// Mills per GPU-hour.
        price: Ticks,
    },
    /// The seller is in default of it: so many lots end in money.
    CashedOut {
        /// Which obligation.
        obligation: ObligationId,
        /// How many lots.
        lots: Lots,
        /// What the seller pays for their hours.
        damages: Mills,
    },
    /// The buyer could not fund its escrow and has until then.
    EscrowLate {
        /// Which obligation.
        obligation: ObligationId,
        /// The deadline.
        until: Timestamp,
    },
    /// The rest of its window was offered to another account.
    Offered {
        /// Which obligation.
        obligation: ObligationId,
        /// To whom.
        to: AccountId,
        /// What it pays; below zero, what it gets.
        price: Mills,
    },
    /// The rest of its window belongs to another account.
    HandedOver {
        /// Which obligation.
        obligation: ObligationId,
        /// What was written for the new holder.
        to: ObligationId,
        /// How many lots.
        lots: Lots,
        /// What the new holder paid; below zero, what it got.
        price: Mills,
    },
}

/// Something else that an account hears of its deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandbyFact {
    /// It offers so many nodes for the rest of a month; none when it offers none any more.
    Offered {
        /// The contract month.
        instrument: InstrumentId,
        /// How many nodes.
        nodes: Lots,
        /// At which price for a GPU-hour.
        price: Ticks,
    },
    /// It bids for so many lots of the rest of a month; none when it bids no more.
    Bid {
        /// The contract month.
        instrument: InstrumentId,
        /// How many lots.
        lots: Lots,
        /// At which price for a GPU-hour.
        price: Ticks,
    },
    /// Its bond has changed.
    Bond {
        /// What is in it now.
        balance: Mills,
        /// What of it was paid to buyers for missing hours.
        penalty: Mills,
    },
    /// It was appointed a probe, or dismissed.
    Probe {
        /// Appointed or dismissed.
        is_appointed: bool,
    },
}

//! Delivery: from an expired contract to metered, paid GPU-hours. Chapter 9.

use serde::{Deserialize, Serialize};

use crate::{GpuHours, InstrumentId, Lots, Mills, NodeId, ObligationId, Ticks, Timestamp};

/// Which end of an obligation an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryRole {
    /// Runs the nodes.
    Deliver,
    /// Uses and pays them.
    Receive,
}

/// Where an obligation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObligationState {
    /// Seller and buyer are paired.
    Assigned,
    /// The month has begun.
    Delivering,
    /// Invoiced and paid.
    Settled,
}

/// What a node did in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeReading {
    /// Which node.
    pub node: NodeId,
    /// GPU-hours it delivered, 0 to 8.
    pub gpu_hours: u8,
}

/// An obligation after a change, as one of its two accounts hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationReport {
    /// Which obligation.
    pub obligation: ObligationId,
    /// The expired contract.
    pub instrument: InstrumentId,
    /// Which end this account is.
    pub role: DeliveryRole,
    /// Nodes of eight GPUs for every hour.
    pub lots: Lots,
    /// Final settlement price, in mills per GPU-hour.
    pub price: Ticks,
    /// Where it stands.
    pub state: ObligationState,
    /// First hour of delivery.
    pub start: Timestamp,
    /// End of the last hour of delivery.
    pub end: Timestamp,
    /// GPU-hours of the whole period.
    pub due: GpuHours,
    /// GPU-hours whose receipts are final and good.
    pub delivered: GpuHours,
    /// GPU-hours whose hour is final without a good receipt.
    pub short: GpuHours,
    /// Nodes assigned to it; fewer than lots when the seller pledged too few.
    pub nodes: Lots,
    /// Nodes that missed something in the last final hour.
    pub nodes_down: Lots,
    /// Paid to the seller so far.
    pub paid: Mills,
    /// Damages for shortfall beyond the tolerance.
    pub damages: Mills,
}

/// The bill of an obligation, as one of its two accounts gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Which obligation.
    pub obligation: ObligationId,
    /// The expired contract.
    pub instrument: InstrumentId,
    /// Which end this account is.
    pub role: DeliveryRole,
    /// When it was struck.
    pub issued: Timestamp,
    /// GPU-hours of the whole period.
    pub due: GpuHours,
    /// GPU-hours delivered and paid.
    pub delivered: GpuHours,
    /// GPU-hours missing.
    pub short: GpuHours,
    /// Of those, free of damages.
    pub tolerated: GpuHours,
    /// Final settlement price, in mills per GPU-hour.
    pub price: Ticks,
    /// Delivered GPU-hours times price.
    pub amount: Mills,
    /// Index over price, for each GPU-hour missing beyond the tolerance.
    pub damages_per_gpu_hour: Mills,
    /// Damages the buyer gets.
    pub damages: Mills,
    /// Delivery fee; the seller pays it.
    pub fee: Mills,
}

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
    /// Every node was tested or accepted by silence.
    Accepted,
    /// Both sides do without the house.
    Released,
    /// Every lot that is left is delivered by others.
    Covered,
    /// The seller is in default of it: some lots are covered, the others end in money.
    Defaulted,
    /// The seller is in default of it, and every lot ends in money.
    CashedOut,
}

/// A step of an obligation from one state to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObligationStep {
    /// Both sides elected alternative delivery.
    Release,
    /// No node is left to be tested or replaced.
    Accept,
    /// The month begins.
    Begin,
    /// It is invoiced.
    Settle,
    /// Others deliver every lot that is left.
    Cover,
    /// The seller is in default of it, and of what others do not deliver.
    Default,
    /// The seller is in default of all of it.
    CashOut,
}

impl ObligationStep {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Release,
        Self::Accept,
        Self::Begin,
        Self::Cover,
        Self::Default,
        Self::CashOut,
        Self::Settle,
    ];
}

impl ObligationState {
    /// All of them, in the order of a delivery.
    pub const ALL: [Self; 8] = [
        Self::Assigned,
        Self::Accepted,
        Self::Delivering,
        Self::Covered,
        Self::Defaulted,
        Self::CashedOut,
        Self::Settled,
        Self::Released,
    ];

    /// The state after a step, or `None` when there is no such step.
    #[must_use]
    pub const fn after(self, step: ObligationStep) -> Option<Self> {
        match (self, step) {
            (Self::Assigned | Self::Accepted, ObligationStep::Release) => Some(Self::Released),
            (Self::Assigned, ObligationStep::Accept) => Some(Self::Accepted),
            (Self::Assigned | Self::Accepted, ObligationStep::Begin) => Some(Self::Delivering),
            (Self::Delivering, ObligationStep::Cover) => Some(Self::Covered),
            (Self::Delivering, ObligationStep::Default) => Some(Self::Defaulted),
            (Self::Delivering, ObligationStep::CashOut) => Some(Self::CashedOut),
            (
                Self::Delivering | Self::Covered | Self::Defaulted | Self::CashedOut,
                ObligationStep::Settle,
            ) => Some(Self::Settled),
            _ => None,
        }
    }
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
    /// Damages for shortfall beyond the tolerance, and for what the seller is in default of.
    pub damages: Mills,
    /// What a GPU-hour is invoiced at, as a part of the price.
    pub factor_permille: u32,
    /// Lots without a node that could serve them: to be covered.
    pub uncovered: Lots,
    /// GPU-hours that others delivered, or had to.
    pub covered: GpuHours,
    /// GPU-hours missing by force majeure: neither paid nor penalised.
    pub waived: GpuHours,
    /// GPU-hours that seller and buyer do not agree on yet.
    pub held: GpuHours,
}

impl ObligationReport {
    /// What a GPU-hour is invoiced at.
    #[must_use]
    pub fn invoice_price(&self) -> Ticks {
        self.price.times_permille(self.factor_permille)
    }
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
    /// GPU-hours that others delivered, or had to.
    pub covered: GpuHours,
    /// GPU-hours missing by force majeure.
    pub waived: GpuHours,
    /// Final settlement price times the factor of the grade, in mills per GPU-hour.
    pub price: Ticks,
    /// Delivered GPU-hours times price.
    pub amount: Mills,
    /// Cover or index over price, for each GPU-hour missing beyond the tolerance.
    pub damages_per_gpu_hour: Mills,
    /// Damages the buyer gets.
    pub damages: Mills,
    /// Delivery fee; the seller pays it.
    pub fee: Mills,
}

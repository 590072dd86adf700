//! An obligation: one seller delivers nodes to one buyer for every hour of a month.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::terms::GPUS_PER_LOT;
use types::{
    AccountId, DeliveryRole, GpuHours, InstrumentId, Lots, Mills, NodeId, NodeReading,
    ObligationId, ObligationReport, ObligationState, ObligationStep, Ticks, Timestamp,
};

use super::{Acceptance, Expired};

/// What a seller and a buyer were paired for.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) seller: AccountId,
    pub(crate) buyer: AccountId,
    pub(crate) lots: Lots,
    /// The seller's nodes for it, by number; fewer than lots where it has too few.
    pub(crate) nodes: Vec<NodeId>,
    /// What a GPU-hour is invoiced at, as a part of the price.
    pub(crate) factor_permille: u32,
    /// Until when both sides may do without the house.
    pub(crate) alternative_until: Timestamp,
    /// Tests of its nodes.
    pub(crate) acceptance: Acceptance,
}

/// One seller's obligation to one buyer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Obligation {
    pub(crate) id: ObligationId,
    pub(crate) instrument: InstrumentId,
    pub(crate) seller: AccountId,
    pub(crate) buyer: AccountId,
    pub(crate) lots: Lots,
    /// Final settlement price, in mills per GPU-hour.
    pub(crate) price: Ticks,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) state: ObligationState,
    /// The seller's nodes that serve it, by number.
    pub(crate) nodes: Vec<NodeId>,
    /// What a GPU-hour is invoiced at, as a part of the price.
    pub(crate) factor_permille: u32,
    /// Until when both sides may do without the house.
    pub(crate) alternative_until: Timestamp,
    /// The sides that would.
    pub(crate) elected: Vec<DeliveryRole>,
    /// Tests of its nodes.
    pub(crate) acceptance: Acceptance,
    /// Receipts of hours that are not final yet.
    receipts: BTreeMap<Timestamp, BTreeMap<NodeId, u8>>,
    /// The first hour that is not final.
    next: Timestamp,
    delivered: GpuHours,
    short: GpuHours,
    nodes_down: Lots,
    /// Paid to the seller so far.
    pub(crate) paid: Mills,
    /// Of the buyer's escrow, what is for this obligation.
    pub(crate) escrow: Mills,
    pub(crate) damages: Mills,
}

impl Obligation {
    /// What a pair owes each other for an expired month.
    pub(crate) fn assigned(id: ObligationId, month: &Expired, part: Part) -> Self {
        Self {
            id,
            instrument: month.instrument,
            seller: part.seller,
            buyer: part.buyer,
            lots: part.lots,
            price: month.price,
            start: month.start,
            end: month.end,
            state: ObligationState::Assigned,
            nodes: part.nodes,
            factor_permille: part.factor_permille,
            alternative_until: part.alternative_until,
            elected: Vec::new(),
            acceptance: part.acceptance,
            receipts: BTreeMap::new(),
            next: month.start,
            delivered: GpuHours(0),
            short: GpuHours(0),
            nodes_down: Lots::ZERO,
            paid: Mills::ZERO,
            escrow: Mills::ZERO,
            damages: Mills::ZERO,
        }
    }

    /// Both ends of it.
    pub(crate) fn parties(&self) -> [(AccountId, DeliveryRole); 2] {
        [(self.seller, DeliveryRole::Deliver), (self.buyer, DeliveryRole::Receive)]
    }

    /// Goes on to the state after a step; false where there is no such step from here.
    pub(crate) fn step(&mut self, step: ObligationStep) -> bool {
        let after = self.state.after(step);
        self.state = after.unwrap_or(self.state);
        after.is_some()
    }

    /// Which side of it an account is.
    pub(crate) fn role_of(&self, account: AccountId) -> Option<DeliveryRole> {
        let mut parties = self.parties().into_iter();
        parties.find(|(party, _)| *party == account).map(|(_, role)| role)
    }

    /// What a GPU-hour is invoiced at: the price times the factor of the grade.
    pub(crate) fn invoice_price(&self) -> Ticks {
        self.price.times_permille(self.factor_permille)
    }

    /// Lots that no node serves: they are to be covered.
    pub(crate) fn uncovered_lots(&self) -> Lots {
        let nodes = u64::try_from(self.nodes.len()).expect("a node count");
        Lots(self.lots.0.saturating_sub(nodes))
    }

    /// A spare serves in the place of a node that failed its test.
    pub(crate) fn replace(&mut self, failed: NodeId, spare: NodeId, until: Timestamp) {
        self.acceptance.replace(failed, spare, until);
        self.nodes.retain(|node| *node != failed);
        self.nodes.push(spare);
        self.nodes.sort_unstable();
    }

    /// The first hour that is not final.
    pub(crate) fn next(&self) -> Timestamp {
        self.next
    }

    /// GPU-hours of the whole month.
    pub(crate) fn due(&self) -> GpuHours {
        self.in_period(self.start, self.end)
    }

    /// GPU-hours that are not final yet.
    pub(crate) fn rest(&self) -> GpuHours {
        self.in_period(self.next, self.end)
    }

    /// GPU-hours whose hour became final without a good receipt.
    pub(crate) fn short(&self) -> GpuHours {
        self.short
    }

    /// GPU-hours with a good receipt.
    pub(crate) fn delivered(&self) -> GpuHours {
        self.delivered
    }

    /// Keeps the seller's receipt of an hour. A node's later reading replaces its earlier one;
    /// nodes that serve another obligation are passed over.
    pub(crate) fn meter(&mut self, hour: Timestamp, readings: &[NodeReading]) {
        let mine = readings.iter().filter(|r| self.nodes.binary_search(&r.node).is_ok());
        self.receipts.entry(hour).or_default().extend(mine.map(|r| (r.node, r.gpu_hours)));
    }

    /// Readings of hours that are not final: hour, node and GPU-hours.
    pub(crate) fn readings(&self) -> impl Iterator<Item = (Timestamp, NodeId, u8)> {
        self.receipts.iter().flat_map(|(hour, nodes)| {
            nodes.iter().map(|(node, gpu_hours)| (*hour, *node, *gpu_hours))
        })
    }

    /// Makes the first hour that is not final final, and says what the buyer owes for it.
    pub(crate) fn finish_hour(&mut self) -> Mills {
        let receipts = self.receipts.remove(&self.next).unwrap_or_default();
        let delivered = GpuHours(receipts.values().map(|hours| u64::from(*hours)).sum());
        let due = GpuHours(self.lots.0 * GPUS_PER_LOT);
        let whole = receipts.values().filter(|hours| u64::from(**hours) == GPUS_PER_LOT).count();
        self.nodes_down = Lots(self.lots.0 - u64::try_from(whole).expect("a node count"));
        self.delivered += delivered;
        self.short += due - delivered;
        self.next = self.next.plus(Timestamp::HOUR);
        self.cost(delivered)
    }

    /// What the buyer must have in escrow for deliveries before `until`.
    pub(crate) fn escrow_until(&self, until: Timestamp) -> Mills {
        self.cost(self.in_period(self.next, until.min(self.end)))
    }

    /// What one of its accounts hears of it.
    pub(crate) fn report(&self, role: DeliveryRole) -> ObligationReport {
        ObligationReport {
            obligation: self.id,
            instrument: self.instrument,
            role,
            lots: self.lots,
            price: self.price,
            state: self.state,
            start: self.start,
            end: self.end,
            due: self.due(),
            delivered: self.delivered,
            short: self.short,
            nodes: Lots(u64::try_from(self.nodes.len()).expect("a node count")),
            nodes_down: self.nodes_down,
            paid: self.paid,
            damages: self.damages,
            factor_permille: self.factor_permille,
            uncovered: self.uncovered_lots(),
        }
    }

    fn cost(&self, hours: GpuHours) -> Mills {
        Mills::from_wide(i128::from(hours.0) * i128::from(self.invoice_price().0))
    }

    fn in_period(&self, from: Timestamp, until: Timestamp) -> GpuHours {
        let hours = ((until.0 - from.0) / Timestamp::HOUR).max(0);
        GpuHours(self.lots.0 * GPUS_PER_LOT * hours.unsigned_abs())
    }
}

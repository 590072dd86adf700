//! What is said of one hour of an obligation, and what it comes to.
//!
//! The seller says what each node delivered; the buyer signs that or claims less; a probe outranks
//! both. Knows no money.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use types::terms::GPUS_PER_LOT;
use types::{NodeId, NodeReading};

/// What seller, buyer and probe say of the nodes in one hour.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Hour {
    seller: BTreeMap<NodeId, u8>,
    buyer: BTreeMap<NodeId, u8>,
    probe: BTreeMap<NodeId, u8>,
    /// Nodes whose reading the buyer has signed.
    signed: BTreeSet<NodeId>,
}

/// GPU-hours of a node on which the two do not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) node: NodeId,
    /// As the seller says.
    pub(crate) seller: u8,
    /// As the buyer says; less.
    pub(crate) buyer: u8,
}

/// What an hour comes to when it is final.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// GPU-hours that nobody disputes.
    pub(crate) delivered: u64,
    /// Nodes that nobody disputes and that delivered whole.
    pub(crate) whole: u64,
    /// What is still to be decided.
    pub(crate) claims: Vec<Claim>,
}

impl Claim {
    /// GPU-hours that are disputed.
    pub(crate) fn disputed(self) -> u64 {
        u64::from(self.seller - self.buyer)
    }

    /// Of those, what counts as delivered by the reading of a probe.
    pub(crate) fn by_probe(self, reading: u8) -> u64 {
        u64::from(reading.clamp(self.buyer, self.seller) - self.buyer)
    }
}

impl Hour {
    /// The seller's reading of a node; a later one replaces it until the buyer has signed.
    pub(crate) fn report(&mut self, reading: NodeReading) {
        if !self.signed.contains(&reading.node) {
            self.seller.insert(reading.node, reading.gpu_hours);
        }
    }

    /// Whether the seller has reported anything that the buyer may sign.
    pub(crate) fn is_reported(&self) -> bool {
        self.seller.keys().any(|node| !self.signed.contains(node))
    }

    /// The buyer agrees with what the seller has reported, also where it did not before.
    pub(crate) fn countersign(&mut self) {
        self.buyer.retain(|node, _| !self.seller.contains_key(node));
        self.signed.extend(self.seller.keys());
    }

    /// Whether the buyer may claim this: less than the seller has reported, if it has, and not signed.
    pub(crate) fn is_disputable(&self, claim: NodeReading) -> bool {
        let reported = self.seller.get(&claim.node).copied();
        let is_less = reported.is_none_or(|hours| claim.gpu_hours < hours);
        is_less && !self.signed.contains(&claim.node)
    }

    /// The buyer claims less for a node.
    pub(crate) fn dispute(&mut self, claim: NodeReading) {
        self.buyer.insert(claim.node, claim.gpu_hours);
    }

    /// A probe has read a node.
    pub(crate) fn probe(&mut self, reading: NodeReading) {
        self.probe.insert(reading.node, reading.gpu_hours);
    }

    /// GPU-hours on which the two do not agree.
    pub(crate) fn disputed(&self) -> u64 {
        self.claims().map(Claim::disputed).sum()
    }

    /// Whether nothing more can be said of these nodes: the buyer has signed, or a probe has read them.
    pub(crate) fn is_agreed(&self, nodes: impl Iterator<Item = NodeId>) -> bool {
        let mut nodes = nodes.peekable();
        let is_known = |n: NodeId| self.probe.contains_key(&n) || self.signed.contains(&n);
        nodes.peek().is_some() && nodes.all(is_known)
    }

    /// Whether a node has shown anything.
    pub(crate) fn shows(&self, node: NodeId) -> bool {
        let reading = self.probe.get(&node).or_else(|| self.seller.get(&node));
        reading.is_some_and(|hours| 0 < *hours)
    }

    /// What it comes to.
    pub(crate) fn outcome(&self) -> Outcome {
        let claims: Vec<Claim> = self.claims().collect();
        let mut outcome = Outcome { claims, ..Outcome::default() };
        let mut settled = self.seller.clone();
        settled.extend(outcome.claims.iter().map(|claim| (claim.node, claim.buyer)));
        settled.extend(&self.probe);
        outcome.delivered = settled.values().map(|hours| u64::from(*hours)).sum();
        let is_whole = |hours: &&u8| u64::from(**hours) == GPUS_PER_LOT;
        outcome.whole = settled.values().filter(is_whole).count() as u64;
        outcome
    }

    /// Readings of the seller.
    pub(crate) fn readings(&self) -> impl Iterator<Item = (NodeId, u8)> {
        self.seller.iter().map(|(node, hours)| (*node, *hours))
    }

    fn claims(&self) -> impl Iterator<Item = Claim> {
        self.buyer.iter().filter_map(|(node, buyer)| {
            let seller = *self.seller.get(node)?;
            let is_open = *buyer < seller && !self.probe.contains_key(node);
            is_open.then_some(Claim { node: *node, seller, buyer: *buyer })
        })
    }
}

#[cfg(test)]
mod tests;

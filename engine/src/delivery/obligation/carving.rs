//! Lots that leave an obligation before its end, and what is left of it in an hour.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use types::{Lots, NodeId, Timestamp};

use super::Obligation;

/// Lots that left an obligation, from an hour on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Carved {
    pub(super) from: Timestamp,
    pub(super) lots: Lots,
    nodes: Vec<NodeId>,
    pub(super) is_covered: bool,
}

impl Obligation {
    /// Lots that its seller delivers in an hour.
    pub(crate) fn open_lots(&self, hour: Timestamp) -> Lots {
        let carved = self.carved.iter().filter(|carved| carved.from <= hour);
        self.lots - carved.map(|carved| carved.lots).sum()
    }

    /// Whether lots have left it.
    pub(crate) fn is_carved(&self) -> bool {
        !self.carved.is_empty()
    }

    /// Nodes that serve it in an hour.
    pub(crate) fn nodes_in(&self, hour: Timestamp) -> impl Iterator<Item = NodeId> + '_ {
        let left = self.carved.iter().filter(|carved| carved.from <= hour);
        let gone: BTreeSet<NodeId> = left.flat_map(|carved| &carved.nodes).copied().collect();
        self.nodes.iter().copied().filter(move |node| !gone.contains(node))
    }

    /// of what it delivers from `now` on, the lots that have shown nothing for an hour: how
    /// many, and which of the nodes.
    pub(crate) fn dark(&self, hour: Timestamp, now: Timestamp) -> (Lots, Vec<NodeId>) {
        let said = self.hours.get(&hour);
        let is_dark = |node: &NodeId| !said.is_some_and(|said| said.shows(*node));
        let serving: Vec<NodeId> = self.nodes_in(now).collect();
        let bare = self.open_lots(now).0 - serving.len() as u64;
        let dark: Vec<NodeId> = serving.into_iter().filter(is_dark).collect();
        (Lots(bare + dark.len() as u64), dark)
    }

    /// Lots leave it from an hour on: those without a node first, then those of these nodes.
    pub(crate) fn carve(&mut self, from: Timestamp, lots: Lots, dark: &[NodeId], is_covered: bool) {
        let serving: BTreeSet<NodeId> = self.nodes_in(from).collect();
        let bare = self.open_lots(from).0 - serving.len() as u64;
        let count = usize::try_from(lots.0.saturating_sub(bare)).expect("a node count");
        let is_dark: BTreeSet<NodeId> = dark.iter().copied().collect();
        let first = dark.iter().filter(|node| serving.contains(node)).copied();
        let others = serving.iter().filter(|node| !is_dark.contains(node)).copied();
        let nodes = first.chain(others).take(count).collect();
        self.carved.push(Carved { from, lots, nodes, is_covered });
    }
}

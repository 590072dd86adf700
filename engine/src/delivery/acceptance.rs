//! Tests of the nodes of an obligation before its month begins.
//!
//! A node that nobody has tested by its deadline is accepted; one that failed has a deadline too, by
//! which another must be in its place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{NodeId, Timestamp};

/// Who spoke of a node. What stands later here is not overruled by what stands earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Tester {
    /// The buyer.
    Buyer,
    /// An attestor, whose probe ran.
    Probe,
    /// Nobody in time, which accepts it.
    Silence,
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stand {
    /// Not tested; accepted from a time on.
    Untested { until: Timestamp },
    /// It passed.
    Passed { by: Tester },
    /// It failed, and may be replaced until a time.
    Failed { by: Tester, until: Timestamp },
}

/// The nodes that are tested, and where each stands; empty when all have been accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acceptance {
    nodes: BTreeMap<NodeId, Stand>,
}

impl Acceptance {
    /// Nodes that are accepted from a time on unless they fail.
    pub(crate) fn of(nodes: &[NodeId], until: Timestamp) -> Self {
        Self { nodes: nodes.iter().map(|node| (*node, Stand::Untested { until })).collect() }
    }

    /// What stands of some of them.
    pub(crate) fn of_nodes(&self, nodes: &[NodeId]) -> Self {
        let stands = nodes.iter().filter_map(|node| Some((*node, *self.nodes.get(node)?)));
        Self { nodes: stands.collect() }
    }

    /// Whether the word of this tester about a node would still count.
    pub(crate) fn takes(&self, node: NodeId, by: Tester) -> bool {
        match self.nodes.get(&node) {
            None => false,
            Some(Stand::Untested { .. }) => true,
            Some(Stand::Passed { by: said } | Stand::Failed { by: said, .. }) => *said <= by,
        }
    }

    /// A node passed its test.
    pub(crate) fn pass(&mut self, node: NodeId, by: Tester) {
        self.nodes.insert(node, Stand::Passed { by });
    }

    /// A node failed its test and may be replaced until a time; a second failure grants no more.
    pub(crate) fn fail(&mut self, node: NodeId, by: Tester, until: Timestamp) -> Timestamp {
        let until = match self.nodes.get(&node) {
            Some(Stand::Failed { until, .. }) => *until,
            Some(Stand::Untested { .. } | Stand::Passed { .. }) | None => until,
        };
        self.nodes.insert(node, Stand::Failed { by, until });
        until
    }

    /// Whether a node has failed.
    pub(crate) fn has_failed(&self, node: NodeId) -> bool {
        matches!(self.nodes.get(&node), Some(Stand::Failed { .. }))
    }

    /// A spare takes the place of a node that failed, and is accepted from a time on.
    pub(crate) fn replace(&mut self, failed: NodeId, spare: NodeId, until: Timestamp) {
        self.nodes.remove(&failed);
        self.nodes.insert(spare, Stand::Untested { until });
    }

    /// What the time brings: silence accepts, and nodes that failed and were not replaced are
    /// dropped. Gives those.
    pub(crate) fn pass_time(&mut self, at: Timestamp) -> Vec<NodeId> {
        let is_over = |stand: &Stand| matches!(stand, Stand::Failed { until, .. } if *until <= at);
        let over = self.nodes.iter().filter(|(_, stand)| is_over(stand));
        let dropped: Vec<NodeId> = over.map(|(node, _)| *node).collect();
        for node in &dropped {
            self.nodes.remove(node);
        }
        for stand in self.nodes.values_mut() {
            if matches!(stand, Stand::Untested { until } if *until <= at) {
                *stand = Stand::Passed { by: Tester::Silence };
            }
        }
        dropped
    }

    /// Whether no node is left to be tested or replaced.
    pub(crate) fn is_over(&self) -> bool {
        self.nodes.values().all(|stand| matches!(stand, Stand::Passed { .. }))
    }
}

#[cfg(test)]
mod tests;

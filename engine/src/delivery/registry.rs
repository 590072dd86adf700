//! Nodes that providers have registered, and until when they are attested.
//!
//! A GPU stands in it once, whoever registers it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};
use types::{AccountId, Date, FabricName, GpuId, Lots, NodeEntry, NodeId, ProductId, Supply};

/// A node in the registry.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Node {
    /// As its provider registered it.
    pub(crate) entry: NodeEntry,
    /// The last day for which it is attested.
    pub(crate) until: Option<Date>,
}

impl Node {
    /// Whether it is attested on a day.
    pub(crate) fn is_attested(&self, on: Date) -> bool {
        self.until.is_some_and(|until| on <= until)
    }
}

type Nodes = BTreeMap<(AccountId, NodeId), Node>;

/// All nodes of the market.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Nodes")]
pub(crate) struct Registry {
    nodes: Nodes,
    /// The GPUs in them.
    gpus: BTreeSet<GpuId>,
}

/// The GPUs can be told from the nodes.
impl Serialize for Registry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.nodes.serialize(serializer)
    }
}

impl From<Nodes> for Registry {
    fn from(nodes: Nodes) -> Self {
        let gpus = nodes.values().flat_map(|node| node.entry.gpus).collect();
        Self { nodes, gpus }
    }
}

impl Registry {
    /// Whether the node, or a GPU in it, is there already.
    pub(crate) fn is_taken(&self, account: AccountId, entry: &NodeEntry) -> bool {
        self.nodes.contains_key(&(account, entry.node))
            || entry.gpus.iter().any(|gpu| self.gpus.contains(gpu))
    }

    /// Registers a node that is not there yet; nobody has attested it.
    pub(crate) fn add(&mut self, account: AccountId, entry: NodeEntry) {
        self.gpus.extend(entry.gpus);
        self.nodes.insert((account, entry.node), Node { entry, until: None });
    }

    /// Takes a node out.
    pub(crate) fn remove(&mut self, account: AccountId, node: NodeId) {
        if let Some(node) = self.nodes.remove(&(account, node)) {
            for gpu in node.entry.gpus {
                self.gpus.remove(&gpu);
            }
        }
    }

    /// A node of an account.
    pub(crate) fn get(&self, account: AccountId, node: NodeId) -> Option<&Node> {
        self.nodes.get(&(account, node))
    }

    /// The nodes of an account, by number.
    pub(crate) fn of(&self, account: AccountId) -> impl Iterator<Item = &Node> {
        let all = (account, NodeId(0))..=(account, NodeId(u32::MAX));
        self.nodes.range(all).map(|(_, node)| node)
    }

    /// A node of this fabric of an account.
    pub(crate) fn of_fabric(&self, account: AccountId, fabric: FabricName) -> Option<&Node> {
        self.of(account).find(|node| node.entry.fabric == fabric)
    }

    /// What an attestor reported of a node.
    pub(crate) fn attest(&mut self, account: AccountId, node: NodeId, until: Date) {
        if let Some(node) = self.nodes.get_mut(&(account, node)) {
            node.until = Some(until);
        }
    }

    /// The nodes of each product that has any, on a day.
    pub(crate) fn supply(&self, on: Date) -> BTreeMap<ProductId, Supply> {
        let mut supply: BTreeMap<ProductId, Supply> = BTreeMap::new();
        for node in self.nodes.values() {
            let of_product = supply.entry(node.entry.product).or_default();
            of_product.registered += Lots(1);
            of_product.attested += Lots(u64::from(node.is_attested(on)));
        }
        supply
    }
}

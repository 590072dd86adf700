//! What a seller brings to the assignment: its tenders, and for the rest what the rule says it
//! tenders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{AccountId, FabricName, Grade, Lots, NodeEntry, NodeId, PlaceName, Tender};

use super::Claim;
use super::coverage::whole;

/// Lots of one seller on one fabric, or on none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parcel {
    /// Whose.
    pub(crate) seller: AccountId,
    /// How many.
    pub(crate) lots: Lots,
    /// For whom it is meant.
    pub(crate) buyer: Option<AccountId>,
    /// Where its fabric is and how good it is; nothing is known of nodes that were not registered.
    pub(crate) fabric: Option<(PlaceName, Grade)>,
    /// Its nodes, by number; fewer than its lots where the seller has too few.
    pub(crate) nodes: Vec<NodeId>,
}

/// A seller's lots with nodes that are in no registry: one parcel, the lowest numbers first.
pub(crate) fn unregistered(short: &Claim, mut nodes: Vec<NodeId>) -> Parcel {
    nodes.truncate(usize::try_from(short.lots.0).unwrap_or(usize::MAX));
    Parcel { seller: short.account, lots: short.lots, buyer: None, fabric: None, nodes }
}

/// What a seller tenders: first what it said, then of its other whole blocks those of the best
/// grade, the fabric with the most of them first, and at last lots without nodes.
pub(crate) fn parcels(
    short: &Claim,
    nodes: &[NodeEntry],
    tenders: &[Tender],
    block: Lots,
) -> Vec<Parcel> {
    let mut fabrics: BTreeMap<FabricName, Vec<&NodeEntry>> = BTreeMap::new();
    for node in nodes {
        fabrics.entry(node.fabric).or_default().push(node);
    }
    let mut left = short.lots;
    let mut parcels = Vec::new();
    for tender in tenders {
        if let Some(fabric) = fabrics.get_mut(&tender.fabric) {
            let lots = whole(tender.lots.min(count(fabric)), block).min(left);
            parcels.extend(take(short.account, fabric, lots, tender.buyer));
            left -= lots;
        }
    }
    let mut rest: Vec<_> = fabrics.into_iter().collect();
    rest.sort_by_key(|(name, nodes)| {
        let grade = nodes.first().map(|node| node.grade);
        (grade, std::cmp::Reverse(nodes.len()), *name)
    });
    for (_, mut fabric) in rest {
        let lots = whole(count(&fabric), block).min(left);
        parcels.extend(take(short.account, &mut fabric, lots, None));
        left -= lots;
    }
    if left != Lots::ZERO {
        let (seller, lots) = (short.account, left);
        parcels.push(Parcel { seller, lots, buyer: None, fabric: None, nodes: Vec::new() });
    }
    parcels
}

fn count(nodes: &[&NodeEntry]) -> Lots {
    Lots(u64::try_from(nodes.len()).expect("a node count"))
}

/// The first nodes of a fabric as a parcel; none without lots.
fn take(
    seller: AccountId,
    fabric: &mut Vec<&NodeEntry>,
    lots: Lots,
    buyer: Option<AccountId>,
) -> Option<Parcel> {
    let first = *fabric.first().filter(|_| lots != Lots::ZERO)?;
    let taken = fabric.drain(..usize::try_from(lots.0).expect("no more than there are"));
    let nodes = taken.map(|node| node.node).collect();
    Some(Parcel { seller, lots, buyer, fabric: Some((first.zone, first.grade)), nodes })
}

#[cfg(test)]
mod tests;

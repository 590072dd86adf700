//! What a buyer says of the hours it gets: it signs those in which every node ran, and disputes those
//! in which a node ran for a part only and the seller reports more.

use std::collections::BTreeMap;

use types::terms::GPUS_PER_LOT;
use types::{NodeId, ObligationState, Timestamp};

use super::act::Act;
use super::deliveries::Deliveries;
use super::docket::{Complaint, Docket};
use super::fleet::Fleet;

/// It looks at an hour so long after its start: the seller has reported it by then.
const PATIENCE: i64 = 2 * Timestamp::HOUR;

/// Older hours may be final.
const LATEST: i64 = 12 * Timestamp::HOUR;

/// Nodes that serve an obligation, as far as the buyer knows.
#[derive(Clone, Debug)]
struct Served {
    fleet: usize,
    nodes: Vec<NodeId>,
    next: Timestamp,
}

/// What a buyer watches.
#[derive(Debug)]
pub(super) struct Watch {
    served: BTreeMap<String, Served>,
    docket: Docket,
}

impl Watch {
    /// Watches nothing yet, and leaves what it disputes on `docket`.
    pub(super) fn new(docket: Docket) -> Self {
        Self { served: BTreeMap::new(), docket }
    }

    /// Watches the nodes of an obligation from its first hour on.
    pub(super) fn begin(
        &mut self,
        obligation: &str,
        fleet: usize,
        nodes: Vec<NodeId>,
        start: Timestamp,
    ) {
        self.served.insert(obligation.to_owned(), Served { fleet, nodes, next: start });
    }

    /// What to sign now.
    pub(super) fn acts(
        &mut self,
        now: Timestamp,
        deliveries: &Deliveries,
        fleets: &[Fleet],
    ) -> Vec<Act> {
        for (obligation, failed, spare) in &deliveries.replaced {
            let served = self.served.get_mut(obligation).map(|served| &mut served.nodes);
            let node = served.and_then(|nodes| nodes.iter_mut().find(|node| *node == failed));
            if let Some(node) = node {
                *node = *spare;
            }
        }
        let mut acts = Vec::new();
        for (obligation, served) in &mut self.served {
            let receipt = deliveries.receipts.get(obligation);
            let Some(receipt) = receipt.filter(|r| r.state == ObligationState::Delivering) else {
                continue;
            };
            let mut hour = served.next.max(now.plus(-LATEST).hour_start());
            while hour.plus(PATIENCE) <= now && hour < receipt.end {
                acts.extend(said(obligation, served, &fleets[served.fleet], hour));
                hour = hour.plus(Timestamp::HOUR);
            }
            served.next = hour;
        }
        acts
    }

    /// Something it signed was taken.
    pub(super) fn taken(&self, act: &Act) {
        let Act::Dispute { obligation, hour, node, .. } = act else { return };
        let Some(served) = self.served.get(obligation) else { return };
        let (obligation, fleet) = (obligation.clone(), served.fleet);
        self.docket.file(Complaint { obligation, fleet, hour: *hour, node: NodeId(*node) });
    }
}

/// What the buyer says of one hour.
fn said(obligation: &str, served: &Served, fleet: &Fleet, hour: Timestamp) -> Vec<Act> {
    let readings = fleet.readings(&served.nodes, hour);
    let is_whole = |hours: u8| u64::from(hours) == GPUS_PER_LOT;
    let dispute = |node: NodeId, gpu_hours| Act::Dispute {
        obligation: obligation.to_owned(),
        hour,
        node: node.0,
        gpu_hours,
    };
    if readings.iter().all(|reading| is_whole(reading.gpu_hours)) {
        return vec![Act::Countersign { obligation: obligation.to_owned(), hour }];
    }
    let parts = readings.iter().filter(|r| r.gpu_hours != 0 && !is_whole(r.gpu_hours));
    parts.map(|reading| dispute(reading.node, reading.gpu_hours)).collect()
}

#[cfg(test)]
mod tests {
    use types::Date;

    use super::super::deliveries::Receipt;
    use super::super::fleet::OutageRecord;
    use super::*;

    fn start() -> Timestamp {
        Date::from_civil(2027, 1, 1).start()
    }

    fn hours(count: i64) -> Timestamp {
        start().plus(count * Timestamp::HOUR)
    }

    #[test]
    fn whole_hours_are_signed_and_parts_are_disputed_once() {
        let mut record = OutageRecord::new(400, 1_000);
        record.add(9, 90, 180);
        let fleets = [Fleet::new(record, start(), 0, 2)];
        let docket = Docket::default();
        let mut watch = Watch::new(docket.clone());
        watch.begin("OB-1", 0, fleets[0].of(0), start());
        let mut deliveries = Deliveries::default();
        let receipt = Receipt {
            symbol: "H100-US-2027M01".to_owned(),
            lots: 2,
            state: ObligationState::Delivering,
            start: start(),
            end: hours(744),
        };
        deliveries.receipts.insert("OB-1".to_owned(), receipt);
        let obligation = || "OB-1".to_owned();
        let acts = watch.acts(hours(5), &deliveries, &fleets);
        let signed = |hour| Act::Countersign { obligation: obligation(), hour: hours(hour) };
        let disputed =
            Act::Dispute { obligation: obligation(), hour: hours(1), node: 1, gpu_hours: 4 };
        // Nobody says anything of the hour in which a node was down for all of it.
        assert_eq!(acts, [signed(0), disputed.clone(), signed(3)]);
        assert_eq!(watch.acts(hours(5), &deliveries, &fleets), []);
        watch.taken(&disputed);
        let complaint =
            Complaint { obligation: obligation(), fleet: 0, hour: hours(1), node: NodeId(1) };
        assert_eq!(docket.take(), [complaint]);
        assert_eq!(docket.take(), []);
    }
}

//! A provider's nodes, and which of them were down when: delivery is metered against the record of
//! a real cluster.

use std::collections::BTreeMap;

use types::terms::GPUS_PER_LOT;
use types::{NodeId, NodeReading, Timestamp};

/// Minutes in which a server of the recorded cluster was down, from the start of the record.
#[derive(Clone, Debug, Default)]
pub struct OutageRecord {
    servers: u32,
    hours: i64,
    outages: BTreeMap<u32, Vec<(i64, i64)>>,
}

impl OutageRecord {
    /// A record of so many servers over so many hours. Past its end it begins again.
    #[must_use]
    pub fn new(servers: u32, hours: i64) -> Self {
        Self { servers, hours, outages: BTreeMap::new() }
    }

    /// Adds an outage of a server, from minute to minute.
    pub fn add(&mut self, server: u32, from: i64, to: i64) {
        self.outages.entry(server).or_default().push((from, to));
    }

    /// Minutes of an hour of the record in which a server was up; 60 when it never failed.
    fn minutes_up(&self, server: u32, hour: i64) -> u64 {
        let start = hour.rem_euclid(self.hours) * 60;
        let outages = self.outages.get(&server).map_or(&[][..], Vec::as_slice);
        let is_up = |minute: &i64| !outages.iter().any(|(from, to)| (*from..*to).contains(minute));
        let minutes = (start..start + 60).filter(is_up).count();
        u64::try_from(minutes).expect("an hour has 60 minutes")
    }
}

/// The nodes a provider runs in each product.
#[derive(Clone, Debug)]
pub struct Fleet {
    record: OutageRecord,
    /// When the record begins.
    origin: Timestamp,
    /// The server that is node 0.
    first_server: u32,
    /// Nodes in each product.
    pub nodes: u32,
}

/// Servers from one node to the next. The record numbers servers in the order in which they first
/// failed, so neighbours would all be bad ones; every ninth is a fair sample, and as nine and four
/// hundred have no common divisor, no two nodes of a product are the same server.
const STRIDE: u32 = 9;

/// Node numbers from one product to the next.
const PRODUCT_STRIDE: u32 = 1_000;

impl Fleet {
    /// `nodes` nodes in each product whose record begins at `origin` with `first_server`.
    #[must_use]
    pub fn new(record: OutageRecord, origin: Timestamp, first_server: u32, nodes: u32) -> Self {
        Self { record, origin, first_server, nodes }
    }

    /// The nodes of the `product`-th product.
    #[must_use]
    pub fn of(&self, product: u32) -> Vec<NodeId> {
        (0..self.nodes).map(|n| NodeId(product * PRODUCT_STRIDE + n)).collect()
    }

    /// What the first `count` nodes of the `product`-th product delivered in the hour that began at
    /// `hour`: whole GPU-hours for the minutes each was up.
    #[must_use]
    pub fn readings(&self, product: u32, count: usize, hour: Timestamp) -> Vec<NodeReading> {
        let hour = (hour.0 - self.origin.0) / Timestamp::HOUR;
        let read = |node: NodeId| {
            let minutes = self.record.minutes_up(self.server(node), hour);
            let gpu_hours = u8::try_from(GPUS_PER_LOT * minutes / 60).expect("at most eight");
            NodeReading { node, gpu_hours }
        };
        self.of(product).into_iter().take(count).map(read).collect()
    }

    /// The server of the record that a node stands for.
    fn server(&self, node: NodeId) -> u32 {
        let (product, number) = (node.0 / PRODUCT_STRIDE, node.0 % PRODUCT_STRIDE);
        (self.first_server + product + number * STRIDE) % self.record.servers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_delivers_whole_gpu_hours_for_the_minutes_it_was_up() {
        let mut record = OutageRecord::new(400, 1_000);
        record.add(9, 30, 150);
        let fleet = Fleet::new(record, Timestamp(0), 0, 2);
        let delivered = |hour: i64| {
            let readings = fleet.readings(0, 2, Timestamp(hour * Timestamp::HOUR));
            readings.iter().map(|r| r.gpu_hours).collect::<Vec<_>>()
        };
        assert_eq!(delivered(0), [8, 4]);
        assert_eq!(delivered(1), [8, 0]);
        assert_eq!(delivered(2), [8, 4]);
        assert_eq!(delivered(3), [8, 8]);
        assert_eq!(delivered(1_001), [8, 0]);
    }

    #[test]
    fn no_two_nodes_of_a_product_are_the_same_server() {
        let fleet = Fleet::new(OutageRecord::new(400, 1_000), Timestamp(0), 4, 64);
        let mut servers: Vec<u32> = fleet.of(1).into_iter().map(|n| fleet.server(n)).collect();
        servers.sort_unstable();
        servers.dedup();
        assert_eq!(servers.len(), 64);
    }
}

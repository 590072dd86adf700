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
    /// The server that is its first node.
    first_server: u32,
    /// The number of its first node.
    first_node: u32,
    /// Nodes in each product.
    pub nodes: u32,
    /// Its meter counts a GPU-hour that was begun as a whole one.
    is_generous: bool,
}

/// Nodes on each of the two fabrics whose nodes are sold; what is beyond stands by, on a third.
const RAILS: [u32; 2] = [32, 24];

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
        Self { record, origin, first_server, first_node: 0, nodes, is_generous: false }
    }

    /// The same, with nodes that are numbered from `first_node` on.
    #[must_use]
    pub fn numbered_from(self, first_node: u32) -> Self {
        Self { first_node, ..self }
    }

    /// The same, with a meter that counts a GPU-hour that was begun as a whole one.
    #[must_use]
    pub fn rounding_up(self) -> Self {
        Self { is_generous: true, ..self }
    }

    /// The nodes of the `product`-th product.
    #[must_use]
    pub fn of(&self, product: u32) -> Vec<NodeId> {
        let first = product * PRODUCT_STRIDE + self.first_node;
        (first..first + self.nodes).map(NodeId).collect()
    }

    /// The nodes of a product on each of its fabrics. The last fabric stands by for others; the
    /// nodes of the fabrics before it are sold.
    #[must_use]
    pub fn rails(&self, product: u32) -> [Vec<NodeId>; 3] {
        let mut nodes = self.of(product).into_iter();
        let sold = RAILS.map(|count| nodes.by_ref().take(count as usize).collect());
        let [first, second] = sold;
        [first, second, nodes.collect()]
    }

    /// The nodes of a product that are pledged to its months.
    #[must_use]
    pub fn sold(&self, product: u32) -> Vec<NodeId> {
        let [first, second, _] = self.rails(product);
        [first, second].concat()
    }

    /// The nodes of a product that stand by for others.
    #[must_use]
    pub fn standing_by(&self, product: u32) -> Vec<NodeId> {
        let [_, _, last] = self.rails(product);
        last
    }

    /// The nodes that are pledged to the months of a node's product, that one left out.
    #[must_use]
    pub fn sold_beside(&self, node: NodeId) -> Vec<NodeId> {
        let mut nodes = self.sold(node.0 / PRODUCT_STRIDE);
        nodes.retain(|other| *other != node);
        nodes
    }

    /// What nodes delivered in the hour that began at `hour`: whole GPU-hours for the minutes each
    /// was up.
    #[must_use]
    pub fn readings(&self, nodes: &[NodeId], hour: Timestamp) -> Vec<NodeReading> {
        let read = |node: &NodeId| {
            let minutes = GPUS_PER_LOT * self.minutes_up(*node, hour);
            let whole = if self.is_generous { minutes.div_ceil(60) } else { minutes / 60 };
            let gpu_hours = u8::try_from(whole).expect("at most eight");
            NodeReading { node: *node, gpu_hours }
        };
        nodes.iter().map(read).collect()
    }

    /// Minutes of the hour that began at `hour` in which a node was up.
    fn minutes_up(&self, node: NodeId, hour: Timestamp) -> u64 {
        let hour = (hour.0 - self.origin.0).div_euclid(Timestamp::HOUR);
        self.record.minutes_up(self.server(node), hour)
    }

    /// Whether a node was up in every minute of so many hours before `until`.
    #[must_use]
    pub fn was_up(&self, node: NodeId, hours: i64, until: Timestamp) -> bool {
        let until = until.hour_start();
        (1..=hours).all(|ago| self.minutes_up(node, until.plus(-ago * Timestamp::HOUR)) == 60)
    }

    /// The server of the record that a node stands for.
    fn server(&self, node: NodeId) -> u32 {
        let product = node.0 / PRODUCT_STRIDE;
        let number = node.0 % PRODUCT_STRIDE - self.first_node;
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
            let readings = fleet.readings(&fleet.of(0), Timestamp(hour * Timestamp::HOUR));
            readings.iter().map(|r| r.gpu_hours).collect::<Vec<_>>()
        };
        assert_eq!(delivered(0), [8, 4]);
        assert_eq!(delivered(1), [8, 0]);
        assert_eq!(delivered(2), [8, 4]);
        assert_eq!(delivered(3), [8, 8]);
        assert_eq!(delivered(1_001), [8, 0]);
    }

    #[test]
    fn a_node_was_up_when_no_minute_is_missing() {
        let mut record = OutageRecord::new(400, 1_000);
        record.add(9, 30, 31);
        let fleet = Fleet::new(record, Timestamp(0), 0, 2).numbered_from(500);
        let hours = |count: i64| Timestamp(count * Timestamp::HOUR);
        assert_eq!(fleet.of(0), [NodeId(500), NodeId(501)]);
        assert!(fleet.was_up(NodeId(500), 24, hours(3)), "another server failed");
        assert!(!fleet.was_up(NodeId(501), 3, hours(3)), "its hour is the third before");
        assert!(fleet.was_up(NodeId(501), 2, hours(3)), "its hour is too long ago");
    }

    #[test]
    fn fabrics_share_out_the_nodes() {
        let fleet = Fleet::new(OutageRecord::new(400, 1_000), Timestamp(0), 0, 64);
        assert_eq!(fleet.rails(1).map(|rail| rail.len()), [32, 24, 8]);
        assert_eq!(fleet.rails(1).concat(), fleet.of(1));
        assert_eq!(fleet.sold(1).len(), 56);
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

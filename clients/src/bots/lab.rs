//! A lab that needs GPUs: buys its schedule slice by slice and keeps what it buys, so it ends as the
//! receiver of a delivery. It says from whom it would like to get it, runs a test on each node and watches
//! the hours.

use std::collections::{BTreeMap, BTreeSet};

use protocol::client::Prefer;
use types::{NodeId, ObligationState, Side, Timestamp};

use super::act::Act;
use super::cover::{Schedule, slice};
use super::deliveries::{Deliveries, Receipt};
use super::docket::Docket;
use super::fleet::Fleet;
use super::view::{Intent, View, shifted};
use super::watch::Watch;

/// The lab pays at most so much over fair, in hundredths of a percent.
const HASTE: i64 = 120;

/// It tests nodes so long before the first hour.
const TEST_HOURS: i64 = 4 * 24;

/// A node passes that has been up for so many hours.
const BURN_IN_HOURS: i64 = 3 * 24;

/// A lab.
#[derive(Debug)]
pub(super) struct Lab {
    need: Schedule,
    /// Its supplier of choice.
    supplier: String,
    /// What providers have told it of their nodes.
    fleets: Vec<Fleet>,
    products: Vec<String>,
    hour: Option<Timestamp>,
    preferred: BTreeSet<String>,
    /// How many fabrics it has tried to reach for each obligation.
    tried: BTreeMap<String, usize>,
    /// Obligations whose nodes have been tested.
    tested: BTreeSet<String>,
    watch: Watch,
}

impl Lab {
    /// A lab with this need that would like to get it from `supplier`.
    #[must_use]
    pub(super) fn new(
        need: Schedule,
        supplier: String,
        fleets: Vec<Fleet>,
        products: Vec<String>,
        docket: Docket,
    ) -> Self {
        Self {
            need,
            supplier,
            fleets,
            products,
            hour: None,
            preferred: BTreeSet::new(),
            tried: BTreeMap::new(),
            tested: BTreeSet::new(),
            watch: Watch::new(docket),
        }
    }

    /// What to trade now: once in each market hour the next slice of everything it lacks.
    pub(super) fn act(&mut self, view: &View) -> Vec<Intent> {
        if self.hour.replace(view.now.hour_start()) == Some(view.now.hour_start()) {
            return Vec::new();
        }
        let open = self.need.open(view, |symbol| view.position(symbol));
        let buy = |(contract, lots): (_, i64)| {
            let limit = shifted(view.fair(&contract)?, HASTE);
            let lots = slice(lots, contract.hours_left(view.now));
            Some(Intent::Take { symbol: contract.symbol, side: Side::Buy, limit, lots })
        };
        open.into_iter().filter_map(buy).collect()
    }

    /// What to sign now.
    pub(super) fn acts(&mut self, now: Timestamp, deliveries: &Deliveries) -> Vec<Act> {
        let bought = deliveries.expired.iter().filter(|(_, lots)| 0 < **lots);
        let new = bought.filter(|(symbol, _)| self.preferred.insert((*symbol).clone()));
        let mut acts: Vec<Act> = new.map(|(symbol, _)| prefer(symbol, &self.supplier)).collect();
        for (obligation, receipt) in &deliveries.receipts {
            let is_due = receipt.state == ObligationState::Assigned
                && receipt.start.plus(-TEST_HOURS * Timestamp::HOUR) <= now
                && now < receipt.start
                && !self.tested.contains(obligation);
            if is_due {
                acts.extend(self.test(obligation, receipt, now));
            }
        }
        acts.extend(self.watch.acts(now, deliveries, &self.fleets));
        acts
    }

    /// A test of the nodes of an obligation. It is not told which they are: it asks one fabric after
    /// the other, and nodes that do not serve it refuse the test.
    fn test(&mut self, obligation: &str, receipt: &Receipt, now: Timestamp) -> Option<Act> {
        let fabrics = self.fabrics(receipt);
        let tried = self.tried.entry(obligation.to_owned()).or_default();
        let (fleet, nodes) = fabrics.get(*tried)?;
        *tried += 1;
        self.watch.begin(obligation, *fleet, nodes.clone(), receipt.start);
        let fleet = &self.fleets[*fleet];
        let results =
            nodes.iter().map(|node| (node.0, fleet.was_up(*node, BURN_IN_HOURS, now))).collect();
        Some(Act::Test { obligation: obligation.to_owned(), results })
    }

    /// The nodes that may serve an obligation: as many as it has, the first of each fabric.
    fn fabrics(&self, receipt: &Receipt) -> Vec<(usize, Vec<NodeId>)> {
        let name = receipt.symbol.rsplit_once('-').map_or("", |(name, _)| name);
        let Some(product) = self.products.iter().position(|product| product == name) else {
            return Vec::new();
        };
        let product = u32::try_from(product).expect("a market has few products");
        let mut fabrics = Vec::new();
        for (number, fleet) in self.fleets.iter().enumerate() {
            let rails = fleet.rails(product).into_iter().filter(|rail| receipt.lots <= rail.len());
            fabrics.extend(rails.map(|rail| (number, rail[..receipt.lots].to_vec())));
        }
        fabrics
    }

    /// A test was taken, so those were its nodes; or something else was.
    pub(super) fn taken(&mut self, act: &Act) {
        self.watch.taken(act);
        if let Act::Test { obligation, .. } = act {
            self.tested.insert(obligation.clone());
        }
    }
}

fn prefer(symbol: &str, supplier: &str) -> Act {
    Act::Prefer(Prefer {
        symbol: symbol.to_owned(),
        zone: None,
        best_grade: false,
        single_fabric: true,
        seller: Some(supplier.to_owned()),
        image: Some("cuda-12.6".to_owned()),
    })
}

//! A provider: sells what its fleet can run, stands ready on both sides of a contract's last hours so
//! that traders get out, pledges nodes, and meters every hour of them.

use std::collections::{BTreeMap, BTreeSet};

use types::{NodeId, NodeReading, Side, Timestamp};

use super::cover::{Schedule, slice};
use super::fleet::Fleet;
use super::view::{Contract, Intent, View, shifted};
use super::wind_down::is_closing;

/// The provider sells at most so much under fair, in hundredths of a percent.
const HASTE: i64 = 120;

/// At the end, when the makers have left, it quotes so far from fair, in hundredths of a percent, for
/// so many lots.
const LAST_SPREAD: i64 = 100;
const LAST_LOTS: u64 = 12;
const LAST_HOURS: i64 = 12;

/// It pledges nodes so long before trading ends.
const PLEDGE_HOURS: i64 = 5 * 24;

/// It reports hours up to so long ago; older ones may be final.
const REPORT_HOURS: i64 = 20;

/// Nodes that one provider must run: an obligation, as far as metering needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Duty {
    /// The contract month.
    pub(super) symbol: String,
    /// First hour of delivery.
    pub(super) start: Timestamp,
    /// End of the last hour.
    pub(super) end: Timestamp,
    /// Nodes assigned, which are the pledged ones with the lowest numbers.
    pub(super) nodes: usize,
}

/// Nodes to pledge to a contract month.
pub(super) type Pledge = (String, Vec<NodeId>);

/// What the nodes of a contract month delivered in the hour that began then.
pub(super) type HourReport = (String, Timestamp, Vec<NodeReading>);

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    offer: Schedule,
    products: Vec<String>,
    fleet: Fleet,
    hour: Option<Timestamp>,
    pledged: BTreeSet<String>,
    metered: BTreeMap<String, Timestamp>,
}

impl Provider {
    /// A provider that runs `fleet` in all `products` and sells `offer` ahead.
    #[must_use]
    pub(super) fn new(offer: Schedule, products: Vec<String>, fleet: Fleet) -> Self {
        let (pledged, metered) = (BTreeSet::new(), BTreeMap::new());
        Self { offer, products, fleet, hour: None, pledged, metered }
    }

    /// What to trade now: once in each market hour the next slice of its offer, and quotes in what
    /// trades for the last hours.
    pub(super) fn act(&mut self, view: &View) -> Vec<Intent> {
        if self.hour.replace(view.now.hour_start()) == Some(view.now.hour_start()) {
            return Vec::new();
        }
        let open = self.offer.open(view, |symbol| -view.position(symbol));
        let sell = |(contract, lots): (_, i64)| {
            let limit = shifted(view.fair(&contract)?, -HASTE);
            let lots = slice(lots, contract.hours_left(view.now));
            Some(Intent::Take { symbol: contract.symbol, side: Side::Sell, limit, lots })
        };
        let closing = |c: &&Contract| is_closing(c, view.now, LAST_HOURS);
        let last = view.contracts.iter().filter(closing);
        let quotes = last.flat_map(|contract| last_quotes(view, contract));
        open.into_iter().filter_map(sell).chain(quotes).collect()
    }

    /// The nodes to pledge now; each contract month once.
    pub(super) fn pledges(&mut self, view: &View) -> Vec<Pledge> {
        let mut pledges = Vec::new();
        for contract in view.contracts.iter().filter(|c| is_closing(c, view.now, PLEDGE_HOURS)) {
            let is_new = contract.tenor.months() == 1 && !self.pledged.contains(&contract.symbol);
            if let Some(product) = self.product(&contract.product).filter(|_| is_new) {
                self.pledged.insert(contract.symbol.clone());
                pledges.push((contract.symbol.clone(), self.fleet.of(product)));
            }
        }
        pledges
    }

    /// Receipts for all hours of its duties that are over and not yet reported.
    pub(super) fn receipts(&mut self, now: Timestamp, duties: &[Duty]) -> Vec<HourReport> {
        let mut reports = Vec::new();
        for duty in duties {
            let Some((name, _)) = duty.symbol.rsplit_once('-') else { continue };
            let Some(product) = self.product(name) else { continue };
            let oldest = duty.start.max(now.hour_start().plus(-REPORT_HOURS * Timestamp::HOUR));
            let next = self.metered.entry(duty.symbol.clone()).or_insert(oldest);
            let mut hour = oldest.max(*next);
            while hour.plus(Timestamp::HOUR) <= now.min(duty.end) {
                reports.push((
                    duty.symbol.clone(),
                    hour,
                    self.fleet.readings(product, duty.nodes, hour),
                ));
                hour = hour.plus(Timestamp::HOUR);
            }
            *next = hour;
        }
        reports
    }

    fn product(&self, name: &str) -> Option<u32> {
        let index = self.products.iter().position(|product| product == name)?;
        u32::try_from(index).ok()
    }
}

/// A bid for what it has sold, and an ask.
fn last_quotes(view: &View, contract: &Contract) -> Vec<Intent> {
    let sold = u64::try_from(-view.position(&contract.symbol)).unwrap_or(0);
    let quote = |(side, tag, lots): (Side, &str, u64)| {
        let is_there = |o: &&super::view::Working| o.symbol == contract.symbol && o.side == side;
        if lots == 0 || view.orders.iter().any(|order| is_there(&order)) {
            return None;
        }
        let price = shifted(view.fair(contract)?, -side.sign() * LAST_SPREAD);
        Some(Intent::Quote {
            symbol: contract.symbol.clone(),
            side,
            price,
            lots,
            tag: tag.to_owned(),
        })
    };
    let sides = [(Side::Buy, "bid0", sold.min(LAST_LOTS)), (Side::Sell, "ask0", LAST_LOTS)];
    sides.into_iter().filter_map(quote).collect()
}

#[cfg(test)]
mod tests;

//! A provider: registers its nodes, sells what they can run, stands ready on both sides of a
//! contract's last hours so that traders get out, pledges and tenders nodes, puts spares in the place
//! of those that fail their test, and meters every hour.

use std::collections::{BTreeMap, BTreeSet};

use protocol::client::TenderForm;
use types::{Mills, NodeId, Side, Timestamp};

use super::act::Act;
use super::cover::{Schedule, slice};
use super::deliveries::Deliveries;
use super::fleet::Fleet;
use super::site::{Site, fabric};
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
const PLEDGE_HOURS: i64 = 12 * 24;

/// A spare must have been up so long.
const PROVEN_HOURS: i64 = 24;

/// The bond it posts.
const BOND: Mills = Mills(100_000_000);

/// Nodes that stand by cost so much more than the index, in hundredths of a percent.
const STANDBY_PREMIUM: i64 = 800;

/// Delivery blocks of an HGX generation have eight nodes.
const BLOCK: u64 = 8;

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
}

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    offer: Schedule,
    products: Vec<String>,
    fleet: Fleet,
    site: Site,
    /// The account for which it tenders first.
    customer: String,
    hour: Option<Timestamp>,
    is_registered: bool,
    pledged: BTreeSet<String>,
    tendered: BTreeSet<String>,
    metered: BTreeMap<String, Timestamp>,
    /// Months for which nodes stand by.
    standing_by: BTreeSet<String>,
    /// Spares that serve already.
    used: BTreeSet<(String, NodeId)>,
}

impl Provider {
    /// A provider that runs `fleet` in all `products`, sells `offer` ahead and tenders to `customer`
    /// first.
    #[must_use]
    pub(super) fn new(
        offer: Schedule,
        products: Vec<String>,
        fleet: Fleet,
        site: Site,
        customer: String,
    ) -> Self {
        Self {
            offer,
            products,
            fleet,
            site,
            customer,
            hour: None,
            is_registered: false,
            pledged: BTreeSet::new(),
            tendered: BTreeSet::new(),
            metered: BTreeMap::new(),
            standing_by: BTreeSet::new(),
            used: BTreeSet::new(),
        }
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

    /// What to sign now, the oldest first.
    pub(super) fn acts(
        &mut self,
        view: &View,
        deliveries: &Deliveries,
        duties: &[Duty],
    ) -> Vec<Act> {
        let mut acts = self.registers();
        acts.extend(self.pledges(view));
        acts.extend(self.tenders(deliveries));
        acts.extend(self.replaces(view.now, deliveries));
        acts.extend(self.stands_by(view, duties));
        acts.extend(self.receipts(view.now, duties));
        acts
    }

    /// All its nodes, and a bond, once. A run that goes on is refused, because they are registered already.
    fn registers(&mut self) -> Vec<Act> {
        if std::mem::replace(&mut self.is_registered, true) {
            return Vec::new();
        }
        let products = (0..).zip(&self.products);
        let register =
            |(n, name): (u32, &String)| Act::Register(self.site.forms(&self.fleet, n, name));
        products.map(register).chain([Act::PostBond(BOND)]).collect()
    }

    /// The nodes to pledge now; each contract month once.
    fn pledges(&mut self, view: &View) -> Vec<Act> {
        let mut pledges = Vec::new();
        for contract in view.contracts.iter().filter(|c| is_closing(c, view.now, PLEDGE_HOURS)) {
            let is_new = contract.tenor.months() == 1 && !self.pledged.contains(&contract.symbol);
            if let Some(product) = self.product(&contract.product).filter(|_| is_new) {
                self.pledged.insert(contract.symbol.clone());
                let nodes = self.fleet.sold(product).into_iter().map(|node| node.0).collect();
                pledges.push(Act::Pledge { symbol: contract.symbol.clone(), nodes });
            }
        }
        pledges
    }

    /// What it tenders of what it sold: the first fabric to its customer, the second to anybody.
    fn tenders(&mut self, deliveries: &Deliveries) -> Vec<Act> {
        let mut acts = Vec::new();
        for (symbol, lots) in deliveries.expired.iter().filter(|(_, lots)| **lots < 0) {
            let Some((name, _)) = symbol.rsplit_once('-') else { continue };
            let Some(product) = self.product(name) else { continue };
            if !self.tendered.insert(symbol.clone()) {
                continue;
            }
            let mut left = lots.unsigned_abs();
            let mut tenders = Vec::new();
            for (rail, buyer) in [Some(self.customer.clone()), None].into_iter().enumerate() {
                let nodes = self.fleet.rails(product)[rail].len() as u64;
                let lots = left.min(nodes) / BLOCK * BLOCK;
                left -= lots;
                if lots != 0 {
                    let (fabric, lots) = (fabric(name, rail), lots.to_string());
                    tenders.push(TenderForm { fabric, lots, buyer });
                }
            }
            acts.push(Act::Tender { symbol: symbol.clone(), tenders });
        }
        acts
    }

    /// For each node that failed its test the last spare that has been up for a day. Where one does
    /// not fit, the next is tried.
    fn replaces(&mut self, now: Timestamp, deliveries: &Deliveries) -> Vec<Act> {
        let is_replaced = |obligation: &String, node: &NodeId| {
            deliveries.replaced.iter().any(|(of, failed, _)| (of, failed) == (obligation, node))
        };
        let mut acts = Vec::new();
        for (obligation, failed) in &deliveries.failed {
            if is_replaced(obligation, failed) {
                continue;
            }
            let spares = self.fleet.sold_beside(*failed).into_iter().rev();
            let mut fit = spares.filter(|spare| {
                !self.used.contains(&(obligation.clone(), *spare))
                    && self.fleet.was_up(*spare, PROVEN_HOURS, now)
            });
            if let Some(spare) = fit.next() {
                self.used.insert((obligation.clone(), spare));
                let (obligation, failed, spare) = (obligation.clone(), failed.0, spare.0);
                acts.push(Act::Replace { obligation, failed, spare });
            }
        }
        acts
    }

    /// The nodes of its last fabric stand by for what is left of each month in which it delivers.
    fn stands_by(&self, view: &View, duties: &[Duty]) -> Vec<Act> {
        let offer = |duty: &Duty| {
            let (name, _) = duty.symbol.rsplit_once('-')?;
            let nodes = self.fleet.standing_by(self.product(name)?);
            let index = view.prices.index(name, view.now)?;
            let symbol = duty.symbol.clone();
            let nodes: Vec<u32> = nodes.into_iter().map(|node| node.0).collect();
            let price = shifted(index.0, STANDBY_PREMIUM);
            (!nodes.is_empty()).then_some(Act::StandBy { symbol, nodes, price })
        };
        let is_new =
            |duty: &&Duty| view.now < duty.start && !self.standing_by.contains(&duty.symbol);
        duties.iter().filter(is_new).filter_map(offer).collect()
    }

    /// Something it signed was taken: nodes that stand by are metered from then on.
    pub(super) fn taken(&mut self, act: &Act) {
        if let Act::StandBy { symbol, .. } = act {
            self.standing_by.insert(symbol.clone());
        }
    }

    /// Receipts for all hours of its duties that are over and not yet reported.
    fn receipts(&mut self, now: Timestamp, duties: &[Duty]) -> Vec<Act> {
        let mut reports = Vec::new();
        for duty in duties {
            let Some((name, _)) = duty.symbol.rsplit_once('-') else { continue };
            let Some(product) = self.product(name) else { continue };
            let oldest = duty.start.max(now.hour_start().plus(-REPORT_HOURS * Timestamp::HOUR));
            let next = self.metered.entry(duty.symbol.clone()).or_insert(oldest);
            let mut hour = oldest.max(*next);
            let mut nodes = self.fleet.sold(product);
            if self.standing_by.contains(&duty.symbol) {
                nodes.extend(self.fleet.standing_by(product));
            }
            while hour.plus(Timestamp::HOUR) <= now.min(duty.end) {
                let (symbol, readings) = (duty.symbol.clone(), self.fleet.readings(&nodes, hour));
                reports.push(Act::Meter { symbol, hour, readings });
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

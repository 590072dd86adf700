//! One book order by order, without names: what each order shows and where it stands in the queue of
//! its price. A projection of what owners are told, so what icebergs hide is worked out by the rules of
//! the book and never shown.
//!
//! An order takes its place when it has traded what it could; until then it is coming.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{FillReport, Liquidity, Lots, OrderChange, OrderId, OrderReport, Side, Ticks};

/// A resting order as everybody may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) order: OrderId,
    pub(crate) side: Side,
    pub(crate) price: Ticks,
    /// What it shows; none when it rests no more.
    pub(crate) lots: Lots,
    /// Counts arrivals: at one price the lower one trades first.
    pub(crate) place: u64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Known {
    row: Row,
    hidden: Lots,
    peak: Option<Lots>,
}

/// The resting orders of one contract.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    known: BTreeMap<OrderId, Known>,
    /// By how good the price is, then by place.
    sides: [BTreeMap<(i64, u64), OrderId>; 2],
    arrivals: u64,
    /// Orders of the command at hand that do not rest yet, the first to come first.
    coming: Vec<Known>,
    /// Trades of resting orders whose other side has not been told yet.
    hits: Vec<(OrderId, Lots)>,
    /// What the orders touched by the command at hand were before it.
    before: BTreeMap<OrderId, Option<Row>>,
}

impl Queue {
    /// The orders of a side, in the order in which they would trade.
    pub(crate) fn rows(&self, side: Side) -> impl Iterator<Item = Row> {
        self.sides[side as usize].values().map(|id| self.known[id].row)
    }

    /// Takes what an owner is told of an order.
    pub(crate) fn report(&mut self, report: &OrderReport) {
        self.carry_hits();
        let (id, waits) = (report.order_id, report.trigger.is_some());
        match report.change {
            OrderChange::New | OrderChange::Elected if !waits => self.come(report),
            OrderChange::New | OrderChange::Elected => {}
            OrderChange::Amended if waits => {}
            OrderChange::Amended => self.amend(report),
            OrderChange::Restated => match self.coming.iter_mut().find(|o| o.row.order == id) {
                Some(coming) => coming.hidden = report.leaves,
                None => self.reduce(id, report.leaves),
            },
            OrderChange::Canceled | OrderChange::Expired => {
                self.coming.retain(|coming| coming.row.order != id);
                self.remove(id);
            }
        }
    }

    /// Takes what an owner is told of a trade.
    pub(crate) fn fill(&mut self, fill: &FillReport) {
        match fill.liquidity {
            Liquidity::Block => {}
            Liquidity::Maker => self.hits.push((fill.order_id, fill.lots)),
            Liquidity::Taker => {
                let comes = |known: &Known| known.row.order == fill.order_id;
                let earlier = self.coming.iter().position(comes).unwrap_or_default();
                self.rest_first(earlier);
                self.carry_hits();
                if let Some(taker) = self.coming.iter_mut().find(|known| comes(known)) {
                    taker.hidden = fill.leaves;
                }
            }
            Liquidity::Auction => {
                self.carry_hits();
                self.rest_first(self.coming.len());
                self.reduce(fill.order_id, fill.leaves);
            }
        }
    }

    /// The command is over: the orders that are not what they were before it, by id.
    pub(crate) fn finish(&mut self) -> Vec<Row> {
        self.carry_hits();
        self.rest_first(self.coming.len());
        let touched = std::mem::take(&mut self.before);
        let changed = |(id, before): (OrderId, Option<Row>)| {
            let now = self.known.get(&id).map(|known| known.row);
            match (before, now) {
                (before, now) if before == now => None,
                (_, Some(now)) => Some(now),
                (Some(gone), None) => Some(Row { lots: Lots::ZERO, ..gone }),
                (None, None) => None,
            }
        };
        touched.into_iter().filter_map(changed).collect()
    }

    /// All that is left of it is hidden until it rests.
    fn come(&mut self, report: &OrderReport) {
        let OrderReport { order_id: order, side, price, leaves, peak, .. } = *report;
        let row = Row { order, side, price, lots: Lots::ZERO, place: 0 };
        self.coming.push(Known { row, hidden: leaves, peak });
    }

    /// at the same price with no more lots it keeps its place.
    fn amend(&mut self, report: &OrderReport) {
        let id = report.order_id;
        let is_kept = self.known.get(&id).is_some_and(|known| {
            known.row.price == report.price && report.leaves <= known.row.lots + known.hidden
        });
        if is_kept {
            return self.reduce(id, report.leaves);
        }
        self.remove(id);
        self.come(report);
    }

    fn rest_first(&mut self, count: usize) {
        let resting: Vec<Known> = self.coming.drain(..count).collect();
        for known in resting.into_iter().filter(|known| known.hidden != Lots::ZERO) {
            self.before.entry(known.row.order).or_insert(None);
            self.place(known);
        }
    }

    /// Behind all others at its price, showing its next peak.
    fn place(&mut self, mut known: Known) {
        self.arrivals += 1;
        known.row.place = self.arrivals;
        known.row.lots = known.peak.map_or(known.hidden, |peak| peak.min(known.hidden));
        known.hidden -= known.row.lots;
        self.sides[known.row.side as usize].insert(key(&known.row), known.row.order);
        self.known.insert(known.row.order, known);
    }

    fn remove(&mut self, id: OrderId) -> Option<Known> {
        let known = self.known.remove(&id)?;
        self.sides[known.row.side as usize].remove(&key(&known.row));
        self.before.entry(id).or_insert(Some(known.row));
        Some(known)
    }

    /// It has so many lots left and keeps its place; what it hides goes first.
    fn reduce(&mut self, id: OrderId, leaves: Lots) {
        let Some(known) = self.known.get_mut(&id) else { return };
        self.before.entry(id).or_insert(Some(known.row));
        known.row.lots = known.row.lots.min(leaves);
        known.hidden = leaves - known.row.lots;
        if leaves == Lots::ZERO {
            self.remove(id);
        }
    }

    /// What resting orders show has traded; an iceberg then shows its next peak, behind the others.
    fn carry_hits(&mut self) {
        for (id, lots) in std::mem::take(&mut self.hits) {
            let Some(known) = self.known.get_mut(&id) else { continue };
            self.before.entry(id).or_insert(Some(known.row));
            known.row.lots -= lots.min(known.row.lots);
            if known.row.lots == Lots::ZERO
                && let Some(known) = self.remove(id)
                && known.hidden != Lots::ZERO
            {
                self.place(known);
            }
        }
    }
}

/// The better price first, then the earlier place.
fn key(row: &Row) -> (i64, u64) {
    (-row.side.sign() * row.price.0, row.place)
}

#[cfg(test)]
mod tests;

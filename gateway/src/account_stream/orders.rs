//! The orders of an account: all that are open, and the latest that have ended, so that
//! `order.get` has an answer for both.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use types::{ClientOrderId, FillReport, OrderId, OrderRef, OrderReport, OrderState, Timestamp};

use super::KEPT;

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderView {
    /// The last report, with the quantities of the fills since.
    pub(crate) report: OrderReport,
    /// Sum of price times lots of its fills.
    pub(crate) notional: i128,
    /// The instrument's sequence number of its last change.
    pub(crate) eseq: u64,
    /// When it changed last.
    pub(crate) time: Timestamp,
}

mod saved;

/// The orders of one account.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    open: BTreeMap<OrderId, OrderView>,
    ended: HashMap<OrderId, OrderView>,
    ended_first: VecDeque<OrderId>,
    by_client_id: HashMap<ClientOrderId, OrderId>,
}

impl Orders {
    /// The open ones, by the exchange's number.
    pub(crate) fn open(&self) -> impl Iterator<Item = &OrderView> {
        self.open.values()
    }

    /// Whether an order is open.
    pub(crate) fn is_open(&self, order: OrderId) -> bool {
        self.open.contains_key(&order)
    }

    /// An order, open or lately ended.
    pub(crate) fn find(&self, order: OrderRef) -> Option<&OrderView> {
        let id = match order {
            OrderRef::Exchange(id) => id,
            OrderRef::Client(name) => *self.by_client_id.get(&name)?,
        };
        self.open.get(&id).or_else(|| self.ended.get(&id))
    }

    pub(super) fn report(&mut self, report: OrderReport, eseq: u64, time: Timestamp) {
        let notional = self.open.remove(&report.order_id).map_or(0, |view| view.notional);
        self.by_client_id.insert(report.client_order_id, report.order_id);
        self.put(OrderView { report, notional, eseq, time });
    }

    pub(super) fn fill(&mut self, fill: &FillReport, eseq: u64, time: Timestamp) {
        let Some(mut view) = self.open.remove(&fill.order_id) else { return };
        view.report.filled = fill.filled;
        view.report.leaves = fill.leaves;
        view.report.state = fill.state;
        view.notional += i128::from(fill.price.0) * i128::from(fill.lots.0);
        view.eseq = eseq;
        view.time = time;
        self.put(view);
    }

    fn put(&mut self, view: OrderView) {
        match view.report.state {
            OrderState::Open => {
                self.open.insert(view.report.order_id, view);
            }
            OrderState::Filled | OrderState::Canceled | OrderState::Expired => self.end(view),
        }
    }

    fn end(&mut self, view: OrderView) {
        let id = view.report.order_id;
        if self.ended.insert(id, view).is_none() {
            self.ended_first.push_back(id);
        }
        if self.ended_first.len() <= KEPT {
            return;
        }
        let oldest = self.ended_first.pop_front().and_then(|id| self.ended.remove(&id));
        if let Some(report) = oldest.map(|view| view.report)
            && self.by_client_id.get(&report.client_order_id) == Some(&report.order_id)
        {
            self.by_client_id.remove(&report.client_order_id);
        }
    }
}

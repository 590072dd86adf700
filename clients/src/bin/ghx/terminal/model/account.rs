//! The account, as its own stream tells it. No answer to a request changes anything here: an order is
//! what the stream says it is.

use std::collections::{BTreeMap, VecDeque};

use clients::Event;
use protocol::server::{
    FillData, InvoiceData, MarginData, ObligationData, OrderData, OrderStateName, PositionData,
    ScenarioData,
};
use serde_json::Value;
use types::{Liquidity, OrderChange};

use super::market::read;
use crate::units;

/// Orders that have ended, and fills, that are kept.
const KEPT: usize = 200;

/// Everything of the account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    /// Orders that are open, the oldest first.
    pub(crate) open: Vec<OrderData>,
    /// Orders that have ended, the latest first.
    pub(crate) ended: VecDeque<OrderData>,
    /// Fills, the latest first.
    pub(crate) fills: VecDeque<FillData>,
    /// By contract.
    pub(crate) positions: BTreeMap<String, PositionData>,
    /// Cash and margin.
    pub(crate) margin: Option<MarginData>,
    /// What positions and open orders would lose in each scenario, in their order.
    pub(crate) scenarios: Vec<ScenarioData>,
    /// By name.
    pub(crate) obligations: BTreeMap<String, ObligationData>,
    /// By obligation.
    pub(crate) invoices: BTreeMap<String, InvoiceData>,
    /// What has been called for, and until when, while it has not come.
    pub(crate) call: Option<String>,
    /// Trading was switched off.
    pub(crate) is_killed: bool,
}

/// What an event did to an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum News {
    /// It came to the end of the queue at its price.
    Joined(OrderData),
    /// It is smaller and where it was.
    Kept(OrderData),
    /// It is gone.
    Ended(OrderData),
    /// Something else.
    Other,
}

impl Account {
    /// Takes an event of the account's stream.
    pub(crate) fn hear(&mut self, event: &Event) -> News {
        match (event.channel.as_str(), event.kind.as_str()) {
            ("orders", "snapshot") => self.open = read(event).unwrap_or_default(),
            ("orders", "order") => return read(event).map_or(News::Other, |o| self.order(o)),
            ("orders", "kill_switch") => {
                let on = event.data.as_ref().and_then(|data| data.get("on")?.as_bool());
                self.is_killed = on.unwrap_or(false);
            }
            ("fills", "fill") => return read(event).map_or(News::Other, |fill| self.fill(fill)),
            ("positions", "snapshot") => {
                self.positions.clear();
                let all: Vec<PositionData> = read(event).unwrap_or_default();
                all.into_iter().for_each(|position| self.position(position));
            }
            ("positions", "position") => {
                read(event).into_iter().for_each(|position| self.position(position));
            }
            ("positions", "expired") => {
                let symbol = event.data.as_ref().and_then(|data| data.get("symbol")?.as_str());
                self.positions.remove(symbol.unwrap_or_default());
            }
            ("margin", "snapshot" | "margin") => self.margin = read(event).or(self.margin.take()),
            ("margin", "call") => self.call = event.data.as_ref().map(called),
            ("margin", "call_met" | "default_closed") => self.call = None,
            ("obligations", "snapshot") => {
                let all: Vec<ObligationData> = read(event).unwrap_or_default();
                let named = all.into_iter().map(|one| (one.obligation_id.clone(), one));
                self.obligations = named.collect();
            }
            ("obligations", "obligation") => {
                if let Some(one) = read::<ObligationData>(event) {
                    self.obligations.insert(one.obligation_id.clone(), one);
                }
            }
            ("obligations", "invoice") => {
                self.billed(read::<InvoiceData>(event).into_iter().collect());
            }
            _ => {}
        }
        News::Other
    }

    /// Fills of before the connection, the oldest first.
    pub(crate) fn earlier(&mut self, fills: Vec<FillData>) {
        let is_known = |fill: &FillData| self.fills.iter().any(|f| f.exec_id == fill.exec_id);
        let new: Vec<FillData> = fills.into_iter().filter(|fill| !is_known(fill)).collect();
        self.fills.extend(new.into_iter().rev());
    }

    /// Invoices, each in the place of an earlier one.
    pub(crate) fn billed(&mut self, invoices: Vec<InvoiceData>) {
        self.invoices.extend(invoices.into_iter().map(|bill| (bill.obligation_id.clone(), bill)));
    }

    fn order(&mut self, order: OrderData) -> News {
        if order.state != OrderStateName::Open {
            return self.end(order);
        }
        let at = self.open.iter().position(|known| known.order_id == order.order_id);
        let Some(at) = at else {
            self.open.push(order.clone());
            return News::Joined(order);
        };
        let before = std::mem::replace(&mut self.open[at], order.clone());
        if keeps_its_place(&before, &order) { News::Kept(order) } else { News::Joined(order) }
    }

    fn fill(&mut self, fill: FillData) -> News {
        let at = self.open.iter().position(|order| order.order_id == fill.order_id);
        let news = at.map(|at| {
            let mut order = self.open[at].clone();
            order.cum_qty.clone_from(&fill.cum_qty);
            order.leaves_qty.clone_from(&fill.leaves_qty);
            (order.state, order.eseq) = (fill.order_state, fill.eseq);
            if order.state != OrderStateName::Open {
                return self.end(order);
            }
            self.open[at] = order.clone();
            // What came and traded rests from its last trade on.
            let came = fill.liquidity == Liquidity::Taker;
            if came { News::Joined(order) } else { News::Kept(order) }
        });
        self.fills.push_front(fill);
        self.fills.truncate(KEPT);
        news.unwrap_or(News::Other)
    }

    fn end(&mut self, order: OrderData) -> News {
        self.open.retain(|known| known.order_id != order.order_id);
        self.ended.retain(|known| known.order_id != order.order_id);
        self.ended.push_front(order.clone());
        self.ended.truncate(KEPT);
        News::Ended(order)
    }

    fn position(&mut self, position: PositionData) {
        if position.net_qty == "0" {
            self.positions.remove(&position.symbol);
        } else {
            self.positions.insert(position.symbol.clone(), position);
        }
    }

    /// The order of this name, the exchange's or our own, open or ended.
    pub(crate) fn find(&self, name: &str) -> Option<&OrderData> {
        let is_it = |order: &&OrderData| order.order_id == name || order.client_order_id == name;
        self.open.iter().chain(&self.ended).find(is_it)
    }
}

/// A margin call in words.
fn called(data: &Value) -> String {
    let text = |name: &str| data.get(name).and_then(Value::as_str).unwrap_or_default();
    let until = units::time(text("until_ns")).unwrap_or_default();
    format!("MARGIN CALL: ${} until {until} UTC, or less risk", units::grouped(text("amount")))
}

/// a lower quantity at the same price keeps the place, anything else goes to the end.
fn keeps_its_place(before: &OrderData, after: &OrderData) -> bool {
    let lots = |order: &OrderData| order.qty.parse::<u64>().unwrap_or(0);
    let is_smaller = before.price == after.price && lots(after) <= lots(before);
    is_smaller && after.event != OrderChange::Elected
}

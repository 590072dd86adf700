//! The orders of an account as they are saved: the open ones, then those that have ended, the oldest
//! first. Where to find them is worked out again.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{OrderView, Orders};

impl Serialize for Orders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let open: Vec<&OrderView> = self.open.values().collect();
        let ended = self.ended_first.iter().filter_map(|id| self.ended.get(id));
        let ended: Vec<&OrderView> = ended.collect();
        (open, ended).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Orders {
    /// An open order has its name from all that have ended, and of those the last has it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (open, ended): (Vec<OrderView>, Vec<OrderView>) =
            Deserialize::deserialize(deserializer)?;
        let mut orders = Self::default();
        for view in ended.iter().chain(&open) {
            let report = &view.report;
            orders.by_client_id.insert(report.client_order_id, report.order_id);
        }
        orders.ended_first = ended.iter().map(|view| view.report.order_id).collect();
        orders.ended = ended.into_iter().map(|view| (view.report.order_id, view)).collect();
        orders.open = open.into_iter().map(|view| (view.report.order_id, view)).collect();
        Ok(orders)
    }
}

//! What a bot has heard of its deliveries: months that expired, what it is to get, which of its own
//! nodes failed a test.

use std::collections::BTreeMap;

use protocol::server::{ExpiryData, ObligationData, ReplacedData, TestedData};
use serde_json::Value;
use types::{DeliveryRole, NodeId, ObligationState, Timestamp};

use super::heard::{number, read, timestamp};
use crate::Error;

/// GPU-hours that others owe the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    /// The contract month.
    pub(super) symbol: String,
    /// Nodes.
    pub(super) lots: usize,
    /// Where it stands.
    pub(super) state: ObligationState,
    /// First hour.
    pub(super) start: Timestamp,
    /// End of the last hour.
    pub(super) end: Timestamp,
}

/// What is known of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Deliveries {
    /// Lots to be delivered of months that have expired and are not assigned, sold ones below zero.
    pub(super) expired: BTreeMap<String, i64>,
    /// What the bot is to get, by obligation.
    pub(super) receipts: BTreeMap<String, Receipt>,
    /// Own nodes that failed a test, with their obligation, until a spare serves in their place.
    pub(super) failed: Vec<(String, NodeId)>,
    /// Nodes that serve in the place of others: obligation, the node that failed, its spare.
    pub(super) replaced: Vec<(String, NodeId, NodeId)>,
}

impl Deliveries {
    /// Takes in a fact of the channels `positions` and `obligations`.
    pub(super) fn fact(&mut self, kind: &str, data: Value) -> Result<(), Error> {
        match kind {
            "expired" => self.expire(&read(data)?),
            "obligation" | "snapshot" => self.obligation(&read(data)?),
            "tested" => {
                let TestedData { obligation_id, node, passed, .. } = read(data)?;
                if !passed {
                    self.failed.push((obligation_id, NodeId(node)));
                }
                Ok(())
            }
            "replaced" => {
                let ReplacedData { obligation_id, failed, spare } = read(data)?;
                self.replaced.push((obligation_id, NodeId(failed), NodeId(spare)));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn expire(&mut self, data: &ExpiryData) -> Result<(), Error> {
        let lots: i64 = number(&data.delivered_qty)?;
        if lots != 0 {
            self.expired.insert(data.symbol.clone(), lots);
        }
        Ok(())
    }

    fn obligation(&mut self, data: &ObligationData) -> Result<(), Error> {
        self.expired.remove(&data.symbol);
        if data.role == DeliveryRole::Deliver {
            return Ok(());
        }
        let receipt = Receipt {
            symbol: data.symbol.clone(),
            lots: number(&data.lots)?,
            state: data.state,
            start: timestamp(&data.window_start_ns)?,
            end: timestamp(&data.window_end_ns)?,
        };
        self.receipts.insert(data.obligation_id.clone(), receipt);
        Ok(())
    }
}

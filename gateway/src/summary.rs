//! What a venue has done since its log began, in numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{
    Date, GpuHours, InstrumentId, Invoice, Lots, Mills, ObligationReport, Ticks, Timestamp,
};

/// The whole life of the market so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of the last command.
    pub seq: u64,
    /// Market time of the last command.
    pub time: Timestamp,
    /// Orders accepted.
    pub orders: u64,
    /// Trades.
    pub trades: u64,
    /// Lots traded.
    pub lots: Lots,
    /// Symbols of all contracts.
    pub symbols: BTreeMap<InstrumentId, String>,
    /// Final settlement prices, in order of publication.
    pub final_settlements: Vec<FinalSettlement>,
    /// Obligations as their sellers see them, oldest first.
    pub obligations: Vec<ObligationReport>,
    /// Invoices as the sellers have them, oldest first.
    pub invoices: Vec<Invoice>,
}

/// The last price of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalSettlement {
    /// The contract.
    pub symbol: String,
    /// The price.
    pub price: Ticks,
    /// The last trading day.
    pub date: Date,
    /// Lots long at the end, which were the lots short.
    pub open_interest: Lots,
}

impl Summary {
    /// GPU-hours due, delivered and short, over all obligations.
    #[must_use]
    pub fn gpu_hours(&self) -> (GpuHours, GpuHours, GpuHours) {
        let sum = |part: fn(&ObligationReport) -> GpuHours| self.obligations.iter().map(part).sum();
        (sum(|o| o.due), sum(|o| o.delivered), sum(|o| o.short))
    }

    /// Damages of all invoices.
    #[must_use]
    pub fn damages(&self) -> Mills {
        self.invoices.iter().map(|invoice| invoice.damages).sum()
    }
}

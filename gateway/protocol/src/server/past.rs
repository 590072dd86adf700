//! What the HTTP port tells of the past.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CandleData, SettlementData, TradeData};

/// `GET /v1/trades`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TradePage {
    /// The oldest first.
    pub trades: Vec<TradeData>,
    /// Where the page before it ends; none when this is the oldest that is kept.
    pub before: Option<String>,
}

/// `GET /v1/candles`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CandlePage {
    /// The oldest first.
    pub candles: Vec<CandleData>,
    /// Where the page before it ends; none when this is the oldest that is kept.
    pub before_ns: Option<String>,
}

/// `GET /v1/settlements`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettlementPage {
    /// The oldest first.
    pub settlements: Vec<SettlementData>,
    /// Where the page before it ends; none when this is the oldest.
    pub before: Option<String>,
}

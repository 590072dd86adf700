//! What concerns the venue or the market as a whole: channel `system`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `system`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemData {
    /// `shutdown`, `maintenance` or `open`.
    pub kind: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When connections are closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_in_ms: Option<u64>,
    /// Wait a random part of this before coming back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_jitter_ms: Option<u64>,
}

/// Terms have changed, or will; kind `terms` on `system`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TermsData {
    /// From when on.
    pub from_ns: String,
    /// The fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<FeesData>,
    /// The position limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_limit: Option<PositionLimitData>,
}

/// Fees in dollars; one below zero is a rebate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeesData {
    /// For a lot, of the side that rested.
    pub maker: String,
    /// For a lot, of the other side.
    pub taker: String,
    /// For a GPU-hour delivered, of the seller.
    pub delivery: String,
}

/// Most lots of a contract that an account may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PositionLimitData {
    /// Of which product.
    pub product: String,
    /// How many.
    pub lots: String,
}

/// Hours at a hub are waived: nobody owes them; kind `waived` on `system`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaivedData {
    /// Which hub.
    pub hub: String,
    /// The start of the first.
    pub from_ns: String,
    /// The end of the last.
    pub until_ns: String,
}

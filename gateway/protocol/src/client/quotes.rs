//! Parameters of market makers' methods, and of the kill switch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `quote.mass`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteMass {
    /// Quotes that are protected together: 1 to 16 characters of A-Z a-z 0-9 _ -.
    pub mmp_group: String,
    /// The sender's name of this request; it comes back as the `client_order_id` of its quotes.
    pub quote_id: String,
    /// At most 50 contracts, each once.
    pub quotes: Vec<QuoteTwo>,
}

/// Both sides of a quote. One that is absent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteTwo {
    /// The contract.
    pub symbol: String,
    /// What the maker buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<QuoteOne>,
    /// What the maker sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<QuoteOne>,
}

/// One side of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteOne {
    /// At this price or better.
    pub price: String,
    /// Lots; `0` pulls the side.
    pub qty: String,
}

/// `mmp.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MmpSet {
    /// Which group.
    pub mmp_group: String,
    /// The span in which trades are counted, 1 to 600,000.
    pub window_ms: u32,
    /// Lots in a window that pull the quotes; any number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty_limit: Option<String>,
    /// Trades in a window that pull the quotes; any number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_limit: Option<u32>,
    /// How long no quotes are taken then; 0 until `mmp.reset`.
    #[serde(default)]
    pub frozen_ms: u32,
}

/// `mmp.reset`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MmpReset {
    /// Which group.
    pub mmp_group: String,
}

/// `account.kill`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kill {
    /// Thrown or released.
    pub on: bool,
}

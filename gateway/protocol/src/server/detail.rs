//! What public channels carry beside the book and the day: orders in their queues, candles, marks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `l3.*`: a snapshot in the order in which they would trade, or the orders that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueData {
    /// Orders that buy.
    pub bids: Vec<QueueRow>,
    /// Orders that sell.
    pub asks: Vec<QueueRow>,
}

/// A resting order: its id, its price, what it shows (`0` when it rests no more), and its place. At one
/// price the lower place trades first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueRow(pub String, pub String, pub String, pub u64);

/// `candles.*`: the trades of one span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CandleData {
    /// Its first moment.
    pub open_ns: String,
    /// The first moment after it.
    pub close_ns: String,
    /// First price.
    pub o: String,
    /// Highest price.
    pub h: String,
    /// Lowest price.
    pub l: String,
    /// Last price.
    pub c: String,
    /// Lots.
    pub v: String,
    /// Trades.
    pub n: u64,
    /// Average price, weighted by lots.
    pub vwap: Option<String>,
    /// Whether it is over, so that nothing of it changes any more.
    #[serde(rename = "final")]
    pub is_final: bool,
}

/// `mark.*`: what a lot is worth now, and what that comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarkData {
    /// Which contract.
    pub symbol: String,
    /// The price.
    pub mark: String,
    /// `quoted`, `interpolated` or `settled`.
    pub basis: String,
    /// Best bid.
    pub bid: Option<String>,
    /// Best ask.
    pub ask: Option<String>,
    /// Last settlement price.
    pub settle: String,
    /// The product's reference index.
    pub index: Option<String>,
    /// As of.
    pub eng_ns: String,
}

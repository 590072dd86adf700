//! What public channels carry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{Phase, Side};

use crate::names::Names;

/// A price and all that rests there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Level(pub String, pub String);

/// `book.*`: a snapshot, or the levels that changed; a quantity of `0` removes a level. Best first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BookData {
    /// Bids.
    pub bids: Vec<Level>,
    /// Asks.
    pub asks: Vec<Level>,
    /// What other contracts make; no part of the checksum. In a delta only when it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied: Option<ImpliedData>,
}

/// What orders of other contracts together make in this one; it trades after the orders of the
/// contract's own at the same price.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImpliedData {
    /// The best they bid.
    pub bid: Option<Level>,
    /// The best they ask.
    pub ask: Option<Level>,
}

/// `checkpoint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckpointData {
    /// The signed note: what the log and the state come to.
    pub note: String,
}

/// `bbo.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BboData {
    /// Best bid.
    pub bid: Option<Level>,
    /// Best ask.
    pub ask: Option<Level>,
    /// What other contracts make.
    pub implied: ImpliedData,
}

/// `trades.*`, a list of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TradeData {
    /// The same in both parties' fills.
    pub trade_id: String,
    /// At which price.
    pub price: String,
    /// Lots.
    pub qty: String,
    /// The side that came; neither in an auction.
    #[schemars(with = "Option<Names<Side>>")]
    pub taker: Option<Side>,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// When.
    pub eng_ns: String,
    /// `implied`, `block`; empty for a trade of two orders of the book.
    pub flags: Vec<String>,
}

/// `ticker.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TickerData {
    /// Best bid.
    pub bid: Option<Level>,
    /// Best ask.
    pub ask: Option<Level>,
    /// Last trade.
    pub last: Option<String>,
    /// What a lot is worth now.
    pub mark: String,
    /// The product's reference index.
    pub index: Option<String>,
    /// First price of the last 24 hours.
    pub open_24h: Option<String>,
    /// Highest price of the last 24 hours.
    pub high_24h: Option<String>,
    /// Lowest price of the last 24 hours.
    pub low_24h: Option<String>,
    /// Lots of the last 24 hours.
    pub volume_24h: String,
    /// Lots long.
    pub open_interest: String,
    /// Last settlement price.
    pub settle_prev: String,
    /// Phase.
    pub phase: String,
    /// As of.
    pub eng_ns: String,
}

/// `status.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusData {
    /// Which contract.
    pub symbol: String,
    /// Its phase.
    pub phase: String,
    /// Since.
    pub eng_ns: String,
    /// While an auction is called: the price it would come to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicative_price: Option<String>,
    /// The lots that would trade at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicative_qty: Option<String>,
    /// The lots that would be left over: bought, or with a minus sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus_qty: Option<String>,
}

/// `settlement` and `settlement.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettlementData {
    /// Names it.
    pub settlement_id: String,
    /// Which contract.
    pub symbol: String,
    /// `daily` or `final`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The day.
    pub date: String,
    /// The price.
    pub price: String,
    /// How it was found.
    pub method: String,
    /// `final`.
    pub status: String,
    /// The record it corrects.
    pub supersedes: Option<String>,
    /// Lots since the settlement before.
    pub volume: String,
    /// Lots long.
    pub open_interest: String,
    /// When.
    pub published_ns: String,
}

/// `curve.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CurveData {
    /// Which product.
    pub product: String,
    /// `usd_per_gpu_hour`.
    pub unit: String,
    /// As of.
    pub as_of_ns: String,
    /// The reference index, where one was published.
    pub index: Option<String>,
    /// By first day, then by length.
    pub points: Vec<CurvePoint>,
}

/// One contract on a curve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CurvePoint {
    /// Which contract.
    pub symbol: String,
    /// `month`, `quarter` or `year`.
    pub tenor: String,
    /// First day of delivery.
    pub start: String,
    /// Last day of delivery.
    pub end: String,
    /// Best bid.
    pub bid: Option<String>,
    /// Best ask.
    pub ask: Option<String>,
    /// Last trade.
    pub last: Option<String>,
    /// What a lot is worth now.
    pub mark: String,
    /// Last settlement price.
    pub settle: String,
    /// `quoted`, `interpolated` or `settled`: where `mark` comes from.
    pub basis: String,
    /// Market time since the contract last changed.
    pub age_ms: u64,
}

/// A leg of a combination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegData {
    /// Which contract.
    pub symbol: String,
    /// Lots of it in one lot of the combination; a buyer sells it where this is below zero.
    pub ratio: i32,
}

/// `instruments`, a list of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstrumentData {
    /// Its name.
    pub symbol: String,
    /// Its number in binary messages.
    #[serde(default)]
    pub instrument_no: u32,
    /// Generation and hub.
    pub product: String,
    /// `month`, `quarter` or `year`; of a combination `spread` or `ramp`.
    pub tenor: String,
    /// What a lot of a combination brings; nothing of another contract.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<LegData>,
    /// First day of delivery.
    pub start: String,
    /// Last day of delivery.
    pub end: String,
    /// Hours of one lot; of a spread those of its far leg.
    pub hours: u32,
    /// GPUs of a lot.
    pub gpus_per_lot: u32,
    /// Lots of one delivery block.
    pub block_lots: u64,
    /// Smallest step of the price.
    pub tick: String,
    /// Decimals of prices.
    pub price_scale: u32,
    /// Decimals of quantities.
    pub qty_scale: u32,
    /// Dollars that one tick of one lot is worth.
    pub tick_value: String,
    /// Largest quantity of one order.
    pub max_qty: String,
    /// Lowest price an order may have now.
    pub min_price: String,
    /// Highest price an order may have now.
    pub max_price: String,
    /// When trading ends.
    pub last_trading_ns: String,
    /// `physical` or `cash`.
    pub settlement: String,
    /// Phase.
    pub phase: String,
    /// Last settlement price.
    pub settle: String,
    /// The scan range that was announced last; absent while that of the terms holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan_range: Option<String>,
    /// The settlement from which margin counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan_from_ns: Option<String>,
}

/// `index.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexData {
    /// Which product.
    pub product: String,
    /// Dollars for one GPU-hour; null where the last value is too old.
    pub price: Option<String>,
    /// When it was published.
    pub eng_ns: String,
    /// What was printed last; absent where the operator publishes the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<IndexPrintData>,
}

/// What a day came to by the method of the market's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexPrintData {
    /// The last day of the window.
    pub date: String,
    /// Dollars with four decimals; null where too little was seen.
    pub value: Option<String>,
    /// 0, then one more each time the day is printed again.
    pub rev: u32,
    /// Version of the method.
    pub method: u16,
    /// Observations that the value is the median of.
    pub used: u32,
    /// Observations of counted days that were left out.
    pub left_out: u32,
    /// Days that count.
    pub days: u8,
}

/// `supply.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupplyData {
    /// Which product.
    pub product: String,
    /// Lots of nodes that are registered.
    pub registered: String,
    /// Of those, attested: what can be delivered.
    pub attested: String,
}

/// `delivery.*`: how a contract is being delivered, without names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryData {
    /// Which contract.
    pub symbol: String,
    /// Final settlement price.
    pub price: Option<String>,
    /// When trading ended or will end.
    pub last_trading_ns: String,
    /// First hour.
    pub window_start_ns: String,
    /// End of the last hour.
    pub window_end_ns: String,
    /// Lots assigned.
    pub lots: String,
    /// GPU-hours of the whole period.
    pub due: String,
    /// GPU-hours delivered.
    pub delivered: String,
    /// GPU-hours missing.
    pub short: String,
    /// Nodes that deliver.
    pub nodes: String,
    /// Nodes that missed something in the last final hour.
    pub nodes_down: String,
    /// Paid to sellers.
    pub paid: String,
    /// Damages.
    pub damages: String,
    /// As of, in market time.
    pub as_of_ns: String,
    /// Each of them.
    pub obligations: Vec<DeliveryRow>,
}

/// One obligation on the delivery board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryRow {
    /// Which.
    pub obligation_id: String,
    /// Nodes of eight GPUs.
    pub lots: String,
    /// `assigned`, `delivering` or `settled`.
    pub state: String,
    /// GPU-hours of the whole period.
    pub due: String,
    /// GPU-hours delivered.
    pub delivered: String,
    /// GPU-hours missing.
    pub short: String,
    /// Nodes that missed something in the last final hour.
    pub nodes_down: String,
    /// Paid so far.
    pub paid: String,
    /// Damages.
    pub damages: String,
}

/// The name of a phase on the wire.
#[must_use]
pub const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::PreOpen => "pre_open",
        Phase::NoCancel => "no_cancel",
        Phase::Open => "open",
        Phase::Halted => "halt",
        Phase::Closed => "closed",
        Phase::Expired => "expired",
    }
}

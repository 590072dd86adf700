//! What requests come to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{Priority, Side};

use crate::names::Names;

use super::{
    FillData, InvoiceData, MarginData, ObligationData, OrderData, OrderStateName, PositionData,
};
use crate::client::Cod;
use crate::errors::WireError;

/// A bucket of a rate limit and what is left in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RateLeft {
    /// Which bucket.
    pub bucket: String,
    /// Requests left now.
    pub left: u32,
}

/// A bucket's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bucket {
    /// Most at once.
    pub cap: u32,
    /// Refilled each second.
    pub per_s: u32,
}

/// All limits of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// `standard` or `maker`.
    #[serde(default)]
    pub tier: String,
    /// Orders and amendments.
    pub orders: Bucket,
    /// Cancels.
    pub cancels: Bucket,
    /// Mass quotes, in tens of sides.
    pub quotes: Bucket,
    /// Questions.
    pub requests: Bucket,
    /// Subscriptions.
    pub subs: Bucket,
    /// Most open orders.
    pub open_orders: u32,
    /// Most requests without an answer yet.
    pub in_flight: u32,
    /// Most channels of a connection.
    #[serde(default)]
    pub channels: u32,
    /// Most sessions of a key.
    #[serde(default)]
    pub sessions: u32,
}

/// `session.login`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoginResult {
    /// `A-1001`.
    pub account: String,
    /// What the key may do.
    pub scopes: Vec<String>,
    /// Names the session.
    pub session_id: String,
    /// Epoch of the account's stream.
    pub acct_epoch: String,
    /// Number of the account's last event.
    pub acct_seq: u64,
    /// The client's clock against the venue's.
    pub clock_skew_ms: i64,
    /// What happens to open orders when the session ends.
    pub cod: Cod,
    /// After how many commands they are to be signed; absent when nobody waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_every: Option<u32>,
    /// All limits.
    pub limits: Limits,
}

/// `order.place`, `order.amend`, `order.cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderResult {
    /// The exchange's name.
    pub order_id: String,
    /// The sender's name.
    pub client_order_id: String,
    /// Where it stands, immediate fills included.
    pub state: OrderStateName,
    /// Counts its amendments, from 1.
    pub rev: u32,
    /// Of an amendment: the place in the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Names<Priority>>")]
    pub priority: Option<Priority>,
    /// Total quantity.
    pub qty: String,
    /// Filled so far.
    pub cum_qty: String,
    /// Still open; of an ended order what it ended with.
    pub leaves_qty: String,
    /// Average price of its fills.
    pub avg_px: Option<String>,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// Number of the account's last event; the event of this number is the same fact.
    pub acct_seq: u64,
    /// The request had been made before.
    pub dup: bool,
    /// When the gateway read the request.
    pub in_ns: String,
    /// When the engine came to it, in market time.
    pub eng_ns: String,
    /// When the gateway wrote this.
    pub out_ns: String,
    /// What is left in the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rl: Option<RateLeft>,
}

/// `order.cancel_all`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CanceledResult {
    /// How many orders.
    pub canceled: u64,
    /// Number of the account's last event.
    pub acct_seq: u64,
    /// What is left in the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rl: Option<RateLeft>,
}

/// `order.get`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GetResult {
    /// Whether there is such an order.
    pub found: bool,
    /// The order as it last changed.
    pub order: Option<OrderData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

/// `order.preview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreviewResult {
    /// Which contract.
    pub symbol: String,
    /// Limit; of a market order its protection limit.
    pub limit: String,
    /// Lots that would trade at once.
    pub fill_qty: String,
    /// Average price of those.
    pub fill_avg_px: Option<String>,
    /// The worst price of those.
    pub fill_worst_px: Option<String>,
    /// Lots that would rest.
    pub rest_qty: String,
    /// GPU-hours of the whole order.
    pub gpu_hours: String,
    /// Dollars of the whole order, the resting part at its limit.
    pub notional: String,
    /// Fee of what would trade at once.
    pub fee: String,
    /// Margin now.
    pub before: MarginData,
    /// Margin when it has come: what trades at once has traded, and the rest rests.
    pub after: MarginData,
    /// Were it filled whole: the first price at which maintenance margin would no longer be covered.
    pub liquidation_px: Option<String>,
    /// As of this command of the exchange.
    pub seq: u64,
}

/// `ping`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PingResult {
    /// As it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ns: Option<String>,
    /// The venue's clock.
    pub server_ns: String,
    /// Market time.
    pub market_ns: String,
}

/// `session.status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusResult {
    /// Names the session.
    pub session_id: String,
    /// What happens to open orders when it ends.
    pub cod: Cod,
    /// Orders that would be cancelled if it ended now.
    pub cod_orders: u64,
    /// Channels heard.
    pub channels: Vec<String>,
    /// Bytes that wait to be written.
    pub pending_bytes: u64,
    /// Silence after which the connection is closed.
    #[serde(default)]
    pub idle_ms: u32,
    /// When all orders of the account are cancelled, by the clock of `server_ns`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_at_ns: Option<String>,
    /// Number of the account's last event.
    pub acct_seq: u64,
}

/// `session.cod.set`, `session.logout`, `resync`, `delivery.pledge`, `delivery.meter`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoneResult {
    /// Number of the account's last event, where the account was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acct_seq: Option<u64>,
}

/// `session.ticket`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketResult {
    /// Logs in once, with `"alg":"ticket"`.
    pub ticket: String,
    /// How long it can be used.
    pub expires_in_ms: u32,
}

/// `session.cancel_after`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CancelAfterResult {
    /// When all orders are cancelled, by the clock of `server_ns`; never when absent.
    pub cancel_at_ns: Option<String>,
}

/// `combination.define`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedResult {
    /// What it is called.
    pub symbol: String,
}

/// `quote.mass`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuotesResult {
    /// One for each side given, in the order given, bids first.
    pub results: Vec<QuoteResult>,
    /// Number of the account's last event.
    pub acct_seq: u64,
    /// What is left of the bucket it was paid from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rl: Option<RateLeft>,
}

/// What became of one side of a quote. The quote before it is gone either way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuoteResult {
    /// Which contract.
    pub symbol: String,
    /// Which side.
    #[schemars(with = "Names<Side>")]
    pub side: Side,
    /// Filled so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cum_qty: Option<String>,
    /// Rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_qty: Option<String>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WireError>,
}

/// `orders.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderList {
    /// Open orders, the oldest first.
    pub orders: Vec<OrderData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

/// `fills.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FillList {
    /// The latest, the oldest of them first.
    pub fills: Vec<FillData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

/// `positions.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PositionList {
    /// Positions that are not flat.
    pub positions: Vec<PositionData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

/// `margin.get`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarginResult {
    /// Cash and margin.
    pub margin: MarginData,
    /// The sixteen scenarios, in their order.
    pub scenarios: Vec<ScenarioData>,
    /// As of this event of the account.
    pub acct_seq: u64,
    /// As of this command of the exchange.
    pub seq: u64,
}

/// What positions and open orders would lose in a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioData {
    /// Its name.
    pub name: String,
    /// Dollars lost; below zero, gained.
    pub loss: String,
}

/// `obligations.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObligationList {
    /// All of them, the oldest first.
    pub obligations: Vec<ObligationData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

/// `invoices.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceList {
    /// All of them, the oldest first.
    pub invoices: Vec<InvoiceData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

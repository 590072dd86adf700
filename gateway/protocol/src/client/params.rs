//! The parameters of each method. Unknown ones are refused, so a misspelt one is never passed over.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use types::Side;

use crate::names::Names;

use crate::errors::{Code, WireError};

/// Reads parameters; an error names the place.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, WireError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let why = error.into_inner();
        WireError::saying(Code::InvalidParams, format!("{why}.")).with("path", path)
    })
}

/// No parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// `session.login`: with a key all five of `key_id` to `sig`, with a ticket that alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Which key.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key_id: String,
    /// `ed25519`, or `ticket`.
    pub alg: String,
    /// Chosen by the client, 8 to 64 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_nonce: String,
    /// The client's clock; measured, never judged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ts_ns: String,
    /// Base64 of the signature.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sig: String,
    /// What `session.ticket` gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// What happens to open orders when the session ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cod: Option<Cod>,
    /// A session of this key that ended a moment ago, to keep its orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_session: Option<String>,
    /// After how many commands they will be signed, 1 to 4,096; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_every: Option<u32>,
    /// Name of the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

/// What happens to the open orders of a session that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodMode {
    /// They are cancelled.
    Cancel,
    /// They stay.
    Keep,
}

/// Cancel on disconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cod {
    /// Cancel or keep.
    pub mode: CodMode,
    /// How long a session may be away, 0 to 30,000.
    #[serde(default)]
    pub grace_ms: u32,
}

impl Default for Cod {
    fn default() -> Self {
        Self { mode: CodMode::Cancel, grace_ms: 0 }
    }
}

/// `ping`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    /// Comes back as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ns: Option<String>,
}

/// `subscribe`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// Names of channels.
    pub channels: Vec<String>,
    /// Replays the account's events from this number on, and then goes on live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_acct_seq: Option<u64>,
    /// The same of the firm's copy, by its own numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_firm_seq: Option<u64>,
}

/// `unsubscribe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// Names of channels.
    pub channels: Vec<String>,
}

/// `resync`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneChannel {
    /// Name of the channel.
    pub channel: String,
}

/// How an order's price is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// At `price` or better.
    Limit,
    /// At the best opposite price, with protection.
    Market,
    /// At the best opposite price; what is left rests there.
    MarketToLimit,
    /// At `price` once a trade has reached `trigger_price`.
    StopLimit,
    /// With protection beyond `trigger_price` once a trade has reached it.
    Stop,
}

/// How long an order lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tif {
    /// Until it ends.
    #[default]
    Gtc,
    /// At once or not at all, in part.
    Ioc,
    /// At once and whole, or refused with 2012.
    Fok,
    /// Until the next daily settlement.
    Day,
    /// Until `expire_ns`.
    Gtd,
}

/// What happens when an order would trade with its own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stp {
    /// What is left of the incoming order is cancelled.
    #[default]
    CancelNewest,
    /// The resting order is cancelled.
    CancelOldest,
    /// Both are cancelled.
    CancelBoth,
    /// Both lose what they would have traded.
    Decrement,
}

/// `order.place` and `order.preview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// The contract.
    pub symbol: String,
    /// The sender's name of the order. A preview does not use it up.
    pub client_order_id: String,
    /// Buy or sell.
    #[schemars(with = "Names<Side>")]
    pub side: Side,
    /// How its price is found.
    #[serde(rename = "type")]
    pub kind: OrderKind,
    /// The limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The trade price a stop waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_price: Option<String>,
    /// Lots.
    pub qty: String,
    /// For how long.
    #[serde(default)]
    pub tif: Tif,
    /// With `gtd`: until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_ns: Option<String>,
    /// Refused if it would trade at once.
    #[serde(default)]
    pub post_only: bool,
    /// With `post_only`: moved to a price at which it does not trade, rather than refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub slide: bool,
    /// It never opens or turns a position.
    #[serde(default)]
    pub reduce_only: bool,
    /// Lots that must trade at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_qty: Option<String>,
    /// Lots it shows at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_qty: Option<String>,
    /// Self-trade prevention.
    #[serde(default)]
    pub stp: Stp,
    /// Whether it ends with the session; absent, the session's mode decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cod: Option<bool>,
    /// Refused if the exchange comes to it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until_ns: Option<String>,
    /// A label that comes back on every event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

impl PlaceOrder {
    /// A limit order until it ends.
    #[must_use]
    pub fn limit(symbol: &str, client_order_id: &str, side: Side, price: &str, qty: &str) -> Self {
        let kind = OrderKind::Limit;
        Self {
            kind,
            price: Some(price.to_owned()),
            ..Self::market(symbol, client_order_id, side, qty)
        }
    }

    /// A market order.
    #[must_use]
    pub fn market(symbol: &str, client_order_id: &str, side: Side, qty: &str) -> Self {
        Self {
            symbol: symbol.to_owned(),
            client_order_id: client_order_id.to_owned(),
            side,
            kind: OrderKind::Market,
            price: None,
            trigger_price: None,
            qty: qty.to_owned(),
            tif: Tif::Gtc,
            expire_ns: None,
            post_only: false,
            slide: false,
            reduce_only: false,
            min_qty: None,
            show_qty: None,
            stp: Stp::CancelNewest,
            cod: None,
            valid_until_ns: None,
            tag: None,
        }
    }
}

/// `order.amend`: one of the two ids, and what is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendOrder {
    /// The sender's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<String>,
    /// The exchange's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Refused unless the order is at this revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<u32>,
    /// The new limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The new total quantity, filled part included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<String>,
    /// The new trigger of a stop that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_price: Option<String>,
}

/// `order.cancel`: one of the two ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// The sender's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<String>,
    /// The exchange's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// `order.cancel_all`: every order that meets all conditions given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelAll {
    /// In this contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// On this side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Names<Side>>")]
    pub side: Option<Side>,
    /// With this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// `order.get`: one of the two ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetOrder {
    /// The sender's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<String>,
    /// The exchange's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// `orders.list`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOrders {
    /// In this contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
}

/// `fills.list`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFills {
    /// At most so many, 1 to 1,000; 100 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// `statements.list`: days as `2027-01-04`, both included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListStatements {
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A signed command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Base64 of the exact JSON bytes that were signed.
    pub payload: String,
    /// Used once, and above the lowest of the last hundred of its account.
    pub nonce: u64,
    /// Base64 of the signature.
    pub sig: String,
}

/// The payload of `account.withdraw`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Dollars, with up to three decimals.
    pub amount: String,
}

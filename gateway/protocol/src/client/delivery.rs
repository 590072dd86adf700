//! Payloads of the signed methods about deliveries on their way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The payload of `delivery.pledge`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pledge {
    /// The contract month.
    pub symbol: String,
    /// Numbers of nodes.
    pub nodes: Vec<u32>,
}

/// The payload of `delivery.meter`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// The contract month.
    pub symbol: String,
    /// The start of the hour.
    pub hour_ns: String,
    /// Node and GPU-hours, 0 to 8.
    pub readings: Vec<(u32, u8)>,
}

/// The payload of `delivery.countersign`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Countersign {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
    /// The start of the hour.
    pub hour_ns: String,
}

/// The payload of `delivery.dispute`, by the buyer, and of `delivery.probe`, by a probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimHour {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
    /// The start of the hour.
    pub hour_ns: String,
    /// Node and GPU-hours, 0 to 8.
    pub readings: Vec<(u32, u8)>,
}

/// The payload of `delivery.standby`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferNodes {
    /// The contract month.
    pub symbol: String,
    /// Numbers of nodes, in place of those offered before; none to offer nothing any more.
    pub nodes: Vec<u32>,
    /// Dollars per GPU-hour.
    pub price: String,
}

/// The payload of `delivery.bid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BidHours {
    /// The contract month.
    pub symbol: String,
    /// How many lots at most, in place of those before; `0` to bid no more.
    pub lots: String,
    /// Dollars per GPU-hour.
    pub price: String,
}

/// The payload of `delivery.transfer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
    /// To whom: `A-1003`.
    pub to: String,
    /// Dollars that it pays for the rest of the window; below zero, what it gets.
    pub price: String,
}

/// The payload of `delivery.accept_transfer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptTransfer {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
}

/// The payload of `bond.post` and of `bond.release`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BondAmount {
    /// Dollars, with up to three decimals.
    pub amount: String,
}

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

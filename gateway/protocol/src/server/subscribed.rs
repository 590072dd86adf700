//! What became of channels that were asked for, or not wanted any more.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `subscribe` and `unsubscribe`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubscribeResult {
    /// Channels that are heard from now on, or no longer.
    pub ok: Vec<String>,
    /// Channels that are not, and why.
    pub err: Vec<ChannelError>,
    /// Numbers of public channels in binary messages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channel_nos: BTreeMap<String, u32>,
}

/// Why one channel of many was not subscribed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelError {
    /// Which.
    pub channel: String,
    /// The number.
    pub code: i32,
    /// The name.
    pub message: String,
    /// What would do instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Value>,
    /// Of 6004: the oldest event that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_acct_seq: Option<u64>,
    /// The same on the firm's copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_firm_seq: Option<u64>,
}

//! Parameters of the methods that change a session, and of the levers of a sandbox.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `session.ticket`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeTicket {
    /// What the session of the ticket may do, of what this one may; all of it when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

/// `session.sign`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The first so many commands since the login.
    pub count: u64,
    /// Base64 of the signature.
    pub sig: String,
}

/// `session.heartbeat.set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// Silence after which the connection is closed, 5,000 to 60,000; pings come in half of it.
    pub idle_ms: u32,
}

/// `session.cancel_after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelAfter {
    /// When all orders of the account are cancelled unless it is called again before, 1,000 to
    /// 3,600,000; 0 for never.
    pub ms: u32,
}

/// `sandbox.gap`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxGap {
    /// A channel this connection hears.
    pub channel: String,
    /// Messages of it that are left out from now on, 1 to 1,000.
    pub n: u32,
}

/// `sandbox.kick`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxKick {
    /// The close code, 1000, 1001, 1011 to 1013, or 4000 to 4999.
    pub code: u16,
}

/// `sandbox.stall`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxStall {
    /// How long nothing is written to this connection, 1 to 60,000.
    pub ms: u32,
}

/// `sandbox.unknown_outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxUnknown {
    /// So many orders and amendments of this connection, 0 to 1,000, are carried out and answered with
    /// 5001.
    pub next: u32,
}

/// `sandbox.clock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxClock {
    /// How far the clock that `ping` tells is ahead, -3,600,000 to 3,600,000.
    pub skew_ms: i64,
}

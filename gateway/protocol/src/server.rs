//! What a client may hear: the greeting, replies, and events of channels. Clients ignore fields they
//! do not know.

mod account;
mod delivery;
mod detail;
mod market;
mod negotiation;
mod notices;
mod past;
mod results;
mod statement;
mod subscribed;
mod system;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::RequestId;
use crate::errors::WireError;
pub use account::*;
pub use delivery::*;
pub use detail::*;
pub use market::*;
pub use negotiation::*;
pub use notices::*;
pub use past::*;
pub use results::*;
pub use statement::*;
pub use subscribed::*;
pub use system::*;

/// The first message on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hello {
    /// `prod`, `demo` or `sandbox`.
    pub env: String,
    /// The subprotocol spoken.
    pub proto: String,
    /// Names the connection in reports.
    pub conn_id: String,
    /// The host to sign for.
    pub host: String,
    /// To be signed at login; used once.
    pub nonce: String,
    /// The venue's clock.
    pub server_ns: String,
    /// Market time; in a demo it runs faster than the venue's clock.
    pub market_ns: String,
    /// Time to log in, where a login is required.
    pub login_deadline_ms: u32,
    /// How often the venue pings.
    pub ping_ms: u32,
    /// Silence after which it closes.
    pub idle_close_ms: u32,
    /// Largest message it takes.
    pub max_msg_bytes: u32,
    /// Counts changes of the protocol.
    pub schema_rev: u32,
}

/// An event of a channel. Public channels are numbered by `seq` within an `epoch`, the account's by
/// `acct_seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event<T> {
    /// Which channel.
    pub channel: String,
    /// What kind of event.
    pub kind: String,
    /// Of a snapshot: `subscribe`, `resync`, `lagged` or `epoch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Numbers are not used twice within one epoch.
    pub epoch: String,
    /// Number on a public channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Number of the event before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_seq: Option<u64>,
    /// Number on the account's stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acct_seq: Option<u64>,
    /// Number on the stream of a firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_seq: Option<u64>,
    /// Of a drop copy: whose event it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Sent again because it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<bool>,
    /// The contract's own sequence number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eseq: Option<u64>,
    /// When the engine came to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eng_ns: Option<String>,
    /// Of a snapshot after a lag: messages left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// Of a gap of trades: the first number left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_seq: Option<u64>,
    /// Of a gap of trades: the last number left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_seq: Option<u64>,
    /// What happened; absent in a heartbeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// Checksum of the book after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc: Option<u32>,
}

impl<T> Event<T> {
    /// An event with nothing but its place; the sender fills in what it has.
    #[must_use]
    pub fn new(channel: &str, kind: &str, epoch: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            kind: kind.to_owned(),
            reason: None,
            epoch: epoch.to_owned(),
            seq: None,
            prev_seq: None,
            acct_seq: None,
            firm_seq: None,
            account: None,
            replay: None,
            eseq: None,
            eng_ns: None,
            dropped: None,
            from_seq: None,
            to_seq: None,
            data: None,
            crc: None,
        }
    }
}

/// A message of the venue, as a client reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The greeting.
    Hello(Box<Hello>),
    /// The reply to a request; without an id when the request could not be read.
    Reply {
        /// The request's.
        id: Option<RequestId>,
        /// What it came to.
        result: Result<Value, WireError>,
    },
    /// An event of a channel.
    Event(Box<Event<Value>>),
    /// Something newer than this reader; to be passed over.
    Other,
}

#[derive(Deserialize)]
struct Read {
    #[serde(default)]
    id: Option<RequestId>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    params: Option<Value>,
    #[serde(default)]
    result: Option<Value>,
    #[serde(default)]
    error: Option<WireError>,
}

impl Message {
    /// Reads a message of the venue.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let read: Read = serde_json::from_str(text)?;
        if let Some(error) = read.error {
            return Ok(Self::Reply { id: read.id, result: Err(error) });
        }
        if let Some(result) = read.result {
            return Ok(Self::Reply { id: read.id, result: Ok(result) });
        }
        let params = read.params.unwrap_or_default();
        match read.method.as_deref() {
            Some("hello") => serde_json::from_value(params).map(Self::Hello),
            Some("event") => serde_json::from_value(params).map(Self::Event),
            Some(_) | None => Ok(Self::Other),
        }
    }
}

#[derive(Serialize)]
struct Notice<'a, T> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'a T,
}

#[derive(Serialize)]
struct Answer<'a, T> {
    jsonrpc: &'static str,
    id: Option<&'a RequestId>,
    result: &'a T,
}

#[derive(Serialize)]
struct Failure<'a> {
    jsonrpc: &'static str,
    id: Option<&'a RequestId>,
    error: &'a WireError,
}

/// The greeting as it is sent.
#[must_use]
pub fn hello_text(hello: &Hello) -> String {
    written(&Notice { jsonrpc: "2.0", method: "hello", params: hello })
}

/// An event as it is sent.
#[must_use]
pub fn event_text<T: Serialize>(event: &Event<T>) -> String {
    written(&Notice { jsonrpc: "2.0", method: "event", params: event })
}

/// A result as it is sent.
#[must_use]
pub fn result_text<T: Serialize>(id: &RequestId, result: &T) -> String {
    written(&Answer { jsonrpc: "2.0", id: Some(id), result })
}

/// An error as it is sent; without an id when the request could not be read.
#[must_use]
pub fn error_text(id: Option<&RequestId>, error: &WireError) -> String {
    written(&Failure { jsonrpc: "2.0", id, error })
}

fn written<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("messages are maps with text keys")
}

#[cfg(test)]
mod tests;

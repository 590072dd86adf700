//! What a client may say and hear: the protocol `gigahour.v1`, JSON-RPC 2.0 over WebSocket.
//!
//! [`client::Request`] is everything a client may say, [`server`] everything it may hear,
//! [`channels::Channel`] what it may listen to, [`errors::Code`] every way to be refused.
//! `PROTOCOL.md` beside this crate is the same for readers of any language.
//!
//! ```
//! use protocol::client::{Method, Request};
//!
//! let text = r#"{"jsonrpc":"2.0","id":4,"method":"resync","params":{"channel":"book.H100-US-2027M03"}}"#;
//! let request = Request::parse(text).expect("it is a request");
//! assert!(matches!(&request.method, Method::Resync(one) if one.channel == "book.H100-US-2027M03"));
//! assert_eq!(request.to_text(), text);
//! ```
//!
//! Knows nothing of sockets, the engine or time.

pub mod binary;
pub mod channels;
pub mod checksum;
pub mod client;
pub mod decimal;
pub mod errors;
pub mod flow;
pub mod login;
mod names;
pub mod published;
pub mod server;

/// The subprotocol that is spoken.
pub const SUBPROTOCOL: &str = "gigahour.v1.json";

/// Largest message the venue takes, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 65_536;

/// Counts changes of the protocol; fields are only ever added.
pub const SCHEMA_REV: u32 = 1;

/// The protocol for readers of any language, with an example of every message.
pub const PAGE: &str = include_str!("../PROTOCOL.md");

#[cfg(test)]
mod document;

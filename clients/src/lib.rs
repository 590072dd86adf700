//! The Rust SDK: a connection to the exchange, the builder of its books, and the file of keys.
//!
//! ```no_run
//! use clients::{Client, keys};
//! use protocol::client::PlaceOrder;
//! use types::Side;
//!
//! # async fn example() -> Result<(), clients::Error> {
//! let keys = keys::load("data/demo/keys.toml".as_ref())?;
//! let mut client = Client::connect(&keys.trade, Some(keys.of("desk")?)).await?;
//! let order = PlaceOrder::limit("H100-US-2027M03", "first-1", Side::Buy, "2.400", "8");
//! let placed = client.place(order).await?;
//! println!("{} lots filled, {} rest", placed.cum_qty, placed.leaves_qty);
//! # Ok(())
//! # }
//! ```
//!
//! [`bots`] are members of a living market, built on the same client.
//!
//! Knows nothing of the exchange's insides: only its protocol.

pub mod book;
pub mod bots;
mod client;
mod connection;
mod credentials;
mod error;
pub mod inventory;
pub mod keys;
pub mod meter;
pub mod recording;

pub use client::{Client, Event, Resent};
pub use credentials::Credentials;
pub use error::Error;

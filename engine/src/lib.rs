//! The exchange as a pure state machine: commands in, events out.
//!
//! [`Exchange::apply`] takes one [`types::Command`] with its place and time in the log and appends
//! what happened to a list of [`types::Event`]. The same commands always give the same events and
//! the same [`Snapshot`], on every machine, so whoever has the log has the exchange.
//!
//! ```
//! use engine::Exchange;
//! use types::{Command, Event, RejectReason, Sequenced, Timestamp, Verdict};
//!
//! let mut exchange = Exchange::new();
//! let mut events = Vec::new();
//! exchange.apply(&Sequenced { seq: 1, time: Timestamp(0), value: Command::ClockAdvanced }, &mut events);
//! // The first command of every log opens the market.
//! let refused = Event::Verdict(Verdict::Refused(RejectReason::MarketNotOpen.into()));
//! assert_eq!(events, [refused]);
//! ```
//!
//! Not here: clocks, files, threads, sockets, decimals, randomness, floats, hash order, log lines.

#![deny(clippy::float_arithmetic)]

mod auction;
mod breaker;
mod by_account;
mod calendar;
mod chunks;
mod clearing;
mod delivery;
mod exchange;
mod index;
mod ledger;

mod risk;
mod settlement;
mod stops;
mod waterfall;

pub use book::Structure;
pub use exchange::{Exchange, Fact, OpenOrder, Snapshot};

//! The exchange as a pure state machine: commands in, events out.

pub mod exchange;

pub use exchange::{Exchange, Snapshot};

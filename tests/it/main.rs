//! What the exchange promises, each promise a test.
//!
//! Scenarios and the model come first; then what holds for every log; then the real process and the
//! real socket; last, how the sources look.

mod agreement;
mod conservation;
mod determinism;
mod durability;
mod layering;
mod phases;
mod preview;
mod real_flow;
mod rulebook;
mod scenarios;
mod sources;
mod terms;
mod tidy;
mod venue;
mod wire;

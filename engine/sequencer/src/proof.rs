//! Proofs: what the log and the state come to in two trees, signed at intervals, and files that prove
//! one fact of either to whoever has the public key. `PROOFS.md` has every byte.
//!
//! All of it is derived: whoever has the log can make it again, and [`crate::verify`] does.

mod audit;
mod cache;
mod lines;
mod maker;
mod names;
mod notary;
mod prove;

pub use maker::{CheckpointMaker, checkpoint};
pub use notary::Notary;
pub use prove::{Kind, Unproven, consistency, last_checkpoint, prove};

pub(crate) use audit::{Audit, Difference};

/// The state as it is proved: a line for each fact, in the order of their bytes.
#[must_use]
pub fn state(exchange: &engine::Exchange) -> Vec<String> {
    lines::of_state(exchange)
}

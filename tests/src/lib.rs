//! The test kit: what it takes to hold the exchange to its promises.
//!
//! Three views of the truth stand side by side. A [`scenario`] is a file that a trader can read and
//! that says what must happen; the [`model`] is a second exchange written to be obvious instead of
//! fast, which must tell the same [`transcript`] as the engine for every [`workload`]; and
//! [`conservation`] knows no rule at all but that money, lots and hours are never made or lost.
//!
//! Nothing depends on this crate.

pub mod agreement;
pub mod conservation;
pub mod golden;
pub mod market;
pub mod model;

pub mod naive_book;
pub mod prng;
pub mod scenario;

pub mod transcript;
pub mod view;
pub mod workload;

//! Books of others and of ours, each behind the same small adapter.
//!
//! Names of orders count from 0. An engine that gives its own names to orders is handed them back
//! out of a flat table; one that takes names is given ours. A modification is a cancel and a new
//! order everywhere, so that it means the same.

mod lobster;
mod matchcore;
mod naive;
mod orderbook_rs;
mod ours;
mod plain;

use crate::race::Build;

/// All engines, the one that the others are compared with first.
pub const ENGINES: [(&str, Build); 7] = [
    ("naive", naive::build),
    ("sorted", ours::sorted),
    ("ladder", ours::ladder),
    ("plain", plain::build),
    ("matchcore 0.4.0", matchcore::build),
    ("orderbook-rs 0.15.3", orderbook_rs::build),
    ("lobster 0.7.0", lobster::build),
];

/// Why an engine's trades are others than those of the first, where that was looked into.
pub const WHY: [(&str, &str); 1] =
    [("matchcore 0.4.0", "an order that crosses is matched without its limit, through all prices")];

/// Those of [`ENGINES`] that must trade as the first does.
pub const OURS: [&str; 3] = ["sorted", "ladder", "plain"];

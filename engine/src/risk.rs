//! What an account must have for what it holds and has on offer. Chapter 6.
//!
//! Knows contracts only as a loss per lot in each scenario.

mod margin;
mod scenarios;

pub(crate) use margin::{Exposure, Sums, maintenance};
pub(crate) use scenarios::Losses;

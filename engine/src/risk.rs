//! What an account must have for what it holds and has on offer. Chapter 6.
//!
//! Knows contracts only as a loss per lot in each scenario, and what large positions add to it.

mod concentration;
mod liquidation;
mod margin;
mod ranges;
mod scenarios;

pub(crate) use concentration::Concentration;
pub(crate) use liquidation::Stake;
pub(crate) use margin::{Exposure, Sums, maintenance};
pub(crate) use ranges::{Ranges, Volatility, months};
pub(crate) use scenarios::Losses;

/// What one contract puts at risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Risk {
    pub(crate) losses: Losses,
    /// What large positions add; nothing in a combination, which is held as its legs.
    pub(crate) concentration: Option<Concentration>,
}

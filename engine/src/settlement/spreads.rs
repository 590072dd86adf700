//! What calendar spreads say about the settlement price of their contracts.
//!
//! Knows a spread only as the price of its other contract, its own price, and how far apart the two
//! are.

use types::{Lots, Ticks};

use super::price::{mean, middle};

/// Shares of a lot in which weights are counted: what 1 to 12 months divide without a rest.
const SHARES: i128 = 27_720;

/// A price that the trades of a spread imply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Implied {
    pub(crate) price: Ticks,
    /// Lots of the spread's trades.
    pub(crate) lots: Lots,
    /// How far apart its contracts are; above zero.
    pub(crate) months: i32,
}

/// The average of what spreads imply, each weighted by lots over months apart, rounded half up to a
/// tick. *51.14 of 371 lots one month apart and 51.13 of 998 lots two months apart: 51.1343.*
pub(crate) fn by_trades(all: impl Iterator<Item = Implied>) -> Option<Ticks> {
    let (mut sum, mut weights) = (0, 0);
    for implied in all {
        let weight = i128::from(implied.lots.0) * SHARES / i128::from(implied.months);
        sum += weight * i128::from(implied.price.0);
        weights += weight;
    }
    (0 < weights).then(|| mean(sum, weights))
}

/// The middle of the best bid and the best ask that spreads imply.
pub(crate) fn by_quotes(all: impl Iterator<Item = [Option<Ticks>; 2]>) -> Option<Ticks> {
    let (mut best_bid, mut best_ask) = (None, None);
    for [bid, ask] in all {
        best_bid = best_bid.max(bid);
        best_ask = best_ask.into_iter().chain(ask).min();
    }
    middle(best_bid, best_ask)
}

#[cfg(test)]
mod tests;

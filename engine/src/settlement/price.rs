//! The settlement price of a contract out of its own market, or out of its neighbour's.: trades
//! of the last minutes, the quotes, the nearest contract that has a price, the price before.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use types::event::SettlementMethod;
use types::{Lots, Ticks, Timestamp};

/// The trades of the last minutes, a sum for each minute.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct TradeWindow {
    minutes: VecDeque<Minute>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Minute {
    start: Timestamp,
    tick_lots: i128,
    lots: Lots,
}

impl TradeWindow {
    /// A trade at `now`. A settlement that is due may be late, so trades are kept that are in the
    /// window of any settlement from `next` on.
    pub(crate) fn add(
        &mut self,
        now: Timestamp,
        next: Timestamp,
        price: Ticks,
        lots: Lots,
        window_minutes: u32,
    ) {
        self.forget(now.min(next), window_minutes);
        let start = Timestamp(now.0 - now.0.rem_euclid(Timestamp::MINUTE));
        if self.minutes.back().is_none_or(|minute| minute.start != start) {
            self.minutes.push_back(Minute { start, tick_lots: 0, lots: Lots::ZERO });
        }
        let minute = self.minutes.back_mut().expect("pushed when missing");
        minute.tick_lots += i128::from(price.0) * i128::from(lots.0);
        minute.lots += lots;
    }

    /// The average price of the window, weighted by lots and rounded half up to a tick, and the lots.
    pub(crate) fn average(&mut self, now: Timestamp, window_minutes: u32) -> Option<(Ticks, Lots)> {
        self.forget(now, window_minutes);
        let lots: Lots = self.minutes.iter().map(|minute| minute.lots).sum();
        let tick_lots = self.minutes.iter().map(|minute| minute.tick_lots).sum();
        (Lots::ZERO < lots).then(|| (mean(tick_lots, i128::from(lots.0)), lots))
    }

    fn forget(&mut self, now: Timestamp, window_minutes: u32) {
        let oldest = now.plus(-i64::from(window_minutes) * Timestamp::MINUTE);
        while self.minutes.front().is_some_and(|minute| minute.start < oldest) {
            self.minutes.pop_front();
        }
    }
}

/// A sum of prices by its weights, rounded half up to a tick.
pub(crate) fn mean(sum: i128, weights: i128) -> Ticks {
    let mean = (2 * sum + weights).div_euclid(2 * weights);
    Ticks(i64::try_from(mean).expect("a mean lies between its prices"))
}

/// The middle of a bid and an ask, rounded down to a tick.
pub(crate) fn middle(bid: Option<Ticks>, ask: Option<Ticks>) -> Option<Ticks> {
    bid.zip(ask).map(|(bid, ask)| Ticks((bid.0 + ask.0).div_euclid(2)))
}

/// The price of a contract without a market of its own, moved as its nearest neighbour moved.
/// `neighbours` are (distance in months, price before, price now) of contracts with a market.
pub(crate) fn moved(
    before: Ticks,
    neighbours: impl Iterator<Item = (i32, Ticks, Ticks)>,
) -> (Ticks, SettlementMethod) {
    match neighbours.min_by_key(|(distance, ..)| *distance) {
        Some((_, was, is)) => (Ticks(before.0 + is.0 - was.0), SettlementMethod::Neighbour),
        None => (before, SettlementMethod::Previous),
    }
}

#[cfg(test)]
mod tests;

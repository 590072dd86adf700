//! The settlement price of a contract., front to back: trades of the last minutes, the quotes,
//! the nearest contract that has one of those, the price before.

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

    /// The average price of the window, weighted by lots and rounded half up to a tick.
    pub(crate) fn average(&mut self, now: Timestamp, window_minutes: u32) -> Option<Ticks> {
        self.forget(now, window_minutes);
        let lots: i128 = self.minutes.iter().map(|minute| i128::from(minute.lots.0)).sum();
        let tick_lots: i128 = self.minutes.iter().map(|minute| minute.tick_lots).sum();
        (0 < lots).then(|| {
            let average = (2 * tick_lots + lots).div_euclid(2 * lots);
            Ticks(i64::try_from(average).expect("an average lies between its prices"))
        })
    }

    fn forget(&mut self, now: Timestamp, window_minutes: u32) {
        let oldest = now.plus(-i64::from(window_minutes) * Timestamp::MINUTE);
        while self.minutes.front().is_some_and(|minute| minute.start < oldest) {
            self.minutes.pop_front();
        }
    }
}

/// The settlement price as far as the contract's own market tells it. The middle of the quotes is
/// rounded down to a tick.
pub(crate) fn strike(
    average: Option<Ticks>,
    bid: Option<Ticks>,
    ask: Option<Ticks>,
) -> Option<(Ticks, SettlementMethod)> {
    let middle = bid.zip(ask).map(|(bid, ask)| Ticks((bid.0 + ask.0).div_euclid(2)));
    average
        .map(|price| (price, SettlementMethod::Vwap))
        .or(middle.map(|price| (price, SettlementMethod::MidQuote)))
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

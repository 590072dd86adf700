//! What a ticker says beside the book: last price, range and volume of the last 24 hours, the last
//! settlement.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use types::{Lots, Ticks, Timestamp};

/// Trades are summed by the minute, so a day is at most 1,441 entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Minute {
    start: i64,
    open: Ticks,
    high: Ticks,
    low: Ticks,
    lots: Lots,
}

/// The trading of one instrument in the last 24 hours.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stats {
    minutes: VecDeque<Minute>,
    last: Option<Ticks>,
}

/// Prices and lots of the last 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) open: Ticks,
    pub(crate) high: Ticks,
    pub(crate) low: Ticks,
    pub(crate) volume: Lots,
}

impl Stats {
    /// Counts a trade.
    pub(crate) fn trade(&mut self, price: Ticks, lots: Lots, time: Timestamp) {
        self.last = Some(price);
        let start = time.0.div_euclid(Timestamp::MINUTE);
        match self.minutes.back_mut().filter(|minute| minute.start == start) {
            Some(minute) => {
                minute.high = minute.high.max(price);
                minute.low = minute.low.min(price);
                minute.lots += lots;
            }
            None => {
                self.minutes.push_back(Minute {
                    start,
                    open: price,
                    high: price,
                    low: price,
                    lots,
                });
            }
        }
        self.forget_before(time.plus(-Timestamp::DAY));
    }

    /// The price of the last trade ever.
    pub(crate) fn last(&self) -> Option<Ticks> {
        self.last
    }

    /// The last 24 hours as seen from `now`, if there was a trade.
    pub(crate) fn day(&self, now: Timestamp) -> Option<Day> {
        let first = now.plus(-Timestamp::DAY).0.div_euclid(Timestamp::MINUTE);
        let mut minutes = self.minutes.iter().filter(|minute| first < minute.start);
        let Minute { open, high, low, lots, .. } = *minutes.next()?;
        Some(minutes.fold(Day { open, high, low, volume: lots }, |day, minute| Day {
            open: day.open,
            high: day.high.max(minute.high),
            low: day.low.min(minute.low),
            volume: day.volume + minute.lots,
        }))
    }

    fn forget_before(&mut self, time: Timestamp) {
        let first = time.0.div_euclid(Timestamp::MINUTE);
        while self.minutes.front().is_some_and(|minute| minute.start <= first) {
            self.minutes.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;

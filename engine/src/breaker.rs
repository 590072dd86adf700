//! The breaker of a contract.: no trade is too far from the other trades of the last minutes.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use types::{Ticks, Timestamp};

/// The lowest and the highest trade of each of the last minutes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Extremes {
    minutes: VecDeque<Minute>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Minute {
    number: i64,
    lowest: Ticks,
    highest: Ticks,
}

impl Extremes {
    /// A trade at `now`; minutes older than the window are forgotten.
    pub(crate) fn add(&mut self, now: Timestamp, price: Ticks, window_minutes: u32) {
        let number = minute(now);
        let oldest = number - i64::from(window_minutes);
        while self.minutes.front().is_some_and(|minute| minute.number <= oldest) {
            self.minutes.pop_front();
        }
        match self.minutes.back_mut().filter(|minute| minute.number == number) {
            Some(minute) => {
                minute.lowest = minute.lowest.min(price);
                minute.highest = minute.highest.max(price);
            }
            None => self.minutes.push_back(Minute { number, lowest: price, highest: price }),
        }
    }

    /// The lowest and highest price of a trade at `now` that is within `reach` of all trades of the
    /// window and of those between `also`, or of the settlement price when there are none.
    pub(crate) fn allowed(
        &self,
        now: Timestamp,
        window_minutes: u32,
        also: Option<(Ticks, Ticks)>,
        (settlement, reach): (Ticks, i64),
    ) -> (Ticks, Ticks) {
        let oldest = minute(now) - i64::from(window_minutes);
        let window = || self.minutes.iter().filter(|minute| oldest < minute.number);
        let highest = window().map(|minute| minute.highest).chain(also.map(|also| also.1)).max();
        let lowest = window().map(|minute| minute.lowest).chain(also.map(|also| also.0)).min();
        let (highest, lowest) = (highest.unwrap_or(settlement), lowest.unwrap_or(settlement));
        (Ticks(highest.0 - reach), Ticks(lowest.0 + reach))
    }

    /// After an auction nothing is remembered.
    pub(crate) fn clear(&mut self) {
        self.minutes.clear();
    }
}

fn minute(at: Timestamp) -> i64 {
    at.0.div_euclid(Timestamp::MINUTE)
}

//! What a GPU-hour costs on the spot market, day by day: the one thing all bots agree on.
//!
//! Day `i` of the market is day `i` of the series; after its end the last value holds. Integers
//! only, so that the same seed gives the same orders on every machine.

use std::collections::BTreeMap;

use types::{Date, Ticks, Timestamp};

/// Days of which the reference index is the mean.
const INDEX_DAYS: usize = 7;

/// The reference index of each product over time.
#[derive(Clone, Debug)]
pub struct PricePath {
    start: Date,
    index: BTreeMap<String, Vec<i64>>,
}

impl PricePath {
    /// A path from daily spot prices, in ticks, of which the first are those of `start`. The index
    /// is the mean of the last seven days, since a single day of list prices jumps by a quarter.
    #[must_use]
    pub fn new(start: Date, spot: &BTreeMap<String, Vec<i64>>) -> Self {
        let index = |(product, days): (&String, &Vec<i64>)| (product.clone(), trailing_mean(days));
        Self { start, index: spot.iter().map(index).collect() }
    }

    /// The index of `product` at `now`, on the straight line between two days; `None` for a product
    /// without prices.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use clients::bots::PricePath;
    /// use types::{Date, Ticks, Timestamp};
    ///
    /// let start = Date::from_civil(2026, 12, 14);
    /// let path = PricePath::new(start, &BTreeMap::from([("H100-US".to_owned(), vec![2000, 2100])]));
    /// let noon = start.start().plus(12 * Timestamp::HOUR);
    /// assert_eq!(path.index("H100-US", noon), Some(Ticks(2025)));
    /// ```
    #[must_use]
    pub fn index(&self, product: &str, now: Timestamp) -> Option<Ticks> {
        let days = self.index.get(product)?;
        let last = days.len().checked_sub(1)?;
        let elapsed = (now.0 - self.start.start().0).max(0);
        let day = usize::try_from(elapsed / Timestamp::DAY).unwrap_or(last).min(last);
        let (from, to) = (days[day], days[(day + 1).min(last)]);
        let minutes = elapsed % Timestamp::DAY / Timestamp::MINUTE;
        Some(Ticks(from + (to - from) * minutes / (24 * 60)))
    }
}

fn trailing_mean(days: &[i64]) -> Vec<i64> {
    let mean = |window: &[i64]| {
        let count = i64::try_from(window.len()).expect("a window is seven days");
        window.iter().sum::<i64>() / count
    };
    (1..=days.len()).map(|end| mean(&days[end.saturating_sub(INDEX_DAYS)..end])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_the_mean_of_the_last_seven_days() {
        let days = [10, 20, 30, 40, 50, 60, 70, 80];
        assert_eq!(trailing_mean(&days), [10, 15, 20, 25, 30, 35, 40, 50]);
    }

    #[test]
    fn the_last_day_holds_for_ever() {
        let start = Date::from_civil(2026, 12, 14);
        let path = PricePath::new(start, &BTreeMap::from([("H100-US".to_owned(), vec![10, 30])]));
        let later = start.plus(1000).start();
        assert_eq!(path.index("H100-US", later), Some(Ticks(20)));
        assert_eq!(path.index("H100-US", start.start()), Some(Ticks(10)));
        assert_eq!(path.index("H300-US", later), None);
    }
}

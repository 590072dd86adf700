//! What the bots have seen of the venue: how long it takes to answer, and the last prices they
//! traded at.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use types::Ticks;

/// Round trips and last prices, over all bots.
#[derive(Clone, Debug)]
pub struct Pulse {
    round_trips: Histogram<u64>,
    last: BTreeMap<String, Ticks>,
    refused: BTreeMap<String, u64>,
}

/// Longest round trip that is told apart: a minute, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

impl Default for Pulse {
    fn default() -> Self {
        let round_trips = Histogram::new_with_bounds(1_000, LONGEST_NS, 3);
        Self {
            round_trips: round_trips.expect("the bounds are legal"),
            last: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }
}

impl Pulse {
    /// The time within which this part (0 to 1) of all requests were answered.
    #[must_use]
    pub fn latency_at(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.round_trips.value_at_quantile(quantile))
    }

    /// The contract of `product` that ends first of those traded lately, and its last price.
    #[must_use]
    pub fn front(&self, product: &str) -> Option<(&str, Ticks)> {
        let is_month = |symbol: &str| symbol.rsplit('-').next().is_some_and(|t| t.contains('M'));
        let ours = |symbol: &str| symbol.starts_with(product) && is_month(symbol);
        let (symbol, price) = self.last.iter().find(|(symbol, _)| ours(symbol))?;
        Some((symbol, *price))
    }

    /// How often requests were refused, by the name of the reason.
    #[must_use]
    pub fn refusals(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }

    pub(super) fn refused(&mut self, reason: &str) {
        *self.refused.entry(reason.to_owned()).or_default() += 1;
    }

    pub(super) fn answered(&mut self, within: Duration) {
        self.round_trips.saturating_record(u64::try_from(within.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(super) fn traded(&mut self, symbol: &str, price: Ticks) {
        self.last.insert(symbol.to_owned(), price);
    }

    /// Forgets a contract that has ended.
    pub(super) fn ended(&mut self, symbol: &str) {
        self.last.remove(symbol);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_the_first_month_that_still_trades() {
        let mut pulse = Pulse::default();
        for symbol in ["H100-US-2027M02", "H100-US-2027M01", "H100-US-2026Q4", "B200-US-2026M12"] {
            pulse.traded(symbol, Ticks(2_400));
        }
        assert_eq!(pulse.front("H100-US"), Some(("H100-US-2027M01", Ticks(2_400))));
        pulse.ended("H100-US-2027M01");
        assert_eq!(pulse.front("H100-US"), Some(("H100-US-2027M02", Ticks(2_400))));
    }

    #[test]
    fn round_trips_are_told_by_their_share() {
        let mut pulse = Pulse::default();
        (1..=100).for_each(|millis| pulse.answered(Duration::from_millis(millis)));
        let median = pulse.latency_at(0.5).as_micros();
        assert!((49_900..=50_100).contains(&median), "{median}");
    }
}

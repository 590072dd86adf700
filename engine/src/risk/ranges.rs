//! Scan ranges: how far a month's price is meant to move in the worst ordinary case.
//!
//! A range follows the volatility of settlement prices, and grows with the lots that are held. What
//! holds today was announced the day before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::terms::{InterestTerms, ScanTerms};
use types::{Lots, ProductTerms, Settlement, Tenor, Ticks, YearMonth};

/// The months whose losses a contract has: all of it, or its first where it ends in money.
pub(crate) fn months(settlement: Settlement, tenor: Tenor) -> impl Iterator<Item = YearMonth> {
    let count = match settlement {
        Settlement::Physical => tenor.months(),
        Settlement::Cash { .. } | Settlement::Index => 1,
    };
    (0..count).map(move |n| tenor.first_month().plus(n))
}

/// The scan ranges of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ranges {
    /// Of months before the next generation, and from it on.
    base: [Ticks; 2],
    /// Lots that are held of each month.
    interest: BTreeMap<YearMonth, Lots>,
}

impl Ranges {
    /// Those that the market opens with.
    pub(crate) fn of_terms(terms: &ProductTerms) -> Self {
        let base = [terms.scan_before_ticks, terms.scan_after_ticks].map(Ticks);
        Self { base, interest: BTreeMap::new() }
    }

    pub(crate) fn new(base: [Ticks; 2], interest: BTreeMap<YearMonth, Lots>) -> Self {
        Self { base, interest }
    }

    /// Where the open interest of a month stands between the two of the terms, its range is as much
    /// wider, a fraction of a tick rounded up.
    pub(crate) fn of(&self, terms: &ProductTerms, month: YearMonth) -> Ticks {
        let base = self.base[usize::from(terms.next_generation <= month)];
        let Some(InterestTerms { from_lots, to_lots }) = terms.risk.interest else { return base };
        let held = self.interest.get(&month).map_or(0, |lots| lots.0);
        let beyond = held.clamp(from_lots, to_lots) - from_lots;
        let span = to_lots - from_lots;
        let wider = (i128::from(base.0) * i128::from(beyond) + i128::from(span - 1))
            .div_euclid(i128::from(span));
        Ticks(base.0 + i64::try_from(wider).expect("at most as much again"))
    }

    /// What one lot loses when each of its months moves by its range, in mills.
    pub(crate) fn value(&self, terms: &ProductTerms, tenor: Tenor) -> i64 {
        let of_month = |month: YearMonth| {
            i128::from(self.of(terms, month).0) * i128::from(terms.tick_value(month.hours()).0)
        };
        let value: i128 = months(terms.settlement, tenor).map(of_month).sum();
        i64::try_from(value).expect("terms keep a lot's loss far below 2^63 mills")
    }

    /// The range of a contract: the average of its months by hours, rounded up.
    pub(crate) fn average(&self, terms: &ProductTerms, tenor: Tenor) -> Ticks {
        let hours = |month: YearMonth| i128::from(month.hours());
        let all = || months(terms.settlement, tenor);
        let sum: i128 = all().map(|m| i128::from(self.of(terms, m).0) * hours(m)).sum();
        let whole: i128 = all().map(hours).sum();
        Ticks(i64::try_from(-(-sum).div_euclid(whole)).expect("between those of its months"))
    }
}

/// What a day counts in the average of squared moves, and what is left to the days before, in
/// hundredths.
const WEIGHTS: (u64, u64) = (3, 97);

/// How many times a day's standard deviation two days stay within, 99.5 times of 100, in thousandths:
/// 2.5758 times the root of two.
const TWO_DAYS: u64 = 3_643;

/// A move counts as tenfold at most.
const LARGEST_MOVE: u64 = 10_000_000;

/// The average of squared daily moves, each a millionth of the price; younger days weigh more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Volatility(u64);

impl Volatility {
    /// With one more day on which the price moved so, rounded up.
    pub(crate) fn after(self, was: Ticks, is: Ticks) -> Self {
        let price = u128::from(was.0.unsigned_abs()).max(1);
        let moved = u128::from(is.0.abs_diff(was.0)) * 1_000_000;
        let moved = u64::try_from(moved.div_ceil(price)).unwrap_or(LARGEST_MOVE).min(LARGEST_MOVE);
        Self((WEIGHTS.0 * moved * moved + WEIGHTS.1 * self.0).div_ceil(100))
    }

    /// The scan range at a price: what two days move 99.5 times of 100, no less than a part of the
    /// price and the range of the terms, no more than the terms allow. Rounded up.
    pub(crate) fn range(self, price: Ticks, stressed: i64, terms: ScanTerms) -> Ticks {
        let root = self.0.isqrt() + u64::from(self.0.isqrt().pow(2) < self.0);
        let price = u128::from(price.0.unsigned_abs());
        let moved = (price * u128::from(root * TWO_DAYS)).div_ceil(1_000_000_000);
        let floor = (price * u128::from(terms.floor_permille)).div_ceil(1000);
        let range = i64::try_from(moved.max(floor)).unwrap_or(terms.most_ticks);
        Ticks(range.max(stressed).min(terms.most_ticks))
    }
}

#[cfg(test)]
mod tests;

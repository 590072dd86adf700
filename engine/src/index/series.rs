//! The observations of one product, day by day, and what was printed of each day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::index::MOST_OF_A_DAY;
use types::terms::IndexTerms;
use types::{AccountId, Date, IndexPrint, IndexValue, Observation, Ticks, YearMonth};

use super::method;

/// How long prints are kept: a month is averaged on its last days, with what is carried into it.
const KEPT_DAYS: i32 = 120;

/// What was seen and printed of a product.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Series {
    days: BTreeMap<Date, BTreeMap<(AccountId, u64), Observation>>,
    prints: BTreeMap<Date, IndexPrint>,
}

impl Series {
    /// How many observations a day would have with these.
    pub(crate) fn count_with(&self, date: Date, from: AccountId, new: &[Observation]) -> usize {
        let day = self.days.get(&date);
        let known =
            |seen: &&Observation| day.is_some_and(|day| day.contains_key(&(from, seen.reference)));
        let more = new.iter().filter(|seen| !known(seen)).count();
        day.map_or(0, BTreeMap::len) + more
    }

    /// each replaces the one before it under its reference, or takes it back.
    pub(crate) fn observe(&mut self, date: Date, from: AccountId, new: &[Observation]) {
        let day = self.days.entry(date).or_default();
        for seen in new {
            if seen.gpus == 0 {
                day.remove(&(from, seen.reference));
            } else {
                day.insert((from, seen.reference), *seen);
            }
        }
        assert!(day.len() <= MOST_OF_A_DAY, "more was observed than was admitted");
    }

    /// prints yesterday, and those days before it again that have come out otherwise.
    pub(crate) fn print(&mut self, today: Date, terms: &IndexTerms) -> Vec<IndexPrint> {
        let yesterday = today.plus(-1);
        let first = yesterday.plus(-i32::from(terms.revision_days));
        let mut told = Vec::new();
        for date in (first.0..=yesterday.0).map(Date) {
            let before = self.prints.get(&date).copied();
            let is_first = date == yesterday && self.has_begun(date);
            if before.is_none() && !is_first {
                continue;
            }
            let mut print = self.strike(date, terms);
            if let Some(before) = before {
                print.revision = before.revision;
                if print == before {
                    continue;
                }
                print.revision += 1;
            }
            self.prints.insert(date, print);
            told.push(print);
        }
        let oldest = first.plus(1 - i32::from(terms.window_days));
        self.days.retain(|date, _| oldest <= *date);
        self.prints.retain(|date, _| today.plus(-KEPT_DAYS) <= *date);
        told
    }

    /// Whether anything was seen up to a day.
    fn has_begun(&self, date: Date) -> bool {
        let first = self.days.first_key_value().map(|(first, _)| *first);
        first.is_some_and(|first| first <= date) || !self.prints.is_empty()
    }

    /// the median of what was kept of the days of the window that count.
    fn strike(&self, date: Date, terms: &IndexTerms) -> IndexPrint {
        let first = date.plus(1 - i32::from(terms.window_days));
        let (mut pool, mut seen, mut days) = (Vec::new(), 0, 0);
        for (_, day) in self.days.range(first..=date) {
            let counts = |seen: &&Observation| {
                terms.least_gpus <= seen.gpus
                    && (terms.kinds.is_empty() || terms.kinds.contains(&seen.kind))
            };
            let prices: Vec<_> = day.values().filter(counts).map(|seen| seen.price).collect();
            if prices.len() < usize::try_from(terms.least_per_day).expect("at most 4,096") {
                continue;
            }
            days += 1;
            seen += prices.len();
            pool.extend(method::kept(prices, terms));
        }
        let count = |length: usize| u32::try_from(length).expect("31 days of 4,096");
        IndexPrint {
            date,
            revision: 0,
            method: method::VERSION,
            used: count(pool.len()),
            left_out: count(seen - pool.len()),
            days,
            value: if days < terms.least_days { None } else { method::median(pool) },
        }
    }

    /// the value of a day, or the last one before it that is not too old.
    pub(crate) fn value(&self, date: Date, terms: &IndexTerms) -> Option<IndexValue> {
        let oldest = date.plus(-i32::from(terms.carry_days));
        self.prints.range(oldest..=date).rev().find_map(|(_, print)| print.value)
    }

    /// the average of the days of a month that have a value, rounded half up to a tick.
    pub(crate) fn average(&self, month: YearMonth, terms: &IndexTerms) -> Option<Ticks> {
        let days = month.first_day().0..month.plus(1).first_day().0;
        let values: Vec<i64> =
            days.filter_map(|day| Some(self.value(Date(day), terms)?.0)).collect();
        let count = i64::try_from(values.len()).expect("at most 31");
        let sum: i64 = values.iter().sum();
        (count != 0).then(|| Ticks((2 * sum + 10 * count).div_euclid(20 * count)))
    }
}

//! Business days and last trading days.
//!
//! Knows the operator's holidays; reads no clock.

use types::{Date, Settlement, Tenor, Timestamp};

/// Business days between the last trading day and the first day of delivery.
const NOTICE: u32 = 10;

/// The operator's calendar.
pub(crate) struct Calendar<'a> {
    /// Days that are no business days, beside Saturdays and Sundays.
    pub(crate) holidays: &'a [Date],
    /// Hour of the day at which prices are settled.
    pub(crate) settlement_hour: u8,
}

impl Calendar<'_> {
    /// When trading in a contract ends: the settlement hour of the tenth business day before its
    /// first day of delivery; of a cash twin, that of the day after its month.
    pub(crate) fn last_trading(&self, tenor: Tenor, settlement: Settlement) -> Timestamp {
        self.settlement(match settlement {
            Settlement::Physical | Settlement::Cash { .. } => {
                self.business_days(tenor.start(), NOTICE, -1)
            }
            Settlement::Index => tenor.end(),
        })
    }

    /// The settlement hour of the `count`th business day after the day of `time`.
    pub(crate) fn business_days_after(&self, time: Timestamp, count: u8) -> Timestamp {
        self.settlement(self.business_days(time.date(), u32::from(count), 1))
    }

    /// The settlement hour of the `count`th business day before the day of `time`.
    pub(crate) fn business_days_before(&self, time: Timestamp, count: u8) -> Timestamp {
        self.settlement(self.business_days(time.date(), u32::from(count), -1))
    }

    fn settlement(&self, date: Date) -> Timestamp {
        date.start().plus(i64::from(self.settlement_hour) * Timestamp::HOUR)
    }

    fn business_days(&self, from: Date, count: u32, step: i32) -> Date {
        let mut date = from;
        for _ in 0..count {
            date = date.plus(step);
            while !self.is_business_day(date) {
                date = date.plus(step);
            }
        }
        date
    }

    fn is_business_day(&self, date: Date) -> bool {
        date.weekday() < 5 && !self.holidays.contains(&date)
    }
}

#[cfg(test)]
mod tests;

//! Instants, dates and months in UTC, as integers. Nothing here reads a clock.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The last day whose end a timestamp can name.
const LAST_DAY: i32 = 106_751;

/// Nanoseconds since the Unix epoch, UTC; good until the year 2262.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Nanoseconds in a second, a minute, an hour and a day.
    pub const SECOND: i64 = 1_000_000_000;
    /// Nanoseconds of a millisecond.
    pub const MILLISECOND: i64 = 1_000_000;
    /// Nanoseconds in a minute.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// Nanoseconds in an hour.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// Nanoseconds in a day.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// The day it is, in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        Date(i32::try_from(self.0.div_euclid(Self::DAY)).expect("63 bits of ns are 106,751 days"))
    }

    /// This much later (or earlier).
    #[must_use]
    pub fn plus(self, nanoseconds: i64) -> Self {
        Self(self.0 + nanoseconds)
    }

    /// The start of the hour it is in.
    #[must_use]
    pub fn hour_start(self) -> Self {
        Self(self.0 - self.0.rem_euclid(Self::HOUR))
    }

    /// An instant written `2027-03-01T16:00:00Z`, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let mut parts = clock.split(':');
        let mut below = |most: i64| {
            let part = parts.next().filter(|part| digits(part, 2))?;
            part.parse::<i64>().ok().filter(|part| *part < most)
        };
        let seconds = below(24)? * 3600 + below(60)? * 60 + below(60)?;
        let is_over = parts.next().is_none();
        let date = Date::parse(date).filter(|date| is_over && date.0 < LAST_DAY)?;
        Some(date.start().plus(seconds * Self::SECOND))
    }
}

/// `2027-03-01T16:00:00Z`; the fraction of a second is left out.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(Self::DAY) / Self::SECOND;
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        f.pad(&format!("{}T{h:02}:{m:02}:{s:02}Z", self.date()))
    }
}

/// A day of the proleptic Gregorian calendar: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// The date of a civil year, month and day.
    ///
    /// ```
    /// use types::Date;
    /// assert_eq!(Date::from_civil(2027, 3, 1).to_string(), "2027-03-01");
    /// ```
    #[must_use]
    pub fn from_civil(year: i32, month: u8, day: u8) -> Self {
        // Years begin in March, so the leap day is the last day of the year and months have a
        // regular length: 153 days for each five.
        let month = i32::from(month);
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day.
    #[must_use]
    pub fn civil(self) -> (i32, u8, u8) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = era * 400 + year_of_era + i32::from(month <= 2);
        (year, small(month), small(day))
    }

    /// Days later (or earlier).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// 0 is Monday, 6 is Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        small((self.0 + 3).rem_euclid(7))
    }

    /// Midnight UTC at its start.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * Timestamp::DAY)
    }

    /// The month it is in.
    #[must_use]
    pub fn month(self) -> YearMonth {
        let (year, month, _) = self.civil();
        YearMonth::new(year, month).expect("a civil month is 1 to 12")
    }

    /// A date written `2027-03-01`, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.rsplit_once('-')?;
        let month = YearMonth::parse(month)?;
        let day: u8 = digits(day, 2).then(|| day.parse().ok())??;
        let date = month.first_day().plus(i32::from(day) - 1);
        (1 <= day && date.month() == month).then_some(date)
    }
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

fn small(number: i32) -> u8 {
    u8::try_from(number).expect("months, days and weekdays are small")
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// A calendar month, counted from January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth(i32);

impl YearMonth {
    /// The month, or `None` unless `month` is 1 to 12.
    #[must_use]
    pub fn new(year: i32, month: u8) -> Option<Self> {
        (1..=12).contains(&month).then(|| Self(year * 12 + i32::from(month) - 1))
    }

    /// The year it is in.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 is January.
    #[must_use]
    pub fn month(self) -> u8 {
        small(self.0.rem_euclid(12) + 1)
    }

    /// 1 to 4.
    #[must_use]
    pub fn quarter(self) -> u8 {
        (self.month() - 1) / 3 + 1
    }

    /// Months later (or earlier).
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Months from `earlier` to this one.
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        Date::from_civil(self.year(), self.month(), 1)
    }

    /// 24 times its days: 672 to 744.
    #[must_use]
    pub fn hours(self) -> u32 {
        let days = self.plus(1).first_day().0 - self.first_day().0;
        u32::from(small(days)) * 24
    }

    /// A month written `2027-03`, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?)
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.month()))
    }
}

/// Text for people (`2027-03-01`), the integer for the log.
macro_rules! written {
    ($($name:ident $form:literal),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::parse(&text).ok_or_else(|| {
                        serde::de::Error::custom(format!("`{text}` is not of the form {}", $form))
                    })
                } else {
                    i32::deserialize(deserializer).map(Self)
                }
            }
        }
    )*};
}

written!(Date "2027-03-01", YearMonth "2027-03");

#[cfg(test)]
mod tests;

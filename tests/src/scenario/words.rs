//! The words of a line, read from left to right.

use std::str::FromStr;

use types::{Date, Lots, Mills, Ticks, Timestamp};

/// What is wrong with a line.
pub(super) type Problem = String;

/// The words that have not been read yet.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    left: std::iter::Peekable<std::str::SplitWhitespace<'a>>,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { left: line.split_whitespace().peekable() }
    }

    pub(super) fn next(&mut self, what: &str) -> Result<&'a str, Problem> {
        self.left.next().ok_or_else(|| format!("{what} is missing"))
    }

    pub(super) fn peek(&mut self) -> Option<&'a str> {
        self.left.peek().copied()
    }

    /// Whether the next word is this one; it is read if so.
    pub(super) fn took(&mut self, word: &str) -> bool {
        self.left.next_if(|next| *next == word).is_some()
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<(), Problem> {
        let found = self.next(word)?;
        if found == word { Ok(()) } else { Err(format!("`{word}` is expected, not `{found}`")) }
    }

    pub(super) fn number<T: FromStr>(&mut self, what: &str) -> Result<T, Problem> {
        let word = self.next(what)?;
        word.parse().map_err(|_| format!("{what} is a number, not `{word}`"))
    }

    pub(super) fn lots(&mut self) -> Result<Lots, Problem> {
        self.number("a quantity").map(Lots)
    }

    pub(super) fn price(&mut self) -> Result<Ticks, Problem> {
        self.number("a price").map(Ticks)
    }

    /// Dollars with up to three decimals: `-12.345`.
    pub(super) fn dollars(&mut self) -> Result<Mills, Problem> {
        let word = self.next("an amount")?;
        dollars(word).ok_or_else(|| format!("an amount is in dollars, not `{word}`"))
    }

    /// A day, or a day and an hour: `2027-01-05 16:00`.
    pub(super) fn time(&mut self) -> Result<Timestamp, Problem> {
        let word = self.next("a day")?;
        let date = Date::parse(word).ok_or_else(|| format!("`{word}` is not a day"))?;
        let Some(offset) = self.peek().and_then(clock) else {
            return Ok(date.start());
        };
        self.next("a time of day")?;
        Ok(date.start().plus(offset))
    }

    /// All that is left, as one line; empty when nothing is.
    pub(super) fn rest(self) -> String {
        self.left.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn end(mut self) -> Result<(), Problem> {
        match self.left.next() {
            None => Ok(()),
            Some(word) => Err(format!("nothing is expected where `{word}` stands")),
        }
    }
}

/// A span of time: `500ms`, `90s`, `5m`, `2h`, `3d`.
pub(super) fn span(word: &str) -> Option<i64> {
    if let Some(count) = word.strip_suffix("ms") {
        return count.parse::<i64>().ok().map(|count| count * Timestamp::MILLISECOND);
    }
    let unit = match word.chars().last()? {
        's' => Timestamp::SECOND,
        'm' => Timestamp::MINUTE,
        'h' => Timestamp::HOUR,
        'd' => Timestamp::DAY,
        _ => return None,
    };
    let count: i64 = word[..word.len() - 1].parse().ok()?;
    Some(count * unit)
}

fn clock(word: &str) -> Option<i64> {
    let mut parts = word.split(':');
    let mut part =
        |unit: i64| parts.next().map_or(Some(0), |p| Some(p.parse::<i64>().ok()? * unit));
    let time = part(Timestamp::HOUR)? + part(Timestamp::MINUTE)? + part(Timestamp::SECOND)?;
    (word.contains(':') && parts.next().is_none()).then_some(time)
}

fn dollars(word: &str) -> Option<Mills> {
    let (sign, digits) = word.strip_prefix('-').map_or((1, word), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if 3 < fraction.len() {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}").parse().ok()?;
    Some(Mills(sign * (whole.parse::<i64>().ok()? * 1000 + thousandths)))
}

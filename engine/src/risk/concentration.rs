//! What a position adds to its margin because it is large beside what trades in a day.
//!
//! Grows as the position to the power of three halves; nothing up to a quarter of a day's volume.

use types::terms::ConcentrationTerms;

/// Parts of one in which the root is counted.
const MILLIONTHS: u64 = 1_000_000;

/// The concentration of positions in one contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Concentration {
    /// What one lot loses when each of its months moves by its scan range, in mills.
    pub(crate) range_value: i64,
    /// The part of it that counts.
    pub(crate) permille: u32,
    /// Lots that trade in a day.
    pub(crate) volume: u64,
}

impl Concentration {
    /// With the volumes of the last days, as far as there are any.
    pub(crate) fn new(
        terms: ConcentrationTerms,
        range_value: i64,
        volumes: impl ExactSizeIterator<Item = u64>,
    ) -> Self {
        let days = u64::try_from(volumes.len()).expect("at most sixty").max(1);
        let volume = (volumes.sum::<u64>() / days).max(terms.least_volume_lots);
        Self { range_value, permille: terms.permille, volume }
    }

    /// What so many lots add, in mills: their scan range, times the part that counts, times the root
    /// of what lots over volume are beyond a quarter. The root is taken in millionths; it and the
    /// result are rounded up.
    pub(crate) fn of(&self, lots: u64) -> i64 {
        let beyond = lots.saturating_mul(4).saturating_sub(self.volume);
        if beyond == 0 {
            return 0;
        }
        // Half as long in 64 bits, where they are enough: nearly always.
        let square = beyond.checked_mul(MILLIONTHS * MILLIONTHS).zip(self.volume.checked_mul(4));
        let root = square.map(|(square, by)| root(square.div_ceil(by)));
        let value = self.range_value.unsigned_abs().checked_mul(lots);
        let part = value.and_then(|value| value.checked_mul(u64::from(self.permille)));
        match part.zip(root).and_then(|(part, root)| part.checked_mul(root)) {
            Some(mills) => whole(mills.div_ceil(1000 * MILLIONTHS)),
            None => self.of_wide(lots),
        }
    }

    fn of_wide(&self, lots: u64) -> i64 {
        let millionths = u128::from(MILLIONTHS);
        let beyond = (4 * u128::from(lots)).saturating_sub(u128::from(self.volume));
        if beyond == 0 {
            return 0;
        }
        let square = (beyond * millionths * millionths).div_ceil(4 * u128::from(self.volume));
        let root = square.isqrt() + u128::from(square.isqrt().pow(2) < square);
        let value = u128::from(self.range_value.unsigned_abs()) * u128::from(lots);
        let mills = (value * u128::from(self.permille) * root).div_ceil(1000 * millionths);
        whole(u64::try_from(mills).expect("terms keep concentration below 2^50 mills"))
    }

    /// What it adds more when a position of `old` lots has `new`.
    pub(crate) fn between(&self, old: u64, new: u64) -> i64 {
        if old == new || old.max(new).saturating_mul(4) <= self.volume {
            return 0;
        }
        self.of(new) - self.of(old)
    }
}

/// The root of a square, rounded up.
fn root(square: u64) -> u64 {
    let root = square.isqrt();
    root + u64::from(root * root < square)
}

fn whole(mills: u64) -> i64 {
    i64::try_from(mills).expect("terms keep concentration below 2^50 mills")
}

#[cfg(test)]
mod tests;

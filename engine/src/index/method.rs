//! The method, version 1: the median of the prices of a window of days.
//!
//! All of it in integers. Nothing is rounded before the median, so that anyone who works it out from
//! the observations comes to the same value.

use types::terms::IndexTerms;
use types::{IndexValue, Micros};

/// Its number in what is printed.
pub(super) const VERSION: u16 = 1;

/// Thousandths in one.
const WHOLE: i128 = 1000;

/// The prices of a day that are near enough to its centre. The centre is the mean of the day without a
/// part at each end; near is within so many standard deviations of the whole day.
pub(super) fn kept(mut prices: Vec<Micros>, terms: &IndexTerms) -> Vec<Micros> {
    prices.sort_unstable();
    let wide = |price: &Micros| i128::from(price.0);
    let count = prices.len();
    let trim = usize::try_from(terms.trim_permille).expect("at most 400");
    let end = (count * trim / 1000).max(1);
    let inner = &prices[end..count - end];
    let sum: i128 = inner.iter().map(wide).sum();
    let inner = i128::try_from(inner.len()).expect("a length");
    let count = i128::try_from(count).expect("a length");
    let all: i128 = prices.iter().map(wide).sum();
    let squares: i128 = prices.iter().map(|price| wide(price).pow(2)).sum();
    // |price - sum / inner| <= spread x sqrt(variance), with variance = spread_of_day / (n x (n - 1)).
    let spread_of_day = count * squares - all * all;
    let spread = i128::from(terms.spread_permille);
    let most = spread * spread * inner * inner;
    prices.retain(|price| {
        let away = (inner * wide(price) - sum).pow(2);
        is_at_most(away, WHOLE * WHOLE * count * (count - 1), most, spread_of_day)
    });
    prices
}

/// Whether a x b <= c x d, none of them below zero; products of 128 bits do not fit in an integer.
fn is_at_most(a: i128, b: i128, c: i128, d: i128) -> bool {
    let product = |x: i128, y: i128| {
        let (x, y) = (x.unsigned_abs(), y.unsigned_abs());
        let low = u128::from(u64::MAX);
        let (x1, x0, y1, y0) = (x >> 64, x & low, y >> 64, y & low);
        let middle = x1 * y0 + ((x0 * y0) >> 64);
        let other = x0 * y1 + (middle & low);
        (x1 * y1 + (middle >> 64) + (other >> 64), x.wrapping_mul(y))
    };
    product(a, b) <= product(c, d)
}

/// The median of all prices, rounded half up to a ten-thousandth of a dollar.
pub(super) fn median(mut prices: Vec<Micros>) -> Option<IndexValue> {
    prices.sort_unstable();
    let upper = prices.get(prices.len() / 2)?.0;
    let lower = prices[(prices.len() - 1) / 2].0;
    // Twice the median, of which a ten-thousandth of a dollar is two hundred.
    Some(IndexValue((lower + upper + 100).div_euclid(200)))
}

#[cfg(test)]
mod tests;

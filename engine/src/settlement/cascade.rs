//! The cascade.: a year becomes its first three months and its three later quarters, a
//! quarter its three months, lot for lot at the price it was carried at.
//!
//! A lot is a rate, and the hours of the legs are the hours of the whole, so the value in
//! mill-hours is the same before and after, to the mill.

use types::Tenor;

/// What one lot of a tenor becomes; nothing for a month, which is delivered.
pub(crate) fn legs(tenor: Tenor) -> Vec<Tenor> {
    let months = |first: types::YearMonth| (0..3).map(move |n| Tenor::Month(first.plus(n)));
    match tenor {
        Tenor::Month(_) => Vec::new(),
        Tenor::Quarter(first) => months(first).collect(),
        Tenor::Year(first) => {
            months(first).chain((1..4).map(|n| Tenor::Quarter(first.plus(3 * n)))).collect()
        }
    }
}

#[cfg(test)]
mod tests;

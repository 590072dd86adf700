//! The arithmetic of a default: shares that add up, slices, the size of the default fund. to
//!
//!
//! Knows no accounts, only their weights and losses in a fixed order.

use types::terms::{ClearingTerms, SCENARIOS};
use types::{Lots, Mills};

/// `amount` shared out by weight. Shares are rounded down; what is left over goes by one to those
/// whose share was rounded, in their order. None is above its weight if `amount` is not above all.
pub(crate) fn shares(amount: i64, weights: &[i64]) -> Vec<i64> {
    let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if all == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &i64| i128::from(amount) * i128::from(*weight);
    let floor = |weight: &i64| exact(weight).div_euclid(all);
    let mut left = i128::from(amount) - weights.iter().map(floor).sum::<i128>();
    let share = |weight: &i64| {
        let is_rounded = exact(weight).rem_euclid(all) != 0 && 0 < left;
        left -= i128::from(is_rounded);
        i64::try_from(floor(weight) + i128::from(is_rounded)).expect("a share of 64 bits")
    };
    weights.iter().map(share).collect()
}

/// The lots that the house sells next of the `rest` it holds, when the other side of the book shows
/// `shown`. *280 lots, a half, whole below 50, a hundredth of a book of 10,000: 100, 90, 45, 45.*
pub(crate) fn slice(rest: Lots, shown: Lots, terms: &ClearingTerms) -> Lots {
    let part = |lots: Lots, permille: u32| {
        let lots = u128::from(lots.0) * u128::from(permille) / 1000;
        Lots(u64::try_from(lots.max(1)).expect("a part of 64 bits"))
    };
    let is_whole = terms.slice_permille == 0 || rest.0 < terms.slice_full_lots;
    let wanted = if is_whole { rest } else { part(rest, terms.slice_permille) };
    let most =
        if terms.slice_book_permille == 0 { shown } else { part(shown, terms.slice_book_permille) };
    wanted.min(most).min(shown)
}

/// The size of the default fund: a part of what the two accounts that lose the most lose together
/// in the worst scenario, a fraction of a mill rounded up.
pub(crate) fn fund_size(losses: &[[i64; SCENARIOS]], permille: u32) -> Mills {
    let two_largest = |s: usize| {
        losses.iter().map(|loss| i128::from(loss[s].max(0))).fold(
            (0, 0),
            |(first, second), loss| {
                if first < loss { (loss, first) } else { (first, loss.max(second)) }
            },
        )
    };
    let worst = (0..SCENARIOS).map(|s| two_largest(s).0 + two_largest(s).1).max().unwrap_or(0);
    Mills::from_wide((worst * i128::from(permille) + 999) / 1000)
}

#[cfg(test)]
mod tests;

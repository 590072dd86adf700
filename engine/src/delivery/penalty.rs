//! The part of a bond that is lost for poor service.

use types::terms::PerformanceTerms;
use types::{GpuHours, Mills};

/// What a seller loses of its bond that delivered so much of what it had to. With the availability
/// a below the target t it is twice 1 - a/t of the bond, at most the part that the terms say, rounded
/// down to a mill. *Target 0.98, most a half: a = 0.95 loses 6.1 %, 0.90 16.3 %, 0.75 46.9 %.*
pub(crate) fn penalty(
    bond: Mills,
    delivered: GpuHours,
    due: GpuHours,
    terms: &PerformanceTerms,
) -> Mills {
    let target = i128::from(terms.service_permille) * i128::from(due.0);
    let lacking = target - 1000 * i128::from(delivered.0);
    if target == 0 || lacking <= 0 {
        return Mills::ZERO;
    }
    let most = i128::from(bond.0) * i128::from(terms.penalty_permille) / 1000;
    // A bond is below 2^60 mills and a target below 2^64: the product stays below 2^127.
    Mills::from_wide((i128::from(bond.0) * 2 * lacking / target).min(most))
}

#[cfg(test)]
mod tests;

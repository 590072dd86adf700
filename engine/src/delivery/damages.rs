//! Damages for GPU-hours that were not delivered.

use types::{GpuHours, Mills, Ticks};

/// What a shortfall costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// GPU-hours that may be missing without damages.
    pub(crate) tolerated: GpuHours,
    /// Mills for each GPU-hour missing beyond those.
    pub(crate) per_gpu_hour: Mills,
    /// What the seller owes the buyer.
    pub(crate) damages: Mills,
}

/// A part of the month's GPU-hours, rounded down to a whole one, may be missing. Each one beyond
/// costs what the index is above the price.
pub(crate) fn damages(
    due: GpuHours,
    short: GpuHours,
    price: Ticks,
    index: Ticks,
    tolerance_permille: u32,
) -> Terms {
    let allowed = GpuHours(due.0 * u64::from(tolerance_permille) / 1000);
    let tolerated = GpuHours(short.0.min(allowed.0));
    let per_gpu_hour = Mills((index.0 - price.0).max(0));
    let beyond = i128::from((short - tolerated).0);
    let damages = Mills::from_wide(beyond * i128::from(per_gpu_hour.0));
    Terms { tolerated, per_gpu_hour, damages }
}

#[cfg(test)]
mod tests;

//! How many lots of a short position must stand on nodes, and how many do.

use serde::{Deserialize, Serialize};
use types::{Coverage, InstrumentId, Lots, Mills, TickValue, Ticks, Timestamp};

/// A short position that must stand on nodes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Covering {
    /// What its owner was last told.
    pub(crate) told: Coverage,
    /// When the next slice of what is not covered may be bought back; never before the last step.
    pub(crate) next_slice: Option<Timestamp>,
}

/// A part of the short position, in whole blocks rounded up, must be covered by whole blocks of
/// nodes. Odd lots end in money and need none.
pub(crate) fn coverage(
    instrument: InstrumentId,
    short: Lots,
    nodes: u64,
    block: Lots,
    permille: u32,
) -> Coverage {
    let blocks = short.0 / block.0;
    let required = (u128::from(blocks) * u128::from(permille)).div_ceil(1000);
    let required = Lots(u64::try_from(required).expect("no more than all") * block.0);
    let covered = whole(Lots(nodes), block);
    let uncovered = Lots(required.0.saturating_sub(covered.0));
    Coverage { instrument, short, required, covered, uncovered, margin: Mills::ZERO }
}

/// The whole blocks of so many lots.
pub(crate) fn whole(lots: Lots, block: Lots) -> Lots {
    Lots(lots.0 - lots.0 % block.0)
}

/// What lots that are not covered add to the margin: a part of their value at the settlement price,
/// a fraction of a mill rounded up.
pub(crate) fn uncovered_margin(
    uncovered: Lots,
    settlement: Ticks,
    tick_value: TickValue,
    permille: u32,
) -> Mills {
    let value = i128::from(uncovered.0) * i128::from(settlement.0) * i128::from(tick_value.0);
    Mills::from_wide((value * i128::from(permille) + 999) / 1000)
}

#[cfg(test)]
mod tests;

//! Margin of a delivery, falling with every hour that is final.

use types::terms::DeliveryTerms;
use types::{GpuHours, Mills, Ticks};

/// What a seller must have: what replacing the rest would cost above the price, should the index
/// rise, and a part of its value so that it performs.
pub(crate) fn seller_margin(
    rest: GpuHours,
    price: Ticks,
    index: Ticks,
    terms: &DeliveryTerms,
) -> Mills {
    let replacing = scaled(index, terms.seller_index_permille) - scaled(price, 1000);
    let performing = scaled(price, terms.performance_permille);
    of(rest, replacing.max(0) + performing)
}

/// What a buyer must have beside its escrow: what reselling the rest would lose, should the index
/// fall.
pub(crate) fn buyer_margin(
    rest: GpuHours,
    price: Ticks,
    index: Ticks,
    terms: &DeliveryTerms,
) -> Mills {
    let reselling = scaled(price, 1000) - scaled(index, terms.buyer_index_permille);
    of(rest, reselling.max(0))
}

fn scaled(price: Ticks, permille: u32) -> i128 {
    i128::from(price.0) * i128::from(permille)
}

/// So many thousandths of a mill for each GPU-hour, a fraction of a mill rounded up.
fn of(rest: GpuHours, thousandths: i128) -> Mills {
    Mills::from_wide((i128::from(rest.0) * thousandths + 999) / 1000)
}

#[cfg(test)]
mod tests;

//! How deliveries are performed, in the words of a scenario.

use types::MarketTerms;

use crate::market;

/// `performance 1`, then any of its terms by name.
pub(super) fn change(terms: &mut MarketTerms, key: &str, number: i64) -> Option<()> {
    if key == "performance" {
        terms.delivery.performance = Some(market::performance());
        return Some(());
    }
    let performance = terms.delivery.performance.as_mut()?;
    let small = || u8::try_from(number).ok();
    let part = || u32::try_from(number).ok();
    match key {
        "dispute_hours" => performance.dispute_hours = small()?,
        "dispute" => performance.dispute_permille = part()?,
        "gap_hours" => performance.gap_hours = small()?,
        "cover_limit" => performance.cover_limit_permille = part()?,
        "seller_default" => performance.seller_default_hours = small()?,
        "bond" => performance.bond_mills_per_lot = number,
        "service" => performance.service_permille = part()?,
        "penalty" => performance.penalty_permille = part()?,
        "grace" => performance.buyer_grace_hours = small()?,
        "waived" => performance.waived_hours = part()?,
        _ => return None,
    }
    Some(())
}

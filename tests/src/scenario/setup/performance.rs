//! How deliveries are performed, in the words of a scenario.

use types::MarketTerms;
use types::terms::PerformanceTerms;

/// What a scenario means by `performance 1`; without it there is none of this.
pub(crate) const PERFORMANCE: PerformanceTerms = PerformanceTerms {
    dispute_hours: 48,
    dispute_permille: 500,
    gap_hours: 1,
    cover_limit_permille: 1300,
    seller_default_hours: 24,
    bond_mills_per_lot: 0,
    service_permille: 980,
    penalty_permille: 500,
    buyer_grace_hours: 24,
    waived_hours: 72,
};

/// `performance 1`, then any of its terms by name.
pub(super) fn change(terms: &mut MarketTerms, key: &str, number: i64) -> Option<()> {
    if key == "performance" {
        terms.delivery.performance = Some(PERFORMANCE);
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

use super::*;

const TERMS: DeliveryTerms = DeliveryTerms {
    assignment_business_days: 2,
    receipt_hours: 24,
    escrow_days: 7,
    invoice_days: 2,
    tolerance_permille: 20,
    seller_index_permille: 1300,
    performance_permille: 100,
    buyer_index_permille: 700,
    capacity: None,
    performance: None,
};

/// 100 lots of 744 hours, price 2.400, index 2.600: $583,296 + $142,848.
#[test]
fn worked_number_of_the_rulebook() {
    let rest = GpuHours(100 * 8 * 744);
    assert_eq!(seller_margin(rest, Ticks(2400), Ticks(2600), &TERMS), Mills(726_144_000));
    assert_eq!(buyer_margin(rest, Ticks(2400), Ticks(2600), &TERMS), Mills(580 * 595_200));
}

/// it falls hourly, to nothing.
#[test]
fn margin_falls_with_the_hours_that_are_left() {
    let at = |hours: u64| seller_margin(GpuHours(800 * hours), Ticks(2400), Ticks(2600), &TERMS);
    assert!((0..744).all(|hours| at(hours) < at(hours + 1)));
    assert_eq!(at(0), Mills::ZERO);
}

use super::*;

const TERMS: PerformanceTerms = PerformanceTerms {
    dispute_hours: 48,
    dispute_permille: 500,
    gap_hours: 1,
    cover_limit_permille: 1300,
    seller_default_hours: 24,
    bond_mills_per_lot: 1_000_000,
    service_permille: 980,
    penalty_permille: 500,
    buyer_grace_hours: 24,
    waived_hours: 72,
};

fn lost(delivered: u64) -> i64 {
    penalty(Mills(1_000_000), GpuHours(delivered), GpuHours(100_000), &TERMS).0
}

#[test]
fn the_worked_numbers() {
    assert_eq!(
        [100_000, 98_000, 95_000, 90_000, 75_000].map(lost),
        [0, 0, 61_224, 163_265, 469_387]
    );
}

#[test]
fn never_more_than_half_and_never_less_than_nothing() {
    assert_eq!([73_500, 73_499, 0].map(lost), [500_000; 3]);
    assert_eq!(lost(97_999), 20);
}

#[test]
fn nothing_due_nothing_lost() {
    assert_eq!(penalty(Mills(1000), GpuHours(0), GpuHours(0), &TERMS), Mills::ZERO);
    assert_eq!(penalty(Mills(1000), GpuHours(0), GpuHours(8), &TERMS), Mills(500));
}

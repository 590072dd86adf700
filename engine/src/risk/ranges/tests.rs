use super::*;

const TERMS: ScanTerms = ScanTerms { floor_permille: 100, most_ticks: 2_000 };

#[test]
fn a_steady_market_has_a_range_of_two_of_its_days() {
    // 2 % a day for two years: 2.5758 x 1.41421 x 2 % of 2,400 are 174.8 ticks.
    let mut volatility = Volatility::default();
    for _ in 0..250 {
        volatility = volatility.after(Ticks(2_400), Ticks(2_448));
        volatility = volatility.after(Ticks(2_448), Ticks(2_400));
    }
    let terms = ScanTerms { floor_permille: 0, ..TERMS };
    let range = volatility.range(Ticks(2_400), 0, terms);
    assert!((173..=175).contains(&range.0), "{range}");
}

#[test]
fn younger_days_weigh_more() {
    let moved = |volatility: Volatility| volatility.after(Ticks(1_000), Ticks(1_100));
    let still = |volatility: Volatility| volatility.after(Ticks(1_000), Ticks(1_000));
    assert_eq!(moved(Volatility::default()), Volatility(300_000_000));
    assert_eq!(still(moved(Volatility::default())), Volatility(291_000_000));
    assert_eq!(moved(still(Volatility::default())), Volatility(300_000_000));
    assert_eq!(still(Volatility(1)), Volatility(1), "a rest is rounded up");
}

#[test]
fn a_range_keeps_to_its_floors_and_its_most() {
    let calm = Volatility::default();
    assert_eq!(calm.range(Ticks(2_401), 0, TERMS), Ticks(241), "a tenth, rounded up");
    assert_eq!(calm.range(Ticks(2_401), 300, TERMS), Ticks(300), "the range of the terms");
    let wild = calm.after(Ticks(1), Ticks(i64::MAX));
    assert_eq!(wild.range(Ticks(2_400), 300, TERMS), Ticks(2_000));
    assert_eq!(wild.range(Ticks(i64::MAX), 300, TERMS), Ticks(2_000));
    assert_eq!(calm.after(Ticks(0), Ticks(0)), calm, "a price of nothing that stays");
}

use super::*;

/// A month of 744 hours with a scan range of 300 ticks, of which a half counts.
fn month(volume: u64) -> Concentration {
    Concentration { range_value: 300 * 8 * 744, permille: 500, volume }
}

#[test]
fn a_quarter_of_a_days_volume_adds_nothing() {
    assert_eq!(month(400).of(50), 0);
    assert_eq!(month(400).of(100), 0);
    assert!(0 < month(400).of(101));
    assert_eq!(month(400).of(0), 0);
}

#[test]
fn a_position_adds_the_root_of_what_is_beyond_a_quarter() {
    // 500 lots of a volume of 400: the root of 1.25 - 0.25 is 1, and half a scan range is $892.80.
    assert_eq!(month(400).of(500), 500 * 892_800);
    // 200 lots: the root of 0.25 is a half.
    assert_eq!(month(400).of(200), 200 * 446_400);
}

#[test]
fn fractions_are_rounded_up() {
    let one = Concentration { range_value: 1, permille: 1000, volume: 1 };
    // The root of 0.75 is 0.8660254...: one mill. Of two lots twice that of 1.75: 2.6457 mills.
    assert_eq!((one.of(1), one.of(2)), (1, 3));
    let exact = Concentration { range_value: 1_000_000_000, ..one };
    assert_eq!(exact.of(1), 866_026_000);
}

#[test]
fn the_volume_is_the_average_of_the_days_there_are() {
    let terms = ConcentrationTerms { permille: 500, days: 3, least_volume_lots: 10 };
    let volume = |days: &[u64]| Concentration::new(terms, 1, days.iter().copied()).volume;
    assert_eq!(volume(&[]), 10);
    assert_eq!(volume(&[5]), 10);
    assert_eq!(volume(&[50, 21]), 35);
}

/// Both ways to work it out, on both sides of where 64 bits are enough.
#[test]
fn what_64_bits_hold_is_what_128_bits_hold() {
    let mut wide = 0;
    for volume in [1, 7, 400, 1 << 20] {
        for range_value in [1, 1_785_600, 1 << 21] {
            let one = Concentration { range_value, permille: 500, volume };
            for lots in (0..23).map(|bit| (1 << bit) + 1).chain([0, 99, 100, 101]) {
                assert_eq!(one.of(lots), one.of_wide(lots), "{one:?} {lots}");
                let mills = u128::from(one.of_wide(lots).unsigned_abs()) * 1_000_000_000;
                wide += u32::from(u128::from(u64::MAX) < mills);
            }
        }
    }
    assert!(10 < wide, "{wide}");
}

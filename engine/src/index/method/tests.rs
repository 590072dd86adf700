use super::{Micros, is_at_most, kept, median};
use types::IndexValue;
use types::index::{DEAREST, MOST_OF_A_DAY};
use types::terms::IndexTerms;

fn terms() -> IndexTerms {
    IndexTerms {
        window_days: 7,
        least_per_day: 8,
        least_days: 3,
        trim_permille: 100,
        spread_permille: 2500,
        least_gpus: 0,
        kinds: Vec::new(),
        cutoff_hour: 12,
        revision_days: 2,
        carry_days: 5,
    }
}

fn prices(all: &[i64]) -> Vec<Micros> {
    all.iter().copied().map(Micros).collect()
}

#[test]
fn what_is_far_from_the_centre_is_left_out() {
    // Nine prices of 2 dollars and one of 9: the deviation is 2.2136, two and a half of it 5.534.
    let mut day = vec![2_000_000; 9];
    day.push(9_000_000);
    assert_eq!(kept(prices(&day), &terms()), prices(&[2_000_000; 9]));
    // Three at 9 among ten deviate by 3.38: two and a half of it are further than they are away.
    let mut day = vec![2_000_000; 7];
    day.extend([9_000_000; 3]);
    assert_eq!(kept(prices(&day), &terms()).len(), 10);
}

#[test]
fn equal_prices_are_all_kept() {
    assert_eq!(kept(prices(&[5; 8]), &terms()).len(), 8);
}

#[test]
fn the_largest_day_does_not_overflow() {
    let mut day = vec![DEAREST; MOST_OF_A_DAY / 2];
    day.extend(vec![Micros(1); MOST_OF_A_DAY / 2]);
    let widest = IndexTerms { spread_permille: 5000, ..terms() };
    assert_eq!(kept(day, &widest).len(), MOST_OF_A_DAY);
}

#[test]
fn products_beyond_128_bits_are_compared() {
    let big = i128::MAX;
    assert!(is_at_most(big, big, big, big));
    assert!(!is_at_most(big, big, big, big - 1));
    assert!(is_at_most(big - 1, big, big, big));
    assert!(is_at_most(6, 7, 21, 2) && !is_at_most(6, 7, 41, 1));
}

#[test]
fn a_median_is_rounded_half_up() {
    assert_eq!(median(prices(&[1_734_750])), Some(IndexValue(17_348)));
    assert_eq!(median(prices(&[1_734_700, 1_734_799])), Some(IndexValue(17_347)));
    assert_eq!(median(prices(&[3, 1, 2_000_000])), Some(IndexValue(0)));
    assert_eq!(median(Vec::new()), None);
    assert_eq!(IndexValue(17_345).ticks().0, 1735);
}

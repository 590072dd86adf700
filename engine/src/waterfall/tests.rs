use super::*;
use proptest::prelude::*;

fn terms() -> ClearingTerms {
    ClearingTerms {
        slice_permille: 500,
        slice_full_lots: 50,
        slice_book_permille: 10,
        ..ClearingTerms::default()
    }
}

fn slices(mut rest: u64, shown: u64, terms: &ClearingTerms) -> Vec<u64> {
    let mut all = Vec::new();
    while rest != 0 {
        let next = slice(Lots(rest), Lots(shown), terms).0;
        all.push(next);
        rest -= next;
    }
    all
}

#[test]
fn a_position_is_sold_in_slices() {
    assert_eq!(slices(280, 10_000, &terms()), [100, 90, 45, 45]);
}

#[test]
fn a_thin_book_is_sold_one_lot_at_a_time_and_an_empty_one_nothing() {
    assert_eq!(slices(3, 99, &terms()), [1, 1, 1]);
    assert_eq!(slice(Lots(280), Lots(0), &terms()), Lots(0));
}

#[test]
fn without_terms_all_that_the_book_takes_is_sold() {
    let none = ClearingTerms::default();
    assert_eq!(slice(Lots(280), Lots(10_000), &none), Lots(280));
    assert_eq!(slice(Lots(280), Lots(30), &none), Lots(30));
}

#[test]
fn what_rounding_leaves_goes_to_the_first_whose_share_was_rounded() {
    assert_eq!(shares(10, &[1, 1, 1]), [4, 3, 3]);
    assert_eq!(shares(3, &[4, 2, 2]), [2, 1, 0]);
    assert_eq!(shares(5, &[]), [0; 0]);
    assert_eq!(shares(5, &[0, 0]), [0, 0]);
}

#[test]
fn the_fund_covers_the_two_largest_in_the_worst_scenario() {
    let mut losses = [[0; SCENARIOS]; 3];
    (losses[0][3], losses[1][3], losses[2][3]) = (500, 300, 400);
    (losses[0][7], losses[1][7], losses[2][7]) = (-900, 600, 100);
    assert_eq!(fund_size(&losses, 1000), Mills(900));
    assert_eq!(fund_size(&losses, 333), Mills(300));
    assert_eq!(fund_size(&losses[..1], 1000), Mills(500));
    assert_eq!(fund_size(&[], 1000), Mills(0));
}

proptest! {
    #[test]
    fn shares_add_up_and_none_is_above_its_weight(
        weights in prop::collection::vec(0..1_000_000_i64, 1..20),
        part in 0..=1000_i64,
    ) {
        let all: i64 = weights.iter().sum();
        let amount = i64::try_from(i128::from(all) * i128::from(part) / 1000).expect("a part");
        let given = shares(amount, &weights);
        prop_assert_eq!(given.iter().sum::<i64>(), amount);
        for (share, weight) in given.iter().zip(&weights) {
            prop_assert!(0 <= *share && share <= weight);
        }
    }
}

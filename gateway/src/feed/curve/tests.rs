use types::YearMonth;

use super::move_between;

fn month(text: &str) -> YearMonth {
    YearMonth::parse(text).expect("a month")
}

#[test]
fn months_without_quotes_move_with_their_neighbours() {
    let moves = [(month("2027-03"), 10), (month("2027-06"), 40)];
    let moved = |text| move_between(month(text), &moves);
    assert_eq!(moved("2027-04"), Some(20));
    assert_eq!(moved("2027-05"), Some(30));
    assert_eq!(moved("2027-01"), Some(10));
    assert_eq!(moved("2027-12"), Some(40));
}

#[test]
fn without_any_quote_nothing_moves() {
    assert_eq!(move_between(month("2027-04"), &[]), None);
}

use super::*;

fn implied(price: i64, lots: u64, months: i32) -> Implied {
    Implied { price: Ticks(price), lots: Lots(lots), months }
}

#[test]
fn a_spread_weighs_its_lots_over_the_months_between() {
    let two = [implied(51_140, 371, 1), implied(51_130, 998, 2)];
    assert_eq!(by_trades(two.into_iter()), Some(Ticks(51_134)), "51.1343 to the mill");
    let cents = [implied(5_114, 371, 1), implied(5_113, 998, 2)];
    assert_eq!(by_trades(cents.into_iter()), Some(Ticks(5_113)), "51.13 to the cent");
    let even = [implied(10, 5, 1), implied(11, 10, 2)];
    assert_eq!(by_trades(even.into_iter()), Some(Ticks(11)), "half goes up");
    assert_eq!(by_trades([].into_iter()), None);
}

#[test]
fn the_best_bid_and_ask_may_be_of_different_spreads() {
    let (low, high) = (Some(Ticks(2_390)), Some(Ticks(2_405)));
    let all = [[low, None], [Some(Ticks(2_380)), high], [None, Some(Ticks(2_500))]];
    assert_eq!(by_quotes(all.into_iter()), Some(Ticks(2_397)), "rounded down");
    assert_eq!(by_quotes([[low, None]].into_iter()), None);
}

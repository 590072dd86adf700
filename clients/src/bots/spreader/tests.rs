use std::collections::BTreeMap;

use rand::SeedableRng;
use types::{Date, Timestamp};

use super::super::prices::PricePath;
use super::super::view::Contract;
use super::*;

/// The intents of a first turn, when the near month trades for so many hours.
fn turn(hours: i64, orders: &[Working]) -> Vec<Intent> {
    let start = Date::from_civil(2027, 1, 1);
    let last = |hours: i64| start.start().plus(hours * Timestamp::HOUR);
    let contract = |symbol, hours| Contract::new(symbol, last(hours)).expect("a symbol");
    let contracts = [contract("H100-US-2027M02", hours), contract("H100-US-2027M03", 2_000)];
    let spreads = [Spread {
        symbol: "H100-US-2027M02-2027M03".to_owned(),
        near: contracts[0].clone(),
        far: contracts[1].clone(),
    }];
    let prices = PricePath::new(start, &BTreeMap::from([("H100-US".to_owned(), vec![2_000])]));
    let (now, positions) = (start.start(), BTreeMap::new());
    let (contracts, spreads) = (&contracts, &spreads);
    let view = View { now, contracts, spreads, orders, positions: &positions, prices: &prices };
    Spreader::new(StdRng::seed_from_u64(1)).act(&view)
}

fn working(id: &str, side: Side, price: i64) -> Working {
    Working {
        id: id.to_owned(),
        symbol: "H100-US-2027M02-2027M03".to_owned(),
        side,
        price: Ticks(price),
        leaves: 3,
        filled: 5,
        tag: None,
    }
}

#[test]
fn both_sides_are_quoted_around_the_difference() {
    let intents = turn(1_000, &[]);
    let prices: Vec<i64> = intents
        .iter()
        .map(|intent| match intent {
            Intent::Quote { price, .. } => price.0,
            other => panic!("{other:?}"),
        })
        .collect();
    // A month costs 0.5 % less than the one before: 10 ticks of 2,000, and 3 ticks to each side.
    let [bid, ask] = prices[..] else { panic!("{prices:?}") };
    assert_eq!(ask - bid, 6);
    assert!((-17..=-3).contains(&(bid + 3)), "{bid}");
}

#[test]
fn a_quote_that_is_near_enough_stays_and_one_that_is_not_moves() {
    let far = turn(1_000, &[working("a", Side::Buy, -100), working("b", Side::Sell, 100)]);
    assert!(
        matches!(&far[..], [Intent::Amend { lots: 13, .. }, Intent::Amend { id, .. }] if id == "b")
    );
    let Intent::Amend { price: bid, .. } = far[0] else { panic!("{far:?}") };
    let near = turn(1_000, &[working("a", Side::Buy, bid.0), working("b", Side::Sell, bid.0 + 6)]);
    assert_eq!(near, []);
}

#[test]
fn a_spread_whose_leg_ends_is_left() {
    let intents = turn(20, &[working("a", Side::Buy, -13)]);
    assert_eq!(intents, [Intent::Cancel { id: "a".to_owned() }]);
}

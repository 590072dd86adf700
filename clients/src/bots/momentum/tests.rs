use std::collections::BTreeMap;

use types::{Date, Timestamp};

use super::super::prices::PricePath;
use super::*;

const FRONT: &str = "H100-US-2027M01";

/// The last thing a trader with so many lots does after these prices.
fn after(prices: impl IntoIterator<Item = i64>, position: i64) -> Vec<Intent> {
    let now = Date::from_civil(2026, 12, 1).start();
    let contracts = [Contract::new(FRONT, now.plus(9 * Timestamp::DAY)).expect("a symbol")];
    let positions = BTreeMap::from([(FRONT.to_owned(), position)]);
    let path = PricePath::new(now.date(), &BTreeMap::new());
    let view = View {
        now,
        contracts: &contracts,
        spreads: &[],
        orders: &[],
        positions: &positions,
        prices: &path,
    };
    let mut trader = Momentum::new("H100-US".to_owned());
    let acts = prices.into_iter().map(|price| trader.act(&view, Some(Ticks(price))));
    acts.last().unwrap_or_default()
}

fn take(side: Side, limit: i64, lots: u64) -> Vec<Intent> {
    vec![Intent::Take { symbol: FRONT.to_owned(), side, limit: Ticks(limit), lots }]
}

#[test]
fn it_buys_what_rises_and_sells_what_falls() {
    let flat = [2000; 10];
    assert_eq!(after(flat.into_iter().chain([2010]), 0), take(Side::Buy, 2018, 4));
    assert_eq!(after(flat.into_iter().chain([1990]), 0), take(Side::Sell, 1983, 4));
    assert_eq!(after(flat.into_iter().chain([2005]), 0), []);
}

#[test]
fn it_waits_until_it_has_seen_enough() {
    assert_eq!(after([2000, 2000, 2100], 0), []);
}

#[test]
fn it_never_holds_more_than_its_most() {
    let rise = || [2000; 10].into_iter().chain([2010]);
    assert_eq!(after(rise(), 30), take(Side::Buy, 2018, 2));
    assert_eq!(after(rise(), 32), []);
}

use std::collections::BTreeMap;

use types::Date;

use super::super::fleet::OutageRecord;
use super::super::prices::PricePath;
use super::*;

const FRONT: &str = "H100-US-2027M01";

fn start() -> Timestamp {
    Date::from_civil(2027, 1, 1).start()
}

fn hours(count: i64) -> Timestamp {
    start().plus(count * Timestamp::HOUR)
}

fn provider() -> Provider {
    let fleet = Fleet::new(OutageRecord::new(400, 1_000), start(), 0, 3);
    Provider::new(Schedule::default(), vec!["H100-US".to_owned()], fleet)
}

fn duty() -> Duty {
    Duty { symbol: FRONT.to_owned(), start: start(), end: hours(24), nodes: 2 }
}

/// The hours a provider reports at `now`.
fn reported(provider: &mut Provider, now: Timestamp) -> Vec<i64> {
    let reports = provider.receipts(now, &[duty()]);
    assert!(reports.iter().all(|(symbol, _, readings)| symbol == FRONT && readings.len() == 2));
    reports.iter().map(|(_, hour, _)| (hour.0 - start().0) / Timestamp::HOUR).collect()
}

#[test]
fn every_hour_is_reported_once_it_is_over() {
    let mut provider = provider();
    assert_eq!(reported(&mut provider, hours(0)), [0; 0]);
    assert_eq!(reported(&mut provider, hours(2).plus(-1)), [0]);
    assert_eq!(reported(&mut provider, hours(3)), [1, 2]);
    assert_eq!(reported(&mut provider, hours(3)), [0; 0]);
    assert_eq!(reported(&mut provider, hours(20)).len(), 17);
    assert_eq!(reported(&mut provider, hours(40)), [20, 21, 22, 23]);
}

#[test]
fn hours_whose_receipts_may_be_final_are_not_reported() {
    assert_eq!(reported(&mut provider(), hours(23)).first(), Some(&3));
}

#[test]
fn nodes_are_pledged_once_and_to_months_only() {
    let now = start();
    let soon = |symbol| Contract::new(symbol, hours(100)).expect("a symbol");
    let contracts = [soon(FRONT), soon("H100-US-2027Q1")];
    let prices = PricePath::new(now.date(), &BTreeMap::new());
    let positions = BTreeMap::new();
    let view = View {
        now,
        contracts: &contracts,
        spreads: &[],
        orders: &[],
        positions: &positions,
        prices: &prices,
    };
    let mut provider = provider();
    let nodes = vec![NodeId(0), NodeId(1), NodeId(2)];
    assert_eq!(provider.pledges(&view), [(FRONT.to_owned(), nodes)]);
    assert_eq!(provider.pledges(&view), []);
}

#[test]
fn at_the_end_it_bids_for_what_it_has_sold_and_offers_more() {
    let now = start();
    let contracts = [Contract::new(FRONT, hours(12)).expect("a symbol")];
    let prices = PricePath::new(now.date(), &BTreeMap::from([("H100-US".to_owned(), vec![2000])]));
    let positions = BTreeMap::from([(FRONT.to_owned(), -5)]);
    let view = View {
        now,
        contracts: &contracts,
        spreads: &[],
        orders: &[],
        positions: &positions,
        prices: &prices,
    };
    let quote = |side, price, lots, tag: &str| Intent::Quote {
        symbol: FRONT.to_owned(),
        side,
        price: types::Ticks(price),
        lots,
        tag: tag.to_owned(),
    };
    let quotes = [quote(Side::Buy, 1980, 5, "bid0"), quote(Side::Sell, 2020, 12, "ask0")];
    assert_eq!(provider().act(&view), quotes);
}

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
    let site = Site {
        places: [("ashburn-1", "us-east"), ("frankfurt-1", "eu-central")],
        grade: types::Grade::Rdma3200,
    };
    let products = vec!["H100-US".to_owned()];
    Provider::new(Schedule::default(), products, fleet, site, "A-1002".to_owned())
}

fn duty() -> Duty {
    Duty { symbol: FRONT.to_owned(), start: start(), end: hours(24) }
}

/// The hours a provider reports at `now`.
fn reported(provider: &mut Provider, now: Timestamp) -> Vec<i64> {
    let reports = provider.receipts(now, &[duty()]);
    let hour = |act: &Act| match act {
        Act::Meter { symbol, hour, readings } if symbol == FRONT && readings.len() == 3 => {
            (hour.0 - start().0) / Timestamp::HOUR
        }
        other => panic!("it reports all its nodes, not {other:?}"),
    };
    reports.iter().map(hour).collect()
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
    let pledge = Act::Pledge { symbol: FRONT.to_owned(), nodes: vec![0, 1, 2] };
    assert_eq!(provider.pledges(&view), [pledge]);
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

#[test]
fn whole_blocks_are_tendered_to_the_customer_first() {
    let fleet = Fleet::new(OutageRecord::new(400, 1_000), start(), 0, 64);
    let mut provider = Provider { fleet, ..provider() };
    let mut deliveries = Deliveries::default();
    deliveries.expired.insert(FRONT.to_owned(), -52);
    let tender = |fabric: &str, lots: &str, buyer: Option<&str>| TenderForm {
        fabric: fabric.to_owned(),
        lots: lots.to_owned(),
        buyer: buyer.map(str::to_owned),
    };
    let tenders =
        vec![tender("h100-us-rail-0", "32", Some("A-1002")), tender("h100-us-rail-1", "16", None)];
    assert_eq!(provider.tenders(&deliveries), [Act::Tender { symbol: FRONT.to_owned(), tenders }]);
    assert_eq!(provider.tenders(&deliveries), []);
}

#[test]
fn a_node_that_failed_is_replaced_by_the_last_spare_that_is_sound() {
    let mut record = OutageRecord::new(400, 1_000);
    record.add(18, 0, 60);
    let fleet = Fleet::new(record, start(), 0, 3);
    let mut provider = Provider { fleet, ..provider() };
    let mut deliveries = Deliveries::default();
    deliveries.failed.push(("OB-1".to_owned(), NodeId(0)));
    let replace = |spare| Act::Replace { obligation: "OB-1".to_owned(), failed: 0, spare };
    assert_eq!(provider.replaces(hours(2), &deliveries), [replace(1)], "node 2 was down");
    assert_eq!(provider.replaces(hours(50), &deliveries), [replace(2)], "node 1 did not fit");
    deliveries.replaced.push(("OB-1".to_owned(), NodeId(0), NodeId(2)));
    assert_eq!(provider.replaces(hours(50), &deliveries), []);
}

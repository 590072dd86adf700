use std::collections::BTreeMap;

use rand::SeedableRng;
use types::{Date, Timestamp};

use super::super::prices::PricePath;
use super::*;

const STYLE: Style =
    Style { half_spread: 50, step: 50, levels: 2, lots: 8, lean: 20, patience: 10 };
const FRONT: &str = "H100-US-2027M01";

struct Scene {
    now: Timestamp,
    contracts: Vec<Contract>,
    orders: Vec<Working>,
    positions: BTreeMap<String, i64>,
    prices: PricePath,
}

impl Scene {
    /// One month that trades for so many hours, at 2,000 ticks.
    fn new(hours: i64) -> Self {
        let start = Date::from_civil(2027, 1, 1);
        let last = start.start().plus(hours * Timestamp::HOUR);
        Self {
            now: start.start(),
            contracts: vec![Contract::new(FRONT, last).expect("a symbol")],
            orders: Vec::new(),
            positions: BTreeMap::new(),
            prices: PricePath::new(start, &BTreeMap::from([("H100-US".to_owned(), vec![2000])])),
        }
    }

    fn view(&self) -> View<'_> {
        View {
            now: self.now,
            contracts: &self.contracts,
            spreads: &[],
            orders: &self.orders,
            positions: &self.positions,
            prices: &self.prices,
        }
    }

    fn wanted(&self) -> Vec<Wanted> {
        maker().wanted(&self.view(), &self.contracts[0], 0)
    }

    fn bid(&self) -> i64 {
        self.wanted()[0].price.0
    }
}

fn maker() -> Maker {
    Maker::new(STYLE, vec!["H100-US".to_owned()], StdRng::seed_from_u64(1))
}

fn working(tag: &str, side: Side, price: i64, leaves: u64) -> Working {
    Working {
        id: tag.to_owned(),
        symbol: FRONT.to_owned(),
        side,
        price: Ticks(price),
        leaves,
        filled: 3,
        tag: Some(tag.to_owned()),
    }
}

#[test]
fn quotes_stand_on_both_sides_of_fair_and_grow_with_distance() {
    let wanted = Scene::new(100).wanted();
    let quotes: Vec<_> = wanted.iter().map(|w| (w.tag.as_str(), w.price.0, w.lots)).collect();
    assert_eq!(
        quotes,
        [("bid0", 1990, 8), ("ask0", 2010, 8), ("bid1", 1980, 16), ("ask1", 2020, 16)]
    );
}

#[test]
fn a_long_maker_quotes_lower() {
    let mut scene = Scene::new(100);
    scene.positions.insert(FRONT.to_owned(), 50);
    assert_eq!(scene.bid(), 1971);
}

#[test]
fn a_maker_out_of_time_cancels_and_sells_what_it_has() {
    let mut scene = Scene::new(12);
    scene.positions.insert(FRONT.to_owned(), 5);
    scene.orders.push(working("bid0", Side::Buy, 1990, 8));
    let take =
        Intent::Take { symbol: FRONT.to_owned(), side: Side::Sell, limit: Ticks(1940), lots: 5 };
    assert_eq!(maker().act(&scene.view()), [Intent::Cancel { id: "bid0".to_owned() }, take]);
}

#[test]
fn a_quote_that_is_near_enough_stays() {
    let scene = Scene::new(100);
    let working = [
        working("bid0", Side::Buy, 1989, 8),
        working("ask0", Side::Sell, 2009, 8),
        working("bid1", Side::Buy, 1980, 16),
        working("ask1", Side::Sell, 2021, 9),
    ];
    let working: Vec<&Working> = working.iter().collect();
    assert_eq!(reprice(STYLE, &scene.contracts[0], &scene.wanted(), &working), []);
}

#[test]
fn quotes_that_move_away_from_the_other_side_go_first() {
    let scene = Scene::new(100);
    let working = [
        working("bid0", Side::Buy, 1950, 8),
        working("ask0", Side::Sell, 1980, 8),
        working("bid1", Side::Buy, 1980, 2),
    ];
    let working: Vec<&Working> = working.iter().collect();
    let amend =
        |id: &str, price, lots| Intent::Amend { id: id.to_owned(), price: Ticks(price), lots };
    let ask1 = Intent::Quote {
        symbol: FRONT.to_owned(),
        side: Side::Sell,
        price: Ticks(2020),
        lots: 16,
        tag: "ask1".to_owned(),
    };
    assert_eq!(
        reprice(STYLE, &scene.contracts[0], &scene.wanted(), &working),
        [amend("ask0", 2010, 11), amend("bid1", 1980, 19), amend("bid0", 1990, 11), ask1]
    );
}

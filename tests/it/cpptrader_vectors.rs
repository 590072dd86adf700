//! Another author's expectations: the cases of `CppTrader`'s own matching test, replayed here.
//!
//! How its words map to ours:
//!
//! | There | Here |
//! |---|---|
//! | limit, `GTC`, `IOC` | R-3.4, R-3.5, the same |
//! | `FOK` | R-3.5, the same, but refused where theirs is accepted and gone |
//! | market: takes whatever rests, the rest is dropped | market and `ioc`; protection has no end here |
//! | market with slippage: no worse than best + slippage | a limit there, and `ioc`; dropped without best |
//! | modify: new price, new *open* quantity | an amendment to filled + quantity. R-3.7 |
//! | mitigate: new price, new *total* quantity | an amendment; to what is filled or less, it ends. R-3.7 |
//! | replace | a cancel and a new order |
//! | `max_visible` | the peak of an iceberg. R-3.12 |
//! | `orders` and `volume` of a side | orders that rest, and what is open of them |
//! | `visible_volume` | what the published depth says |
//!
//! An amendment to fewer lots at one price keeps its place here and loses it there; no case asks.

mod case;

use std::collections::{BTreeMap, BTreeSet};

use types::{
    AmendOrder, ClientOrderId, Command, Lots, NewOrder, OrderRef, OrderType, RejectReason, Side,
    Ticks, TimeInForce, Timestamp, Verdict,
};

use crate::free_market::{FreeMarket, INSTRUMENT, limit, owner};
use crate::recordings;
use case::{Add, Case, Count, Kind, Lifetime, Step};

/// What the exchange does not offer, and why. Remove a line when it does: the cases that need it are
/// then replayed, and the number of cases below has to follow.
const LEFT_OUT: [(&str, &str); 4] = [
    ("AON", "rests until it trades whole, and may stand across the other side meanwhile"),
    ("Stop", "there the best price elects a stop, in an empty market nothing at all; here a trade"),
    ("Trailing", "a stop that follows the touch needs a rule of its own at every trade"),
    ("manual", "the exchange matches as orders come; there is no command that uncrosses a book"),
];

#[test]
fn another_authors_expectations_hold() {
    let Some(folder) = recordings::folder("matching_vectors_cpptrader") else { return };
    let cases: Vec<Case> =
        recordings::lines(&folder.join("vectors.jsonl")).map(|line| Case::read(&line)).collect();
    let (mut replayed, mut checks, mut used) = (0, 0, BTreeSet::new());
    for case in &cases {
        if let Some((need, why)) = LEFT_OUT.iter().find(|(need, _)| case.needs(need)) {
            println!("left out: {}: {need}: {why}", case.name);
            used.insert(*need);
            continue;
        }
        checks += Replay::new(&case.name).carry_out(case);
        replayed += 1;
    }
    println!("replayed {replayed} of {} cases, {checks} expectations", cases.len());
    assert_eq!((cases.len(), replayed), (16, 7));
    assert_eq!(checks, 56);
    assert_eq!(used.len(), LEFT_OUT.len(), "a reason that leaves nothing out");
}

struct Replay<'a> {
    case: &'a str,
    market: FreeMarket,
    /// Names here of the orders there, and their sides: theirs may be used again, ours may not.
    orders: BTreeMap<u64, (ClientOrderId, Side)>,
    named: u64,
}

impl<'a> Replay<'a> {
    fn new(case: &'a str) -> Self {
        let market = FreeMarket::open(Timestamp(1_777_689_380_000 * 1_000_000), 1);
        Self { case, market, orders: BTreeMap::new(), named: 0 }
    }

    /// How many expectations were checked.
    fn carry_out(mut self, case: &Case) -> u64 {
        let mut checks = 0;
        for step in &case.steps {
            match step {
                Step::Add(add) => self.add(add),
                Step::Modify { id, price, quantity } => {
                    let filled = self.filled(*id);
                    self.amend(*id, *price, filled + *quantity);
                }
                Step::Mitigate { id, price, quantity } => self.amend(*id, *price, *quantity),
                Step::Replace { id, by } => {
                    self.cancel(*id);
                    self.add(by);
                }
                Step::ReplaceSameSide { id, new_id, price, quantity } => {
                    let side = self.orders[id].1;
                    self.cancel(*id);
                    self.add(&Add::limit(*new_id, side, *price, *quantity));
                }
                Step::Delete { id } => self.cancel(*id),
                Step::Expect { count, bid, ask } => {
                    let told = Side::BOTH.map(|side| self.count(*count, side));
                    assert_eq!(told, [*bid, *ask], "{}: {count:?}", self.case);
                    checks += 1;
                }
            }
        }
        self.market.exchange.audit();
        checks
    }

    fn add(&mut self, add: &Add) {
        self.named += 1;
        let name = ClientOrderId::new(&format!("n{}", self.named)).expect("a short name");
        self.orders.insert(add.id, (name, add.side));
        let Some(order) = self.order(name, add) else { return };
        match self.apply(Command::PlaceOrder(order)) {
            Verdict::Order(_) => {}
            Verdict::Refused(refusal) if refusal.reason == RejectReason::FokUnfillable => {}
            other => panic!("{}: {add:?}: {other:?}", self.case),
        }
    }

    /// The order here, or nothing where there is no price to count a slippage from.
    fn order(&self, name: ClientOrderId, add: &Add) -> Option<NewOrder> {
        let price = match (add.kind, add.slippage) {
            (Kind::Market, Some(slippage)) => {
                Ticks(self.best(add.side.opposite())?.0 + add.side.sign() * slippage)
            }
            (Kind::Market | Kind::Limit, _) => add.price,
        };
        let mut order = limit(name, add.side, price, add.quantity);
        order.qualifiers.peak = add.max_visible;
        order.time_in_force = match (add.kind, add.lifetime) {
            (Kind::Market, _) | (Kind::Limit, Lifetime::ImmediateOrCancel) => TimeInForce::Ioc,
            (Kind::Limit, Lifetime::FillOrKill) => TimeInForce::Fok,
            (Kind::Limit, Lifetime::GoodTillCancel) => TimeInForce::Gtc,
        };
        if add.kind == Kind::Market && add.slippage.is_none() {
            order.order_type = OrderType::Market;
        }
        Some(order)
    }

    fn amend(&mut self, id: u64, price: Ticks, quantity: Lots) {
        let (name, side) = self.orders[&id];
        let amend = AmendOrder {
            account: owner(side),
            order: OrderRef::Client(name),
            revision: None,
            price: Some(price),
            quantity: Some(quantity),
            trigger: None,
        };
        let verdict = self.apply(Command::AmendOrder(amend));
        assert!(matches!(verdict, Verdict::Order(_)), "{}: {amend:?}: {verdict:?}", self.case);
    }

    fn cancel(&mut self, id: u64) {
        let (name, side) = self.orders[&id];
        let order = OrderRef::Client(name);
        let verdict = self.apply(Command::CancelOrder { account: owner(side), order });
        assert!(matches!(verdict, Verdict::Order(_)), "{}: cancel {id}: {verdict:?}", self.case);
    }

    /// What an order that rests has traded: its verdict says so when it is asked for what it is.
    fn filled(&mut self, id: u64) -> Lots {
        let (name, side) = self.orders[&id];
        let same = self.market.view.orders.values().find(|o| o.client_order_id == name);
        let price = Some(same.expect("only orders that rest are modified").price);
        let (account, order) = (owner(side), OrderRef::Client(name));
        let asked =
            AmendOrder { account, order, revision: None, price, quantity: None, trigger: None };
        match self.apply(Command::AmendOrder(asked)) {
            Verdict::Order(verdict) => verdict.filled,
            other => panic!("{}: {asked:?}: {other:?}", self.case),
        }
    }

    fn apply(&mut self, command: Command) -> Verdict {
        self.market.apply(Timestamp(1_777_689_380_000 * 1_000_000), command)
    }

    fn best(&self, side: Side) -> Option<Ticks> {
        let depth = self.market.view.contracts[&INSTRUMENT].depth(side);
        match side {
            Side::Buy => depth.keys().next_back().copied(),
            Side::Sell => depth.keys().next().copied(),
        }
    }

    fn count(&self, count: Count, side: Side) -> u64 {
        let resting = self.market.view.orders.values().filter(|order| order.side == side);
        match count {
            Count::Orders => u64::try_from(resting.count()).expect("few"),
            Count::Volume => resting.map(|order| order.leaves.0).sum(),
            Count::VisibleVolume => {
                let depth = self.market.view.contracts[&INSTRUMENT].depth(side);
                depth.values().map(|lots| lots.0).sum()
            }
        }
    }
}

//! What a scenario file would be too long or too blunt for: one order that trades with 5,000, and
//! names of orders that are gone.

use types::{
    AccountFact, ClientOrderId, Command, Event, Liquidity, Lots, NewOrder, OrderId, OrderRef,
    OrderState, OrderVerdict, RejectReason, Side, Ticks, TimeInForce, Timestamp, Verdict,
};

use crate::free_market::{BUYER, FreeMarket, INSTRUMENT, SELLER, limit};

const START: Timestamp = Timestamp(1_777_689_380_000 * 1_000_000);

/// Orders in the way of the sweep, and the prices they stand at.
const MAKERS: u64 = 5_000;
const PRICES: u64 = 100;

/// 5,000 trades, the best price first, at one price the earlier order; what is left rests.
#[test]
fn one_order_trades_with_five_thousand_in_order() {
    let mut market = FreeMarket::open(START, 2_400);
    // Every price is visited once per round, so the orders of a price are not neighbours in time.
    for n in 0..MAKERS {
        let price = Ticks(2_400 + i64::try_from(n * 37 % PRICES).expect("a small number"));
        place(&mut market, limit(name("m", n), Side::Sell, price, Lots(1 + n % 7)));
    }
    let mut expected: Vec<(Ticks, u64)> = market
        .view
        .orders
        .values()
        .map(|order| (order.price, number(order.client_order_id)))
        .collect();
    expected.sort();
    let all: u64 = market.view.orders.values().map(|order| order.leaves.0).sum();
    let verdict = place(&mut market, limit(name("t", 0), Side::Buy, Ticks(9_999), Lots(all + 3)));
    let told: Vec<(Ticks, u64)> = market.events.iter().filter_map(made).collect();
    assert_eq!(told.len(), 5_000);
    assert_eq!(told, expected);
    assert_eq!(
        (verdict.state, verdict.filled, verdict.leaves),
        (OrderState::Open, Lots(all), Lots(3))
    );
    let contract = &market.view.contracts[&INSTRUMENT];
    assert!(contract.asks.is_empty());
    assert_eq!(contract.bids.iter().collect::<Vec<_>>(), [(&Ticks(9_999), &Lots(3))]);
    market.exchange.audit();
}

/// the exchange's id of an ended order says that it has ended, even when its place in memory is
/// another's.
#[test]
fn the_id_of_an_ended_order_finds_no_later_one() {
    let mut market = FreeMarket::open(START, 2_400);
    let mut ended: Vec<OrderId> = Vec::new();
    for n in 0..100 {
        let bid = limit(name("b", n), Side::Buy, Ticks(2_400), Lots(2));
        let verdict = place(&mut market, bid);
        for old in &ended {
            assert_ne!(*old, verdict.order_id);
            let order = OrderRef::Exchange(*old);
            let answer = market.apply(START, Command::CancelOrder { account: BUYER, order });
            let Verdict::Refused(refusal) = answer else { panic!("{old:?} was found: {answer:?}") };
            assert_eq!(refusal.reason, RejectReason::OrderAlreadyFinal);
        }
        if n % 2 == 0 {
            let ask = limit(name("s", n), Side::Sell, Ticks(2_400), Lots(2));
            place(&mut market, NewOrder { time_in_force: TimeInForce::Ioc, ..ask });
        } else {
            let order = OrderRef::Exchange(verdict.order_id);
            market.apply(START, Command::CancelOrder { account: BUYER, order });
        }
        assert!(market.view.orders.is_empty());
        ended.push(verdict.order_id);
    }
    market.exchange.audit();
}

fn place(market: &mut FreeMarket, order: NewOrder) -> OrderVerdict {
    match market.apply(START, Command::PlaceOrder(order)) {
        Verdict::Order(verdict) => verdict,
        other => panic!("{order:?}: {other:?}"),
    }
}

fn name(letter: &str, number: u64) -> ClientOrderId {
    ClientOrderId::new(&format!("{letter}{number:04}")).expect("a short name")
}

fn number(name: ClientOrderId) -> u64 {
    name.as_str()[1..].parse().expect("it was made of a number")
}

/// A resting order's trade: price, and the order.
fn made(event: &Event) -> Option<(Ticks, u64)> {
    match event {
        Event::Account { account, fact: AccountFact::Fill(fill), .. }
            if fill.liquidity == Liquidity::Maker =>
        {
            assert_eq!(*account, SELLER);
            Some((fill.price, number(fill.client_order_id)))
        }
        _ => None,
    }
}

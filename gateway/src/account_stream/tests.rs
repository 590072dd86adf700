use types::{
    AccountFact, CancelReason, ClientOrderId, FillReport, InstrumentId, Liquidity, Lots, Mills,
    OrderChange, OrderId, OrderRef, OrderReport, OrderState, Side, Ticks, Timestamp, TradeId,
};

use super::{AccountStream, KEPT, Record, TooOld};

fn order(number: u64, state: OrderState, change: OrderChange) -> OrderReport {
    OrderReport {
        order_id: OrderId(number),
        client_order_id: ClientOrderId::new(&format!("c-{number}")).expect("short"),
        instrument: InstrumentId(1),
        change,
        state,
        revision: 1,
        side: Side::Buy,
        price: Ticks(2400),
        quantity: Lots(10),
        filled: Lots(0),
        leaves: Lots(10),
        trigger: None,
        peak: None,
        reason: (change == OrderChange::Canceled).then_some(CancelReason::Requested),
        tag: None,
    }
}

fn placed(number: u64) -> AccountFact {
    AccountFact::Order(order(number, OrderState::Open, OrderChange::New))
}

fn canceled(number: u64) -> AccountFact {
    AccountFact::Order(order(number, OrderState::Canceled, OrderChange::Canceled))
}

fn filled(number: u64, lots: u64, of: u64, price: i64) -> AccountFact {
    AccountFact::Fill(FillReport {
        trade_id: TradeId(1),
        order_id: OrderId(number),
        client_order_id: ClientOrderId::new(&format!("c-{number}")).expect("short"),
        instrument: InstrumentId(1),
        side: Side::Buy,
        price: Ticks(price),
        lots: Lots(lots),
        liquidity: Liquidity::Maker,
        fee: Mills(0),
        filled: Lots(of),
        leaves: Lots(10 - of),
        state: if of == 10 { OrderState::Filled } else { OrderState::Open },
        tag: None,
    })
}

fn stream(facts: impl IntoIterator<Item = AccountFact>) -> AccountStream {
    let mut stream = AccountStream::default();
    for (acct_seq, fact) in (1..).zip(facts) {
        stream.push(Record { acct_seq, time: Timestamp(0), eseq: Some(acct_seq), fact });
    }
    stream
}

fn numbers(stream: &AccountStream, first: u64) -> Result<Vec<u64>, TooOld> {
    Ok(stream.since(first)?.map(|record| record.acct_seq).collect())
}

#[test]
fn a_stream_resumes_at_the_event_asked_for() {
    let stream = stream((1..=5).map(placed));
    assert_eq!(numbers(&stream, 4), Ok(vec![4, 5]));
    assert_eq!(numbers(&stream, 6), Ok(vec![]));
    assert_eq!(numbers(&stream, 0), Ok(vec![1, 2, 3, 4, 5]));
}

#[test]
fn what_is_no_longer_kept_is_not_silently_left_out() {
    let kept = u64::try_from(KEPT).expect("small");
    let stream =
        stream((1..=kept + 3).map(|n| if n % 2 == 1 { placed(n) } else { canceled(n - 1) }));
    assert_eq!(numbers(&stream, 3), Err(TooOld { min_acct_seq: 4 }));
    assert_eq!(numbers(&stream, 4).expect("kept").len(), KEPT);
}

#[test]
fn an_order_is_open_until_it_is_filled_whole() {
    let stream = stream([placed(1), filled(1, 4, 4, 2400), placed(2)]);
    let orders = &stream.state().orders;
    assert_eq!(orders.open().count(), 2);
    let first = orders.find(OrderRef::Exchange(OrderId(1))).expect("open");
    assert_eq!((first.report.filled, first.report.leaves), (Lots(4), Lots(6)));
    assert_eq!(first.notional, 9600);
}

#[test]
fn an_ended_order_is_found_by_either_name() {
    let stream = stream([placed(1), filled(1, 4, 4, 2400), filled(1, 6, 10, 2399), canceled(2)]);
    let orders = &stream.state().orders;
    assert_eq!(orders.open().count(), 0);
    let name = ClientOrderId::new("c-1").expect("short");
    let found = orders.find(OrderRef::Client(name)).expect("kept");
    assert_eq!(found.report.state, OrderState::Filled);
    assert_eq!(found.notional, 4 * 2400 + 6 * 2399);
    assert_eq!(orders.find(OrderRef::Exchange(OrderId(3))), None);
}

#[test]
fn the_oldest_ended_orders_are_forgotten_first() {
    let many = u64::try_from(KEPT).expect("small") + 1;
    let stream = stream((1..=many).map(canceled));
    let orders = &stream.state().orders;
    assert_eq!(orders.find(OrderRef::Exchange(OrderId(1))), None);
    assert_eq!(orders.find(OrderRef::Client(ClientOrderId::new("c-1").expect("short"))), None);
    assert!(orders.find(OrderRef::Exchange(OrderId(2))).is_some());
}

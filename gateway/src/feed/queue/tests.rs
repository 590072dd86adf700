use types::{ClientOrderId, InstrumentId, Mills, OrderState, TradeId};

use super::*;

fn report(order: u64, change: OrderChange, price: i64, leaves: u64, peak: u64) -> OrderReport {
    OrderReport {
        order_id: OrderId(order),
        client_order_id: ClientOrderId::new("c").expect("short"),
        instrument: InstrumentId(0),
        change,
        state: OrderState::Open,
        revision: 1,
        side: Side::Buy,
        price: Ticks(price),
        trigger: None,
        peak: (peak != 0).then_some(Lots(peak)),
        quantity: Lots(leaves),
        filled: Lots(0),
        leaves: Lots(leaves),
        reason: None,
        tag: None,
    }
}

fn fill(order: u64, liquidity: Liquidity, lots: u64, leaves: u64) -> FillReport {
    FillReport {
        trade_id: TradeId(1),
        order_id: OrderId(order),
        client_order_id: ClientOrderId::new("c").expect("short"),
        instrument: InstrumentId(0),
        side: Side::Buy,
        price: Ticks(2400),
        lots: Lots(lots),
        liquidity,
        fee: Mills(0),
        filled: Lots(0),
        leaves: Lots(leaves),
        state: OrderState::Open,
        tag: None,
    }
}

/// Orders and what they show, in the order in which they would trade.
fn bids(queue: &Queue) -> Vec<(u64, u64)> {
    queue.rows(Side::Buy).map(|row| (row.order.0, row.lots.0)).collect()
}

fn with_orders(orders: &[(u64, i64, u64, u64)]) -> Queue {
    let mut queue = Queue::default();
    for (order, price, lots, peak) in orders {
        queue.report(&report(*order, OrderChange::New, *price, *lots, *peak));
        assert_eq!(queue.finish().len(), 1);
    }
    queue
}

#[test]
fn the_better_price_comes_first_and_then_the_earlier_order() {
    let queue = with_orders(&[(1, 2400, 5, 0), (2, 2401, 5, 0), (3, 2400, 5, 0)]);
    assert_eq!(bids(&queue), [(2, 5), (1, 5), (3, 5)]);
}

#[test]
fn an_iceberg_shows_its_next_peak_behind_the_others() {
    let mut queue = with_orders(&[(1, 2400, 25, 10), (2, 2400, 5, 0)]);
    queue.fill(&fill(1, Liquidity::Maker, 10, 15));
    queue.fill(&fill(2, Liquidity::Maker, 2, 3));
    let told: Vec<(u64, u64)> = queue.finish().iter().map(|r| (r.order.0, r.lots.0)).collect();
    assert_eq!(told, [(1, 10), (2, 3)]);
    assert_eq!(bids(&queue), [(2, 3), (1, 10)]);
    queue.fill(&fill(2, Liquidity::Maker, 3, 0));
    queue.fill(&fill(1, Liquidity::Maker, 10, 5));
    queue.finish();
    assert_eq!(bids(&queue), [(1, 5)]);
}

#[test]
fn an_amendment_keeps_the_place_unless_it_asks_for_more() {
    let mut queue = with_orders(&[(1, 2400, 25, 10), (2, 2400, 5, 0), (3, 2400, 7, 0)]);
    queue.report(&report(1, OrderChange::Amended, 2400, 12, 10));
    queue.finish();
    assert_eq!(bids(&queue), [(1, 10), (2, 5), (3, 7)], "what it hides goes first");
    queue.report(&report(1, OrderChange::Amended, 2400, 6, 10));
    queue.report(&report(2, OrderChange::Amended, 2400, 6, 0));
    queue.finish();
    assert_eq!(bids(&queue), [(1, 6), (3, 7), (2, 6)]);
}

#[test]
fn what_comes_and_goes_in_one_command_is_never_told() {
    let mut queue = with_orders(&[]);
    queue.report(&report(1, OrderChange::New, 2400, 5, 0));
    queue.fill(&fill(1, Liquidity::Taker, 5, 0));
    assert!(queue.finish().is_empty());
    queue.report(&report(2, OrderChange::New, 2400, 5, 0));
    queue.report(&report(2, OrderChange::Canceled, 2400, 5, 0));
    assert!(queue.finish().is_empty());
    assert!(bids(&queue).is_empty());
}

/// Two stops are elected together: the first rests before the second trades with it.
#[test]
fn orders_that_come_together_take_their_places_one_after_the_other() {
    let mut queue = with_orders(&[(1, 2400, 20, 10)]);
    queue.report(&report(2, OrderChange::Elected, 2400, 5, 0));
    let seller = OrderReport { side: Side::Sell, ..report(3, OrderChange::Elected, 2400, 16, 0) };
    queue.report(&seller);
    // The seller takes the iceberg's peak, then the whole of order 2.
    queue.fill(&fill(1, Liquidity::Maker, 10, 10));
    queue.fill(&fill(3, Liquidity::Taker, 10, 6));
    queue.fill(&fill(2, Liquidity::Maker, 5, 0));
    queue.fill(&fill(3, Liquidity::Taker, 5, 1));
    queue.finish();
    assert_eq!(bids(&queue), [(1, 10)]);
    assert_eq!(queue.rows(Side::Sell).count(), 1);
}

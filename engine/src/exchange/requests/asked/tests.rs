use types::{AccountId, ClientOrderId, SessionId, Timestamp};

use super::*;

fn order() -> NewOrder {
    NewOrder {
        account: AccountId(1),
        session: SessionId(1),
        client_order_id: ClientOrderId::new("a").expect("a short name"),
        instrument: InstrumentId(1),
        side: Side::Buy,
        order_type: OrderType::Limit(Ticks(0)),
        quantity: Lots(1),
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    }
}

/// whatever two orders differ in, they are not the same request.
#[test]
fn every_difference_shows() {
    let zero = Ticks(0);
    let types = [
        OrderType::Limit(zero),
        OrderType::Limit(Ticks(1)),
        OrderType::Market,
        OrderType::MarketToLimit,
        OrderType::StopLimit { trigger: zero, limit: zero },
        OrderType::StopLimit { trigger: Ticks(1), limit: zero },
        OrderType::StopLimit { trigger: zero, limit: Ticks(1) },
        OrderType::Stop { trigger: zero },
        OrderType::Stop { trigger: Ticks(1) },
    ];
    let mut all: Vec<NewOrder> =
        types.map(|order_type| NewOrder { order_type, ..order() }).to_vec();
    let end = |at| TimeInForce::Gtd(Timestamp(at));
    for time_in_force in [TimeInForce::Day, end(0), end(1), TimeInForce::Ioc, TimeInForce::Fok] {
        all.push(NewOrder { time_in_force, ..order() });
    }
    let plain = Qualifiers::default();
    for qualifiers in [
        Qualifiers { post_only: Some(PostOnly::Reject), ..plain },
        Qualifiers { post_only: Some(PostOnly::Slide), ..plain },
        Qualifiers { reduce_only: true, ..plain },
        Qualifiers { minimum: Some(Lots(0)), ..plain },
        Qualifiers { minimum: Some(Lots(1)), ..plain },
        Qualifiers { peak: Some(Lots(0)), ..plain },
        Qualifiers { peak: Some(Lots(1)), ..plain },
        Qualifiers { self_match: SelfMatch::CancelResting, ..plain },
        Qualifiers { self_match: SelfMatch::CancelBoth, ..plain },
        Qualifiers { self_match: SelfMatch::Decrement, ..plain },
    ] {
        all.push(NewOrder { qualifiers, ..order() });
    }
    all.push(NewOrder { side: Side::Sell, ..order() });
    all.push(NewOrder { instrument: InstrumentId(2), ..order() });
    all.push(NewOrder { quantity: Lots(2), ..order() });
    all.extend([0, 1].map(|at| NewOrder { valid_until: Some(Timestamp(at)), ..order() }));
    all.extend(["a", "b"].map(|tag| NewOrder { tag: Tag::new(tag), ..order() }));
    for (n, one) in all.iter().enumerate() {
        for (m, other) in all.iter().enumerate() {
            assert_eq!(Asked::of(one) == Asked::of(other), n == m, "{one:?} {other:?}");
            assert_eq!(one.is_same_request(other), n == m);
        }
    }
}

#[test]
fn the_session_does_not_count() {
    let other = NewOrder { session: SessionId(9), ..order() };
    assert_eq!(Asked::of(&order()), Asked::of(&other));
}

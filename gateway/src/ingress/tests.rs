use protocol::client::{CancelAll, OrderKind, PlaceOrder, Stp, Tif};
use types::{
    AccountId, Instrument, InstrumentId, Kind, Lots, OrderRef, OrderType, ProductId, Qualifiers,
    SelfMatch, SessionId, Side, Tenor, TickValue, Ticks, TimeInForce, Timestamp, YearMonth,
};

use super::{Sender, cancel_all, order_ref, place, time};
use crate::directory::Directory;

const SYMBOL: &str = "H100-US-2027M03";

fn directory() -> Directory {
    let directory = Directory::default();
    let tenor = Tenor::Month(YearMonth::parse("2027-03").expect("a month"));
    directory.list(&Instrument {
        id: InstrumentId(7),
        product: ProductId(0),
        kind: Kind::Outright(tenor),
        start: tenor.start(),
        end: tenor.end(),
        hours: tenor.hours(),
        symbol: SYMBOL.to_owned(),
        tick_value: TickValue(5952),
        last_trading: Timestamp(0),
        lowest: Ticks(1),
        highest: Ticks(100_000),
        largest_order: Lots(1000),
        reference: Ticks(2400),
    });
    directory
}

const SENDER: Sender =
    Sender { account: AccountId(1001), session: SessionId(5), cancels_on_disconnect: true };

fn limit() -> PlaceOrder {
    PlaceOrder::limit(SYMBOL, "mm1-000017", Side::Buy, "2.125", "128")
}

/// The code of the error and the path it names.
fn refused(order: &PlaceOrder) -> (i32, Option<String>) {
    let error = place(&directory(), SENDER, order).expect_err("it cannot be");
    (error.code, error.data.get("path").and_then(|path| path.as_str()).map(str::to_owned))
}

#[test]
fn decimals_become_ticks_and_lots() {
    let order = place(&directory(), SENDER, &limit()).expect("it is whole");
    assert_eq!(order.order_type, OrderType::Limit(Ticks(2125)));
    assert_eq!(order.quantity, Lots(128));
    assert_eq!(order.instrument, InstrumentId(7));
    assert_eq!(order.session, SessionId(5));
}

#[test]
fn conditions_come_through() {
    let text = |text: &str| Some(text.to_owned());
    let wanted = PlaceOrder {
        kind: OrderKind::StopLimit,
        trigger_price: text("2.200"),
        tif: Tif::Gtd,
        expire_ns: text("1772323200000000000"),
        reduce_only: true,
        min_qty: text("3"),
        show_qty: text("4"),
        stp: Stp::Decrement,
        ..limit()
    };
    let order = place(&directory(), SENDER, &wanted).expect("its shape is right");
    let (trigger, limit) = (Ticks(2200), Ticks(2125));
    assert_eq!(order.order_type, OrderType::StopLimit { trigger, limit });
    let end = Timestamp(1_772_323_200_000_000_000);
    assert_eq!(order.time_in_force, TimeInForce::Gtd(end));
    let expected = Qualifiers {
        post_only: None,
        reduce_only: true,
        minimum: Some(Lots(3)),
        peak: Some(Lots(4)),
        self_match: SelfMatch::Decrement,
    };
    assert_eq!(order.qualifiers, expected);
}

#[test]
fn an_order_may_outlive_its_session_or_be_forced_to_end_with_it() {
    let session = |cancels_on_disconnect, cod| {
        let order = PlaceOrder { cod, ..limit() };
        let sender = Sender { cancels_on_disconnect, ..SENDER };
        place(&directory(), sender, &order).expect("it is whole").session
    };
    assert_eq!(session(true, None), SessionId(5));
    assert_eq!(session(true, Some(false)), SessionId(0));
    assert_eq!(session(false, None), SessionId(0));
    assert_eq!(session(false, Some(true)), SessionId(5));
}

#[test]
fn what_the_shape_of_an_order_tells_is_refused_here() {
    let text = |text: &str| Some(text.to_owned());
    let order = limit;
    let invalid = |path: &str| (-32602, text(path));
    for (order, expected) in [
        (PlaceOrder { symbol: "H100-US-2027M13".to_owned(), ..order() }, (2001, None)),
        (PlaceOrder { price: text("2.1255"), ..order() }, (2003, None)),
        (PlaceOrder { price: text("2,125"), ..order() }, invalid("price")),
        (PlaceOrder { price: None, ..order() }, invalid("price")),
        (PlaceOrder { kind: OrderKind::Market, ..order() }, invalid("price")),
        (PlaceOrder { qty: "1.5".to_owned(), ..order() }, (2005, None)),
        (PlaceOrder { qty: "-1".to_owned(), ..order() }, invalid("qty")),
        (PlaceOrder { tif: Tif::Gtd, ..order() }, invalid("expire_ns")),
        (PlaceOrder { expire_ns: text("1772323200000000000"), ..order() }, invalid("expire_ns")),
        (PlaceOrder { kind: OrderKind::Stop, price: None, ..order() }, invalid("trigger_price")),
        (PlaceOrder { kind: OrderKind::StopLimit, ..order() }, invalid("trigger_price")),
        (PlaceOrder { trigger_price: text("2.400"), ..order() }, invalid("trigger_price")),
        (PlaceOrder { slide: true, ..order() }, invalid("slide")),
        (
            PlaceOrder { client_order_id: "no spaces".to_owned(), ..order() },
            invalid("client_order_id"),
        ),
        (PlaceOrder { tag: text("longer than sixteen"), ..order() }, invalid("tag")),
        (PlaceOrder { valid_until_ns: text("soon"), ..order() }, invalid("valid_until_ns")),
    ] {
        assert_eq!(refused(&order), expected, "{order:?}");
    }
    assert_eq!(limit().stp, Stp::CancelNewest);
}

#[test]
fn an_order_is_named_in_exactly_one_way() {
    let name = order_ref(Some("a-1"), None).expect("one name");
    assert!(matches!(name, OrderRef::Client(_)));
    let id = order_ref(None, Some("O4294967297")).expect("one name");
    assert!(matches!(id, OrderRef::Exchange(_)));
    for (client, exchange) in
        [(None, None), (Some("a-1"), Some("O1")), (None, Some("O01")), (None, Some("1"))]
    {
        assert_eq!(order_ref(client, exchange).expect_err("not one name").code, -32602);
    }
}

#[test]
fn a_mass_cancel_of_an_unknown_contract_cancels_nothing() {
    let wanted = CancelAll { symbol: Some("H100-US-2027M13".to_owned()), ..CancelAll::default() };
    let error = cancel_all(&directory(), AccountId(1), &wanted).expect_err("no such contract");
    assert_eq!(error.code, 2001);
}

#[test]
fn times_leave_room_for_sums() {
    assert_eq!(time("t", "1772323200000000000").ok(), Some(Timestamp(1_772_323_200_000_000_000)));
    for text in ["9223372036854775807", "-1", "+1", "1e3", ""] {
        assert!(time("t", text).is_err(), "{text}");
    }
}

use types::{OrderId, SessionId, Side, TradeId};

use super::{execution, order, parse_order, parse_session, session};

#[test]
fn an_id_is_read_back_as_it_was_written() {
    for number in [0, 1, 4_294_967_297, u64::MAX] {
        assert_eq!(parse_order(&order(OrderId(number))), Some(OrderId(number)));
        assert_eq!(parse_session(&session(SessionId(number))), Some(SessionId(number)));
    }
}

#[test]
fn an_id_is_written_in_one_way_only() {
    for text in ["", "O", "1", "o1", "O01", "O+1", "O-1", "O1 ", "O18446744073709551616"] {
        assert_eq!(parse_order(text), None, "{text}");
    }
}

#[test]
fn the_two_sides_of_a_trade_have_different_executions() {
    assert_ne!(execution(TradeId(1), Side::Buy), execution(TradeId(1), Side::Sell));
}

use serde_json::json;

use super::*;

fn hear(heard: &mut Heard, channel: &str, kind: &str, data: Value) {
    let event = Event { data: Some(data), ..Event::new(channel, kind, "e-1") };
    heard.event(event).expect("it is of the protocol");
}

fn order(state: &str, leaves: &str, filled: &str) -> Value {
    json!({
        "order_id": "O1", "client_order_id": "7-1", "symbol": "H100-US-2027M01", "event": "new",
        "state": state, "rev": 1, "side": "buy", "price": "2.125", "qty": "8", "cum_qty": filled,
        "leaves_qty": leaves, "reason": null, "tag": "bid0", "eseq": 1, "eng_ns": "0"
    })
}

fn fill(state: &str, leaves: &str, filled: &str) -> Value {
    json!({
        "exec_id": "X1", "trade_id": "T1", "order_id": "O1", "client_order_id": "7-1",
        "symbol": "H100-US-2027M01", "side": "buy", "price": "2.125", "qty": "3",
        "liquidity": "maker", "fee": "0.500", "fee_ccy": "USD", "cum_qty": filled,
        "leaves_qty": leaves, "order_state": state, "eseq": 2, "eng_ns": "0"
    })
}

fn obligation(state: &str, role: &str) -> Value {
    json!({
        "obligation_id": "OB-1", "symbol": "H100-US-2027M01", "role": role, "lots": "8",
        "price": "2.281", "gpu_hours": "47616", "delivered_gpu_hours": "0",
        "shortfall_gpu_hours": "0", "window_start_ns": "10", "window_end_ns": "20",
        "state": state, "nodes": "8", "nodes_down": "0", "paid": "0.000",
        "penalty_accrued": "0.000", "novated_to": "CCP"
    })
}

#[test]
fn an_order_is_known_from_its_entry_to_its_last_fill() {
    let mut heard = Heard::default();
    hear(&mut heard, "orders", "snapshot", json!([order("open", "8", "0")]));
    hear(&mut heard, "fills", "fill", fill("open", "5", "3"));
    let working = &heard.orders["7-1"];
    assert_eq!((working.leaves, working.filled, working.price), (5, 3, Ticks(2_125)));
    assert_eq!(heard.last["H100-US-2027M01"], Ticks(2_125));
    hear(&mut heard, "fills", "fill", fill("filled", "0", "8"));
    assert!(heard.orders.is_empty());
    hear(&mut heard, "orders", "order", order("canceled", "8", "0"));
    assert!(heard.orders.is_empty());
}

#[test]
fn only_what_is_to_be_delivered_is_a_duty() {
    let mut heard = Heard::default();
    hear(&mut heard, "obligations", "obligation", obligation("assigned", "receive"));
    assert!(heard.duties.is_empty());
    hear(&mut heard, "obligations", "obligation", obligation("delivering", "deliver"));
    let (start, end) = (Timestamp(10), Timestamp(20));
    let symbol = "H100-US-2027M01".to_owned();
    assert_eq!(heard.duties["OB-1"], Duty { symbol, start, end });
    hear(&mut heard, "obligations", "obligation", obligation("settled", "deliver"));
    assert!(heard.duties.is_empty());
}

#[test]
fn a_message_of_another_form_is_an_error_and_other_kinds_are_passed_over() {
    let mut heard = Heard::default();
    let bad =
        Event { data: Some(json!({"symbol": 1})), ..Event::new("positions", "position", "e") };
    assert!(heard.event(bad).is_err());
    hear(&mut heard, "obligations", "invoice", json!({"anything": true}));
    hear(&mut heard, "margin", "margin", json!({}));
    assert!(heard.event(Event::new("positions", "heartbeat", "e")).is_ok());
}

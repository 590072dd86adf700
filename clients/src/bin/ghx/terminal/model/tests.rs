use std::time::Duration;

use clients::Error;
use protocol::client::Method;
use serde_json::{Value, json};

use super::*;
use crate::terminal::key::Key;
use crate::terminal::line::Told;

/// A month that trades, one that is delivered, a spread, and a second product.
pub(crate) fn contracts() -> Value {
    let contract = |symbol: &str, tenor: &str, month: &str, phase: &str| {
        json!({
            "symbol": symbol, "instrument_no": 0, "product": &symbol[..7], "tenor": tenor,
            "start": format!("{month}-01"), "end": format!("{month}-28"), "hours": 744,
            "gpus_per_lot": 8, "block_lots": 8, "tick": "0.001", "price_scale": 3, "qty_scale": 0,
            "tick_value": "5.952", "max_qty": "2000", "min_price": "1.900", "max_price": "2.900",
            "last_trading_ns": "1801400000000000000", "settlement": "physical", "phase": phase,
            "settle": "2.400",
        })
    };
    let mut spread = contract("H100-US-2027M03-2027M04", "spread", "2027-03", "open");
    spread["legs"] = json!([
        { "symbol": "H100-US-2027M03", "ratio": -1 }, { "symbol": "H100-US-2027M04", "ratio": 1 },
    ]);
    spread["settle"] = json!("0.000");
    json!([
        contract("H100-US-2027M01", "month", "2027-01", "expired"),
        contract("H100-US-2027M03", "month", "2027-03", "open"),
        contract("H100-US-2027M04", "month", "2027-04", "open"),
        spread,
        contract("B200-US-2027M03", "month", "2027-03", "open"),
    ])
}

/// A desk at which the list of contracts has been heard.
pub(crate) fn seated() -> Model {
    let mut model = Model::new("A-1001", "desk-1");
    model.resize(80, 24);
    feed(&mut model, json!({ "channel": "instruments", "kind": "snapshot", "data": contracts() }));
    model.take_actions();
    model
}

/// The feed says something.
pub(crate) fn feed(model: &mut Model, event: Value) {
    hear(model, Source::Feed, event);
}

/// The account's stream says something.
pub(crate) fn stream(model: &mut Model, event: Value) {
    hear(model, Source::Trade, event);
}

fn hear(model: &mut Model, source: Source, mut event: Value) {
    event["epoch"] = json!("e-1");
    let event = serde_json::from_value(event).expect("an event");
    model.hear(source, Told::Event(Box::new(event)), Duration::from_millis(100));
    model.tick(Duration::from_millis(100));
}

pub(crate) fn book(model: &mut Model) {
    feed(
        model,
        json!({
            "channel": "book.H100-US-2027M03", "kind": "snapshot", "seq": 1, "eseq": 10,
            "eng_ns": "1803859200000000000",
            "data": {
                "bids": [["2.398", "30"], ["2.396", "12"]],
                "asks": [["2.402", "20"], ["2.405", "48"]],
                "implied": { "bid": ["2.397", "6"], "ask": ["2.402", "4"] },
            },
        }),
    );
}

pub(crate) fn delta(model: &mut Model, seq: u64, eseq: u64, bids: &Value) {
    feed(
        model,
        json!({
            "channel": "book.H100-US-2027M03", "kind": "delta", "seq": seq, "prev_seq": seq - 1,
            "eseq": eseq, "data": { "bids": bids, "asks": [] },
        }),
    );
}

pub(crate) fn order(id: &str, change: &str, state: &str, eseq: u64) -> Value {
    json!({
        "channel": "orders", "kind": "order", "acct_seq": eseq,
        "data": {
            "order_id": id, "client_order_id": "desk-1-1", "symbol": "H100-US-2027M03",
            "event": change, "state": state, "rev": 1, "side": "buy", "price": "2.398", "qty": "8",
            "cum_qty": "0", "leaves_qty": "8",
            "reason": if state == "canceled" { json!("requested") } else { Value::Null },
            "eseq": eseq, "eng_ns": "1803859200000000000",
        },
    })
}

pub(crate) fn press(model: &mut Model, keys: &str) {
    for key in keys.chars() {
        model.key(if key == '\n' { Key::Enter } else { Key::Char(key) });
    }
}

/// The requests among what is to be done.
fn asked(model: &mut Model) -> Vec<Method> {
    let method = |action| match action {
        Action::Wish(Source::Trade, Wish::Ask(_, method)) => Some(*method),
        Action::Wish(..) | Action::Copy(..) | Action::Quit => None,
    };
    model.take_actions().into_iter().filter_map(method).collect()
}

fn channels(actions: Vec<Action>) -> Vec<String> {
    let heard = |action| match action {
        Action::Wish(Source::Feed, Wish::Hear(channels)) => channels,
        Action::Wish(..) | Action::Copy(..) | Action::Quit => Vec::new(),
    };
    actions.into_iter().flat_map(heard).collect()
}

#[test]
fn the_first_product_and_its_front_month_are_where_one_begins() {
    let mut model = Model::new("A-1001", "desk-1");
    model.take_actions();
    feed(&mut model, json!({ "channel": "instruments", "kind": "snapshot", "data": contracts() }));
    assert_eq!(model.product, "H100-US");
    assert_eq!(model.market().focus.symbol, "H100-US-2027M03");
    let heard = channels(model.take_actions());
    for channel in [
        "curve.H100-US",
        "curve.B200-US",
        "book.H100-US-2027M03",
        "trades.H100-US-2027M03",
        "bbo.H100-US-2027M03-2027M04",
        "delivery.H100-US-2027M01",
    ] {
        assert!(heard.iter().any(|name| name == channel), "{channel} is not in {heard:?}");
    }
}

#[test]
fn a_gap_of_the_book_is_asked_for_again() {
    let mut model = seated();
    book(&mut model);
    delta(&mut model, 5, 14, &json!([["2.398", "31"]]));
    let resync = Wish::Resync("book.H100-US-2027M03".to_owned());
    assert_eq!(model.take_actions(), [Action::Wish(Source::Feed, resync)]);
}

#[test]
fn a_ticket_is_one_order_however_often_it_is_sent() {
    let mut model = seated();
    book(&mut model);
    press(&mut model, "b");
    let wanted = asked(&mut model);
    let [Method::Preview(previewed)] = wanted.as_slice() else {
        panic!("a ticket begins with a preview");
    };
    assert_eq!((previewed.qty.as_str(), previewed.price.as_deref()), ("8", Some("2.398")));
    press(&mut model, "\n\n\n");
    let wanted = asked(&mut model);
    let [Method::Place(placed)] = wanted.as_slice() else {
        panic!("Enter sends it");
    };
    assert_eq!(placed.client_order_id, "desk-1-1");
    assert_eq!(placed.cod, Some(false));
}

#[test]
fn what_became_of_an_order_is_what_the_stream_says() {
    let mut model = seated();
    book(&mut model);
    press(&mut model, "b\n");
    let accepted = json!({ "order_id": "O1", "state": "open" });
    let answer = Told::Answer(Purpose::Place("desk-1-1".to_owned()), Ok(accepted));
    model.hear(Source::Trade, answer, Duration::ZERO);
    assert!(model.account.open.is_empty(), "an answer is no order");
    stream(&mut model, order("O1", "new", "open", 11));
    assert_eq!(model.account.open.len(), 1);
    let Over::Ticket(ticket) = &model.over else { panic!("the ticket stays open") };
    assert!(matches!(&ticket.sent, crate::terminal::ticket::Sent::Heard(o) if o.order_id == "O1"));
}

#[test]
fn nothing_is_cancelled_by_one_key() {
    let mut model = seated();
    stream(&mut model, order("O1", "new", "open", 11));
    press(&mut model, "5");
    model.key(Key::Down);
    press(&mut model, "c");
    assert!(matches!(model.over, Over::Ask(Question::Cancel { .. })));
    press(&mut model, "xyzcq");
    assert!(asked(&mut model).is_empty());
    press(&mut model, "\n");
    let wanted = asked(&mut model);
    let [Method::Cancel(cancel)] = wanted.as_slice() else {
        panic!("Enter agrees");
    };
    assert_eq!(cancel.order_id.as_deref(), Some("O1"));
    press(&mut model, "X");
    model.key(Key::Esc);
    assert!(asked(&mut model).is_empty());
}

#[test]
fn the_row_picked_is_an_order_and_not_a_place() {
    let mut model = seated();
    stream(&mut model, order("O1", "new", "open", 11));
    stream(&mut model, order("O2", "new", "open", 12));
    press(&mut model, "5");
    model.key(Key::Down);
    assert_eq!(model.picked(), Some("O1"));
    stream(&mut model, order("O1", "canceled", "canceled", 13));
    press(&mut model, "c");
    assert!(matches!(model.over, Over::Nothing), "O1 has ended, and O2 was not picked");
    assert!(model.note.as_ref().is_some_and(|note| note.text.contains("O1 has ended")));
}

#[test]
fn the_place_in_the_queue_follows_trades_and_cancels() {
    let mut model = seated();
    book(&mut model);
    delta(&mut model, 2, 11, &json!([["2.398", "38"]]));
    stream(&mut model, order("O1", "new", "open", 11));
    let ahead = |model: &Model| {
        let ahead = model.market().focus.queue.ahead("O1").expect("known");
        (ahead.least, ahead.most)
    };
    assert_eq!(ahead(&model), (30, 30));
    feed(
        &mut model,
        json!({
            "channel": "trades.H100-US-2027M03", "kind": "trades", "seq": 1,
            "data": [{
                "trade_id": "T1", "price": "2.398", "qty": "10", "taker": "sell", "eseq": 12,
                "eng_ns": "1803859200000000000", "flags": [],
            }],
        }),
    );
    delta(&mut model, 3, 13, &json!([["2.398", "28"]]));
    assert_eq!(ahead(&model), (20, 20));
}

#[test]
fn what_came_and_traded_stands_at_the_end_with_the_rest() {
    let mut model = seated();
    book(&mut model);
    stream(&mut model, order("O1", "new", "open", 11));
    let fill = json!({
        "exec_id": "X1b", "trade_id": "T1", "order_id": "O1", "client_order_id": "desk-1-1",
        "symbol": "H100-US-2027M03", "side": "buy", "price": "2.398", "qty": "3",
        "liquidity": "taker", "fee": "4.500", "fee_ccy": "USD", "cum_qty": "3",
        "leaves_qty": "5", "order_state": "open", "eseq": 12, "eng_ns": "0",
    });
    stream(&mut model, json!({ "channel": "fills", "kind": "fill", "acct_seq": 12, "data": fill }));
    delta(&mut model, 2, 12, &json!([["2.398", "5"]]));
    let ahead = model.market().focus.queue.ahead("O1").expect("known");
    assert_eq!((ahead.least, ahead.most), (0, 0));
}

#[test]
fn a_frozen_screen_stands_still_while_the_market_goes_on() {
    let mut model = seated();
    book(&mut model);
    press(&mut model, "p");
    delta(&mut model, 2, 11, &json!([["2.399", "5"]]));
    assert_eq!(model.market().focus.best(Side::Buy), Some(types::Ticks(2_398)));
    press(&mut model, "p");
    assert_eq!(model.market().focus.best(Side::Buy), Some(types::Ticks(2_399)));
}

#[test]
fn a_search_finds_a_contract_by_any_words_of_its_name_or_by_its_alias() {
    let mut model = seated();
    press(&mut model, "/m04 h100\n");
    assert_eq!(model.market().focus.symbol, "H100-US-2027M04");
    assert_eq!(model.view, View::Ladder);
    press(&mut model, "/b200-us@front\n");
    assert_eq!(
        (model.market().focus.symbol.as_str(), model.product.as_str()),
        ("B200-US-2027M03", "B200-US")
    );
    press(&mut model, "/gold\n");
    assert_eq!(model.market().focus.symbol, "B200-US-2027M03");
}

#[test]
fn a_command_may_be_shortened() {
    let mut model = seated();
    press(&mut model, ":del\n");
    assert_eq!(model.view, View::Delivery);
    press(&mut model, ":q\n");
    assert_eq!(model.take_actions().last(), Some(&Action::Quit));
}

#[test]
fn leaving_asks_while_orders_are_open() {
    let mut model = seated();
    stream(&mut model, order("O1", "new", "open", 11));
    press(&mut model, "q");
    assert!(!model.take_actions().contains(&Action::Quit));
    press(&mut model, "\n");
    assert!(model.take_actions().contains(&Action::Quit));
}

#[test]
fn a_refusal_is_told_in_its_words() {
    let mut model = seated();
    let error = Error::TimedOut("order.cancel");
    let answer = Told::Answer(Purpose::Cancel("O7".to_owned()), Err(error));
    model.hear(Source::Trade, answer, Duration::ZERO);
    let note = model.note.expect("a note");
    assert_eq!(note.text, "O7: no answer to order.cancel in time");
}

#[test]
fn a_copy_is_the_table_as_csv() {
    let mut model = seated();
    stream(&mut model, order("O1", "new", "open", 11));
    model.take_actions();
    press(&mut model, "5y");
    let actions = model.take_actions();
    let [Action::Copy(name, csv)] = actions.as_slice() else {
        panic!("y copies");
    };
    assert_eq!(*name, "orders");
    assert_eq!(csv.lines().nth(1), Some("O1,H100-US-2027M03,buy,2.398,8,0,8,open,desk-1-1,"));
}

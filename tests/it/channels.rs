//! What the channels beside the book carry: the book order by order, candles, marks, the latest state at
//! its own pace, the copy of an account stream.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::venue::{SYMBOL, Venue, Wire};

fn limit(name: &str, side: &str, price: i64, qty: u64) -> Value {
    json!({
        "symbol": SYMBOL, "client_order_id": name, "side": side, "type": "limit",
        "price": format!("2.{price}"), "qty": qty.to_string(),
    })
}

async fn done(wire: &mut Wire, method: &str, params: Value) -> Value {
    let answer = wire.ask(method, params).await;
    assert!(answer["error"].is_null(), "{method} got {answer}");
    answer["result"].clone()
}

async fn listen_to(wire: &mut Wire, channel: &str) {
    let answer = done(wire, "subscribe", json!({ "channels": [channel] })).await;
    assert_eq!(answer["ok"], json!([channel]), "{answer}");
}

/// The next message of a channel and kind, whatever comes before it.
async fn next(wire: &mut Wire, channel: &str, kind: &str) -> Value {
    loop {
        let message = wire.hear().await.expect("it goes on");
        let params = &message["params"];
        if params["channel"] == channel && params["kind"] == kind {
            return params.clone();
        }
    }
}

/// A small generator, so that the test needs no seed from outside.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % bound
    }
}

/// A side and a price.
type Price = (&'static str, String);

/// The orders of `l3`, each as price and lots.
#[derive(Default)]
struct Queue(BTreeMap<String, (Price, u64)>);

impl Queue {
    fn apply(&mut self, data: &Value, is_snapshot: bool) {
        if is_snapshot {
            self.0.clear();
        }
        for side in ["bids", "asks"] {
            for row in data[side].as_array().expect("rows") {
                let text = |at: usize| row[at].as_str().expect("text").to_owned();
                assert!(row[3].is_u64(), "a row has a place: {row}");
                match text(2).parse().expect("lots") {
                    0 => self.0.remove(&text(0)),
                    lots => self.0.insert(text(0), ((side, text(1)), lots)),
                };
            }
        }
    }

    fn levels(&self) -> BTreeMap<Price, u64> {
        let mut levels = BTreeMap::new();
        for (price, lots) in self.0.values() {
            *levels.entry(price.clone()).or_default() += lots;
        }
        levels
    }
}

/// Random orders of two members: icebergs, amendments, cancels, meetings with their own orders.
async fn trade_at_random(members: &mut [Wire; 2], rounds: u64) {
    let mut random = Random(7);
    for round in 0..rounds {
        let member = &mut members[usize::try_from(random.below(2)).expect("small")];
        let known = format!("c{}", random.below(round + 1));
        let (side, sign) = [("buy", 1), ("sell", -1)][usize::from(random.below(2) == 0)];
        let reach = i64::try_from(random.below(6)).expect("small") - 1;
        match random.below(10) {
            0 => {
                let qty = (1 + random.below(40)).to_string();
                let amend = json!({ "client_order_id": known, "qty": qty });
                member.ask("order.amend", amend).await;
            }
            1 => {
                member.ask("order.cancel", json!({ "client_order_id": known })).await;
            }
            kind => {
                let qty = 1 + random.below(30);
                let mut order = limit(&format!("c{round}"), side, 400 - sign * reach, qty);
                let stp = ["cancel_newest", "cancel_oldest", "decrement"];
                order["stp"] = json!(stp[usize::try_from(kind % 3).expect("small")]);
                if kind < 5 && 8 < qty {
                    order["show_qty"] = json!((qty / 4).to_string());
                }
                member.ask("order.place", order).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_book_order_by_order_adds_up_to_the_book() {
    let venue = Venue::open().await;
    let (book, l3) = (format!("book.{SYMBOL}"), format!("l3.{SYMBOL}"));
    let mut reader = venue.member(1001).await;
    listen_to(&mut reader, &book).await;
    listen_to(&mut reader, &l3).await;
    let mut members = [venue.member(1001).await, venue.member(1002).await];
    trade_at_random(&mut members, 400).await;
    let last =
        done(&mut members[0], "order.place", limit("last", "buy", 300, 1)).await["eseq"].clone();

    let (mut queue, mut levels, mut compared) = (Queue::default(), BTreeMap::new(), 0);
    let mut before: Option<Value> = None;
    loop {
        let message = reader.hear().await.expect("it goes on")["params"].clone();
        let is_new = before.as_ref().is_some_and(|eseq| *eseq != message["eseq"]);
        if is_new && before != Some(json!(0)) {
            assert_eq!(queue.levels(), levels, "after {before:?}");
            compared += 1;
        }
        if before.as_ref() == Some(&last) && is_new {
            break;
        }
        if message["kind"] == "heartbeat" {
            continue;
        }
        let is_snapshot = message["kind"] == "snapshot";
        if message["channel"] == json!(l3) {
            queue.apply(&message["data"], is_snapshot);
        } else {
            for side in ["bids", "asks"] {
                for level in message["data"][side].as_array().expect("levels") {
                    let text = |at: usize| level[at].as_str().expect("text").to_owned();
                    match text(1).parse().expect("lots") {
                        0_u64 => levels.remove(&(side, text(0))),
                        lots => levels.insert((side, text(0)), lots),
                    };
                }
            }
        }
        before = Some(message["eseq"].clone());
        if before.as_ref() == Some(&last) && message["channel"] == json!(l3) {
            // Something of another number must come, for this one to be over.
            members[0].ask("order.place", limit("after", "buy", 299, 1)).await;
        }
    }
    assert!(200 < compared, "only {compared} states were compared");
}

/// The first order of `l3` is the one that trades next, icebergs and all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_order_of_the_queue_trades_next() {
    let venue = Venue::open().await;
    let l3 = format!("l3.{SYMBOL}");
    let mut maker = venue.member(1001).await;
    let mut taker = venue.member(1002).await;
    for (name, price, qty, show) in
        [("a", 399, 9, 2), ("b", 400, 20, 5), ("c", 400, 4, 0), ("d", 400, 7, 3), ("e", 399, 5, 0)]
    {
        let mut order = limit(name, "buy", price, qty);
        if show != 0 {
            order["show_qty"] = json!(show.to_string());
        }
        done(&mut maker, "order.place", order).await;
    }
    done(&mut maker, "order.amend", json!({ "client_order_id": "c", "qty": "3" })).await;
    listen_to(&mut maker, "fills").await;
    listen_to(&mut taker, &l3).await;
    let mut state = next(&mut taker, &l3, "snapshot").await;
    for round in 0..44 {
        let first = state["data"]["bids"][0].clone();
        let mut sell = limit(&format!("s{round}"), "sell", 300, 1);
        sell["tif"] = json!("ioc");
        done(&mut taker, "order.place", sell).await;
        let fill = next(&mut maker, "fills", "fill").await;
        assert_eq!(fill["data"]["order_id"], first[0], "round {round}");
        done(&mut taker, "resync", json!({ "channel": l3 })).await;
        state = next(&mut taker, &l3, "snapshot").await;
    }
    assert_eq!(state["data"], json!({ "bids": [], "asks": [] }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parameters_that_are_not_offered_are_refused_with_those_that_are() {
    let venue = Venue::open().await;
    let mut wire = venue.listen().await;
    let cases = [
        (format!("book.{SYMBOL}.7.100ms"), 6002, json!([1, 5, 10, 20, 50]), "depth"),
        (format!("book.{SYMBOL}.10.5s"), 6002, json!(["100ms", "1s"]), "interval"),
        (
            format!("candles.{SYMBOL}.2m"),
            6002,
            json!(["1m", "5m", "15m", "1h", "4h", "1d"]),
            "span",
        ),
        (format!("candles.{SYMBOL}"), 6001, Value::Null, "span"),
        (format!("l3.{SYMBOL}"), 1001, Value::Null, "login"),
        ("mark.H900-US-2027M03".to_owned(), 6001, Value::Null, "symbol"),
    ];
    for (channel, code, allowed, what) in cases {
        let answer = done(&mut wire, "subscribe", json!({ "channels": [channel] })).await;
        let refused = &answer["err"][0];
        assert_eq!(
            (&refused["code"], &refused["allowed"][what]),
            (&json!(code), &allowed),
            "{answer}"
        );
    }
    let resync = wire.ask("resync", json!({ "channel": format!("l3.{SYMBOL}") })).await;
    assert_eq!(resync["error"]["code"], json!(6003), "{resync}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_levels_come_whole_each_time() {
    let venue = Venue::open().await;
    let mut wire = venue.listen().await;
    let channel = format!("book.{SYMBOL}.5.100ms");
    listen_to(&mut wire, &channel).await;
    let mut member = venue.member(1001).await;
    for step in 0..8 {
        done(&mut member, "order.place", limit(&format!("b{step}"), "buy", 390 + step, 1)).await;
    }
    loop {
        let state = next(&mut wire, &channel, "snapshot").await;
        let bids = state["data"]["bids"].as_array().expect("levels");
        assert!(bids.len() <= 5 && state["prev_seq"].is_null(), "{state}");
        if bids.first().is_some_and(|best| best[0] == "2.397") {
            assert_eq!(bids[4][0], "2.393");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_and_marks_follow_the_trades() {
    let venue = Venue::open().await;
    let mut wire = venue.listen().await;
    let (candles, mark) = (format!("candles.{SYMBOL}.1m"), format!("mark.{SYMBOL}"));
    listen_to(&mut wire, &mark).await;
    assert_eq!(next(&mut wire, &mark, "mark").await["data"]["basis"], "settled");
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    done(&mut one, "order.place", limit("a", "sell", 405, 5)).await;
    done(&mut other, "order.place", limit("b", "buy", 405, 3)).await;
    done(&mut other, "order.place", limit("c", "buy", 401, 3)).await;
    listen_to(&mut wire, &candles).await;
    let candle = next(&mut wire, &candles, "candle").await["data"].clone();
    assert_eq!([&candle["o"], &candle["v"], &candle["vwap"]], ["2.405", "3", "2.405000"]);
    assert_eq!(candle["final"], json!(false));
    loop {
        let data = next(&mut wire, &mark, "mark").await["data"].clone();
        if data["basis"] == "quoted" {
            assert_eq!([&data["mark"], &data["bid"], &data["ask"]], ["2.403", "2.401", "2.405"]);
            break;
        }
    }
    // Market time goes on without a trade, and the candle is over.
    let later = types::Date::from_civil(2027, 1, 11).start().plus(types::Timestamp::MINUTE);
    venue.server.operator.step(later).await.expect("it runs");
    let over = next(&mut wire, &candles, "candle").await["data"].clone();
    assert_eq!((&over["final"], &over["v"]), (&json!(true), &json!("3")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_copy_is_the_whole_stream_and_can_do_nothing_else() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    done(&mut one, "order.place", limit("a", "sell", 405, 5)).await;
    let mut copy = venue.copy(1001).await;
    let place = copy.ask("order.place", limit("x", "sell", 405, 5)).await;
    assert_eq!(place["error"]["code"], json!(1005), "{place}");
    let wanted = json!({ "channels": ["dropcopy", "orders", "system"], "from_acct_seq": 1 });
    let answer = done(&mut copy, "subscribe", wanted).await;
    assert_eq!(answer["ok"], json!(["dropcopy"]), "{answer}");
    assert_eq!([&answer["err"][0]["code"], &answer["err"][1]["code"]], [&json!(1005); 2]);
    let last = done(&mut other, "order.place", limit("b", "buy", 405, 3)).await;
    assert_eq!(last["state"], "filled");
    let mut numbers = Vec::new();
    loop {
        let event = copy.hear().await.expect("it goes on")["params"].clone();
        assert_eq!((&event["channel"], &event["account"]), (&json!("dropcopy"), &json!("A-1001")));
        numbers.push(event["acct_seq"].as_u64().expect("a number"));
        if event["kind"] == "margin" && event["replay"] == json!(false) {
            break;
        }
    }
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());

    let trade = one.ask("subscribe", json!({ "channels": ["dropcopy"] })).await;
    assert_eq!(trade["result"]["err"][0]["code"], json!(1005), "{trade}");
}

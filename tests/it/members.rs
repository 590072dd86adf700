//! What members do over the wire beside single orders: quotes, the kill switch, combinations, blocks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use serde_json::{Value, json};

use crate::venue::{SYMBOL, Venue, Wire, key_id, secret};

const NEXT: &str = "H100-US-2027M04";
const SPREAD: &str = "H100-US-2027M03-2027M04";

fn limit(symbol: &str, name: &str, side: &str, price: &str, qty: &str) -> Value {
    json!({
        "symbol": symbol, "client_order_id": name, "side": side, "type": "limit",
        "price": price, "qty": qty,
    })
}

fn quotes(name: &str, bid: &str, ask: &str) -> Value {
    json!({
        "mmp_group": "front", "quote_id": name,
        "quotes": [{
            "symbol": SYMBOL,
            "bid": { "price": bid, "qty": "5" }, "ask": { "price": ask, "qty": "5" },
        }],
    })
}

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"))
}

async fn done(wire: &mut Wire, method: &str, params: Value) -> Value {
    let answer = wire.ask(method, params).await;
    assert!(answer["error"].is_null(), "{method} got {answer}");
    answer["result"].clone()
}

/// The next event of a kind, whatever comes before it.
async fn next(wire: &mut Wire, kind: &str) -> Value {
    loop {
        let message = wire.hear().await.expect("it goes on");
        if message["params"]["kind"] == kind {
            return message["params"]["data"].clone();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quotes_are_replaced_protected_and_end_with_their_session() {
    let venue = Venue::open().await;
    let (mut maker, mut other) = (venue.member(1001).await, venue.member(1002).await);
    let protection = json!({
        "mmp_group": "front", "window_ms": 1000, "qty_limit": "4", "frozen_ms": 0,
    });
    done(&mut maker, "mmp.set", protection).await;
    let both = done(&mut maker, "quote.mass", quotes("q1", "2.390", "2.410")).await;
    assert_eq!(both["results"][0]["leaves_qty"], "5", "{both}");
    let moved = done(&mut maker, "quote.mass", quotes("q2", "2.391", "20.001")).await;
    assert_eq!(moved["results"][1]["error"]["code"], json!(2004), "{moved}");
    assert_eq!(code(&maker.ask("quote.mass", quotes("q3", "2.4", "2.4")).await), 2026);
    let status = done(&mut maker, "session.status", json!({})).await;
    assert_eq!(status["cod_orders"], json!(1), "{status}");

    done(&mut other, "order.place", limit(SYMBOL, "a", "sell", "2.391", "4")).await;
    assert_eq!(code(&maker.ask("quote.mass", quotes("q4", "2.390", "2.410")).await), 2022);
    done(&mut maker, "mmp.reset", json!({ "mmp_group": "front" })).await;
    done(&mut maker, "quote.mass", quotes("q5", "2.390", "2.410")).await;

    done(&mut maker, "session.cod.set", json!({ "mode": "keep" })).await;
    assert_eq!(code(&maker.ask("quote.mass", quotes("q6", "2.390", "2.410")).await), 2021);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_switch_ends_everything_until_it_is_released() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    done(&mut wire, "order.place", limit(SYMBOL, "a", "buy", "2.390", "1")).await;
    done(&mut wire, "account.kill", json!({ "on": true })).await;
    let orders = done(&mut wire, "orders.list", json!({})).await;
    assert_eq!(orders["orders"], json!([]), "{orders}");
    let order = limit(SYMBOL, "b", "buy", "2.390", "1");
    assert_eq!(code(&wire.ask("order.place", order).await), 3005);
    done(&mut wire, "account.kill", json!({ "on": false })).await;
    done(&mut wire, "order.place", limit(SYMBOL, "c", "buy", "2.390", "1")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spread_is_listed_implied_and_traded_in_its_legs() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    let leg = |symbol: &str, ratio: i32| json!({ "symbol": symbol, "ratio": ratio });
    let legs = json!({ "legs": [leg(SYMBOL, -1), leg(NEXT, 1)] });
    assert_eq!(done(&mut one, "combination.define", legs).await["symbol"], SPREAD);
    let bad = json!({ "legs": [leg(SYMBOL, -1), leg(NEXT, 2)] });
    assert_eq!(code(&one.ask("combination.define", bad).await), 2027);

    let mut public = venue.listen().await;
    let channels = json!({ "channels": [format!("book.{SPREAD}"), format!("trades.{SYMBOL}")] });
    done(&mut public, "subscribe", channels).await;
    done(&mut one, "order.place", limit(SYMBOL, "a", "buy", "2.410", "5")).await;
    done(&mut one, "order.place", limit(NEXT, "b", "sell", "2.390", "3")).await;
    let delta = next(&mut public, "delta").await;
    assert_eq!(delta["implied"], json!({ "bid": null, "ask": ["-0.020", "3"] }));

    done(&mut other, "subscribe", json!({ "channels": ["fills"] })).await;
    let bought = limit(SPREAD, "c", "buy", "-0.020", "2");
    let order = done(&mut other, "order.place", bought).await;
    assert_eq!((&order["state"], &order["avg_px"]), (&json!("filled"), &json!("-0.020000")));
    let near = next(&mut other, "leg").await;
    assert_eq!((&near["symbol"], &near["side"]), (&json!(SYMBOL), &json!("sell")));
    let trade = next(&mut public, "trades").await;
    assert_eq!(trade[0]["flags"], json!(["implied"]), "{trade}");
    let positions = done(&mut other, "positions.list", json!({})).await;
    let lots: Vec<&Value> = positions["positions"].as_array().expect("a list").iter().collect();
    assert_eq!((&lots[0]["net_qty"], &lots[1]["net_qty"]), (&json!("-2"), &json!("2")));
}

/// The payload of a block, and both ways to sign it.
fn block(name: &str, price: &str) -> String {
    json!({
        "block_id": name, "parties": ["A-1001", "A-1002"],
        "legs": [{ "symbol": SYMBOL, "side": "buy", "price": price, "qty": "64" }],
    })
    .to_string()
}

fn signed(signer: u32, payload: &str, nonce: u64) -> Value {
    let (key, bytes) = (key_id(signer), payload.as_bytes());
    let message = protocol::login::command_message("block", &key, nonce, bytes);
    let sig = STANDARD.encode(secret(signer).sign(&message).to_bytes());
    json!({ "payload": STANDARD.encode(bytes), "nonce": nonce, "sig": sig })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_is_signed_by_both_or_is_none() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    let mut public = venue.listen().await;
    let channels = json!({ "channels": [format!("trades.{SYMBOL}")] });
    done(&mut public, "subscribe", channels).await;

    let payload = block("b1", "2.450");
    assert_eq!(code(&one.ask("block.propose", signed(1002, &payload, 1)).await), 1009);
    assert_eq!(code(&other.ask("block.propose", signed(1002, &payload, 1)).await), -32602);
    done(&mut one, "block.propose", signed(1001, &payload, 1)).await;
    let offers = done(&mut other, "block.list", json!({})).await;
    let offer = &offers["blocks"][0];
    assert_eq!((&offer["proposer"], &offer["block_id"]), (&json!("A-1001"), &json!("b1")));
    let told = STANDARD.decode(offer["payload"].as_str().expect("text")).expect("base64");
    assert_eq!(told, payload.as_bytes());

    let changed = block("b1", "2.449");
    assert_eq!(code(&other.ask("block.confirm", signed(1002, &changed, 1)).await), 2029);
    assert_eq!(code(&one.ask("block.confirm", signed(1001, &payload, 2)).await), 2029);
    done(&mut other, "block.confirm", signed(1002, &payload, 1)).await;
    let trade = next(&mut public, "trades").await;
    assert_eq!((&trade[0]["qty"], &trade[0]["flags"]), (&json!("64"), &json!(["block"])));
    assert_eq!(code(&other.ask("block.confirm", signed(1002, &payload, 2)).await), 2029);

    // What one side takes back the other cannot confirm; what the rules refuse is gone as well.
    done(&mut one, "block.propose", signed(1001, &block("b2", "2.450"), 3)).await;
    let which = json!({ "proposer": "A-1001", "block_id": "b2" });
    done(&mut one, "block.withdraw", which).await;
    let late = signed(1002, &block("b2", "2.450"), 3);
    assert_eq!(code(&other.ask("block.confirm", late).await), 2029);
    done(&mut one, "block.propose", signed(1001, &block("b3", "2.473"), 4)).await;
    let far = signed(1002, &block("b3", "2.473"), 4);
    assert_eq!(code(&other.ask("block.confirm", far).await), 2031);
}

async fn hear_rfq(wire: &mut Wire) {
    let answer = done(wire, "subscribe", json!({ "channels": ["rfq", "block"] })).await;
    assert_eq!(answer["ok"], json!(["rfq", "block"]), "{answer}");
}

/// The block by which one member answers the other: it sells what was asked for.
fn sold(name: &str, price: &str, qty: &str) -> String {
    json!({
        "block_id": name, "parties": ["A-1002", "A-1001"],
        "legs": [{ "symbol": SYMBOL, "side": "sell", "price": price, "qty": qty }],
    })
    .to_string()
}

fn for_request(signer: u32, payload: &str, nonce: u64) -> Value {
    let mut params = signed(signer, payload, nonce);
    params["rfq_id"] = json!("q1");
    params
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_quotes_ends_in_a_block() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    hear_rfq(&mut one).await;
    hear_rfq(&mut other).await;
    let mut public = venue.listen().await;
    done(&mut public, "subscribe", json!({ "channels": [format!("trades.{SYMBOL}")] })).await;

    let wanted = json!({
        "rfq_id": "q1", "legs": [{ "symbol": SYMBOL, "side": "buy", "qty": "64" }],
    });
    done(&mut one, "rfq.create", wanted.clone()).await;
    let request = next(&mut other, "request").await;
    assert_eq!((&request["requester"], &request["legs"]), (&json!("A-1001"), &wanted["legs"]));
    let fewer = for_request(1002, &sold("b1", "2.450", "63"), 1);
    assert_eq!(code(&other.ask("rfq.quote", fewer).await), 2042);
    let payload = sold("b1", "2.450", "64");
    assert_eq!(code(&one.ask("rfq.quote", for_request(1001, &payload, 1)).await), -32602);
    done(&mut other, "rfq.quote", for_request(1002, &payload, 2)).await;
    let quote = next(&mut one, "quote").await;
    assert_eq!((&quote["rfq_id"], &quote["maker"]), (&json!("q1"), &json!("A-1002")));
    let list = done(&mut one, "rfq.list", json!({})).await;
    assert_eq!(list["quotes"][0]["payload"], json!(STANDARD.encode(&payload)), "{list}");

    let other_bytes = for_request(1001, &sold("b1", "2.440", "64"), 3);
    assert_eq!(code(&one.ask("rfq.accept", other_bytes).await), 2041);
    done(&mut one, "rfq.accept", for_request(1001, &payload, 4)).await;
    assert_eq!(next(&mut other, "closed").await["reason"], "accepted");
    let trade = next(&mut public, "trades").await;
    assert_eq!((&trade[0]["qty"], &trade[0]["flags"]), (&json!("64"), &json!(["block"])));
    let positions = done(&mut one, "positions.list", json!({})).await;
    assert_eq!(positions["positions"][0]["net_qty"], "64", "{positions}");

    done(&mut one, "rfq.create", wanted).await;
    done(&mut one, "rfq.cancel", json!({ "rfq_id": "q1" })).await;
    assert_eq!(code(&one.ask("rfq.cancel", json!({ "rfq_id": "q1" })).await), 2041);
    next(&mut other, "request").await;
    assert_eq!(next(&mut other, "closed").await["reason"], "canceled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_hear_of_a_block_that_waits() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    hear_rfq(&mut other).await;
    done(&mut one, "block.propose", signed(1001, &block("b1", "2.450"), 1)).await;
    assert_eq!(next(&mut other, "offer").await["block_id"], "b1");
    // Who comes later finds it in the state that the channel begins with.
    let mut late = venue.member(1002).await;
    hear_rfq(&mut late).await;
    let state = loop {
        let message = late.hear().await.expect("it goes on")["params"].clone();
        if message["channel"] == "block" {
            break message;
        }
    };
    assert_eq!((&state["kind"], &state["data"][0]["block_id"]), (&json!("snapshot"), &json!("b1")));
    let which = json!({ "proposer": "A-1001", "block_id": "b1" });
    done(&mut one, "block.withdraw", which).await;
    assert_eq!(next(&mut other, "closed").await["reason"], "withdrawn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_group_is_told_on_its_own_channel() {
    let venue = Venue::open().await;
    let (mut maker, mut other) = (venue.member(1001).await, venue.member(1002).await);
    done(&mut maker, "subscribe", json!({ "channels": ["mmp"] })).await;
    let protection = json!({ "mmp_group": "front", "window_ms": 1000, "qty_limit": "4" });
    done(&mut maker, "mmp.set", protection).await;
    assert_eq!(next(&mut maker, "mmp").await["frozen"], json!(false));
    done(&mut maker, "quote.mass", quotes("q1", "2.390", "2.410")).await;
    done(&mut other, "order.place", limit(SYMBOL, "a", "sell", "2.390", "4")).await;
    assert_eq!(next(&mut maker, "mmp").await["frozen"], json!(true));
    let mut late = venue.member(1001).await;
    done(&mut late, "subscribe", json!({ "channels": ["mmp"] })).await;
    assert_eq!(next(&mut late, "snapshot").await[0]["mmp_group"], "front");
}

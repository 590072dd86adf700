//! Whatever a client says, it gets a listed answer or loses its own session; the exchange is untouched
//! and everybody else goes on.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::venue::{SYMBOL, Venue, Wire, key_id, secret};

fn order(name: &str, price: &str, qty: &str) -> Value {
    json!({
        "symbol": SYMBOL, "client_order_id": name, "side": "buy", "type": "limit",
        "price": price, "qty": qty,
    })
}

fn with(mut order: Value, key: &str, value: Value) -> Value {
    order[key] = value;
    order
}

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"))
}

/// A session that still works proves that the venue does.
async fn still_works(wire: &mut Wire) {
    let answer = wire.ask("ping", json!({})).await;
    assert!(answer["error"].is_null(), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_no_requests() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let before = venue.digest().await;
    let cases = [
        ("", -32700),
        ("not json", -32700),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,", -32700),
        ("[]", -32600),
        ("17", -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping","params":{}}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping","params":{}}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping","params":{}}"#, -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}]"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"order.fly","params":{}}"#, -32601),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"no":1}}"#, -32602),
    ];
    for (text, expected) in cases {
        let answer = wire.say_and_hear(text).await;
        assert_eq!(code(&answer), expected, "{text} got {answer}");
        assert!(answer["error"]["data"]["final"].is_boolean(), "{answer}");
    }
    still_works(&mut wire).await;
    assert_eq!(venue.digest().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_cannot_be_meant() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let before = venue.digest().await;
    let good = || order("a", "2.400", "1");
    let cases = [
        (order("a", "2.4005", "1"), 2003),
        (order("a", "2.400", "1.5"), 2005),
        (order("a", "cheap", "1"), -32602),
        (order("a", "2.400", "many"), -32602),
        (order("a b", "2.400", "1"), -32602),
        (order("", "2.400", "1"), -32602),
        (with(good(), "symbol", json!("H900-US-2027M03")), 2001),
        (with(good(), "side", json!("hold")), -32602),
        (with(good(), "price", json!(2.4)), -32602),
        (with(good(), "price", Value::Null), -32602),
        (with(good(), "tif", json!("gtd")), -32602),
        (with(good(), "expire_ns", json!("1799625600000000000")), -32602),
        (with(good(), "type", json!("stop")), -32602),
        (with(good(), "type", json!("stop_limit")), -32602),
        (with(good(), "trigger_price", json!("2.400")), -32602),
        (with(good(), "slide", json!(true)), -32602),
        (with(good(), "stp", json!("never")), -32602),
        (with(good(), "valid_until_ns", json!("soon")), -32602),
        (with(good(), "pirce", json!("2.400")), -32602),
    ];
    for (params, expected) in cases {
        let answer = wire.ask("order.place", params.clone()).await;
        assert_eq!(code(&answer), expected, "{params} got {answer}");
    }
    assert_eq!(venue.digest().await, before, "none of these was sequenced");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_the_rules_refuse() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let rested = wire.ask("order.place", order("a", "2.400", "2")).await;
    assert_eq!(rested["result"]["state"], "open", "{rested}");
    let cases = [
        ("order.place", order("a", "2.400", "3"), 2015),
        ("order.place", order("b", "2.400", "0"), 2006),
        ("order.place", order("c", "2.400", "1001"), 2007),
        ("order.place", order("d", "20.001", "1"), 2004),
        ("order.place", with(order("e", "2.400", "1"), "valid_until_ns", json!("1")), 2014),
        ("order.place", with(order("f", "2.390", "1"), "tif", json!("fok")), 2012),
        ("order.place", with(order("g", "2.390", "1"), "reduce_only", json!(true)), 2011),
        ("order.place", with(order("h", "2.390", "2"), "min_qty", json!("1")), 2024),
        ("order.place", with(order("i", "2.390", "2"), "show_qty", json!("2")), 2025),
        ("order.cancel", json!({ "client_order_id": "z" }), 2016),
        ("order.amend", json!({ "client_order_id": "a", "qty": "1", "rev": 9 }), 2018),
        ("order.amend", json!({ "client_order_id": "a" }), 2020),
    ];
    for (method, params, expected) in cases {
        let answer = wire.ask(method, params.clone()).await;
        assert_eq!(code(&answer), expected, "{method} {params} got {answer}");
        assert_eq!(answer["error"]["data"]["final"], json!(true), "{answer}");
    }
    let again = wire.ask("order.place", order("a", "2.400", "2")).await;
    assert_eq!(again["result"]["dup"], json!(true), "{again}");
    assert_eq!(again["result"]["order_id"], rested["result"]["order_id"]);
    let orders = wire.ask("orders.list", json!({})).await;
    assert_eq!(orders["result"]["orders"].as_array().map(Vec::len), Some(1), "{orders}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_that_fail() {
    let venue = Venue::open().await;
    let before = venue.digest().await;

    let mut early = venue.connect().await;
    assert_eq!(code(&early.ask("order.place", order("a", "2.400", "1")).await), 1001);
    assert_eq!(code(&early.ask("orders.list", json!({})).await), 1001);

    // A signature over the nonce of another connection is worth nothing on this one.
    let other = venue.connect().await.nonce().to_owned();
    let mut replaying = venue.connect().await;
    assert_eq!(code(&replaying.log_in_with(1001, &other).await), 1002);

    // A key that nobody has fails as a wrong signature does.
    let mut stranger = venue.connect().await;
    let unknown = stranger.log_in(1099).await;
    let mut forger = venue.connect().await;
    let params = json!({
        "key_id": key_id(1001), "alg": "ed25519", "client_nonce": "0123456789abcdef", "ts_ns": "1",
        "sig": "A".repeat(86) + "==",
    });
    let forged = forger.ask("session.login", params).await;
    assert_eq!((code(&unknown), code(&forged)), (1002, 1002));
    let text = |answer: &Value| answer["error"]["data"]["text"].clone();
    assert_eq!(text(&unknown), text(&forged), "nothing tells them apart");

    assert_eq!(venue.digest().await, before);

    // A login is a record of the log; a second one on the same connection is not.
    let mut wire = venue.member(1001).await;
    let before = venue.digest().await;
    assert_eq!(code(&wire.log_in(1001).await), 1007);
    assert_eq!(venue.digest().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_commands_that_are_forged_or_replayed() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use ed25519_dalek::Signer;

    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let signed = |signer: u32, method: &str, nonce: u64, nodes: &[u32]| {
        let payload = json!({ "symbol": SYMBOL, "nodes": nodes }).to_string().into_bytes();
        let message = protocol::login::command_message(method, &key_id(1001), nonce, &payload);
        let sig = STANDARD.encode(secret(signer).sign(&message).to_bytes());
        json!({ "payload": STANDARD.encode(payload), "nonce": nonce, "sig": sig })
    };
    let pledge = "delivery.pledge";
    let first = wire.ask(pledge, signed(1001, pledge, 5, &[1, 2])).await;
    assert!(first["error"].is_null(), "{first}");
    let cases = [
        ("signed by another", signed(1002, pledge, 6, &[3]), 1009),
        ("signed for another method", signed(1001, "delivery.meter", 6, &[3]), 1009),
        ("sent again", signed(1001, pledge, 5, &[1, 2]), 1010),
        ("another command, the same nonce", signed(1001, pledge, 5, &[3]), 1010),
        (
            "another nonce than was signed",
            with(signed(1001, pledge, 6, &[3]), "nonce", json!(7)),
            1009,
        ),
        ("a node that is pledged", signed(1001, pledge, 8, &[2]), 7103),
        ("no payload", with(signed(1001, pledge, 9, &[3]), "payload", json!("%")), 1009),
    ];
    for (what, params, expected) in cases {
        let answer = wire.ask(pledge, params).await;
        assert_eq!(code(&answer), expected, "{what} got {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channels_that_are_not_there() {
    let venue = Venue::open().await;
    let mut wire = venue.listen().await;
    let subscribe = |channel: &str| json!({ "channels": [channel] });
    for (channel, expected) in [
        ("books.H100-US-2027M03", 6001),
        ("book.H900-US-2027M03", 6001),
        ("", 6001),
        ("orders", 1001),
    ] {
        let answer = wire.ask("subscribe", subscribe(channel)).await;
        let refused = &answer["result"]["err"][0]["code"];
        assert_eq!(refused, &json!(expected), "`{channel}` got {answer}");
        assert_eq!(answer["result"]["ok"], json!([]), "{answer}");
    }
    still_works(&mut wire).await;
}

/// What is not even a message ends the session that sent it, and no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_end_their_own_session() {
    let venue = Venue::open().await;
    let mut witness = venue.member(1002).await;
    witness.ask("order.place", order("w", "2.400", "1")).await;

    let mut large = venue.member(1001).await;
    large.say(Message::text("x".repeat((64 << 10) + 1))).await;
    large.hear_out().await;
    still_works(&mut witness).await;

    let mut binary = venue.member(1001).await;
    binary.say(Message::binary(vec![0xff; 64])).await;
    let said = binary.hear_out().await;
    assert!(said.iter().all(|message| message["error"].is_object()), "{said:?}");

    let orders = witness.ask("orders.list", json!({})).await;
    assert_eq!(orders["result"]["orders"].as_array().map(Vec::len), Some(1), "{orders}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_goodbye_is_answered_with_its_own_code() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let frame = CloseFrame { code: 1001.into(), reason: "".into() };
    wire.say(Message::Close(Some(frame))).await;
    wire.hear_out().await;
    assert_eq!(wire.closed, Some(1001));
}

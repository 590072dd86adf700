//! Who a session is, what it may do, and what becomes of its orders when nobody hears of it any more.

use std::time::Duration;

use serde_json::{Value, json};

use crate::venue::{SYMBOL, Venue, Wire, account, key_id};

fn order(name: &str) -> Value {
    json!({
        "symbol": SYMBOL, "client_order_id": name, "side": "buy", "type": "limit",
        "price": "2.400", "qty": "1", "cod": false,
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

async fn open_orders(wire: &mut Wire) -> usize {
    let orders = done(wire, "orders.list", json!({})).await;
    orders["orders"].as_array().expect("a list").len()
}

/// Waits until so many orders are open.
async fn wait_for(wire: &mut Wire, orders: usize) {
    for _ in 0..100 {
        if open_orders(wire).await == orders {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not {orders} open orders");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_does_not_say_that_it_lives_loses_its_orders() {
    let venue = Venue::open().await;
    let (mut one, mut witness) = (venue.member(1001).await, venue.member(1001).await);
    assert_eq!(code(&one.ask("session.cancel_after", json!({ "ms": 999 })).await), -32602);
    done(&mut one, "order.place", order("a")).await;
    done(&mut one, "session.cancel_after", json!({ "ms": 1000 })).await;
    let status = done(&mut witness, "session.status", json!({})).await;
    assert!(status["cancel_at_ns"].is_string(), "{status}");
    let disarmed = done(&mut one, "session.cancel_after", json!({ "ms": 0 })).await;
    assert_eq!(disarmed["cancel_at_ns"], Value::Null);
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert_eq!(open_orders(&mut witness).await, 1, "the timer was disarmed");

    // It goes on without the session that armed it; the order alone would have stayed.
    done(&mut one, "session.cancel_after", json!({ "ms": 1000 })).await;
    done(&mut witness, "subscribe", json!({ "channels": ["orders"] })).await;
    drop(one);
    let canceled = loop {
        let message = witness.hear().await.expect("it goes on");
        if message["params"]["kind"] == "order" {
            break message["params"]["data"].clone();
        }
    };
    assert_eq!((&canceled["state"], &canceled["reason"]), (&json!("canceled"), &json!("cod")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_comes_back_in_time_keeps_its_orders() {
    let venue = Venue::open().await;
    let mut witness = venue.member(1001).await;
    let cod = json!({ "mode": "cancel", "grace_ms": 1500 });
    let mut first = venue.connect().await;
    let session = first.log_in_to(1001, cod.clone(), Value::Null).await["result"].clone();
    let mut with_session = order("a");
    with_session["cod"] = json!(true);
    done(&mut first, "order.place", with_session).await;
    drop(first);

    let mut second = venue.connect().await;
    let other = second.log_in_to(1002, cod.clone(), session["session_id"].clone()).await;
    assert_ne!(other["result"]["session_id"], session["session_id"], "it is not theirs");
    let mut second = venue.connect().await;
    let again = second.log_in_to(1001, cod, session["session_id"].clone()).await;
    assert_eq!(again["result"]["session_id"], session["session_id"]);
    tokio::time::sleep(Duration::from_millis(1800)).await;
    assert_eq!(open_orders(&mut witness).await, 1, "its owner was back in time");
    let status = done(&mut second, "session.status", json!({})).await;
    assert_eq!(status["cod_orders"], json!(1), "{status}");

    drop(second);
    assert_eq!(open_orders(&mut witness).await, 1, "there is a grace");
    wait_for(&mut witness, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_client_is_closed_when_it_said_it_would_be() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    for wrong in [4_999, 60_001] {
        let answer = wire.ask("session.heartbeat.set", json!({ "idle_ms": wrong })).await;
        assert_eq!(code(&answer), -32602);
    }
    done(&mut wire, "session.heartbeat.set", json!({ "idle_ms": 5000 })).await;
    let status = done(&mut wire, "session.status", json!({})).await;
    assert_eq!(status["idle_ms"], json!(5000));
    // Nothing is read, so no ping is answered.
    tokio::time::sleep(Duration::from_millis(7500)).await;
    wire.hear_out().await;
    assert_eq!(wire.closed, Some(4008));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_has_twenty_sessions() {
    let venue = Venue::open().await;
    let mut sessions = Vec::new();
    for _ in 0..20 {
        sessions.push(venue.member(1001).await);
    }
    let limits = done(&mut sessions[0], "session.limits", json!({})).await;
    let told = (&limits["sessions"], &limits["channels"], &limits["tier"]);
    assert_eq!(told, (&json!(20), &json!(500), &json!("maker")));
    let mut more = venue.connect().await;
    assert_eq!(code(&more.log_in(1001).await), 1006);
    drop(sessions.pop());
    for _ in 0..100 {
        let mut again = venue.connect().await;
        if again.log_in(1001).await["error"].is_null() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the place of a session that ended is not free");
}

async fn log_in_with_ticket(venue: &Venue, ticket: &Value) -> (Wire, Value) {
    let mut wire = venue.connect().await;
    let answer = wire.ask("session.login", json!({ "alg": "ticket", "ticket": ticket })).await;
    (wire, answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_logs_in_once_and_can_do_no_more_than_its_maker() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let more = wire.ask("session.ticket", json!({ "scopes": ["drop"] })).await;
    assert_eq!(code(&more), 1005);
    let made = done(&mut wire, "session.ticket", json!({ "scopes": ["read"] })).await;
    let (mut browser, answer) = log_in_with_ticket(&venue, &made["ticket"]).await;
    let result = &answer["result"];
    assert_eq!((&result["account"], &result["scopes"]), (&json!("A-1001"), &json!(["read"])));
    assert_eq!(code(&browser.ask("order.place", order("a")).await), 1005);
    assert_eq!(open_orders(&mut browser).await, 0);
    let (_, again) = log_in_with_ticket(&venue, &made["ticket"]).await;
    assert_eq!(code(&again), 1002, "a ticket is good once");
    let (_, guessed) = log_in_with_ticket(&venue, &json!("0".repeat(32))).await;
    assert_eq!(code(&guessed), 1002);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_does_what_its_scopes_say() {
    let venue = Venue::open().await;
    let mut maker = venue.connect().await;
    maker.log_in_by(1001, "q_1001").await;
    let quotes = json!({
        "mmp_group": "g", "quote_id": "q1",
        "quotes": [{ "symbol": SYMBOL, "bid": { "price": "2.390", "qty": "1" } }],
    });
    done(&mut maker, "quote.mass", quotes).await;
    assert_eq!(code(&maker.ask("order.place", order("a")).await), 1005);
    assert_eq!(code(&maker.ask("block.list", json!({})).await), 1005);
    let canceled = done(&mut maker, "order.cancel_all", json!({})).await;
    assert_eq!(canceled["canceled"], json!(1));

    let mut broker = venue.connect().await;
    broker.log_in_by(1001, "b_1001").await;
    done(&mut broker, "rfq.list", json!({})).await;
    assert_eq!(code(&broker.ask("order.cancel_all", json!({})).await), 1005);

    let mut copy = venue.copy(1001).await;
    assert_eq!(code(&copy.ask("orders.list", json!({})).await), 1005);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_good_in_its_time_and_place_and_only_its_owner_hears_why_not() {
    let venue = Venue::open().await;
    for (key, expected) in [("over_1001", 1003), ("far_1001", 1004)] {
        let mut owner = venue.connect().await;
        assert_eq!(code(&owner.log_in_by(1001, key).await), expected, "{key}");
        let mut stranger = venue.connect().await;
        assert_eq!(code(&stranger.log_in_by(1002, key).await), 1002, "{key}");
    }
    let mut owner = venue.connect().await;
    let answer = owner.log_in_by(1001, &key_id(1001)).await;
    assert!(answer["error"].is_null(), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_when_its_key_is_revoked() {
    let venue = Venue::open().await;
    let (mut gone, mut stays) = (venue.member(1001).await, venue.member(1002).await);
    let mut reader = venue.connect().await;
    reader.log_in_by(1001, "b_1001").await;
    let mut on_disconnect = order("a");
    on_disconnect["cod"] = json!(true);
    done(&mut gone, "order.place", on_disconnect).await;

    let mut accounts = [account(1001), account(1002), account(1003)];
    accounts[0].keys.retain(|key| key.id != key_id(1001));
    let block = accounts[0].keys.iter_mut().find(|key| key.id == "b_1001").expect("it is there");
    block.bounds.until = Some(types::Date::from_civil(2020, 1, 1));
    venue.server.replace_keys(&accounts);
    gone.hear_out().await;
    assert_eq!(gone.closed, Some(4002));
    reader.hear_out().await;
    assert_eq!(reader.closed, Some(4002), "a key that is over is no better");
    let mut again = venue.connect().await;
    assert_eq!(code(&again.log_in(1001).await), 1002);
    let mut new = venue.connect().await;
    assert_eq!(code(&new.log_in(1003).await), 1002, "the exchange does not know the account");

    assert_eq!(open_orders(&mut stays).await, 0);
    let mut maker = venue.connect().await;
    maker.log_in_by(1001, "q_1001").await;
    wait_for(&mut maker, 0).await;
}

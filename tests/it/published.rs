//! The published schema against what is really said: every frame that any test here hears is checked
//! by its schema with nothing more in it, and requests that are made from the schema alone get a result
//! or a listed code, never a close.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use jsonschema::{Draft, Validator};
use protocol::client::Request;
use protocol::errors::Code;
use protocol::published::{document, documents, event_name};
use serde_json::{Value, json};

use crate::generated::Requests;
use crate::venue::{SYMBOL, Venue, Wire};

/// The JSON Schema as it is published.
pub(crate) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = &document("schema.json").expect("it is written").text;
    serde_json::from_str(text).expect("it is JSON")
});

/// The same with nothing allowed that it does not name.
static CLOSED: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = SCHEMA.clone();
    close(&mut schema);
    schema
});

/// Checkers that were made, and the names of messages that were seen.
static CHECKERS: LazyLock<Mutex<BTreeMap<String, &'static Validator>>> =
    LazyLock::new(Mutex::default);

fn close(schema: &mut Value) {
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(close),
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn checker(schema: &Value, name: &str) -> Validator {
    assert!(schema["definitions"][name].is_object(), "nothing is called {name}");
    let one = json!({
        "$ref": format!("#/definitions/{name}"), "definitions": schema["definitions"],
    });
    jsonschema::options().with_draft(Draft::Draft7).build(&one).expect("it is a schema")
}

/// Checks a message against the schema of its name.
fn check(name: &str, message: &Value) {
    let mut checkers = CHECKERS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let made = || -> &'static Validator { Box::leak(Box::new(checker(&CLOSED, name))) };
    let checker = *checkers.entry(name.to_owned()).or_insert_with(made);
    drop(checkers);
    let wrong: Vec<String> =
        checker.iter_errors(message).map(|e| format!("{} at {}", e, e.instance_path)).collect();
    assert!(wrong.is_empty(), "{name} is not as published: {wrong:?}\n{message}");
}

/// Checks a message of the exchange; of a result it is not known here what was asked.
pub(crate) fn heard(message: &Value) {
    match (message["method"].as_str(), message.get("error")) {
        (Some("event"), _) => {
            let place = |name: &str| message["params"][name].as_str().expect("it has a place");
            check(&event_name(place("channel"), place("kind")), message);
        }
        (Some(method), _) => check(method, message),
        (None, Some(_)) => check("error", message),
        (None, None) => assert!(message["result"].is_object(), "{message}"),
    }
}

/// Checks the result of a method.
pub(crate) fn answered(method: &str, answer: &Value) {
    if answer.get("error").is_none() {
        check(&format!("{method}.result"), answer);
    }
}

#[test]
fn every_example_is_what_its_schema_says() {
    let text = &document("asyncapi.json").expect("it is written").text;
    let api: Value = serde_json::from_str(text).expect("it is JSON");
    let messages = api["components"]["messages"].as_object().expect("messages");
    let mut seen = 0;
    for (name, message) in messages {
        for example in message["examples"].as_array().into_iter().flatten() {
            check(name, &example["payload"]);
            seen += 1;
        }
    }
    assert!(80 <= seen, "only {seen} examples");
}

#[test]
fn the_example_of_every_error_page_is_an_error_of_its_code() {
    let mut seen = BTreeSet::new();
    for page in documents().iter().filter(|page| page.path.starts_with("errors/")) {
        for line in page.text.lines().filter(|line| line.starts_with(r#"{"jsonrpc""#)) {
            let error: Value = serde_json::from_str(line).expect("it is JSON");
            check("error", &error);
            let number = error["error"]["code"].to_string();
            assert_eq!(page.path, format!("errors/{number}.md"));
            seen.insert(number);
        }
    }
    assert_eq!(seen.len(), Code::ALL.len());
}

#[test]
fn what_the_schema_does_not_name_is_noticed() {
    let extra = json!({ "jsonrpc": "2.0", "id": 1, "result": { "acct_seq": 1, "more": 1 } });
    assert!(!checker(&CLOSED, "resync.result").is_valid(&extra));
    assert!(checker(&SCHEMA, "resync.result").is_valid(&extra), "clients bear additions");
    let wrong = json!({ "jsonrpc": "2.0", "id": 1, "result": { "acct_seq": "1" } });
    assert!(!checker(&SCHEMA, "resync.result").is_valid(&wrong));
}

/// Asks for one of everything, so that much of the schema meets its message in one run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_two_members_is_as_published() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    let mut copy = venue.copy(1001).await;
    copy.ask("subscribe", json!({ "channels": ["dropcopy"] })).await;
    let mut public: Vec<String> = ["status", "book", "l3", "bbo", "trades", "ticker", "mark"]
        .map(|word| format!("{word}.{SYMBOL}"))
        .into();
    public.extend(["delivery", "settlement"].map(|word| format!("{word}.{SYMBOL}")));
    public.extend([format!("book.{SYMBOL}.5.100ms"), format!("candles.{SYMBOL}.1m")]);
    public
        .extend(["instruments", "settlement", "curve.H100-US", "index.H100-US"].map(str::to_owned));
    let private = ["orders", "fills", "positions", "margin", "obligations", "mmp", "block", "rfq"];
    one.ask("subscribe", json!({ "channels": public })).await;
    one.ask("subscribe", json!({ "channels": private, })).await;
    let order = |name: &str, side: &str| {
        json!({
            "symbol": SYMBOL, "client_order_id": name, "side": side, "type": "limit",
            "price": "2.400", "qty": "2", "tag": "desk",
        })
    };
    one.ask("order.place", order("a", "buy")).await;
    one.ask("order.preview", order("b", "buy")).await;
    one.ask("order.amend", json!({ "client_order_id": "a", "qty": "3" })).await;
    other.ask("order.place", order("a", "sell")).await;
    one.ask("order.get", json!({ "client_order_id": "a" })).await;
    for list in ["orders.list", "fills.list", "positions.list", "margin.get", "obligations.list"] {
        one.ask(list, json!({})).await;
    }
    for list in ["invoices.list", "block.list", "rfq.list", "session.status", "session.limits"] {
        one.ask(list, json!({})).await;
    }
    let leg = json!({ "symbol": SYMBOL, "qty": "1" });
    other.ask("rfq.create", json!({ "rfq_id": "q", "legs": [leg] })).await;
    other.ask("rfq.cancel", json!({ "rfq_id": "q" })).await;
    one.ask("order.cancel", json!({ "client_order_id": "a" })).await;
    one.ask("account.kill", json!({ "on": true })).await;
    one.ask("account.kill", json!({ "on": false })).await;
    one.ask("session.ticket", json!({})).await;
    one.ask("session.cancel_after", json!({ "ms": 0 })).await;
    other.ask("order.cancel_all", json!({})).await;
    one.ask("unsubscribe", json!({ "channels": public })).await;
    copy.ask("ping", json!({})).await;
    let seen = CHECKERS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len();
    assert!(45 <= seen, "only {seen} messages of the schema were met");
}

/// How many requests are made from the schema.
const REQUESTS: u64 = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_made_from_the_schema_get_a_result_or_a_listed_code() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    let mut requests = Requests::new(7, &SCHEMA);
    let mut codes: BTreeMap<i64, u64> = BTreeMap::new();
    for number in 0..REQUESTS {
        let (method, request) = requests.next();
        let read = Request::parse(&request.to_string());
        assert!(read.is_ok(), "the schema allows {request}, and {read:?}");
        assert!(wire.try_send(&request).await, "request {number} finds nobody: {request}");
        let answer = answer(&mut wire, &request).await;
        answered(&method, &answer);
        let code = answer["error"]["code"].as_i64().unwrap_or_default();
        let is_listed = code == 0 || Code::ALL.iter().any(|one| i64::from(one.number()) == code);
        assert!(is_listed, "{request} got {answer}");
        *codes.entry(code).or_default() += 1;
        if let Some(wait) = answer["error"]["data"]["retry_after_ms"].as_u64() {
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }
    assert!(100 < codes[&0] && 10 <= codes.len(), "they were all alike: {codes:?}");
}

/// The answer to a request, whatever is heard before it.
async fn answer(wire: &mut Wire, request: &Value) -> Value {
    loop {
        let Some(message) = wire.hear().await else {
            panic!("it was closed with {:?} by {request}", wire.closed);
        };
        if message.get("method").is_none() && message["id"] == request["id"] {
            return message;
        }
    }
}

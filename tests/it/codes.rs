//! Every error code of the page is brought about: here over the wire, by a scenario, or by the engine
//! alone. The others stand in a table of the page with the reason why not.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use protocol::errors::Code;
use serde_json::{Value, json};
use types::{AccountId, Command, MarketTerms, PublicKey, RejectReason};

use crate::sources;
use crate::terms::verdicts;
use crate::venue::{SYMBOL, Venue, Wire, key_id, secret};

/// Codes that came, each with what brought it about.
#[derive(Default)]
struct Heard(BTreeMap<i64, String>);

impl Heard {
    /// Every code in an answer: its own, and those of channels and quotes in it.
    fn note(&mut self, what: &str, answer: &Value) {
        match answer {
            Value::Object(members) => {
                if let (Some(code), true) = (answer["code"].as_i64(), answer["message"].is_string())
                {
                    self.0.entry(code).or_insert_with(|| what.to_owned());
                }
                members.values().for_each(|value| self.note(what, value));
            }
            Value::Array(items) => items.iter().for_each(|item| self.note(what, item)),
            _ => {}
        }
    }

    async fn ask(&mut self, wire: &mut Wire, method: &str, params: Value) -> Value {
        let answer = wire.ask(method, params).await;
        self.note(method, &answer);
        answer
    }
}

fn order(name: &str, price: &str, qty: &str) -> Value {
    json!({
        "symbol": SYMBOL, "client_order_id": name, "side": "buy", "type": "limit",
        "price": price, "qty": qty,
    })
}

fn block(name: &str, price: &str, nonce: u64) -> Value {
    let payload = json!({
        "block_id": name, "parties": ["A-1001", "A-1002"],
        "legs": [{ "symbol": SYMBOL, "side": "buy", "price": price, "qty": "64" }],
    });
    signed("block", &payload.to_string(), nonce)
}

fn signed(method: &str, payload: &str, nonce: u64) -> Value {
    let message =
        protocol::login::command_message(method, &key_id(1001), nonce, payload.as_bytes());
    let sig = STANDARD.encode(secret(1001).sign(&message).to_bytes());
    json!({ "payload": STANDARD.encode(payload), "nonce": nonce, "sig": sig, "rfq_id": "none" })
}

fn without_request(mut params: Value) -> Value {
    params.as_object_mut().expect("parameters").remove("rfq_id");
    params
}

async fn requests_that_are_none(venue: &Venue, heard: &mut Heard) {
    let mut wire = venue.connect().await;
    for text in [
        "{",
        "[]",
        r#"{"jsonrpc":"2.0","id":1,"method":"order.fly"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"no":1}}"#,
    ] {
        let answer = wire.say_and_hear(text).await;
        heard.note(text, &answer);
    }
}

async fn logins(venue: &Venue, heard: &mut Heard) {
    let mut early = venue.connect().await;
    heard.ask(&mut early, "orders.list", json!({})).await;
    for (number, key) in [(1002, "k_1001"), (1001, "over_1001"), (1001, "far_1001")] {
        let mut wire = venue.connect().await;
        let answer = wire.log_in_by(number, key).await;
        heard.note(key, &answer);
    }
    let mut copy = venue.copy(1001).await;
    heard.ask(&mut copy, "orders.list", json!({})).await;
    let mut sessions = Vec::new();
    for _ in 0..21 {
        let mut wire = venue.connect().await;
        let answer = wire.log_in(1002).await;
        heard.note("the 21st session", &answer);
        sessions.push(wire);
    }
    let twice = sessions[0].log_in(1002).await;
    heard.note("a second login", &twice);
}

async fn orders_and_blocks(venue: &Venue, heard: &mut Heard) {
    let mut wire = venue.member(1001).await;
    heard.ask(&mut wire, "order.place", order("a", "2.4005", "1")).await;
    heard.ask(&mut wire, "order.place", order("a", "2.400", "1.5")).await;
    let which = json!({ "proposer": "A-1001", "block_id": "none" });
    heard.ask(&mut wire, "block.withdraw", which).await;
    for nonce in 1..=17 {
        let block = without_request(block(&format!("b{nonce}"), "2.400", nonce));
        heard.ask(&mut wire, "block.propose", block).await;
    }
    let forged = json!({ "payload": "e30=", "nonce": 1, "sig": "AAAA" });
    heard.ask(&mut wire, "block.propose", forged).await;
    heard.ask(&mut wire, "rfq.accept", block_of_other("2.400")).await;
    let request = json!({
        "rfq_id": "q", "legs": [{ "symbol": SYMBOL, "side": "buy", "qty": "64" }],
    });
    let mut other = venue.connect().await;
    other.log_in_by(1002, "b_1002").await;
    heard.ask(&mut other, "rfq.create", request.clone()).await;
    let mut same_side = block("q", "2.400", 30);
    same_side["rfq_id"] = json!("q");
    heard.ask(&mut wire, "rfq.quote", same_side).await;
    for name in 0..17 {
        let mut request = request.clone();
        request["rfq_id"] = json!(format!("q{name}"));
        heard.ask(&mut wire, "rfq.create", request).await;
    }
    heard.ask(&mut wire, "session.cod.set", json!({ "mode": "keep" })).await;
    let quotes = json!({ "mmp_group": "g", "quote_id": "q", "quotes": [] });
    heard.ask(&mut wire, "quote.mass", quotes).await;
}

/// A block whose second party is the one that signs it.
fn block_of_other(price: &str) -> Value {
    let payload = json!({
        "block_id": "x", "parties": ["A-1002", "A-1001"],
        "legs": [{ "symbol": SYMBOL, "side": "sell", "price": price, "qty": "64" }],
    });
    signed("block", &payload.to_string(), 20)
}

async fn channels(venue: &Venue, heard: &mut Heard) {
    let mut wire = venue.listen().await;
    let wanted = json!({ "channels": ["books.A", format!("book.{SYMBOL}.7.1s")] });
    heard.ask(&mut wire, "subscribe", wanted).await;
    heard.ask(&mut wire, "resync", json!({ "channel": "system" })).await;
}

/// So fast that the bucket is empty, and so many at once that they wait for each other.
async fn too_fast(venue: &Venue, heard: &mut Heard) {
    let mut wire = venue.listen().await;
    for id in 0..150 {
        let params = json!({ "channel": "system" });
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": "resync", "params": params });
        assert!(wire.try_send(&request).await);
    }
    for _ in 0..150 {
        let answer = wire.hear().await.expect("each is answered");
        heard.note("150 requests at once", &answer);
    }
    let mut wire = venue.member(1001).await;
    for id in 0..400 {
        let place = order(&format!("fast{id}"), "2.300", "1");
        let request =
            json!({ "jsonrpc": "2.0", "id": id, "method": "order.place", "params": place });
        assert!(wire.try_send(&request).await);
    }
    for _ in 0..400 {
        let answer = wire.hear().await.expect("each is answered");
        heard.note("400 orders at once", &answer);
    }
}

/// Five hundred channels take a while, because a hundred may be asked for at once.
async fn too_many_channels(venue: &Venue, heard: &mut Heard) {
    let mut wire = venue.listen().await;
    for round in 0..6 {
        let names: Vec<String> = (0..90).map(|n| format!("none.{round}.{n}")).collect();
        heard.ask(&mut wire, "subscribe", json!({ "channels": names })).await;
        tokio::time::sleep(Duration::from_millis(9_100)).await;
    }
}

async fn other_venues(heard: &mut Heard) {
    let sandbox = Venue::open_as("sandbox").await;
    let mut wire = sandbox.member(1001).await;
    heard.ask(&mut wire, "sandbox.unknown_outcome", json!({ "next": 1 })).await;
    heard.ask(&mut wire, "order.place", order("a", "2.400", "1")).await;

    let strict = Venue::open_with(|config| config.wants_signatures = true).await;
    let mut wire = strict.connect().await;
    wire.log_in_signing(1001, 1).await;
    for name in ["a", "b", "c"] {
        heard.ask(&mut wire, "order.place", order(name, "2.400", "1")).await;
    }

    let full = Venue::open_with(|config| config.reserve_bytes = u64::MAX).await;
    let mut wire = full.member(1001).await;
    for attempt in 0..50 {
        let order = order(&format!("a{attempt}"), "2.400", "1");
        let answer = heard.ask(&mut wire, "order.place", order).await;
        if answer["error"].is_object() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What only an operator can be told.
fn operators() -> BTreeSet<i64> {
    let terms = tests::market::terms(vec![tests::market::product("H100", "US")]);
    let open = |terms: MarketTerms| Command::OpenMarket(Box::new(terms));
    let account = AccountId(1);
    let open_account =
        Command::OpenAccount { account, name: "ann".to_owned(), key: PublicKey([0; 32]) };
    let bad = MarketTerms { settlement_hour: 99, ..terms.clone() };
    let commands =
        vec![open(bad), open(terms.clone()), open(terms), open_account.clone(), open_account];
    let reasons = verdicts(commands).into_iter().flatten();
    reasons.map(|reason: RejectReason| i64::from(reason.code())).collect()
}

/// Codes that a scenario expects, which fails when they do not come.
fn scenarios() -> BTreeSet<i64> {
    let mut codes = BTreeSet::new();
    for file in sources::files_under("tests/scenarios", ".txt") {
        let refused = file.text.split("refused ").skip(1);
        codes.extend(refused.filter_map(|rest| rest.split(' ').next()?.parse::<i64>().ok()));
    }
    codes
}

/// The table of the page that says which codes never come, or come to no test, and why.
fn exceptions() -> BTreeSet<i64> {
    let page = sources::read("gateway/protocol/PROTOCOL.md");
    let table = page.split("| Code | Name | Why no test hears it |").nth(1).expect("it is there");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let code = cells.next().and_then(|code| code.parse().ok()).expect(row);
        assert!(cells.nth(1).is_some_and(|why| 10 < why.len()), "no reason: {row}");
        code
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_code_is_brought_about_or_the_page_says_why_not() {
    let venue = Venue::open().await;
    let mut heard = Heard::default();
    let mut many = Heard::default();
    let rest = async {
        requests_that_are_none(&venue, &mut heard).await;
        orders_and_blocks(&venue, &mut heard).await;
        channels(&venue, &mut heard).await;
        too_fast(&venue, &mut heard).await;
        logins(&venue, &mut heard).await;
        other_venues(&mut heard).await;
    };
    tokio::join!(rest, too_many_channels(&venue, &mut many));
    heard.0.append(&mut many.0);

    let mut brought: BTreeSet<i64> = heard.0.keys().copied().collect();
    brought.extend(scenarios());
    brought.extend(operators());
    let exceptions = exceptions();
    for code in Code::ALL {
        let number = i64::from(code.number());
        let (is_brought, is_told) = (brought.contains(&number), exceptions.contains(&number));
        let name = code.name();
        assert!(is_brought || is_told, "{number} {name} comes to no test, and the page is silent");
        assert!(!is_brought || !is_told, "{number} {name} comes: {:?}", heard.0.get(&number));
    }
}

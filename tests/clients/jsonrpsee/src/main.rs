//! The smoke test over `jsonrpsee-ws-client`: login, book with checksums, an order placed and cancelled.
//! Usage: jsonrpsee-smoke KEYS
//!
//! A crate outside the workspace, so that nothing of the exchange comes in.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jsonrpsee_core::client::{
    Client, ClientBuilder, ClientT, ReceivedMessage, Subscription, SubscriptionClientT,
    TransportReceiverT,
};
use jsonrpsee_core::params::ObjectParams;
use jsonrpsee_client_transport::ws::{Url, WsTransportClientBuilder};
use serde_json::{Value, json};

/// Checksums that are compared before it is enough.
const CHECKSUMS: u32 = 10;

#[derive(Default)]
struct Book {
    asks: BTreeMap<i64, String>,
    bids: BTreeMap<i64, String>,
    last: u64,
    checked: u32,
}

impl Book {
    fn hear(&mut self, event: &Value) {
        let seq = event["seq"].as_u64().expect("a number");
        match event["kind"].as_str() {
            Some("heartbeat") => return assert_eq!(seq, self.last, "a heartbeat is ahead"),
            Some("snapshot") => {
                self.asks.clear();
                self.bids.clear();
            }
            _ => assert_eq!(event["prev_seq"].as_u64(), Some(self.last), "a gap"),
        }
        self.last = seq;
        for (side, levels) in [("asks", &mut self.asks), ("bids", &mut self.bids)] {
            for level in event["data"][side].as_array().expect("levels") {
                let [price, qty] = [0, 1].map(|at| level[at].as_str().expect("text"));
                let mills: i64 = price.replace('.', "").parse().expect("a price");
                if qty == "0" {
                    levels.remove(&mills);
                } else {
                    levels.insert(mills, qty.to_owned());
                }
            }
        }
        if let Some(crc) = event["crc"].as_u64() {
            assert_eq!(u64::from(self.crc()), crc, "checksum at {seq}");
            self.checked += 1;
        }
    }

    fn crc(&self) -> u32 {
        let best = self.asks.iter().take(10).chain(self.bids.iter().rev().take(10));
        let text: String = best.map(|(price, qty)| format!("{price}{qty}")).collect();
        !text.bytes().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }
}

async fn ask(client: &Client, method: &str, params: Value) -> Value {
    let mut named = ObjectParams::new();
    for (name, value) in params.as_object().expect("parameters have names") {
        named.insert(name, value).expect("JSON");
    }
    client.request(method, named).await.unwrap_or_else(|error| panic!("{method}: {error}"))
}

async fn next(events: &mut Subscription<Value>) -> Value {
    events.next().await.expect("it goes on").expect("an event")
}

async fn run(keys: &str) -> String {
    let file: toml::Table = std::fs::read_to_string(keys).expect("keys").parse().expect("TOML");
    let all = file["key"].as_array().expect("keys");
    let desk = all.iter().find(|key| key["name"].as_str() == Some("desk")).expect("a desk");
    let seed = STANDARD.decode(desk["seed"].as_str().expect("text")).expect("base64");
    let key_id = desk["key_id"].as_str().expect("text");
    let secret = SigningKey::from_bytes(&seed.try_into().expect("32 bytes"));

    // The greeting comes before anything could listen for it, so it is taken off the transport.
    let url = Url::parse(file["trade"].as_str().expect("text")).expect("a URL");
    let (sender, mut receiver) =
        WsTransportClientBuilder::default().build(url).await.expect("it listens");
    let hello: Value = match receiver.receive().await.expect("a greeting") {
        ReceivedMessage::Text(text) => serde_json::from_str(&text).expect("JSON"),
        ReceivedMessage::Bytes(bytes) => serde_json::from_slice(&bytes).expect("JSON"),
        ReceivedMessage::Pong => panic!("a pong comes first"),
    };
    let client = ClientBuilder::default().build_with_tokio(sender, receiver);
    let mut events: Subscription<Value> =
        client.subscribe_to_method("event").await.expect("events are heard");

    let [host, nonce] = ["host", "nonce"].map(|name| hello["params"][name].as_str().expect("text"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos();
    let (mine, ts) = ("0123456789abcdef", now.to_string());
    let said = ["gigahour-login-v1", host, key_id, nonce, mine, &ts].join("\n");
    let sig = STANDARD.encode(secret.sign(said.as_bytes()).to_bytes());
    let login = json!({ "key_id": key_id, "alg": "ed25519", "client_nonce": mine, "ts_ns": ts, "sig": sig });
    ask(&client, "session.login", login).await;
    ask(&client, "subscribe", json!({ "channels": ["instruments", "orders"] })).await;
    let listed = loop {
        let event = next(&mut events).await;
        if event["channel"] == "instruments" && event["kind"] == "snapshot" {
            break event["data"].as_array().expect("contracts").clone();
        }
    };
    let is_month = |one: &&Value| {
        one["tenor"] == "month" && one["phase"] == "open" && one["product"] == "H100-US"
    };
    let mut months: Vec<&Value> = listed.iter().filter(is_month).collect();
    months.sort_by_key(|one| one["start"].as_str());
    let symbol = months[2]["symbol"].as_str().expect("text");
    let settle: i64 =
        months[2]["settle"].as_str().expect("text").replace('.', "").parse().expect("a price");
    let low = settle * 95 / 100;

    let channel = format!("book.{symbol}");
    ask(&client, "subscribe", json!({ "channels": [channel] })).await;
    let name = format!("jsonrpsee-{now}");
    let placed = ask(
        &client,
        "order.place",
        json!({
            "symbol": symbol, "client_order_id": name, "side": "buy", "type": "limit",
            "price": format!("{}.{:03}", low / 1000, low % 1000), "qty": "2", "post_only": true,
        }),
    )
    .await;
    assert_eq!(placed["state"], "open", "{placed}");
    let ended = ask(&client, "order.cancel", json!({ "client_order_id": name })).await;
    assert_eq!(ended["state"], "canceled", "{ended}");

    let (mut book, mut mine) = (Book::default(), Vec::new());
    while book.checked < CHECKSUMS || mine.len() < 2 {
        let event = next(&mut events).await;
        if event["channel"] == channel.as_str() {
            book.hear(&event);
            ask(&client, "resync", json!({ "channel": channel })).await;
        } else if event["data"]["client_order_id"] == name.as_str() {
            mine.push(event["data"]["event"].clone());
        }
    }
    assert_eq!(mine, ["new", "canceled"]);
    let (order, checked) = (&placed["order_id"], book.checked);
    format!("jsonrpsee: {order} placed and cancelled, {checked} checksums")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let keys = std::env::args().nth(1).expect("usage: jsonrpsee-smoke KEYS");
    let done = tokio::time::timeout(Duration::from_secs(60), run(&keys)).await;
    println!("{}", done.expect("it takes too long"));
}

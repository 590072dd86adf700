//! What a client must be able to bear, made to happen by the levers of a sandbox: the Rust SDK recovers from
//! each, and elsewhere the levers are not there.

use std::time::{Duration, Instant};

use clients::book::{Book, Change, Missed};
use clients::{Client, Credentials, Error, Event};
use protocol::client::{
    Method, Nothing, PlaceOrder, SandboxClock, SandboxGap, SandboxKick, SandboxStall,
    SandboxUnknown,
};
use serde_json::json;
use types::{Lots, Side, Ticks};

use crate::venue::{SYMBOL, Venue, key_id, secret};

async fn member(venue: &Venue, number: u32) -> Client {
    let seed = secret(number).to_bytes();
    let credentials = Credentials { key_id: key_id(number), account: number, seed };
    let url = format!("ws://{}/v1/trade", venue.server.trade);
    Client::connect(&url, Some(&credentials)).await.expect("the login is good")
}

fn bid(name: &str, price: &str) -> PlaceOrder {
    let order = PlaceOrder::limit(SYMBOL, name, Side::Buy, price, "1");
    PlaceOrder { cod: Some(false), ..order }
}

async fn next(client: &mut Client, kind: &str) -> Event {
    loop {
        let event = client.next_event().await.expect("the connection lives");
        if event.kind == kind {
            return event;
        }
    }
}

async fn pull(client: &mut Client, lever: Method) {
    let name = lever.name();
    client.call(lever).await.unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gap_is_noticed_and_healed_by_a_snapshot() {
    let venue = Venue::open_as("sandbox").await;
    let (mut reader, mut trader) = (member(&venue, 1001).await, member(&venue, 1002).await);
    let channel = format!("book.{SYMBOL}");
    reader.subscribe(&[&channel]).await.expect("it is there");
    let mut book = Book::default();
    let first = next(&mut reader, "snapshot").await;
    assert_eq!(book.apply(&first).expect("a book"), Change::Applied);
    pull(&mut reader, Method::Gap(SandboxGap { channel: channel.clone(), n: 1 })).await;
    trader.place(bid("lost", "2.390")).await.expect("it rests");
    trader.place(bid("heard", "2.391")).await.expect("it rests");
    let delta = next(&mut reader, "delta").await;
    assert_eq!(book.apply(&delta).expect("a book"), Change::Stale(Missed::Gap));
    reader.resync(&channel).await.expect("it is subscribed");
    let snapshot = next(&mut reader, "snapshot").await;
    assert_eq!(book.apply(&snapshot).expect("a book"), Change::Applied);
    assert_eq!(book.levels(Side::Buy).count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_epoch_begins_with_a_snapshot_and_goes_on() {
    let venue = Venue::open_as("sandbox").await;
    let mut client = member(&venue, 1001).await;
    client.subscribe(&[&format!("book.{SYMBOL}")]).await.expect("it is there");
    let mut book = Book::default();
    let first = next(&mut client, "snapshot").await;
    assert_eq!(book.apply(&first).expect("a book"), Change::Applied);
    pull(&mut client, Method::NewEpoch(Nothing {})).await;
    let anew = next(&mut client, "snapshot").await;
    assert_eq!(anew.reason.as_deref(), Some("epoch"));
    assert_ne!(anew.epoch, first.epoch);
    assert_eq!(book.apply(&anew).expect("a book"), Change::Applied);
    client.place(bid("a", "2.390")).await.expect("it rests");
    let delta = next(&mut client, "delta").await;
    assert_eq!(book.apply(&delta).expect("a book"), Change::Applied);
    assert_eq!(book.best(Side::Buy), Some((Ticks(2390), Lots(1))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kicked_client_comes_back_and_misses_nothing() {
    let venue = Venue::open_as("sandbox").await;
    let (mut client, mut other) = (member(&venue, 1001).await, member(&venue, 1001).await);
    client.subscribe(&["orders"]).await.expect("it is there");
    let snapshot = next(&mut client, "snapshot").await.acct_seq.expect("a number");
    pull(&mut client, Method::Kick(SandboxKick { code: 1012 })).await;
    let lost = loop {
        if let Err(error) = client.next_event().await {
            break error;
        }
    };
    assert!(matches!(&lost, Error::Closed(reason) if reason.contains("1012")), "{lost}");
    let meanwhile = other.place(bid("meanwhile", "2.390")).await.expect("it rests");
    client.resume().await.expect("it is let in again");
    let event = next(&mut client, "order").await;
    assert_eq!(event.acct_seq, Some(snapshot + 1));
    assert_eq!(event.data.expect("data")["order_id"], json!(meanwhile.order_id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stall_delays_answers_and_loses_none() {
    let venue = Venue::open_as("sandbox").await;
    let mut client = member(&venue, 1001).await;
    pull(&mut client, Method::Stall(SandboxStall { ms: 600 })).await;
    let started = Instant::now();
    client.place(bid("late", "2.390")).await.expect("it rests");
    assert!(Duration::from_millis(500) < started.elapsed(), "after {:?}", started.elapsed());
    let started = Instant::now();
    client.ping().await.expect("an answer");
    assert!(started.elapsed() < Duration::from_millis(500), "the stall is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_whose_outcome_is_unknown_is_sent_again_and_done_once() {
    let venue = Venue::open_as("sandbox").await;
    let mut client = member(&venue, 1001).await;
    pull(&mut client, Method::HideOutcomes(SandboxUnknown { next: 1 })).await;
    let error = client.place(bid("unknown", "2.390")).await.expect_err("its outcome is hidden");
    assert_eq!((error.code(), error.is_final()), (Some(5001), false));
    let resent = client.resume().await.expect("it is let in again");
    let answer = resent[0].answer.as_ref().expect("it was done once");
    assert_eq!(answer["dup"], json!(true));
    assert_eq!(client.orders().await.expect("an answer").orders.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_clock_changes_nothing_but_itself() {
    let venue = Venue::open_as("sandbox").await;
    let mut client = member(&venue, 1001).await;
    let ns = |text: &str| text.parse::<i64>().expect("nanoseconds");
    let before = ns(&client.ping().await.expect("an answer").server_ns);
    pull(&mut client, Method::Skew(SandboxClock { skew_ms: 600_000 })).await;
    let after = ns(&client.ping().await.expect("an answer").server_ns);
    assert!((600_000_000_000..660_000_000_000).contains(&(after - before)), "{before} {after}");
    client.place(bid("a", "2.390")).await.expect("clocks are measured, never judged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn elsewhere_there_are_no_levers() {
    let venue = Venue::open().await;
    let mut wire = venue.member(1001).await;
    for (method, params) in [
        ("sandbox.gap", json!({ "channel": "system", "n": 1 })),
        ("sandbox.epoch", json!({})),
        ("sandbox.kick", json!({ "code": 1012 })),
        ("sandbox.stall", json!({ "ms": 1 })),
        ("sandbox.unknown_outcome", json!({ "next": 1 })),
        ("sandbox.clock", json!({ "skew_ms": 1 })),
    ] {
        let answer = wire.ask(method, params).await;
        assert_eq!(answer["error"]["code"], json!(-32601), "{method} got {answer}");
    }
    let sandbox = Venue::open_as("sandbox").await;
    let mut wire = sandbox.member(1001).await;
    let unheard = wire.ask("sandbox.gap", json!({ "channel": "system", "n": 1 })).await;
    assert_eq!(unheard["error"]["code"], json!(6003), "{unheard}");
    let code = wire.ask("sandbox.kick", json!({ "code": 999 })).await;
    assert_eq!(code["error"]["code"], json!(-32602), "{code}");
}

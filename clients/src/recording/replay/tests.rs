use protocol::client::Subscribe;
use serde_json::json;

use super::*;
use crate::book::{Book, Change};
use crate::recording::Journal;
use crate::{Client, Error};

const BOOK: &str = "book.A";
const TRADES: &str = "trades.A";
const SECOND: i64 = 1_000_000_000;

fn message(channel: &str, kind: &str, seq: u64, data: serde_json::Value) -> String {
    let prev_seq = (kind != "snapshot").then_some(seq - 1);
    let data = Some(data);
    event_text(&Event { seq: Some(seq), prev_seq, data, ..Event::new(channel, kind, "e-1") })
}

/// A snapshot, two changes and two trades, a second apart.
fn recording() -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bid = |price: &str, lots: &str| json!({ "bids": [[price, lots]], "asks": [] });
    let messages = vec![
        message(BOOK, "snapshot", 4, bid("2.400", "8")),
        message(TRADES, "trades", 1, json!([])),
        message(BOOK, "delta", 5, bid("2.401", "3")),
        message(BOOK, "delta", 6, bid("2.400", "0")),
        message(TRADES, "trades", 2, json!([])),
    ];
    let mut journal = Journal::open(folder.path()).expect("it is writable");
    for (second, message) in (0..).zip(&messages) {
        journal.add(second * SECOND, message).expect("the disk works");
    }
    journal.sync().expect("the disk works");
    (folder, messages)
}

type Playing = tokio::task::JoinHandle<Result<u64, journal::Error>>;

async fn played(folder: &Path, pace: Pace, span: (i64, i64)) -> (Playing, Client) {
    let any = ([127, 0, 0, 1], 0).into();
    let replay = Replay::open(folder, any, pace, span).await.expect("it listens");
    let url = format!("ws://{}/v1/md", replay.address().expect("it is bound"));
    let playing = tokio::spawn(replay.play());
    (playing, Client::connect(&url, None).await.expect("it greets"))
}

/// Every event until the end, which is told.
async fn heard(client: &mut Client) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        match client.next_event().await {
            Ok(event) => all.push(event_text(&event)),
            Err(Error::Closed(why)) => {
                assert!(why.contains("end of data"), "{why}");
                assert!(all.pop().expect("an end").contains("end_of_data"));
                return all;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_subscriber_hears_what_was_recorded_and_then_the_end() {
    let (folder, messages) = recording();
    let (playing, mut client) = played(folder.path(), Pace::Unbound, (0, i64::MAX)).await;
    client.subscribe(&[BOOK, TRADES]).await.expect("both are there");
    assert_eq!(heard(&mut client).await, messages);
    assert_eq!(playing.await.expect("it ends").expect("it is whole"), 5);
}

#[tokio::test]
async fn what_was_before_the_span_is_there_as_state() {
    let (folder, messages) = recording();
    let span = (3 * SECOND, i64::MAX);
    let (_playing, mut client) = played(folder.path(), Pace::Unbound, span).await;
    client.subscribe(&[TRADES]).await.expect("it is there");
    assert_eq!(heard(&mut client).await, messages[4..]);
}

#[tokio::test]
async fn who_comes_late_has_the_same_book() {
    let (folder, _) = recording();
    let (_playing, mut client) = played(folder.path(), Pace::Times(10), (0, i64::MAX)).await;
    client.subscribe(&[TRADES]).await.expect("it is there");
    // After the first change of the book, before the second.
    tokio::time::sleep(Duration::from_millis(250)).await;
    let wanted =
        Subscribe { channels: vec![BOOK.to_owned()], from_acct_seq: None, from_firm_seq: None };
    client.call(protocol::client::Method::Subscribe(wanted)).await.expect("it is there");
    let mut book = Book::default();
    loop {
        let event = client.next_event().await.expect("it goes on");
        if event.channel == BOOK {
            assert_eq!(book.apply(&event).expect("a book"), Change::Applied);
        }
        if event.channel == "system" {
            break;
        }
    }
    let bids: Vec<_> = book.levels(types::Side::Buy).map(|(p, l)| (p.0, l.0)).collect();
    assert_eq!(bids, [(2401, 3)]);
}

#[tokio::test]
async fn time_passes_at_the_pace_that_was_asked_for() {
    let (folder, _) = recording();
    let (_playing, mut client) = played(folder.path(), Pace::Times(10), (0, i64::MAX)).await;
    let began = Instant::now();
    client.subscribe(&[BOOK]).await.expect("it is there");
    heard(&mut client).await;
    assert!(Duration::from_millis(400) <= began.elapsed(), "four seconds at ten times");
}

#[tokio::test]
async fn nothing_can_be_traded() {
    let (folder, _) = recording();
    let (_playing, mut client) = played(folder.path(), Pace::Unbound, (0, i64::MAX)).await;
    let order = protocol::client::PlaceOrder::limit("A", "a-1", types::Side::Buy, "2.400", "8");
    assert_eq!(client.place(order).await.expect_err("a recording").code(), Some(1005));
}

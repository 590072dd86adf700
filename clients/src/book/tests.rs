use serde_json::{Value, json};
use types::{Lots, Side, Ticks};

use super::{Book, Change, Missed};
use crate::Event;

fn event(json: Value) -> Event {
    serde_json::from_value(json).expect("an event of the book")
}

/// The books of the protocol document, with three decimals.
fn snapshot() -> Event {
    event(json!({
        "channel": "book.A", "kind": "snapshot", "reason": "subscribe", "epoch": "b-4", "seq": 1041,
        "data": {
            "bids": [["2.125", "128"], ["2.124", "64"], ["2.120", "512"]],
            "asks": [["2.130", "96"], ["2.131", "32"]]
        }
    }))
}

fn delta(seq: u64, prev_seq: u64, asks: &Value) -> Event {
    event(json!({
        "channel": "book.A", "kind": "delta", "epoch": "b-4", "seq": seq, "prev_seq": prev_seq,
        "data": { "bids": [], "asks": asks }
    }))
}

fn fresh() -> Book {
    let mut book = Book::default();
    assert_eq!(book.apply(&snapshot()).expect("a snapshot"), Change::Applied);
    book
}

#[test]
fn a_change_follows_the_snapshot() {
    let mut book = fresh();
    let change = delta(1042, 1041, &json!([["2.130", "0"], ["2.131", "40"]]));
    assert_eq!(book.apply(&change).expect("a delta"), Change::Applied);
    assert_eq!(book.best(Side::Sell), Some((Ticks(2131), Lots(40))));
    assert_eq!(book.best(Side::Buy), Some((Ticks(2125), Lots(128))));
}

#[test]
fn a_number_left_out_is_a_gap_unless_the_change_follows_the_last() {
    let mut book = fresh();
    let conflated = delta(1050, 1041, &json!([["2.130", "1"]]));
    assert_eq!(book.apply(&conflated).expect("a delta"), Change::Applied);
    let after_a_gap = delta(1052, 1051, &json!([["2.130", "2"]]));
    assert_eq!(book.apply(&after_a_gap).expect("a delta"), Change::Stale(Missed::Gap));
    assert!(!book.is_fresh());
    let next = delta(1053, 1052, &json!([["2.130", "3"]]));
    assert_eq!(book.apply(&next).expect("a delta"), Change::Ignored);
    assert_eq!(book.apply(&snapshot()).expect("a snapshot"), Change::Applied);
    assert!(book.is_fresh());
}

#[test]
fn a_change_heard_twice_is_taken_once() {
    let mut book = fresh();
    let change = delta(1042, 1041, &json!([["2.130", "64"]]));
    assert_eq!(book.apply(&change).expect("a delta"), Change::Applied);
    assert_eq!(book.apply(&change).expect("a delta"), Change::Ignored);
}

#[test]
fn a_change_of_another_epoch_waits_for_its_snapshot() {
    let mut book = fresh();
    let mut change = delta(1042, 1041, &json!([["2.130", "64"]]));
    change.epoch = "b-5".to_owned();
    assert_eq!(book.apply(&change).expect("a delta"), Change::Ignored);
    assert_eq!(book.best(Side::Sell), Some((Ticks(2130), Lots(96))));
}

#[test]
fn a_heartbeat_with_another_number_is_a_gap() {
    let mut book = fresh();
    let beat = |seq| {
        event(json!({ "channel": "book.A", "kind": "heartbeat", "epoch": "b-4", "seq": seq }))
    };
    assert_eq!(book.apply(&beat(1041)).expect("a beat"), Change::Applied);
    assert_eq!(book.apply(&beat(1042)).expect("a beat"), Change::Stale(Missed::Gap));
}

#[test]
fn a_wrong_checksum_is_found() {
    let mut book = fresh();
    let mut change = delta(1042, 1041, &json!([["2.130", "64"]]));
    // 213064 213132 2125128 212464 2120512, by any CRC-32.
    change.crc = Some(crc_of(b"21306421313221251282124642120512"));
    assert_eq!(book.apply(&change).expect("a delta"), Change::Applied);
    let mut change = delta(1043, 1042, &json!([["2.130", "63"]]));
    change.crc = Some(1);
    assert_eq!(book.apply(&change).expect("a delta"), Change::Stale(Missed::Checksum));
}

/// CRC-32 as the standard writes it down, bit by bit.
fn crc_of(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[test]
fn what_is_no_book_is_an_error_and_changes_nothing() {
    let mut book = fresh();
    let change = delta(1042, 1041, &json!([["2,130", "64"]]));
    assert!(book.apply(&change).is_err());
    assert_eq!(book.best(Side::Sell), Some((Ticks(2130), Lots(96))));
    assert!(book.is_fresh());
}

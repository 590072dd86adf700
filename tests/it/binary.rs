//! The binary subprotocol over the real socket: the same market as in JSON, byte for byte of the other.

use std::collections::BTreeMap;
use std::process::Command;

use protocol::binary::{self, Book, Cancel, ClientId, Header, Message as Hot, Place};
use protocol::client::{OrderKind, Stp, Tif};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use types::{OrderState, Side};

use crate::sources;
use crate::venue::{SYMBOL, Venue, Wire};

const BOTH: &str = "gigahour.v1.bin, gigahour.v1.json";

async fn speaking_binary(venue: &Venue, path: &str) -> Wire {
    let wire = Wire::open_speaking(&format!("ws://{}{path}", venue.server.trade), BOTH).await;
    assert_eq!(wire.proto, binary::SUBPROTOCOL);
    wire
}

async fn done(wire: &mut Wire, method: &str, params: Value) -> Value {
    let answer = wire.ask(method, params).await;
    assert!(answer["error"].is_null(), "{method} got {answer}");
    answer["result"].clone()
}

/// The next binary message, whatever text comes before it.
async fn next(wire: &mut Wire) -> (Header, Hot) {
    loop {
        if let Some(bytes) = wire.hear_binary().await {
            let (header, message, rest) = Hot::decode(&bytes).expect("a message");
            assert!(rest.is_empty());
            return (header, message.expect("a template that is known"));
        }
    }
}

fn place(request_id: u64, no: u32, name: &str, side: Side, price: i64, qty: u64) -> Place {
    Place {
        request_id,
        instrument_no: no,
        client_order_id: ClientId::new(name),
        side,
        kind: OrderKind::Limit,
        price,
        qty,
        tif: Tif::Gtc,
        post_only: false,
        reduce_only: false,
        slide: false,
        cod: None,
        stp: Stp::CancelNewest,
        valid_until_ns: 0,
    }
}

async fn say(wire: &mut Wire, messages: &[Hot]) {
    let bytes: Vec<u8> =
        messages.iter().flat_map(|message| message.encode(Header::default())).collect();
    wire.say(Message::binary(bytes)).await;
}

/// The next error.
async fn error(wire: &mut Wire) -> Value {
    loop {
        let message = wire.hear().await.expect("it goes on");
        if message["error"].is_object() {
            return message;
        }
    }
}

/// The number of the contract, as `instruments` tells it.
async fn number_of_contract(wire: &mut Wire) -> u32 {
    done(wire, "subscribe", json!({ "channels": ["instruments"] })).await;
    loop {
        let message = wire.hear().await.expect("it goes on");
        if message["params"]["channel"] == "instruments" {
            let all = message["params"]["data"].as_array().expect("contracts").clone();
            let found = all.iter().find(|one| one["symbol"] == SYMBOL).expect("it is listed");
            return u32::try_from(found["instrument_no"].as_u64().expect("a number"))
                .expect("small");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_fills_and_cancels_go_through_in_binary() {
    let venue = Venue::open().await;
    let mut wire = speaking_binary(&venue, "/v1/trade").await;
    assert!(wire.log_in(1001).await["error"].is_null());
    let no = number_of_contract(&mut wire).await;
    done(&mut wire, "subscribe", json!({ "channels": ["fills"] })).await;

    let order = place(1, no, "b-1", Side::Buy, 2400, 5);
    say(&mut wire, &[Hot::Place(order), Hot::Place(Place { request_id: 2, ..order })]).await;
    let (_, Hot::OrderReply(first)) = next(&mut wire).await else { panic!("not a reply") };
    assert_eq!((first.request_id, first.state, first.leaves_qty), (1, OrderState::Open, 5));
    let (_, Hot::OrderReply(again)) = next(&mut wire).await else { panic!("not a reply") };
    assert_eq!((again.request_id, again.dup, again.order_id), (2, true, first.order_id));

    let mut other = venue.member(1002).await;
    let sell = json!({
        "symbol": SYMBOL, "client_order_id": "s-1", "side": "sell", "type": "limit",
        "price": "2.400", "qty": "2",
    });
    done(&mut other, "order.place", sell).await;
    let (header, Hot::Fill(fill)) = next(&mut wire).await else { panic!("not a fill") };
    assert_eq!((fill.order_id, fill.qty, fill.leaves_qty), (first.order_id, 2, 3));
    assert_eq!((fill.client_order_id.text(), fill.instrument_no), (Some("b-1"), no));
    let fills = done(&mut wire, "fills.list", json!({})).await;
    assert_eq!(fills["fills"][0]["trade_id"], json!(format!("T{}", fill.trade_id)));
    assert!(again.acct_seq < header.seq, "the fill came after");

    let unnamed = ClientId([0; 36]);
    let end = Cancel { request_id: 3, order_id: first.order_id, client_order_id: unnamed };
    say(&mut wire, &[Hot::Cancel(end)]).await;
    let (_, Hot::OrderReply(gone)) = next(&mut wire).await else { panic!("not a reply") };
    assert_eq!((gone.state, gone.cum_qty), (OrderState::Canceled, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_in_binary_is_said_in_json() {
    let venue = Venue::open().await;
    let mut wire = speaking_binary(&venue, "/v1/trade").await;
    wire.log_in(1001).await;
    let no = number_of_contract(&mut wire).await;
    let good = place(7, no, "a", Side::Buy, 2400, 1);
    let named = |name| Place { client_order_id: ClientId::new(name), ..good };
    let cases = [
        (Hot::Place(Place { qty: 0, ..good }), 2006, json!(7)),
        (Hot::Place(Place { price: 20_001, ..named("b") }), 2004, json!(7)),
        (Hot::Place(Place { instrument_no: 9_999, ..named("c") }), 2001, json!(7)),
        (Hot::Place(Place { slide: true, ..good }), -32602, json!(7)),
        (Hot::Place(Place { client_order_id: ClientId([0; 36]), ..good }), -32602, json!(7)),
        (Hot::Place(Place { request_id: 1 << 53, ..good }), -32600, Value::Null),
        (Hot::Trades(binary::Trades::default()), -32600, Value::Null),
    ];
    for (message, code, id) in cases {
        say(&mut wire, std::slice::from_ref(&message)).await;
        let answer = error(&mut wire).await;
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &id), "{message:?}");
    }
    wire.say(Message::binary(vec![4, 0, 1])).await;
    let answer = error(&mut wire).await;
    assert_eq!(answer["error"]["code"], json!(-32600), "{answer}");

    // Those who speak JSON alone lose their session by a binary frame.
    let mut plain = venue.member(1001).await;
    plain.say(Message::binary(vec![0; 24])).await;
    plain.hear_out().await;
    assert_eq!(plain.closed, Some(1003));
}

/// Levels by side and price.
type Levels = BTreeMap<(Side, i64), u64>;

fn apply(levels: &mut Levels, book: &Book, is_snapshot: bool) {
    if is_snapshot {
        levels.clear();
    }
    for level in &book.levels {
        match level.qty {
            0 => levels.remove(&(level.side, level.price)),
            qty => levels.insert((level.side, level.price), qty),
        };
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_in_binary_is_the_book_in_json() {
    let venue = Venue::open().await;
    let mut reader = speaking_binary(&venue, "/v1/md").await;
    let (book, trades) = (format!("book.{SYMBOL}"), format!("trades.{SYMBOL}"));
    let answer = done(&mut reader, "subscribe", json!({ "channels": [book, trades] })).await;
    let number = |channel: &String| answer["channel_nos"][channel].as_u64().expect("a number");
    let (book_no, trades_no) = (number(&book), number(&trades));
    let (mut levels, mut last, mut traded) = (Levels::new(), None, Vec::new());
    let mut members = [venue.member(1001).await, venue.member(1002).await];
    let mut placed = 0;
    for (member, side, sign) in [(0, "buy", 1), (1, "sell", -1), (0, "buy", 1), (1, "sell", -1)] {
        for step in 0..40 {
            let price = 2400 + sign * (step % 7 - 3);
            let order = json!({
                "symbol": SYMBOL, "client_order_id": format!("c{placed}"), "side": side,
                "type": "limit", "price": format!("2.{}", price - 2000), "qty": (1 + step % 5).to_string(),
            });
            done(&mut members[member], "order.place", order).await;
            placed += 1;
        }
    }
    let mut json = venue.listen().await;
    done(&mut json, "subscribe", json!({ "channels": [book] })).await;
    let whole = loop {
        let message = json.hear().await.expect("it goes on");
        if message["params"]["kind"] == "snapshot" {
            break message["params"].clone();
        }
    };
    let end = whole["eseq"].as_u64().expect("a number");
    loop {
        let (header, message) = next(&mut reader).await;
        let is_snapshot = header.flags & binary::SNAPSHOT != 0;
        match message {
            Hot::Book(change) => {
                assert_eq!(u64::from(header.channel_no), book_no);
                assert!(is_snapshot || last == Some(change.prev_seq), "no gap at {}", header.seq);
                last = Some(header.seq);
                apply(&mut levels, &change, is_snapshot);
                if change.eseq == end {
                    break;
                }
            }
            Hot::Trades(told) => {
                assert_eq!(u64::from(header.channel_no), trades_no);
                traded.extend(told.trades);
            }
            other => panic!("not public: {other:?}"),
        }
    }
    let mut expected = Levels::new();
    for (side, name) in [(Side::Buy, "bids"), (Side::Sell, "asks")] {
        for level in whole["data"][name].as_array().expect("levels") {
            let text = |at: usize| level[at].as_str().expect("text");
            let price: i64 = text(0).replace('.', "").parse().expect("a price");
            expected.insert((side, price), text(1).parse().expect("lots"));
        }
    }
    assert_eq!(levels, expected);
    assert!(traded.windows(2).all(|two| two[0].trade_id < two[1].trade_id) && 20 < traded.len());
}

/// A reader written from the page alone reads what we write.
#[test]
fn another_language_reads_the_golden_messages() {
    let script = sources::root().join("tests/read_binary.py");
    let golden = sources::root().join("gateway/protocol/golden/binary.txt");
    let Ok(read) = Command::new("python3").arg("-B").arg(script).arg(golden).output() else {
        eprintln!("skipped: there is no python3");
        return;
    };
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    assert_eq!(String::from_utf8_lossy(&read.stdout), "7 messages read\n");
}

/// The description for Kaitai Struct names the templates and fields that the code has.
#[test]
fn the_kaitai_description_has_every_field_of_the_golden_messages() {
    let description = sources::read("gateway/protocol/gigahour_v1_bin.ksy");
    let golden = sources::read("gateway/protocol/golden/binary.txt");
    let mut fields = 0;
    let mut lines = golden.lines().filter(|line| !line.starts_with('#'));
    while let (Some(bytes), Some(told)) = (lines.next(), lines.next()) {
        let kind = bytes.split(' ').next().expect("a name");
        assert!(description.contains(&format!("template::{kind}: {kind}")), "{kind}");
        let told: Value = serde_json::from_str(&told[2..]).expect("JSON");
        for field in told.as_object().expect("fields").keys() {
            assert!(description.contains(&format!("id: {field},")), "{kind}.{field}");
            fields += 1;
        }
    }
    assert!(60 < fields, "only {fields} fields were found");
}

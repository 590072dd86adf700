use types::{Liquidity, OrderState, Side, TradeKind};

use super::*;
use crate::client::{OrderKind, Stp, Tif};

const GOLDEN: &str = include_str!("../../golden/binary.txt");

/// One of each message, as `golden/binary.txt` has them.
fn examples() -> Vec<(&'static str, Header, Message)> {
    let header = |channel_no, flags, seq| Header { channel_no, flags, seq, ..Header::default() };
    let level = |side, price, qty| Level { side, price, qty };
    let name = ClientId::new("mm1-000017");
    let snapshot = Book {
        prev_seq: 0,
        eseq: 990_017,
        eng_ns: 1_772_323_201_000_000_000,
        crc: 2_670_786_038,
        implied: [(2124, 16), (0, 0)],
        levels: vec![
            level(Side::Buy, 2125, 128),
            level(Side::Buy, 2124, 64),
            level(Side::Sell, 2130, 96),
        ],
    };
    let delta = Book {
        prev_seq: 1041,
        eseq: 990_018,
        eng_ns: 1_772_323_201_004_211_007,
        levels: vec![level(Side::Sell, 2130, 0), level(Side::Buy, -52, 8)],
        ..Book::default()
    };
    let trade = Trade {
        trade_id: 9001,
        price: 2130,
        qty: 32,
        taker: Some(Side::Buy),
        kind: TradeKind::Book,
        eseq: 990_018,
        eng_ns: 1_772_323_201_004_211_007,
    };
    let block = Trade { trade_id: 9002, taker: None, kind: TradeKind::Block, ..trade };
    let fill = Fill {
        trade_id: 9002,
        order_id: 5001,
        client_order_id: name,
        instrument_no: 2,
        side: Side::Buy,
        price: 2125,
        qty: 40,
        liquidity: Liquidity::Maker,
        fee: -20_000,
        cum_qty: 40,
        leaves_qty: 88,
        order_state: OrderState::Open,
        eseq: 990_033,
        eng_ns: 1_772_323_205_000_000_000,
    };
    let place = Place {
        request_id: 17,
        instrument_no: 2,
        client_order_id: name,
        side: Side::Buy,
        kind: OrderKind::Limit,
        price: 2125,
        qty: 128,
        tif: Tif::Gtc,
        post_only: true,
        reduce_only: false,
        slide: false,
        cod: Some(true),
        stp: Stp::CancelOldest,
        valid_until_ns: 1_772_323_201_500_000_000,
    };
    let cancel = Cancel { request_id: 18, order_id: 5001, client_order_id: ClientId([0; 36]) };
    let reply = OrderReply {
        request_id: 17,
        order_id: 5001,
        client_order_id: name,
        state: OrderState::Open,
        dup: true,
        rev: 1,
        qty: 128,
        cum_qty: 40,
        leaves_qty: 88,
        eseq: 990_019,
        acct_seq: 88_121,
        in_ns: 1_772_323_201_010_000_100,
        eng_ns: 1_772_323_201_010_012_345,
        out_ns: 1_772_323_201_010_020_000,
    };
    vec![
        ("book", header(3, SNAPSHOT | CHECKSUM | IMPLIED, 1041), Message::Book(snapshot)),
        ("book", header(3, 0, 1042), Message::Book(delta)),
        (
            "trades",
            header(4, 0, 501),
            Message::Trades(Trades { prev_seq: 500, trades: vec![trade, block] }),
        ),
        ("fill", header(0, REPLAY, 88_122), Message::Fill(fill)),
        ("place", header(0, 0, 0), Message::Place(place)),
        ("cancel", header(0, 0, 0), Message::Cancel(cancel)),
        ("order_reply", header(0, 0, 88_121), Message::OrderReply(reply)),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_bytes_of_each_message_are_those_of_the_golden_file() {
    let golden: Vec<&str> = GOLDEN.lines().filter(|line| !line.starts_with(['#', '='])).collect();
    let written: Vec<String> = examples()
        .into_iter()
        .map(|(name, header, message)| format!("{name} {}", hex(&message.encode(header))))
        .collect();
    assert_eq!(written, golden, "\n{}", written.join("\n"));
}

#[test]
fn messages_of_one_frame_are_read_one_after_the_other() {
    let mut frame = Vec::new();
    for (_, header, message) in examples() {
        frame.extend(message.encode(header));
    }
    let mut rest = frame.as_slice();
    for (name, header, message) in examples() {
        let (read, what, after) = Message::decode(rest).expect(name);
        assert_eq!(what, Some(message), "{name}");
        assert_eq!(
            (read.channel_no, read.flags, read.seq),
            (header.channel_no, header.flags, header.seq)
        );
        rest = after;
    }
    assert!(rest.is_empty());
}

/// A newer venue may say more: bodies grow at their ends, and there are other templates.
#[test]
fn what_was_added_later_is_skipped() {
    for (name, header, message) in examples() {
        let mut bytes = message.encode(header);
        bytes.extend([7; 5]);
        let longer = u32::try_from(bytes.len() - HEADER).expect("short");
        bytes[4..8].copy_from_slice(&longer.to_le_bytes());
        let (_, what, after) = Message::decode(&bytes).expect(name);
        assert_eq!((what, after.len()), (Some(message), 0), "{name}");
        bytes[0] = 99;
        let (_, what, after) = Message::decode(&bytes).expect(name);
        assert_eq!((what, after.len()), (None, 0), "{name}");
    }
}

/// Every cut, and every byte changed, is a message, a refusal, or unknown: never a panic, never much
/// memory.
#[test]
fn no_bytes_are_too_strange() {
    for (_, header, message) in examples() {
        let bytes = message.encode(header);
        for cut in 0..bytes.len() {
            assert_eq!(Message::decode(&bytes[..cut]).err(), Some(Malformed::Short));
        }
        for at in 0..bytes.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                Message::decode(&changed).ok();
            }
        }
    }
}

#[test]
fn a_name_ends_at_its_first_zero_and_nothing_comes_after() {
    assert_eq!(ClientId::new("a-1").text(), Some("a-1"));
    assert_eq!(ClientId::new(&"x".repeat(40)).text(), Some("x".repeat(36).as_str()));
    let mut hidden = ClientId::new("a");
    hidden.0[9] = b'b';
    assert_eq!(hidden.text(), None);
    let mut strange = ClientId::new("a");
    strange.0[1] = 0xc3;
    assert_eq!(strange.text(), None);
}

use std::fs;

use protocol::server::event_text;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::recording::Journal;

const EVENT_NS: i64 = 1_800_000_000_000_000_000;

fn event(channel: &str, kind: &str, seq: u64, data: Value) -> String {
    let prev_seq = (kind != "snapshot").then_some(seq - 1);
    let eng_ns = Some((EVENT_NS + i64::try_from(seq).expect("small")).to_string());
    let data = Some(data);
    event_text(&Event {
        seq: Some(seq),
        prev_seq,
        eng_ns,
        data,
        ..Event::new(channel, kind, "e-1")
    })
}

fn trade(id: &str, price: &str, taker: &Value) -> Value {
    json!([{ "trade_id": id, "price": price, "qty": "3", "taker": taker, "eseq": 1,
             "eng_ns": EVENT_NS.to_string(), "flags": ["implied"] }])
}

fn recording() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = Journal::open(folder.path()).expect("it is writable");
    let messages = [
        event("book.A", "snapshot", 4, json!({"bids": [["2.400", "8"]], "asks": [["2.410", "5"]]})),
        event("book.A", "delta", 5, json!({"bids": [["2.401", "3"], ["2.400", "0"]], "asks": []})),
        event("trades.A", "trades", 7, trade("T1", "-0.020", &json!("sell"))),
        event("trades.B", "trades", 2, trade("T2", "2.401", &Value::Null)),
        event("l3.A", "delta", 9, json!({"bids": [["O1", "2.401", "3", 12]], "asks": []})),
        event("curve.X", "curve", 1, json!({"points": []})),
    ];
    for (at, message) in (0..).zip(&messages) {
        journal.add(EVENT_NS + 100 + at, message).expect("the disk works");
    }
    journal.sync().expect("the disk works");
    folder
}

fn exported(format: Format, symbol: Option<&str>) -> (u64, TempDir, PathBuf) {
    let recording = recording();
    let file = recording.path().join("out.file");
    let rows = export(recording.path(), format, symbol, &file).expect("it is whole");
    assert!(!file.with_extension("tmp").exists());
    (rows, recording, file)
}

fn text(table: Table) -> String {
    let (_, _folder, file) = exported(Format::Csv(table), None);
    fs::read_to_string(file).expect("it is there").replace(&EVENT_NS.to_string()[..17], "T")
}

#[test]
fn the_tables_have_a_row_for_each_thing() {
    assert_eq!(
        text(Table::Trades),
        "ts_event_ns,recv_ns,seq,symbol,side,trade_id,price_mills,price,qty,flags\n\
         T00,T102,7,A,sell,T1,-20,-0.02,3,implied\n\
         T00,T103,2,B,,T2,2401,2.401,3,implied\n"
    );
    assert_eq!(
        text(Table::Book),
        "ts_event_ns,recv_ns,seq,symbol,kind,side,price_mills,price,qty,is_last\n\
         T04,T100,4,A,snapshot,bid,2400,2.4,8,false\n\
         T04,T100,4,A,snapshot,ask,2410,2.41,5,true\n\
         T05,T101,5,A,delta,bid,2401,2.401,3,false\n\
         T05,T101,5,A,delta,bid,2400,2.4,0,true\n"
    );
    assert_eq!(
        text(Table::Orders),
        "ts_event_ns,recv_ns,seq,symbol,kind,side,order_id,price_mills,price,qty,place,is_last\n\
         T09,T104,9,A,delta,bid,O1,2401,2.401,3,12,true\n"
    );
    assert!(
        text(Table::Events).ends_with("T01,T105,1,curve.X,curve,e-1,\"{\"\"points\"\":[]}\"\n")
    );
}

#[test]
fn one_contract_can_be_had_alone() {
    let (rows, ..) = exported(Format::Parquet(Table::Trades), Some("B"));
    assert_eq!(rows, 1);
    let (rows, ..) = exported(Format::DbnTrades, None);
    assert_eq!(rows, 2);
}

#[test]
fn the_ten_best_prices_follow_the_book() {
    let (rows, _folder, file) = exported(Format::DbnBook, None);
    let mut decoder = ::dbn::decode::DbnDecoder::from_file(file).expect("it is DBN");
    let mut all = Vec::new();
    while let Some(record) =
        ::dbn::decode::DecodeRecord::decode_record::<::dbn::Mbp10Msg>(&mut decoder)
            .expect("a record")
    {
        let best = &record.levels[0];
        let letter = |letter: std::ffi::c_char| char::from(u8::try_from(letter).expect("ASCII"));
        all.push((letter(record.action), record.depth, best.bid_px, best.bid_sz, best.ask_sz));
    }
    assert_eq!(rows, 3);
    assert_eq!(
        all,
        [
            ('R', 0, 2_400_000_000, 8, 5),
            ('A', 0, 2_401_000_000, 3, 5),
            ('C', 0, 2_401_000_000, 3, 5)
        ]
    );
}

#[test]
fn an_array_is_of_one_contract() {
    let recording = recording();
    let file = recording.path().join("out.npz");
    let error = export(recording.path(), Format::Hftbacktest, None, &file).expect_err("two");
    assert_eq!(error.to_string(), "this format holds one contract; say which of A, B");
    let rows = export(recording.path(), Format::Hftbacktest, Some("A"), &file).expect("one");
    assert_eq!(rows, 7, "two that clear, two levels, two changes, a trade");
}

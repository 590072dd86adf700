//! `PROTOCOL.md` is read by the types it describes, so that page and code agree.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::PAGE;
use crate::checksum::checksum;
use crate::client::{
    AcceptTransfer, BidHours, Block, BondAmount, ClaimHour, Countersign, Meter, Method, OfferNodes,
    Pledge, Request, Transfer,
};
use crate::errors::Code;
use crate::server::{
    AnswerData, BlockClosedData, BlockOffer, BondData, BookData, CancelAfterResult, CanceledResult,
    CandleData, CashedOutData, CheckpointData, ClaimData, ClosedData, CountersignedData,
    CoveredByData, CurveData, DecidedData, DeliveryData, EscrowLateData, FillData, HandedOverData,
    IndexData, InstrumentData, LegFillData, LoginResult, MarginResult, MarkData, Message,
    ObligationData, OfferedData, OrderData, OrderResult, PingResult, ProbeData, QueueData,
    QuotesResult, RequestData, RequestList, SettlementData, StandbyBidData, StandbyData,
    StatementData, StatementList, StatusResult, SubscribeResult, SupplyData, SystemData, TermsData,
    TickerData, TicketResult, TradeData,
};

/// The messages of the page.
fn messages() -> impl Iterator<Item = &'static str> {
    PAGE.lines().filter(|line| line.starts_with(r#"{"jsonrpc""#))
}

fn is_request(message: &str) -> bool {
    let value: Value = serde_json::from_str(message).expect(message);
    value.get("id").is_some() && value.get("method").is_some()
}

/// Reads and writes again; nothing may be lost or added.
fn round_trip<T: Serialize + DeserializeOwned>(value: &Value) {
    let read: T = serde_json::from_value(value.clone()).expect("the type fits the page");
    let written = serde_json::to_value(&read).expect("it is JSON");
    assert_eq!(written, *value);
}

#[test]
fn every_request_reads_and_is_written_again() {
    let mut count = 0;
    for text in messages().filter(|text| is_request(text)) {
        let request = Request::parse(text).expect(text);
        let again = Request::parse(&request.to_text()).expect(text);
        assert_eq!(again, request, "{text}");
        count += 1;
    }
    assert!(10 < count, "the page has requests");
}

#[test]
fn every_event_is_of_the_type_its_channel_carries() {
    for text in messages().filter(|text| !is_request(text)) {
        let Message::Event(event) = Message::parse(text).expect(text) else { continue };
        let Some(data) = event.data else { continue };
        match event.kind.as_str() {
            "snapshot" | "delta" if event.channel.starts_with("book.") => {
                round_trip::<BookData>(&data);
            }
            "snapshot" | "delta" if event.channel.starts_with("l3.") => {
                round_trip::<QueueData>(&data);
            }
            "delta" => round_trip::<Vec<InstrumentData>>(&data),
            "candle" => round_trip::<CandleData>(&data),
            "mark" => round_trip::<MarkData>(&data),
            "offer" => round_trip::<BlockOffer>(&data),
            "closed" if event.channel == "block" => round_trip::<BlockClosedData>(&data),
            "closed" => round_trip::<ClosedData>(&data),
            "request" => round_trip::<RequestData>(&data),
            "quote" => round_trip::<AnswerData>(&data),
            "mmp" => assert!(data["frozen"].is_boolean(), "{text}"),
            "trades" => round_trip::<Vec<TradeData>>(&data),
            "ticker" => round_trip::<TickerData>(&data),
            "settlement" => round_trip::<SettlementData>(&data),
            "curve" => round_trip::<CurveData>(&data),
            "index" => round_trip::<IndexData>(&data),
            "supply" => round_trip::<SupplyData>(&data),
            "delivery" => round_trip::<DeliveryData>(&data),
            "checkpoint" => round_trip::<CheckpointData>(&data),
            "order" => round_trip::<OrderData>(&data),
            "fill" => round_trip::<FillData>(&data),
            "leg" => round_trip::<LegFillData>(&data),
            "statement" => round_trip::<StatementData>(&data),
            "obligation" => round_trip::<ObligationData>(&data),
            "terms" => round_trip::<TermsData>(&data),
            "countersigned" => round_trip::<CountersignedData>(&data),
            "disputed" | "probed" => round_trip::<ClaimData>(&data),
            "decided" => round_trip::<DecidedData>(&data),
            "covered_by" => round_trip::<CoveredByData>(&data),
            "cashed_out" => round_trip::<CashedOutData>(&data),
            "escrow_late" => round_trip::<EscrowLateData>(&data),
            "offered" => round_trip::<OfferedData>(&data),
            "handed_over" => round_trip::<HandedOverData>(&data),
            "standby" => round_trip::<StandbyData>(&data),
            "bid" => round_trip::<StandbyBidData>(&data),
            "bond" => round_trip::<BondData>(&data),
            "probe" => round_trip::<ProbeData>(&data),
            "shutdown" | "maintenance" => round_trip::<SystemData>(&data),
            kind => panic!("the page has an event of kind {kind}, and nobody reads it"),
        }
    }
}

#[test]
fn every_result_is_of_the_type_its_method_has() {
    for text in messages().filter(|text| !is_request(text)) {
        let Message::Reply { result: Ok(result), .. } = Message::parse(text).expect(text) else {
            continue;
        };
        let has = |name: &str| result.get(name).is_some();
        if has("limits") {
            round_trip::<LoginResult>(&result);
        } else if has("session_id") {
            round_trip::<StatusResult>(&result);
        } else if has("order_id") {
            round_trip::<OrderResult>(&result);
        } else if has("ticket") {
            round_trip::<TicketResult>(&result);
        } else if has("cancel_at_ns") && !has("cod") {
            round_trip::<CancelAfterResult>(&result);
        } else if has("results") {
            round_trip::<QuotesResult>(&result);
        } else if has("canceled") {
            round_trip::<CanceledResult>(&result);
        } else if has("margin") {
            round_trip::<MarginResult>(&result);
        } else if has("ok") {
            round_trip::<SubscribeResult>(&result);
        } else if has("statements") {
            round_trip::<StatementList>(&result);
        } else if has("requests") {
            round_trip::<RequestList>(&result);
        } else if has("server_ns") {
            round_trip::<PingResult>(&result);
        } else {
            panic!("the page has a result nobody reads: {text}");
        }
    }
}

#[test]
fn every_error_has_its_own_name_and_finality() {
    for text in messages().filter(|text| !is_request(text)) {
        let Message::Reply { result: Err(error), .. } = Message::parse(text).expect(text) else {
            continue;
        };
        let code = Code::from_number(error.code).expect(text);
        assert_eq!(error.message, code.name());
        assert_eq!(error.data["final"], code.is_final());
    }
}

#[test]
fn the_checksums_of_the_page_are_those_of_its_books() {
    let (mut book, mut seen) = (BookData::default(), 0);
    for text in messages() {
        let Ok(Message::Event(event)) = Message::parse(text) else { continue };
        let Some(crc) = event.crc else { continue };
        let data: BookData =
            serde_json::from_value(event.data.expect("a book has levels")).expect("levels");
        if event.kind == "snapshot" {
            book = data;
        } else {
            for level in data.asks {
                let place = book.asks.iter_mut().find(|there| there.0 == level.0);
                *place.expect("the page changes a level that is there") = level;
            }
        }
        assert_eq!(checksum(&book.bids, &book.asks), crc);
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn every_method_and_every_code_is_on_the_page() {
    for method in Method::NAMES {
        assert!(PAGE.contains(method), "{method}");
    }
    for code in Code::ALL {
        let (row, reserved) = (
            format!("| {} | {} |", code.number(), code.name()),
            format!("{} {}", code.number(), code.name()),
        );
        assert!(PAGE.contains(&row) || PAGE.contains(&reserved), "{reserved}");
    }
}

#[test]
fn payloads_of_the_page_are_those_of_the_signed_methods() {
    let between = |start: &str| {
        let from = PAGE.find(start).expect("the page has it");
        let rest = &PAGE[from..];
        &rest[..rest.find('`').expect("the page closes it")]
    };
    let pledge = between(r#"{"symbol":"H100-US-2027M03","nodes""#);
    let meter = between(r#"{"symbol":"H100-US-2027M03","hour_ns""#);
    let block = between(r#"{"block_id":"jan-q1""#);
    round_trip::<Block>(&serde_json::from_str(block.trim()).expect("JSON"));
    round_trip::<Pledge>(&serde_json::from_str(pledge).expect("JSON"));
    round_trip::<Meter>(&serde_json::from_str(meter).expect("JSON"));
}

#[test]
fn payloads_in_the_tables_of_the_page_are_those_of_the_signed_methods() {
    let payload = |method: &str| {
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{method}` |")));
        let row = row.unwrap_or_else(|| panic!("the page has no row of {method}"));
        let text = &row[row.find('{').expect(row)..=row.rfind('}').expect(row)];
        serde_json::from_str(text).expect("JSON")
    };
    round_trip::<Countersign>(&payload("delivery.countersign"));
    round_trip::<ClaimHour>(&payload("delivery.dispute"));
    round_trip::<ClaimHour>(&payload("delivery.probe"));
    round_trip::<OfferNodes>(&payload("delivery.standby"));
    round_trip::<BidHours>(&payload("delivery.bid"));
    round_trip::<Transfer>(&payload("delivery.transfer"));
    round_trip::<AcceptTransfer>(&payload("delivery.accept_transfer"));
    round_trip::<BondAmount>(&payload("bond.post"));
    round_trip::<BondAmount>(&payload("bond.release"));
}

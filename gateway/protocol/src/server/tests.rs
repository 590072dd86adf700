use serde_json::json;

use super::*;

#[test]
fn events_of_the_document_are_written_letter_for_letter() {
    let level = |price: &str, quantity: &str| Level(price.to_owned(), quantity.to_owned());
    let event = Event {
        seq: Some(1042),
        prev_seq: Some(1041),
        eseq: Some(990_018),
        eng_ns: Some("1772323201004211007".to_owned()),
        data: Some(BookData { bids: vec![], asks: vec![level("2.1300", "64")], implied: None }),
        crc: Some(3_262_056_876),
        ..Event::new("book.H100-US-2027M03", "delta", "b-4")
    };
    assert_eq!(
        event_text(&event),
        r#"{"jsonrpc":"2.0","method":"event","params":{"channel":"book.H100-US-2027M03","kind":"delta","epoch":"b-4","seq":1042,"prev_seq":1041,"eseq":990018,"eng_ns":"1772323201004211007","data":{"bids":[],"asks":[["2.1300","64"]]},"crc":3262056876}}"#
    );
    let heartbeat = Event::<Value> { seq: Some(1042), ..Event::new("book.A", "heartbeat", "b-4") };
    assert_eq!(
        event_text(&heartbeat),
        r#"{"jsonrpc":"2.0","method":"event","params":{"channel":"book.A","kind":"heartbeat","epoch":"b-4","seq":1042}}"#
    );
}

#[test]
fn a_client_reads_what_the_venue_writes_and_passes_over_the_rest() {
    let id = RequestId::Number(7);
    let text = result_text(&id, &DoneResult { acct_seq: Some(3) });
    let reply = Message::Reply { id: Some(id), result: Ok(json!({"acct_seq": 3})) };
    assert_eq!(Message::parse(&text).expect("a reply"), reply);
    let error = WireError::new(crate::errors::Code::OutcomeUnknown);
    let text = error_text(None, &error);
    assert_eq!(
        Message::parse(&text).expect("a reply"),
        Message::Reply { id: None, result: Err(error) }
    );
    let newer = r#"{"jsonrpc":"2.0","method":"fanfare","params":{}}"#;
    assert_eq!(Message::parse(newer).expect("something"), Message::Other);
    let event = r#"{"jsonrpc":"2.0","method":"event","params":{"channel":"a","kind":"b","epoch":"c","mood":1}}"#;
    assert!(matches!(Message::parse(event), Ok(Message::Event(_))));
}

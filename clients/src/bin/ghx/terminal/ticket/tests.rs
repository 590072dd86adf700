use protocol::server::InstrumentData;
use serde_json::json;
use types::Side;

use super::*;
use crate::terminal::model::tests::contracts;

fn contract() -> InstrumentData {
    serde_json::from_value(contracts()[1].clone()).expect("a contract")
}

fn opened() -> Ticket {
    Ticket::open("desk-1-1".to_owned(), &contract(), Side::Buy, Some(Ticks(2_400)))
}

fn typed(ticket: &mut Ticket, text: &str) {
    for c in text.chars() {
        ticket.key(Key::Char(c));
    }
}

fn cleared(ticket: &mut Ticket) {
    (0..24).for_each(|_| drop(ticket.key(Key::Backspace)));
}

fn refused(is_final: bool) -> Error {
    let data = json!({ "final": is_final, "text": "No." });
    let data = data.as_object().expect("an object").clone();
    Error::Refused { code: 2004, name: "PRICE_BAND".to_owned(), data }
}

#[test]
fn a_quantity_may_be_written_in_any_unit() {
    let mut ticket = opened();
    for (text, lots) in [("4 lots", 4), ("$29k", 2), ("47,616 GPUh", 8), ("16", 2)] {
        cleared(&mut ticket);
        typed(&mut ticket, text);
        assert_eq!(ticket.lots(), Ok(Lots(lots)), "{text}");
    }
}

#[test]
fn what_is_no_order_is_not_sent() {
    let mut ticket = opened();
    cleared(&mut ticket);
    assert_eq!(ticket.key(Key::Enter), Wanted::Nothing);
    typed(&mut ticket, "60");
    assert_eq!(ticket.key(Key::Enter), Wanted::Nothing);
    assert!(ticket.order().expect_err("no whole lots").contains("56 or 64"));
}

#[test]
fn an_empty_price_takes_the_market() {
    let mut ticket = opened();
    ticket.key(Key::Tab);
    cleared(&mut ticket);
    let order = ticket.order().expect("an order");
    assert_eq!((order.kind, order.price), (OrderKind::Market, None));
    typed(&mut ticket, "2.4005");
    assert!(ticket.order().expect_err("no tick").contains("tick"));
}

#[test]
fn only_one_preview_is_on_its_way_and_an_old_one_is_not_shown() {
    let mut ticket = opened();
    let (first, _) = ticket.next_preview().expect("it begins with one");
    typed(&mut ticket, "x");
    cleared(&mut ticket);
    typed(&mut ticket, "8 lots");
    assert!(ticket.next_preview().is_none(), "one is on its way");
    ticket.previewed(first, Err(refused(true)));
    assert!(matches!(ticket.preview, Preview::Awaited), "it was for another text");
    let (second, order) = ticket.next_preview().expect("now the latest");
    assert_eq!(order.qty, "8");
    ticket.previewed(second, Err(refused(true)));
    assert!(matches!(&ticket.preview, Preview::Refused(words) if words.contains("No.")));
    assert!(ticket.next_preview().is_none(), "it is known");
}

#[test]
fn a_final_refusal_uses_the_name_up_and_an_unknown_outcome_keeps_it() {
    let mut ticket = opened();
    ticket.key(Key::Enter);
    ticket.refuse(&refused(false));
    assert_eq!(ticket.order().expect("an order").client_order_id, "desk-1-1");
    ticket.key(Key::Enter);
    ticket.refuse(&refused(true));
    assert_eq!(ticket.order().expect("an order").client_order_id, "desk-1-1_1");
}

#[test]
fn choices_are_changed_by_space() {
    let mut ticket = opened();
    ticket.key(Key::BackTab);
    assert_eq!(ticket.field, Field::Leaving);
    ticket.key(Key::Char(' '));
    assert_eq!(ticket.order().expect("an order").cod, Some(true));
    ticket.key(Key::Up);
    ticket.key(Key::Right);
    ticket.key(Key::Up);
    ticket.key(Key::Char(' '));
    let order = ticket.order().expect("an order");
    assert_eq!((order.post_only, order.tif), (true, Tif::Day));
}

use protocol::server::InstrumentData;

use super::{nearest, resolve};

fn month(symbol: &str, start: &str, phase: &str) -> InstrumentData {
    let text = |text: &str| text.to_owned();
    InstrumentData {
        symbol: text(symbol),
        instrument_no: 0,
        product: text("H100-US"),
        tenor: text("month"),
        legs: Vec::new(),
        start: text(start),
        end: text(start),
        hours: 744,
        gpus_per_lot: 8,
        block_lots: 8,
        tick: text("0.001"),
        price_scale: 3,
        qty_scale: 0,
        tick_value: text("5.952"),
        max_qty: text("5000"),
        min_price: text("0.001"),
        max_price: text("20.000"),
        last_trading_ns: text("0"),
        settlement: text("physical"),
        phase: text(phase),
        settle: text("2.400"),
        scan_range: None,
        scan_from_ns: None,
    }
}

fn listed() -> Vec<InstrumentData> {
    vec![
        month("H100-US-2027M01", "2027-01-01", "expired"),
        month("H100-US-2027M02", "2027-02-01", "open"),
        month("H100-US-2027M03", "2027-03-01", "open"),
    ]
}

#[test]
fn the_front_is_the_nearest_month_that_trades() {
    assert_eq!(resolve("H100-US@front", &listed()), Ok("H100-US-2027M02".to_owned()));
    assert_eq!(resolve("h100-us@+11m", &listed()), Ok("H100-US-2028M01".to_owned()));
}

#[test]
fn a_symbol_stands_for_itself() {
    assert_eq!(resolve("h100-us-2027m03", &listed()), Ok("H100-US-2027M03".to_owned()));
}

#[test]
fn an_alias_that_cannot_be_meant_says_what_can() {
    assert!(resolve("H100-US@next", &listed()).expect_err("no such place").contains("+3m"));
    assert!(resolve("B200-US@front", &listed()).is_err());
}

#[test]
fn the_nearest_name_is_offered_unless_all_are_far() {
    let all = ["H100-US-2027M02", "H100-US-2027M03"];
    assert_eq!(nearest("H100-US-2027MO3", all.into_iter()), Some("H100-US-2027M03"));
    assert_eq!(nearest("H10-US-2027M02", all.into_iter()), Some("H100-US-2027M02"));
    assert_eq!(nearest("GOLD", all.into_iter()), None);
}

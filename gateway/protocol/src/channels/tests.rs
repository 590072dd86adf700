use super::*;

#[test]
fn every_channel_reads_as_it_is_written() {
    let names = [
        "instruments",
        "system",
        "checkpoint",
        "settlement",
        "settlement.H100-US-2027M03",
        "status.H100-US-2027M03",
        "book.H100-US-2027M03",
        "book.H100-US-2027M03.10.100ms",
        "book.H100-US-2027M03.50.1s",
        "bbo.H100-US-2027M03",
        "trades.H100-US-2027M03",
        "trades.H100-US-2027M03-2027M04",
        "book.H100-US-2027M03:H200-US-2027M03",
        "ticker.H100-US-2027M03_2X2027M04",
        "ticker.H100-US-2027M03",
        "curve.H100-US",
        "index.H100-US",
        "delivery.H100-US-2027M02",
        "orders",
        "fills",
        "positions",
        "margin",
        "obligations",
        "mmp",
        "block",
        "rfq",
        "dropcopy",
        "dropcopy.firm",
        "l3.H100-US-2027M03",
        "mark.H100-US-2027M03",
        "candles.H100-US-2027M03.1m",
        "candles.H100-US-2027M03.4h",
        "candles.H100-US-2027M03.1d",
    ];
    for name in names {
        assert_eq!(Channel::parse(name).map(|channel| channel.to_string()), Ok(name.to_owned()));
    }
}

#[test]
fn a_depth_that_is_not_offered_is_refused_loudly() {
    let refused = Channel::parse("book.H100-US-2027M03.7.100ms").expect_err("depth 7");
    assert_eq!(refused.code, Code::BadChannelParam);
    let allowed = json!({"depth": [1, 5, 10, 20, 50], "interval": ["100ms", "1s"]});
    assert_eq!(refused.allowed, Some(allowed));
}

#[test]
fn a_span_that_is_not_offered_is_refused_loudly() {
    let refused = Channel::parse("candles.H100-US-2027M03.2m").expect_err("two minutes");
    assert_eq!(refused.code, Code::BadChannelParam);
    let allowed = json!({"span": ["1m", "5m", "15m", "1h", "4h", "1d"]});
    assert_eq!(refused.allowed, Some(allowed));
}

#[test]
fn what_is_no_channel_is_unknown() {
    for name in [
        "",
        "book",
        "book.",
        "book.h100",
        "book.A--B",
        "book.A:",
        "book._A",
        "books.A",
        "trades.A.B",
        "orders.A",
        "book.A.10",
    ] {
        let refused = Channel::parse(name).expect_err(name);
        assert_eq!(refused.code, Code::UnknownChannel, "{name}");
    }
}

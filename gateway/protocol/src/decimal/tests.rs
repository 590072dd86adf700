use super::*;

#[test]
fn prices_have_three_decimals_out_and_up_to_three_in() {
    assert_eq!(price(Ticks(2400)), "2.400");
    assert_eq!(price(Ticks(-5)), "-0.005");
    assert_eq!(price(Ticks(0)), "0.000");
    for text in ["2.4", "2.40", "2.400", "2.4000"] {
        assert_eq!(parse_price(text), Ok(Ticks(2400)), "{text}");
    }
    assert_eq!(parse_price("2.4005"), Err(Malformed::TooFine));
}

#[test]
fn what_is_no_plain_decimal_is_refused() {
    for text in
        ["", "-", ".", "1.", ".5", "1e3", "+1", "01", "-0", "-0.000", "1_000", " 1", "1,0", "NaN"]
    {
        assert_eq!(parse_price(text), Err(Malformed::NotANumber), "{text}");
    }
    assert_eq!(parse_price("99999999999999999999"), Err(Malformed::TooLarge));
    assert_eq!(parse_price(&"9".repeat(60)), Err(Malformed::TooLarge));
}

#[test]
fn quantities_are_whole_lots() {
    assert_eq!(parse_lots("128"), Ok(Lots(128)));
    assert_eq!(parse_lots("128.0"), Ok(Lots(128)));
    assert_eq!(parse_lots("1.5"), Err(Malformed::TooFine));
    assert_eq!(parse_lots("-1"), Err(Malformed::NotANumber));
}

#[test]
fn averages_are_rounded_half_to_even() {
    assert_eq!(average(7_201, Lots(3)).as_deref(), Some("2.400333"));
    assert_eq!(average(0, Lots(0)), None);
}

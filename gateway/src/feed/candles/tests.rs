use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp(1_800_000_000 * Timestamp::SECOND).plus(minutes * Timestamp::MINUTE)
}

#[test]
fn a_trade_counts_in_the_candle_of_its_time_at_each_length() {
    let mut candles = Candles::default();
    for (minute, price, lots) in [(0, 2400, 1), (0, 2410, 3), (4, 2390, 2), (5, 2395, 1)] {
        candles.trade(Ticks(price), Lots(lots), at(minute));
    }
    let minutes = candles.of(Span::Minute);
    assert_eq!(minutes.len(), 3);
    let first = minutes[0];
    assert_eq!(
        (first.open, first.high, first.low, first.close),
        (Ticks(2400), Ticks(2410), Ticks(2400), Ticks(2410))
    );
    assert_eq!((first.lots, first.count, first.notional), (Lots(4), 2, 2400 + 3 * 2410));
    let fives = candles.of(Span::FiveMinutes);
    assert_eq!(fives.iter().map(|c| c.lots.0).collect::<Vec<_>>(), [6, 1]);
    let day = candles.of(Span::Day)[0];
    assert_eq!(day.lots, Lots(7));
    assert_eq!(day.start.0 % Timestamp::DAY, 0);
}

#[test]
fn the_past_has_an_end() {
    let mut candles = Candles::default();
    for minute in 0..1_500 {
        candles.trade(Ticks(2400), Lots(1), at(minute));
    }
    assert_eq!(candles.of(Span::Minute).len(), KEPT);
    assert_eq!(candles.of(Span::Minute)[0].start, at(500));
    assert_eq!(candles.of(Span::Hour).len(), 25);
}

use super::*;

const MINUTE: i64 = Timestamp::MINUTE;

#[test]
fn trades_count_by_their_lots_for_as_long_as_the_window() {
    let mut window = TradeWindow::default();
    window.add(Timestamp(0), Timestamp(i64::MAX), Ticks(9000), Lots(1000), 30);
    window.add(Timestamp(31 * MINUTE), Timestamp(i64::MAX), Ticks(2400), Lots(1), 30);
    window.add(Timestamp(32 * MINUTE), Timestamp(i64::MAX), Ticks(2403), Lots(1), 30);
    let both = Some((Ticks(2402), Lots(2)));
    assert_eq!(window.average(Timestamp(33 * MINUTE), 30), both, "half goes up");
    assert_eq!(window.average(Timestamp(62 * MINUTE), 30), Some((Ticks(2403), Lots(1))));
    assert_eq!(window.average(Timestamp(63 * MINUTE), 30), None);
}

#[test]
fn the_middle_of_two_quotes_is_rounded_down() {
    let (bid, ask) = (Some(Ticks(2390)), Some(Ticks(2401)));
    assert_eq!(middle(bid, ask), Some(Ticks(2395)));
    assert_eq!(middle(bid, None), None);
}

#[test]
fn the_nearest_contract_moves_a_price() {
    let neighbours = [(5, Ticks(100), Ticks(999)), (1, Ticks(2300), Ticks(2310))];
    let price = moved(Ticks(2200), neighbours.into_iter());
    assert_eq!(price, (Ticks(2210), SettlementMethod::Neighbour));
    assert_eq!(moved(Ticks(2200), [].into_iter()), (Ticks(2200), SettlementMethod::Previous));
}

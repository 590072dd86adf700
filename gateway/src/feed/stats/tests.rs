use types::{Lots, Ticks, Timestamp};

use super::{Day, Stats};

fn at(minutes: i64) -> Timestamp {
    Timestamp(minutes * Timestamp::MINUTE)
}

#[test]
fn a_day_has_its_first_highest_and_lowest_price() {
    let mut stats = Stats::default();
    for (minute, price) in [(0, 2400), (0, 2450), (5, 2390), (6, 2410)] {
        stats.trade(Ticks(price), Lots(10), at(minute));
    }
    let day = Day { open: Ticks(2400), high: Ticks(2450), low: Ticks(2390), volume: Lots(40) };
    assert_eq!(stats.day(at(7)), Some(day));
    assert_eq!(stats.last(), Some(Ticks(2410)));
}

#[test]
fn yesterday_is_forgotten_but_not_the_last_price() {
    let mut stats = Stats::default();
    stats.trade(Ticks(2400), Lots(10), at(0));
    assert!(stats.day(at(1439)).is_some());
    assert_eq!(stats.day(at(1440)), None);
    assert_eq!(stats.last(), Some(Ticks(2400)));

    stats.trade(Ticks(2500), Lots(1), at(1500));
    assert_eq!(stats.minutes.len(), 1);
}

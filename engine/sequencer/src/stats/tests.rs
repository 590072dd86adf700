use std::time::Duration;

use super::{AppendTimes, Gauges};

#[test]
fn each_append_is_counted_in_one_place() {
    let gauges = Gauges::starting_at(4);
    gauges.set_durable(5, Duration::from_micros(31));
    gauges.set_durable(6, Duration::from_micros(32));
    gauges.set_durable(7, Duration::from_secs(60));
    let stats = gauges.read(0, 0);
    assert_eq!(stats.durable, 7);
    assert_eq!((stats.appends.counts[0], stats.appends.counts[1]), (1, 1));
    assert_eq!(stats.appends.counts[AppendTimes::PLACES - 1], 1);
    assert_eq!(stats.appends.count(), 3);
    assert_eq!(stats.appends.total, Duration::from_nanos(60_000_063_000));
}

#[test]
fn bounds_double_and_the_last_place_has_none() {
    assert_eq!(AppendTimes::bound(0), Some(Duration::from_micros(32)));
    assert_eq!(AppendTimes::bound(1), Some(Duration::from_micros(64)));
    assert_eq!(AppendTimes::bound(AppendTimes::PLACES - 2), Some(Duration::from_micros(32 << 16)));
    assert_eq!(AppendTimes::bound(AppendTimes::PLACES - 1), None);
}

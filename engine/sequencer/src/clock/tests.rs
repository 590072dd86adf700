use std::thread::sleep;
use std::time::Duration;

use types::Timestamp;

use super::{Clock, Timekeeper};

const LATER: Timestamp = Timestamp(i64::MAX / 2);

#[test]
fn no_clock_shows_less_than_the_last_record() {
    let start = Timestamp(1);
    for clock in [Clock::System, Clock::Scaled { start, speed: 0 }, Clock::Stepped { start }] {
        assert_eq!(Timekeeper::new(clock, LATER).now(), LATER, "{clock:?}");
    }
}

#[test]
fn the_system_clock_shows_the_time_of_this_machine() {
    let now = Timekeeper::new(Clock::System, Timestamp(0)).now();
    assert!(Timestamp(1_750_000_000 * Timestamp::SECOND) < now, "{now}");
}

#[test]
fn a_scaled_clock_runs_so_many_times_as_fast() {
    let start = Timestamp(1_000);
    let mut keeper = Timekeeper::new(Clock::Scaled { start, speed: 3_600 }, Timestamp(0));
    let before = std::time::Instant::now();
    sleep(Duration::from_millis(10));
    let shown = keeper.now().0 - start.0;
    let most = i64::try_from(before.elapsed().as_nanos()).expect("short") * 3_600;
    assert!((36 * Timestamp::SECOND..).contains(&shown), "{shown}");
    assert!(shown < most + 36 * Timestamp::SECOND, "{shown}");
}

#[test]
fn a_scaled_clock_goes_on_from_the_last_record() {
    let clock = Clock::Scaled { start: Timestamp(0), speed: 1_000_000 };
    let mut keeper = Timekeeper::new(clock, LATER);
    sleep(Duration::from_millis(1));
    assert!(LATER.plus(1_000 * Timestamp::SECOND) <= keeper.now());
}

#[test]
fn a_scaled_clock_stops_at_the_end_of_time() {
    let start = Timestamp(i64::MAX - 1);
    let mut keeper = Timekeeper::new(Clock::Scaled { start, speed: u32::MAX }, Timestamp(0));
    sleep(Duration::from_millis(1));
    assert_eq!(keeper.now(), Timestamp(i64::MAX));
}

#[test]
fn only_a_stepped_clock_steps_and_only_forward() {
    let start = Timestamp(100);
    let mut stepped = Timekeeper::new(Clock::Stepped { start }, Timestamp(0));
    stepped.step(Timestamp(200));
    assert_eq!(stepped.now(), Timestamp(200));
    stepped.step(Timestamp(150));
    assert_eq!(stepped.now(), Timestamp(200));

    let mut system = Timekeeper::new(Clock::System, Timestamp(0));
    system.step(LATER);
    assert!(system.now() < LATER);
}

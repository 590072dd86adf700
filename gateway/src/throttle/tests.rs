use std::time::{Duration, Instant};

use super::{Bucket, Limited, Refusals, Throttle};
use crate::config::Tier;

#[test]
fn a_full_bucket_gives_its_burst_and_then_its_rate() {
    let start = Instant::now();
    let mut throttle = Throttle::new(Tier::Standard, start);
    for left in (0..100).rev() {
        assert_eq!(throttle.take(Bucket::Orders, 1, start), Ok(left));
    }
    let limited = throttle.take(Bucket::Orders, 1, start);
    assert_eq!(limited, Err(Limited { retry_after_ms: 20 }));

    let later = start + Duration::from_millis(20);
    assert_eq!(throttle.take(Bucket::Orders, 1, later), Ok(0));
    assert!(throttle.take(Bucket::Orders, 1, later).is_err());
}

#[test]
fn waiting_as_long_as_told_is_enough() {
    let start = Instant::now();
    let mut throttle = Throttle::new(Tier::Standard, start);
    throttle.take(Bucket::Requests, 48, start).expect("within the burst");
    let limited = throttle.take(Bucket::Requests, 5, start).expect_err("two left, five wanted");
    let then = start + Duration::from_millis(limited.retry_after_ms);
    throttle.take(Bucket::Requests, 5, then).expect("after the wait it passes");
}

#[test]
fn placing_never_uses_what_cancels_need() {
    let now = Instant::now();
    let mut throttle = Throttle::new(Tier::Standard, now);
    while throttle.take(Bucket::Orders, 1, now).is_ok() {}
    assert_eq!(throttle.take(Bucket::Cancels, 5, now), Ok(395));
}

#[test]
fn a_request_without_cost_passes_an_empty_bucket() {
    let now = Instant::now();
    let mut throttle = Throttle::new(Tier::Maker, now);
    while throttle.take(Bucket::Orders, 1, now).is_ok() {}
    assert_eq!(throttle.take(Bucket::Orders, 0, now), Ok(0));
}

#[test]
fn what_is_given_back_never_exceeds_the_cap() {
    let now = Instant::now();
    let mut throttle = Throttle::anonymous(now);
    throttle.take(Bucket::Requests, 1, now).expect("full");
    throttle.give_back(Bucket::Requests, 5);
    assert_eq!(throttle.level(Bucket::Requests, now).1, 30);
}

#[test]
fn two_hundred_and_one_refusals_in_ten_seconds_are_too_many() {
    let start = Instant::now();
    let mut refusals = Refusals::default();
    assert!((0..200).all(|_| !refusals.count(start)));
    assert!(!refusals.clone_after(start + Duration::from_secs(11)));
    assert!(refusals.count(start + Duration::from_secs(9)));
}

impl Refusals {
    /// Whether one more at `now` would be too many, on a copy.
    fn clone_after(&self, now: Instant) -> bool {
        Self(self.0.clone()).count(now)
    }
}

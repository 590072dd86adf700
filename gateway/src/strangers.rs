//! How fast those may ask who have not logged in: one set of buckets for all connections of an address.
//! Connections of our own machine have one each.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::throttle::Throttle;
use crate::venue::SharedThrottle;

/// Addresses whose buckets are kept; those without a connection go first.
const MOST: usize = 4096;

/// The buckets of each address.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<HashMap<IpAddr, SharedThrottle>>);

impl Strangers {
    /// The buckets of a connection from this address.
    pub(crate) fn throttle(&self, ip: IpAddr, now: Instant) -> SharedThrottle {
        let full = || Arc::new(Mutex::new(Throttle::anonymous(now)));
        if ip.is_loopback() {
            return full();
        }
        let mut known = self.0.lock().expect("nothing panics while it holds the map");
        if MOST <= known.len() {
            known.retain(|_, throttle| 1 < Arc::strong_count(throttle));
        }
        Arc::clone(known.entry(ip).or_insert_with(full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::throttle::Bucket;

    fn left(throttle: &SharedThrottle, now: Instant) -> u32 {
        throttle.lock().expect("nobody panicked").level(Bucket::Requests, now).1
    }

    #[test]
    fn connections_of_one_address_share_and_those_of_our_machine_do_not() {
        let (strangers, now) = (Strangers::default(), Instant::now());
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let first = strangers.throttle(ip("192.0.2.1"), now);
        first.lock().expect("nobody panicked").take(Bucket::Requests, 9, now).expect("it is full");
        let same = left(&strangers.throttle(ip("192.0.2.1"), now), now);
        let other = left(&strangers.throttle(ip("192.0.2.2"), now), now);
        assert_eq!(same + 9, other);

        let own = strangers.throttle(ip("127.0.0.1"), now);
        own.lock().expect("nobody panicked").take(Bucket::Requests, 9, now).expect("it is full");
        assert_eq!(left(&strangers.throttle(ip("127.0.0.1"), now), now), other);
    }
}

//! Keeps a bot below the rate at which the venue would refuse its questions.

use std::time::{Duration, Instant};

/// A little under the 50 questions a second, 100 at once, that a maker may ask.
const PER_SECOND: u32 = 45;
const AT_ONCE: u32 = 80;

/// When the next question may be asked.
#[derive(Debug)]
pub(super) struct Pacer {
    /// When the bucket will be full again.
    full_at: Instant,
}

impl Pacer {
    pub(super) fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one question, and says how long it has to wait.
    pub(super) fn take(&mut self, now: Instant) -> Duration {
        let each = Duration::from_secs(1) / PER_SECOND;
        self.full_at = self.full_at.max(now) + each;
        (self.full_at - now).saturating_sub(each * AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let start = Instant::now();
        let mut pacer = Pacer::new(start);
        let waits: Vec<Duration> = (0..AT_ONCE).map(|_| pacer.take(start)).collect();
        assert!(waits.iter().all(Duration::is_zero));
        assert_eq!(pacer.take(start), Duration::from_secs(1) / PER_SECOND);
        assert_eq!(pacer.take(start + Duration::from_secs(10)), Duration::ZERO);
    }
}

//! Where the time on the stamps comes from. It never goes back, whatever the clock does.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use types::Timestamp;

/// What the exchange takes for the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The time of this machine.
    System,
    /// A time that runs faster or slower than the world's, for demonstrations. After a restart it
    /// goes on from the last record if that is later than `start`.
    Scaled {
        /// The time at the start.
        start: Timestamp,
        /// Seconds on this clock in one second of the world.
        speed: u32,
    },
    /// Stands still until it is told to step, for tests and for runs that must repeat to the byte.
    Stepped {
        /// The time at the start.
        start: Timestamp,
    },
}

/// A clock that is read; it remembers the latest time it has shown.
#[derive(Debug)]
pub(crate) struct Timekeeper {
    clock: Clock,
    started: Instant,
    /// What a scaled clock showed when it was started.
    origin: Timestamp,
    latest: Timestamp,
}

impl Timekeeper {
    /// A clock that never shows less than `floor`, the time of the last record.
    pub(crate) fn new(clock: Clock, floor: Timestamp) -> Self {
        let origin = match clock {
            Clock::System => floor,
            Clock::Scaled { start, .. } | Clock::Stepped { start } => floor.max(start),
        };
        Self { clock, started: Instant::now(), origin, latest: origin }
    }

    /// The time.
    pub(crate) fn now(&mut self) -> Timestamp {
        let shown = match self.clock {
            Clock::System => since_epoch(SystemTime::now()),
            Clock::Scaled { speed, .. } => {
                let elapsed = self.started.elapsed().as_nanos() * u128::from(speed);
                let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
                Timestamp(self.origin.0.saturating_add(elapsed))
            }
            Clock::Stepped { .. } => self.latest,
        };
        self.latest = self.latest.max(shown);
        self.latest
    }

    /// Sets a stepped clock to `time`, unless it has passed it. Other clocks do not listen.
    pub(crate) fn step(&mut self, time: Timestamp) {
        if !self.runs() {
            self.latest = self.latest.max(time);
        }
    }

    /// Whether time passes by itself.
    pub(crate) fn runs(&self) -> bool {
        match self.clock {
            Clock::System | Clock::Scaled { .. } => true,
            Clock::Stepped { .. } => false,
        }
    }
}

/// Clamped to what a timestamp can hold; a machine whose clock stands before 1970 shows 1970.
fn since_epoch(time: SystemTime) -> Timestamp {
    let elapsed = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;

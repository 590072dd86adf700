//! What the gateway counts, and how long its requests take. Every figure is of the whole venue:
//! there are no labels by account.
//!
//! Sessions add to atomics; the publisher, which sees every request twice, records latencies in its
//! own histogram and shows it once a second.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hdrhistogram::Histogram;

mod prometheus;

pub(crate) use prometheus::{Gauges, render};

/// Longest latency that is told apart: a minute, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

/// Counters and the latest histogram.
#[derive(Debug)]
pub(crate) struct Metrics {
    /// Requests read from clients.
    pub(crate) requests: AtomicU64,
    /// Requests answered with an error.
    pub(crate) errors: AtomicU64,
    /// Requests refused because they came too fast.
    pub(crate) limited: AtomicU64,
    /// Frames written to clients.
    pub(crate) frames: AtomicU64,
    /// Bytes written to clients, before framing.
    pub(crate) bytes: AtomicU64,
    /// Connections that were closed because they did not read.
    pub(crate) slow: AtomicU64,
    /// Orders accepted.
    pub(crate) orders: AtomicU64,
    /// Trades.
    pub(crate) trades: AtomicU64,
    latency: Mutex<Histogram<u64>>,
}

/// The figures at one moment.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Requests read from clients.
    pub requests: u64,
    /// Requests answered with an error.
    pub errors: u64,
    /// Requests refused because they came too fast.
    pub limited: u64,
    /// Frames written to clients.
    pub frames: u64,
    /// Bytes written to clients, before framing.
    pub bytes: u64,
    /// Connections that were closed because they did not read.
    pub slow: u64,
    /// Orders accepted since the venue was started.
    pub orders: u64,
    /// Trades since the venue was started.
    pub trades: u64,
    /// From a request read to its reply queued, durable in between, in nanoseconds.
    pub latency: Histogram<u64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: AtomicU64::default(),
            errors: AtomicU64::default(),
            limited: AtomicU64::default(),
            frames: AtomicU64::default(),
            bytes: AtomicU64::default(),
            slow: AtomicU64::default(),
            orders: AtomicU64::default(),
            trades: AtomicU64::default(),
            latency: Mutex::new(empty_histogram()),
        }
    }
}

/// Three digits from a nanosecond to a minute.
pub(crate) fn empty_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_NS, 3).expect("the bounds are legal")
}

impl Metrics {
    /// Counts one or more.
    pub(crate) fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Adds what the publisher has recorded since it last did, and empties it.
    pub(crate) fn fold(&self, recorded: &mut Histogram<u64>) {
        let mut latency = self.latency.lock().expect("nothing panics while it holds the histogram");
        latency.add(&*recorded).expect("both have the same bounds");
        recorded.reset();
    }

    /// All figures now.
    pub(crate) fn figures(&self) -> Figures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let latency = self.latency.lock().expect("nothing panics while it holds the histogram");
        Figures {
            requests: read(&self.requests),
            errors: read(&self.errors),
            limited: read(&self.limited),
            frames: read(&self.frames),
            bytes: read(&self.bytes),
            slow: read(&self.slow),
            orders: read(&self.orders),
            trades: read(&self.trades),
            latency: latency.clone(),
        }
    }
}

impl Figures {
    /// The time within which this part (0 to 1) of all requests were answered.
    #[must_use]
    pub fn latency_at(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.latency.value_at_quantile(quantile))
    }
}

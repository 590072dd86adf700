//! What the two threads let others see of themselves.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Figures of a running sequencer, each read at about the same moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Number of the last command applied.
    pub sequenced: u64,
    /// Number of the last command that is durable.
    pub durable: u64,
    /// Number of the last command that the replica has applied; 0 where there is none.
    pub replicated: u64,
    /// The last command in the newest snapshot that was taken since the start; 0 before the first.
    pub snapshot: u64,
    /// How often records that were to be dropped could not be.
    pub drops_failed: u64,
    /// Submissions that wait in the queue of orders.
    pub orders_waiting: usize,
    /// Submissions that wait in the queue of cancels.
    pub cancels_waiting: usize,
    /// How long appends took, sync included.
    pub appends: AppendTimes,
    /// The disk has no room for what the log will need next: time to refuse what adds to it.
    pub is_log_short: bool,
}

/// How long appends took: one count for each doubling from 32 microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AppendTimes {
    /// Appends that took less than [`AppendTimes::bound`] of their place, and not less than that of
    /// the place before. The last place has no bound.
    pub counts: [u64; AppendTimes::PLACES],
    /// All of them together.
    pub total: Duration,
}

impl AppendTimes {
    /// How many places there are.
    pub const PLACES: usize = 18;

    /// 32 us, 64 us, ... 2.1 s; `None` for the last place and beyond.
    #[must_use]
    pub fn bound(place: usize) -> Option<Duration> {
        (place < Self::PLACES - 1).then(|| Duration::from_micros(32 << place))
    }

    /// How many appends there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn place(time: Duration) -> usize {
        let within = |place: &usize| Self::bound(*place).is_none_or(|bound| time < bound);
        (0..Self::PLACES).find(within).expect("the last place has no bound")
    }
}

/// The same, as the threads write it.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    sequenced: AtomicU64,
    durable: AtomicU64,
    replicated: AtomicU64,
    snapshot: AtomicU64,
    /// Records below this may be dropped.
    wanted_from: AtomicU64,
    drops_failed: AtomicU64,
    counts: [AtomicU64; AppendTimes::PLACES],
    total_ns: AtomicU64,
    closed: AtomicBool,
    is_log_short: AtomicBool,
}

impl Gauges {
    /// The figures of a sequencer that starts behind record `seq`.
    pub(crate) fn starting_at(seq: u64) -> Self {
        Self { sequenced: seq.into(), durable: seq.into(), ..Self::default() }
    }

    pub(crate) fn set_sequenced(&self, seq: u64) {
        self.sequenced.store(seq, Ordering::Relaxed);
    }

    /// The log is durable up to `seq`; the append took `time`.
    pub(crate) fn set_durable(&self, seq: u64, time: Duration) {
        self.counts[AppendTimes::place(time)].fetch_add(1, Ordering::Relaxed);
        let ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.total_ns.fetch_add(ns, Ordering::Relaxed);
        self.durable.store(seq, Ordering::Release);
    }

    /// Number of the last command that is durable.
    pub(crate) fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    pub(crate) fn set_replicated(&self, seq: u64) {
        self.replicated.store(seq, Ordering::Relaxed);
    }

    pub(crate) fn set_snapshot(&self, seq: u64) {
        self.snapshot.store(seq, Ordering::Relaxed);
    }

    /// Nobody needs records below `seq` any more.
    pub(crate) fn let_go_before(&self, seq: u64) {
        self.wanted_from.store(seq, Ordering::Release);
    }

    /// The first record that somebody may still need.
    pub(crate) fn wanted_from(&self) -> u64 {
        self.wanted_from.load(Ordering::Acquire)
    }

    pub(crate) fn count_failed_drop(&self) {
        self.drops_failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the log has a reserve to go on with.
    pub(crate) fn set_reserve(&self, has_reserve: bool) {
        self.is_log_short.store(!has_reserve, Ordering::Relaxed);
    }

    /// From now on nothing more is taken.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn read(&self, orders_waiting: usize, cancels_waiting: usize) -> Stats {
        Stats {
            durable: self.durable(),
            sequenced: self.sequenced.load(Ordering::Relaxed),
            replicated: self.replicated.load(Ordering::Relaxed),
            snapshot: self.snapshot.load(Ordering::Relaxed),
            drops_failed: self.drops_failed.load(Ordering::Relaxed),
            orders_waiting,
            cancels_waiting,
            is_log_short: self.is_log_short.load(Ordering::Relaxed),
            appends: AppendTimes {
                counts: self.counts.each_ref().map(|count| count.load(Ordering::Relaxed)),
                total: Duration::from_nanos(self.total_ns.load(Ordering::Relaxed)),
            },
        }
    }
}

#[cfg(test)]
mod tests;

//! The queue of reports from the matching thread to the publishing thread: one producer, one
//! consumer, a ring in shared memory.
//!
//! The producer writes into the ring and makes what it wrote visible in bunches, so that the line
//! both threads look at moves between their caches once for many reports.

#![allow(unsafe_code)] // two threads share the ring; each `unsafe` says why they never meet

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::report::{Packed, Report};

/// So many packed reports become visible together.
const BUNCH: usize = 64;

/// A number alone on its cache lines: processors fetch them in pairs.
#[repr(align(128))]
struct Alone<T>(T);

/// The queue. All that the producer calls is called by one thread at a time, and so is what the
/// consumer calls.
pub struct Ring {
    places: Box<[UnsafeCell<Packed>]>,
    /// How many the consumer may read; the producer alone writes it.
    visible: Alone<AtomicUsize>,
    /// How many the consumer has read; the consumer alone writes it.
    read: Alone<AtomicUsize>,
    producer: Alone<UnsafeCell<Producer>>,
}

struct Producer {
    written: usize,
    /// What `read` was when the ring was last full.
    read: usize,
}

// SAFETY: a place is written by the producer only while `read + places.len() > written`, which is
// before the consumer can see it, and read by the consumer only below `visible`, which is after the
// producer's last write to it (release and acquire on `visible`, and on `read` for the way back).
// `producer` is touched by the producer alone.
unsafe impl Sync for Ring {}

impl Ring {
    /// A ring with room for `reports` trades, every page of it touched.
    #[must_use]
    pub fn new(reports: usize) -> Self {
        let places = (2 * reports).next_power_of_two();
        let places = (0..places).map(|_| UnsafeCell::new(Packed::default())).collect();
        Self {
            places,
            visible: Alone(AtomicUsize::new(0)),
            read: Alone(AtomicUsize::new(0)),
            producer: Alone(UnsafeCell::new(Producer { written: 0, read: 0 })),
        }
    }

    /// Appends a report about one order; waits while the ring is full. Producer.
    #[inline]
    pub fn push(&self, report: Packed) {
        self.write(report);
    }

    /// Appends a trade. Producer.
    #[inline]
    pub fn push_trade(&self, trade: Packed, maker: u64) {
        self.write(trade);
        self.write(Packed::maker(maker));
    }

    /// Makes everything visible that was pushed. Producer.
    #[inline]
    pub fn publish(&self) {
        // SAFETY: only the producer calls this, so nothing else touches `producer`.
        let written = unsafe { (*self.producer.0.get()).written };
        self.visible.0.store(written, Ordering::Release);
    }

    #[inline]
    fn write(&self, packed: Packed) {
        // SAFETY: only the producer calls this, so nothing else touches `producer`.
        let producer = unsafe { &mut *self.producer.0.get() };
        if producer.written - producer.read == self.places.len() {
            self.wait(producer);
        }
        let at = producer.written & (self.places.len() - 1);
        // SAFETY: the place is free: fewer than `places.len()` reports wait to be read, and the
        // consumer reads none before it is visible.
        unsafe { *self.places[at].get() = packed };
        producer.written += 1;
        if producer.written % BUNCH == 0 {
            self.visible.0.store(producer.written, Ordering::Release);
        }
    }

    #[cold]
    fn wait(&self, producer: &mut Producer) {
        self.visible.0.store(producer.written, Ordering::Release);
        while producer.written - producer.read == self.places.len() {
            std::hint::spin_loop();
            producer.read = self.read.0.load(Ordering::Acquire);
        }
    }

    /// Takes out as many reports as there are and `out` has room for. Consumer.
    pub fn drain(&self, out: &mut [Report]) -> usize {
        let visible = self.visible.0.load(Ordering::Acquire);
        let mut read = self.read.0.load(Ordering::Relaxed);
        let mut count = 0;
        while read < visible && count < out.len() {
            let first = self.place(read);
            let is_trade = first.is_trade();
            // A trade's second half may lie in the next bunch.
            if is_trade && read + 1 == visible {
                break;
            }
            let maker = if is_trade { self.place(read + 1) } else { Packed::default() };
            out[count] = first.unpack(&maker);
            count += 1;
            read += 1 + usize::from(is_trade);
        }
        self.read.0.store(read, Ordering::Release);
        count
    }

    #[inline]
    fn place(&self, at: usize) -> Packed {
        // SAFETY: only the consumer calls this, for places below `visible` that it has not given
        // back yet, so the producer does not write them.
        unsafe { *self.places[at & (self.places.len() - 1)].get() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::kind;

    #[test]
    fn everything_arrives_in_order() {
        let ring = Ring::new(64);
        let total = 200_000_u64;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..total {
                    if n % 3 == 0 {
                        ring.push_trade(Packed::about(kind::TRADE, n, n + 1, 0, 7, 9), n + 2);
                    } else {
                        ring.push(Packed::about(kind::CANCEL_ACK, n, n + 1, 1, -7, u32::MAX));
                    }
                }
                ring.publish();
            });
            let (mut next, mut out) = (0, [Report::default(); 100]);
            while next < total {
                let count = ring.drain(&mut out);
                for report in &out[..count] {
                    assert_eq!(report.sequence_number, next);
                    let (maker, taker) = (report.maker_order_id, report.taker_order_id);
                    let is_trade = next % 3 == 0;
                    let expected = if is_trade { (next + 2, next + 1) } else { (0, 0) };
                    assert_eq!((maker, taker), expected);
                    next += 1;
                }
            }
        });
    }
}

//! The log thread: outcomes pass it when their commands are durable, and not before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam::channel::{RecvError, Sender, TryRecvError};

use crate::log::{CommandLog, Head};
use crate::outbox::{GateEnd, Pending};
use crate::stats::Gauges;
use crate::submission::Outcome;
use crate::{Batch, Error};

/// The log and the way out.
pub(crate) struct Gate<L> {
    pub(crate) log: L,
    pub(crate) end: GateEnd,
    pub(crate) outcomes: Sender<Vec<Outcome>>,
    pub(crate) gauges: Arc<Gauges>,
    pub(crate) spin: Duration,
    /// Records below this were dropped, as far as they can be.
    pub(crate) dropped_before: u64,
}

impl<L: CommandLog> Gate<L> {
    /// Works until the sequencer is gone or the log fails. After a failure everything that waits is
    /// dropped, and the sequencer notices that its buffers do not come back.
    pub(crate) fn run(mut self) -> Result<Head, Error> {
        while let Ok(mut pending) = self.next() {
            self.append(&pending.batch)?;
            let outcomes = std::mem::take(&mut pending.outcomes);
            self.outcomes.send(outcomes).map_err(|_| Error::Unheard)?;
            pending.batch.clear();
            if self.end.emptied.send(pending).is_err() {
                break;
            }
            self.drop_old();
        }
        Ok(self.log.head())
    }

    /// Drops what nobody needs any more, when the outcomes are out. What cannot be removed only takes
    /// room, so it is counted and tried again with the next that may go.
    fn drop_old(&mut self) {
        let wanted_from = self.gauges.wanted_from();
        if self.dropped_before < wanted_from {
            self.dropped_before = wanted_from;
            if self.log.drop_before(wanted_from).is_err() {
                self.gauges.count_failed_drop();
            }
        }
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        self.log.append(batch)?;
        self.gauges.set_durable(self.log.head().seq, start.elapsed());
        self.gauges.set_reserve(self.log.has_reserve());
        Ok(())
    }

    /// The next batch: looks for it for a while, then sleeps until it comes.
    fn next(&self) -> Result<Pending, RecvError> {
        let start = Instant::now();
        while start.elapsed() < self.spin {
            match self.end.filled.try_recv() {
                Ok(pending) => return Ok(pending),
                Err(TryRecvError::Disconnected) => return Err(RecvError),
                Err(TryRecvError::Empty) => std::hint::spin_loop(),
            }
        }
        self.end.filled.recv()
    }
}

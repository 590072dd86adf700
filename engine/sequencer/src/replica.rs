//! A second exchange that follows the durable log in a thread of its own, and takes the snapshots,
//! so that the first never waits for one.
//!
//! It reads what is on the disk, at the lowest priority: what it shows is durable, and how far it is
//! behind is a gauge. Others can listen to what it applies ([`Observer`]) and look at its exchange.
//!
//! Knows nothing of what is derived beside it.

mod priority;

use std::convert::Infallible;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, TrySendError, bounded};
use engine::{Exchange, Structure};
use types::{Event, Sequenced};

use crate::Error;
use crate::derived::Derived;
use crate::inbox::Busy;
use crate::log::{Follow, Head, Logged};
use crate::quarantine::Quarantine;
use crate::recovery::Recovered;
use crate::replay::Replay;
use crate::snapshots::{Snapshots, Written};
use crate::stats::Gauges;

/// How many snapshots are kept. The log is needed from the older one on.
const KEPT: usize = 2;

/// Most records before the replica looks up.
const ROUND: usize = 1_024;

/// How long it sleeps when it has caught up.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks that can wait.
const LOOKS: usize = 64;

/// How a replica runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replication {
    /// A snapshot is taken after every record whose number this divides.
    pub every: NonZeroU64,
    /// What becomes of records that no kept snapshot needs.
    pub old_records: OldRecords,
}

/// What becomes of records that no kept snapshot needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldRecords {
    /// They stay: whoever has them all can check everything from nothing.
    Keep,
    /// They are dropped, as many as can go at once.
    Drop,
}

/// Listens to what a replica applies, in its thread.
pub trait Observer: Send {
    /// A record that is durable and applied.
    fn record(&mut self, applied: &Applied<'_>);

    /// Nothing is being applied; the exchange stands at `head`. Comes at least every so many
    /// records, and every few milliseconds when there are none.
    fn pause(&mut self, head: &Head, exchange: &Exchange);

    /// The replica has applied everything and ends.
    fn end(&mut self, _: &Head, _: &Exchange) {}
}

/// A record that a replica has applied.
#[derive(Clone, Copy, Debug)]
pub struct Applied<'a> {
    /// As it stands in the log.
    pub record: &'a Sequenced<&'a [u8]>,
    /// The same, decoded, and who caused it.
    pub logged: &'a Logged,
    /// What came of it.
    pub events: &'a [Event],
    /// The log, which ends with it.
    pub head: &'a Head,
    /// The exchange after it.
    pub exchange: &'a Exchange,
}

/// What a replica has to tell.
#[derive(Debug)]
pub enum Notice {
    /// A snapshot was taken.
    Taken {
        /// Which.
        written: Written,
        /// How long that took.
        time: Duration,
    },
    /// A snapshot could not be taken, or older ones not removed. The next one will be tried.
    NotTaken(Error),
    /// The replica has ended: there will be no more snapshots.
    Ended(Error),
}

/// A replica that does not run yet.
pub struct Replica<D> {
    replay: Replay<D>,
    snapshots: Snapshots,
    replication: Replication,
    observers: Vec<Box<dyn Observer>>,
    tell: Box<dyn FnMut(Notice) + Send>,
}

impl<D: Derived> Replica<D> {
    /// A replica of what was recovered, which tells `tell` what it has to tell.
    #[must_use]
    pub fn of(
        recovered: &Recovered<D>,
        snapshots: Snapshots,
        replication: Replication,
        tell: impl FnMut(Notice) + Send + 'static,
    ) -> Self {
        let exchange = Exchange::restored(recovered.exchange.snapshot(), Structure::default());
        let mut saved = Vec::new();
        recovered.derived.save(&mut saved).expect("a vector takes every byte");
        let derived = D::load(D::VERSION, &saved).expect("what was saved can be loaded");
        let replay = Replay::behind(recovered.recovery.head, exchange, derived);
        Self { replay, snapshots, replication, observers: Vec::new(), tell: Box::new(tell) }
    }

    /// Lets somebody listen.
    #[must_use]
    pub fn observed_by(mut self, observer: Box<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// The last record it has applied.
    pub(crate) fn head(&self) -> Head {
        self.replay.head()
    }
}

type Look = Box<dyn FnOnce(&Head, &Exchange) + Send>;

/// The way to look at a running replica's exchange. Clones lead to the same one.
#[derive(Clone)]
pub struct View {
    looks: Sender<Look>,
}

impl View {
    /// Calls `look` in the replica's thread, soon. If the replica has ended it is dropped.
    ///
    /// # Errors
    /// When too many wait, or the replica has ended.
    pub fn look(&self, look: impl FnOnce(&Head, &Exchange) + Send + 'static) -> Result<(), Busy> {
        self.looks.try_send(Box::new(look)).map_err(|refused| match refused {
            TrySendError::Full(_) => Busy::Full,
            TrySendError::Disconnected(_) => Busy::Stopped,
        })
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").finish_non_exhaustive()
    }
}

/// A replica and the log it follows.
pub(crate) struct Replicating<D, F> {
    replica: Replica<D>,
    follower: F,
    gauges: Arc<Gauges>,
    /// Its other end is dropped to stop the thread.
    stop: Receiver<Infallible>,
    looks: Receiver<Look>,
}

impl<D: Derived, F: Follow> Replicating<D, F> {
    pub(crate) fn new(
        replica: Replica<D>,
        follower: F,
        gauges: Arc<Gauges>,
        stop: Receiver<Infallible>,
    ) -> (Self, View) {
        let (looks, looked) = bounded(LOOKS);
        gauges.set_replicated(replica.head().seq);
        (Self { replica, follower, gauges, stop, looks: looked }, View { looks })
    }

    /// Follows until it is stopped, or a record cannot be read or applied.
    pub(crate) fn run(mut self) {
        priority::lower();
        while self.stop.try_recv() != Err(TryRecvError::Disconnected) {
            if let Err(error) = self.round() {
                (self.replica.tell)(Notice::Ended(error));
                return;
            }
            self.pause();
        }
        if let Err(error) = self.end() {
            (self.replica.tell)(Notice::Ended(error));
        }
    }

    /// Applies some of what is durable.
    fn round(&mut self) -> Result<(), Error> {
        let durable = self.gauges.durable();
        for _ in 0..ROUND {
            let Some(logged) = self.follower.next(durable)? else { break };
            self.replica.replay.step(&logged, &Quarantine::default())?;
            let head = self.replica.head();
            self.tell_observers(&logged, &head);
            self.gauges.set_replicated(head.seq);
            if head.seq.is_multiple_of(self.replica.replication.every.get()) {
                self.take();
            }
        }
        Ok(())
    }

    fn tell_observers(&mut self, logged: &Logged, head: &Head) {
        let Replica { replay, observers, .. } = &mut self.replica;
        let (record, events, exchange) = (&replay.chain.last(), replay.events(), &replay.exchange);
        let applied = Applied { record, logged, events, head, exchange };
        observers.iter_mut().for_each(|observer| observer.record(&applied));
    }

    /// Whoever listens has heard everything when the replica ends.
    fn end(&mut self) -> Result<(), Error> {
        if self.replica.observers.is_empty() {
            return Ok(());
        }
        while self.replica.head().seq < self.gauges.durable() {
            self.round()?;
        }
        let (head, exchange) = (self.replica.head(), &self.replica.replay.exchange);
        self.replica.observers.iter_mut().for_each(|observer| observer.end(&head, exchange));
        Ok(())
    }

    /// Lets others look; sleeps if there is nothing to apply.
    fn pause(&mut self) {
        let (head, exchange) = (self.replica.head(), &self.replica.replay.exchange);
        self.replica.observers.iter_mut().for_each(|observer| observer.pause(&head, exchange));
        if head.seq < self.gauges.durable() {
            self.looks.try_iter().for_each(|look| look(&head, exchange));
            return;
        }
        match self.looks.recv_timeout(PAUSE) {
            Ok(look) => look(&head, exchange),
            Err(RecvTimeoutError::Timeout) => {}
            // Nobody can look any more.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PAUSE),
        }
    }

    /// A snapshot that fails leaves the older ones, and the log.
    fn take(&mut self) {
        let start = Instant::now();
        let notice = match self.write() {
            Ok(written) => Notice::Taken { written, time: start.elapsed() },
            Err(error) => Notice::NotTaken(error),
        };
        (self.replica.tell)(notice);
    }

    fn write(&self) -> Result<Written, Error> {
        let Replica { replay, snapshots, replication, .. } = &self.replica;
        let written = snapshots.write(replay.head(), &replay.exchange, &replay.derived)?;
        self.gauges.set_snapshot(written.file.seq);
        let oldest = snapshots.keep(KEPT)?;
        match (replication.old_records, oldest) {
            (OldRecords::Drop, Some(oldest)) => self.gauges.let_go_before(oldest + 1),
            (OldRecords::Drop, None) | (OldRecords::Keep, _) => {}
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests;

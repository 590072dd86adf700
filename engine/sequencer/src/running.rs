//! Starting and stopping the two threads, and that of the replica.

use std::convert::Infallible;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, Sender, bounded};
use engine::Exchange;

use crate::clock::{Clock, Timekeeper};
use crate::derived::Derived;
use crate::gate::Gate;
use crate::inbox::{Handle, inbox};
use crate::log::{CommandLog, Head};
use crate::outbox::outbox;
use crate::replica::{Replica, Replicating, View};
use crate::sequencing::Sequencing;
use crate::stats::Gauges;
use crate::submission::Outcome;
use crate::{Digest, Error};

/// How a sequencer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where the time comes from.
    pub clock: Clock,
    /// How often, in the world's time, the timers are looked at. Every tick is a record, so this is
    /// also how fast an idle log grows. A stepped clock has no ticks.
    pub tick: Duration,
    /// How long no tick is recorded while nobody does anything and nothing is due. Market time is known
    /// so exactly to those who look at it.
    pub quiet: Duration,
    /// Room in the queue of orders.
    pub orders: NonZeroUsize,
    /// Room in the queue of cancels.
    pub cancels: NonZeroUsize,
    /// Most outcomes of one batch.
    pub batch: NonZeroUsize,
    /// How long a thread with nothing to do looks for work before it sleeps. A wake-up takes tens
    /// of microseconds; spinning takes a core.
    pub spin: Duration,
}

impl Settings {
    /// A clock, and for the rest what suits a machine with few cores.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let size = |size| NonZeroUsize::new(size).expect("it is not zero");
        let tick = match clock {
            Clock::System => Duration::from_secs(1),
            Clock::Scaled { .. } | Clock::Stepped { .. } => Duration::from_millis(100),
        };
        Self {
            clock,
            tick,
            quiet: match clock {
                Clock::System => Duration::from_secs(10),
                Clock::Scaled { .. } | Clock::Stepped { .. } => tick,
            },
            orders: size(16_384),
            cancels: size(4_096),
            batch: size(4_096),
            spin: Duration::from_micros(10),
        }
    }
}

/// A running sequencer. Dropped, it stops, but nobody waits for it.
#[derive(Debug)]
#[must_use = "dropped, it stops"]
pub struct Running {
    handle: Handle,
    /// Nothing is ever sent: that it is gone is the signal.
    stop: Sender<Infallible>,
    sequencing: JoinHandle<Exchange>,
    gate: JoinHandle<Result<Head, Error>>,
    replica: Option<Beside>,
}

/// A replica that runs. It is stopped after the log thread, so that it has seen all that is durable.
#[derive(Debug)]
struct Beside {
    stop: Sender<Infallible>,
    thread: JoinHandle<()>,
    view: View,
}

/// What a sequencer leaves when it has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The last record.
    pub head: Head,
    /// The digest of everything the exchange is.
    pub digest: Digest,
}

/// Starts the two threads on an exchange and the log it was recovered from. Outcomes come in
/// batches, in order, and only when durable; the receiver must keep up, or the exchange waits.
///
/// Where the log has commands in it, the first that is added is [`types::Command::Restarted`].
///
/// When the log fails, nothing more is released, `outcomes` closes, and [`Running::stop`] says why.
///
/// # Errors
/// When the system gives no thread.
pub fn start(
    exchange: Exchange,
    log: impl CommandLog,
    settings: Settings,
    outcomes: Sender<Vec<Outcome>>,
) -> Result<Running, Error> {
    let gauges = Arc::new(Gauges::starting_at(log.head().seq));
    let (stop, stopped) = bounded(0);
    launch(exchange, log, settings, outcomes, gauges, (stop, stopped))
}

/// As [`start`], with a replica beside it.
///
/// # Errors
/// When the log cannot be followed, or the system gives no thread.
pub fn start_replicated<D: Derived>(
    exchange: Exchange,
    log: impl CommandLog,
    settings: Settings,
    outcomes: Sender<Vec<Outcome>>,
    replica: Replica<D>,
) -> Result<Running, Error> {
    let gauges = Arc::new(Gauges::starting_at(log.head().seq));
    let (stop, stopped) = bounded(0);
    let follower = log.follow(replica.head().seq + 1)?;
    let (halt, halted) = bounded(0);
    let (replicating, view) = Replicating::new(replica, follower, Arc::clone(&gauges), halted);
    let running = launch(exchange, log, settings, outcomes, gauges, (stop, stopped))?;
    let thread = spawn("replica", || replicating.run())?;
    Ok(Running { replica: Some(Beside { stop: halt, thread, view }), ..running })
}

fn launch(
    exchange: Exchange,
    log: impl CommandLog,
    settings: Settings,
    outcomes: Sender<Vec<Outcome>>,
    gauges: Arc<Gauges>,
    (stop, stopped): (Sender<Infallible>, Receiver<Infallible>),
) -> Result<Running, Error> {
    let head = log.head();
    let (orders, cancels) = (settings.orders.get(), settings.cancels.get());
    let (handle, inbox) = inbox(orders, cancels, Arc::clone(&gauges));
    let (outbox, end) = outbox(settings.batch.get());
    let mut clock = Timekeeper::new(settings.clock, head.time);
    let sequencing = Sequencing {
        exchange,
        seq: head.seq,
        now: clock.now(),
        stamped: head.time,
        clock,
        inbox,
        outbox,
        gauges: Arc::clone(&gauges),
        stop: stopped,
        tick: settings.tick,
        quiet: settings.quiet,
        has_acted: true,
        recorded: Instant::now(),
        next_tick: Instant::now(),
        spin: settings.spin,
    };
    let gate = Gate { log, end, outcomes, gauges, spin: settings.spin, dropped_before: 0 };
    Ok(Running {
        handle,
        stop,
        sequencing: spawn("sequencer", || sequencing.run())?,
        gate: spawn("log", || gate.run())?,
        replica: None,
    })
}

fn spawn<T: Send + 'static>(
    name: &'static str,
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    let error = |source: io::Error| Error::Thread { name, source };
    thread::Builder::new().name(name.to_owned()).spawn(run).map_err(error)
}

impl Running {
    /// The way in.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// The way to look at the replica, where there is one.
    #[must_use]
    pub fn view(&self) -> Option<View> {
        self.replica.as_ref().map(|beside| beside.view.clone())
    }

    /// Takes nothing more, finishes what was taken, and waits until it is durable and released. The
    /// outcomes must be received meanwhile; they end when all are out.
    ///
    /// # Errors
    /// When the log has failed, now or earlier.
    ///
    /// # Panics
    /// When one of the threads has.
    pub fn stop(self) -> Result<Stopped, Error> {
        drop(self.stop);
        let exchange = join(self.sequencing);
        let gate = join(self.gate);
        if let Some(Beside { stop, thread, .. }) = self.replica {
            drop(stop);
            join(thread);
        }
        let head = gate?;
        Ok(Stopped { head, digest: Digest::of(&exchange) })
    }
}

/// A panic goes on in whoever waits: a broken invariant stops the process.
fn join<T>(thread: JoinHandle<T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests;

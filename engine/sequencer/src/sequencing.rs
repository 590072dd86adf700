//! The thread that owns the exchange: it numbers and stamps each command and applies it at once.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, Select, TryRecvError};
use engine::Exchange;
use types::{Command, Sequenced, Timestamp};

use crate::Digest;
use crate::clock::Timekeeper;
use crate::inbox::Inbox;
use crate::outbox::{GateGone, Outbox};
use crate::stats::Gauges;
use crate::submission::{Origin, Outcome, Output, Request, Submission};

/// Most submissions served on one reading of the clock, and before the log thread is looked at
/// again.
const TURN: usize = 64;

/// Everything the thread has.
pub(crate) struct Sequencing {
    pub(crate) exchange: Exchange,
    /// Number of the last command.
    pub(crate) seq: u64,
    pub(crate) clock: Timekeeper,
    /// The stamp of the next command.
    pub(crate) now: Timestamp,
    /// The stamp of the last command.
    pub(crate) stamped: Timestamp,
    pub(crate) inbox: Inbox,
    pub(crate) outbox: Outbox,
    pub(crate) gauges: Arc<Gauges>,
    /// Its other end is dropped to stop the thread.
    pub(crate) stop: Receiver<Infallible>,
    /// How long from one tick to the next, and when that is.
    pub(crate) tick: Duration,
    pub(crate) next_tick: Instant,
    /// How long no tick is recorded while nothing happens.
    pub(crate) quiet: Duration,
    /// Whether a command has come since the last tick.
    pub(crate) has_acted: bool,
    /// When the last command was applied.
    pub(crate) recorded: Instant,
    /// How long to look for work before sleeping.
    pub(crate) spin: Duration,
}

impl Sequencing {
    /// Works until it is stopped or the log thread is gone; leaves the exchange behind.
    pub(crate) fn run(mut self) -> Exchange {
        // When the log thread is gone it knows why, and whoever waits for it will be told.
        let _ = self.work();
        self.exchange
    }

    fn work(&mut self) -> Result<(), GateGone> {
        self.restart();
        while self.stop.try_recv() != Err(TryRecvError::Disconnected) {
            let served = self.turn();
            self.outbox.offer()?;
            if served == 0 {
                self.wait();
            }
        }
        self.gauges.close();
        while !self.inbox.is_empty() {
            self.turn();
            self.outbox.flush()?;
        }
        self.outbox.flush()
    }

    /// A log that has commands in it is that of a venue that was down: nothing trades in it before an
    /// auction.
    fn restart(&mut self) {
        if self.seq != 0 {
            self.apply(None, 0, Command::Restarted);
        }
    }

    /// Serves what waits, up to a limit, and says how much that was. A tick that is due comes
    /// first: after a restart the timers fire before anybody trades.
    fn turn(&mut self) -> usize {
        self.now = self.clock.now();
        self.tick();
        let mut served = 0;
        while served < TURN && self.outbox.has_room() {
            let Some(submission) = self.inbox.take() else { break };
            self.serve(submission);
            served += 1;
        }
        served
    }

    fn serve(&mut self, Submission { origin, author, request }: Submission) {
        match request {
            Request::Command(command) => self.apply(origin, author, command),
            Request::Step(time) => {
                self.clock.step(time);
                self.now = self.clock.now();
                self.apply(origin, author, Command::ClockAdvanced);
            }
            Request::Preview(order) => {
                let preview = self.exchange.preview(&order, self.now);
                self.answer(origin, Output::Preview(Box::new(preview)));
            }
            Request::Margin(account) => {
                let margin = self.exchange.margin(account);
                self.answer(origin, Output::Margin(Box::new(margin)));
            }
            Request::Digest => self.answer(origin, Output::Digest(Digest::of(&self.exchange))),
        }
    }

    fn apply(&mut self, origin: Option<Origin>, author: u64, value: Command) {
        self.seq += 1;
        let command = Sequenced { seq: self.seq, time: self.now, value };
        self.stamped = self.now;
        self.has_acted = command.value != Command::ClockAdvanced;
        self.outbox.log(author, &command);
        let mut events = Vec::new();
        self.exchange.apply(&command, &mut events);
        self.gauges.set_sequenced(self.seq);
        self.answer(origin, Output::Events(events));
    }

    fn answer(&mut self, origin: Option<Origin>, output: Output) {
        self.outbox.release(Outcome { seq: self.seq, time: self.now, origin, output });
    }

    /// Lets time pass if a tick is due, or a new hour has begun: what the hour makes due fires before
    /// anybody trades in it. A log begins with the terms of the market, so there are no ticks before
    /// its first record.
    fn tick(&mut self) {
        let now = Instant::now();
        let is_due = self.next_tick <= now || self.stamped.hour_start() < self.now.hour_start();
        if self.ticks() && is_due && self.outbox.has_room() {
            self.next_tick = now + self.tick;
            if !self.is_quiet(now) {
                self.apply(None, 0, Command::ClockAdvanced);
                self.recorded = now;
            }
        }
    }

    /// Whether a tick would change nothing and none is missed: the one before has fired and told all
    /// there was, no command has come since, and nothing is due.
    fn is_quiet(&self, now: Instant) -> bool {
        !self.has_acted && now < self.recorded + self.quiet && self.now < self.exchange.due_at()
    }

    fn ticks(&self) -> bool {
        self.clock.runs() && self.seq != 0
    }

    /// Returns when there may be something to do: looks for it for a while, then sleeps until it
    /// comes.
    fn wait(&self) {
        let start = Instant::now();
        while start.elapsed() < self.spin {
            if self.outbox.is_due() || self.outbox.has_room() && !self.inbox.is_empty() {
                return;
            }
            std::hint::spin_loop();
        }
        self.sleep();
    }

    /// A full batch has only the log thread to wait for.
    fn sleep(&self) {
        let mut select = Select::new();
        select.recv(&self.stop);
        self.outbox.watch(&mut select);
        let has_room = self.outbox.has_room();
        if has_room {
            self.inbox.watch(&mut select);
        }
        if has_room && self.ticks() {
            let _ = select.ready_deadline(self.next_tick);
        } else {
            select.ready();
        }
    }
}

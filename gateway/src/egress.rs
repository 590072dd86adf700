//! The publisher: one thread that owns the read model and turns durable outcomes into everything
//! that clients hear.
//!
//! Replies, account events, feeds and answers to questions all leave through it, so they are in one
//! order: a reply comes before every event that has its `acct_seq` or a higher one, and a question
//! is answered after every event with a lower one.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, select, tick};
use hdrhistogram::Histogram;
use sequencer::{Outcome, Output};
use types::{AccountFact, AccountId, Event, OrderChange, OrderId, SessionId, Verdict};

use crate::desk::Desk;
use crate::feed::Feeds;
use crate::metrics::{Metrics, empty_histogram};
use crate::pending::Pending;
use crate::read_model::ReadModel;
use crate::venue::wall_ns;
use crate::webhooks::Hooks;

mod account_data;
mod acts;
mod ask;
mod binary;
mod capacity_data;
mod clearing_data;
mod delivery_data;
mod entered;
mod owners;
mod past;
mod private;
mod queries;
mod replies;
mod statement_data;
mod subscribe;

pub(crate) use ask::{
    Ask, Asked, Audience, Lever, Question, Recipient, Requested, Since, Toll, Waiting,
};
pub(crate) use past::{NoSuchPast, Past};

pub(crate) use private::{ACCOUNT_EPOCH, data_of};

use entered::Entered;
use owners::Owners;

/// How often the clock of the feeds is looked at.
const TICK: Duration = Duration::from_millis(50);
/// How often connections that have ended are forgotten and latencies are shown.
const SWEEP: Duration = Duration::from_secs(1);

/// The thread's own.
pub(crate) struct Publisher {
    model: ReadModel,
    feeds: Feeds,
    owners: Owners,
    entered: Entered,
    pending: Arc<Pending<Waiting>>,
    desk: Arc<Desk>,
    hooks: Hooks,
    metrics: Arc<Metrics>,
    market_time: Arc<AtomicI64>,
    latency: Histogram<u64>,
    swept: Instant,
}

impl Publisher {
    /// A publisher that goes on from a replayed read model.
    pub(crate) fn new(
        model: ReadModel,
        pending: Arc<Pending<Waiting>>,
        desk: Arc<Desk>,
        metrics: Arc<Metrics>,
        market_time: Arc<AtomicI64>,
    ) -> Self {
        // A new run is a new epoch, because its numbers begin anew.
        let run = format!("{:x}", wall_ns().unsigned_abs() / 1_000_000);
        Self {
            model,
            feeds: Feeds::new(run),
            owners: Owners::default(),
            entered: Entered::default(),
            pending,
            desk,
            hooks: Hooks::default(),
            metrics,
            market_time,
            latency: empty_histogram(),
            swept: Instant::now(),
        }
    }

    /// The same, which tells webhooks as well.
    pub(crate) fn telling(self, hooks: Hooks) -> Self {
        Self { hooks, ..self }
    }

    /// Runs until the outcomes end: the sequencer has stopped, or its log has failed.
    pub(crate) fn run(mut self, outcomes: &Receiver<Vec<Outcome>>, asks: &Receiver<Ask>) {
        let ticks = tick(TICK);
        loop {
            select! {
                recv(outcomes) -> batch => match batch {
                    Ok(batch) => self.publish_all(batch),
                    Err(_) => break,
                },
                recv(asks) -> ask => match ask {
                    Ok(ask) => self.answer(ask),
                    Err(_) => break,
                },
                recv(ticks) -> _ => self.tick(Instant::now()),
            }
        }
        asks.try_iter().for_each(|ask| self.answer(ask));
        self.give_up();
    }

    fn publish_all(&mut self, batch: Vec<Outcome>) {
        for outcome in batch {
            self.market_time.store(outcome.time.0, Ordering::Relaxed);
            self.publish(outcome);
        }
        self.feeds.send_due(&self.model, Instant::now());
    }

    /// The reply first, then what its account hears, then what everybody hears.
    fn publish(&mut self, outcome: Outcome) {
        let waiting = outcome.origin.and_then(|origin| self.pending.take(origin));
        let Output::Events(events) = &outcome.output else {
            self.reply(waiting, outcome);
            return;
        };
        let effects = self.model.apply(outcome.seq, outcome.time, events);
        self.reply(waiting, outcome);
        self.owners.send(&self.model, &effects.records);
        self.hooks.tell(&self.model, &effects.records);
        self.owners.send_to_firms(&self.model, &effects);
        self.feeds.publish(&self.model, &effects, Instant::now());
        Metrics::add(&self.metrics.orders, effects.new_orders());
        Metrics::add(&self.metrics.trades, effects.new_trades());
    }

    fn reply(&mut self, waiting: Option<Waiting>, outcome: Outcome) {
        match waiting {
            None => {}
            Some(Waiting::Operator(answer)) => {
                // An operator that no longer waits has its command done all the same.
                answer.send(outcome).ok();
            }
            Some(Waiting::Login(asked, account, result)) => {
                asked.link.order_ends(asked.requested);
                self.question(asked, account, Question::Login(result));
            }
            Some(Waiting::Client(asked)) => {
                self.latency.saturating_record(asked.age_ns());
                self.note_entered(&asked, &outcome);
                replies::send(&self.model, &self.metrics, asked, &outcome);
            }
        }
    }

    /// Remembers which session an accepted order ends with.
    fn note_entered(&mut self, asked: &Asked, outcome: &Outcome) {
        if let (Requested::Place(session, _), Some(account)) = (asked.requested, asked.account)
            && let Output::Events(events) = &outcome.output
            && let Some(Event::Verdict(Verdict::Order(verdict))) = events.last()
            && session != SessionId(0)
        {
            self.entered.add(session, account, verdict.order_id);
        }
        if let (Requested::Quote(session), Some(account)) = (asked.requested, asked.account)
            && let Output::Events(events) = &outcome.output
        {
            let new = events.iter().filter_map(|event| new_order(account, event));
            new.for_each(|order| self.entered.add(session, account, order));
        }
    }

    fn tick(&mut self, now: Instant) {
        self.feeds.tick(&self.model, now);
        if SWEEP <= now.saturating_duration_since(self.swept) {
            self.swept = now;
            self.feeds.sweep();
            self.owners.sweep();
            self.entered.forget_ended(&self.model.accounts);
            self.metrics.fold(&mut self.latency);
        }
    }

    /// Whoever still waits learns that nobody knows what became of it.
    fn give_up(&mut self) {
        for waiting in self.pending.take_all() {
            match waiting {
                Waiting::Client(asked) | Waiting::Login(asked, ..) => {
                    replies::send_unknown(&self.metrics, asked);
                }
                Waiting::Operator(_) => {}
            }
        }
    }
}

/// The order of this account that an event says is new.
fn new_order(owner: AccountId, event: &Event) -> Option<OrderId> {
    match event {
        Event::Account { account, fact: AccountFact::Order(report), .. }
            if *account == owner && report.change == OrderChange::New =>
        {
            Some(report.order_id)
        }
        _ => None,
    }
}

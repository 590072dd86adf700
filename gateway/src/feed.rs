//! The public feeds: what everybody may know, as numbered messages of channels.
//!
//! A channel begins to count when it is first asked for, so nothing is made that nobody hears.
//! Channels either send each change or, at their own pace, the latest state. Whoever falls behind
//! starts anew from the state.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use types::InstrumentId;

use crate::link::Link;
use crate::read_model::{Effects, ReadModel};

mod book;
mod curve;
mod frames;
mod market;
mod states;
mod stats;
mod subject;
mod topic;

pub(crate) use market::{Changes, Market, Markets};
pub(crate) use subject::Subject;

use frames::Why;
use market::Change;
use topic::Topic;

/// All channels that somebody has asked for.
#[derive(Debug)]
pub(crate) struct Feeds {
    /// Names this run of the venue in every epoch.
    run: String,
    topics: BTreeMap<Subject, Topic>,
    /// The channels of each contract.
    of_contract: HashMap<InstrumentId, Vec<Subject>>,
    /// Channels whose latest state is still to be sent.
    touched: BTreeSet<Subject>,
}

impl Feeds {
    /// No channels yet; `run` tells this run of the venue from all others.
    pub(crate) fn new(run: String) -> Self {
        Self { run, topics: BTreeMap::new(), of_contract: HashMap::new(), touched: BTreeSet::new() }
    }

    /// Sends the state of a channel to a reader and from then on its changes.
    pub(crate) fn subscribe(
        &mut self,
        model: &ReadModel,
        subject: Subject,
        channel: &str,
        link: &Arc<Link>,
    ) {
        let topic = self.topics.entry(subject).or_insert_with(|| {
            if let Some(id) = subject.instrument() {
                self.of_contract.entry(id).or_default().push(subject);
            }
            Topic::new(subject, channel.to_owned(), &self.run, Instant::now())
        });
        let state = frames::state(topic, model, Why::Subscribe);
        topic.add(link, &state);
    }

    /// Whether a connection has subscribed to it.
    pub(crate) fn is_heard(&self, subject: Subject, no: u64) -> bool {
        self.topics.get(&subject).is_some_and(|topic| topic.is_heard(no))
    }

    /// Sends the state of a channel again.
    pub(crate) fn resync(&mut self, model: &ReadModel, subject: Subject, link: &Arc<Link>) {
        if let Some(topic) = self.topics.get_mut(&subject) {
            let state = frames::state(topic, model, Why::Resync);
            topic.add(link, &state);
        }
    }

    /// Sends no more of a channel; `false` when the reader has not subscribed to it.
    pub(crate) fn unsubscribe(&mut self, subject: Subject, no: u64) -> bool {
        self.topics.get_mut(&subject).is_some_and(|topic| topic.remove(no))
    }

    /// Sends what a command changed.
    pub(crate) fn publish(&mut self, model: &ReadModel, effects: &Effects, now: Instant) {
        for (id, change) in &effects.changes.touched {
            self.publish_contract(model, *id, change, now);
        }
        for product in &effects.changes.indices {
            self.send_state(model, Subject::Index(*product), now);
            self.touch(Subject::Curve(*product));
        }
        for id in &effects.deliveries {
            self.touch(Subject::Delivery(*id));
        }
    }

    fn publish_contract(
        &mut self,
        model: &ReadModel,
        id: InstrumentId,
        change: &Change,
        now: Instant,
    ) {
        let Some(market) = model.markets.get(id) else { return };
        if change.is_listed || change.phase.is_some() {
            self.send(Subject::Instruments, now, |topic| frames::listed(topic, model, market));
        }
        if let Some(settled) = &change.settled {
            for subject in [Subject::Settlement(None), Subject::Settlement(Some(id))] {
                self.send(subject, now, |topic| frames::settlement(topic, market, settled));
            }
        }
        self.touch(Subject::Curve(market.instrument.product));
        for subject in self.of_contract.get(&id).cloned().unwrap_or_default() {
            match subject {
                Subject::Book(_) if !change.levels.is_empty() || change.is_implied => {
                    self.send(subject, now, |topic| frames::book_delta(topic, market, change));
                }
                Subject::Trades(_) if !change.trades.is_empty() => {
                    self.send(subject, now, |topic| frames::trades(topic, change));
                }
                Subject::Status(_) if change.phase.is_some() => {
                    self.send_state(model, subject, now);
                }
                Subject::Top { .. } | Subject::BestQuotes(_)
                    if change.levels.is_empty() && !change.is_implied => {}
                Subject::Top { .. } | Subject::BestQuotes(_) | Subject::Ticker(_) => {
                    self.touch(subject);
                }
                Subject::Book(_)
                | Subject::Trades(_)
                | Subject::Status(_)
                | Subject::Settlement(_)
                | Subject::Delivery(_)
                | Subject::Curve(_)
                | Subject::Index(_)
                | Subject::Instruments
                | Subject::System
                | Subject::Checkpoint => {}
            }
        }
    }

    /// Sends the latest state of the channels that keep nothing else and are due.
    pub(crate) fn send_due(&mut self, model: &ReadModel, now: Instant) {
        let topics = &mut self.topics;
        self.touched.retain(|subject| {
            let Some(topic) = topics.get_mut(subject).filter(|topic| topic.has_readers()) else {
                return false;
            };
            if topic.is_due(now) {
                topic.next();
                let state = frames::state(topic, model, Why::Change);
                topic.send(&state, now);
                return false;
            }
            true
        });
    }

    /// What is due, heartbeats of silent channels, and a new start for those who have caught up.
    pub(crate) fn tick(&mut self, model: &ReadModel, now: Instant) {
        self.send_due(model, now);
        for topic in self.topics.values_mut() {
            topic.catch_up(|topic, missed| frames::catch_up(topic, model, missed));
            if topic.is_silent(now) {
                let beat = frames::heartbeat(topic);
                topic.send(&beat, now);
            }
        }
    }

    /// Sends the checkpoint that was signed last.
    pub(crate) fn publish_checkpoint(&mut self, model: &ReadModel, now: Instant) {
        self.send_state(model, Subject::Checkpoint, now);
    }

    /// Tells everybody on the `system` channel that the venue closes.
    pub(crate) fn announce_shutdown(&mut self, now: Instant) {
        self.send(Subject::System, now, frames::shutdown);
    }

    /// Forgets readers whose connections have ended.
    pub(crate) fn sweep(&mut self) {
        self.topics.values_mut().for_each(Topic::sweep);
    }

    fn touch(&mut self, subject: Subject) {
        if self.topics.get(&subject).is_some_and(Topic::has_readers) {
            self.touched.insert(subject);
        }
    }

    fn send_state(&mut self, model: &ReadModel, subject: Subject, now: Instant) {
        self.send(subject, now, |topic| frames::state(topic, model, Why::Change));
    }

    /// Numbers a message of a channel and sends it, if anybody listens.
    fn send(&mut self, subject: Subject, now: Instant, frame: impl FnOnce(&Topic) -> Bytes) {
        if let Some(topic) = self.topics.get_mut(&subject)
            && topic.has_readers()
        {
            topic.next();
            let frame = frame(topic);
            topic.send(&frame, now);
        }
    }
}

#[cfg(test)]
mod tests;

//! The public feeds: what everybody may know, as numbered messages of channels.
//!
//! A channel begins to count when it is first asked for, so nothing is made that nobody hears.
//! Channels either send each change or, at their own pace, the latest state. Whoever falls behind
//! starts anew from the state.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use protocol::server::SystemData;
use types::{InstrumentId, ProductId};

use crate::link::Link;
use crate::read_model::{Effects, ReadModel};

mod bars;
mod binary;
mod book;
mod candles;
mod curve;
mod frames;
mod market;
mod queue;
mod states;
mod stats;
mod subject;
mod topic;

pub(crate) use market::{Changes, Market, Markets};
pub(crate) use states::{candle, contracts, settlement, trade};
pub(crate) use subject::Subject;

use bars::Bars;
use frames::Why;
use market::Change;
use topic::{Made, Topic};

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
    bars: Bars,
}

impl Feeds {
    /// No channels yet; `run` tells this run of the venue from all others.
    pub(crate) fn new(run: String) -> Self {
        Self {
            run,
            topics: BTreeMap::new(),
            of_contract: HashMap::new(),
            touched: BTreeSet::new(),
            bars: Bars::default(),
        }
    }

    /// Sends the state of a channel to a reader and from then on its changes.
    pub(crate) fn subscribe(
        &mut self,
        model: &ReadModel,
        subject: Subject,
        channel: &str,
        link: &Arc<Link>,
    ) {
        let topic = self.topic(subject, channel);
        topic.will_be_read(link.encoding);
        let state = frames::state(topic, model, Why::Subscribe);
        topic.add(link, &state);
        self.bars.begin(subject, model);
    }

    /// The number of a channel in binary messages.
    pub(crate) fn number(&mut self, subject: Subject, channel: &str) -> u32 {
        self.topic(subject, channel).no
    }

    fn topic(&mut self, subject: Subject, channel: &str) -> &mut Topic {
        let no = u32::try_from(self.topics.len() + 1).unwrap_or(u32::MAX);
        self.topics.entry(subject).or_insert_with(|| {
            if let Some(id) = subject.instrument() {
                self.of_contract.entry(id).or_default().push(subject);
            }
            Topic::new(subject, channel.to_owned(), no, &self.run, Instant::now())
        })
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
            self.touch_marks(model, *product);
        }
        for product in &effects.changes.supplies {
            self.send_state(model, Subject::Supply(*product), now);
        }
        for id in &effects.deliveries {
            self.touch(Subject::Delivery(*id));
        }
        for notice in &effects.changes.notices {
            self.send(Subject::System, now, |topic| frames::notice(topic, model, notice));
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
        if !change.levels.is_empty() || change.settled.is_some() {
            self.touch_marks(model, market.instrument.product);
        }
        for subject in self.of_contract.get(&id).cloned().unwrap_or_default() {
            match subject {
                Subject::Book(_) if !change.levels.is_empty() || change.is_implied => {
                    self.send(subject, now, |topic| frames::book_delta(topic, market, change));
                }
                Subject::Queue(_) if !change.orders.is_empty() => {
                    self.send(subject, now, |topic| frames::queue_delta(topic, market, change));
                }
                Subject::Candles(..) if !change.trades.is_empty() => {
                    self.close_bars(model, subject, now);
                    self.touch(subject);
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
                | Subject::Queue(_)
                | Subject::Trades(_)
                | Subject::Candles(..)
                | Subject::Mark(_)
                | Subject::Status(_)
                | Subject::Settlement(_)
                | Subject::Delivery(_)
                | Subject::Curve(_)
                | Subject::Index(_)
                | Subject::Supply(_)
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
        for subject in self.bars.heard() {
            self.close_bars(model, subject, now);
        }
        self.send_due(model, now);
        for topic in self.topics.values_mut() {
            topic.catch_up(|topic, missed| frames::catch_up(topic, model, missed));
            if topic.is_silent(now) {
                let beat = Made::from(frames::heartbeat(topic));
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
        self.announce(&frames::shutdown(), now);
    }

    /// Tells everybody on the `system` channel.
    pub(crate) fn announce(&mut self, data: &SystemData, now: Instant) {
        self.send(Subject::System, now, |topic| frames::announcement(topic, data));
    }

    /// Says of candles that are over that they are.
    fn close_bars(&mut self, model: &ReadModel, subject: Subject, now: Instant) {
        for candle in self.bars.close(subject, model) {
            self.send(subject, now, |topic| frames::candle(topic, &candle, model.time()));
        }
    }

    /// A price of one contract moves what others of its product are worth.
    fn touch_marks(&mut self, model: &ReadModel, product: ProductId) {
        let (first, last) = (InstrumentId(u32::MIN), InstrumentId(u32::MAX));
        let marks = self.topics.range(Subject::Mark(first)..=Subject::Mark(last));
        let of_product = marks.map(|(subject, _)| *subject).filter(|subject| {
            let market = subject.instrument().and_then(|id| model.markets.get(id));
            market.is_some_and(|market| market.instrument.product == product)
        });
        let of_product: Vec<Subject> = of_product.collect();
        of_product.into_iter().for_each(|subject| self.touch(subject));
    }

    /// Leaves out the next messages of a channel to one reader; `false` when it does not hear it.
    pub(crate) fn leave_out(&mut self, channel: &str, no: u64, count: u32) -> bool {
        let topic = self.topics.values_mut().find(|topic| topic.channel == channel);
        topic.is_some_and(|topic| topic.leave_out(no, count))
    }

    /// Begins a new epoch of every channel a reader hears, with the state for all its readers.
    pub(crate) fn begin_epoch(&mut self, model: &ReadModel, no: u64, now: Instant) {
        for topic in self.topics.values_mut().filter(|topic| topic.is_heard(no)) {
            topic.begin_epoch();
            let state = frames::state(topic, model, Why::Epoch);
            topic.send(&state, now);
        }
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
    fn send<M: Into<Made>>(
        &mut self,
        subject: Subject,
        now: Instant,
        frame: impl FnOnce(&Topic) -> M,
    ) {
        if let Some(topic) = self.topics.get_mut(&subject)
            && topic.has_readers()
        {
            topic.next();
            let frame = frame(topic).into();
            topic.send(&frame, now);
        }
    }
}

#[cfg(test)]
mod tests;

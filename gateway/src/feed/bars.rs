//! Which candles have been told to be over. A candle ends when the next one begins or when market time
//! comes to its end, and its last state is told once, so that conflation never hides it.

use std::collections::BTreeMap;

use types::Timestamp;

use super::candles::Candle;
use super::subject::Subject;
use crate::read_model::ReadModel;

/// The candle channels that were asked for, with the start of the last candle told to be over.
#[derive(Debug, Default)]
pub(super) struct Bars(BTreeMap<Subject, Timestamp>);

impl Bars {
    /// A channel is heard: what is over now has been told, or is the past.
    pub(super) fn begin(&mut self, subject: Subject, model: &ReadModel) {
        if let Subject::Candles(..) = subject {
            let over = over(subject, model, Timestamp(i64::MIN));
            let last = over.last().map_or(Timestamp(i64::MIN), |candle| candle.start);
            self.0.entry(subject).or_insert(last);
        }
    }

    /// The channels.
    pub(super) fn heard(&self) -> Vec<Subject> {
        self.0.keys().copied().collect()
    }

    /// Candles of a channel that are over and have not been told to be.
    pub(super) fn close(&mut self, subject: Subject, model: &ReadModel) -> Vec<Candle> {
        let Some(told) = self.0.get_mut(&subject) else { return Vec::new() };
        let over = over(subject, model, *told);
        if let Some(last) = over.last() {
            *told = last.start;
        }
        over
    }
}

/// Candles that began after `told` and are over.
fn over(subject: Subject, model: &ReadModel, told: Timestamp) -> Vec<Candle> {
    let Subject::Candles(id, span) = subject else { return Vec::new() };
    let Some(market) = model.markets.get(id) else { return Vec::new() };
    let latest = market.candles.of(span).iter().rev();
    let mut over: Vec<Candle> = latest
        .take_while(|candle| told < candle.start)
        .filter(|candle| candle.end <= model.time())
        .copied()
        .collect();
    over.reverse();
    over
}

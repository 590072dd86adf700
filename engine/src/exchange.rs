//! The exchange.

use serde::{Deserialize, Serialize};
use types::{Command, Event, NewOrder, Preview, Refusal, Sequenced, Timestamp, Verdict};

/// The whole exchange.
#[derive(Default)]
pub struct Exchange {
    seq: u64,
}

/// Everything the exchange is, without indexes: what its digest is taken over.
#[derive(Serialize, Deserialize)]
pub struct Snapshot {
    seq: u64,
}

impl Exchange {
    /// An exchange before its first command.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies one command and appends what happened to `out`; the last event is the verdict.
    pub fn apply(&mut self, command: &Sequenced<Command>, out: &mut Vec<Event>) {
        self.seq = command.seq;
        out.push(Event::Verdict(Verdict::Done));
    }

    /// What an order would do if it came at `now`. Changes nothing.
    ///
    /// # Errors
    /// The refusal the order would get.
    pub fn preview(&self, _order: &NewOrder, _now: Timestamp) -> Result<Preview, Refusal> {
        unimplemented!()
    }

    /// Everything the exchange is, in canonical form.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { seq: self.seq }
    }

    /// Checks every invariant of the whole exchange; for tests and for `verify`.
    ///
    /// # Panics
    /// When one is broken.
    pub fn audit(&self) {}
}

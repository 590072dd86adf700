//! Signs checkpoints as time passes, in the thread of the replica: the one that matches neither waits
//! for it nor knows of it.

use std::time::{Duration, Instant};

use engine::Exchange;

use super::CheckpointMaker;
use crate::log::Head;
use crate::{Applied, Error, Observer};

/// Listens to a replica and signs what it comes to.
pub struct Notary {
    maker: CheckpointMaker,
    every: Duration,
    due: Instant,
    /// The last record of the last checkpoint.
    signed: u64,
    /// Something went wrong, and was told.
    has_failed: bool,
    tell: Box<dyn FnMut(Result<String, Error>) + Send>,
}

impl Notary {
    /// A notary that signs whenever so much time has passed and records have come, and at the end;
    /// each note goes to `tell`. After an error, which goes there too, no more are signed.
    ///
    /// The maker stands where the replica does.
    #[must_use]
    pub fn new(
        maker: CheckpointMaker,
        every: Duration,
        tell: impl FnMut(Result<String, Error>) + Send + 'static,
    ) -> Self {
        let due = Instant::now();
        Self { maker, every, due, signed: 0, has_failed: false, tell: Box::new(tell) }
    }

    fn sign(&mut self, exchange: &Exchange) {
        let seq = self.maker.head().seq;
        if self.has_failed || seq == self.signed || self.maker.is_passing_over() {
            return;
        }
        let note = self.maker.checkpoint(exchange);
        (self.signed, self.due) = (seq, Instant::now() + self.every);
        self.has_failed = note.is_err();
        (self.tell)(note);
    }
}

impl Observer for Notary {
    fn record(&mut self, applied: &Applied<'_>) {
        if self.has_failed {
            return;
        }
        let Applied { logged, events, exchange, .. } = applied;
        if let Err(error) = self.maker.add(logged, events, exchange) {
            self.has_failed = true;
            (self.tell)(Err(error));
        }
    }

    fn pause(&mut self, _: &Head, exchange: &Exchange) {
        if self.due <= Instant::now() {
            self.sign(exchange);
        }
    }

    fn end(&mut self, _: &Head, exchange: &Exchange) {
        self.sign(exchange);
    }
}

#[cfg(test)]
mod tests;

//! Comparing a checkpoint with the log it was signed over, while that is replayed.

use engine::Exchange;
use proof::Checkpoint;
use types::Event;

use super::maker::Trunk;
use crate::log::Logged;

/// A checkpoint, and what the log comes to so far.
#[derive(Debug)]
pub(crate) struct Audit {
    expected: Checkpoint,
    trunk: Trunk,
}

/// What a checkpoint says otherwise than the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Difference(pub(crate) &'static str);

impl Audit {
    pub(crate) fn new(expected: Checkpoint) -> Self {
        Self { expected, trunk: Trunk::default() }
    }

    /// Records of the checkpoint.
    pub(crate) fn size(&self) -> u64 {
        self.expected.size
    }

    /// Takes the next record in, and compares when it is the last of the checkpoint.
    pub(crate) fn step(
        &mut self,
        logged: &Logged,
        events: &[Event],
        exchange: &Exchange,
    ) -> Result<(), Difference> {
        let seq = logged.command.seq;
        if self.size() < seq {
            return Ok(());
        }
        if seq != self.trunk.head().seq + 1 {
            return Err(Difference("the log, whose beginning is not there,"));
        }
        self.trunk.grow(logged, events, exchange, |_| ());
        if seq < self.size() {
            return Ok(());
        }
        self.compare(exchange)
    }

    /// Compares what the log comes to with what was signed.
    fn compare(&self, exchange: &Exchange) -> Result<(), Difference> {
        let found = self.trunk.checkpoint(exchange);
        let Checkpoint { size, root, time_ns, chain, state } = self.expected;
        assert_eq!(size, found.size, "it is compared at its own record");
        let parts = [
            ("the time of the last record", time_ns == found.time_ns),
            ("the hash chain", chain == found.chain),
            ("the root of the log", root == found.root),
            ("the root of the state", state == found.state),
        ];
        match parts.into_iter().find(|(_, is_same)| !is_same) {
            Some((what, _)) => Err(Difference(what)),
            None => Ok(()),
        }
    }
}

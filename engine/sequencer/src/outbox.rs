//! The way from the sequencer to the log thread.
//!
//! Two sets of buffers go round. The sequencer fills one while the log thread appends the other,
//! and hands over the one it fills as soon as it has the other one back. So a batch is whatever
//! arrived while the batch before was made durable, and its memory is used again.

use crossbeam::channel::{Receiver, Select, Sender, TryRecvError, bounded};
use types::{Command, Sequenced};

use crate::Batch;
use crate::submission::Outcome;

/// A batch and the outcomes that wait for it.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) batch: Batch,
    pub(crate) outcomes: Vec<Outcome>,
}

/// The sequencer's end.
#[derive(Debug)]
pub(crate) struct Outbox {
    filling: Pending,
    /// The other set of buffers, when the log thread has nothing to do.
    spare: Option<Pending>,
    most: usize,
    filled: Sender<Pending>,
    emptied: Receiver<Pending>,
}

/// The log thread's end.
#[derive(Debug)]
pub(crate) struct GateEnd {
    pub(crate) filled: Receiver<Pending>,
    pub(crate) emptied: Sender<Pending>,
}

/// The log thread has ended: it has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GateGone;

/// Both ends. A batch has at most `most` outcomes.
pub(crate) fn outbox(most: usize) -> (Outbox, GateEnd) {
    let (filled, filled_end) = bounded(1);
    let (emptied_end, emptied) = bounded(1);
    let outbox = Outbox {
        filling: Pending::default(),
        spare: Some(Pending::default()),
        most,
        filled,
        emptied,
    };
    (outbox, GateEnd { filled: filled_end, emptied: emptied_end })
}

impl Outbox {
    /// Whether another command and its outcome fit into the batch.
    pub(crate) fn has_room(&self) -> bool {
        self.filling.outcomes.len() < self.most && self.filling.batch.has_room()
    }

    /// Adds a command, which `author` has caused, to what will be logged.
    pub(crate) fn log(&mut self, author: u64, command: &Sequenced<Command>) {
        self.filling.batch.push_by(author, command);
    }

    /// Adds an outcome; it is released when everything logged before is durable.
    pub(crate) fn release(&mut self, outcome: Outcome) {
        self.filling.outcomes.push(outcome);
    }

    /// Hands over what there is if the log thread waits for it.
    pub(crate) fn offer(&mut self) -> Result<(), GateGone> {
        if self.spare.is_none() {
            match self.emptied.try_recv() {
                Ok(spare) => self.spare = Some(spare),
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(GateGone),
            }
        }
        self.send()
    }

    /// Waits until the log thread can take what there is, and hands it over.
    pub(crate) fn flush(&mut self) -> Result<(), GateGone> {
        if self.spare.is_none() {
            self.spare = Some(self.emptied.recv().map_err(|_| GateGone)?);
        }
        self.send()
    }

    fn send(&mut self) -> Result<(), GateGone> {
        if self.filling.outcomes.is_empty() {
            return Ok(());
        }
        let Some(spare) = self.spare.take() else { return Ok(()) };
        let full = std::mem::replace(&mut self.filling, spare);
        self.filled.send(full).map_err(|_| GateGone)
    }

    /// Whether [`Outbox::offer`] would get buffers back.
    pub(crate) fn is_due(&self) -> bool {
        self.spare.is_none() && !self.emptied.is_empty()
    }

    /// Adds the way back to what is waited for, if the log thread is at work.
    pub(crate) fn watch<'a>(&'a self, select: &mut Select<'a>) {
        if self.spare.is_none() {
            select.recv(&self.emptied);
        }
    }
}

#[cfg(test)]
mod tests;

//! The hash chain of a log, carried along while its commands are read.
//!
//! Whoever reads commands and not bytes can tell where in which log it stands: the link that the
//! chain has here must be the one that was written down there.

use types::Sequenced;

use crate::codec;
use crate::log::{Head, Logged};

/// The end of what has been read of a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    head: Head,
    /// The last command, encoded; kept for its memory.
    payload: Vec<u8>,
}

impl Chain {
    /// A chain that goes on behind this record.
    pub(crate) fn behind(head: Head) -> Self {
        Self { head, payload: Vec::new() }
    }

    /// The last record read.
    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// Goes on by one record.
    ///
    /// # Panics
    /// When the record does not follow.
    pub(crate) fn add(&mut self, logged: &Logged) {
        self.payload.clear();
        codec::encode(&logged.command.value, &mut self.payload);
        let Sequenced { seq, time, .. } = logged.command;
        self.head = self.head.then(logged.author, &Sequenced { seq, time, value: &self.payload });
    }

    /// Goes on to a record that was linked elsewhere.
    pub(crate) fn go_to(&mut self, head: Head) {
        self.payload.clear();
        self.head = head;
    }

    /// The last record that was added, as it stands in the log.
    pub(crate) fn last(&self) -> Sequenced<&[u8]> {
        let Head { seq, time, .. } = self.head;
        Sequenced { seq, time, value: &self.payload }
    }
}

#[cfg(test)]
mod tests;

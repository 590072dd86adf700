//! The two bounded queues into the sequencer.
//!
//! Cancels are taken first and have room of their own, so a flood of orders neither delays nor
//! sheds them. After [`CANCELS_IN_A_ROW`] cancels one order is taken, so a flood of cancels does
//! not stop the market either.

use std::sync::Arc;

use crossbeam::channel::{Receiver, Select, Sender, TrySendError, bounded};

use crate::codec;
use crate::stats::{Gauges, Stats};
use crate::submission::{Request, Submission};

/// An order that waits is taken after so many cancels.
const CANCELS_IN_A_ROW: u32 = 32;

/// Which queue a submission goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Everything but cancels.
    Orders,
    /// What takes risk away. It may overtake an order that was submitted before it.
    Cancels,
}

/// Why a submission was not taken. Nothing has happened and nothing will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// The queue has no room now.
    #[error("the queue is full")]
    Full,
    /// The sequencer has stopped, or is stopping.
    #[error("the exchange has stopped")]
    Stopped,
    /// The command has more bytes than a record may have.
    #[error("the command is larger than a record may be")]
    TooLarge,
}

/// The way into a running sequencer. Clones lead to the same one.
#[derive(Clone, Debug)]
pub struct Handle {
    orders: Sender<Submission>,
    cancels: Sender<Submission>,
    gauges: Arc<Gauges>,
}

/// The sequencer's end of the queues.
#[derive(Debug)]
pub(crate) struct Inbox {
    orders: Receiver<Submission>,
    cancels: Receiver<Submission>,
    cancels_in_a_row: u32,
}

/// Both ends of queues of these sizes.
pub(crate) fn inbox(orders: usize, cancels: usize, gauges: Arc<Gauges>) -> (Handle, Inbox) {
    let (orders, orders_end) = bounded(orders);
    let (cancels, cancels_end) = bounded(cancels);
    let inbox = Inbox { orders: orders_end, cancels: cancels_end, cancels_in_a_row: 0 };
    (Handle { orders, cancels, gauges }, inbox)
}

impl Handle {
    /// Puts a submission into a queue and returns at once. If the sequencer stops cleanly, what has
    /// no outcome was not sequenced; if it fails, what has no outcome may or may not have been.
    ///
    /// # Errors
    /// When it was not taken.
    pub fn submit(&self, lane: Lane, submission: Submission) -> Result<(), Busy> {
        if self.gauges.is_closed() {
            return Err(Busy::Stopped);
        }
        if let Request::Command(command) = &submission.request
            && codec::MOST_BYTES < codec::encoded_len(command)
        {
            return Err(Busy::TooLarge);
        }
        let queue = match lane {
            Lane::Orders => &self.orders,
            Lane::Cancels => &self.cancels,
        };
        queue.try_send(submission).map_err(|refused| match refused {
            TrySendError::Full(_) => Busy::Full,
            TrySendError::Disconnected(_) => Busy::Stopped,
        })
    }

    /// How it is doing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.gauges.read(self.orders.len(), self.cancels.len())
    }
}

impl Inbox {
    /// The next submission, if there is one.
    pub(crate) fn take(&mut self) -> Option<Submission> {
        if self.cancels_in_a_row < CANCELS_IN_A_ROW
            && let Ok(cancel) = self.cancels.try_recv()
        {
            self.cancels_in_a_row += 1;
            return Some(cancel);
        }
        self.cancels_in_a_row = 0;
        self.orders.try_recv().or_else(|_| self.cancels.try_recv()).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cancels.is_empty() && self.orders.is_empty()
    }

    /// Adds both queues to what is waited for.
    pub(crate) fn watch<'a>(&'a self, select: &mut Select<'a>) {
        select.recv(&self.cancels);
        select.recv(&self.orders);
    }
}

#[cfg(test)]
mod tests;

//! Where a buyer leaves what it disputes, and a probe finds it: the two talk without the exchange.

use std::sync::{Arc, Mutex};

use types::{NodeId, Timestamp};

/// An hour of a node of which a buyer says that less was delivered than the seller reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The obligation.
    pub(super) obligation: String,
    /// Whose node: the place of its fleet.
    pub(super) fleet: usize,
    /// The start of the hour.
    pub(super) hour: Timestamp,
    /// The node.
    pub(super) node: NodeId,
}

/// Complaints that no probe has looked into.
#[derive(Clone, Debug, Default)]
pub(super) struct Docket(Arc<Mutex<Vec<Complaint>>>);

impl Docket {
    /// Leaves a complaint.
    pub(super) fn file(&self, complaint: Complaint) {
        self.0.lock().expect(POISONED).push(complaint);
    }

    /// Takes all complaints, oldest first.
    pub(super) fn take(&self) -> Vec<Complaint> {
        std::mem::take(&mut *self.0.lock().expect(POISONED))
    }
}

/// Why the docket can always be had.
const POISONED: &str = "nothing panics while it holds the docket";

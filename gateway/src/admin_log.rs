//! What admins have done: who, why, what was before and after, and the record of the log.
//!
//! A projection of events, as the rest of the read model.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use types::{AdminReport, Timestamp};

/// Acts that are kept to be looked at; the log has all.
const KEPT: usize = 10_000;

/// One act.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Acted {
    pub(crate) seq: u64,
    pub(crate) time: Timestamp,
    pub(crate) report: AdminReport,
}

/// The latest acts, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AdminLog(VecDeque<Acted>);

impl AdminLog {
    pub(crate) fn push(&mut self, seq: u64, time: Timestamp, report: &AdminReport) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Acted { seq, time, report: report.clone() });
    }

    /// The last so many, oldest first.
    pub(crate) fn last(&self, count: usize) -> impl Iterator<Item = &Acted> {
        self.0.iter().skip(self.0.len().saturating_sub(count))
    }
}

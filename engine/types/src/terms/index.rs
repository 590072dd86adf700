//! The terms of the reference index. Chapter 12.

use serde::{Deserialize, Serialize};

use crate::index::ObservationKind;

/// How the index of every product is worked out. Without these terms the operator publishes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexTerms {
    /// Days of the window, the one that is printed among them; 1 to 31.
    pub window_days: u8,
    /// A day with fewer observations does not count; 3 to 4,096.
    pub least_per_day: u32,
    /// With fewer days that count nothing is printed; 1 to `window_days`.
    pub least_days: u8,
    /// The part of a day's observations that is left out at each end for its centre; at most 400. It is
    /// at least one observation.
    pub trim_permille: u32,
    /// An observation further from the centre than this part of the day's standard deviation is left
    /// out; at most 5,000.
    pub spread_permille: u32,
    /// Observations of fewer GPUs are passed over.
    #[serde(default)]
    pub least_gpus: u32,
    /// The kinds that count; all when empty.
    #[serde(default)]
    pub kinds: Vec<ObservationKind>,
    /// Hour of the next day, UTC, until which a day is observed and at which it is printed; at most
    /// the settlement hour.
    pub cutoff_hour: u8,
    /// Days after its first print in which a day can be revised; at most 31.
    pub revision_days: u8,
    /// Days for which the last value stands in where nothing is printed; at most 31.
    pub carry_days: u8,
}

impl IndexTerms {
    /// What is wrong with these terms, if anything.
    pub(super) fn fault(&self, settlement_hour: u8) -> Option<&'static str> {
        if !(1..=31).contains(&self.window_days) || 31 < self.revision_days || 31 < self.carry_days
        {
            Some("window_days is 1 to 31, revision_days and carry_days at most 31")
        } else if !(3..=4096).contains(&self.least_per_day) {
            Some("least_per_day is 3 to 4096")
        } else if !(1..=self.window_days).contains(&self.least_days) {
            Some("least_days is 1 to window_days")
        } else if 400 < self.trim_permille || 5000 < self.spread_permille {
            Some("trim_permille is at most 400 and spread_permille at most 5000")
        } else if settlement_hour < self.cutoff_hour {
            Some("cutoff_hour is at most settlement_hour")
        } else {
            None
        }
    }
}

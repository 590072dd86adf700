//! Hours at a hub that are waived by force majeure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use types::Timestamp;

/// Hours at one hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiver {
    pub(crate) hub: String,
    /// The start of the first.
    pub(crate) from: Timestamp,
    /// The end of the last.
    pub(crate) until: Timestamp,
}

/// Everything that was waived.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Waivers(Vec<Waiver>);

impl Waivers {
    /// Adds hours.
    pub(crate) fn add(&mut self, waiver: Waiver) {
        self.0.push(waiver);
    }

    /// Whether an hour is waived at a hub.
    pub(crate) fn waives(&self, hub: &str, hour: Timestamp) -> bool {
        self.0.iter().any(|w| w.hub == hub && w.from <= hour && hour < w.until)
    }

    /// How many hours are waived at a hub, each counted once.
    pub(crate) fn all_hours(&self, hub: &str) -> u64 {
        let of_hub = self.0.iter().filter(|waiver| waiver.hub == hub);
        let hours = of_hub.flat_map(|waiver| {
            let hours = (waiver.until.0 - waiver.from.0) / Timestamp::HOUR;
            (0..hours).map(|n| waiver.from.plus(n * Timestamp::HOUR))
        });
        hours.collect::<BTreeSet<Timestamp>>().len() as u64
    }

    /// How many hours of a period are waived at a hub, each counted once.
    pub(crate) fn hours(&self, hub: &str, from: Timestamp, until: Timestamp) -> u64 {
        let hours = (until.0 - from.0) / Timestamp::HOUR;
        let is_waived = |n: &i64| self.waives(hub, from.plus(n * Timestamp::HOUR));
        (0..hours).filter(is_waived).count() as u64
    }
}

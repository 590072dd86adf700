//! A value with its place in the one order of everything.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A value that the sequencer has stamped. Time never goes back as `seq` goes up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequenced<T> {
    /// Place in the log: 1, 2, 3, ... without gaps.
    pub seq: u64,
    /// When it was stamped; the only way time enters the exchange.
    pub time: Timestamp,
    /// What was stamped.
    pub value: T,
}

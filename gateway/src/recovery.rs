//! What an operator does to the log of a venue that does not start.

use std::path::Path;

use sequencer::Quarantined;

use crate::Error;
use crate::admin_key;
use crate::read_model::ReadModel;

/// Has every start pass over record `seq`, which breaks the exchange or the read model. The two key
/// files are of two admins.
///
/// # Errors
/// When a key cannot be read, or replaying the log does not break at this record.
pub fn quarantine(
    data_dir: &Path,
    seq: u64,
    reason: &str,
    keys: [&Path; 2],
) -> Result<Quarantined, Error> {
    let [first, second] = [admin_key::read(keys[0])?, admin_key::read(keys[1])?];
    Ok(sequencer::quarantine::<ReadModel>(data_dir, seq, reason, [&first, &second])?)
}

//! Commands as bytes and back: bincode with integers of fixed width, little-endian. The only file
//! that names bincode.
//!
//! The terms of a market stand in their command as JSON, with the names of their fields: what they say
//! grows from version to version of the rules, and a log outlives that.

use std::fmt::Display;
use std::io::Write;

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use bincode::enc::write::SizeWriter;
use engine::Snapshot;
use types::{Command, MarketTerms};

/// The variant of the command that opens a market, which is the first.
const OPEN_MARKET: u32 = 0;

/// Most bytes of one encoded command. The largest one that is meant, a meter reading of 1,024 nodes
/// with its proof, has about 40,000.
pub(crate) const MOST_BYTES: usize = 1 << 20;

const CONFIG: Configuration<LittleEndian, Fixint, Limit<MOST_BYTES>> =
    bincode::config::standard().with_fixed_int_encoding().with_limit::<MOST_BYTES>();

/// Why bytes are not a command, or not a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They end early, or say what cannot be.
    #[error("{0}")]
    Unreadable(String),
    /// So many bytes stand behind it.
    #[error("{0} bytes are left over")]
    LeftOver(usize),
}

/// How many bytes [`encode`] would append.
pub(crate) fn encoded_len(command: &Command) -> usize {
    let mut size = SizeWriter::default();
    let counted = match command {
        Command::OpenMarket(terms) => {
            bincode::serde::encode_into_writer(opening(terms), &mut size, CONFIG)
        }
        command => bincode::serde::encode_into_writer(command, &mut size, CONFIG),
    };
    counted.expect("counting cannot fail");
    size.bytes_written
}

/// The variant and the terms as text.
fn opening(terms: &MarketTerms) -> (u32, String) {
    (OPEN_MARKET, serde_json::to_string(terms).expect("terms are JSON"))
}

/// Appends the command to `bytes`.
pub(crate) fn encode(command: &Command, bytes: &mut Vec<u8>) {
    let written = match command {
        Command::OpenMarket(terms) => {
            bincode::serde::encode_into_std_write(opening(terms), bytes, CONFIG)
        }
        command => bincode::serde::encode_into_std_write(command, bytes, CONFIG),
    };
    written.expect("a vector takes every byte, and every command has an encoding");
}

/// The command that is exactly these bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<Command, DecodeError> {
    let unreadable = |error: &dyn Display| DecodeError::Unreadable(error.to_string());
    let (command, read) = if bytes.starts_with(&OPEN_MARKET.to_le_bytes()) {
        let ((_, text), read): ((u32, String), usize) =
            bincode::serde::decode_from_slice(bytes, CONFIG).map_err(|e| unreadable(&e))?;
        let terms = serde_json::from_str(&text).map_err(|e| unreadable(&e))?;
        (Command::OpenMarket(terms), read)
    } else {
        bincode::serde::decode_from_slice(bytes, CONFIG).map_err(|e| unreadable(&e))?
    };
    match bytes.len() - read {
        0 => Ok(command),
        left => Err(DecodeError::LeftOver(left)),
    }
}

/// The market's terms in the command that is these bytes, if it is the one that opens a market.
pub(crate) fn terms(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(&OPEN_MARKET.to_le_bytes())
}

/// The snapshot that is exactly these bytes.
pub(crate) fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot<'static>, DecodeError> {
    let config = CONFIG.with_no_limit();
    let (snapshot, read) = bincode::serde::decode_from_slice(bytes, config)
        .map_err(|e| DecodeError::Unreadable(e.to_string()))?;
    match bytes.len() - read {
        0 => Ok(snapshot),
        left => Err(DecodeError::LeftOver(left)),
    }
}

/// Writes the snapshot that a digest is taken over.
pub(crate) fn encode_snapshot(snapshot: &Snapshot, out: &mut impl Write) {
    let config = CONFIG.with_no_limit();
    bincode::serde::encode_into_std_write(snapshot, out, config)
        .expect("a hasher takes every byte, and every snapshot has an encoding");
}

#[cfg(test)]
mod tests;

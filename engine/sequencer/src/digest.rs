//! A BLAKE3 hash of 32 bytes: of the whole exchange, or of the log up to a record.

use std::fmt;
use std::io::{BufWriter, Write};

use engine::{Exchange, Snapshot};
use types::Command;

use crate::codec::{self, DecodeError};

/// A BLAKE3 hash. Written in hexadecimal.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of everything the exchange is. Two exchanges that applied the same log have the
    /// same digest, on any machine.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut buffered = BufWriter::with_capacity(1 << 16, &mut hasher);
        codec::encode_snapshot(&exchange.snapshot(), &mut buffered);
        buffered.flush().expect("a hasher takes every byte");
        drop(buffered);
        Self(*hasher.finalize().as_bytes())
    }

    /// The digest of these bytes one behind the other.
    pub(crate) fn over<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// A digest written in 64 hexadecimal digits, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

/// Everything an exchange is, in the bytes that its digest is taken over.
#[must_use]
pub fn snapshot_bytes(exchange: &Exchange) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::encode_snapshot(&exchange.snapshot(), &mut bytes);
    bytes
}

/// The snapshot in these bytes.
///
/// # Errors
/// When they are not exactly one snapshot.
pub fn read_snapshot(bytes: &[u8]) -> Result<Snapshot<'static>, DecodeError> {
    codec::decode_snapshot(bytes)
}

/// A command in the bytes that stand for it in the log.
#[must_use]
pub fn command_bytes(command: &Command) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::encode(command, &mut bytes);
    bytes
}

/// The command in these bytes.
///
/// # Errors
/// When they are not exactly one command.
pub fn read_command(bytes: &[u8]) -> Result<Command, DecodeError> {
    codec::decode(bytes)
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;

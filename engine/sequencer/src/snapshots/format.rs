//! A snapshot as a file: a header of 176 bytes, everything the exchange is, and what somebody
//! derived beside it. `LOG.md` has the table. Every byte is covered by one of three hashes.

use std::io::{self, Write};

use types::Timestamp;

use crate::Digest;
use crate::log::Head;

/// Version of the format and of what an exchange is made of.
pub(super) const VERSION: u16 = 3;

/// How every snapshot begins: `GHCSNP` and the version.
const MAGIC: [u8; 8] = {
    let [low, high] = VERSION.to_le_bytes();
    [b'G', b'H', b'C', b'S', b'N', b'P', low, high]
};

/// Bytes before the state.
pub(super) const HEADER_BYTES: usize = 176;

/// Bytes that the hash of the header is taken over.
const HASHED_BYTES: usize = HEADER_BYTES - 32;

/// What stands before the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The last record that is in the state.
    pub(super) head: Head,
    /// The exchange.
    pub(super) state: Part,
    /// What was derived beside it.
    pub(super) derived: Part,
    /// Version of the latter; 0 for nothing.
    pub(super) derived_version: u32,
}

/// A part of the file behind the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) bytes: u64,
    pub(super) hash: Digest,
}

/// Why bytes are no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotFlaw {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It does not begin as a snapshot of this version does.
    #[error("it is no snapshot of version {VERSION}: it begins with {0:02x?}")]
    NotASnapshot(Vec<u8>),
    /// A byte of the header was changed.
    #[error("its header does not match its hash")]
    Header,
    /// It was shortened, or something stands behind it.
    #[error("it has {found} bytes, and its header says {expected}")]
    Length {
        /// What the header says.
        expected: u64,
        /// What there is.
        found: u64,
    },
    /// A byte of the exchange was changed.
    #[error("its exchange does not match its hash")]
    State,
    /// A byte of what is derived was changed.
    #[error("what is derived in it does not match its hash")]
    Derived,
    /// It is of another record than its name says.
    #[error("it is of record {0}")]
    Name(u64),
    /// The hashes are right, and it makes no exchange all the same.
    #[error("it makes no exchange: {0}")]
    Meaning(String),
    /// What is derived in it cannot be used.
    #[error("what is derived in it cannot be used: {0}")]
    OtherDerived(String),
    /// The log it was taken of is not this one.
    #[error("it was taken of another log")]
    OtherLog,
    /// The records that follow it are gone.
    #[error("the log begins with record {first}, and it needs those behind {seq}")]
    Gap {
        /// The first record that there is.
        first: u64,
        /// The record of the snapshot.
        seq: u64,
    },
}

impl Header {
    /// The bytes of a header.
    pub(super) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.head.seq.to_le_bytes());
        bytes.extend_from_slice(&self.head.time.0.to_le_bytes());
        bytes.extend_from_slice(&self.head.chain.0);
        bytes.extend_from_slice(&self.state.bytes.to_le_bytes());
        bytes.extend_from_slice(&self.state.hash.0);
        bytes.extend_from_slice(&u64::from(self.derived_version).to_le_bytes());
        bytes.extend_from_slice(&self.derived.bytes.to_le_bytes());
        bytes.extend_from_slice(&self.derived.hash.0);
        bytes.extend_from_slice(blake3::hash(&bytes).as_bytes());
        bytes.try_into().expect("the fields fill the header")
    }

    /// Splits a file into its header, its state and what is derived. The header is checked.
    pub(super) fn split(bytes: &[u8]) -> Result<(Self, &[u8], &[u8]), SnapshotFlaw> {
        let (header, rest) = Self::read(bytes)?;
        let parts = header.state.bytes.checked_add(header.derived.bytes);
        let expected = parts.and_then(|parts| parts.checked_add(HEADER_BYTES as u64));
        if expected != Some(bytes.len() as u64) {
            let expected = expected.unwrap_or(u64::MAX);
            return Err(SnapshotFlaw::Length { expected, found: bytes.len() as u64 });
        }
        let state = usize::try_from(header.state.bytes).expect("it is part of what is in memory");
        let (state, derived) = rest.split_at(state);
        Ok((header, state, derived))
    }

    /// Checks that the state and what is derived are as they were written.
    pub(super) fn check(&self, state: &[u8], derived: &[u8]) -> Result<(), SnapshotFlaw> {
        if !self.state.covers(state) {
            return Err(SnapshotFlaw::State);
        }
        if !self.derived.covers(derived) {
            return Err(SnapshotFlaw::Derived);
        }
        Ok(())
    }

    /// The header at the beginning of a file, if its hash is right.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), SnapshotFlaw> {
        let not_one = || SnapshotFlaw::NotASnapshot(bytes[..bytes.len().min(8)].to_vec());
        let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or_else(not_one)?;
        if !header.starts_with(&MAGIC) {
            return Err(not_one());
        }
        if *blake3::hash(&header[..HASHED_BYTES]).as_bytes() != header[HASHED_BYTES..] {
            return Err(SnapshotFlaw::Header);
        }
        let mut left = &header[MAGIC.len()..];
        let seq = u64::from_le_bytes(field(&mut left));
        let time = Timestamp(i64::from_le_bytes(field(&mut left)));
        let head = Head { seq, time, chain: Digest(field(&mut left)) };
        let state = Part::read(&mut left);
        let derived_version = u64::from_le_bytes(field(&mut left));
        let derived_version = u32::try_from(derived_version).map_err(|_| SnapshotFlaw::Header)?;
        let derived = Part::read(&mut left);
        Ok((Self { head, state, derived, derived_version }, rest))
    }
}

impl Part {
    fn read(left: &mut &[u8]) -> Self {
        let bytes = u64::from_le_bytes(field(left));
        Self { bytes, hash: Digest(field(left)) }
    }

    fn covers(&self, bytes: &[u8]) -> bool {
        *blake3::hash(bytes).as_bytes() == self.hash.0
    }
}

/// Hashes and counts what passes it. It takes every byte; what the file refused comes out at the
/// end.
pub(super) struct Measured<W> {
    out: W,
    hasher: blake3::Hasher,
    bytes: u64,
    failure: Option<io::Error>,
}

impl<W: Write> Measured<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, hasher: blake3::Hasher::new(), bytes: 0, failure: None }
    }

    /// What has passed.
    pub(super) fn finish(self) -> io::Result<Part> {
        match self.failure {
            Some(failure) => Err(failure),
            None => {
                Ok(Part { bytes: self.bytes, hash: Digest(*self.hasher.finalize().as_bytes()) })
            }
        }
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        if self.failure.is_none() {
            self.failure = self.out.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failure.is_none() {
            self.failure = self.out.flush().err();
        }
        Ok(())
    }
}

fn field<const N: usize>(left: &mut &[u8]) -> [u8; N] {
    let (bytes, behind) = left.split_first_chunk().expect("the fields fill the header");
    *left = behind;
    *bytes
}

//! One record as bytes: a header of 64 bytes and the payload. `LOG.md` has the table.

use types::{Sequenced, Timestamp};

use super::Head;
use crate::{Digest, codec};

/// Version of the format, in the header of the file.
pub(crate) const VERSION: u16 = 3;

/// How every log file begins: `GHCLOG` and the version.
pub(super) const FILE_HEADER: [u8; 8] = {
    let [low, high] = VERSION.to_le_bytes();
    [b'G', b'H', b'C', b'L', b'O', b'G', low, high]
};

/// Bytes of a record before its payload.
pub(crate) const HEADER_BYTES: usize = 64;

/// Most bytes of a record.
pub(crate) const MOST_RECORD_BYTES: usize = HEADER_BYTES + codec::MOST_BYTES;

/// What stands before the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    checksum: u32,
    /// Bytes of the payload.
    pub(super) length: u32,
    pub(super) seq: u64,
    pub(super) time: Timestamp,
    /// Number of the first record of the batch it was written with.
    pub(super) batch: u64,
    pub(super) chain: Digest,
}

impl Header {
    /// Reads a header; whether it is a good one is another question.
    pub(super) fn read(bytes: &[u8; HEADER_BYTES]) -> Self {
        let mut rest = bytes.as_slice();
        Self {
            checksum: u32::from_le_bytes(field(&mut rest)),
            length: u32::from_le_bytes(field(&mut rest)),
            seq: u64::from_le_bytes(field(&mut rest)),
            time: Timestamp(i64::from_le_bytes(field(&mut rest))),
            batch: u64::from_le_bytes(field(&mut rest)),
            chain: Digest(field(&mut rest)),
        }
    }

    /// The record with this header.
    pub(super) fn record<'a>(&self, payload: &'a [u8]) -> Sequenced<&'a [u8]> {
        Sequenced { seq: self.seq, time: self.time, value: payload }
    }

    /// Whether the checksum is that of the header's other bytes and the payload.
    pub(super) fn covers(&self, bytes: &[u8; HEADER_BYTES], payload: &[u8]) -> bool {
        self.checksum == checksum(&bytes[4..], payload)
    }
}

/// Appends a record to `image`. `head` is the end of the log with it.
pub(super) fn write(image: &mut Vec<u8>, head: &Head, batch: u64, payload: &[u8]) {
    let length = u32::try_from(payload.len()).expect("a payload is below 2^20 bytes");
    let start = image.len();
    image.extend_from_slice(&[0; 4]);
    image.extend_from_slice(&length.to_le_bytes());
    image.extend_from_slice(&head.seq.to_le_bytes());
    image.extend_from_slice(&head.time.0.to_le_bytes());
    image.extend_from_slice(&batch.to_le_bytes());
    image.extend_from_slice(&head.chain.0);
    let checksum = checksum(&image[start + 4..], payload);
    image[start..start + 4].copy_from_slice(&checksum.to_le_bytes());
    image.extend_from_slice(payload);
}

/// The header of the record at the beginning of `bytes`, if it is whole and its checksum good.
pub(super) fn first_in(bytes: &[u8]) -> Option<Header> {
    let (start, rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let header = Header::read(start);
    let payload = rest.get(..usize::try_from(header.length).ok()?)?;
    header.covers(start, payload).then_some(header)
}

fn checksum(rest_of_header: &[u8], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(rest_of_header), payload)
}

fn field<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (bytes, behind) = rest.split_first_chunk().expect("the fields fill the header");
    *rest = behind;
    *bytes
}

#[cfg(test)]
mod tests;

//! One record as bytes: a header of 24 bytes and the payload. `LOG.md` has the table.

use types::{Sequenced, Timestamp};

use super::MOST_RECORD_BYTES;

/// Bytes of a record before its payload.
pub(crate) const HEADER_BYTES: usize = 24;

/// What stands before the payload. The number is not among it: it follows from the frame's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    checksum: u32,
    /// Bytes of the payload.
    pub(super) length: u32,
    pub(super) time: Timestamp,
    pub(super) author: u64,
}

impl Header {
    /// Reads a header; whether it is a good one is another question.
    fn read(bytes: &[u8; HEADER_BYTES]) -> Self {
        let mut rest = bytes.as_slice();
        Self {
            checksum: u32::from_le_bytes(field(&mut rest)),
            length: u32::from_le_bytes(field(&mut rest)),
            time: Timestamp(i64::from_le_bytes(field(&mut rest))),
            author: u64::from_le_bytes(field(&mut rest)),
        }
    }
}

/// Appends a record to the content of a frame.
pub(super) fn write(content: &mut Vec<u8>, author: u64, record: &Sequenced<&[u8]>) {
    let length = u32::try_from(record.value.len()).expect("a payload is below 2^20 bytes");
    let start = content.len();
    content.extend_from_slice(&[0; 4]);
    content.extend_from_slice(&length.to_le_bytes());
    content.extend_from_slice(&record.time.0.to_le_bytes());
    content.extend_from_slice(&author.to_le_bytes());
    let checksum = checksum(record.seq, &content[start + 4..], record.value);
    content[start..start + 4].copy_from_slice(&checksum.to_le_bytes());
    content.extend_from_slice(record.value);
}

/// The record `seq` at the beginning of `bytes`, and how many bytes it takes, if it is whole and its
/// checksum good.
pub(super) fn first_in(bytes: &[u8], seq: u64) -> Option<(Header, &[u8], usize)> {
    let (start, rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let header = Header::read(start);
    let length = usize::try_from(header.length).ok()?;
    let payload = rest.get(..length)?;
    let is_good = header.checksum == checksum(seq, &start[4..], payload)
        && HEADER_BYTES + length <= MOST_RECORD_BYTES;
    is_good.then_some((header, payload, HEADER_BYTES + length))
}

fn checksum(seq: u64, rest_of_header: &[u8], payload: &[u8]) -> u32 {
    super::checksum(&[&seq.to_le_bytes(), rest_of_header, payload])
}

pub(super) fn field<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (bytes, behind) = rest.split_first_chunk().expect("the fields fill the header");
    *rest = behind;
    *bytes
}

#[cfg(test)]
mod tests;

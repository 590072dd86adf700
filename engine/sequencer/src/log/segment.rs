//! One segment: a file whose name is the number of its first record. It begins with a page that says
//! how the log ended before it, so that it can be read without the segments before.

use super::frame::End;
use super::record::field;
use super::sector::PAGE;
use super::{Head, Place, checksum};
use crate::Digest;
use types::Timestamp;

/// Version of the format.
pub(crate) const VERSION: u16 = 5;

/// How every log file begins: `GHCLOG` and the version.
pub(super) const MAGIC: [u8; 8] = magic(VERSION);

pub(super) const fn magic(version: u16) -> [u8; 8] {
    let [low, high] = version.to_le_bytes();
    [b'G', b'H', b'C', b'L', b'O', b'G', low, high]
}

/// Stands behind the fields up to the end of the page.
const FILLER: u8 = 0x5f;

/// The first page of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// How the log ends before it.
    pub(super) before: End,
    /// BLAKE3 of the market's terms as record 1 has them; zeros when that record is not known.
    pub(super) terms: Digest,
}

impl Start {
    pub(super) fn name(&self) -> String {
        name(self.before.head.seq + 1)
    }

    pub(super) fn page(&self) -> Vec<u8> {
        let End { head, place } = &self.before;
        let mut page = MAGIC.to_vec();
        page.extend_from_slice(&[0; 4]);
        page.extend_from_slice(&(head.seq + 1).to_le_bytes());
        page.extend_from_slice(&(place.index + 1).to_le_bytes());
        page.extend_from_slice(&place.term.to_le_bytes());
        page.extend_from_slice(&head.time.0.to_le_bytes());
        page.extend_from_slice(&head.chain.0);
        page.extend_from_slice(&self.terms.0);
        page.resize(PAGE, FILLER);
        let sum = checksum(&[&page[12..]]);
        page[8..12].copy_from_slice(&sum.to_le_bytes());
        page
    }

    /// The fields of a page that begins with [`MAGIC`], if its checksum is good.
    pub(super) fn read(page: &[u8]) -> Option<Self> {
        let mut rest = page.get(MAGIC.len()..PAGE)?;
        let sum = u32::from_le_bytes(field(&mut rest));
        if sum != checksum(&[rest]) {
            return None;
        }
        let seq = u64::from_le_bytes(field(&mut rest)).checked_sub(1)?;
        let index = u64::from_le_bytes(field(&mut rest)).checked_sub(1)?;
        let place = Place { index, term: u64::from_le_bytes(field(&mut rest)) };
        let time = Timestamp(i64::from_le_bytes(field(&mut rest)));
        let head = Head { seq, time, chain: Digest(field(&mut rest)) };
        Some(Self { before: End { head, place }, terms: Digest(field(&mut rest)) })
    }
}

/// The name of the segment that begins with record `first`.
pub(super) fn name(first: u64) -> String {
    format!("{first:020}.log")
}

/// The number of the first record of a segment of this name.
pub(super) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".log").filter(|digits| digits.len() == 20)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;

//! The vote of a replication: bytes that are replaced as a whole and outlive a crash.

use super::checksum;
use super::disk::{self, Disk};
use crate::Error;

/// The file, and its name while it is made.
const NAME: &str = "vote";
const DRAFT: &str = "vote.new";

const MAGIC: [u8; 8] = *b"GHVOTE\x01\x00";

/// Most bytes of a vote.
const MOST_BYTES: u64 = 1 << 16;

/// The vote that was saved last.
pub(super) fn load(disk: &dyn Disk) -> Result<Option<Vec<u8>>, Error> {
    let path = disk.path(NAME);
    let names = disk.names().map_err(Error::io("list", &disk.path("")))?;
    if !names.iter().any(|name| name == NAME) {
        return Ok(None);
    }
    let read = || {
        let file = disk.open(NAME)?;
        let length = file.length()?.min(MOST_BYTES + 12);
        let mut bytes = vec![0; usize::try_from(length).expect("it is bounded")];
        let filled = disk::fill(&*file, &mut bytes, 0)?;
        bytes.truncate(filled);
        Ok(bytes)
    };
    let bytes = read().map_err(Error::io("read", &path))?;
    let vote = bytes.strip_prefix(&MAGIC).and_then(|rest| rest.split_first_chunk::<4>());
    match vote {
        Some((sum, vote)) if checksum(&[vote]).to_le_bytes() == *sum => Ok(Some(vote.to_vec())),
        Some(_) | None => Err(Error::Vote { path }),
    }
}

/// Returns when the vote is on the disk.
///
/// # Panics
/// When it is longer than a vote may be.
pub(super) fn save(disk: &dyn Disk, vote: &[u8]) -> Result<(), Error> {
    assert!(vote.len() as u64 <= MOST_BYTES, "a vote is bounded");
    let bytes = [&MAGIC[..], &checksum(&[vote]).to_le_bytes(), vote].concat();
    disk::publish(disk, DRAFT, NAME, |file| file.write_at(&bytes, 0))
        .map(drop)
        .map_err(Error::io("write", &disk.path(NAME)))
}

//! Frames in sectors of the disk. The last byte of each sector is a mark that is never zero, and a
//! segment is zeros before it is written. So a sector whose mark is zero has not been written, and
//! a sector with a mark has been written to its last byte: what is wrong with it is no crash's doing.
//!
//! The first sector of a frame has another mark than the rest. A member's bytes never stand where
//! a mark does, so no command can look like the beginning of a frame.

/// Bytes that a disk writes at once.
pub(super) const SECTOR: usize = 512;

/// Frames begin and end with a page, so the pages of one that is durable are never written again.
pub(super) const PAGE: usize = 4096;

/// Bytes of content in a sector.
const ROOM: usize = SECTOR - 1;

/// The mark of the first sector. Both marks have more than one bit, so one flip makes neither zero.
const FIRST: u8 = 0xf5;

/// The mark of every other sector.
const LATER: u8 = 0xaf;

/// Stands behind the content up to the end of its last page.
const FILLER: u8 = 0x5f;

/// Bytes that so much content takes on the disk.
pub(super) const fn extent(content: usize) -> usize {
    content.div_ceil(ROOM * (PAGE / SECTOR)) * PAGE
}

/// Where in its frame this byte of the content stands.
pub(super) const fn place(content: usize) -> usize {
    content / ROOM * SECTOR + content % ROOM
}

/// Replaces the image by the content in sectors.
pub(super) fn pack(content: &[u8], image: &mut Vec<u8>) {
    image.clear();
    for index in 0..extent(content.len()) / SECTOR {
        let room = content.len().min(index * ROOM)..content.len().min((index + 1) * ROOM);
        image.extend_from_slice(&content[room]);
        image.resize((index + 1) * SECTOR - 1, FILLER);
        image.push(mark(index));
    }
}

/// Replaces the content by what the image has of it, and says which byte of the content stands at
/// the first mark or filler that is not as it should be.
pub(super) fn unpack(image: &[u8], length: usize, content: &mut Vec<u8>) -> Option<usize> {
    content.clear();
    let mut misfit = None;
    for (index, sector) in image.chunks_exact(SECTOR).enumerate() {
        let (mark, room) = sector.split_last().expect("a sector is not empty");
        let (part, filler) = room.split_at(room.len().min(length - content.len()));
        content.extend_from_slice(part);
        let is_right = *mark == self::mark(index) && filler.iter().all(|byte| *byte == FILLER);
        if !is_right && misfit.is_none() {
            misfit = Some(index * ROOM + part.len());
        }
    }
    misfit
}

/// Whether the sector has been written to its end.
pub(super) fn is_written(sector: &[u8]) -> bool {
    sector.last().is_some_and(|mark| *mark != 0)
}

/// Whether the sector is the first of a frame.
pub(super) fn begins_frame(sector: &[u8]) -> bool {
    sector.last() == Some(&FIRST)
}

const fn mark(index: usize) -> u8 {
    if index == 0 { FIRST } else { LATER }
}

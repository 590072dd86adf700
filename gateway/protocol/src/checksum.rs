//! The checksum of a book: CRC-32 over its best ten levels a side, as Kraken's second version has it.

use crate::server::Level;

/// Levels of each side that count.
const DEPTH: usize = 10;

/// The checksum of a book whose levels stand best first.
#[must_use]
pub fn checksum(bids: &[Level], asks: &[Level]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    for Level(price, quantity) in asks.iter().take(DEPTH).chain(bids.iter().take(DEPTH)) {
        for number in [price, quantity] {
            let digits: Vec<u8> = number.bytes().filter(|byte| *byte != b'.').collect();
            let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
            crc.update(&digits[zeros..]);
        }
    }
    crc.finalize()
}

#[cfg(test)]
mod tests;

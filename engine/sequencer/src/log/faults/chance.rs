//! What is left to chance: numbers from a seed, and what a crash leaves of a page.

use crate::log::sector::PAGE;

/// Numbers without a pattern, the same for the same seed.
#[derive(Clone, Debug)]
pub(in crate::log) struct Chance(pub(in crate::log) u64);

impl Chance {
    pub(in crate::log) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub(in crate::log) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        usize::try_from(self.next() % bound).expect("the bound was one")
    }

    pub(in crate::log) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// What is left of a page that was written and not synced.
pub(super) enum Left {
    Nothing,
    All,
    /// These of its sectors.
    Sectors(u64),
    /// So many bytes from its beginning.
    Bytes(usize),
}

pub(super) fn left(chance: &mut Chance) -> Left {
    match chance.below(8) {
        0..3 => Left::Nothing,
        3..6 => Left::All,
        6 => Left::Sectors(chance.next()),
        _ => Left::Bytes(chance.below(PAGE)),
    }
}

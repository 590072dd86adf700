//! Which places of a window are taken: a bit for each, and above them a bit for each word that is
//! not zero, so that the next taken place is found in three steps at most.

/// Places of a window at most: three levels of words of 64 bits.
pub(super) const MOST: usize = 64 * 64 * 64;

#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    /// A bit for each word.
    middle: Vec<u64>,
    /// A bit for each word of the middle.
    top: u64,
}

impl Bits {
    /// No place is taken of `places`, a power of two from 64 to [`MOST`].
    pub(super) fn new(places: usize) -> Self {
        debug_assert!(places.is_power_of_two() && (64..=MOST).contains(&places));
        let words = places / 64;
        Self { words: vec![0; words], middle: vec![0; words.div_ceil(64)], top: 0 }
    }

    #[inline]
    pub(super) fn set(&mut self, at: usize) {
        self.words[at / 64] |= 1 << (at % 64);
        self.middle[at / 4096] |= 1 << (at / 64 % 64);
        self.top |= 1 << (at / 4096);
    }

    #[inline]
    pub(super) fn clear(&mut self, at: usize) {
        self.words[at / 64] &= !(1 << (at % 64));
        if self.words[at / 64] == 0 {
            self.middle[at / 4096] &= !(1 << (at / 64 % 64));
            if self.middle[at / 4096] == 0 {
                self.top &= !(1 << (at / 4096));
            }
        }
    }

    /// The first place taken from `at` on.
    #[inline]
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        let word = self.words.get(at / 64)? >> (at % 64);
        if word != 0 {
            return Some(at + first(word));
        }
        let middle = from(self.middle[at / 4096], at / 64 % 64 + 1);
        if middle != 0 {
            let at = at / 4096 * 64 + first(middle);
            return Some(at * 64 + first(self.words[at]));
        }
        let top = from(self.top, at / 4096 + 1);
        if top == 0 {
            return None;
        }
        let at = first(top) * 64 + first(self.middle[first(top)]);
        Some(at * 64 + first(self.words[at]))
    }

    /// The last place taken.
    pub(super) fn last(&self) -> Option<usize> {
        if self.top == 0 {
            return None;
        }
        let last = |word: u64| 63 - word.leading_zeros() as usize;
        let middle = last(self.top);
        let word = middle * 64 + last(self.middle[middle]);
        Some(word * 64 + last(self.words[word]))
    }
}

#[inline]
fn first(word: u64) -> usize {
    word.trailing_zeros() as usize
}

/// The bits of a word from `at` on; none when that is past its end.
#[inline]
fn from(word: u64, at: usize) -> u64 {
    if at < 64 { word >> at << at } else { 0 }
}

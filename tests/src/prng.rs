//! A small seeded generator of numbers: the same seed gives the same numbers on every machine, so a
//! seed is a complete report of a failure.

/// Numbers that look random and are not (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Prng(u64);

impl Prng {
    /// The generator of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to just below `end`.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// A number from `first` to `last`, both included.
    ///
    /// # Panics
    /// When `last` is before `first`.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last - first).expect("last is not before first") + 1;
        first + i64::try_from(self.below(span)).expect("a span between two numbers")
    }

    /// True in `permille` of a thousand cases.
    pub const fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// One of several values.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let count = u64::try_from(from.len()).expect("a length fits in 64 bits");
        from[usize::try_from(self.below(count)).expect("below a length")]
    }
}

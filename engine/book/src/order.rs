//! An order, as far as matching knows it: one cache line.

use types::{AccountId, Lots, Side, Ticks};

/// No order: the end of a queue.
pub(crate) const NONE: u32 = u32::MAX;

const LIVE: u8 = 1;
const MAKER: u8 = 2;
const TOP: u8 = 4;

/// An order, as far as matching knows it.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Order {
    /// Its limit.
    pub price: Ticks,
    /// What others see of what is left.
    pub shown: Lots,
    /// What they do not see: the reserve of an iceberg.
    pub hidden: Lots,
    /// The owner's own word, which matching never looks at.
    pub token: u64,
    /// Whose it is.
    pub account: AccountId,
    /// The most an iceberg shows at a time; 0 when it is none.
    pub(crate) peak: u32,
    pub(crate) prev: u32,
    pub(crate) next: u32,
    pub(crate) generation: u32,
    /// Buy or sell.
    pub side: Side,
    pub(crate) flags: u8,
}

const _: () = assert!(size_of::<Order>() == 64, "an order is one cache line");

impl Order {
    /// An order that shows all of itself.
    #[must_use]
    pub fn new(side: Side, price: Ticks, quantity: Lots, account: AccountId) -> Self {
        Self {
            price,
            shown: quantity,
            hidden: Lots::ZERO,
            token: 0,
            account,
            peak: 0,
            prev: NONE,
            next: NONE,
            generation: 0,
            side,
            flags: 0,
        }
    }

    /// The same order as an iceberg that shows `peak` at a time.
    ///
    /// # Panics
    /// When the peak is not between 1 and 2^32 - 1.
    #[must_use]
    pub fn with_peak(self, peak: Lots) -> Self {
        assert!(peak != Lots::ZERO, "an iceberg shows something");
        let shown = self.leaves().min(peak);
        let hidden = self.leaves() - shown;
        let peak = u32::try_from(peak.0).expect("a peak is below 2^32");
        Self { shown, hidden, peak, ..self }
    }

    /// The same order with a word of its owner's.
    #[must_use]
    pub fn with_token(self, token: u64) -> Self {
        Self { token, ..self }
    }

    /// All that is left of it.
    #[must_use]
    pub fn leaves(&self) -> Lots {
        self.shown + self.hidden
    }

    /// The same iceberg with its next peak shown, when what it showed is gone.
    #[must_use]
    pub(crate) fn refreshed(mut self) -> Self {
        self.shown = self.hidden.min(Lots(self.peak.into()));
        self.hidden -= self.shown;
        self.set_top(false);
        self
    }

    /// Whether it is a market maker's.
    #[must_use]
    pub fn is_maker(&self) -> bool {
        self.flags & MAKER != 0
    }

    /// Whether it made its price the best one when it came to rest, and has kept its place.
    #[must_use]
    pub fn is_top(&self) -> bool {
        self.flags & TOP != 0
    }

    /// Says whether it is a market maker's.
    pub fn set_maker(&mut self, is_maker: bool) {
        self.set(MAKER, is_maker);
    }

    /// Becomes another order in the same slot. Whoever calls has taken it out of its book.
    pub fn assign(&mut self, other: &Self) {
        let Self { prev, next, generation, flags, .. } = *self;
        *self = Self { prev, next, generation, flags, ..*other };
    }

    pub(crate) fn set_top(&mut self, is_top: bool) {
        self.set(TOP, is_top);
    }

    pub(crate) fn is_live(&self) -> bool {
        self.flags & LIVE != 0
    }

    pub(crate) fn set_live(&mut self, is_live: bool) {
        self.set(LIVE, is_live);
    }

    fn set(&mut self, flag: u8, is_set: bool) {
        self.flags = if is_set { self.flags | flag } else { self.flags & !flag };
    }
}

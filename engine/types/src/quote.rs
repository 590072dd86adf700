//! Quotes of market makers: many prices in one command, and the protection that pulls them.

use serde::{Deserialize, Serialize};

use crate::{AccountId, ClientOrderId, InstrumentId, Lots, Refusal, SessionId, Tag, Ticks};

/// Most contracts that one mass quote may name.
pub const MOST_QUOTES: usize = 50;

/// Most quote groups of one account.
pub const MOST_GROUPS: usize = 64;

/// Longest window of a protection, in milliseconds.
pub const LONGEST_WINDOW_MS: u32 = 600_000;

/// The maker's name of a set of quotes that are protected together.
pub type QuoteGroup = Tag;

/// A price and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// At this price or better.
    pub price: Ticks,
    /// How much; none pulls the side.
    pub quantity: Lots,
}

/// Both sides of a quote in one contract. A side that is not given stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoSided {
    /// Which contract.
    pub instrument: InstrumentId,
    /// What the maker buys.
    pub bid: Option<Quote>,
    /// What the maker sells.
    pub ask: Option<Quote>,
}

/// Many quotes in one command. Each replaces the one before it of the same group, contract and side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassQuote {
    /// Whose.
    pub account: AccountId,
    /// The session that entered them.
    pub session: SessionId,
    /// The maker's name of this command; it comes back on every event of its quotes.
    pub quote_id: ClientOrderId,
    /// Which group.
    pub group: QuoteGroup,
    /// The quotes, at most [`MOST_QUOTES`], carried out in this order, bid before ask.
    pub quotes: Vec<TwoSided>,
}

/// When a group's quotes are pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// The span of time in which trades are counted, in milliseconds; 1 to
    /// [`LONGEST_WINDOW_MS`].
    pub window_ms: u32,
    /// So many lots in a window pull the quotes; 0 for any number.
    pub lots: Lots,
    /// So many trades in a window pull the quotes; 0 for any number.
    pub trades: u32,
    /// How long no new quotes are taken then, in milliseconds; 0 until the maker resets the group.
    pub frozen_ms: u32,
}

/// What became of one side of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteVerdict {
    /// Which contract.
    pub instrument: InstrumentId,
    /// Which side.
    pub side: crate::Side,
    /// Filled at once, and what rests; or why it was refused. The quote before it is gone either way:
    /// a maker that moves must not be left behind at the old price.
    pub result: Result<Quoted, Refusal>,
}

/// Where a quote stood after the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Filled so far.
    pub filled: Lots,
    /// Rests in the book.
    pub rests: Lots,
}

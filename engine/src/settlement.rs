//! Settlement prices and what a contract turns into when it expires. Chapters 7 and 8.

mod cascade;
mod price;
mod spreads;

pub(crate) use cascade::legs;
pub(crate) use price::{TradeWindow, mean, middle, moved};
pub(crate) use spreads::{Implied, by_quotes, by_trades};

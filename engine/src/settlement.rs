//! Settlement prices and what a contract turns into when it expires. Chapters 7 and 8.

mod cascade;
mod price;

pub(crate) use cascade::legs;
pub(crate) use price::{TradeWindow, moved, strike};

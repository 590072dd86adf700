//! The order book: price levels, queues, and who trades with whom.
//!
//! [`Orders`] is a slab of all live orders of an exchange; an order is named by its slot. A [`Book`]
//! is one contract: the levels of both sides, each a queue through the slab. [`cross`] trades an
//! incoming order against a book, and [`reach`] says what it would trade.
//!
//! ```
//! use book::{Book, Order, Orders, Step, Stop, Structure, Taker, cross};
//! use types::{AccountId, Lots, SelfMatch, Side, Ticks};
//!
//! let (mut orders, mut book) = (Orders::new(), Book::new(Structure::Ladder));
//! let ask = orders.insert(Order::new(Side::Sell, Ticks(2400), Lots(5), AccountId(1)));
//! book.rest(&mut orders, ask);
//!
//! let mut taker = Taker {
//!     side: Side::Buy,
//!     limit: Ticks(2410),
//!     leaves: Lots(3),
//!     account: AccountId(2),
//!     self_match: SelfMatch::CancelAggressor,
//! };
//! let mut traded = Vec::new();
//! let stop = cross(&mut book, &mut orders, &mut taker, |step| {
//!     if let Step::Trade { price, lots, .. } = step {
//!         traded.push((price, lots));
//!     }
//! });
//! assert_eq!((stop, traded), (Stop::Filled, vec![(Ticks(2400), Lots(3))]));
//! assert_eq!(book.lots_at(Side::Sell, Ticks(2400)), Lots(2));
//! ```
//!
//! Knows nothing of money, margin, sessions or time. Nothing is allocated once slab and levels have
//! grown to what is needed.

mod allocation;
mod book;
mod cross;
mod levels;
mod order;
mod orders;
mod reach;
mod shadow;
#[cfg(test)]
mod tests;

pub use allocation::Allocation;
pub use book::Book;
pub use cross::{Step, Stop, Taker, cross};
pub use levels::Structure;
pub use order::Order;
pub use orders::Orders;
pub use reach::{Met, Reach, reach, reach_beyond};
pub use shadow::Shadow;

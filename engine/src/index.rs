//! The reference index of a product: what reporters have seen, and what is printed of it. Chapter 12.
//!
//! Knows neither who may report nor what depends on the index.

mod method;
mod series;

pub(crate) use series::Series;

//! Decimals on the wire: prices and money in dollars with three decimals, quantities in whole lots.
//! Always text, never a JSON number, so no client's floats can change them.
//!
//! The only file that knows a decimal library.

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use types::{GpuHours, Lots, Micros, Mills, NetLots, Ticks};

/// Decimals of prices and money: one unit is a mill.
pub const PRICE_SCALE: u32 = 3;

/// Decimals of a price that a reporter has seen: one unit is a millionth of a dollar.
pub const MICROS_SCALE: u32 = 6;

/// Decimals of an average price, rounded half to even.
pub const AVERAGE_SCALE: u32 = 6;

/// Why a text is not a number of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not of the form `-12.345`: digits, no exponent, no leading zeros, no `-0`.
    #[error("not a plain decimal number")]
    NotANumber,
    /// More decimals than the unit has.
    #[error("more decimals than the smallest unit has")]
    TooFine,
    /// Beyond what any market has.
    #[error("too large")]
    TooLarge,
}

/// `2400` ticks are `"2.400"`.
#[must_use]
pub fn price(ticks: Ticks) -> String {
    Decimal::new(ticks.0, PRICE_SCALE).to_string()
}

/// Dollars: `-12345` mills are `"-12.345"`.
#[must_use]
pub fn money(mills: Mills) -> String {
    Decimal::new(mills.0, PRICE_SCALE).to_string()
}

/// Whole lots.
#[must_use]
pub fn lots(lots: Lots) -> String {
    lots.0.to_string()
}

/// Whole lots with a sign.
#[must_use]
pub fn net_lots(lots: NetLots) -> String {
    lots.0.to_string()
}

/// Whole GPU-hours.
#[must_use]
pub fn gpu_hours(hours: GpuHours) -> String {
    hours.0.to_string()
}

/// The average price of `lots` that cost `tick_lots`, price times lots; nothing for no lots.
#[must_use]
pub fn average(tick_lots: i128, lots: Lots) -> Option<String> {
    if lots == Lots::ZERO {
        return None;
    }
    let total = Decimal::try_from_i128_with_scale(tick_lots, PRICE_SCALE).ok()?;
    let average = total.checked_div(Decimal::from(lots.0))?;
    let rounded =
        average.round_dp_with_strategy(AVERAGE_SCALE, RoundingStrategy::MidpointNearestEven);
    let mut rounded = rounded;
    rounded.rescale(AVERAGE_SCALE);
    Some(rounded.to_string())
}

/// A price: `"2.4"` and `"2.400"` are 2,400 ticks.
///
/// # Errors
/// When the text is no number, or lies between two ticks.
pub fn parse_price(text: &str) -> Result<Ticks, Malformed> {
    scaled(text).map(Ticks)
}

/// An amount of money in dollars.
///
/// # Errors
/// When the text is no number, or is finer than a mill.
pub fn parse_money(text: &str) -> Result<Mills, Malformed> {
    scaled(text).map(Mills)
}

/// A price as it was seen: dollars for a GPU-hour, with up to six decimals.
///
/// # Errors
/// When the text is no number, or is finer than a millionth.
pub fn parse_micros(text: &str) -> Result<Micros, Malformed> {
    at_scale(text, MICROS_SCALE).map(Micros)
}

/// A quantity in whole lots.
///
/// # Errors
/// When the text is no whole number.
pub fn parse_lots(text: &str) -> Result<Lots, Malformed> {
    let value = plain(text)?;
    if value.is_sign_negative() {
        return Err(Malformed::NotANumber);
    }
    if value.normalize().scale() != 0 {
        return Err(Malformed::TooFine);
    }
    u64::try_from(value).map(Lots).map_err(|_| Malformed::TooLarge)
}

fn scaled(text: &str) -> Result<i64, Malformed> {
    at_scale(text, PRICE_SCALE)
}

fn at_scale(text: &str, scale: u32) -> Result<i64, Malformed> {
    let mut value = plain(text)?;
    if scale < value.normalize().scale() {
        return Err(Malformed::TooFine);
    }
    value.rescale(scale);
    if value.scale() != scale {
        return Err(Malformed::TooLarge);
    }
    i64::try_from(value.mantissa()).map_err(|_| Malformed::TooLarge)
}

/// Digits with at most one point between them, and a sign only before what is not zero.
fn plain(text: &str) -> Result<Decimal, Malformed> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let has_leading_zero = 1 < whole.len() && whole.starts_with('0');
    if !are_digits(whole) || !are_digits(fraction) || has_leading_zero {
        return Err(Malformed::NotANumber);
    }
    let value = Decimal::from_str(text).map_err(|_| Malformed::TooLarge)?;
    if value.is_zero() && digits.len() < text.len() {
        return Err(Malformed::NotANumber);
    }
    Ok(value)
}

#[cfg(test)]
mod tests;

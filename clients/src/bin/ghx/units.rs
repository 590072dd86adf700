//! The four units a trader thinks in, always shown together: lots, GPUs, GPU-hours, dollars.

use clients::Error;
use protocol::decimal;
use types::terms::GPUS_PER_LOT;
use types::{Lots, Mills, Side, Timestamp};

/// A whole number with commas between thousands.
pub(crate) fn grouped(number: impl ToString + Copy) -> String {
    let text = number.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if 0 < i && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `1 lot`, `8 lots`.
pub(crate) fn in_lots(lots: Lots) -> String {
    let unit = if lots == Lots(1) { "lot" } else { "lots" };
    format!("{} {unit}", grouped(lots.0))
}

/// Dollars and cents; mills only where there are some.
pub(crate) fn dollars(mills: Mills) -> String {
    let (sign, size) = if mills.0 < 0 { ("-", -mills) } else { ("", mills) };
    let text = size.to_string();
    let text = text.strip_suffix('0').unwrap_or(&text);
    format!("{sign}${}", grouped(text))
}

/// Dollars to the mill, so that columns of them line up.
pub(crate) fn exact(mills: Mills) -> String {
    let (sign, size) = if mills.0 < 0 { ("-", -mills) } else { ("", mills) };
    format!("{sign}${}", grouped(size))
}

/// A price without the zeros that an average ends with, down to the digits of a tick.
pub(crate) fn price(average: &str) -> &str {
    let shortest = average.find('.').map_or(average.len(), |point| point + 4);
    let trimmed = average.trim_end_matches('0');
    average.get(..trimmed.len().max(shortest)).unwrap_or(average)
}

/// Dollars with a sign, for gains and losses.
pub(crate) fn signed_dollars(mills: Mills) -> String {
    if 0 < mills.0 { format!("+{}", dollars(mills)) } else { dollars(mills) }
}

/// Lots with a sign, for positions.
pub(crate) fn signed(lots: i64) -> String {
    if 0 < lots { format!("+{}", grouped(lots)) } else { grouped(lots) }
}

/// The name of a side.
pub(crate) fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

/// Money as the wire has it.
pub(crate) fn money(text: &str) -> Result<Mills, Error> {
    decimal::parse_money(text).map_err(|bad| strange(text, bad))
}

/// Lots as the wire has them.
pub(crate) fn lots(text: &str) -> Result<Lots, Error> {
    decimal::parse_lots(text).map_err(|bad| strange(text, bad))
}

/// A signed whole number as the wire has it.
pub(crate) fn whole(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|bad| strange(text, bad))
}

/// A time as the wire has it, for people: `2027-03-01 16:00`.
pub(crate) fn time(text: &str) -> Result<String, Error> {
    let time = Timestamp(whole(text)?).to_string();
    Ok(time[..16].replace('T', " "))
}

fn strange(text: &str, bad: impl std::fmt::Display) -> Error {
    Error::Protocol(format!("the exchange sent `{text}`: {bad}"))
}

/// `8 lots = 64 GPUs = 47,616 GPU-hours`, of a contract with so many hours.
pub(crate) fn quantity(lots: Lots, hours: u32) -> String {
    let gpus = lots.0.saturating_mul(GPUS_PER_LOT);
    let gpu_hours = u128::from(gpus) * u128::from(hours);
    format!("{} = {} GPUs = {} GPU-hours", in_lots(lots), grouped(gpus), grouped(gpu_hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_have_cents_and_mills_only_where_there_are_some() {
        assert_eq!(dollars(Mills(114_278_400)), "$114,278.40");
        assert_eq!(dollars(Mills(-1_500)), "-$1.50");
        assert_eq!(dollars(Mills(2_401)), "$2.401");
        assert_eq!(signed_dollars(Mills(1_000_000)), "+$1,000.00");
        assert_eq!(signed_dollars(Mills(0)), "$0.00");
        assert_eq!(exact(Mills(-444_154_230)), "-$444,154.230");
    }

    #[test]
    fn an_average_ends_with_no_zeros_beyond_the_tick() {
        assert_eq!(price("2.643000"), "2.643");
        assert_eq!(price("2.400667"), "2.400667");
        assert_eq!(price("2.400500"), "2.4005");
        assert_eq!(price("2.000000"), "2.000");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(grouped("1234.500"), "1,234.500");
    }

    #[test]
    fn a_quantity_is_told_in_every_unit() {
        assert_eq!(quantity(Lots(8), 744), "8 lots = 64 GPUs = 47,616 GPU-hours");
        assert_eq!(quantity(Lots(1), 672), "1 lot = 8 GPUs = 5,376 GPU-hours");
    }
}

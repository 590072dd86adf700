//! A quantity in any of the four units: `8 lots`, `64 GPUs`, `47,616 GPUh`, `$14k`.

use types::terms::GPUS_PER_LOT;
use types::{Lots, Ticks};

use crate::units::grouped;

/// What the unit of a quantity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Lots,
    Gpus,
    GpuHours,
    Dollars,
}

/// Whole lots from what was typed; a bare number is GPUs. Dollars buy as many lots as they pay at this
/// price, for a contract with so many hours.
pub(crate) fn lots(text: &str, hours: u32, price: Option<Ticks>) -> Result<Lots, String> {
    let (thousandths, unit) = read(text)?;
    let lot_hours = u128::from(GPUS_PER_LOT) * u128::from(hours.max(1));
    let (each, name) = match unit {
        Unit::Lots => (1, "lots"),
        Unit::Gpus => (u128::from(GPUS_PER_LOT), "GPUs"),
        Unit::GpuHours => (lot_hours, "GPU-hours"),
        Unit::Dollars => {
            let price =
                price.filter(|price| 0 < price.0).ok_or("dollars need a price above zero")?;
            // Dollars in thousandths, a price in mills: both in the same unit.
            let lot = lot_hours * price.0.unsigned_abs() as u128;
            return whole(thousandths / lot, "it does not pay one lot");
        }
    };
    if thousandths % (each * 1_000) == 0 {
        return whole(thousandths / (each * 1_000), "the smallest order is one lot, 8 GPUs");
    }
    let below = thousandths / (each * 1_000) * each;
    let above = grouped(below + each);
    let choice = if below == 0 { above } else { format!("{} or {above}", grouped(below)) };
    Err(if each == 1 {
        format!("lots are whole; {choice} would be")
    } else {
        format!("a lot is {} {name}; {choice} would be whole lots", grouped(each))
    })
}

fn whole(lots: u128, too_small: &str) -> Result<Lots, String> {
    match u64::try_from(lots) {
        Ok(0) => Err(too_small.to_owned()),
        Ok(lots) => Ok(Lots(lots)),
        Err(_) => Err("that is more than any market has".to_owned()),
    }
}

/// Thousandths of the unit, and the unit.
fn read(text: &str) -> Result<(u128, Unit), String> {
    let text = text.trim().to_ascii_lowercase();
    let (text, is_money) = text.strip_prefix('$').map_or((text.as_str(), false), |t| (t, true));
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let end = text.find(|c| !is_number(c)).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let (scale, unit) = match (is_money, rest.trim()) {
        (true, "") => (1, Unit::Dollars),
        (true, "k") => (1_000, Unit::Dollars),
        (true, "m") => (1_000_000, Unit::Dollars),
        (false, "" | "g" | "gpu" | "gpus") => (1, Unit::Gpus),
        (false, "l" | "lot" | "lots") => (1, Unit::Lots),
        (false, "h" | "gpuh" | "gpu-h" | "gpu-hours" | "gpu-hour") => (1, Unit::GpuHours),
        (_, strange) => {
            return Err(format!(
                "`{strange}` is no unit; say 8 lots, 64 GPUs, 47,616 GPUh or $14k"
            ));
        }
    };
    thousandths(&number.replace(',', ""))
        .and_then(|number| number.checked_mul(scale))
        .map(|number| (number, unit))
        .ok_or_else(|| "how many? 8 lots, 64 GPUs, 47,616 GPUh or $14k".to_owned())
}

fn thousandths(number: &str) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if 3 < fraction.len() || 15 < whole.len() {
        return None;
    }
    format!("{whole}{fraction:0<3}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARCH: u32 = 744;

    fn of(text: &str) -> Result<u64, String> {
        lots(text, MARCH, Some(Ticks(2_400))).map(|lots| lots.0)
    }

    #[test]
    fn every_unit_gives_lots_and_a_bare_number_is_gpus() {
        for text in ["64", "64 GPUs", "8 lots", "8lot", "47,616 GPUh", "47616 gpu-hours"] {
            assert_eq!(of(text), Ok(8), "{text}");
        }
    }

    #[test]
    fn dollars_buy_what_they_pay() {
        // A lot of March at 2.40 is 8 x 744 x 2.40 = 14,284.80 dollars.
        assert_eq!(of("$14.3k"), Ok(1));
        assert_eq!(of("$14284.80"), Ok(1));
        assert_eq!(of("$1m"), Ok(70));
        assert_eq!(of("$14k"), Err("it does not pay one lot".to_owned()));
        assert!(lots("$14k", MARCH, None).is_err());
    }

    #[test]
    fn what_is_no_whole_lot_names_the_nearest_that_are() {
        assert_eq!(of("60"), Err("a lot is 8 GPUs; 56 or 64 would be whole lots".to_owned()));
        assert_eq!(of("3"), Err("a lot is 8 GPUs; 8 would be whole lots".to_owned()));
        assert_eq!(of("1.5 lots"), Err("lots are whole; 1 or 2 would be".to_owned()));
        assert!(of("0").is_err() && of("").is_err() && of("8 cats").is_err());
    }
}

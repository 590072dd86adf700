//! `CONTRACT=VALUE` as it is written on the command line.

use protocol::server::InstrumentData;
use types::{Lots, Ticks};

use crate::catalogue::Catalogue;
use crate::failure::Failure;
use crate::ticket;

/// The contract that is meant, and what stands after the sign.
pub(crate) fn split<'a, 'b>(
    text: &'b str,
    catalogue: &'a Catalogue,
) -> Result<(&'a InstrumentData, &'b str), Failure> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Failure::Usage(format!("{text}: it is CONTRACT=..., with an equals sign"))
    })?;
    Ok((catalogue.find(name)?, value))
}

/// `50@2.395`: lots and a price.
pub(crate) fn lots_at(text: &str) -> Result<(Lots, Ticks), Failure> {
    let form = || Failure::Usage(format!("{text}: it is LOTS@PRICE, such as 50@2.395"));
    let (lots, price) = text.split_once('@').ok_or_else(form)?;
    let lots = lots.parse::<u64>().map_err(|_| form())?;
    if lots == 0 {
        return Err(Failure::Usage(format!("{text}: at least one lot")));
    }
    Ok((Lots(lots), ticket::price(price)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_stand_before_the_price() {
        assert_eq!(lots_at("50@2.395").expect("both"), (Lots(50), Ticks(2_395)));
        assert_eq!(lots_at("1@-0.02").expect("both"), (Lots(1), Ticks(-20)));
        for bad in ["2.395", "0@2.395", "-5@2.395", "5@2.3955", "@"] {
            assert!(matches!(lots_at(bad), Err(Failure::Usage(_))), "{bad}");
        }
    }
}

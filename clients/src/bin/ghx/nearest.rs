//! The nearest order that would pass, when one was refused.

use clients::Error;
use protocol::client::{Method, PlaceOrder};
use protocol::decimal;
use protocol::errors::Code;
use protocol::server::{InstrumentData, PreviewResult};
use serde_json::{Map, Value};
use types::{Lots, Side, Ticks};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::units;

/// Adds to a refusal what would pass instead, where that can be found.
pub(crate) async fn add(
    desk: &mut Desk,
    order: &PlaceOrder,
    contract: &InstrumentData,
    failure: Failure,
) -> Failure {
    let Failure::Exchange(error) = failure else { return failure };
    let Error::Refused { code, ref data, .. } = error else { return Failure::Exchange(error) };
    let words = match Code::from_number(code) {
        Some(Code::PriceBand) => price_in_band(order, data),
        Some(Code::PostOnlyWouldCross) => price_that_rests(order, data),
        Some(Code::QtyTooLarge) => data.get("max").and_then(Value::as_str).map(as_lots),
        Some(Code::InsufficientMargin | Code::PositionLimit | Code::LiquidationOnly) => {
            Some(smaller(desk, order, contract).await)
        }
        _ => None,
    };
    match words {
        Some(words) => Failure::Refused(error, words),
        None => Failure::Exchange(error),
    }
}

fn as_lots(lots: &str) -> String {
    format!("the nearest that would pass: --lots {lots}")
}

fn as_limit(price: Ticks) -> String {
    format!("the nearest that would pass: --limit {}", decimal::price(price))
}

fn price_in(data: &Map<String, Value>, name: &str) -> Option<Ticks> {
    decimal::parse_price(data.get(name)?.as_str()?).ok()
}

fn price_in_band(order: &PlaceOrder, data: &Map<String, Value>) -> Option<String> {
    let (lowest, highest) = (price_in(data, "min")?, price_in(data, "max")?);
    let wanted = decimal::parse_price(order.price.as_deref()?).ok()?;
    Some(as_limit(wanted.clamp(lowest, highest)))
}

fn price_that_rests(order: &PlaceOrder, data: &Map<String, Value>) -> Option<String> {
    let names = ["best_ask", "best_bid", "best_opposite"];
    let best = names.into_iter().find_map(|name| price_in(data, name))?;
    Some(as_limit(match order.side {
        Side::Buy => Ticks(best.0 - 1),
        Side::Sell => Ticks(best.0 + 1),
    }))
}

/// The largest quantity that would pass, found by asking for previews.
async fn smaller(desk: &mut Desk, order: &PlaceOrder, contract: &InstrumentData) -> String {
    let (mut passes, mut fails) = (0, units::lots(&order.qty).map_or(0, |lots| lots.0));
    while passes + 1 < fails {
        let middle = passes + (fails - passes) / 2;
        let smaller = PlaceOrder { qty: middle.to_string(), ..order.clone() };
        match desk.ask::<PreviewResult>(Method::Preview(smaller)).await {
            Ok(_) => passes = middle,
            Err(Failure::Exchange(Error::Refused { code, .. }))
                if code != Code::RateLimited.number() =>
            {
                fails = middle;
            }
            Err(_) => break,
        }
    }
    if passes == 0 {
        return "not even one lot would pass".to_owned();
    }
    let quantity = units::quantity(Lots(passes), contract.hours);
    format!("the nearest that would pass: --lots {passes} ({quantity})")
}

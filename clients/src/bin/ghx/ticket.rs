//! `ghx buy` and `ghx sell`: what an order would do, or the order itself.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::client::{Method, OrderKind, PlaceOrder, Tif};
use protocol::decimal::{self, Malformed};
use protocol::server::{InstrumentData, MarginData, OrderResult, PreviewResult};
use types::terms::GPUS_PER_LOT;
use types::{Lots, Side, Ticks};

use crate::args::{Common, Order};
use crate::catalogue::Catalogue;
use crate::desk::{self, Desk};
use crate::failure::Failure;
use crate::nearest;
use crate::outcome;
use crate::paint::{Ink, paint};
use crate::units;

/// Previews the order, or sends it.
pub(crate) async fn run(common: &Common, side: Side, wanted: &Order) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let contract = catalogue.find(&wanted.symbol)?;
    let order = order(side, wanted, contract)?;
    if wanted.execute {
        execute(common, &mut desk, &order, contract).await
    } else {
        preview(&mut desk, &order, contract).await
    }
}

fn order(side: Side, wanted: &Order, contract: &InstrumentData) -> Result<PlaceOrder, Failure> {
    let lots = lots(wanted, contract.hours)?;
    let trigger = wanted.stop.as_deref().map(price).transpose()?;
    let price = wanted.limit.as_deref().map(price).transpose()?;
    Ok(PlaceOrder {
        symbol: contract.symbol.clone(),
        client_order_id: wanted.id.clone().unwrap_or_else(new_id),
        side,
        kind: match (price, trigger) {
            (Some(_), None) => OrderKind::Limit,
            (None, None) => OrderKind::Market,
            (Some(_), Some(_)) => OrderKind::StopLimit,
            (None, Some(_)) => OrderKind::Stop,
        },
        price: price.map(decimal::price),
        trigger_price: trigger.map(decimal::price),
        qty: decimal::lots(lots),
        tif: time_in_force(wanted),
        post_only: wanted.post_only,
        slide: wanted.slide,
        reduce_only: wanted.reduce_only,
        min_qty: wanted.min.map(|lots| lots.to_string()),
        show_qty: wanted.show.map(|lots| lots.to_string()),
        // The command ends at once; its order shall not.
        cod: Some(false),
        tag: wanted.tag.clone(),
        ..PlaceOrder::market(&contract.symbol, "", side, "")
    })
}

fn time_in_force(wanted: &Order) -> Tif {
    match wanted {
        Order { ioc: true, .. } => Tif::Ioc,
        Order { fok: true, .. } => Tif::Fok,
        Order { day: true, .. } => Tif::Day,
        Order { .. } => Tif::Gtc,
    }
}

/// Whole lots from whatever unit was used.
fn lots(wanted: &Order, hours: u32) -> Result<Lots, Failure> {
    let lot_hours = GPUS_PER_LOT * u64::from(hours);
    let (number, each, unit) = match (wanted.gpus, wanted.gpu_hours) {
        (Some(gpus), _) => (gpus, GPUS_PER_LOT, "GPUs"),
        (None, Some(gpu_hours)) => (gpu_hours, lot_hours, "GPU-hours"),
        (None, None) => (wanted.lots.unwrap_or(0), 1, "lots"),
    };
    if number == 0 {
        return Err(Failure::Usage("the smallest order is one lot, 8 GPUs".to_owned()));
    }
    if number % each == 0 {
        return Ok(Lots(number / each));
    }
    let (below, above) = (number / each * each, (number / each + 1) * each);
    let choice = if below == 0 { format!("{above}") } else { format!("{below} or {above}") };
    Err(Failure::Usage(format!(
        "a lot is {each} {unit}, so {number} are not whole lots; {choice} would be"
    )))
}

pub(crate) fn price(text: &str) -> Result<Ticks, Failure> {
    let text = text.strip_prefix('$').unwrap_or(text);
    decimal::parse_price(text).map_err(|bad| match bad {
        Malformed::TooFine => {
            Failure::Usage(format!("{text} lies between two prices; the tick is $0.001"))
        }
        Malformed::NotANumber | Malformed::TooLarge => {
            Failure::Usage(format!("--limit {text}: {bad}; write it as 2.40"))
        }
    })
}

/// A name no other order of the account has, unless two were made in one microsecond.
pub(crate) fn new_id() -> String {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("ghx-{}", elapsed.as_micros())
}

async fn preview(
    desk: &mut Desk,
    order: &PlaceOrder,
    contract: &InstrumentData,
) -> Result<(), Failure> {
    let shown = match desk.show::<PreviewResult>(Method::Preview(order.clone())).await {
        Ok(shown) => shown,
        Err(failure) => return Err(nearest::add(desk, order, contract, failure).await),
    };
    let Some(preview) = shown else { return Ok(()) };
    print_order(order, contract)?;
    print_preview(&preview)?;
    println!("{}", paint(Ink::Bold, "  preview: nothing was sent; add --execute to send it"));
    Ok(())
}

fn print_order(order: &PlaceOrder, contract: &InstrumentData) -> Result<(), Failure> {
    let (verb, ink) = match order.side {
        Side::Buy => ("buy", Ink::Green),
        Side::Sell => ("sell", Ink::Red),
    };
    let quantity = units::quantity(units::lots(&order.qty)?, contract.hours);
    println!("{} {quantity} of {}", paint(ink, verb), contract.symbol);
    Ok(())
}

fn print_preview(preview: &PreviewResult) -> Result<(), Failure> {
    let notional = units::dollars(units::money(&preview.notional)?);
    println!("  worth       {notional} at ${} or better", preview.limit);
    println!("  fills now   {}", filled(&preview.fill_qty, preview.fill_avg_px.as_deref())?);
    println!("  rests       {}", units::in_lots(units::lots(&preview.rest_qty)?));
    println!("  fee         {}", units::dollars(units::money(&preview.fee)?));
    if let Some(price) = &preview.liquidation_px {
        println!("  kept until  ${} with all of it filled", units::price(price));
    }
    print_margin(&preview.before, &preview.after)
}

fn filled(lots: &str, average: Option<&str>) -> Result<String, Failure> {
    let count = units::in_lots(units::lots(lots)?);
    Ok(match average {
        Some(average) => format!("{count} at ${} on average", units::price(average)),
        None => "none".to_owned(),
    })
}

/// Margin without the order and with it.
fn print_margin(before: &MarginData, after: &MarginData) -> Result<(), Failure> {
    let dollars = |text: &str| units::money(text).map(units::dollars);
    let (initial, with_order) = (dollars(&before.initial)?, dollars(&after.initial)?);
    println!("  margin      {initial} now, {with_order} with it");
    println!("  cash        {} counts", dollars(&after.available)?);
    if units::money(&after.initial)?.0 != 0 {
        println!("  binding     scenario {} ({})", after.scenario, after.scenario_name);
    }
    Ok(())
}

async fn execute(
    common: &Common,
    desk: &mut Desk,
    order: &PlaceOrder,
    contract: &InstrumentData,
) -> Result<(), Failure> {
    let placed: Result<Option<OrderResult>, Failure> =
        desk.show(Method::Place(order.clone())).await;
    let result = match placed {
        Ok(None) => return Ok(()),
        Ok(Some(result)) => result,
        Err(failure) if outcome::is_unknown(&failure) => {
            let Some(result) = outcome::find_out(desk, &order.client_order_id, common.json).await?
            else {
                return Ok(());
            };
            result
        }
        Err(failure) => return Err(nearest::add(desk, order, contract, failure).await),
    };
    print_order(order, contract)?;
    print_result(&result)
}

fn print_result(result: &OrderResult) -> Result<(), Failure> {
    let name = &result.order_id;
    println!("  order       {name}, yours {}", result.client_order_id);
    println!("  filled      {}", filled(&result.cum_qty, result.avg_px.as_deref())?);
    let leaves = units::in_lots(units::lots(&result.leaves_qty)?);
    match result.state.name() {
        "open" => println!("  rests       {leaves}; cancel with: ghx cancel {name} --execute"),
        "filled" => println!("  rests       nothing"),
        state => println!("  {state:<11} {leaves}"),
    }
    if result.dup {
        println!("  it had been sent before; this is where it stood then");
    }
    Ok(())
}

#[cfg(test)]
mod tests;

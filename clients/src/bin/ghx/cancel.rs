//! `ghx cancel`: which orders would go, or their end.

use protocol::client::{CancelAll, CancelOrder, ListOrders, Method};
use protocol::server::{CanceledResult, OrderData, OrderList, OrderResult};

use crate::args::{Cancel, Common};
use crate::catalogue::Catalogue;
use crate::desk::{self, Desk};
use crate::failure::Failure;
use crate::lists;
use crate::units;

/// Shows what would be cancelled, or cancels it and says how many.
pub(crate) async fn run(common: &Common, cancel: &Cancel) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let symbol = match &cancel.symbol {
        None => None,
        Some(text) => Some(Catalogue::load(&mut desk).await?.find(text)?.symbol.clone()),
    };
    match (cancel.execute, cancel.all) {
        (false, _) => show(&mut desk, cancel, symbol.as_deref()).await,
        (true, false) => each(&mut desk, &cancel.orders).await,
        (true, true) => all(&mut desk, cancel, symbol).await,
    }
}

async fn show(desk: &mut Desk, cancel: &Cancel, symbol: Option<&str>) -> Result<(), Failure> {
    let Some(list) = desk.show::<OrderList>(Method::ListOrders(ListOrders::default())).await?
    else {
        return Ok(());
    };
    let matching: Vec<OrderData> =
        list.orders.into_iter().filter(|order| is_meant(cancel, symbol, order)).collect();
    lists::print_orders(&matching, "no open order is meant")?;
    if !matching.is_empty() {
        println!("preview: nothing was sent; add --execute to cancel");
    }
    Ok(())
}

fn is_meant(cancel: &Cancel, symbol: Option<&str>, order: &OrderData) -> bool {
    if !cancel.all {
        let names = [&order.order_id, &order.client_order_id];
        return cancel.orders.iter().any(|name| names.contains(&name));
    }
    symbol.is_none_or(|symbol| symbol == order.symbol)
        && cancel.side.is_none_or(|side| side == order.side)
        && cancel.tag.as_ref().is_none_or(|tag| Some(tag) == order.tag.as_ref())
}

async fn each(desk: &mut Desk, orders: &[String]) -> Result<(), Failure> {
    for name in orders {
        let method = Method::Cancel(named(name));
        let Some(result) = desk.show::<OrderResult>(method).await? else { continue };
        let filled = units::grouped(&result.cum_qty);
        let left = units::grouped(&result.leaves_qty);
        println!("{} cancelled, {left} lots untraded, {filled} filled", result.order_id);
    }
    Ok(())
}

/// The exchange's names are the letter O and a number; anything else is a name of ours.
fn named(name: &str) -> CancelOrder {
    let digits = name.strip_prefix('O').unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        CancelOrder { order_id: Some(name.to_owned()), ..CancelOrder::default() }
    } else {
        CancelOrder { client_order_id: Some(name.to_owned()), ..CancelOrder::default() }
    }
}

async fn all(desk: &mut Desk, cancel: &Cancel, symbol: Option<String>) -> Result<(), Failure> {
    let conditions = CancelAll { symbol, side: cancel.side, tag: cancel.tag.clone() };
    if let Some(result) = desk.show::<CanceledResult>(Method::CancelAll(conditions)).await? {
        let plural = if result.canceled == 1 { "" } else { "s" };
        println!("{} order{plural} cancelled", result.canceled);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn an_order_is_named_as_the_exchange_or_its_owner_named_it() {
        assert_eq!(named("O5001").order_id.as_deref(), Some("O5001"));
        assert_eq!(named("mine-1").client_order_id.as_deref(), Some("mine-1"));
        assert_eq!(named("O-5").client_order_id.as_deref(), Some("O-5"));
    }
}

//! `ghx orders`, `fills` and `positions`: tables with totals.

use protocol::client::{ListFills, ListOrders, Method, Nothing};
use protocol::server::{FillList, OrderData, OrderList, PositionList};
use types::{Lots, Mills};

use crate::args::Common;
use crate::catalogue::Catalogue;
use crate::desk;
use crate::failure::Failure;
use crate::table::Table;
use crate::units;

/// Open orders.
pub(crate) async fn orders(common: &Common, symbol: Option<&str>) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let symbol = match symbol {
        None => None,
        Some(text) => Some(Catalogue::load(&mut desk).await?.find(text)?.symbol.clone()),
    };
    let list = desk.show::<OrderList>(Method::ListOrders(ListOrders { symbol })).await?;
    list.map_or(Ok(()), |list| print_orders(&list.orders, "no open orders"))
}

/// A table of orders.
pub(crate) fn print_orders(orders: &[OrderData], nothing: &str) -> Result<(), Failure> {
    let mut table = Table::new(&[
        "order", "yours", "contract", "side", ">price", ">lots", ">filled", ">open", "label",
    ]);
    let mut open = Lots::ZERO;
    for order in orders {
        open += units::lots(&order.leaves_qty)?;
        table.row(&[
            &order.order_id,
            &order.client_order_id,
            &order.symbol,
            units::side(order.side),
            &order.price,
            &units::grouped(&order.qty),
            &units::grouped(&order.cum_qty),
            &units::grouped(&order.leaves_qty),
            order.tag.as_deref().unwrap_or_default(),
        ]);
    }
    if 1 < orders.len() {
        let count = format!("{} orders", orders.len());
        table.row(&[&count, "", "", "", "", "", "", &units::grouped(open), ""]);
    }
    table.print(nothing);
    Ok(())
}

/// The latest fills.
pub(crate) async fn fills(common: &Common, limit: u32) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let method = Method::ListFills(ListFills { limit: Some(limit) });
    let Some(list) = desk.show::<FillList>(method).await? else { return Ok(()) };
    let mut table = Table::new(&[
        "market time",
        "contract",
        "side",
        ">lots",
        ">price",
        "as",
        ">fee",
        "order",
        "trade",
    ]);
    let (mut lots, mut fees) = (Lots::ZERO, Mills::ZERO);
    for fill in &list.fills {
        lots += units::lots(&fill.qty)?;
        let fee = units::money(&fill.fee)?;
        fees += fee;
        let liquidity = match fill.liquidity {
            types::Liquidity::Maker => "maker",
            types::Liquidity::Taker => "taker",
            types::Liquidity::Auction => "auction",
            types::Liquidity::Block => "block",
        };
        table.row(&[
            &units::time(&fill.eng_ns)?,
            &fill.symbol,
            units::side(fill.side),
            &units::grouped(&fill.qty),
            &fill.price,
            liquidity,
            &units::dollars(fee),
            &fill.order_id,
            &fill.trade_id,
        ]);
    }
    if 1 < list.fills.len() {
        let count = format!("{} fills", list.fills.len());
        let (lots, fees) = (units::grouped(lots), units::dollars(fees));
        table.row(&[&count, "", "", &lots, "", "", &fees, "", ""]);
    }
    table.print("no fills yet");
    Ok(())
}

/// Positions.
pub(crate) async fn positions(common: &Common) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let method = Method::ListPositions(Nothing {});
    let Some(list) = desk.show::<PositionList>(method).await? else { return Ok(()) };
    let mut table =
        Table::new(&["contract", ">lots", ">carried at", ">settled at", ">gain or loss"]);
    let mut total = Mills::ZERO;
    for position in &list.positions {
        let variation = units::money(&position.variation)?;
        total += variation;
        table.row(&[
            &position.symbol,
            &units::signed(units::whole(&position.net_qty)?),
            position.carry_px.as_deref().map_or("none", units::price),
            &position.settle,
            &units::signed_dollars(variation),
        ]);
    }
    if 1 < list.positions.len() {
        let count = format!("{} positions", list.positions.len());
        table.row(&[&count, "", "", "", &units::signed_dollars(total)]);
    }
    table.print("no positions");
    Ok(())
}

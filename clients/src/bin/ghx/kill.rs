//! `ghx kill`: the account's own switch. Its orders end and no new ones are taken until it is released.

use protocol::client::{ListOrders, Method};
use protocol::server::{DoneResult, OrderList};

use crate::args::{Common, Kill};
use crate::desk;
use crate::failure::Failure;
use crate::lists;

/// Shows what would end, or throws the switch, or releases it.
pub(crate) async fn run(common: &Common, wanted: &Kill) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let list = Method::ListOrders(ListOrders::default());
    if !wanted.execute {
        let Some(list) = desk.show::<OrderList>(list).await? else { return Ok(()) };
        if wanted.release {
            println!("orders would be taken again");
        } else {
            lists::print_orders(&list.orders, "no open order would end")?;
            println!("and no new order would be taken until `ghx kill --release --execute`");
        }
        println!("preview: nothing was sent; add --execute to do it");
        return Ok(());
    }
    let ended = if wanted.release { 0 } else { desk.ask::<OrderList>(list).await?.orders.len() };
    let method = Method::Kill(protocol::client::Kill { on: !wanted.release });
    if desk.show::<DoneResult>(method).await?.is_some() {
        if wanted.release {
            println!("released: orders are taken again");
        } else {
            let plural = if ended == 1 { "" } else { "s" };
            println!("killed: {ended} order{plural} ended, and none is taken");
            println!("  release it with: ghx kill --release --execute");
        }
    }
    Ok(())
}

//! `ghx withdraw`: what may go out, or the order to pay it out, signed.

use protocol::client::{Method, Nothing};
use protocol::server::MarginResult;

use crate::args::Common;
use crate::desk;
use crate::failure::Failure;
use crate::units;

/// Shows what would be left, or takes the money out.
pub(crate) async fn run(common: &Common, amount: &str, execute: bool) -> Result<(), Failure> {
    let amount = units::money(amount)?;
    let mut desk = desk::trade(common).await?;
    if execute {
        desk.client().withdraw(amount).await?;
        println!("{} paid out", units::dollars(amount));
        return Ok(());
    }
    let Some(result) = desk.show::<MarginResult>(Method::GetMargin(Nothing {})).await? else {
        return Ok(());
    };
    let available = units::money(&result.margin.available)?;
    let free = available - units::money(&result.margin.initial)?;
    println!("free          {:>18}", units::dollars(free));
    println!("left          {:>18}", units::signed_dollars(free - amount));
    println!("preview: nothing was sent; add --execute to take it out");
    Ok(())
}

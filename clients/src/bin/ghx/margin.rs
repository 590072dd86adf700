//! `ghx margin`: cash, and what is required of it.

use protocol::client::{Method, Nothing};
use protocol::server::MarginResult;

use crate::args::Common;
use crate::desk;
use crate::failure::Failure;
use crate::paint::{Ink, paint};
use crate::units;

/// Prints it.
pub(crate) async fn run(common: &Common) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let Some(result) = desk.show::<MarginResult>(Method::GetMargin(Nothing {})).await? else {
        return Ok(());
    };
    let margin = result.margin;
    let dollars = |text: &str| units::money(text).map(units::dollars);
    let (available, initial) = (units::money(&margin.available)?, units::money(&margin.initial)?);
    println!("cash          {:>18}", dollars(&margin.cash)?);
    let variation = units::signed_dollars(units::money(&margin.variation)?);
    println!("since settled {variation:>18}  only a loss counts");
    println!("counts        {:>18}", units::dollars(available));
    println!(
        "required      {:>18}  for positions, open orders and deliveries",
        dollars(&margin.initial)?
    );
    println!(
        "  to keep     {:>18}  for positions and deliveries alone",
        dollars(&margin.maintenance)?
    );
    println!("  deliveries  {:>18}", dollars(&margin.delivery)?);
    let free = units::dollars(available - initial);
    println!("{}", paint(Ink::Bold, &format!("free          {free:>18}")));
    println!("in escrow     {:>18}  for coming deliveries", dollars(&margin.escrow)?);
    if initial.0 == 0 {
        println!("binding       none: nothing is at risk");
    } else {
        println!("binding       scenario {} ({})", margin.scenario, margin.scenario_name);
    }
    Ok(())
}

//! `ghx margin`: cash, and what is required of it.

use protocol::client::{Method, Nothing};
use protocol::server::{MarginResult, ScenarioData};
use types::Mills;

use crate::args::Common;
use crate::desk;
use crate::failure::Failure;
use crate::paint::{Ink, paint};
use crate::units;

/// Characters of the longest bar.
const BAR: i128 = 20;

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
    let concentration = dollars(&margin.concentration)?;
    println!("  size        {concentration:>18}  for positions large beside a day's volume");
    let free = units::dollars(available - initial);
    println!("{}", paint(Ink::Bold, &format!("free          {free:>18}")));
    println!("in escrow     {:>18}  for coming deliveries", dollars(&margin.escrow)?);
    if initial.0 == 0 {
        println!("binding       none: nothing is at risk");
    } else {
        println!("binding       scenario {} ({})", margin.scenario, margin.scenario_name);
    }
    print_scenarios(&result.scenarios, usize::from(margin.scenario))
}

/// What each scenario would lose, as a bar beside its name.
fn print_scenarios(scenarios: &[ScenarioData], binding: usize) -> Result<(), Failure> {
    let losses = scenarios.iter().map(|scenario| Ok(units::money(&scenario.loss)?.0));
    let losses: Vec<i64> = losses.collect::<Result<_, Failure>>()?;
    let most = losses.iter().copied().max().unwrap_or(0).max(1);
    for (at, (scenario, loss)) in scenarios.iter().zip(&losses).enumerate() {
        let part = i128::from((*loss).max(0)) * BAR / i128::from(most);
        let bar = "#".repeat(usize::try_from(part).expect("not below zero"));
        let gain = units::signed_dollars(Mills(-loss));
        let line = format!("  {at:2} {:22} {gain:>18} {bar}", scenario.name);
        let is_binding = at == binding && 0 < *loss;
        println!("{}", if is_binding { paint(Ink::Bold, &line) } else { line });
    }
    Ok(())
}

//! `ghx statement`: the days of an account as its bookkeeper wants them.

use protocol::client::{ListStatements, Method};
use protocol::server::{BalancesData, StatementData, StatementList};
use types::{Mills, StatedPurse};

use crate::args::Common;
use crate::desk;
use crate::failure::Failure;
use crate::table::Table;
use crate::units;

/// First and last day; the latest statement when neither is named.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// Prints the statements, or their rows.
pub(crate) async fn run(common: &Common, wanted: Wanted, csv: bool) -> Result<(), Failure> {
    let is_latest = wanted.from.is_none() && wanted.to.is_none();
    let mut desk = desk::trade(common).await?;
    let method = Method::ListStatements(ListStatements { from: wanted.from, to: wanted.to });
    let Some(list) = desk.show::<StatementList>(method).await? else { return Ok(()) };
    if csv {
        rows(&list.statements).iter().for_each(|row| println!("{row}"));
        return Ok(());
    }
    let first = if is_latest { list.statements.len().saturating_sub(1) } else { 0 };
    let shown = &list.statements[first..];
    if shown.is_empty() {
        println!("no statement; one comes with each daily settlement");
    }
    for (at, statement) in shown.iter().enumerate() {
        if 0 < at {
            println!();
        }
        print(statement)?;
    }
    Ok(())
}

fn print(statement: &StatementData) -> Result<(), Failure> {
    println!("Statement of {}", statement.date);
    let line = |name: &str, amount: &str| -> Result<(), Failure> {
        println!("  {name:<30} {:>20}", units::exact(units::money(amount)?));
        Ok(())
    };
    for purse in StatedPurse::ALL {
        let (opening, closing) = (of(&statement.opening, purse), of(&statement.closing, purse));
        let lines: Vec<_> = statement.lines.iter().filter(|line| line.purse == purse).collect();
        if lines.is_empty() && purse != StatedPurse::Cash && units::money(closing)? == Mills::ZERO {
            continue;
        }
        line(&format!("{}, opening", title(purse)), opening)?;
        for moved in lines {
            line(&format!("  {}", words(&moved.reason)), &moved.amount)?;
        }
        line(&format!("{}, closing", title(purse)), closing)?;
    }
    let mut table = Table::new(&["  contract", ">lots", ">settlement", ">gain"]);
    for position in &statement.positions {
        let gain = units::money(&position.gain)?;
        let symbol = format!("  {}", position.symbol);
        table.row(&[&symbol, &position.net_qty, &position.settle, &units::exact(gain)]);
    }
    table.print("  no positions");
    if units::money(&statement.cut)? != Mills::ZERO {
        line("kept back for a default", &statement.cut)?;
    }
    line("initial margin", &statement.initial)?;
    line("held of cash for it", &statement.held)?;
    let lacks = units::money(&statement.excess)?.0 < 0;
    line(if lacks { "deficit" } else { "excess" }, &statement.excess)
}

/// Date, what, of what, lots, price, dollars: one row for each number, so that a sum over a date and a
/// purse is its closing balance.
fn rows(statements: &[StatementData]) -> Vec<String> {
    let mut rows = vec!["date,entry,name,lots,price,dollars".to_owned()];
    for StatementData { date, opening, lines, closing, positions, .. } in statements {
        for purse in StatedPurse::ALL {
            let name = word(&purse);
            rows.push(format!("{date},opening,{name},,,{}", of(opening, purse)));
            for line in lines.iter().filter(|line| line.purse == purse) {
                rows.push(format!("{date},{name},{},,,{}", word(&line.reason), line.amount));
            }
            rows.push(format!("{date},closing,{name},,,{}", of(closing, purse)));
        }
        rows.extend(positions.iter().map(|position| {
            let protocol::server::StatedPositionData { symbol, net_qty, settle, gain } = position;
            format!("{date},position,{symbol},{net_qty},{settle},{gain}")
        }));
    }
    rows
}

fn of(balances: &BalancesData, purse: StatedPurse) -> &str {
    match purse {
        StatedPurse::Cash => &balances.cash,
        StatedPurse::Escrow => &balances.escrow,
        StatedPurse::Fund => &balances.fund,
        StatedPurse::Bond => &balances.bond,
    }
}

const fn title(purse: StatedPurse) -> &'static str {
    match purse {
        StatedPurse::Cash => "cash",
        StatedPurse::Escrow => "escrow",
        StatedPurse::Fund => "default fund",
        StatedPurse::Bond => "bond",
    }
}

/// As the wire has it.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("a name is JSON");
    value.as_str().unwrap_or_default().to_owned()
}

fn words(reason: &types::TransferKind) -> String {
    word(reason).replace('_', " ")
}

#[cfg(test)]
mod tests;

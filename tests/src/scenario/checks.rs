//! What a scenario asks the exchange for: books, positions, money and deliveries, as its members
//! have heard of them.

use types::{AccountId, InstrumentId, ObligationId, Side};

use super::names::Names;
use super::words::{Problem, Words};
use super::{expect, outcome, statements};
use crate::view::{Account, View};

const CHECKS: [&str; 10] = [
    "book",
    "implied",
    "position",
    "cash",
    "escrow",
    "bond",
    "margin",
    "obligation",
    "phase",
    "statement",
];

/// Whether a statement only asks.
pub(super) fn is_check(verb: &str) -> bool {
    CHECKS.contains(&verb)
}

/// Compares what the file says with what has been heard.
pub(super) fn check(
    verb: &str,
    mut words: Words<'_>,
    below: &[&str],
    names: &Names,
    view: &View,
) -> Result<(), Problem> {
    let words = &mut words;
    let (expected, actual) = match verb {
        "book" => return book(words, below, names, view),
        "statement" => return statement(words, below, names, view),
        "implied" => implied(words, names, view)?,
        "phase" => phase(words, view)?,
        "obligation" => obligation(words, view)?,
        "position" => position(words, names, view)?,
        "cash" => amount(words, names, view, |account| account.cash)?,
        "escrow" => amount(words, names, view, |account| account.escrow)?,
        "bond" => amount(words, names, view, |account| account.bond)?,
        "margin" => return margin(words, names, view),
        other => unreachable!("{other} is not among CHECKS"),
    };
    words.clone().end()?;
    if !below.is_empty() {
        return Err(format!("nothing stands under `{verb}`"));
    }
    same(&expected, &actual)
}

fn same(expected: &str, actual: &str) -> Result<(), Problem> {
    if expected == actual { Ok(()) } else { Err(format!("it is {actual}, not {expected}")) }
}

/// `book [on CONTRACT] bid | price | ask`, and a row for each price, the highest first.
fn book(words: &mut Words<'_>, below: &[&str], names: &Names, view: &View) -> Result<(), Problem> {
    let instrument = names.contract_or_first(words, view)?;
    for word in ["bid", "|", "price", "|", "ask"] {
        words.expect(word)?;
    }
    words.clone().end()?;
    let row = |line: &&str| line.split('|').map(str::trim).collect::<Vec<_>>().join(" | ");
    let expected: Vec<String> = below.iter().map(row).collect();
    expect::difference(&expected, &rows(instrument, view)).map_or(Ok(()), Err)
}

fn rows(instrument: InstrumentId, view: &View) -> Vec<String> {
    let contract = &view.contracts[&instrument];
    let asks = contract.depth(Side::Sell).iter().rev();
    let bids = contract.depth(Side::Buy).iter().rev();
    asks.map(|(price, lots)| format!(" | {price} | {lots}"))
        .chain(bids.map(|(price, lots)| format!("{lots} | {price} | ")))
        .collect()
}

/// `statement ann 2027-01-04`, and its rows.
fn statement(
    words: &mut Words<'_>,
    below: &[&str],
    names: &Names,
    view: &View,
) -> Result<(), Problem> {
    let (_, account) = account(words, names, view)?;
    let statement = account.statement.as_ref().ok_or("it never had a statement")?;
    let date = statement.date.to_string();
    words.expect(&date)?;
    words.clone().end()?;
    let expected: Vec<String> = below.iter().map(|line| Words::new(line).rest()).collect();
    expect::difference(&expected, &statements::rows(statement, view)).map_or(Ok(()), Err)
}

/// `implied [on CONTRACT] 5 @ 9450 | none`: as a bid and as an ask.
fn implied(words: &mut Words<'_>, names: &Names, view: &View) -> Result<(String, String), Problem> {
    let instrument = names.contract_or_first(words, view)?;
    let side = |best: Option<(types::Ticks, types::Lots)>| {
        best.map_or("none".to_owned(), |(price, lots)| format!("{lots} @ {price}"))
    };
    let [bid, ask] = view.contracts[&instrument].implied.map(side);
    let mut expected = Vec::new();
    while words.peek().is_some() {
        expected.push(words.next("a word")?);
    }
    Ok((expected.join(" "), format!("{bid} | {ask}")))
}

/// `phase CONTRACT halted`
fn phase(words: &mut Words<'_>, view: &View) -> Result<(String, String), Problem> {
    let instrument = Names::contract(words, view)?;
    let expected = words.next("a phase")?.to_owned();
    Ok((expected, format!("{:?}", view.contracts[&instrument].phase).to_lowercase()))
}

/// `position ann +10 [on CONTRACT]`
fn position(
    words: &mut Words<'_>,
    names: &Names,
    view: &View,
) -> Result<(String, String), Problem> {
    let (_, account) = account(words, names, view)?;
    let expected: i64 = words.number("a position")?;
    let instrument = names.contract_or_first(words, view)?;
    let net = account.positions.get(&instrument).map_or(0, |position| position.net.0);
    Ok((format!("{expected:+}"), format!("{net:+}")))
}

/// `cash ann 1000.000`
fn amount(
    words: &mut Words<'_>,
    names: &Names,
    view: &View,
    of: impl Fn(&Account) -> types::Mills,
) -> Result<(String, String), Problem> {
    let (_, account) = account(words, names, view)?;
    Ok((words.dollars()?.to_string(), of(account).to_string()))
}

/// `margin ann initial 100 maintenance 80 available 1000`: any of the parts, by name.
fn margin(words: &mut Words<'_>, names: &Names, view: &View) -> Result<(), Problem> {
    let (_, account) = account(words, names, view)?;
    while let Some(part) = words.peek() {
        words.next("a part of margin")?;
        let margin = &account.margin;
        let actual = match part {
            "initial" => margin.initial,
            "maintenance" => margin.maintenance,
            "available" => margin.available,
            "variation" => margin.variation,
            "delivery" => margin.delivery,
            "concentration" => margin.concentration,
            "escrow" => margin.escrow,
            other => return Err(format!("margin has no {other}")),
        };
        let expected = words.dollars()?;
        if expected != actual {
            return Err(format!("{part} is {actual}, not {expected}"));
        }
    }
    Ok(())
}

/// `obligation 1 delivering due 47616 delivered 64 short 0 down 0 paid 153.600 damages 0.000`
fn obligation(words: &mut Words<'_>, view: &View) -> Result<(String, String), Problem> {
    let id = ObligationId(words.number("an obligation")?);
    let ends = view.obligations.get(&id).ok_or_else(|| format!("no obligation {}", id.0))?;
    let report = ends.report();
    let actual =
        format!(
            "{} due {} delivered {} short {} down {} paid {} damages {}",
            format!("{:?}", report.state).to_lowercase(),
            report.due,
            report.delivered,
            report.short,
            report.nodes_down,
            report.paid,
            report.damages
        ) + &[("covered", report.covered), ("waived", report.waived), ("held", report.held)]
            .map(|(what, hours)| outcome::nonzero(what, hours))
            .concat();
    let mut expected = Vec::new();
    while words.peek().is_some() {
        expected.push(words.next("a word")?);
    }
    Ok((expected.join(" "), actual))
}

fn account<'a>(
    words: &mut Words<'_>,
    names: &Names,
    view: &'a View,
) -> Result<(AccountId, &'a Account), Problem> {
    let name = words.next("an account")?;
    let id = names.account(name).ok_or_else(|| format!("who is {name}?"))?;
    let account = view.accounts.get(&id).ok_or_else(|| format!("{name} has no account"))?;
    Ok((id, account))
}

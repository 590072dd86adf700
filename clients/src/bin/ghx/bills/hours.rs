//! The schedule of an obligation, hour by hour: what is due, and of hours whose receipts are final what was
//! delivered and paid, as the events of the account told it.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::client::{Method, Nothing, Subscribe};
use protocol::server::{ObligationData, ObligationList, SubscribeResult};
use serde_json::json;
use tokio::time::timeout;
use types::{Mills, Timestamp};

use crate::args::{Common, Hours};
use crate::failure::Failure;
use crate::table::Table;
use crate::{csv, desk, units};

/// Old events come at once, one after the other.
const QUIET: Duration = Duration::from_secs(5);
/// Old events are no longer kept from there on.
const RESUME_TOO_OLD: i32 = 6004;

/// GPU-hours of an hour that is final: delivered and missing.
type Final = BTreeMap<i64, (i64, i64)>;

/// One hour of the schedule.
struct Row {
    hour: Timestamp,
    /// Delivered and missing, when it is final and its event is still kept.
    done: Option<(i64, i64)>,
}

/// Prints the hours of one obligation.
pub(crate) async fn run(common: &Common, id: &str, wanted: &Hours) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let list: ObligationList = desk.ask(Method::ListObligations(Nothing {})).await?;
    let found = list.obligations.into_iter().find(|one| one.obligation_id == id);
    let none = || Failure::Usage(format!("{id} is none of yours; `ghx obligations` lists all"));
    let obligation = found.ok_or_else(none)?;
    let told = told(&mut desk, &obligation).await?;
    let rows = rows(&obligation, &told)?;
    if wanted.csv {
        print!("{}", table_of(&obligation, &rows)?);
    } else if common.json {
        let due = due_of_an_hour(&obligation)?;
        for row in rows {
            let (delivered, short) = row.done.unzip();
            let line = json!({
                "obligation_id": id, "symbol": obligation.symbol, "hour_ns": row.hour.0.to_string(),
                "due_gpu_hours": due, "delivered_gpu_hours": delivered, "short_gpu_hours": short,
            });
            println!("{line}");
        }
    } else {
        print_rows(&obligation, &rows)?;
    }
    Ok(())
}

/// The events of the obligation that are still kept, as the hours they were about.
async fn told(desk: &mut desk::Desk, of: &ObligationData) -> Result<Final, Failure> {
    let mut told = Final::new();
    let (due, last) = (due_of_an_hour(of)?, final_of(of)?);
    if last == 0 {
        return Ok(told);
    }
    let mut from = 1;
    loop {
        let channels = vec!["obligations".to_owned()];
        let wanted = Subscribe { channels, from_acct_seq: Some(from), from_firm_seq: None };
        let answer: SubscribeResult = desk.ask(Method::Subscribe(wanted)).await?;
        let Some(bad) = answer.err.first() else { break };
        match bad.min_acct_seq {
            Some(oldest) if bad.code == RESUME_TOO_OLD && from == 1 => from = oldest,
            _ => return Err(Failure::Gap(format!("{} ({})", bad.message, bad.code))),
        }
    }
    let mut before = (0, 0);
    let mut is_whole = from == 1;
    while let Ok(event) = timeout(QUIET, desk.client().next_event()).await {
        let event = event?;
        let Ok(one) = serde_json::from_value::<ObligationData>(event.data.unwrap_or_default())
        else {
            continue;
        };
        if one.obligation_id != of.obligation_id {
            continue;
        }
        let now =
            (units::whole(&one.delivered_gpu_hours)?, units::whole(&one.shortfall_gpu_hours)?);
        let done = (now.0 - before.0, now.1 - before.1);
        // Events that say where it stands tell of no new hour.
        if 0 < done.0 + done.1 && (is_whole || done.0 + done.1 == due) {
            told.extend(spread((before.0 + before.1) / due, done, due));
        }
        (before, is_whole) = (now, true);
        if last <= now.0 + now.1 {
            break;
        }
    }
    Ok(told)
}

/// Hours that are signed wait for one before them that is not, and then all are final at once. What is
/// missing belongs to the one that they waited for.
fn spread(first: i64, done: (i64, i64), due: i64) -> Vec<(i64, (i64, i64))> {
    let count = ((done.0 + done.1) / due).max(1);
    let mut missing = done.1;
    let mut hour = |n| {
        let lost = missing.min(due);
        missing -= lost;
        (first + n, (if count == 1 { done.0 } else { due - lost }, lost))
    };
    (0..count).map(&mut hour).collect()
}

fn rows(of: &ObligationData, told: &Final) -> Result<Vec<Row>, Failure> {
    let (start, end) = (units::whole(&of.window_start_ns)?, units::whole(&of.window_end_ns)?);
    let count = (end - start) / Timestamp::HOUR;
    let row = |n| Row { hour: Timestamp(start + n * Timestamp::HOUR), done: told.get(&n).copied() };
    Ok((0..count).map(row).collect())
}

fn due_of_an_hour(of: &ObligationData) -> Result<i64, Failure> {
    Ok(units::whole(&of.lots)? * 8)
}

fn final_of(of: &ObligationData) -> Result<i64, Failure> {
    Ok(units::whole(&of.delivered_gpu_hours)? + units::whole(&of.shortfall_gpu_hours)?)
}

fn table_of(of: &ObligationData, rows: &[Row]) -> Result<String, Failure> {
    let (price, due) = (units::money(&of.price)?, due_of_an_hour(of)?);
    let head = ["obligation", "contract", "hour", "due", "delivered", "missing", "amount_usd"];
    let mut text = csv::line(head);
    for row in rows {
        let (delivered, short) = row.done.unzip();
        let cell = |hours: Option<i64>| hours.map(|hours| hours.to_string()).unwrap_or_default();
        let amount = delivered.map(|hours| Mills(price.0 * hours).to_string()).unwrap_or_default();
        let (hour, due) = (row.hour.to_string(), due.to_string());
        let id = of.obligation_id.as_str();
        text += &csv::line([id, &of.symbol, &hour, &due, &cell(delivered), &cell(short), &amount]);
    }
    Ok(text)
}

/// Days in which nothing was missing are one line.
fn print_rows(of: &ObligationData, rows: &[Row]) -> Result<(), Failure> {
    let due = due_of_an_hour(of)?;
    let mut table = Table::new(&["hours, UTC", ">due", ">delivered", ">missing"]);
    for day in rows.chunk_by(|one, two| one.hour.date() == two.hour.date()) {
        let is_even = day.iter().all(|row| row.done == day[0].done);
        let parts: Vec<&[Row]> = if is_even { vec![day] } else { day.chunks(1).collect() };
        for part in parts {
            let hours = i64::try_from(part.len()).expect("a day");
            let time = part[0].hour.to_string()[..16].replace('T', " ");
            let name = if 1 < hours { format!("{time} and {} more", hours - 1) } else { time };
            let (delivered, short) = part[0].done.unzip();
            let cell =
                |each: Option<i64>| each.map(|n| units::grouped(n * hours)).unwrap_or_default();
            table.row(&[&name, &units::grouped(due * hours), &cell(delivered), &cell(short)]);
        }
    }
    println!("{} {} at ${} a GPU-hour", of.obligation_id, of.symbol, of.price);
    table.print("no hours");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_are_final_together_are_told_apart() {
        assert_eq!(spread(7, (60, 4), 64), [(7, (60, 4))]);
        let three = [(7, (56, 8)), (8, (64, 0)), (9, (64, 0))];
        assert_eq!(spread(7, (184, 8), 64), three);
    }
}

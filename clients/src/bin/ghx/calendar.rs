//! `ghx calendar`: what the account has to remember: last trading days of what it holds, deliveries,
//! invoices; as a table, or as a file that calendars read (RFC
//! 5545). Each entry has the same name every time,
//! so reading the file again changes entries and doubles none.

use std::path::Path;

use icalendar::{Calendar, Component, Event};
use protocol::client::{Method, Nothing};
use protocol::server::{InvoiceList, ObligationList, PositionList};
use types::{DeliveryRole, Timestamp};

use crate::args::Common;
use crate::catalogue::Catalogue;
use crate::failure::Failure;
use crate::table::Table;
use crate::{csv, desk, units};

/// One thing to remember.
struct Entry {
    /// The same for the same thing, for ever.
    uid: String,
    summary: String,
    start: Timestamp,
    /// When it is over; a moment when absent.
    end: Option<Timestamp>,
}

/// Prints what comes, or writes it to a file.
pub(crate) async fn run(common: &Common, ics: Option<&Path>) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let account = desk.client().session().map(|s| s.account.clone()).unwrap_or_default();
    let now = units::whole(&desk.ask::<protocol::server::PingResult>(ping()).await?.market_ns)?;
    let mut entries = held(&mut desk, &account).await?;
    entries.extend(deliveries(&mut desk).await?);
    entries.sort_by(|one, two| (one.start, &one.uid).cmp(&(two.start, &two.uid)));
    if let Some(path) = ics {
        return csv::write(path, &written(&account, Timestamp(now), &entries));
    }
    let mut table = Table::new(&["from, UTC", "until", "what"]);
    for entry in &entries {
        let time = |at: Timestamp| at.to_string()[..16].replace('T', " ");
        let end = entry.end.map(time).unwrap_or_default();
        table.row(&[&time(entry.start), &end, &entry.summary]);
    }
    table.print("nothing to remember: no position, no delivery, no invoice");
    Ok(())
}

fn ping() -> Method {
    Method::Ping(protocol::client::Ping::default())
}

/// Last trading days of the contracts in which the account has a position.
async fn held(desk: &mut desk::Desk, account: &str) -> Result<Vec<Entry>, Failure> {
    let positions: PositionList = desk.ask(Method::ListPositions(Nothing {})).await?;
    let contracts = Catalogue::load(desk).await?;
    let entries = positions.positions.iter().filter_map(|position| {
        let contract = contracts.find(&position.symbol).ok()?;
        let lots = units::whole(&position.net_qty).ok()?;
        Some(Entry {
            uid: format!("last-trading-{}-{account}@gigahour", position.symbol),
            summary: format!("Last trading of {}: {} lots", position.symbol, units::signed(lots)),
            start: Timestamp(units::whole(&contract.last_trading_ns).ok()?),
            end: None,
        })
    });
    Ok(entries.collect())
}

/// Deliveries and their invoices.
async fn deliveries(desk: &mut desk::Desk) -> Result<Vec<Entry>, Failure> {
    let obligations: ObligationList = desk.ask(Method::ListObligations(Nothing {})).await?;
    let invoices: InvoiceList = desk.ask(Method::ListInvoices(Nothing {})).await?;
    let mut entries = Vec::new();
    for one in &obligations.obligations {
        let verb = match one.role {
            DeliveryRole::Deliver => "Deliver",
            DeliveryRole::Receive => "Receive",
        };
        entries.push(Entry {
            uid: format!("delivery-{}@gigahour", one.obligation_id),
            summary: format!("{verb} {} lots of {} ({})", one.lots, one.symbol, one.obligation_id),
            start: Timestamp(units::whole(&one.window_start_ns)?),
            end: Some(Timestamp(units::whole(&one.window_end_ns)?)),
        });
    }
    for bill in &invoices.invoices {
        entries.push(Entry {
            uid: format!("invoice-{}@gigahour", bill.obligation_id),
            summary: format!("Invoice {} of {}", bill.obligation_id, bill.symbol),
            start: Timestamp(units::whole(&bill.issued_ns)?),
            end: None,
        });
    }
    Ok(entries)
}

/// The file; stamped with market time, so that the same calendar is the same bytes.
fn written(account: &str, now: Timestamp, entries: &[Entry]) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&format!("Gigahour {account}"));
    for entry in entries {
        let mut event = Event::new();
        event.uid(&entry.uid).summary(&entry.summary);
        event.add_property("DTSTAMP", moment(now)).add_property("DTSTART", moment(entry.start));
        if let Some(end) = entry.end {
            event.add_property("DTEND", moment(end));
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}

/// `20270301T160000Z`
fn moment(at: Timestamp) -> String {
    at.to_string().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_keeps_its_name_and_the_file_its_bytes() {
        let entry = Entry {
            uid: "delivery-OB-7@gigahour".to_owned(),
            summary: "Deliver 8 lots; H100, US".to_owned(),
            start: Timestamp(0),
            end: Some(Timestamp(Timestamp::DAY)),
        };
        let text = written("A-1001", Timestamp(0), &[entry]);
        for line in [
            "UID:delivery-OB-7@gigahour",
            "DTSTAMP:19700101T000000Z",
            "DTSTART:19700101T000000Z",
            "DTEND:19700102T000000Z",
            "SUMMARY:Deliver 8 lots\\; H100\\, US",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} is not in {text}");
        }
    }
}

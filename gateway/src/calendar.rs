//! The market's calendar as a feed that calendars subscribe to (RFC 5545): last trading days, assignments,
//! months of delivery and their invoices, of every month that is not over.
//!
//! Each entry has the same name for ever, so reading the feed again changes entries and doubles none.

use icalendar::{Calendar, Component, Event};
use types::{Date, MarketTerms, Settlement, Tenor, Timestamp};

use crate::feed::{Market, Markets};

/// The feed, stamped with market time.
pub(crate) fn feed(markets: &Markets, now: Timestamp) -> String {
    let mut calendar = Calendar::new();
    let Some(terms) = markets.terms() else { return calendar.to_string() };
    calendar.name(&terms.name);
    let invoice_days = i32::from(terms.delivery.invoice_days);
    for market in markets.iter() {
        let Some(Tenor::Month(month)) = market.instrument.tenor() else { continue };
        let is_over = month.plus(1).first_day().plus(invoice_days).start() < now;
        if !is_over {
            tell(&mut calendar, terms, markets, market, now);
        }
    }
    calendar.to_string()
}

/// The days of one month.
fn tell(
    calendar: &mut Calendar,
    terms: &MarketTerms,
    markets: &Markets,
    market: &Market,
    now: Timestamp,
) {
    let instrument = &market.instrument;
    let symbol = &instrument.symbol;
    let mut add = |what: &str, summary: String, days: Days| {
        let mut event = Event::new();
        event.uid(&format!("{what}-{symbol}@gigahour")).summary(&summary);
        event.add_property("DTSTAMP", moment(now));
        match days {
            Days::Moment(at) => event.add_property("DTSTART", moment(at)),
            Days::Whole(first, after) => {
                // The value is a date, and the end the day after the last.
                let date = |date: Date| date.to_string().replace('-', "");
                event.append_property(
                    icalendar::Property::new("DTSTART", date(first))
                        .add_parameter("VALUE", "DATE")
                        .done(),
                );
                event.append_property(
                    icalendar::Property::new("DTEND", date(after))
                        .add_parameter("VALUE", "DATE")
                        .done(),
                )
            }
        };
        calendar.push(event.done());
    };
    let last = instrument.last_trading;
    add("last-trading", format!("Last trading of {symbol}"), Days::Moment(last));
    let product = markets.product(instrument.product);
    if product.is_none_or(|product| product.settlement != Settlement::Physical) {
        return;
    }
    let assigned = assignment(terms, last);
    add("assignment", format!("Assignment of {symbol}"), Days::Moment(assigned));
    let (first, after) = (instrument.start, instrument.end);
    add("delivery", format!("Delivery of {symbol}"), Days::Whole(first, after));
    let invoice = after.plus(i32::from(terms.delivery.invoice_days));
    let days = Days::Whole(invoice, invoice.plus(1));
    add("invoice", format!("Invoices of {symbol}"), days);
}

/// When an entry is.
enum Days {
    Moment(Timestamp),
    /// From a day to another, which is not in it.
    Whole(Date, Date),
}

/// The settlement hour so many business days after the last trading day.
fn assignment(terms: &MarketTerms, last_trading: Timestamp) -> Timestamp {
    let is_open = |date: &Date| date.weekday() < 5 && !terms.holidays.contains(date);
    let from = last_trading.date();
    let mut after = (1..).map(|days| from.plus(days)).filter(is_open);
    let days = usize::from(terms.delivery.assignment_business_days);
    let date = days.checked_sub(1).and_then(|skipped| after.nth(skipped)).unwrap_or(from);
    date.start().plus(i64::from(terms.settlement_hour) * Timestamp::HOUR)
}

/// `20270301T160000Z`
fn moment(at: Timestamp) -> String {
    at.to_string().replace(['-', ':'], "")
}

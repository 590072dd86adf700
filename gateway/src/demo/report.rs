//! What became of the first contract month that was delivered, counted from the log alone: the
//! report is a replay, so its digest and its ledger total are those that anybody would find.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use sequencer::{Digest, FileLog};
use serde::Serialize;
use types::{
    AccountFact, DeliveryRole, Event, GpuHours, Instrument, InstrumentId, Invoice, MarketFact,
    Mills, ObligationId, ObligationReport, Tenor, Ticks, YearMonth,
};

use crate::summary::Summary;

/// The figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Report {
    /// Trades of the whole run.
    trades: u64,
    /// Final settlement price of the month's first product, in dollars per GPU-hour.
    settlement_price: Option<f64>,
    /// Obligations of the month.
    obligations: usize,
    gpu_hours_due: u64,
    gpu_hours_delivered: u64,
    gpu_hours_short: u64,
    damages_mills: i64,
    /// Bills of the month, of which seller and buyer have a copy each.
    invoices: usize,
    /// Sum of all money of all accounts and of the house.
    ledger_total_mills: i64,
    log_records: u64,
    digest: String,
    #[serde(skip)]
    month: Option<YearMonth>,
}

/// What is counted on the way through the log.
#[derive(Default)]
struct Tally {
    trades: u64,
    instruments: BTreeMap<InstrumentId, Instrument>,
    final_prices: BTreeMap<InstrumentId, Ticks>,
    obligations: BTreeMap<ObligationId, ObligationReport>,
    invoices: Vec<Invoice>,
}

impl Report {
    /// Replays the log of a venue that has stopped; also tells the digest it found.
    pub(super) fn replay(dir: &Path) -> Result<(Self, Digest), sequencer::Error> {
        let mut tally = Tally::default();
        let log = FileLog::open(dir)?;
        let (exchange, recovery) = sequencer::recover(&log, |_, events| {
            events.iter().for_each(|event| tally.count(event));
        })?;
        exchange.audit();
        let digest = Digest::of(&exchange);
        Ok((tally.report(exchange.ledger_total(), recovery.head.seq, digest), digest))
    }

    /// As JSON on one line.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts can be written as JSON")
    }
}

impl Tally {
    fn count(&mut self, event: &Event) {
        match event {
            Event::Market { instrument, fact, .. } => self.count_market(*instrument, fact),
            Event::Administered(_) => {}
            Event::Account { fact: AccountFact::Obligation(report), .. } => {
                if report.role == DeliveryRole::Deliver {
                    self.obligations.insert(report.obligation, *report);
                }
            }
            Event::Account { fact: AccountFact::Invoice(invoice), .. } => {
                if invoice.role == DeliveryRole::Deliver {
                    self.invoices.push(*invoice);
                }
            }
            Event::Account { .. }
            | Event::MarketOpened(_)
            | Event::IndexPublished { .. }
            | Event::SupplyChanged { .. }
            | Event::HoursWaived { .. }
            | Event::IndexPrinted { .. }
            | Event::IndexLapsed { .. }
            | Event::TermsChanged { .. }
            | Event::Verdict(_) => {}
        }
    }

    fn count_market(&mut self, instrument: InstrumentId, fact: &MarketFact) {
        match fact {
            MarketFact::Trade { .. } => self.trades += 1,
            MarketFact::Listed(terms) => {
                self.instruments.insert(instrument, Instrument::clone(terms));
            }
            MarketFact::Settled { price, is_final: true, .. } => {
                self.final_prices.insert(instrument, *price);
            }
            MarketFact::Settled { .. }
            | MarketFact::Phase(_)
            | MarketFact::Indicative(_)
            | MarketFact::Band { .. }
            | MarketFact::ScanRange { .. }
            | MarketFact::Implied { .. }
            | MarketFact::Depth { .. } => {}
        }
    }

    /// The first month of which anything was to be delivered.
    fn month(&self) -> Option<YearMonth> {
        let tenor = |report: &ObligationReport| self.tenor(report.instrument);
        self.obligations.values().filter_map(tenor).map(Tenor::first_month).min()
    }

    fn tenor(&self, instrument: InstrumentId) -> Option<Tenor> {
        self.instruments[&instrument].tenor()
    }

    fn report(&self, ledger_total: Mills, log_records: u64, digest: Digest) -> Report {
        let month = self.month();
        let is_ours = |instrument| self.tenor(instrument) == month.map(Tenor::Month);
        let obligations: Vec<_> =
            self.obligations.values().filter(|o| is_ours(o.instrument)).collect();
        let invoices: Vec<_> = self.invoices.iter().filter(|i| is_ours(i.instrument)).collect();
        let sum = |part: fn(&ObligationReport) -> GpuHours| {
            obligations.iter().map(|report| part(report)).sum::<GpuHours>().0
        };
        let price = self.final_prices.iter().find(|(instrument, _)| is_ours(**instrument));
        Report {
            trades: self.trades,
            settlement_price: price.map(|(_, price)| price.0 as f64 / 1000.0),
            obligations: obligations.len(),
            gpu_hours_due: sum(|report| report.due),
            gpu_hours_delivered: sum(|report| report.delivered),
            gpu_hours_short: sum(|report| report.short),
            damages_mills: invoices.iter().map(|invoice| invoice.damages).sum::<Mills>().0,
            invoices: invoices.len(),
            ledger_total_mills: ledger_total.0,
            log_records,
            digest: digest.to_string(),
            month,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let price = self.settlement_price.map_or("none".to_owned(), |price| format!("${price:.3}"));
        let month = self.month.map_or("none yet".to_owned(), |month| month.to_string());
        writeln!(f, "  trades            {}", grouped(self.trades))?;
        writeln!(f, "  delivered month   {month}, final settlement price {price}")?;
        writeln!(f, "  obligations       {}, invoices {}", self.obligations, self.invoices)?;
        writeln!(
            f,
            "  GPU-hours         {} due, {} delivered, {} short",
            grouped(self.gpu_hours_due),
            grouped(self.gpu_hours_delivered),
            grouped(self.gpu_hours_short)
        )?;
        writeln!(f, "  damages           ${}", Mills(self.damages_mills))?;
        writeln!(f, "  ledger total      ${}", Mills(self.ledger_total_mills))?;
        writeln!(f, "  log               {} records", grouped(self.log_records))?;
        write!(f, "  digest            {}", self.digest)
    }
}

/// Whether a month has been delivered and every obligation of it is billed.
pub(super) fn is_settled(summary: &Summary) -> bool {
    let tenor = |instrument: &InstrumentId| {
        let (_, tenor) = summary.symbols.get(instrument)?.rsplit_once('-')?;
        Tenor::parse(tenor)
    };
    let Some(first) = summary.obligations.iter().filter_map(|o| tenor(&o.instrument)).min() else {
        return false;
    };
    let is_first = |report: &&ObligationReport| tenor(&report.instrument) == Some(first);
    let is_billed = |report: &ObligationReport| {
        summary.invoices.iter().any(|invoice| invoice.obligation == report.obligation)
    };
    summary.obligations.iter().filter(is_first).all(is_billed)
}

/// `184,220`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;

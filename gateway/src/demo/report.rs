//! What became of the first contract month that was delivered, counted from the log alone: the
//! report is a replay, so its digest and its ledger total are those that anybody would find.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use sequencer::{Digest, FileLog};
use serde::Serialize;
use types::{
    AccountFact, DeliveryRole, Event, GpuHours, Instrument, InstrumentId, Invoice, MarketFact,
    Mills, ObligationId, ObligationReport, Tenor, Ticks, YearMonth,
};

use self::story::{Heard, Story};
use crate::summary::Summary;

mod story;

/// The figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Report {
    /// Trades of the whole run.
    trades: u64,
    /// Final settlement price of the month's first product, in dollars per GPU-hour.
    settlement_price: Option<f64>,
    /// Obligations of the month.
    obligations: usize,
    /// What was contracted: all of it was delivered, or is short.
    gpu_hours_due: u64,
    gpu_hours_delivered: u64,
    /// Of those, by nodes that stood by for others.
    gpu_hours_by_covers: u64,
    gpu_hours_short: u64,
    damages_mills: i64,
    /// What sellers were paid for GPU-hours.
    paid_mills: i64,
    #[serde(flatten)]
    story: Story,
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
    heard: Heard,
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
            Event::Account { account, fact, .. } => self.heard.fact(*account, fact),
            Event::MarketOpened(_)
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
        let (covers, written): (Vec<_>, Vec<_>) =
            obligations.iter().partition(|report| self.heard.is_cover(report.obligation));
        let sum = |of: &[&ObligationReport], part: fn(&ObligationReport) -> GpuHours| {
            of.iter().map(|report| part(report)).sum::<GpuHours>().0
        };
        let ids: BTreeSet<ObligationId> = obligations.iter().map(|o| o.obligation).collect();
        let price = self.final_prices.iter().find(|(instrument, _)| is_ours(**instrument));
        Report {
            trades: self.trades,
            settlement_price: price.map(|(_, price)| price.0 as f64 / 1000.0),
            obligations: written.len(),
            gpu_hours_due: sum(&written, |report| report.due),
            gpu_hours_delivered: sum(&obligations, |report| report.delivered),
            gpu_hours_by_covers: sum(&covers, |report| report.delivered),
            gpu_hours_short: sum(&obligations, |report| report.short),
            paid_mills: invoices.iter().map(|invoice| invoice.amount).sum::<Mills>().0,
            story: self.heard.story(is_ours, &ids),
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
        self.write_story(f)?;
        writeln!(f, "  ledger total      ${}", Mills(self.ledger_total_mills))?;
        writeln!(f, "  log               {} records", grouped(self.log_records))?;
        write!(f, "  digest            {}", self.digest)
    }
}

impl Report {
    /// The month, from the registry to the money, step by step.
    fn write_story(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let story = &self.story;
        let (delivered, short) = (grouped(self.gpu_hours_delivered), grouped(self.gpu_hours_short));
        let due = grouped(self.gpu_hours_due);
        writeln!(
            f,
            "  capacity          {} nodes registered, {} attested",
            story.nodes_registered, story.nodes_attested
        )?;
        writeln!(
            f,
            "  tenders           {} lots by {} sellers; {} buyer said what it would like",
            story.lots_tendered, story.sellers_tendered, story.buyers_preferred
        )?;
        writeln!(f, "  obligations       {}, {due} GPU-hours contracted", self.obligations)?;
        writeln!(
            f,
            "  acceptance        {} nodes tested, {} failed, {} replaced by spares",
            story.nodes_tested, story.nodes_failed, story.nodes_replaced
        )?;
        writeln!(
            f,
            "  GPU-hours         {delivered} delivered + {short} short = {due} contracted"
        )?;
        writeln!(
            f,
            "  covers            {} lots, which delivered {} of them",
            story.lots_covered,
            grouped(self.gpu_hours_by_covers)
        )?;
        writeln!(
            f,
            "  receipts          {} hours signed by the buyer, {} disputed, {} read by a probe",
            grouped(story.hours_signed as u64),
            story.hours_disputed,
            story.hours_probed
        )?;
        writeln!(
            f,
            "  paid              {} on {} invoices",
            dollars(self.paid_mills),
            self.invoices
        )?;
        writeln!(f, "  damages           {}", dollars(self.damages_mills))?;
        writeln!(f, "  penalties         {} of bonds", dollars(story.penalty_mills))
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

/// `$1,182,735.795`, of mills.
fn dollars(mills: i64) -> String {
    let sign = if mills < 0 { "-" } else { "" };
    let (whole, rest) = (mills.unsigned_abs() / 1000, mills.unsigned_abs() % 1000);
    format!("{sign}${}.{rest:03}", grouped(whole))
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

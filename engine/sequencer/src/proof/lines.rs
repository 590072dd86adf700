//! Facts as lines of text: a word for the kind, a name that no other line of the kind has at the same
//! time, and what is said of it, as `key=value`. `PROOFS.md` has the list.
//!
//! Integers only; a key says its unit. A line never changes its form: the roots of old checkpoints are
//! over these bytes.

use engine::{Exchange, Fact, OpenOrder};
use types::event::AccountFact;
use types::{
    AccountId, Command, Event, FillReport, InstrumentId, Invoice, LegReport, MarketFact,
    ObligationReport, OrderReport, Statement, Ticks, Transfer, Verdict,
};

use super::names;

/// The state: every fact as a line, in the order of their bytes.
pub(super) fn of_state(exchange: &Exchange) -> Vec<String> {
    let mut lines: Vec<String> = exchange.facts().iter().map(of_fact).collect();
    lines.sort_unstable();
    lines
}

fn of_fact(fact: &Fact<'_>) -> String {
    match fact {
        Fact::Balance { account, cash, escrow, fund, acct_seq, key } => format!(
            "balance {} cash_mills={} escrow_mills={} fund_mills={} acct_seq={acct_seq} key={}",
            names::account(*account),
            cash.0,
            escrow.0,
            fund.0,
            hex(&key.0),
        ),
        Fact::Bond { account, balance } => {
            format!("bond {} mills={}", names::account(*account), balance.0)
        }
        Fact::Position { account, symbol, net, carry } => format!(
            "position {}/{symbol} lots={} carry_mill_lots={carry}",
            names::account(*account),
            net.0,
        ),
        Fact::Order(order) => of_order(order),
        Fact::Obligation { symbol, seller, buyer, escrow, report } => format!(
            "obligation {} contract={symbol} seller={} buyer={} {} escrow_mills={}",
            names::obligation(report.obligation),
            names::account(*seller),
            names::account(*buyer),
            of_delivery(report),
            escrow.0,
        ),
        Fact::Reading { obligation, hour, node, gpu_hours } => format!(
            "reading {}/{hour}/{} gpu_hours={gpu_hours}",
            names::obligation(*obligation),
            node.0,
        ),
        Fact::Pledge { account, month, node, symbol } => {
            format!("pledge {}/{month}/{} contract={symbol}", names::account(*account), node.0)
        }
        Fact::Purse { name, balance } => format!("purse {name} mills={}", balance.0),
    }
}

fn of_order(order: &OpenOrder<'_>) -> String {
    format!(
        "order {} account={} client_order_id={} contract={} side={} price_mills={}{} lots={} filled={} revision={}",
        names::order(order.order),
        names::account(order.account),
        order.client_order_id.as_str(),
        order.symbol,
        names::side(order.side),
        order.price.0,
        trigger(order.trigger),
        order.quantity.0,
        order.filled.0,
        order.revision,
    )
}

fn trigger(trigger: Option<Ticks>) -> String {
    trigger.map_or_else(String::new, |price| format!(" trigger_mills={}", price.0))
}

fn of_delivery(report: &ObligationReport) -> String {
    format!(
        "lots={} price_mills={} factor_permille={} uncovered_lots={} state={} start={} end={} due_gpu_hours={} delivered_gpu_hours={} short_gpu_hours={} nodes={} paid_mills={} damages_mills={} covered_gpu_hours={} waived_gpu_hours={} held_gpu_hours={}",
        report.lots.0,
        report.price.0,
        report.factor_permille,
        report.uncovered.0,
        names::obligation_state(report.state),
        report.start,
        report.end,
        report.due.0,
        report.delivered.0,
        report.short.0,
        report.nodes.0,
        report.paid.0,
        report.damages.0,
        report.covered.0,
        report.waived.0,
        report.held.0,
    )
}

/// What came of a record, first its verdict; the exchange is the one after it.
pub(super) fn of_outcome(
    seq: u64,
    command: &Command,
    events: &[Event],
    exchange: &Exchange,
) -> Vec<String> {
    let told = Told { seq, exchange };
    let mut lines = vec![told.verdict(events)];
    lines.extend(events.iter().filter_map(|event| told.event(event)));
    if let Command::MeterHour { account, instrument, hour, readings, .. } = command
        && matches!(events.last(), Some(Event::Verdict(Verdict::Done)))
    {
        let whose = format!("{}/{}", names::account(*account), exchange.symbol(*instrument));
        lines.extend(readings.iter().map(|reading| {
            format!("receipt {whose}/{hour}/{} gpu_hours={}", reading.node.0, reading.gpu_hours)
        }));
    }
    lines
}

/// What is needed to say what came of a record.
struct Told<'a> {
    seq: u64,
    exchange: &'a Exchange,
}

impl Told<'_> {
    fn verdict(&self, events: &[Event]) -> String {
        let said = match events.last() {
            Some(Event::Verdict(Verdict::Refused(refusal))) => {
                format!("refused code={} reason={}", refusal.reason.code(), refusal.reason.name())
            }
            Some(Event::Verdict(_)) => "done".to_owned(),
            None => "quarantined".to_owned(),
            Some(_) => unreachable!("every command ends with its verdict"),
        };
        format!("verdict R{} {said}", self.seq)
    }

    fn event(&self, event: &Event) -> Option<String> {
        match event {
            Event::Market { instrument, fact, .. } => self.market(*instrument, fact),
            Event::Account { account, acct_seq, fact } => self.account(*account, *acct_seq, fact),
            Event::MarketOpened(_)
            | Event::IndexPublished { .. }
            | Event::SupplyChanged { .. }
            | Event::Administered(_)
            | Event::HoursWaived { .. }
            | Event::IndexPrinted { .. }
            | Event::IndexLapsed { .. }
            | Event::TermsChanged { .. }
            | Event::Verdict(_) => None,
        }
    }

    fn market(&self, instrument: InstrumentId, fact: &MarketFact) -> Option<String> {
        let symbol = self.exchange.symbol(instrument);
        match fact {
            MarketFact::Trade { trade_id, price, lots, .. } => Some(format!(
                "trade {} contract={symbol} price_mills={} lots={}",
                names::trade(*trade_id),
                price.0,
                lots.0,
            )),
            MarketFact::Settled { price, date, is_final, method, .. } => Some(format!(
                "settlement {symbol}/{date} price_mills={} final={} method={}",
                price.0,
                if *is_final { "yes" } else { "no" },
                names::method(*method),
            )),
            MarketFact::Listed(_)
            | MarketFact::Phase(_)
            | MarketFact::Depth { .. }
            | MarketFact::Implied { .. }
            | MarketFact::Indicative(_)
            | MarketFact::Band { .. }
            | MarketFact::ScanRange { .. } => None,
        }
    }

    fn account(&self, account: AccountId, acct_seq: u64, fact: &AccountFact) -> Option<String> {
        match fact {
            AccountFact::Order(report) => Some(self.order(account, report)),
            AccountFact::Fill(fill) => Some(self.fill(account, fill)),
            AccountFact::Leg(leg) => Some(self.leg(account, leg)),
            AccountFact::Cash(transfer) => Some(cash(account, acct_seq, transfer)),
            AccountFact::Obligation(report) => Some(format!(
                "obligation {} contract={} account={} role={} {}",
                names::obligation(report.obligation),
                self.exchange.symbol(report.instrument),
                names::account(account),
                names::role(report.role),
                of_delivery(report),
            )),
            AccountFact::Invoice(invoice) => Some(self.invoice(account, invoice)),
            AccountFact::Expired { instrument, price, cascaded, delivered, cashed } => {
                Some(format!(
                    "expiry {}/{} price_mills={} cascaded_lots={} delivered_lots={} cashed_lots={}",
                    names::account(account),
                    self.exchange.symbol(*instrument),
                    price.0,
                    cascaded.0,
                    delivered.0,
                    cashed.0,
                ))
            }
            AccountFact::Statement(of_day) => Some(statement(account, of_day)),
            AccountFact::Opened { .. }
            | AccountFact::Position(_)
            | AccountFact::Margin(_)
            | AccountFact::Suspended
            | AccountFact::Clearing(_)
            | AccountFact::KillSwitch { .. }
            | AccountFact::Maker { .. }
            | AccountFact::Reporter { .. }
            | AccountFact::QuoteGroup { .. }
            | AccountFact::Pledged { .. }
            | AccountFact::Capacity(_)
            | AccountFact::ByOperator { .. }
            | AccountFact::Reinstated
            | AccountFact::Performance(_)
            | AccountFact::Standby(_) => None,
        }
    }

    fn order(&self, account: AccountId, report: &OrderReport) -> String {
        format!(
            "order {} account={} client_order_id={} contract={} change={} state={} side={} price_mills={}{} lots={} filled={} revision={}",
            names::order(report.order_id),
            names::account(account),
            report.client_order_id.as_str(),
            self.exchange.symbol(report.instrument),
            names::change(report.change),
            names::order_state(report.state),
            names::side(report.side),
            report.price.0,
            trigger(report.trigger),
            report.quantity.0,
            report.filled.0,
            report.revision,
        )
    }

    fn fill(&self, account: AccountId, fill: &FillReport) -> String {
        format!(
            "fill {} trade={} account={} order={} client_order_id={} contract={} side={} price_mills={} lots={} liquidity={} fee_mills={}",
            names::execution(fill.trade_id, fill.side),
            names::trade(fill.trade_id),
            names::account(account),
            names::order(fill.order_id),
            fill.client_order_id.as_str(),
            self.exchange.symbol(fill.instrument),
            names::side(fill.side),
            fill.price.0,
            fill.lots.0,
            names::liquidity(fill.liquidity),
            fill.fee.0,
        )
    }

    fn leg(&self, account: AccountId, leg: &LegReport) -> String {
        format!(
            "leg {}/{}/{} side={} price_mills={} lots={}",
            names::trade(leg.trade_id),
            names::account(account),
            self.exchange.symbol(leg.instrument),
            names::side(leg.side),
            leg.price.0,
            leg.lots.0,
        )
    }

    fn invoice(&self, account: AccountId, invoice: &Invoice) -> String {
        format!(
            "invoice {}/{} contract={} role={} issued={} due_gpu_hours={} delivered_gpu_hours={} short_gpu_hours={} tolerated_gpu_hours={} covered_gpu_hours={} waived_gpu_hours={} price_mills={} amount_mills={} damages_mills={} fee_mills={}",
            names::obligation(invoice.obligation),
            names::account(account),
            self.exchange.symbol(invoice.instrument),
            names::role(invoice.role),
            invoice.issued,
            invoice.due.0,
            invoice.delivered.0,
            invoice.short.0,
            invoice.tolerated.0,
            invoice.covered.0,
            invoice.waived.0,
            invoice.price.0,
            invoice.amount.0,
            invoice.damages.0,
            invoice.fee.0,
        )
    }
}

fn cash(account: AccountId, acct_seq: u64, transfer: &Transfer) -> String {
    format!(
        "cash {}/{acct_seq} kind={} amount_mills={} cash_mills={} escrow_mills={}",
        names::account(account),
        names::transfer(transfer.kind),
        transfer.amount.0,
        transfer.cash.0,
        transfer.escrow.0,
    )
}

fn statement(account: AccountId, statement: &Statement) -> String {
    let Statement { date, opening, closing, .. } = statement;
    format!(
        "statement {}/{date} opening_cash_mills={} opening_escrow_mills={} opening_fund_mills={} cash_mills={} escrow_mills={} fund_mills={} initial_mills={} lines={} positions={}",
        names::account(account),
        opening.cash.0,
        opening.escrow.0,
        opening.fund.0,
        closing.cash.0,
        closing.escrow.0,
        closing.fund.0,
        statement.margin.initial.0,
        statement.lines.len(),
        statement.positions.len(),
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

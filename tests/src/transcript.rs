//! Events as lines that a trader can read.
//!
//! Orders are named as their owner named them, contracts by symbol, accounts by name, so two
//! exchanges that number their orders differently tell the same story in the same words.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, AdminEntry, AdminReport, ClearingFact, Detail, Event, FillReport,
    Indicative, InstrumentId, Invoice, LegReport, MarginReport, MarketFact, ObligationReport,
    OrderReport, OrderVerdict, PositionReport, QuoteVerdict, Quoted, Refusal, StatedPosition,
    Statement, Tag, Transfer, Verdict,
};

/// Tells events in words; learns the names of accounts and contracts as they come.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    accounts: BTreeMap<AccountId, String>,
    symbols: BTreeMap<InstrumentId, String>,
}

impl Transcript {
    /// One line for each event.
    pub fn lines(&mut self, events: &[Event]) -> Vec<String> {
        events.iter().map(|event| self.line(event)).collect()
    }

    /// The line of an event.
    pub fn line(&mut self, event: &Event) -> String {
        match event {
            Event::MarketOpened(terms) => format!("market {} is open", terms.name),
            Event::HoursWaived { hub, from, until } => {
                format!("hours at {hub} waived from {from} to {until}")
            }
            Event::IndexPublished { product, price } => {
                format!("index of product {} is {price}", product.0)
            }
            Event::IndexPrinted { product, print } => {
                format!("index of product {} printed: {print:?}", product.0)
            }
            Event::TermsChanged { change, from } => format!("from {from}: {change:?}"),
            Event::IndexLapsed { product } => format!("index of product {} lapsed", product.0),
            Event::Market { instrument, eseq, fact } => self.market(*instrument, *eseq, fact),
            Event::Account { account, acct_seq, fact } => self.account(*account, *acct_seq, fact),
            Event::Verdict(verdict) => self.verdict(verdict),
            Event::SupplyChanged { product, supply } => format!(
                "supply of product {}: {} registered, {} attested",
                product.0, supply.registered, supply.attested
            ),
            Event::Administered(report) => administered(report),
        }
    }

    /// The symbol of a contract, or its number before it has been listed.
    #[must_use]
    pub fn symbol(&self, id: InstrumentId) -> String {
        self.symbols.get(&id).cloned().unwrap_or_else(|| format!("instrument {}", id.0))
    }

    /// The name of an account, or its number before it has been opened.
    #[must_use]
    pub fn name(&self, id: AccountId) -> String {
        self.accounts.get(&id).cloned().unwrap_or_else(|| format!("account {}", id.0))
    }

    fn market(&mut self, id: InstrumentId, eseq: u64, fact: &MarketFact) -> String {
        if let MarketFact::Listed(instrument) = fact {
            self.symbols.insert(id, instrument.symbol.clone());
        }
        let what = match fact {
            MarketFact::Listed(listed) => format!(
                "listed, a tick is worth {}, until {}, {} to {}, starts at {}",
                listed.tick_value.0,
                listed.last_trading,
                listed.lowest,
                listed.highest,
                listed.reference
            ),
            MarketFact::Phase(phase) => format!("phase {phase:?}"),
            MarketFact::Trade { trade_id, price, lots, aggressor, kind } => {
                let came = aggressor.map(|side| format!(", {side:?} came")).unwrap_or_default();
                format!("trade {}: {lots} @ {price}{came}, {kind:?}", trade_id.0)
            }
            MarketFact::Depth { side, price, lots } => format!("{side:?} {lots} @ {price}"),
            MarketFact::Implied { side, best } => match best {
                Some((price, lots)) => format!("implied {side:?} {lots} @ {price}"),
                None => format!("implied {side:?} none"),
            },
            MarketFact::Indicative(Indicative { price, lots, surplus }) => {
                let price = price.map_or("no price".to_owned(), |price| price.to_string());
                format!("indicative {lots} @ {price}, surplus {surplus}")
            }
            MarketFact::Band { lowest, highest } => format!("band {lowest} to {highest}"),
            MarketFact::ScanRange { range, from } => format!("scan range {range} from {from}"),
            MarketFact::Settled { price, date, is_final, method, volume, open_interest } => {
                let word = if *is_final { "finally settled" } else { "settled" };
                format!(
                    "{word} at {price} on {date} by {method:?}, volume {volume}, \
                     open interest {open_interest}"
                )
            }
        };
        format!("{} #{eseq} {what}", self.symbol(id))
    }

    fn account(&mut self, id: AccountId, acct_seq: u64, fact: &AccountFact) -> String {
        if let AccountFact::Opened { name, .. } = fact {
            self.accounts.insert(id, name.clone());
        }
        let what = match fact {
            AccountFact::Opened { .. } => "opened".to_owned(),
            AccountFact::Order(report) => self.order(report),
            AccountFact::Fill(report) => self.fill(report),
            AccountFact::Leg(LegReport { trade_id, instrument, side, price, lots }) => format!(
                "leg of trade {}: {side:?} {lots} @ {price} in {}",
                trade_id.0,
                self.symbol(*instrument)
            ),
            AccountFact::Position(report) => self.position(report),
            AccountFact::Margin(report) => margin(report),
            AccountFact::Cash(transfer) => cash(transfer),
            AccountFact::Suspended => "suspended".to_owned(),
            AccountFact::Clearing(fact) => self.clearing(fact),
            AccountFact::KillSwitch { is_thrown } => kill_switch(*is_thrown).to_owned(),
            AccountFact::Maker { product, is_appointed } => {
                let is_maker = if *is_appointed { "appointed" } else { "dismissed" };
                format!("{is_maker} market maker of product {}", product.0)
            }
            AccountFact::Reporter { product, is_appointed } => {
                let is_reporter = if *is_appointed { "appointed" } else { "dismissed" };
                format!("{is_reporter} reporter of product {}", product.0)
            }
            AccountFact::QuoteGroup { group, is_frozen, until } => {
                let until = until.map(|time| format!(" until {}", time.0)).unwrap_or_default();
                let state = if *is_frozen { "frozen" } else { "free" };
                format!("quote group {group} {state}{until}")
            }
            AccountFact::Expired { instrument, price, cascaded, delivered, cashed } => format!(
                "{} expired at {price}: {cascaded} cascaded, {delivered} delivered, {cashed} cashed",
                self.symbol(*instrument)
            ),
            AccountFact::Pledged { instrument, nodes } => {
                let nodes: Vec<String> = nodes.iter().map(|node| node.0.to_string()).collect();
                format!("pledged to {}: {}", self.symbol(*instrument), nodes.join(" "))
            }
            AccountFact::Obligation(report) => self.obligation(report),
            AccountFact::Invoice(invoice) => self.invoice(invoice),
            AccountFact::Statement(statement) => self.statement(statement),
            AccountFact::Capacity(fact) => format!("capacity: {fact:?}"),
            AccountFact::ByOperator { reason } => format!("by the operator: {reason}"),
            AccountFact::Reinstated => "reinstated".to_owned(),
            AccountFact::Performance(fact) => format!("{fact:?}"),
            AccountFact::Standby(fact) => format!("{fact:?}"),
        };
        format!("{} #{acct_seq} {what}", self.name(id))
    }

    fn order(&self, report: &OrderReport) -> String {
        let OrderReport { change, state, revision, side, price, quantity, .. } = report;
        let reason = report.reason.map(|reason| format!(" because {reason:?}")).unwrap_or_default();
        let trigger = report.trigger.map(|price| format!(" from {price}")).unwrap_or_default();
        format!(
            "order {} {change:?}{reason}: {side:?} {quantity} @ {price}{trigger} in {}, {state:?}, \
             revision {revision}, filled {}, leaves {}{}",
            report.client_order_id,
            self.symbol(report.instrument),
            report.filled,
            report.leaves,
            tagged(report.tag)
        )
    }

    fn fill(&self, report: &FillReport) -> String {
        let FillReport { side, price, lots, liquidity, fee, state, .. } = report;
        format!(
            "order {} fill of trade {}: {side:?} {lots} @ {price} in {} as {liquidity:?}, \
             fee {fee}, {state:?}, filled {}, leaves {}{}",
            report.client_order_id,
            report.trade_id.0,
            self.symbol(report.instrument),
            report.filled,
            report.leaves,
            tagged(report.tag)
        )
    }

    fn position(&self, report: &PositionReport) -> String {
        let PositionReport { instrument, net, carry, settlement, variation } = report;
        format!(
            "position {net:+} in {} carried at {carry}, settlement {settlement}, \
             variation {variation}",
            self.symbol(*instrument)
        )
    }

    fn clearing(&self, fact: &ClearingFact) -> String {
        match fact {
            ClearingFact::Called { amount, until } => {
                format!("called for {amount} until {}", until.0)
            }
            ClearingFact::CallMet => "call met".to_owned(),
            ClearingFact::Moved { instrument, lots } => {
                format!("{lots:+} in {} taken over", self.symbol(*instrument))
            }
            ClearingFact::Covered { by, amount } => format!("{amount} covered by {by:?}"),
            ClearingFact::Charged { by, amount } => format!("charged {amount} as {by:?}"),
            ClearingFact::GainCut { due, cut } => format!("gain of {due} cut by {cut}"),
            ClearingFact::TornUp { instrument, lots, price } => {
                format!("{lots:+} @ {price} in {} torn up", self.symbol(*instrument))
            }
            ClearingFact::Slice { instrument, lots } => {
                format!("slice of {lots} in {}", self.symbol(*instrument))
            }
            ClearingFact::Accountable { instrument, lots, level } => {
                format!("accountable for {lots:+} in {}, level {level}", self.symbol(*instrument))
            }
            ClearingFact::Exempted { product, lots } => {
                format!("exempted for {lots} of product {}", product.0)
            }
            ClearingFact::Joined { member } => format!("joined member {}", member.0),
            ClearingFact::CreditLimited { party, most } => {
                let most = most.map_or("nothing".to_owned(), |most| most.to_string());
                format!("credit of {party:?} limited to {most}")
            }
            ClearingFact::Closed { returned } => format!("default closed, {returned} returned"),
        }
    }

    fn obligation(&self, report: &ObligationReport) -> String {
        let ObligationReport { obligation, role, lots, price, state, start, end, .. } = report;
        format!(
            "obligation {} in {} to {role:?} {lots} @ {price}, {state:?}, {start} to {end}: \
             due {}, delivered {}, short {}, nodes {}, down {}, paid {}, damages {}, factor {}, \
             uncovered {}, covered {}, waived {}, held {}",
            obligation.0,
            self.symbol(report.instrument),
            report.due,
            report.delivered,
            report.short,
            report.nodes,
            report.nodes_down,
            report.paid,
            report.damages,
            report.factor_permille,
            report.uncovered,
            report.covered,
            report.waived,
            report.held
        )
    }

    fn invoice(&self, invoice: &Invoice) -> String {
        let Invoice { obligation, role, issued, due, delivered, short, tolerated, .. } = invoice;
        format!(
            "invoice of obligation {} in {} to {role:?} of {issued}: due {due}, delivered \
             {delivered}, short {short}, tolerated {tolerated}, covered {}, waived {}; \
             {} a GPU-hour is {}; damages {} a GPU-hour are {}; fee {}",
            obligation.0,
            self.symbol(invoice.instrument),
            invoice.covered,
            invoice.waived,
            invoice.price,
            invoice.amount,
            invoice.damages_per_gpu_hour,
            invoice.damages,
            invoice.fee
        )
    }

    fn statement(&self, statement: &Statement) -> String {
        let Statement { date, opening, lines, closing, positions, cut, .. } = statement;
        let lines = lines.iter().map(|l| format!("{:?} {:?} {}", l.purse, l.kind, l.amount));
        let position = |p: &StatedPosition| {
            let symbol = self.symbol(p.instrument);
            format!("{:+} @ {} in {symbol} gained {}", p.net, p.price, p.gain)
        };
        format!(
            "statement of {date}: {}, {}; {}; {}, {}; {}; cut {cut}, initial {}, excess {}",
            opening.cash,
            opening.fund,
            lines.collect::<Vec<_>>().join(", "),
            closing.cash,
            closing.fund,
            positions.iter().map(position).collect::<Vec<_>>().join(", "),
            statement.margin.initial,
            statement.excess()
        )
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Done => "done".to_owned(),
            Verdict::Listed(id) => format!("listed {}", self.symbol(*id)),
            Verdict::Canceled { count, acct_seq } => format!("canceled {count}, #{acct_seq}"),
            Verdict::Refused(refusal) => refused(refusal),
            Verdict::Administered { done, refused, canceled } => {
                format!("administered {done}, refused {refused}, canceled {canceled}")
            }
            Verdict::Order(verdict) => self.order_verdict(verdict),
            Verdict::Quotes { results, acct_seq } => {
                let results: Vec<String> = results.iter().map(|quote| self.quoted(quote)).collect();
                format!("quotes, #{acct_seq}: {}", results.join("; "))
            }
        }
    }

    fn quoted(&self, quote: &QuoteVerdict) -> String {
        let QuoteVerdict { instrument, side, result } = quote;
        let became = match result {
            Ok(Quoted { filled, rests }) => format!("filled {filled} rests {rests}"),
            Err(refusal) => refused(refusal),
        };
        format!("{side:?} in {} {became}", self.symbol(*instrument))
    }

    fn order_verdict(&self, verdict: &OrderVerdict) -> String {
        let OrderVerdict { state, revision, quantity, filled, leaves, notional, .. } = verdict;
        let again = if verdict.duplicate { " (asked before)" } else { "" };
        let priority =
            verdict.priority.map(|kept| format!(", priority {kept:?}")).unwrap_or_default();
        format!(
            "order {}{again} in {}: {state:?}, revision {revision}, {quantity} = {filled} filled + \
             {leaves}, notional {notional}{priority}, #{} of the market, #{} of the account",
            verdict.client_order_id,
            self.symbol(verdict.instrument),
            verdict.eseq,
            verdict.acct_seq
        )
    }
}

/// A refusal in one line: code, name, and the numbers it turned on.
#[must_use]
pub fn refused(refusal: &Refusal) -> String {
    let detail = match refusal.detail {
        Detail::None => String::new(),
        Detail::Phase(phase) => format!(" phase {phase:?}"),
        Detail::Band { lowest, highest } => format!(" {lowest} to {highest}"),
        Detail::BestOpposite(price) => format!(" best {price}"),
        Detail::Most(most) => format!(" most {most}"),
        Detail::Ended { state, filled } => format!(" {state:?} filled {filled}"),
        Detail::Revision(revision) => format!(" revision {revision}"),
        Detail::Margin { required, available } => format!(" required {required} of {available}"),
    };
    format!("refused {} {}{}", refusal.reason.code(), refusal.reason.name(), detail.to_lowercase())
}

/// What happened to a kill switch.
#[must_use]
pub const fn kill_switch(is_thrown: bool) -> &'static str {
    if is_thrown { "kill switch thrown" } else { "kill switch released" }
}

fn administered(report: &AdminReport) -> String {
    let entry = |entry: &AdminEntry| {
        let result = entry.result.map_or_else(|no| refused(&no), |count| format!("ended {count}"));
        format!("{:?} {:?} to {:?}, {result}", entry.command, entry.before, entry.after)
    };
    let entries: Vec<String> = report.entries.iter().map(entry).collect();
    format!("{} admins because {}: {}", report.admins.len(), report.reason, entries.join("; "))
}

fn margin(report: &MarginReport) -> String {
    format!(
        "margin: cash {}, escrow {}, variation {}, available {}, initial {}, maintenance {}, \
         delivery {}, concentration {}, scenario {}",
        report.cash,
        report.escrow,
        report.variation,
        report.available,
        report.initial,
        report.maintenance,
        report.delivery,
        report.concentration,
        report.binding_scenario
    )
}

fn cash(transfer: &Transfer) -> String {
    let Transfer { kind, amount, cash, escrow } = transfer;
    format!("{kind:?} {amount}: cash {cash}, escrow {escrow}")
}

fn tagged(tag: Option<Tag>) -> String {
    tag.map(|tag| format!(", tag {tag}")).unwrap_or_default()
}
